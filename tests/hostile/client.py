"""Starts the hostile web in a process of its own, and says how its hosts are reached."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domainscout.settings import CrawlSettings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class HostileWeb:
    http: int
    https: int
    ca_file: Path
    log_file: Path

    @property
    def connect_to(self) -> tuple[str, ...]:
        return f":443:127.0.0.1:{self.https}", f":80:127.0.0.1:{self.http}"

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def settings(self, **more: Any) -> CrawlSettings:
        """Limits scaled down, so that a hanging host costs six seconds instead of twenty."""
        given = {"host_delay": 0.0, "page_timeout": 6.0, "domain_timeout": 25.0, **more}
        return CrawlSettings(connect_to=self.connect_to, ca_file=self.ca_file, **given)


@contextmanager
def hostile_web(folder: Path) -> Iterator[HostileWeb]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.web", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(process.stdout.readline())
        yield HostileWeb(ready["http"], ready["https"], Path(ready["ca"]), Path(ready["log"]))
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()

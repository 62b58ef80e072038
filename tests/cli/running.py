"""Runs the real command line, in this process where it is enough and as a process where it matters."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("DOMAINSCOUT_", "ANTHROPIC_")) and name not in {"COLUMNS", "NO_COLOR"}
}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


def domainscout(*arguments: str, stdin: str = "", timeout_s: float = 240, **environment: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "domainscout", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env={**CLEAN, "COLUMNS": "80", **environment},
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def listed(folder: Path, *domains: str) -> str:
    path = folder / "domains.txt"
    path.write_text("".join(f"{domain}\n" for domain in domains))
    return str(path)

"""The monitor's CPU and memory are those of the workers: compared with the kernel's figures for the same processes."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.running import CLEAN
from tests.support.serving import served

WATCHED_S = 14.0
CPU_TOLERANCE = 0.15
MEMORY_TOLERANCE = 0.10
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


class Kernel:
    """What /proc says of processes, ten times a second: (Unix seconds, processor seconds, resident bytes)."""

    def __init__(self) -> None:
        self.seen: dict[int, list[tuple[float, float, int]]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def follow(self, pid: int) -> None:
        self.seen.setdefault(pid, [])

    def __enter__(self) -> Kernel:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def at(self, pid: int, moment: float) -> tuple[float, float, int]:
        """The sample nearest to a moment."""
        return min(self.seen[pid], key=lambda sample: abs(sample[0] - moment))

    def _sample(self) -> None:
        while not self._over.wait(0.1):
            for pid, samples in list(self.seen.items()):
                try:
                    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                except OSError:
                    continue
                samples.append((time.time(), (int(stat[11]) + int(stat[12])) / TICKS, pages * PAGE))


@contextmanager
def running(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "domainscout", *arguments]
    with subprocess.Popen(command, env=CLEAN, text=True, process_group=0, **options) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def test_cpu_and_memory_agree_with_the_kernel(tmp_path: Path) -> None:
    with served(repeat=150) as web, Kernel() as kernel:
        (tmp_path / "domains.txt").write_text("".join(f"{domain}\n" for domain in web.domains))
        data = ("--data-dir", str(tmp_path / "data"))
        subprocess.run(
            [sys.executable, "-m", "domainscout", "submit", str(tmp_path / "domains.txt"), *data],
            env=CLEAN, check=True, capture_output=True,
        )  # fmt: skip
        flags = [word for rule in web.connect_to for word in ("--connect-to", rule)]
        flags += ["--ca-file", str(web.ca_file), "--host-delay", "0", "--extractor", "rules", "--browser", "none"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with (
            running("work", "--processes", "2", "-q", *data, *flags, **quiet),
            running("monitor", "--json", "--interval", "0.5", *data, stdout=subprocess.PIPE) as monitor,
        ):
            beats = _beats(monitor, kernel)
    assert len(beats) == 2, "two worker processes"
    for pid, told in beats.items():
        first, last = told[0], told[-1]
        said_s = sum(b["cpu_pct"] / 100 * (b["seen"] - a["seen"]) for a, b in itertools.pairwise(told))
        used_s = kernel.at(pid, last["seen"])[1] - kernel.at(pid, first["seen"])[1]
        assert used_s > 1, "under load"
        assert abs(said_s - used_s) <= CPU_TOLERANCE * used_s + 0.1, (said_s, used_s)
        said = sum(beat["rss_bytes"] for beat in told) / len(told)
        real = sum(kernel.at(pid, beat["seen"])[2] for beat in told) / len(told)
        assert abs(said - real) <= MEMORY_TOLERANCE * real, (said, real)


def _beats(monitor: subprocess.Popen[str], kernel: Kernel) -> dict[int, list[dict[str, Any]]]:
    """The heartbeats of two workers over the watched time, each once, by process."""
    found: dict[int, list[dict[str, Any]]] = {}
    until = None
    assert monitor.stdout is not None
    for line in monitor.stdout:
        for beat in json.loads(line)["worker_beats"]:
            kernel.follow(beat["pid"])
            told = found.setdefault(beat["pid"], [])
            if not told or told[-1]["seen"] != beat["seen"]:
                told.append(beat)
        if until is None and len(found) == 2:
            until = time.monotonic() + WATCHED_S
        if until is not None and time.monotonic() > until:
            break
    return found

"""How cost grows with the number of targets: from a thousand to a million.

    python -m benchmarks scale [--sizes 1000 10000 100000 1000000] [--no-work]

Submit time and memory, Redis and database size, latency of status and monitor (start of the program included), and the
time a target takes a hundred scouts that do nothing, in the first and in the last tenth of the job, with the processor
time in it: a million targets are worked in ten minutes, about.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import results, runs

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HEADER = (
    "targets", "submit s", "submit µs/target", "submit RSS MiB", "database MiB", "Redis MiB", "status ms", "monitor ms",
    "work µs/target", "at the end", "CPU µs/target", "at the end",
)  # fmt: skip


def run(argv: list[str]) -> int:
    """Measure each size; exit 1 where a target is missing."""
    parser = argparse.ArgumentParser(prog="benchmarks scale", description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--no-work", action="store_true", help="submit and look, work nothing")
    args = parser.parse_args(argv)
    rows = [asyncio.run(measure(size, work=not args.no_work)) for size in args.sizes]
    results.save("scale", {"rows": rows})
    print(results.table([row_of(row) for row in rows], HEADER))
    return int(any(missing(row) for row in rows))


def row_of(row: dict[str, Any]) -> list[object]:
    """One line of the printed table."""
    names = (
        "targets", "submit_s", "submit_us_each", "submit_rss_mib", "database_mib", "redis_mib", "status_ms",
        "monitor_ms", "work_us_start", "work_us_end", "cpu_us_start", "cpu_us_end",
    )  # fmt: skip
    return [row.get(name, "–") for name in names]


def missing(row: dict[str, Any]) -> int:
    """How many targets were not submitted, or not worked where that was asked for."""
    return int(row["targets"] - min(row["submitted"], row.get("worked", row["targets"])))


async def measure(size: int, *, work: bool) -> dict[str, Any]:
    """Submit so many targets into a fresh folder, look at what that cost, and work them off."""
    with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
        folder = Path(temporary)
        names = folder / "domains.txt"
        with names.open("w") as out:
            out.writelines(f"company-{number}.example\n" for number in range(size))
        env = {**os.environ, "DOMAINSCOUT_DATA_DIR": str(folder / "data")}
        started = time.perf_counter()
        job = (await runs.command("submit", str(names), env=env)).strip()
        seconds = time.perf_counter() - started
        rss = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        shown, status_ms = await _status(job, env)
        snapshot, monitor_ms = await _monitor(env)
        figures = {
            "targets": size,
            "submit_s": seconds,
            "submit_us_each": seconds / size * 1e6,
            "submit_rss_mib": rss,
            "submitted": shown["counts"]["submitted"],
            "database_mib": sum(f.stat().st_size for f in (folder / "data").glob("domainscout.db*")) / 2**20,
            "redis_mib": snapshot.get("redis_mb", 0.0),
            "status_ms": status_ms,
            "monitor_ms": monitor_ms,
        }
        return figures | (await _worked(folder / "data") if work else {})


async def _status(job: str, env: dict[str, str]) -> tuple[dict[str, Any], float]:
    best = float("inf")
    shown: dict[str, Any] = {}
    for _ in range(3):
        started = time.perf_counter()
        shown = json.loads(await runs.command("status", job, "--json", env=env))
        best = min(best, time.perf_counter() - started)
    return shown, best * 1000


async def _monitor(env: dict[str, str]) -> tuple[dict[str, Any], float]:
    """The first snapshot and how long it took, the start of the program included."""
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *runs.COMMAND, "monitor", "--json", "--seconds", "1", "--quiet",
        env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    first = await process.stdout.readline()
    seconds = time.perf_counter() - started
    await process.communicate()
    return json.loads(first), seconds * 1000


async def _worked(data: Path) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.peers.our_queue", "--folder", str(data), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    figures: dict[str, Any] = json.loads(out)
    return figures

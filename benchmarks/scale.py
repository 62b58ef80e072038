"""How cost grows with the number of targets: from a thousand to a million.

    python -m benchmarks scale [--sizes 1000 10000 100000 1000000]

Submit time and memory, Redis and database size, latency of status, and the work rate on targets that need no network
(names that the address guard refuses), measured at the start and at the end of the job.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import results, runs

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HEADER = ("targets", "submit s", "submit µs/target", "submit RSS MiB", "database MiB", "Redis MiB", "status ms")


def run(argv: list[str]) -> int:
    """Measure each size; exit 1 where a target is missing."""
    parser = argparse.ArgumentParser(prog="benchmarks scale", description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    args = parser.parse_args(argv)
    rows = [asyncio.run(measure(size)) for size in args.sizes]
    results.save("scale", {"rows": rows})
    print(
        results.table(
            [
                (
                    row["targets"],
                    row["submit_s"],
                    row["submit_us_each"],
                    row["submit_rss_mib"],
                    row["database_mib"],
                    row["redis_mib"],
                    row["status_ms"],
                )
                for row in rows
            ],
            HEADER,
        )
    )
    return int(any(row["submitted"] != row["targets"] for row in rows))


async def measure(size: int) -> dict[str, Any]:
    """Submit so many targets into a fresh folder and look at what that cost."""
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
        snapshot = json.loads((await runs.command("monitor", "--json", "--seconds", "1", env=env)).splitlines()[0])
        return {
            "targets": size,
            "submit_s": seconds,
            "submit_us_each": seconds / size * 1e6,
            "submit_rss_mib": rss,
            "submitted": shown["counts"]["submitted"],
            "database_mib": sum(f.stat().st_size for f in (folder / "data").glob("domainscout.db*")) / 2**20,
            "redis_mib": snapshot.get("redis_mb", 0.0),
            "status_ms": status_ms,
        }


async def _status(job: str, env: dict[str, str]) -> tuple[dict[str, Any], float]:
    best = float("inf")
    shown: dict[str, Any] = {}
    for _ in range(3):
        started = time.perf_counter()
        shown = json.loads(await runs.command("status", job, "--json", env=env))
        best = min(best, time.perf_counter() - started)
    return shown, best * 1000

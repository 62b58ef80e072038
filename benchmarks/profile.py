"""Where the time of one domain goes, from the program's own timings (milliseconds a domain, medians).

    python -m benchmarks profile [--sites 40] [--corpus DIR …] [--latency-ms 0] [--flame FILE.html]

`--flame` also writes a flame graph of a whole worker (needs pyinstrument).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import results, runs, web


def run(argv: list[str]) -> int:
    """Print the table of stages; exit 1 where no attempt was timed."""
    parser = argparse.ArgumentParser(prog="benchmarks profile", description=__doc__)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--corpus", nargs="+", help="corpus folders instead of made-up companies")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--flame", type=Path)
    args = parser.parse_args(argv)
    figures = asyncio.run(measure(args))
    results.save("profile", figures)
    rows = [(name, f["median_ms"], f["mean_ms"], f"{f['share']:.0%}") for name, f in figures["stages"].items()]
    print(results.table(rows, ("stage", "median ms", "mean ms", "share")))
    print(f"{figures['pages']} pages of {figures['domains']} domains, one scout")
    return int(not figures["stages"])


async def measure(args: argparse.Namespace) -> dict[str, Any]:
    """One sequential job; its attempts hold the timings."""
    source = ["--corpus", *args.corpus] if args.corpus else ["--sites", str(args.sites)]
    async with web.running(*source, "--latency-ms", str(args.latency_ms)) as served:
        with tempfile.TemporaryDirectory(prefix="profile-") as temporary:
            folder = Path(temporary)
            flags = [*served.flags(), "--host-delay", "0", "--extractor", "rules"]
            ran = await runs.job(served.domains, folder, *flags, concurrency=1, monitor=False)
            stages = _stages(folder / "data" / "domainscout.db", ran)
            if args.flame:
                await _flame(args.flame, served, folder / "flame", flags)
    return {"domains": ran.domains, "pages": ran.pages, "stages": stages}


def _stages(database: Path, ran: runs.Run) -> dict[str, dict[str, float]]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        timed = [json.loads(row[0] or "{}") for row in connection.execute("SELECT timings FROM attempts")]
    names = list(dict.fromkeys(name for timings in timed for name in timings))
    total = ran.busy_s * 1000 / ran.domains
    found = {}
    for name in names:
        values = [timings.get(name, 0.0) * 1000 for timings in timed]
        mean = statistics.fmean(values)
        found[name] = {"median_ms": statistics.median(values), "mean_ms": mean, "share": mean / total}
    rest = total - sum(stage["mean_ms"] for stage in found.values())
    found["store, queue and the rest"] = {"median_ms": rest, "mean_ms": rest, "share": rest / total}
    return found


async def _flame(output: Path, served: web.Web, folder: Path, flags: list[str]) -> None:
    folder.mkdir()
    names = folder / "domains.txt"
    names.write_text("".join(f"{name}\n" for name in served.domains))
    env = {**os.environ, "DOMAINSCOUT_DATA_DIR": str(folder / "data")}
    await runs.command("submit", str(names), env=env)
    work = ["-m", "domainscout", "work", "--until-empty", "--quiet", "--concurrency", "50", *flags]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pyinstrument", "--renderer", "html", "-o", str(output), *work, env=env
    )
    await process.wait()

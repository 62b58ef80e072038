"""Where the time of one domain goes, from the program's own timings (milliseconds a domain, medians).

    python -m benchmarks profile [--sites 40] [--corpus DIR …] [--latency-ms 0] [--flame FILE.html]

`--flame` also writes a flame graph of a whole worker (needs pyinstrument).
"""

from __future__ import annotations

import argparse
import asyncio
import os
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
            stages = _stages(ran)
            if args.flame:
                await _flame(args.flame, served, folder / "flame", flags)
    return {"domains": ran.domains, "pages": ran.pages, "stages": stages}


def _stages(ran: runs.Run) -> dict[str, dict[str, float]]:
    """Milliseconds a domain: the attempts' own timings, the commits', and what is left between two attempts."""
    names = dict.fromkeys(name for timings in ran.timings for name in timings)
    values = {name: [timings.get(name, 0.0) for timings in ran.timings] for name in names} | {"store": ran.store_s}
    total_s = ran.busy_s / ran.domains
    stages = {
        name: {
            "median_ms": statistics.median(found) * 1000,
            "mean_ms": statistics.fmean(found) * 1000,
            "share": statistics.fmean(found) / total_s,
        }
        for name, found in values.items()
    }
    # A commit runs while the next target is already worked: it is no part of what one scout waits for.
    rest_s = total_s - sum(stage["mean_ms"] for name, stage in stages.items() if name != "store") / 1000
    stages["queue and the rest"] = {
        "median_ms": rest_s * 1000, "mean_ms": rest_s * 1000, "share": rest_s / total_s,
    }  # fmt: skip
    return stages


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

"""One after the other against in parallel: the same sites, the same model, the same profiles, in one run.

    python -m benchmarks compare                      60 made-up companies, latency lognormal 300 ms, model 4 s
    python -m benchmarks compare --corpus DIR [DIR]   corpus folders instead
    python -m benchmarks compare --settings 1 5 20    other concurrencies; 5x2 means two processes of five

The first setting must be 1: everything else is compared with it, profile by profile.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from benchmarks import model, results, runs, web

OLD = {"sequential_per_min": 0.727, "five_domains_s": 330, "hoped": "3.5-5", "reached": 2.7}
"""What the replaced scripts were recorded with: five domains, an estimate in place of the sequential run."""

SETTINGS = ("1", "3", "5", "8", "20", "100", "5x2")
HEADER = (
    "setting", "wall s", "domains/min", "speed-up", "efficiency", "success", "different profiles",
    "CPU % avg", "RSS MiB max", "cost $",
)  # fmt: skip


def run(argv: list[str]) -> int:
    """Run all settings; exit 1 where a profile differs or a domain is lost."""
    parser = argparse.ArgumentParser(prog="benchmarks compare", description=__doc__)
    parser.add_argument("--corpus", nargs="+", help="corpus folders instead of made-up companies")
    parser.add_argument("--sites", type=int, default=60, help="fifty leave half of the last round of 20 empty")
    parser.add_argument("--repeat", type=int, default=1, help="aliases of each corpus site")
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS), metavar="N[xP]")
    parser.add_argument("--latency-ms", type=float, default=300.0)
    parser.add_argument("--model-s", type=float, default=4.0, help="seconds of a model answer; 0: rules only")
    args = parser.parse_args(argv)
    figures = asyncio.run(compare(args))
    results.save("compare", figures)
    print(results.table([row_of(row) for row in figures["rows"]], HEADER))
    return int(any(row["different"] or row["success"] < figures["rows"][0]["success"] for row in figures["rows"]))


async def compare(args: argparse.Namespace) -> dict[str, Any]:
    """Measure each setting against the same web and the same model."""
    source = ["--corpus", *args.corpus] if args.corpus else ["--sites", str(args.sites), "--pages", "8"]
    options = [*source, "--repeat", str(args.repeat), "--latency-ms", str(args.latency_ms)]
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(web.running(*options))
        answers = await stack.enter_async_context(model.running(latency_s=args.model_s)) if args.model_s else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compare-")))
        done: list[tuple[str, runs.Run]] = []
        for setting in args.settings:
            measured = await _measure(setting, served, answers, folder / setting)
            done.append((setting, measured))
            print(f"  {setting:>6}: {measured.busy_s:8.1f} s  {measured.per_minute:8.1f} domains/min", flush=True)
    first = done[0][1]
    return {
        "domains": first.domains,
        "latency_ms": args.latency_ms,
        "model_s": args.model_s,
        "old": OLD,
        "rows": [row(setting, measured, first) for setting, measured in done],
    }


async def _measure(setting: str, served: web.Web, answers: model.Server | None, folder: Path) -> runs.Run:
    concurrency, _, processes = setting.partition("x")
    flags = [*served.flags(), "--host-delay", "0", "--extractor", "hybrid" if answers else "rules"]
    return await runs.job(
        served.domains, folder, *flags,
        concurrency=int(concurrency), processes=int(processes or 1),
        environment=answers.environment() if answers else None,
    )  # fmt: skip


def row(setting: str, measured: runs.Run, first: runs.Run) -> dict[str, Any]:
    """The figures of one setting beside the sequential run."""
    concurrency, _, processes = setting.partition("x")
    slots = int(concurrency) * int(processes or 1)
    speed_up = measured.per_minute / first.per_minute
    return {
        "setting": setting,
        "seconds": measured.busy_s,
        "wall_s": measured.wall_s,
        "per_minute": measured.per_minute,
        "speed_up": speed_up,
        "efficiency": speed_up / slots,
        "success": measured.success,
        "different": runs.differences(first.profiles, measured.profiles),
        "cpu_pct": measured.beats.get("cpu_pct_total_avg", 0.0),
        "rss_mib": measured.beats.get("rss_mb_total_max", measured.rss_mib),
        "cost_usd": measured.cost_usd,
    }


def row_of(figures: dict[str, Any]) -> list[object]:
    """One line of the printed table."""
    return [
        figures["setting"],
        figures["seconds"],
        figures["per_minute"],
        figures["speed_up"],
        f"{figures['efficiency']:.0%}",
        f"{figures['success']:.1%}",
        len(figures["different"]),
        figures["cpu_pct"],
        figures["rss_mib"],
        f"{figures['cost_usd']:.4f}",
    ]

"""Resident memory over time at several concurrencies, over sites with large pages; what one more scout costs.

python -m benchmarks memory [--concurrency 5 50 200] [--page-kib 400] [--sites 400]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import results, runs, web


def run(argv: list[str]) -> int:
    """Measure each concurrency; exit 1 where a domain is lost."""
    parser = argparse.ArgumentParser(prog="benchmarks memory", description=__doc__)
    parser.add_argument("--concurrency", nargs="+", type=int, default=[5, 50, 200])
    parser.add_argument("--sites", type=int, default=400)
    parser.add_argument("--page-kib", type=int, default=400)
    parser.add_argument("--latency-ms", type=float, default=100.0)
    args = parser.parse_args(argv)
    figures = asyncio.run(measure(args))
    results.save("memory", figures)
    header = ("concurrency", "RSS MiB avg", "RSS MiB peak", "domains/min", "success")
    print(results.table([tuple(row.values())[:5] for row in figures["rows"]], header))
    print(f"one more scout: {figures['mib_a_scout']:.2f} MiB")
    return int(any(row["success"] < 1 for row in figures["rows"]))


async def measure(args: argparse.Namespace) -> dict[str, Any]:
    """One run a concurrency over the same web."""
    options = ["--sites", str(args.sites), "--pages", "6", "--page-kib", str(args.page_kib)]
    rows = []
    async with web.running(*options, "--latency-ms", str(args.latency_ms)) as served:
        with tempfile.TemporaryDirectory(prefix="memory-") as temporary:
            for concurrency in args.concurrency:
                flags = [*served.flags(), "--host-delay", "0", "--extractor", "rules"]
                ran = await runs.job(
                    served.domains, Path(temporary) / str(concurrency), *flags, concurrency=concurrency
                )
                rows.append(
                    {
                        "concurrency": concurrency,
                        "rss_mib_avg": ran.beats.get("rss_mb_total_avg", ran.rss_mib),
                        "rss_mib_peak": max(ran.rss_mib, ran.beats.get("rss_mb_total_max", 0.0)),
                        "per_minute": ran.per_minute,
                        "success": ran.success,
                        "rss_mib_over_time": [(row["elapsed_s"], row["rss_mb_total"]) for row in ran.samples],
                    }
                )
    first, last = rows[0], rows[-1]
    slots = max(1, last["concurrency"] - first["concurrency"])
    return {
        "rows": rows,
        "page_kib": args.page_kib,
        "mib_a_scout": (last["rss_mib_peak"] - first["rss_mib_peak"]) / slots,
    }

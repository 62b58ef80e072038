"""A small run of the measurements for CI: results must be complete and equal, times are printed and never judged.

python -m benchmarks quick
"""

from __future__ import annotations

import argparse
import asyncio
import time

from benchmarks import compare, crawl, quality, scale


def run(argv: list[str]) -> int:
    """Every check in turn; exit 1 where one found results missing or different."""
    argparse.ArgumentParser(prog="benchmarks quick", description=__doc__).parse_args(argv)
    failed = 0
    for name, check in CHECKS.items():
        started = time.perf_counter()
        problems = check()
        failed += bool(problems)
        verdict = "; ".join(problems) if problems else "complete and equal"
        print(f"{name:8} {verdict} ({time.perf_counter() - started:.1f} s)", flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return int(failed > 0)


def _compare() -> list[str]:
    options = argparse.Namespace(
        corpus=None, sites=12, repeat=1, settings=["1", "5", "3x2"], latency_ms=30.0, model_s=0.2
    )
    figures = asyncio.run(compare.compare(options))
    problems = []
    for row in figures["rows"]:
        if row["success"] < 1:
            problems.append(f"{row['setting']}: {row['success']:.0%} of the domains succeeded")
        if row["different"]:
            problems.append(f"{row['setting']}: profiles differ: {row['different'][:3]}")
    return problems


def _crawl() -> list[str]:
    options = argparse.Namespace(sites=30, pages=8, corpus=None, rounds=1, no_scrapy=True, processes=2)
    figures = asyncio.run(crawl.measure(options))
    for name, rates in figures["rates"].items():
        print(f"  {name}: {rates['pages_s']['median']:.0f} pages/s")
    return [] if figures["complete"] else ["pages are missing"]


def _scale() -> list[str]:
    row = asyncio.run(scale.measure(5_000, work=True))
    print(f"  {row['targets']:,} targets submitted in {row['submit_s']:.1f} s, status in {row['status_ms']:.0f} ms")
    return [f"{scale.missing(row)} of {row['targets']} targets are missing"] if scale.missing(row) else []


def _quality() -> list[str]:
    return ["a figure is below its floor"] if quality.run([]) else []


CHECKS = {"compare": _compare, "crawl": _crawl, "scale": _scale, "quality": _quality}

"""Does memory stay flat? Crawls and reads the hostile web over and over, and fits a line through the resident size.

    python -m benchmarks soak [--minutes 12] [--concurrency 5]

Prints {"minutes", "rounds", "crawls", "rss_mib_first", "rss_mib_last", "slope_mib_per_hour", "flat", …} and ends with 1
when the slope after the warm-up is 1 MiB an hour or more. The crawling process is measured alone: the hostile table
(bombs and endless pages, 130 MiB of them) and its servers live in others. The warm-up is two fifths of the time: each
host has then been seen several times, and the allocator has met its worst moments. A size is taken at one point of the
work, between two rounds, after garbage collection and a trim, as the worker trims between sites: what is free again and
waits for its next use went up and down by more than a slope of 1 MiB an hour shows in an hour. The untrimmed size and
the peak of each round are kept beside it, so that nothing can hide there.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks import results
from domainscout import memory
from domainscout.compose import understand
from domainscout.crawl import crawl
from domainscout.errors import AttemptError
from domainscout.fetch import Fetcher, open_fetcher
from domainscout.settings import CrawlSettings

FLAT_MIB_PER_HOUR = 1.0
WARM_UP = 0.4
PEEK_S = 0.25

Point = tuple[float, float, float, float]
"""Seconds since the start; resident MiB after a trim, before it, and at most since the last point."""


async def soak(settings: CrawlSettings, hosts: list[str], minutes: float, concurrency: int) -> dict[str, object]:
    """Crawl all hosts round after round; the resident size is taken after each round."""
    started = time.monotonic()
    points: list[Point] = []
    async with open_fetcher(settings) as fetcher:
        while time.monotonic() < started + minutes * 60:
            fetcher.shelf.pop("robots", None)
            peak = await _peak_of(_round(fetcher, settings, hosts, concurrency))
            points.append(_point(started, peak))
    return figures_of(points, minutes, len(hosts))


def figures_of(points: list[Point], minutes: float, hosts: int) -> dict[str, object]:
    """What the points say, those of the warm-up left out."""
    steady = [point for point in points if point[0] >= minutes * 60 * WARM_UP] or points
    slope = slope_of([(at, trimmed) for at, trimmed, _, _ in steady]) * 3600
    return {
        "minutes": round(points[-1][0] / 60, 1),
        "rounds": len(points),
        "rounds_after_warm_up": len(steady),
        "crawls": len(points) * hosts,
        "rss_mib_first": round(steady[0][1], 2),
        "rss_mib_last": round(steady[-1][1], 2),
        "rss_mib_untrimmed_last": round(steady[-1][2], 1),
        "rss_mib_peak": round(max(point[3] for point in points), 1),
        "slope_mib_per_hour": round(slope, 2),
        "flat": slope < FLAT_MIB_PER_HOUR,
        "rss_mib_over_time": [(round(at, 1), round(trimmed, 2)) for at, trimmed, _, _ in points],
        "untrimmed_and_peak": [(round(untrimmed, 1), round(peak, 1)) for _, _, untrimmed, peak in points],
    }


def slope_of(points: list[tuple[float, float]]) -> float:
    """Of the least-squares line, in MiB a second."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def _point(started: float, peak: float) -> Point:
    gc.collect()
    untrimmed = _resident()
    memory.forget()
    memory.give_back()
    return time.monotonic() - started, _resident(), untrimmed, max(peak, untrimmed)


def _resident() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


async def _peak_of(work: Any) -> float:
    """The largest resident size seen while something is done."""
    task = asyncio.ensure_future(work)
    peak = 0.0
    while not task.done():
        await asyncio.wait((task,), timeout=PEEK_S)
        peak = max(peak, _resident())
    await task
    return peak


async def _round(fetcher: Fetcher, settings: CrawlSettings, hosts: list[str], concurrency: int) -> None:
    gate = asyncio.Semaphore(concurrency)

    async def one(host: str) -> None:
        async with gate:
            try:
                await understand(await crawl(host, fetcher=fetcher, settings=settings))
            except AttemptError:
                return

    await asyncio.gather(*(one(host) for host in hosts))


def run(argv: list[str]) -> int:
    """Serve the hostile web, soak a process of its own in it and print its figures."""
    from tests.hostile import TABLE
    from tests.hostile.client import hostile_web

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--concurrency", type=int, default=5)
    args = parser.parse_args(argv)
    hosts = [row.host for row in TABLE.values() if not row.internal]
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, hostile_web(Path(folder)) as web:
        asked = {
            "settings": web.settings(page_timeout=1.5).model_dump(mode="json", exclude_unset=True),
            "hosts": hosts,
            "minutes": args.minutes,
            "concurrency": args.concurrency,
        }
        command = [sys.executable, "-m", "benchmarks.soak"]
        done = subprocess.run(command, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True)
    figures = json.loads(done.stdout)
    results.save("soak", figures)
    shown = {name: figure for name, figure in figures.items() if not isinstance(figure, list)}
    print(json.dumps(shown))
    return 0 if figures["flat"] else 1


def _soaked() -> None:
    """The process that is measured: its orders on standard input, its figures on standard output."""
    asked = json.load(sys.stdin)
    settings = CrawlSettings(**asked.pop("settings"))
    print(json.dumps(asyncio.run(soak(settings, **asked))))


if __name__ == "__main__":
    _soaked()

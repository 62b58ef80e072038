"""Does memory stay flat? Crawls and reads the hostile web over and over, and fits a line through the resident size.

    python -m benchmarks soak [--minutes 12] [--concurrency 5]

Prints {"minutes", "rounds", "crawls", "rss_mib_first", "rss_mib_last", "slope_mib_per_hour", "flat"} and ends with 1
when the slope, after a warm-up of two fifths of the time, in which the bounded caches fill, is 1 MiB an hour or more.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks import results
from domainscout.compose import understand
from domainscout.crawl import crawl
from domainscout.errors import AttemptError
from domainscout.fetch import Fetcher, open_fetcher
from domainscout.settings import CrawlSettings

FLAT_MIB_PER_HOUR = 1.0
WARM_UP = 0.4


async def soak(settings: CrawlSettings, hosts: list[str], minutes: float, concurrency: int) -> dict[str, object]:
    """Crawl all hosts round after round; the resident size is taken after each round."""
    process = psutil.Process()
    started = time.monotonic()
    end = started + minutes * 60
    points: list[tuple[float, float]] = []
    crawls = 0
    async with open_fetcher(settings) as fetcher:
        while time.monotonic() < end:
            fetcher.shelf.pop("robots", None)
            crawls += await _round(fetcher, settings, hosts, concurrency)
            gc.collect()
            points.append((time.monotonic() - started, process.memory_info().rss / 2**20))
    steady = [point for point in points if point[0] >= minutes * 60 * WARM_UP] or points
    slope = _slope(steady) * 3600
    return {
        "minutes": round((time.monotonic() - started) / 60, 1),
        "rounds": len(points),
        "crawls": crawls,
        "rss_mib_first": round(steady[0][1], 1),
        "rss_mib_last": round(steady[-1][1], 1),
        "slope_mib_per_hour": round(slope, 2),
        "flat": slope < FLAT_MIB_PER_HOUR,
        "rss_mib_over_time": [(round(at, 1), round(rss, 1)) for at, rss in points],
    }


async def _round(fetcher: Fetcher, settings: CrawlSettings, hosts: list[str], concurrency: int) -> int:
    gate = asyncio.Semaphore(concurrency)

    async def one(host: str) -> None:
        async with gate:
            try:
                await understand(await crawl(host, fetcher=fetcher, settings=settings))
            except AttemptError:
                return

    await asyncio.gather(*(one(host) for host in hosts))
    return len(hosts)


def _slope(points: list[tuple[float, float]]) -> float:
    """Of the least-squares line, in MiB a second."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def run(argv: list[str]) -> int:
    """Run the soak and print its figures."""
    from tests.hostile import TABLE
    from tests.hostile.client import hostile_web

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--concurrency", type=int, default=5)
    args = parser.parse_args(argv)
    hosts = [row.host for row in TABLE.values() if not row.internal]
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, hostile_web(Path(folder)) as web:
        figures = asyncio.run(soak(web.settings(page_timeout=1.5), hosts, args.minutes, args.concurrency))
    results.save("soak", figures)
    print(json.dumps({name: figure for name, figure in figures.items() if name != "rss_mib_over_time"}))
    return 0 if figures["flat"] else 1

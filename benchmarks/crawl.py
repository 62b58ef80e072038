"""Pages a second and memory of one process: domainscout with all rules, the bare loop, and Scrapy, in turns.

    python -m benchmarks crawl [--sites 200] [--pages 10] [--rounds 3] [--corpus DIR …] [--no-scrapy]

All over plain HTTP: what TLS costs is the same for everybody. Scrapy only extracts text, once from a list of addresses
and once finding the pages itself, and runs in an environment of its own, made on first use under `benchmarks/results`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import results, runs, web
from benchmarks.environments import interpreter

PEERS = Path(__file__).parent / "peers"
STEADY = ("decode", "parse", "choose", "prepare", "resolve")
"""Stages that wait for nothing, so that their wall time is their processor time even among fifty scouts. "prepare" is
what stands between pages and extractors: what gives orders to machines is left out, what was let go is parsed again."""
CONCURRENCY = 50
OURS = "domainscout, all rules"
BARE = "aiohttp + selectolax text"
SCRAPY = "Scrapy + selectolax text"
SCRAPY_FOLLOWING = "Scrapy + selectolax text, finds the pages itself"


def run(argv: list[str]) -> int:
    """Measure in turns and print medians; exit 1 where a page or a domain is missing."""
    parser = argparse.ArgumentParser(prog="benchmarks crawl", description=__doc__)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--corpus", nargs="+", help="corpus folders instead of made-up companies")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-scrapy", action="store_true")
    parser.add_argument("--processes", type=int, default=2, help="also measure so many processes; 1: do not")
    args = parser.parse_args(argv)
    figures = asyncio.run(measure(args))
    results.save("crawl", figures)
    header = ("", "pages/s", "min", "max", "peak RSS MiB")
    rows = [
        (name, f["pages_s"]["median"], f["pages_s"]["min"], f["pages_s"]["max"], f["rss_mib"])
        for name, f in figures["rates"].items()
    ]
    print(results.table(rows, header))
    print("ms a page: " + ", ".join(f"{name} {ms:.2f}" for name, ms in figures["breakdown_ms"].items()))
    return int(not figures["complete"])


async def measure(args: argparse.Namespace) -> dict[str, Any]:
    """All contestants, one round after the other, against the same web."""
    source = ["--corpus", *args.corpus] if args.corpus else ["--sites", str(args.sites), "--pages", str(args.pages)]
    scrapy = None if args.no_scrapy else await asyncio.to_thread(interpreter, "scrapy")
    seen: dict[str, list[dict[str, float]]] = {}
    stages: list[dict[str, float]] = []
    async with web.running(*source, "--plain-only") as served:
        with tempfile.TemporaryDirectory(prefix="crawl-") as temporary:
            folder = Path(temporary)
            listing = folder / "paths.txt"
            listing.write_text("".join(f"{host} {path}\n" for host, path in served.paths))
            for number in range(args.rounds):
                for name, command in _peers(scrapy, served, listing).items():
                    seen.setdefault(name, []).append(await _peer(command, len(served.paths)))
                for processes in sorted({1, args.processes}):
                    name = OURS + (f", {processes} processes" if processes > 1 else "")
                    ran = await _ours(served, folder / f"{number}-{processes}", processes, args.pages)
                    seen.setdefault(name, []).append(_figures(ran, served))
                    if processes == 1:
                        stages += ran.timings
    rates = {
        name: {
            "pages_s": results.spread([f["pages"] / f["seconds"] for f in rounds]),
            "rss_mib": max(f["rss_mib"] for f in rounds),
        }
        for name, rounds in seen.items()
    }
    return {
        "pages": len(served.paths),
        "sites": len(served.domains),
        "concurrency": CONCURRENCY,
        "complete": all(f["missing"] == 0 for rounds in seen.values() for f in rounds),
        "rates": rates,
        "breakdown_ms": _breakdown(rates, stages, len(served.paths) * args.rounds),
    }


def _breakdown(rates: dict[str, Any], stages: list[dict[str, float]], pages: int) -> dict[str, float]:
    """Milliseconds a page: the bare loop as measured beside us, what the stages cost that never wait, and the rest."""
    whole, bare = (1000 / rates[name]["pages_s"]["median"] for name in (OURS, BARE))
    read: dict[str, float] = {}
    for timings in stages:
        for name, seconds in timings.items():
            if name in STEADY or name.startswith("extract "):
                read[name] = read.get(name, 0.0) + 1000 * seconds / pages
    rest = whole - bare - sum(read.values())
    ordered = dict(sorted(read.items(), key=lambda item: -item[1]))
    return {"the bare loop": bare, **ordered, "robots, requests, queue, store": rest, "whole": whole}


def _peers(scrapy: Path | None, served: web.Web, listing: Path) -> dict[str, list[str]]:
    target = [str(served.http), str(listing)]
    peers = {
        "aiohttp, fetch only": [sys.executable, str(PEERS / "bare_crawl.py"), *target, "--fetch-only"],
        BARE: [sys.executable, str(PEERS / "bare_crawl.py"), *target],
    }
    if scrapy is not None:
        peers[SCRAPY] = [str(scrapy), str(PEERS / "scrapy_crawl.py"), *target]
        peers[SCRAPY_FOLLOWING] = [*peers[SCRAPY], "--follow"]
    return peers


async def _peer(command: list[str], wanted: int) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    figures: dict[str, float] = json.loads(out)
    return {**figures, "missing": wanted - figures["pages"]}


async def _ours(served: web.Web, folder: Path, processes: int, pages: int) -> runs.Run:
    flags = [*served.flags(), "--host-delay", "0", "--extractor", "rules", "--max-pages", str(max(pages, 12))]
    return await runs.job(
        served.domains, folder, *flags, concurrency=CONCURRENCY // processes, processes=processes, monitor=False
    )


def _figures(ran: runs.Run, served: web.Web) -> dict[str, float]:
    missing = len(served.domains) - sum(ran.outcomes.values())
    return {"pages": ran.pages, "seconds": ran.busy_s, "rss_mib": ran.rss_mib, "missing": missing}

"""Kills, restarts, wipes and worse, for minutes to hours, with a seed: nothing lost, nothing double.

    python -m benchmarks chaos [--seed N] [--scale 1.0] [--only kills,crawl,points,…]

Workers are real processes over a real server and database; their scout visits nobody, except in `crawl`. Each scenario
ends with every target counted row by row. Figures go to results/chaos.json; a broken promise is an AssertionError.
`crawl` serves made-up sites itself, or uses a web that runs already, of 30,000 names for the full size:
--domains FILE --connect-to :443:127.0.0.1:8443 --connect-to :80:127.0.0.1:8080 --ca-file ca.pem
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.arena import arena
from tests.support.queues import binaries
from tests.support.waiting import wait_until
from tests.support.worker_process import POINTS, Plan

from benchmarks import results, waits, web
from benchmarks.trouble import LEASE_S, Figures, Supply, companies, counted, plan_of

WAVE = 2000
POLITE_TO_NOBODY = {"host_delay": 0.0, "max_pages": 4}


@dataclass
class Replayed:
    """A web that runs already, if one was named."""

    domains: Path | None = None
    connect_to: tuple[str, ...] = ()
    ca_file: Path | None = None


REPLAYED = Replayed()

CRAWL_PAUSE_S = (1.0, 3.0)
"""Between two kills of crawling workers: they finish a site in less. With longer ones 200 kills take 50,000 names."""


async def kills(seed: int, scale: float) -> Figures:
    """`kill -9` at random moments of two workers over thousands of targets that take 50 ms."""
    return await _killed(seed, scale, companies(), plan_of(work_s=0.05), pause_s=(0.4, 2.0))


async def crawl(seed: int, scale: float) -> Figures:
    """The same with the real crawler and extractors over a web on loopback: ours, or the one that --domains lists."""
    if REPLAYED.domains:
        names = REPLAYED.domains.read_text().split()
        flags = {"connect_to": tuple(REPLAYED.connect_to), "ca_file": str(REPLAYED.ca_file)}
        return await _killed(seed, scale, iter(names), plan_of(crawl=flags | POLITE_TO_NOBODY), pause_s=CRAWL_PAUSE_S)
    options = ("--sites", "100", "--pages", "4", "--page-kib", "8", "--repeat", str(max(int(600 * scale), 20)))
    async with web.running(*options) as served:
        ports = (f":443:127.0.0.1:{served.https}", f":80:127.0.0.1:{served.http}")
        flags = {"connect_to": ports, "ca_file": str(served.ca)}
        plan = plan_of(crawl=flags | POLITE_TO_NOBODY)
        return await _killed(seed, scale, iter(served.domains), plan, pause_s=CRAWL_PAUSE_S)


async def _killed(
    seed: int, scale: float, names: Iterator[str], plan: Plan, *, pause_s: tuple[float, float]
) -> Figures:
    """Two workers that are killed 200 times while 5,000 targets, or as many as that takes, are worked off.

    The pause lets a worker get to work between its start and its end: three random kills of one domain that runs alone
    cannot be told from a domain that kills.
    """
    count, least, killed = int(200 * scale), int(5000 * scale), 0
    async with arena(plan, seed=seed) as place:
        supply = Supply(place, names, size=min(WAVE, max(least, 200)))
        while killed < count or supply.targets < least:
            await supply.top_up()
            place.keep(2)
            # On a busy machine a worker takes seconds to load: killed as it begins, again and again, it proves nothing.
            await wait_until(place.all_up)
            await asyncio.sleep(place.dice.uniform(*pause_s))
            killed += killed < count and place.kill_one()
        await place.finish(2, seconds=3600)
        figures = await counted(place, supply.targets, may_fail=supply.targets if plan.crawl else 0)
        assert "crash" not in (await place.failed()).values()
        assert figures["kills"] >= count
        return figures


async def recovery(seed: int, scale: float) -> Figures:
    """A killed worker's target on an idle queue starts again within its lease + 2 s."""
    took: list[float] = []
    async with arena(plan_of(work_s=0.5, spread=0.0, concurrency=1), seed=seed) as place:
        for number in range(max(int(20 * scale), 3)):
            place.keep(2)
            await wait_until(place.all_up)
            domain = f"company{number}.example"
            await place.submit([domain])
            await place.broker.wake()
            await wait_until(place.kill_one)
            killed, _ = place.kills[-1]
            await wait_until(lambda domain=domain: place.works()[domain] == 2)  # type: ignore[misc]
            took.append(max(line["at"] for line in place.ledger.of("Started") if line["domain"] == domain) - killed)
            await wait_until(place.finished)
        figures = await counted(place, len(took))
        assert max(took) <= LEASE_S + 2.0, took
        return figures | {"restart_s": results.spread(took)}


async def points(seed: int, scale: float) -> Figures:
    """`kill -9` at every named step, over and over."""
    figures: Figures = {}
    for point in POINTS:
        targets = max(int(300 * scale), 150)
        async with arena(plan_of(work_s=0.02, crash_at=point, crash_share=0.03), seed=seed) as place:
            await place.submit([f"company{number}.example" for number in range(targets)])
            await place.finish(2, seconds=1800)
            figures[point] = await counted(place, targets)
            assert figures[point]["kills"] > 0, f"nobody died {point}"
    return figures


async def redis(seed: int, scale: float) -> Figures:
    """Restarts with and without the append-only file, and wipes, under load; on every server that is installed."""
    figures: Figures = {}
    for backend in binaries():
        restarts, wipes = int(25 * scale), int(5 * scale)
        async with arena(plan_of(work_s=0.05), backend=backend, seed=seed) as place:
            supply = Supply(place, companies(), size=500)
            acts = ["restart"] * restarts + ["wipe"] * wipes
            place.dice.shuffle(acts)
            for act in acts:
                await supply.top_up()
                place.keep(2)
                await asyncio.sleep(place.dice.uniform(0.2, 1.0))
                if act == "wipe":
                    place.server.say("FLUSHALL")
                else:
                    place.server.kill()
                    await asyncio.sleep(place.dice.uniform(0.0, 0.5))
                    place.server.start("--appendonly", place.dice.choice(["yes", "no"]))
            await place.finish(2, seconds=1800)
            figures[backend] = await counted(place, supply.targets) | {"restarts": restarts, "wipes": wipes}
            assert set(place.works()) == set(itertools.islice(companies(), supply.targets))
            # A loss costs one more start at most, and what ran when it happened is not started again for it.
            figures[backend]["most_starts_of_one"] = max(place.works().values())
    return figures


async def poison(seed: int, scale: float) -> Figures:
    """Five domains that kill their process among two hundred."""
    async with arena(plan_of(work_s=0.05), seed=seed) as place:
        killers = [f"killer{number}.example" for number in range(5)]
        innocents = [f"company{number}.example" for number in range(195)]
        domains = innocents + killers
        place.dice.shuffle(domains)
        await place.submit(domains)
        await place.finish(2, seconds=1800)
        figures = await counted(place, 200, may_fail=5)
        assert await place.failed() == dict.fromkeys(killers, "crash"), await place.failed()
        return figures | {"innocents_failed": 0}


async def signals(seed: int, scale: float) -> Figures:
    """SIGTERM: the worker drains or releases within its grace, and nothing stays under its name."""
    took: list[float] = []
    count = int(100 * scale)
    async with arena(plan_of(work_s=0.5, grace=1.0), seed=seed) as place:
        targets = 60 * count
        await place.submit([f"company{number}.example" for number in range(targets)])
        for _ in range(count):
            child = place.spawn()
            await wait_until(lambda child=child: bool(place.ledger.in_flight(child.pid)))  # type: ignore[misc]
            await asyncio.sleep(place.dice.uniform(0.0, 0.3))
            began = time.monotonic()
            child.process.send_signal(signal.SIGTERM)
            if place.dice.random() < 0.3:
                await asyncio.sleep(0.1)
                child.process.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(child.process.wait, 30)
            took.append(time.monotonic() - began)
            assert code == 0, (code, place.complaints())
            assert took[-1] <= 1.0 + 5.0
            stats = await place.broker.stats()
            assert stats.in_flight == 0, stats
            assert not [name for name in await place.broker._consumers() if name not in {"sweeper", "arena"}]
            place.children.remove(child)
        counts = await place.counts()
        charged = await place.store.targets.feed(10_000)
        assert not [target for target in charged if target.charged or target.suspect]
        return {"signals": count, "done": counts.done, "exit_s": results.spread(took)}


SCENARIOS: dict[str, Callable[[int, float], Coroutine[Any, Any, Figures]]] = {
    "kills": kills,
    "crawl": crawl,
    "points": points,
    "redis": redis,
    "poison": poison,
    "signals": signals,
    "stalls": waits.stalls,
    "lock": waits.lock,
    "clock": waits.clock,
    "recovery": recovery,
}


def run(argv: list[str]) -> int:
    """Run the scenarios and keep their figures."""
    parser = argparse.ArgumentParser(prog="benchmarks chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--scale", type=float, default=1.0, help="more or less of everything")
    parser.add_argument("--only", default=",".join(SCENARIOS), help="comma-separated scenarios")
    parser.add_argument("--domains", type=Path, help="crawl: names that a running web serves, one a line")
    parser.add_argument("--connect-to", action="append", default=[], help="crawl: where that web listens")
    parser.add_argument("--ca-file", type=Path, help="crawl: its certificate authority")
    options = parser.parse_args(argv)
    REPLAYED.domains, REPLAYED.ca_file = options.domains, options.ca_file
    REPLAYED.connect_to = tuple(options.connect_to)
    names = {"seed": options.seed, "scale": options.scale, "lease_s": LEASE_S}
    for name in options.only.split(","):
        began = time.monotonic()
        print(f"{name} … ", end="", file=sys.stderr, flush=True)
        figures = asyncio.run(SCENARIOS[name](options.seed, options.scale))
        print(f"{time.monotonic() - began:.0f} s {figures}", file=sys.stderr, flush=True)
        # The other scenarios keep the figures of their last run.
        earlier = results.load("chaos") or {}
        kept = {other: earlier[other] for other in SCENARIOS if other in earlier}
        results.save("chaos", kept | {name: names | figures})
    return 0

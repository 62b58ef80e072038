"""Kills, restarts, wipes and worse, for minutes to hours, with a seed: nothing lost, nothing double.

    python -m benchmarks chaos [--seed N] [--scale 1.0] [--only kills,points,redis,poison,signals,stalls]

Workers are real processes over a real server and database; their scout visits nobody. Each scenario ends with every
target counted row by row. Figures go to results/chaos.json; a broken promise is an AssertionError.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import statistics
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from tests.support.arena import Arena, arena
from tests.support.queues import binaries
from tests.support.waiting import wait_until
from tests.support.worker_process import POINTS, Plan

from benchmarks import results

LEASE_S = 3.0
GRACE_S = 5.0
RECOVERY_SLACK_S = 15.0

Figures = dict[str, Any]


async def kills(seed: int, scale: float) -> Figures:
    """`kill -9` at random moments of two workers over thousands of targets."""
    count, targets = int(200 * scale), int(8000 * scale)
    async with arena(_plan(work_s=0.05), seed=seed) as place:
        await place.submit([f"company{number}.example" for number in range(targets)])
        # Slow enough that a worker gets to work between its start and its end: three random kills of one domain that
        # runs alone cannot be told from a domain that kills.
        while len(place.kills) < count and not await place.finished():
            place.keep(2)
            await asyncio.sleep(place.dice.uniform(0.4, 2.0))
            place.kill_one()
        await place.finish(2, seconds=600)
        return await _ledger(place, targets)


async def points(seed: int, scale: float) -> Figures:
    """`kill -9` at every named step, over and over."""
    figures: Figures = {}
    for point in POINTS:
        targets = max(int(300 * scale), 60)
        async with arena(_plan(work_s=0.02, crash_at=point, crash_share=9 / targets), seed=seed) as place:
            await place.submit([f"company{number}.example" for number in range(targets)])
            await place.finish(2, seconds=600)
            figures[point] = await _ledger(place, targets)
            assert figures[point]["kills"] > 0, f"nobody died {point}"
    return figures


async def redis(seed: int, scale: float) -> Figures:
    """Restarts with and without the append-only file, and wipes, under load; on every server that is installed."""
    figures: Figures = {}
    for backend in binaries():
        restarts, wipes = int(25 * scale), int(5 * scale)
        async with arena(_plan(work_s=0.05), backend=backend, seed=seed) as place:
            targets = 40 * (restarts + wipes)
            await place.submit([f"company{number}.example" for number in range(targets)])
            acts = ["restart"] * restarts + ["wipe"] * wipes
            place.dice.shuffle(acts)
            for act in acts:
                place.keep(2)
                await asyncio.sleep(place.dice.uniform(0.2, 1.0))
                if act == "wipe":
                    place.server.say("FLUSHALL")
                else:
                    place.server.kill()
                    await asyncio.sleep(place.dice.uniform(0.0, 0.5))
                    place.server.start("--appendonly", place.dice.choice(["yes", "no"]))
            await place.finish(2, seconds=600)
            figures[backend] = await _ledger(place, targets) | {"restarts": restarts, "wipes": wipes}
            assert set(place.works()) == {f"company{number}.example" for number in range(targets)}
            # A loss costs one more start at most, and what ran when it happened is not started again for it.
            figures[backend]["most_starts_of_one"] = max(place.works().values())
    return figures


async def poison(seed: int, scale: float) -> Figures:
    """Five domains that kill their process among two hundred."""
    async with arena(_plan(work_s=0.05), seed=seed) as place:
        killers = [f"killer{number}.example" for number in range(5)]
        innocents = [f"company{number}.example" for number in range(195)]
        domains = innocents + killers
        place.dice.shuffle(domains)
        await place.submit(domains)
        await place.finish(2, seconds=600)
        figures = await _ledger(place, 200, may_fail=5)
        assert await place.failed() == dict.fromkeys(killers, "crash"), await place.failed()
        return figures | {"innocents_failed": 0}


async def signals(seed: int, scale: float) -> Figures:
    """SIGTERM: the worker drains or releases within its grace, and nothing stays under its name."""
    took: list[float] = []
    count = int(100 * scale)
    async with arena(_plan(work_s=0.5, grace=1.0), seed=seed) as place:
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


async def stalls(seed: int, scale: float) -> Figures:
    """SIGSTOP of the server, a memory limit, a lock on the database: work waits or drains, then goes on."""
    async with arena(_plan(work_s=0.05), seed=seed) as place:
        targets = int(1500 * scale)
        await place.submit([f"company{number}.example" for number in range(targets)])
        place.keep(2)
        for seconds in (1.0, 8.0, 30.0 * scale):
            await asyncio.sleep(2.0)
            place.server.signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            place.server.signal(signal.SIGCONT)
        await asyncio.sleep(1.0)
        place.server.say("CONFIG", "SET", "maxmemory", "1")
        await asyncio.sleep(5.0)
        place.server.say("CONFIG", "SET", "maxmemory", "0")
        alive = [child.pid for child in place.children if child.alive]
        await place.finish(2, seconds=600)
        figures = await _ledger(place, targets)
        assert len(alive) == 2, f"a worker ended during the stall: {place.complaints()}"
        assert figures["kills"] == 0
        return figures


SCENARIOS: dict[str, Callable[[int, float], Coroutine[Any, Any, Figures]]] = {
    "kills": kills,
    "points": points,
    "redis": redis,
    "poison": poison,
    "signals": signals,
    "stalls": stalls,
}


async def _ledger(place: Arena, targets: int, *, may_fail: int = 0) -> Figures:
    """Everything counted; what must always hold is asserted here."""
    counts = await place.counts()
    failed = await place.failed()
    assert counts.submitted == targets, counts
    assert counts.unfinished == 0, counts
    assert len(failed) <= may_fail, failed
    recoveries = place.recoveries_s()
    works = place.works()
    worst = max(recoveries, default=0.0)
    assert worst <= LEASE_S + RECOVERY_SLACK_S, f"{worst:.1f} s from a kill to the outcome"
    return {
        "targets": targets,
        "done": counts.done,
        "failed": counts.failed,
        "lost": targets - counts.finished,
        "kills": len(place.kills),
        "interrupted": len(recoveries),
        "begun_more_than_once": sum(times > 1 for times in works.values()),
        "recovery_s": {"median": statistics.median(recoveries) if recoveries else 0.0, "worst": worst},
        "suspects_run_alone": len(place.ledger.of("Alone")),
    }


def _plan(**changes: Any) -> Plan:
    return Plan(data_dir="", lease=LEASE_S, until_empty=False, **{"grace": GRACE_S, **changes})


def run(argv: list[str]) -> int:
    """Run the scenarios and keep their figures."""
    parser = argparse.ArgumentParser(prog="benchmarks chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--scale", type=float, default=1.0, help="more or less of everything")
    parser.add_argument("--only", default=",".join(SCENARIOS), help="comma-separated scenarios")
    options = parser.parse_args(argv)
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

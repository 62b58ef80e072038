"""Chaos that workers wait out or do not notice: servers that stall, memory and locks that others have, wrong clocks."""

from __future__ import annotations

import asyncio
import itertools
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from tests.support.arena import Arena, arena
from tests.support.clocks import set_server_clock
from tests.support.waiting import wait_until

from benchmarks.trouble import LEASE_S, Figures, Supply, companies, counted, plan_of

LOCKED_S = 35.0
HOUR_S = 3600.0
STUCK_S = 120.0
ROOM_TO_WORK_S = (1.0, 2.5)


async def stalls(seed: int, scale: float) -> Figures:
    """SIGSTOP of the server, a memory limit, a lock on the database: work waits or drains, then goes on."""
    async with arena(plan_of(work_s=0.05), seed=seed) as place:
        supply = Supply(place, companies(), size=1000)
        place.keep(2)
        for seconds in (1.0, 8.0, 30.0 * scale):
            await supply.top_up()
            await asyncio.sleep(2.0)
            place.server.signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            place.server.signal(signal.SIGCONT)
        await supply.top_up()
        await asyncio.sleep(1.0)
        place.server.say("CONFIG", "SET", "maxmemory", "1")
        await asyncio.sleep(5.0)
        place.server.say("CONFIG", "SET", "maxmemory", "0")
        alive = [child.pid for child in place.children if child.alive]
        await place.finish(2, seconds=1800)
        figures = await counted(place, supply.targets)
        assert len(alive) == 2, f"a worker ended during the stall: {place.complaints()}"
        assert figures["kills"] == 0
        return figures


async def lock(seed: int, scale: float) -> Figures:
    """Another program keeps the database's lock for 35 s: longer than workers wait for it in one go, and shorter."""
    figures: Figures = {}
    for busy_timeout in (5.0, 60.0):
        async with arena(plan_of(work_s=0.05, busy_timeout=busy_timeout), seed=seed) as place:
            targets = max(int(2000 * scale), 500)
            await place.submit(list(itertools.islice(companies(), targets)))
            place.keep(2)
            await wait_until(lambda place=place: len(place.works()) > 100)  # type: ignore[misc]
            with closing(sqlite3.connect(place.store.path, isolation_level=None, timeout=60)) as other:
                other.execute("BEGIN IMMEDIATE")
                await asyncio.sleep(LOCKED_S)
                done = len(place.ledger.of("Finished"))
                await asyncio.sleep(1.0)
                assert len(place.ledger.of("Finished")) == done, "somebody wrote past the lock"
                other.execute("COMMIT")
            alive = [child.pid for child in place.children if child.alive]
            await place.finish(2, seconds=1800)
            assert len(alive) == 2, f"a worker ended at the lock: {place.complaints()}"
            figures[f"waits {busy_timeout:g} s at a time"] = await counted(place, targets) | await _uncharged(place)
    return figures


async def _uncharged(place: Arena) -> Figures:
    """Nobody paid for the lock, and nothing was begun a second time."""
    rows = await place.store.targets.listing(limit=100_000)
    again = {name for name, times in place.works().items() if times > 1}
    kinds = Counter(line["event"] for line in place.ledger.read())
    assert {row.charged for row in rows} == {1}, "each pays for the attempt that it had"
    assert not again, (again, kinds)
    # What was claimed ahead and not begun goes back meanwhile, for others to begin.
    return {"locked_s": LOCKED_S, "charged_for_it": 0, "given_back": sum(row.attempt > 1 for row in rows)}


async def clock(seed: int, scale: float) -> Figures:
    """The server's clock is set an hour on and back, while one of the workers is dead that have clocks of their own.

    These are an hour ahead and an hour behind the machine's; every tenth target has to be tried twice.
    """
    async with arena(plan_of(work_s=0.05), seed=seed) as place:
        place.clocks = (HOUR_S, -HOUR_S, 0.0)
        supply = Supply(place, _some_flaky(), size=500)
        jumps = [HOUR_S, -HOUR_S] * max(int(10 * scale), 1)
        for number, seconds in enumerate(jumps):
            await supply.top_up()
            place.keep(3)
            await asyncio.sleep(place.dice.uniform(*ROOM_TO_WORK_S))
            await wait_until(place.kill_one)
            if number % 4 == 3:
                place.server.say("FLUSHALL")
            with place.standstill():
                await asyncio.sleep(0.1)
                await set_server_clock(place.broker, seconds)
        began = time.monotonic()
        await place.finish(3, seconds=1800)
        finished_s = time.monotonic() - began
        figures = await counted(place, supply.targets, slack_s=STUCK_S - LEASE_S)
        assert finished_s < STUCK_S, finished_s
        return figures | {"jumps": len(jumps), "finished_after_the_last_s": finished_s}


def _some_flaky() -> Iterator[str]:
    return (f"{'flaky' if number % 10 == 0 else 'company'}{number}.example" for number in itertools.count())

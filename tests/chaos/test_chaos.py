"""Real worker processes killed, stopped and starved, in small: what `benchmarks/chaos.py` does for minutes."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from tests.support.arena import Arena, arena
from tests.support.crew import domains
from tests.support.queues import binaries
from tests.support.waiting import wait_until
from tests.support.worker_process import POINTS, Plan

LEASE_S = 2.0
SLACK_S = 15.0


def plan(**changes: object) -> Plan:
    return Plan(**{"data_dir": "", "lease": LEASE_S, "until_empty": False, "work_s": 0.03, **changes})  # type: ignore[arg-type]


async def nothing_lost(place: Arena, submitted: int) -> None:
    counts = await place.counts()
    assert (counts.submitted, counts.unfinished) == (submitted, 0)
    assert await place.failed() == {}
    assert counts.done == submitted
    assert max(place.recoveries_s(), default=0.0) <= LEASE_S + SLACK_S


async def test_kill_9_at_random() -> None:
    async with arena(plan(), seed=7) as place:
        await place.submit(domains(400))
        for kill in range(1, 7):
            place.keep(2)
            await wait_until(lambda kill=kill: len(place.works()) > kill * 50 and place.kill_one())  # type: ignore[misc]
        await place.finish(2, seconds=180)
        await nothing_lost(place, 400)
        assert len(place.kills) == 6


@pytest.mark.parametrize("point", POINTS)
async def test_kill_9_at_every_named_step(point: str) -> None:
    async with arena(plan(), seed=3) as place:
        await place.submit(domains(60))
        first = place.spawn(crash_at=point, crash_share=0.1)
        await wait_until(lambda: not first.alive)
        place.keep(0)
        assert first.process.returncode == -signal.SIGKILL
        await place.finish(1, seconds=180)
        await nothing_lost(place, 60)
        again = [name for name, times in place.works().items() if times > 1]
        assert len(again) <= 60


async def test_a_killed_worker_s_target_starts_again_within_its_lease_and_two_seconds() -> None:
    async with arena(plan(work_s=0.5, spread=0.0, concurrency=1, lease=3.0)) as place:
        waiting, victim = place.spawn(), place.spawn()
        await wait_until(place.all_up)
        await place.submit(["one.example", "two.example"])
        await place.broker.wake()
        await wait_until(lambda: bool(place.ledger.in_flight(victim.pid)))
        (domain,) = place.ledger.in_flight(victim.pid)
        victim.process.kill()
        killed = time.time()
        await wait_until(lambda: place.works()[domain] == 2)
        (again,) = [
            line["at"] for line in place.ledger.of("Started") if line["domain"] == domain and line["at"] > killed
        ]
        # Two seconds on a machine of its own (`benchmarks chaos --only recovery`); this one may be busy.
        assert again - killed <= 3.0 + 6.0
        assert waiting.alive


@pytest.mark.parametrize("backend", sorted(binaries()))
async def test_redis_restarts_and_wipes(backend: str) -> None:
    async with arena(plan(), backend=backend, seed=5) as place:
        place.keep(2)
        await wait_until(place.all_up)
        await place.submit(domains(250))
        for act in ("kill", "wipe", "kill without file", "wipe"):
            place.keep(2)
            await asyncio.sleep(0.5)
            if act == "wipe":
                place.server.say("FLUSHALL")
            else:
                place.server.kill()
                place.server.start("--appendonly", "no" if "without" in act else "yes")
        alive = {child.pid for child in place.children}
        await place.finish(2, seconds=180)
        await nothing_lost(place, 250)
        assert {child.pid for child in place.children} == alive
        assert place.complaints() == ""


async def test_domains_that_kill_their_worker_fail_alone() -> None:
    async with arena(plan(), seed=9) as place:
        killers = ["killer1.example"]
        await place.submit([*domains(60), *killers])
        await place.finish(2, seconds=180)
        counts = await place.counts()
        assert await place.failed() == dict.fromkeys(killers, "crash")
        assert counts.done == 60
        assert place.works()["killer1.example"] == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_to_end_leaves_nothing_behind(number: signal.Signals) -> None:
    async with arena(plan(work_s=3600.0, grace=0.5)) as place:
        await place.submit(domains(20))
        for signals in (1, 2):
            child = place.spawn()
            await wait_until(lambda child=child: len(place.ledger.in_flight(child.pid)) == 5)  # type: ignore[misc]
            child.process.send_signal(number)
            if signals == 2:
                await asyncio.sleep(0.05)
                child.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(child.process.wait, 60) == 0
            assert not [name for name in await place.broker._consumers() if str(child.pid) in name]
        assert (await place.counts()).unfinished == 20
        place.spawn(work_s=0.01, until_empty=True)
        await place.finish(1, seconds=180)
        await nothing_lost(place, 20)
        assert place.ledger.of("Alone") == []
        assert [line for line in place.ledger.of("Recovered") if line["suspect"]] == []


async def test_a_stopped_server_and_a_locked_database_are_waited_for() -> None:
    async with arena(plan()) as place:
        await place.submit(domains(300))
        place.keep(2)
        await wait_until(lambda: len(place.works()) > 20)
        place.server.signal(signal.SIGSTOP)
        with closing(sqlite3.connect(place.store.path, isolation_level=None, timeout=10)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(7.0)
            place.server.signal(signal.SIGCONT)
            lock.execute("COMMIT")
        alive = {child.pid for child in place.children}
        await place.finish(2, seconds=180)
        await nothing_lost(place, 300)
        assert {child.pid for child in place.children if child.alive} == alive
        assert max(place.works().values()) <= 2

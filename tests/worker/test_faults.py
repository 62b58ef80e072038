"""What a worker does when something of ours breaks: nothing is lost, nothing is charged to a domain."""

import asyncio
import dataclasses
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from tests.support.clocks import set_server_clock
from tests.support.crew import Hall, domains
from tests.support.queues import Proxy, Server
from tests.support.waiting import wait_until
from tests.support.worker_process import success

from domainscout.broker import beats, claims, connection
from domainscout.errors import NetworkDown, StorageError
from domainscout.events import (
    Alone,
    Finished,
    LeaseLost,
    LoopBlocked,
    Outdated,
    PutBack,
    Recovered,
    ServiceAway,
    ServiceBack,
    Started,
    WorkerLost,
)
from domainscout.records import Lane, Outcome, ScoutState, Target
from domainscout.store import Return, Why
from domainscout.worker import network as network_module
from domainscout.worker import patience, sweeper

Stage = Callable[[str], None]


def slow(seconds: float) -> Callable[[Target, Stage], "asyncio.Future[Outcome]"]:
    async def act(target: Target, stage: Stage) -> Outcome:
        await asyncio.sleep(seconds)
        return success(target)

    return act  # type: ignore[return-value]


async def test_a_target_of_three_leases_starts_once_while_its_worker_lives(place: Hall) -> None:
    job = await place.submit("long.example")
    first = await place.start(slow(6.2), lease=2.0, name="one")
    second = await place.start(slow(6.2), lease=2.0, name="two")
    await asyncio.gather(first.task, second.task)
    assert place.started == {"long.example": 1}
    assert (await place.counts(job)).done == 1
    assert not first.told(Outdated)
    assert not second.told(Outdated)


async def test_what_a_worker_lost_by_stalling_is_done_by_another_and_its_late_result_changes_nothing(
    place: Hall,
) -> None:
    done_elsewhere = asyncio.Event()

    async def act(target: Target, stage: Stage) -> Outcome:
        await done_elsewhere.wait()
        return success(target)

    job = await place.submit("stalled.example")
    stalled = await place.start(act, name="stalled", lease=1.0, until_empty=False)
    await wait_until(lambda: len(place.started) == 1)
    # Its keeper stands still, as in a process that is stopped or swapped out.
    stalled.worker._keeper._redis = patience.Patience("redis", lambda _: None, waits_for=())
    stalled.worker._keeper._broker = await place.broker("nobody")
    stalled.worker._desk.held.clear()
    other = await place.start(name="other", lease=1.0)
    await other.task
    assert place.started == {"stalled.example": 2}
    done_elsewhere.set()
    await wait_until(lambda: bool(stalled.told(Outdated) or stalled.told(LeaseLost)))
    counts = await place.counts(job)
    assert (counts.done, counts.submitted) == (1, 1)
    assert not stalled.told(Finished)


async def test_what_redis_forgot_is_queued_again_once_and_what_runs_goes_on(
    place: Hall, backend: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "RECONCILE_EVERY_S", 0.7)
    hold = asyncio.Event()

    async def act(target: Target, stage: Stage) -> Outcome:
        await hold.wait()
        return success(target)

    job = await place.submit(*domains(40))
    running = await place.start(act)
    await wait_until(lambda: len(place.started) == 4)
    backend.say("FLUSHALL")
    await wait_until(lambda: bool(running.told(PutBack)))
    hold.set()
    await running.task
    assert (await place.counts(job)).done == 40
    assert set(place.started.values()) == {1}
    assert sum(event.count for event in running.told(PutBack)) == 36
    attempts = [await place.store.companies.attempts(name) for name in domains(40)]
    assert all(len(one) == 1 for one in attempts)


async def test_a_server_that_is_stopped_and_goes_on_is_waited_for(
    place: Hall, backend: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SOCKET_TIMEOUT_S", 1.0)
    monkeypatch.setattr(claims, "BLOCK_S", 0.5)
    job = await place.submit(*domains(300))
    running = await place.start(slow(0.02))
    await wait_until(lambda: len(place.started) > 50)
    backend.signal(signal.SIGSTOP)
    try:
        await wait_until(lambda: bool(running.told(ServiceAway)), seconds=90)
    finally:
        backend.signal(signal.SIGCONT)
    await running.task
    assert (await place.counts(job)).done == 300
    # Once each time: on a busy machine the server may well be late again.
    assert len(running.told(ServiceAway)) == len(running.told(ServiceBack))


async def test_a_wire_that_is_cut_or_swallows_what_is_sent(
    place: Hall, backend: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SOCKET_TIMEOUT_S", 0.6)
    monkeypatch.setattr(claims, "BLOCK_S", 0.3)
    async with Proxy(backend.path, backend.folder / "proxy.sock") as proxy:
        place.url = proxy.url
        job = await place.submit(*domains(300))
        running = await place.start(slow(0.02), lease=2.0)
        for so_far in (30, 60, 90, 120):
            await wait_until(lambda so_far=so_far: len(place.started) > so_far)
            proxy.cut()
        await wait_until(lambda: len(place.started) > 150)
        proxy.swallows = True
        await wait_until(lambda: bool(running.told(ServiceAway)))
        proxy.swallows = False
        await running.task
        assert (await place.counts(job)).done == 300
        assert not any(event.suspect for event in running.told(Recovered))
        stats = await running.broker.stats()
        assert (stats.unread, stats.in_flight) == (0, 0)


async def test_a_server_that_is_killed_and_comes_back_without_its_memory(
    place: Hall, backend: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "RECONCILE_EVERY_S", 0.7)
    job = await place.submit(*domains(300))
    running = await place.start(slow(0.02))
    for so_far, keeps in ((50, "yes"), (120, "no")):
        await wait_until(lambda so_far=so_far: len(place.started) > so_far)
        backend.kill()
        await wait_until(lambda: running.worker._redis.away)
        backend.start("--appendonly", keeps)
    await running.task
    backend.say("CONFIG", "SET", "appendonly", "yes")
    assert (await place.counts(job)).done == 300
    assert max(place.started.values()) <= 2


async def test_what_a_dead_worker_held_when_the_clock_was_set_back_comes_back(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "RECONCILE_EVERY_S", 0.5)
    earlier = await place.start()
    await earlier.task
    job = await place.submit(*domains(3))
    dead = await place.broker("dead")
    await dead.register()
    await dead.push(Lane.EXPRESS, await place.store.targets.feed(3))
    assert len((await dead.claim(2)).held) == 2
    await dead.beat(dataclasses.replace(earlier.worker.beat(), name="dead"))
    await set_server_clock(dead, -3600.0)
    living = await place.start(lease=1.0)
    async with asyncio.timeout(120):
        await living.task
    assert (await place.counts(job)).done == 3
    assert {(event.worker, event.suspect) for event in living.told(Recovered)} == {("dead", True)}


async def test_when_the_clock_is_set_forward_nobody_is_robbed_of_what_runs(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = asyncio.Event()

    async def act(target: Target, stage: Stage) -> Outcome:
        await hold.wait()
        return success(target)

    job = await place.submit(*domains(8))
    one, other = [await place.start(act, name=name, lease=15.0) for name in ("one", "other")]
    await wait_until(lambda: len(place.started) == 8)
    for running in (one, other):
        running.worker._sweeper._server_ahead_s -= 3600.0
    await set_server_clock(one.broker, 3600.0)
    await wait_until(lambda: one.worker._sweeper._keepers_have_renewed())
    await asyncio.sleep(1.5)
    hold.set()
    await asyncio.gather(one.task, other.task)
    assert (await place.counts(job)).done == 8
    assert set(place.started.values()) == {1}
    assert not one.told(Recovered) + other.told(Recovered) + one.told(WorkerLost) + other.told(WorkerLost)


async def test_when_our_network_is_down_nobody_is_charged_and_work_waits_for_the_probe(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_module, "PROBE_EVERY_S", 0.05)
    up = asyncio.Event()

    async def act(target: Target, stage: Stage) -> Outcome:
        if not up.is_set():
            raise NetworkDown("nothing can be reached")
        return success(target)

    async def probe() -> bool:
        return up.is_set()

    job = await place.submit(*domains(20))
    running = await place.start(act, probe=probe)
    await wait_until(lambda: bool(running.told(ServiceAway)))
    await wait_until(lambda: len(running.told(PutBack)) == len(running.told(Started)))
    before = len(running.told(Started))
    assert before <= 8
    up.set()
    await running.task
    assert (await place.counts(job)).done == 20
    assert [event.service for event in running.told(ServiceBack)] == ["network"]
    targets = [await place.store.companies.attempts(name) for name in domains(20)]
    assert all(len(one) == 1 for one in targets)


async def test_a_database_that_is_busy_for_a_while_is_waited_for(place: Hall) -> None:
    job = await place.submit(*domains(50))
    with closing(sqlite3.connect(place.store.path, isolation_level=None)) as locker:
        locker.execute("BEGIN IMMEDIATE")
        running = await place.start()
        await asyncio.sleep(1.0)
        assert not running.told(Finished)
        locker.execute("COMMIT")
    await running.task
    assert (await place.counts(job)).done == 50


async def test_a_database_that_cannot_be_written_stops_the_worker_and_acknowledges_nothing(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(outcomes: object) -> list[bool]:
        raise StorageError("The disk of the database is full", fix="free space")

    job = await place.submit(*domains(10))
    with monkeypatch.context() as patch:
        patch.setattr(place.store.targets, "commit", full)
        patch.setattr(place.store.targets, "put_back", full)
        running = await place.start()
        with pytest.raises(StorageError):
            await running.task
    stats = await running.broker.stats()
    assert stats.in_flight >= 4
    assert running.broker.worker not in await running.broker._consumers()
    # The next worker takes them at once, and they are no suspects.
    later = await place.start(name="later", lease=3600)
    await later.task
    assert (await place.counts(job)).done == 10
    assert not later.told(Alone)
    assert not any(event.suspect for event in later.told(Recovered))


async def test_a_lost_worker_is_told_once_with_what_it_held_and_when_that_comes_back(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beats, "LOST_AFTER_S", 0.5)
    living = await place.start(until_empty=False, lease=60.0)
    scouts = tuple(ScoutState(domain=name, stage="fetch", since=0.0, target_id=7) for name in domains(3))
    dead = await place.broker("dead")
    await dead.beat(dataclasses.replace(living.worker.beat(), name="dead", scouts=scouts, lease_s=60.0))
    await wait_until(lambda: bool(living.told(WorkerLost)))
    (event,) = living.told(WorkerLost)
    assert event.words.startswith("dead is lost, the 3 domains it had come back within ")
    assert 0 < event.within_s < 60
    living.worker.stop()


async def test_suspects_run_alone_and_innocents_are_not_blamed(place: Hall) -> None:
    at_work = 0
    beside: dict[str, int] = {}

    async def act(target: Target, stage: Stage) -> Outcome:
        nonlocal at_work
        at_work += 1
        await asyncio.sleep(0.02)
        beside[target.domain] = max(at_work, beside.get(target.domain, 0))
        at_work -= 1
        return success(target)

    job = await place.submit(*domains(30))
    claimed = await place.store.targets.feed(3)
    await place.store.targets.put_back(
        [Return(target_id=t.id, attempt=t.attempt, why=Why.EXPIRED, worker="dead") for t in claimed]
    )
    suspects = {target.domain for target in claimed}
    running = await place.start(act)
    await running.task
    assert {event.domain for event in running.told(Alone)} == suspects
    assert {beside[name] for name in suspects} == {1}
    assert max(beside.values()) > 1
    assert (await place.counts(job)).done == 30


async def test_a_domain_that_blocks_the_worker_is_named(place: Hall) -> None:
    async def act(target: Target, stage: Stage) -> Outcome:
        if "block" in target.domain:
            until = time.monotonic() + 3.0
            while time.monotonic() < until:
                pass
        return success(target)

    await place.submit("block.example", *domains(3))
    running = await place.start(act)
    named = "block.example"
    await wait_until(lambda: named in {event.domain for event in running.told(LoopBlocked)})
    (event,) = [event for event in running.told(LoopBlocked) if event.domain == named]
    assert event.seconds >= 1.0
    assert event.where.startswith("test_faults.py:")
    assert event.where.endswith(" act")
    await running.task


async def test_a_full_server_drains_what_the_database_has_too(place: Hall, backend: Server) -> None:
    backend.say("CONFIG", "SET", "maxmemory", "1")
    try:
        await place.submit(*domains(700))
        running = await place.start()
        await running.task
    finally:
        backend.say("CONFIG", "SET", "maxmemory", "0")
    counts = await place.counts()
    assert (counts.done, counts.submitted) == (700, 700)
    assert not running.told(ServiceAway)


@pytest.fixture
def an_older_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that knows no script that may run while it is full."""

    async def only_within(script: connection.PressingScript, *, keys: list[str], args: list[str]) -> object:
        return await script._within(keys=keys, args=args)

    monkeypatch.setattr(connection.PressingScript, "__call__", only_within)


@pytest.mark.usefixtures("an_older_server")
async def test_a_full_server_drains_and_goes_on_when_there_is_room(place: Hall, backend: Server) -> None:
    await place.submit(*domains(40))
    running = await place.start(slow(0.05), until_empty=False)
    await wait_until(lambda: len(place.started) > 3)
    backend.say("CONFIG", "SET", "maxmemory", "1")
    try:
        await wait_until(lambda: len(running.told(Finished)) == 40)
        await place.submit(*domains(3, "later"))
        await wait_until(lambda: bool(running.told(ServiceAway)))
    finally:
        backend.say("CONFIG", "SET", "maxmemory", "0")
    await wait_until(lambda: len(running.told(Finished)) == 43)
    counts = await place.counts()
    assert (counts.done, counts.submitted) == (43, 43)


@pytest.mark.usefixtures("an_older_server")
async def test_a_worker_that_waits_for_room_before_it_has_begun_obeys_a_signal(place: Hall, backend: Server) -> None:
    await place.submit(*domains(3))
    backend.say("CONFIG", "SET", "maxmemory", "1")
    try:
        running = await place.start(until_empty=False)
        await wait_until(lambda: bool(running.told(ServiceAway)))
        running.worker.stop()
        async with asyncio.timeout(60):
            await running.task
    finally:
        backend.say("CONFIG", "SET", "maxmemory", "0")
    assert (await place.counts()).unfinished == 3

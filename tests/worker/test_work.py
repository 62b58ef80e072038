"""A worker's ordinary day: every target gets its outcome, jobs are steered, stopping is orderly."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.support.crew import Hall, domains
from tests.support.waiting import wait_until
from tests.support.worker_process import Plan, failure, success

from domainscout.broker import claims, connection
from domainscout.errors import AttemptError, Category
from domainscout.events import Draining, Finished, PutBack, RetryPlanned, Stopped
from domainscout.records import JobState, Lane, Outcome, Target
from domainscout.worker import crew, desk, feeder
from domainscout.worker.feeder import SMALLEST_WINDOW

NOW = datetime.now(UTC)
Stage = Callable[[str], None]
PLAN = Plan(data_dir="", attempts=3, backoff=0.05)


async def test_every_target_gets_its_outcome_once(place: Hall) -> None:
    job = await place.submit(*domains(120))
    running = await place.start()
    await running.task
    counts = await place.counts(job)
    assert (counts.done, counts.submitted) == (120, 120)
    assert set(place.started.values()) == {1}
    assert len(running.told(Finished)) == 120
    assert (await place.store.jobs.get(job)).state is JobState.FINISHED
    stats = await running.broker.stats()
    assert (stats.unread, stats.in_flight) == (0, 0)
    assert await running.broker.workers() == ()


async def test_what_heals_is_tried_again_and_what_does_not_is_not(place: Hall) -> None:
    async def act(target: Target, stage: Stage) -> Outcome:
        heals = "flaky" in target.domain
        if (heals and target.charged == 2) or "fine" in target.domain:
            return success(target)
        error = AttemptError(Category.HTTP if heals else Category.TLS, "no", heals=heals)
        return failure(target, error, PLAN, worker="w", started=datetime.now(UTC))

    job = await place.submit("flaky.example", "broken.example", "fine.example")
    running = await place.start(act)
    await running.task
    counts = await place.counts(job)
    assert (counts.done, counts.failed) == (2, 1)
    assert place.started == {"flaky.example": 3, "broken.example": 1, "fine.example": 1}
    assert [event.charged for event in running.told(RetryPlanned)] == [1, 2]


async def test_a_bug_costs_its_domain_attempts_and_nobody_else_anything(place: Hall) -> None:
    async def act(target: Target, stage: Stage) -> Outcome:
        if "bug" in target.domain:
            raise ZeroDivisionError("in an extractor")
        return success(target)

    job = await place.submit("bug.example", *domains(20))
    await (await place.start(act, attempts=2)).task
    counts = await place.counts(job)
    assert (counts.done, counts.failed) == (20, 1)
    (row,) = await place.store.targets.listing(job, category=Category.INTERNAL)
    assert "ZeroDivisionError: in an extractor at test_work.py" in str(row.error)
    assert place.started["bug.example"] == 2


async def test_work_that_is_submitted_while_the_worker_idles_starts_at_once(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever only looked from time to time would not see it within this test.
    monkeypatch.setattr(feeder, "LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr(connection, "SOCKET_TIMEOUT_S", 3600.0)
    monkeypatch.setattr(claims, "BLOCK_S", 3600.0)
    idle = asyncio.Event()

    async def wait_for_work() -> bool:
        idle.set()
        return await patiently(3600.0)

    running = await place.start(until_empty=False)
    patiently = running.broker.wait_for_work
    monkeypatch.setattr(running.broker, "wait_for_work", wait_for_work)
    await idle.wait()
    other = await place.broker("submitter")
    for name in ("first.example", "second.example"):
        await place.submit(name)
        await other.wake()
        await wait_until(lambda name=name: name in place.started)  # type: ignore[misc]


async def test_a_small_job_overtakes_a_huge_one_and_the_streams_hold_a_window_only(place: Hall) -> None:
    async def act(target: Target, stage: Stage) -> Outcome:
        await asyncio.sleep(0.02)
        return success(target)

    huge = await place.submit(*domains(5000, "huge"))
    running = await place.start(act, until_empty=False)
    await wait_until(lambda: len(place.started) > 50)
    assert (await running.broker.stats()).unread <= SMALLEST_WINDOW
    small = await place.submit(*domains(10, "small"))
    await running.broker.wake()
    before = len(place.started)
    await wait_until(lambda: sum(name.startswith("small") for name in place.started) == 10)
    assert len(place.started) - before < 1500
    assert (await place.counts(huge)).unfinished > 2000
    assert (await place.counts(small)).submitted == 10


async def test_what_was_claimed_ahead_for_scouts_that_turn_out_busy_goes_to_others(place: Hall) -> None:
    hold = asyncio.Event()

    async def stuck(target: Target, stage: Stage) -> Outcome:
        if "slow" in target.domain:
            await hold.wait()
        return success(target)

    # Long ones behind so many short ones that their like is claimed before it is asked for.
    job = await place.submit(*domains(300), *domains(30, "slow"))
    one = await place.start(stuck, name="one", until_empty=False)
    await wait_until(lambda: sum("slow" in name for name in place.started) == 4)
    other = await place.start(name="other", until_empty=False)
    await wait_until(lambda: len(one.told(Finished)) + len(other.told(Finished)) == 326)
    await wait_until(lambda: len(one.worker._desk.held) == 4)
    hold.set()
    await wait_until(lambda: len(one.told(Finished)) + len(other.told(Finished)) == 330)
    assert (await place.counts(job)).done == 330
    assert set(place.started.values()) == {1}


async def test_only_the_next_target_of_a_quick_scout_is_claimed_ahead(place: Hall) -> None:
    ahead: list[int] = []

    async def act(target: Target, stage: Stage) -> Outcome:
        await asyncio.sleep(0.001 if "short" in target.domain else desk.QUICK_S)
        ahead.append(len(running.worker._reader._spare))
        return success(target)

    await place.submit(*domains(40, "long"))
    running = await place.start(act)
    await running.task
    assert set(ahead) == {0}
    ahead.clear()
    await place.submit(*domains(200, "short"))
    running = await place.start(act)
    await running.task
    assert 0 < max(ahead) <= 4


async def test_what_came_to_nothing_is_not_queued_up_behind_a_window_of_others(place: Hall) -> None:
    order: list[str] = []

    async def act(target: Target, stage: Stage) -> Outcome:
        order.append(target.domain)
        await asyncio.sleep(0.05)
        return success(target)

    job = await place.submit(*domains(SMALLEST_WINDOW))
    stopped = await place.broker("stopped")
    await stopped.register()
    await stopped.push(Lane.EXPRESS, await place.store.targets.feed(SMALLEST_WINDOW))
    claimed = (await stopped.claim(3)).held
    await stopped.release([held.claim for held in claimed])
    await (await place.start(act, concurrency=1)).task
    assert (await place.counts(job)).done == SMALLEST_WINDOW
    assert max(order.index(held.target.domain) for held in claimed) < SMALLEST_WINDOW * 3 // 4


async def test_one_domain_in_two_jobs_is_never_worked_by_two_at_once(place: Hall) -> None:
    at_work: set[str] = set()

    async def act(target: Target, stage: Stage) -> Outcome:
        assert target.domain not in at_work
        at_work.add(target.domain)
        await asyncio.sleep(0.02)
        at_work.remove(target.domain)
        return success(target)

    jobs = [await place.submit(*domains(6)) for _ in range(2)]
    workers = [await place.start(act, name=name) for name in ("one", "two")]
    await asyncio.gather(*(running.task for running in workers))
    for job in jobs:
        assert (await place.counts(job)).done == 6


async def test_a_paused_job_rests_and_goes_on(place: Hall) -> None:
    hold = asyncio.Event()

    async def act(target: Target, stage: Stage) -> Outcome:
        await hold.wait()
        return success(target)

    job = await place.submit(*domains(50))
    running = await place.start(act, until_empty=False)
    await wait_until(lambda: len(place.started) == 4)
    await place.store.jobs.pause(job)
    await wait_until(lambda: job in running.worker._desk.stopped_jobs)
    hold.set()
    await wait_until(lambda: bool(running.told(PutBack)) and len(running.told(Finished)) >= 4)
    assert (await place.counts(job)).done < 50
    resting = len(place.started)
    await asyncio.sleep(0)
    assert len(place.started) == resting
    await place.store.jobs.resume(job)
    await running.broker.wake()

    async def over() -> bool:
        return (await place.counts(job)).done == 50

    await wait_until(over)
    assert set(place.started.values()) == {1}


async def test_a_cancelled_job_stops_what_is_running(place: Hall) -> None:
    stopped: list[str] = []

    async def act(target: Target, stage: Stage) -> Outcome:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(target.domain)
            raise
        raise AssertionError

    job = await place.submit(*domains(10))
    running = await place.start(act)
    await wait_until(lambda: len(place.started) == 4)
    await place.store.jobs.cancel(job)
    await running.task
    assert len(stopped) == 4
    counts = await place.counts(job)
    assert (counts.cancelled, counts.submitted) == (10, 10)
    assert (await running.broker.stats()).in_flight == 0


async def test_the_first_signal_finishes_what_is_held_and_takes_nothing_new(place: Hall) -> None:
    hold = asyncio.Event()

    async def act(target: Target, stage: Stage) -> Outcome:
        await hold.wait()
        return success(target)

    job = await place.submit(*domains(30))
    running = await place.start(act, until_empty=False)
    await wait_until(lambda: len(place.started) == 4)
    running.worker.stop()
    assert running.told(Draining)[0].finishing == 4
    hold.set()
    await running.task
    assert len(place.started) == 4
    counts = await place.counts(job)
    assert (counts.done, counts.unfinished) == (4, 26)
    assert (await running.broker.stats()).in_flight == 0
    await (await place.start(name="later")).task
    assert (await place.counts(job)).done == 30
    assert set(place.started.values()) == {1}


@pytest.mark.parametrize("how", ["second signal", "grace is over"])
async def test_what_does_not_finish_is_released_at_no_cost(
    place: Hall, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Last words may take their time here: a busy machine is not what is tested.
    monkeypatch.setattr(crew, "FAREWELL_S", 60.0)
    monkeypatch.setattr(crew, "HURRIED_S", 60.0)

    async def act(target: Target, stage: Stage) -> Outcome:
        await asyncio.sleep(3600)
        return success(target)

    job = await place.submit(*domains(4))
    running = await place.start(act, until_empty=False, grace=0.05 if how == "grace is over" else 3600)
    await wait_until(lambda: len(place.started) == 4)
    running.worker.stop()
    if how == "second signal":
        running.worker.stop()
    await running.task
    assert running.told(Stopped)[0].released == 4
    assert (await running.broker.stats()).in_flight == 0
    assert running.broker.worker not in await running.broker._consumers()
    assert (await place.counts(job)).waiting == 4
    targets = await place.store.targets.feed(10)
    assert {(target.charged, target.suspect) for target in targets} == {(0, False)}


async def test_a_worker_for_one_job_ends_with_it(place: Hall) -> None:
    other = await place.submit(*domains(50, "other"))
    mine = await place.submit(*domains(5, "mine"))
    await (await place.start(job=mine)).task
    assert (await place.counts(mine)).done == 5
    assert (await place.counts(other)).unfinished == 50


async def test_a_heartbeat_tells_what_the_worker_does(place: Hall) -> None:
    async def act(target: Target, stage: Stage) -> Outcome:
        stage("page 3/12")
        await asyncio.sleep(3600)
        return success(target)

    await place.submit("company.example")
    running = await place.start(act, until_empty=False)
    await wait_until(lambda: len(place.started) == 1)

    async def shown() -> bool:
        beats = await running.broker.workers()
        return bool(beats) and beats[0].scouts[0].domain == "company.example" and beats[0].rss_bytes > 1_000_000

    await wait_until(shown)
    (beat,) = await running.broker.workers()
    assert (beat.name, beat.slots, beat.scouts[0].stage, beat.state) == ("w", 4, "page 3/12", "ok")


async def test_of_a_finished_job_nothing_stays_in_redis_and_all_in_the_database(place: Hall) -> None:
    """Nobody purges: the server lets go of a queue that has no worker, one that was killed included."""

    async def act(target: Target, stage: Stage) -> Outcome:
        if target.domain == "company1.example":
            return failure(target, AttemptError(Category.TLS, "no", heals=False), PLAN, worker="w", started=NOW)
        return success(target)

    job = await place.submit(*domains(30))
    dead = await place.broker("dead", queue_kept=10)
    await dead.register()
    await dead.wake()
    running = await place.start(act, queue_kept=10)
    await running.task
    await dead.beat(dataclasses.replace(running.worker.beat(), name="dead"))
    keys = place.server.say("KEYS", "*").split()[2::2]
    assert b"domainscout:{default}:workers" in keys
    assert all(place.server.say("TTL", key.decode()) != b":-1\r\n" for key in keys)
    await wait_until(lambda: place.server.say("KEYS", "*") == b"*0\r\n")

    assert (await place.counts(job)).done == 29
    assert len(await place.store.targets.listing(job)) == 30
    assert await place.store.jobs.retry(job) == 1
    await (await place.start(name="later")).task
    assert (await place.counts(job)).done == 30


async def test_a_queue_is_kept_for_a_day_by_default(place: Hall) -> None:
    await place.submit(*domains(1))
    await (await place.start()).task
    ttls = [int(place.server.say("TTL", key.decode())[1:]) for key in place.server.say("KEYS", "*").split()[2::2]]
    assert ttls
    assert all(86_000 < ttl <= 86_400 for ttl in ttls)

"""Targets from waiting to their outcome, and back: feed, fence, retry, put back."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests.support.outcomes import done, failed, partial, retried

from domainscout.errors import Category, UsageError
from domainscout.records import JobState, Lane, TargetState
from domainscout.store import Return, Why


async def test_a_target_goes_from_waiting_to_queued_to_done(store, submit):
    job = await submit("acme.example", "beta.example")
    assert (await store.numbers.counts(job.id)).waiting == 2
    first, second = await store.targets.feed(10)
    assert (first.domain, first.attempt, first.charged) == ("acme.example", 1, 0)
    assert (await store.numbers.counts(job.id)).queued == 2
    assert await store.targets.commit([done(first), failed(second)]) == [True, True]
    counts = await store.numbers.counts(job.id)
    assert (counts.done, counts.failed, counts.unfinished, counts.holds) == (1, 1, 0, True)


async def test_feed_gives_at_most_so_many_and_never_the_same_twice(store, submit):
    await submit(*(f"c{n}.example" for n in range(30)))
    seen = [target.domain for size in (7, 100, 5) for target in await store.targets.feed(size)]
    assert len(seen) == len(set(seen)) == 30


async def test_adding_what_is_there_already_changes_nothing(store, submit):
    job = await submit("acme.example")
    added = await store.targets.add(job.id, ["acme.example", "beta.example", "beta.example"])
    assert (added.new, added.known) == (1, 2)
    assert (await store.jobs.get(job.id)).size == 2


async def test_a_late_commit_of_an_earlier_attempt_changes_nothing(store, submit):
    await submit("acme.example")
    (target,) = await store.targets.feed(1)
    (again,) = await store.targets.put_back([Return(target_id=target.id, attempt=1, why=Why.EXPIRED, worker="dead")])
    assert (again.attempt, again.suspect, again.charged) == (2, True, 0)
    assert await store.targets.commit([done(target, company_name="Late")]) == [False]
    assert await store.companies.get("acme.example") is None
    (fed,) = await store.targets.feed(1)
    assert await store.targets.commit([done(target), done(fed, company_name="Acme"), done(fed)]) == [False, True, False]
    assert (await store.companies.get("acme.example")).profile.company_name == "Acme"
    assert [attempt.outcome for attempt in await store.companies.attempts("acme.example")] == ["expired", "done"]


async def test_a_retry_waits_until_it_is_due_and_counts_only_what_is_charged(store, submit):
    await submit("acme.example", "beta.example")
    acme, beta = await store.targets.feed(10)
    await store.targets.commit([retried(acme, 3600), retried(beta, 0.0, charge=False)])
    assert [target.domain for target in await store.targets.feed(10)] == ["beta.example"]
    queued, due_s = await store.targets.outlook()
    assert queued == 1
    assert 3500 < due_s <= 3600
    states = {row.domain: row for row in await store.targets.listing()}
    assert (states["acme.example"].attempt, states["acme.example"].charged) == (2, 1)
    assert (states["beta.example"].attempt, states["beta.example"].charged) == (2, 0)
    assert (await store.numbers.progress()).retrying == 1


async def test_due_retries_go_before_targets_that_were_never_tried(store, submit):
    job = await submit(*(f"c{n}.example" for n in range(5)))
    (first,) = await store.targets.feed(1)
    await store.targets.commit([retried(first)])
    assert [target.id for target in await store.targets.feed(1)] == [first.id]
    assert (await store.numbers.counts(job.id)).holds


async def test_a_clock_set_back_an_hour_does_not_strand_a_retry(store, submit):
    await submit("acme.example")
    (target,) = await store.targets.feed(1)
    await store.targets.commit([retried(target, 60)])
    await store.write(
        lambda conn: conn.execute(text("UPDATE targets SET put_at = put_at + 3600, due_at = due_at + 3600"))
    )
    assert [fed.attempt for fed in await store.targets.feed(1)] == [2]


async def test_what_was_queued_by_a_clock_ahead_of_ours_is_looked_for_too(store, submit):
    await submit("acme.example", "beta.example")
    (first, _) = await store.targets.feed(2)
    assert await store.targets.queued(older_than_s=60) == []
    await store.write(
        lambda conn: conn.execute(
            text("UPDATE targets SET queued_at = queued_at + 3600 WHERE id = :id"), {"id": first.id}
        )
    )
    assert [one.id for one in await store.targets.queued(older_than_s=60)] == [first.id]


async def test_three_solo_crashes_fail_a_target_and_finish_its_job(store, submit):
    job = await submit("acme.example")
    for crashes in (1, 2, 3):
        (target,) = await store.targets.feed(1)
        item = Return(target_id=target.id, attempt=target.attempt, why=Why.EXPIRED, solo=True)
        (waiting,) = await store.targets.put_back([item])
        if crashes < 3:
            assert (waiting.crashes, waiting.suspect, waiting.charged) == (crashes, True, 0)
        else:
            assert waiting is None
    (row,) = await store.targets.listing(job.id)
    assert (row.state, row.category, row.error) == (TargetState.FAILED, Category.CRASH, "killed the worker 3 times")
    assert (await store.jobs.get(job.id)).state is JobState.FINISHED


async def test_an_innocent_beside_a_killer_stays_a_suspect_only_until_it_succeeds(store, submit):
    await submit("acme.example")
    (target,) = await store.targets.feed(1)
    await store.targets.put_back([Return(target_id=target.id, attempt=1, why=Why.EXPIRED)])
    assert await store.targets.feed(1, lane=Lane.EXPRESS) == []
    (suspect,) = await store.targets.feed(1, lane=Lane.SOLO)
    assert (suspect.suspect, suspect.crashes) == (True, 0)
    assert await store.targets.commit([done(suspect)]) == [True]


@pytest.mark.parametrize("why", [Why.RELEASED, Why.LOST, Why.SERVICE])
async def test_what_is_not_the_targets_fault_costs_it_nothing(store, submit, why):
    await submit("acme.example")
    (target,) = await store.targets.feed(1)
    (waiting,) = await store.targets.put_back([Return(target_id=target.id, attempt=1, why=why, solo=True)])
    assert (waiting.attempt, waiting.charged, waiting.crashes, waiting.suspect) == (2, 0, 0, False)
    assert await store.targets.put_back([Return(target_id=target.id, attempt=1, why=why)]) == [None]


async def test_a_domain_in_two_jobs_is_crawled_once_and_shared(store, submit):
    one, two = await submit("acme.example", "solo.example"), await submit("acme.example")
    fed = await store.targets.feed(10)
    assert sorted(target.domain for target in fed) == ["acme.example", "solo.example"]
    assert (await store.numbers.counts()).waiting == 1
    await store.targets.commit([done(target) for target in fed])
    assert await store.targets.feed(10) == []
    counts = [await store.numbers.counts(job.id) for job in (one, two)]
    assert sorted(count.skipped for count in counts) == [0, 1]
    assert {(await store.jobs.get(job.id)).state for job in (one, two)} == {JobState.FINISHED}


async def test_the_second_job_crawls_when_the_first_one_fails(store, submit):
    await submit("acme.example"), await submit("acme.example")
    (target,) = await store.targets.feed(10)
    await store.targets.commit([failed(target)])
    (other,) = await store.targets.feed(10)
    assert other.job_id != target.job_id


async def test_max_age_zero_crawls_anew_and_an_old_profile_is_not_fresh(store, submit):
    await submit("acme.example", "old.example")
    acme, old = await store.targets.feed(10)
    await store.targets.commit([done(acme), done(old, at=datetime.now(UTC) - timedelta(days=8))])
    fresh = await submit("acme.example", "old.example")
    assert (await store.numbers.counts(fresh.id)).skipped == 1
    assert [target.domain for target in await store.targets.feed(10)] == ["old.example"]
    anew = await submit("acme.example", max_age_s=0)
    assert [target.job_id for target in await store.targets.feed(10)] == [anew.id]
    assert await store.targets.count_fresh(["acme.example", "old.example", "new.example"], 86400.0) == 1


async def test_a_small_job_is_not_kept_waiting_by_a_huge_one(store, submit):
    huge = await submit(*(f"h{n}.example" for n in range(1500)))
    small = await submit("acme.example", "beta.example")
    assert {target.job_id for target in await store.targets.feed(2)} == {small.id}
    assert await store.targets.feed(10, lane=Lane.EXPRESS) == []
    assert {target.job_id for target in await store.targets.feed(10, lane=Lane.BULK)} == {huge.id}


async def test_a_job_still_being_submitted_is_worked_but_never_finished(store, submit):
    job = await submit("acme.example", seal=False)
    (target,) = await store.targets.feed(10, lane=Lane.BULK)
    await store.targets.commit([done(target)])
    assert (await store.jobs.get(job.id)).finished_at is None
    assert (await store.jobs.seal(job.id)).state is JobState.FINISHED


async def test_paused_jobs_are_not_fed(store, submit):
    job = await submit("acme.example")
    assert await store.jobs.pause(job.id) == 1
    assert await store.targets.feed(10) == []
    assert await store.targets.outlook() == (0, None)
    assert await store.jobs.stopped() == {job.id}
    await store.jobs.resume(job.id)
    assert len(await store.targets.feed(10)) == 1
    assert await store.targets.outlook() == (1, None)


async def test_the_stream_can_be_compared_with_what_is_queued(store, submit):
    await submit("acme.example", "beta.example", "gamma.example")
    fed = await store.targets.feed(2)
    rows = await store.targets.queued()
    assert [(row.id, row.attempt) for row in rows] == [(target.id, 1) for target in fed]
    assert [row.id for row in await store.targets.queued(after_id=fed[0].id)] == [fed[1].id]
    assert await store.targets.queued(older_than_s=60) == []
    assert abs(rows[0].queued_at - time.time()) < 120
    await store.targets.commit([done(fed[0])])
    assert [row.id for row in await store.targets.queued()] == [fed[1].id]


async def test_many_scouts_share_a_transaction_and_each_learns_its_own_result(store, submit):
    await submit(*(f"c{n}.example" for n in range(200)))
    fed = await store.targets.feed(200)
    await store.targets.put_back([Return(target_id=fed[50].id, attempt=1, why=Why.LOST)])
    before = store._database.transactions
    results = await asyncio.gather(*(store.targets.commit([done(target)]) for target in fed))
    assert [result for result in results if result == [False]] == [results[50]]
    assert store._database.transactions - before <= 20


async def test_listing_goes_by_state_and_category(store, submit):
    job = await submit("a.example", "b.example", "c.example")
    a, b, c = await store.targets.feed(10)
    await store.targets.commit([failed(a), failed(b, Category.TLS), partial(c)])
    names = lambda rows: [row.domain for row in rows]  # noqa: E731
    assert names(await store.targets.listing(job.id, states=[TargetState.FAILED])) == ["a.example", "b.example"]
    assert names(await store.targets.listing(job.id, category=Category.TLS)) == ["b.example"]
    assert names(await store.targets.listing(job.id, states=[TargetState.PARTIAL])) == ["c.example"]
    assert names(await store.targets.listing(after_id=a.id, limit=1)) == ["b.example"]


async def test_nothing_is_added_to_an_unknown_or_cancelled_job(store, submit):
    with pytest.raises(UsageError, match="no job"):
        await store.targets.add("j-none", ["acme.example"])
    job = await submit("acme.example")
    await store.jobs.cancel(job.id)
    with pytest.raises(UsageError, match="cancelled"):
        await store.targets.add(job.id, ["beta.example"])


async def test_an_outcome_without_status_and_decision_is_a_mistake_of_the_caller(store, submit):
    await submit("acme.example")
    (target,) = await store.targets.feed(1)
    outcome = done(target)
    with pytest.raises(ValueError, match="status or a decision"):
        await store.targets.commit([type(outcome)(target=target, attempt=outcome.attempt, status=None)])

"""Jobs: one an input, finished once, steered as a whole."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.outcomes import done, failed, partial, store_settings

from domainscout.errors import Category, UsageError
from domainscout.records import JobOptions, JobState
from domainscout.store import open_store


async def test_the_same_input_goes_on_with_the_same_job(store):
    first = await store.jobs.create("a.txt", identity="abc", options=JobOptions(max_age_s=1))
    again = await store.jobs.create("b.txt", identity="abc", options=JobOptions(max_age_s=2, budget_usd=3.5))
    assert (again.id, again.name, again.options.max_age_s, again.options.budget_usd) == (first.id, "a.txt", 2, 3.5)
    fresh = await store.jobs.create("a.txt", identity="abc", new=True)
    assert fresh.id != first.id
    assert (await store.jobs.create("a.txt", identity="abc")).id == fresh.id
    assert {job.id for job in await store.jobs.list()} == {first.id, fresh.id}


async def test_a_cancelled_job_is_not_gone_on_with(store):
    first = await store.jobs.create("a.txt", identity="abc")
    await store.jobs.cancel(first.id)
    assert await store.jobs.with_identity("abc") is None
    assert (await store.jobs.create("a.txt", identity="abc")).id != first.id


async def test_ids_are_short_and_unlike_each_other(store):
    ids = [(await store.jobs.create("list")).id for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(job_id.startswith("j-") and len(job_id) <= 8 for job_id in ids)


async def test_an_unknown_job_is_answered_with_the_most_similar_one(store):
    job = await store.jobs.create("list")
    typo = job.id[:-1] + ("a" if job.id[-1] != "a" else "b")
    with pytest.raises(UsageError) as caught:
        await store.jobs.get(typo)
    assert job.id in caught.value.why
    assert caught.value.fix


async def test_the_last_outcome_stamps_the_job_once_and_everybody_sees_it(store, submit, tmp_path):
    job = await submit("a.example", "b.example")
    a, b = await store.targets.feed(10)
    async with open_store(store_settings(tmp_path)) as other:
        await store.targets.commit([done(a)])
        assert (await other.jobs.get(job.id)).finished_at is None
        await asyncio.gather(store.targets.commit([done(b)]), other.targets.commit([done(b)]))
        stamped = (await other.jobs.get(job.id)).finished_at
        assert stamped is not None
        assert (await store.jobs.seal(job.id)).finished_at == stamped


async def test_an_empty_sealed_job_is_finished(store):
    job = await store.jobs.create("list")
    assert (await store.jobs.seal(job.id)).state is JobState.FINISHED


async def test_cancel_gives_up_what_waits_and_what_is_in_flight(store, submit):
    job = await submit("a.example", "b.example", "c.example")
    a, b = await store.targets.feed(2)
    await store.targets.commit([done(a)])
    assert await store.jobs.cancel(job.id, dry_run=True) == 2
    assert (await store.numbers.counts(job.id)).cancelled == 0
    assert await store.jobs.cancel(job.id) == 2
    assert await store.targets.commit([done(b)]) == [False]
    counts = await store.numbers.counts(job.id)
    assert (counts.done, counts.cancelled, counts.unfinished, counts.holds) == (1, 2, 0, True)
    job = await store.jobs.get(job.id)
    assert job.state is JobState.CANCELLED
    assert job.finished_at is not None
    assert await store.targets.feed(10) == []


async def test_a_finished_job_cannot_be_paused_and_says_what_can_be_done(store, submit):
    job = await submit("a.example")
    await store.targets.commit([done(target) for target in await store.targets.feed(10)])
    with pytest.raises(UsageError) as caught:
        await store.jobs.pause(job.id)
    assert f"domainscout retry {job.id}" in caught.value.fix
    assert await store.jobs.cancel(job.id) == 0
    assert (await store.jobs.get(job.id)).state is JobState.FINISHED


async def test_retry_starts_failures_afresh_by_category(store, submit):
    job = await submit("a.example", "b.example", "c.example", "d.example")
    a, b, c, d = await store.targets.feed(10)
    await store.targets.commit([failed(a), failed(b, Category.TLS), partial(c, Category.LLM_AUTH), done(d)])
    assert await store.jobs.retry(job.id, dry_run=True) == 2
    assert await store.jobs.retry(job.id, Category.TLS) == 1
    (again,) = await store.targets.feed(10)
    assert (again.domain, again.attempt, again.charged) == ("b.example", 2, 0)
    job = await store.jobs.get(job.id)
    assert (job.state, job.finished_at) == (JobState.ACTIVE, None)
    await store.targets.commit([done(again)])
    assert (await store.jobs.get(job.id)).state is JobState.FINISHED
    assert await store.jobs.retry(job.id, Category.LLM_AUTH) == 1
    (reread,) = await store.targets.feed(10)
    assert reread.domain == "c.example", "its own fresh profile does not keep a retry from being crawled"
    assert await store.jobs.retry(job.id) == 1
    assert [row.category for row in await store.numbers.failures(job.id)] == []


async def test_cancelled_targets_come_back_when_asked_for_by_name(store, submit):
    job = await submit("a.example")
    await store.jobs.cancel(job.id)
    assert await store.jobs.retry(job.id) == 0
    assert await store.jobs.retry(job.id, Category.CANCELLED) == 1
    assert len(await store.targets.feed(10)) == 1


async def test_purge_removes_queue_state_of_finished_jobs_and_never_companies(store, submit):
    old, busy = await submit("a.example", "b.example"), await submit("c.example")
    a, b = [target for target in await store.targets.feed(10) if target.job_id == old.id]
    await store.targets.commit([done(a, company_name="Acme"), failed(b)])
    assert await store.jobs.purge(3600) == 0
    assert await store.jobs.purge(0, dry_run=True) == 1
    assert await store.jobs.purge(0) == 1
    assert await store.targets.listing(old.id) == []
    assert len(await store.targets.listing(busy.id)) == 1
    counts = await store.numbers.counts(old.id)
    assert (counts.done, counts.failed, counts.holds) == (1, 1, True)
    assert (await store.companies.get("a.example")).profile.company_name == "Acme"
    assert [row["domain"] async for batch in store.companies.stream(old.id) for row in batch] == ["a.example"]
    assert await store.jobs.purge(0) == 0

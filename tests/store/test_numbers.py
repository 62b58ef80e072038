"""Figures: what the counters say is what the rows say, and reading them does not touch the rows."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from tests.support.outcomes import done, failed, partial, retried

from domainscout.errors import Category
from domainscout.profile import Phone
from domainscout.records import TargetState


async def test_counters_equal_the_rows_after_everything_that_can_happen(store, submit):
    job = await submit(*(f"c{n}.example" for n in range(40)))
    fed = await store.targets.feed(20)
    outcomes = [done(t) for t in fed[:5]] + [failed(t) for t in fed[5:9]]
    outcomes += [partial(t) for t in fed[9:11]] + [retried(t) for t in fed[11:13]]
    await store.targets.commit(outcomes)
    assert await store.numbers.counts(job.id) == await store.numbers.recount(job.id)
    await store.jobs.retry(job.id)
    await store.jobs.cancel(job.id)
    assert await store.numbers.counts() == await store.numbers.recount()
    counts = await store.numbers.counts(job.id)
    assert (counts.submitted, counts.done, counts.partial, counts.cancelled) == (40, 5, 2, 33)
    assert (await store.numbers.counts_by_job()) == {job.id: counts}


async def test_failures_are_grouped_with_an_example_each(store, submit):
    job = await submit(*(f"c{n}.example" for n in range(6)))
    fed = await store.targets.feed(10)
    outcomes = [failed(fed[0]), failed(fed[1], error="timed out"), failed(fed[2], Category.TLS, "expired")]
    await store.targets.commit([*outcomes, partial(fed[3]), done(fed[4])])
    groups = await store.numbers.failures(job.id)
    assert [(g.category, g.state, g.count, g.example_domain) for g in groups] == [
        (Category.DNS, TargetState.FAILED, 2, "c0.example"),
        (Category.LLM_TIMEOUT, TargetState.PARTIAL, 1, "c3.example"),
        (Category.TLS, TargetState.FAILED, 1, "c2.example"),
    ]
    assert groups[2].example_error == "expired"
    assert await store.numbers.failures() == groups
    recent = await store.numbers.errors(limit=2)
    assert len(recent) == 2
    assert {error.job_id for error in recent} == {job.id}


async def test_progress_has_rates_cost_and_the_share_of_filled_fields(store, submit):
    job = await submit(*(f"c{n}.example" for n in range(4)))
    fed = await store.targets.feed(10)
    filled = [done(t, company_name="A", phones=[Phone(number="+442079460958")]) for t in fed[:1]]
    await store.targets.commit([*filled, done(fed[1], company_name="B"), retried(fed[2]), failed(fed[3])])
    progress = await store.numbers.progress(job.id)
    assert (progress.finished_1m, progress.finished_5m, progress.retrying, progress.profiles) == (3, 3, 1, 2)
    assert progress.fill["company_name"] == 1.0
    assert progress.fill["phones"] == 0.5
    assert progress.fill["social"] == 0.0
    assert progress.cost_usd == pytest.approx(0.002)
    assert (progress.pages, progress.bytes) == (4, 600)
    everything = await store.numbers.progress()
    assert (everything.retrying, everything.counts) == (1, progress.counts)


async def test_no_figure_of_status_reads_the_targets_one_by_one(store, submit):
    """At a million targets a scan costs 100 ms and more: the plans must not have one."""
    await submit(*(f"c{n}.example" for n in range(10)))
    plans: list[str] = []

    def explain(conn):
        from sqlalchemy import event

        def before(_conn, cursor, statement, parameters, _context, _many):
            if statement.lstrip().startswith("SELECT"):
                raw = conn.connection.cursor()
                raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(row[3] for row in raw.fetchall())
                raw.close()

        event.listen(conn, "before_cursor_execute", before)
        from domainscout.store import numbers

        for job in (None, "j-x"):
            numbers.progress(conn, job)
            numbers.failures(conn, job)
            numbers.errors(conn, job, 10)
            numbers.counts_by_job(conn)

    await store.read(explain)
    assert plans
    scans = [plan for plan in plans if plan.startswith(("SCAN targets", "SCAN attempts")) and "INDEX" not in plan]
    assert scans == []


async def test_check_finds_counters_that_lie(store, submit):
    job = await submit("a.example")
    await store.write(lambda conn: conn.execute(text("UPDATE tallies SET n = 5")))
    (problem,) = await store.check()
    assert job.id in problem
    await store.write(lambda conn: conn.execute(text("UPDATE tallies SET n = 1")))
    await store.write(lambda conn: conn.execute(text("UPDATE jobs SET size = 2")))
    assert len(await store.check()) == 1
    await store.write(lambda conn: conn.execute(text("UPDATE jobs SET size = 1")))

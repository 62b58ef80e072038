"""Targets on their way: added by `submit`, fed to the stream, put back when their claim came to nothing.

    waiting ──feed──▶ queued ──commit──▶ done | partial | failed
       ▲  ▲              │ commit(Retry), put_back: attempt + 1
       │  └──────────────┘
       └─ feed also turns waiting into skipped where an earlier job has a fresh profile

`attempt` is the fence: every way back to waiting raises it, so what an earlier owner does later changes nothing. Owns
these moves; what a finished attempt writes is in `commits`, whole jobs are steered in `jobs`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from domainscout.errors import Category, UsageError
from domainscout.records import JobState, Lane, Outcome, Target, TargetState
from domainscout.store import jobs
from domainscout.store.codec import now_stamp, packed, past_stamp
from domainscout.store.commits import save_outcomes
from domainscout.store.database import Database
from domainscout.store.feeding import CLOCK_SLACK_S, feed, outlook
from domainscout.store.prepared import prepare
from domainscout.store.returns import Return, put_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of a batch of domains: `new` wait, `fresh` were skipped for an earlier profile, `known` were
    there."""

    new: int = 0
    fresh: int = 0
    known: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(new=self.new + other.new, fresh=self.fresh + other.fresh, known=self.known + other.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A target that the stream should know; `queued_at` in Unix seconds."""

    id: int
    attempt: int
    job_id: str
    domain: str
    queued_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One line of a list of targets."""

    id: int
    job_id: str
    domain: str
    state: TargetState
    attempt: int
    charged: int
    category: Category | None
    error: str | None
    finished_at: str | None


class Targets:
    """The targets of one database."""

    def __init__(self, database: Database, *, keep_pages: bool = True) -> None:
        self._database = database
        self._keep_pages = keep_pages

    async def add(self, job_id: str, domains: Sequence[str]) -> Added:
        """Write canonical domains of a job in one transaction; those it has already change nothing."""
        return await self._database.write(add, job_id, domains)

    async def count_fresh(self, domains: Sequence[str], max_age_s: float) -> int:
        """How many of these domains have a profile younger than this."""
        return await self._database.read(count_fresh, domains, max_age_s)

    async def feed(self, limit: int, *, lane: Lane | None = None, job: str | None = None) -> list[Target]:
        """Turn waiting targets that are due into queued ones, for the stream.

        Retries that are due come first, then new ones; the job with the fewest waiting targets first. A domain that is
        queued for another job waits; one with a fresh profile of an earlier job is skipped and not returned.

        Args:
            limit: at most so many.
            lane: EXPRESS: only small jobs, BULK: only the others, both without suspects; SOLO: only suspects of any
                job; None: everything.
            job: only this job.
        """
        return await self._database.write(feed, limit, lane, job)

    async def commit(self, outcomes: Sequence[Outcome]) -> list[bool]:
        """Write what attempts produced: target, attempt, company, pages and counters of each in one transaction.

        Concurrent calls share a transaction and its statements. Order is kept.

        Returns:
            For each outcome whether it counted; False when the target was put back or cancelled meanwhile.
        """
        prepared = [prepare(outcome, keep_pages=self._keep_pages) for outcome in outcomes]
        return await self._database.write_many(save_outcomes, prepared)

    async def put_back(self, items: Sequence[Return]) -> list[Target | None]:
        """Let claimed targets wait again, with the next attempt number; nothing is charged.

        A target that has crashed its process `CRASH_LIMIT` times alone fails with the category crash.

        Returns:
            For each item the target as it waits now; None when it was not this attempt's any more, or has failed.
        """
        return await self._database.write(put_back, items)

    async def queued(self, after_id: int = 0, limit: int = 1000, older_than_s: float = 0.0) -> list[Queued]:
        """Targets that the stream should know, by id; only those queued at least so many seconds ago, or by a clock
        that runs ahead of ours or was set back since."""
        return await self._database.read(queued, after_id, limit, older_than_s)

    async def unfinished(self, job: str | None = None) -> int:
        """Targets without an outcome."""
        return await self._database.read(jobs.unfinished, job)

    async def outlook(self, job: str | None = None) -> tuple[int, float | None]:
        """What tells a worker that everything is done: how many targets are queued now, and the seconds until the next
        waiting one of an active job is due (0 for now, None when none waits)."""
        return await self._database.read(outlook, job)

    async def listing(
        self,
        job: str | None = None,
        *,
        states: Sequence[TargetState] = (),
        category: Category | None = None,
        after_id: int = 0,
        limit: int = 1000,
    ) -> list[TargetRow]:
        """Targets by id, for lists of failures; go on with `after_id` of the last."""
        return await self._database.read(listing, job, tuple(states), category, after_id, limit)


def add(conn: Connection, job_id: str, domains: Sequence[str]) -> Added:
    """See `Targets.add`."""
    job = jobs.get(conn, job_id)
    if job.state is JobState.CANCELLED:
        raise UsageError(f"Job {job_id} was cancelled meanwhile.", fix="Submit again: it becomes a new job")
    states = {TargetState.WAITING.value: 0, TargetState.SKIPPED.value: 0}
    values = {"job": job_id, "domains": packed(list(domains)), "at": now_stamp()}
    if job.options.max_age_s > 0:
        values["cutoff"] = past_stamp(job.options.max_age_s)
        states["skipped"] = conn.execute(text(_ADD_FRESH), values).rowcount
    states["waiting"] = conn.execute(text(_ADD_NEW), values).rowcount
    inserted = sum(states.values())
    if inserted:
        conn.execute(
            text(
                "UPDATE jobs SET size = size + :n, finished_at = NULL, "
                "state = CASE state WHEN 'finished' THEN 'active' ELSE state END WHERE id = :job"
            ),
            {"n": inserted, "job": job_id},
        )
    return Added(new=states["waiting"], fresh=states["skipped"], known=len(domains) - inserted)


def count_fresh(conn: Connection, domains: Sequence[str], max_age_s: float) -> int:
    """See `Targets.count_fresh`."""
    if max_age_s <= 0:
        return 0
    return int(
        conn.execute(
            text(
                "SELECT count(*) FROM json_each(:domains) e CROSS JOIN companies c ON c.domain = e.value "
                "WHERE c.crawled_at >= :cutoff"
            ),
            {"domains": packed(list(domains)), "cutoff": past_stamp(max_age_s)},
        ).scalar_one()
    )


_ADD_FRESH = """
    INSERT OR IGNORE INTO targets (job_id, domain, state, finished_at)
    SELECT :job, e.value, 'skipped', :at FROM json_each(:domains) e
    CROSS JOIN companies c ON c.domain = e.value
    WHERE c.crawled_at >= :cutoff AND c.job_id <> :job
"""
_ADD_NEW = "INSERT OR IGNORE INTO targets (job_id, domain) SELECT :job, value FROM json_each(:domains)"


def queued(conn: Connection, after_id: int, limit: int, older_than_s: float) -> list[Queued]:
    """See `Targets.queued`. The number of queued targets is that of the window, so all of them are looked at."""
    now = time.time()
    rows = conn.execute(
        text(
            """
            SELECT id, attempt, job_id, domain, queued_at FROM targets INDEXED BY ix_targets_queued
            WHERE state = 'queued' AND id > :after AND (queued_at <= :before OR queued_at > :ahead)
            ORDER BY id LIMIT :limit
            """
        ),
        {"after": after_id, "before": now - older_than_s, "ahead": now + CLOCK_SLACK_S, "limit": limit},
    )
    return [
        Queued(id=row.id, attempt=row.attempt, job_id=row.job_id, domain=row.domain, queued_at=row.queued_at)
        for row in rows
    ]


def listing(
    conn: Connection,
    job: str | None,
    states: tuple[TargetState, ...],
    category: Category | None,
    after_id: int,
    limit: int,
) -> list[TargetRow]:
    """See `Targets.listing`."""
    conditions = ["id > :after"]
    if job is not None:
        conditions.append("job_id = :job")
    if states:
        conditions.append("state IN (SELECT value FROM json_each(:states))")
    if category is not None:
        conditions.append("category = :category")
    elif states and set(states) == {TargetState.FAILED}:
        conditions.append("category IS NOT NULL")
    rows = conn.execute(
        text(
            "SELECT id, job_id, domain, state, attempt, charged, category, error, finished_at FROM targets "
            f"WHERE {' AND '.join(conditions)} ORDER BY id LIMIT :limit"
        ),
        {
            "after": after_id,
            "job": job,
            "states": packed([state.value for state in states]),
            "category": None if category is None else category.value,
            "limit": limit,
        },
    )
    return [
        TargetRow(
            id=row.id,
            job_id=row.job_id,
            domain=row.domain,
            state=TargetState(row.state),
            attempt=row.attempt,
            charged=row.charged,
            category=None if row.category is None else Category(row.category),
            error=row.error,
            finished_at=row.finished_at,
        )
        for row in rows
    ]

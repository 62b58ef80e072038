"""The figures that `status` prints and `monitor` draws. Everything here reads counters kept by triggers and by the
group commit, so its cost grows with the number of jobs, never with that of targets. `recount` is the exception: it is
the proof."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from domainscout.errors import Category
from domainscout.records import Counts, TargetState
from domainscout.store.codec import moment
from domainscout.store.database import Database
from domainscout.store.prepared import CONTENT

LEAST_SPAN_S = 10
"""Seconds a rate is taken over at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """Targets that ended for one reason, with one of them as an example."""

    category: Category
    state: TargetState
    count: int
    example_domain: str | None
    example_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentError:
    """One attempt that came to nothing, or to less than all."""

    at: datetime
    job_id: str
    domain: str
    outcome: str
    category: Category
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a job stands, or all of them together.

    Attributes:
        retrying: waiting targets that had an attempt before.
        finished_1m: targets finished by work in the last 60 s; `finished_5m` in the last 300 s.
        rate_1m: targets a second over the last minute, or over as much of it as was worked in; `rate_5m` likewise.
        recovered: claims taken back from workers that died or stalled.
        profiles: profiles saved; `fill` is the share of them (0 to 1) that has a value in a field.
    """

    counts: Counts
    retrying: int
    finished_1m: int
    finished_5m: int
    rate_1m: float
    rate_5m: float
    recovered: int
    pages: int
    bytes: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    profiles: int
    fill: Mapping[str, float]

    @property
    def rate(self) -> float:
        """The best guess for what is to come, in targets a second."""
        return self.rate_1m or self.rate_5m


class Numbers:
    """The figures of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self, job: str | None = None) -> Counts:
        """Targets by state."""
        return await self._database.read(counts, job)

    async def counts_by_job(self) -> dict[str, Counts]:
        """The same for every job, in one go."""
        return await self._database.read(counts_by_job)

    async def recount(self, job: str | None = None) -> Counts:
        """The same counted row by row: about 0.1 s a million targets. Purged jobs have no rows left."""
        return await self._database.read(recount, job)

    async def failures(self, job: str | None = None) -> list[FailureGroup]:
        """Why targets failed or are partial, most frequent first."""
        return await self._database.read(failures, job)

    async def errors(self, job: str | None = None, limit: int = 10) -> list[RecentError]:
        """The latest attempts with a category, latest first."""
        return await self._database.read(errors, job, limit)

    async def progress(self, job: str | None = None) -> Progress:
        """Where a job stands, or all of them together."""
        return await self._database.read(progress, job)


def _counts(submitted: int, states: Mapping[str, int]) -> Counts:
    return Counts(submitted=submitted, **{state.value: states.get(state.value, 0) for state in TargetState})


def counts(conn: Connection, job: str | None) -> Counts:
    """See `Numbers.counts`."""
    submitted = conn.execute(
        text("SELECT ifnull(sum(size), 0) FROM jobs WHERE :job IS NULL OR id = :job"), {"job": job}
    ).scalar_one()
    rows = conn.execute(
        text("SELECT state, sum(n) AS n FROM tallies WHERE :job IS NULL OR job_id = :job GROUP BY state"), {"job": job}
    )
    return _counts(submitted, {row.state: row.n for row in rows})


def counts_by_job(conn: Connection) -> dict[str, Counts]:
    """See `Numbers.counts_by_job`."""
    states: dict[str, dict[str, int]] = {}
    for row in conn.execute(text("SELECT job_id, state, sum(n) AS n FROM tallies GROUP BY job_id, state")):
        states.setdefault(row.job_id, {})[row.state] = row.n
    sizes = conn.execute(text("SELECT id, size FROM jobs"))
    return {row.id: _counts(row.size, states.get(row.id, {})) for row in sizes}


def recount(conn: Connection, job: str | None) -> Counts:
    """See `Numbers.recount`."""
    submitted = conn.execute(
        text("SELECT ifnull(sum(size), 0) FROM jobs WHERE purged_at IS NULL AND (:job IS NULL OR id = :job)"),
        {"job": job},
    ).scalar_one()
    rows = conn.execute(
        text("SELECT state, count(*) AS n FROM targets WHERE :job IS NULL OR job_id = :job GROUP BY state"),
        {"job": job},
    )
    return _counts(submitted, {row.state: row.n for row in rows})


def failures(conn: Connection, job: str | None) -> list[FailureGroup]:
    """See `Numbers.failures`."""
    groups = conn.execute(
        text(
            """
            SELECT state, category, sum(n) AS n, max(job_id) AS job_id FROM tallies
            WHERE category <> '' AND state <> 'cancelled' AND n > 0 AND (:job IS NULL OR job_id = :job)
            GROUP BY state, category ORDER BY n DESC, category
            """
        ),
        {"job": job},
    ).all()
    found = []
    for group in groups:
        example = conn.execute(
            text(
                "SELECT domain, error FROM targets INDEXED BY ix_targets_troubled WHERE category IS NOT NULL "
                "AND job_id = :job AND state = :state AND category = :category LIMIT 1"
            ),
            {"job": group.job_id, "state": group.state, "category": group.category},
        ).first()
        found.append(
            FailureGroup(
                category=Category(group.category),
                state=TargetState(group.state),
                count=group.n,
                example_domain=example.domain if example else None,
                example_error=example.error if example else None,
            )
        )
    return found


def errors(conn: Connection, job: str | None, limit: int) -> list[RecentError]:
    """See `Numbers.errors`."""
    of_job = "" if job is None else "AND job_id = :job"
    rows = conn.execute(
        text(
            "SELECT finished_at, job_id, domain, outcome, category, error FROM attempts "
            f"WHERE category IS NOT NULL {of_job} ORDER BY finished_at DESC LIMIT :limit"
        ),
        {"job": job, "limit": limit},
    )
    return [
        RecentError(
            at=moment(row.finished_at),
            job_id=row.job_id,
            domain=row.domain,
            outcome=row.outcome,
            category=Category(row.category),
            error=row.error,
        )
        for row in rows
    ]


def progress(conn: Connection, job: str | None) -> Progress:
    """See `Numbers.progress`."""
    values = {"job": job, "now": int(time.time())}
    totals = conn.execute(
        text(
            """
            SELECT ifnull(sum(pages), 0) AS pages, ifnull(sum(bytes), 0) AS bytes,
                ifnull(sum(input_tokens), 0) AS input_tokens, ifnull(sum(output_tokens), 0) AS output_tokens,
                ifnull(sum(cost_usd), 0.0) AS cost_usd, ifnull(sum(profiles), 0) AS profiles
            FROM jobs WHERE :job IS NULL OR id = :job
            """
        ),
        values,
    ).one()
    rates = conn.execute(
        text(
            """
            SELECT ifnull(sum(CASE WHEN second > :now - 60 THEN n END), 0) AS minute, ifnull(sum(n), 0) AS five,
                :now - ifnull(min(second), :now) + 1 AS worked_s
            FROM ticks WHERE second > :now - 300 AND second <= :now AND (:job IS NULL OR job_id = :job)
            """
        ),
        values,
    ).one()
    fills = conn.execute(
        text("SELECT field, sum(n) AS n FROM fills WHERE :job IS NULL OR job_id = :job GROUP BY field"), values
    )
    filled = {row.field: row.n for row in fills}
    return Progress(
        counts=counts(conn, job),
        retrying=_retrying(conn, job),
        finished_1m=rates.minute,
        finished_5m=rates.five,
        rate_1m=rates.minute / _span(rates.worked_s, 60),
        rate_5m=rates.five / _span(rates.worked_s, 300),
        recovered=_recovered(conn, job),
        pages=totals.pages,
        bytes=totals.bytes,
        input_tokens=totals.input_tokens,
        output_tokens=totals.output_tokens,
        cost_usd=totals.cost_usd,
        profiles=totals.profiles,
        fill={field: filled.get(field, 0) / totals.profiles if totals.profiles else 0.0 for field in CONTENT},
    )


def _span(worked_s: int, window_s: int) -> int:
    """Seconds that a rate is over: a job that began a moment ago is not slow. Not too few: its first seconds jump."""
    return min(window_s, max(LEAST_SPAN_S, worked_s))


def _recovered(conn: Connection, job: str | None) -> int:
    query = "SELECT count(*) FROM attempts INDEXED BY ix_attempts_expired WHERE outcome = 'expired'"
    return int(conn.execute(text(query + ("" if job is None else " AND job_id = :job")), {"job": job}).scalar_one())


def _retrying(conn: Connection, job: str | None) -> int:
    query = (
        "SELECT count(*) FROM targets INDEXED BY ix_targets_put_back WHERE state = 'waiting' AND put_at > 0"
        if job is None
        else "SELECT count(*) FROM targets INDEXED BY ix_targets_waiting "
        "WHERE state = 'waiting' AND job_id = :job AND due_at > 0"
    )
    return int(conn.execute(text(query), {"job": job}).scalar_one())

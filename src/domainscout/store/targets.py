"""Targets on their way: added by `submit`, fed to the stream, put back when their claim came to nothing.

    waiting ──feed──▶ queued ──commit──▶ done | partial | failed
       ▲  ▲              │ commit(Retry), put_back: attempt + 1
       │  └──────────────┘
       └─ feed also turns waiting into skipped where an earlier job has a fresh profile

`attempt` is the fence: every way back to waiting raises it, so what an earlier owner does later changes nothing. Owns
these moves; what a finished attempt writes is in `commits`, whole jobs are steered in `jobs`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text

from domainscout.errors import Category, UsageError
from domainscout.records import JobState, Lane, Outcome, Target, TargetState
from domainscout.store import jobs
from domainscout.store.codec import now_stamp, options_of, packed, past_stamp
from domainscout.store.commits import prepare, save_outcomes
from domainscout.store.database import Database

EXPRESS_SIZE = 1000
"""Jobs up to this size take the express lane: they must not wait behind a million others."""

CRASH_LIMIT = 3
"""Solo crashes after which a target has failed."""

CLOCK_SLACK_S = 5.0
"""A target put back later than now by more than this was put back by a clock that has jumped since: it is due."""

FEED_ROUNDS = 50
"""How often one feed looks for more after a round that met only fresh domains, so that one call stays short."""


class Why(StrEnum):
    """Why a claimed target goes back."""

    EXPIRED = "expired"
    LOST = "lost"
    RELEASED = "released"
    SERVICE = "service"


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
class PutBack:
    """A claimed target that comes back without an outcome.

    Attributes:
        why: EXPIRED: its owner died or stalled (it becomes a suspect); LOST: the stream does not know it; RELEASED: its
            worker shut down; SERVICE: a service of ours was away. None of them is charged.
        after_s: due after so many seconds.
        worker: the owner, for the timeline.
        solo: it ran alone in its process, so the crash is its own.
    """

    target_id: int
    attempt: int
    why: Why
    after_s: float = 0.0
    worker: str = ""
    solo: bool = False


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

    async def feed(
        self, limit: int, *, lane: Lane | None = None, job: str | None = None, suspects: bool | None = None
    ) -> list[Target]:
        """Turn waiting targets that are due into queued ones, for the stream.

        Retries that are due come first, then new ones; the job with the fewest waiting targets first. A domain that is
        queued for another job waits; one with a fresh profile of an earlier job is skipped and not returned.

        Args:
            limit: at most so many.
            lane: EXPRESS: only small jobs, BULK: only the others, both without suspects; SOLO: only suspects of any
                job; None: everything.
            job: only this job.
            suspects: True: only suspects, False: none of them; None: as the lane says.
        """
        return await self._database.write(feed, limit, lane, job, suspects)

    async def commit(self, outcomes: Sequence[Outcome]) -> list[bool]:
        """Write what attempts produced: target, attempt, company, pages and counters of each in one transaction.

        Concurrent calls share a transaction and its statements. Order is kept.

        Returns:
            For each outcome whether it counted; False when the target was put back or cancelled meanwhile.
        """
        prepared = [prepare(outcome, keep_pages=self._keep_pages) for outcome in outcomes]
        return await self._database.write_many(save_outcomes, prepared)

    async def put_back(self, items: Sequence[PutBack], *, crash_limit: int = CRASH_LIMIT) -> list[Target | None]:
        """Let claimed targets wait again, with the next attempt number; nothing is charged.

        A target that has crashed its process `crash_limit` times alone fails with the category crash.

        Returns:
            For each item the target as it waits now; None when it was not this attempt's any more, or has failed.
        """
        return await self._database.write(put_back, items, crash_limit)

    async def current(self, ids: Iterable[int]) -> dict[int, Target]:
        """Those of these targets that are queued, as they stand now."""
        return await self._database.read(current, list(ids))

    async def queued(self, after_id: int = 0, limit: int = 1000, older_than_s: float = 0.0) -> list[Queued]:
        """Targets that the stream should know, by id; only those queued at least so many seconds ago."""
        return await self._database.read(queued, after_id, limit, older_than_s)

    async def due_in(self, job: str | None = None) -> float | None:
        """Seconds until the next waiting target of an active job is due: 0 for now, None when none waits."""
        return await self._database.read(due_in, job)

    async def unfinished(self, job: str | None = None) -> int:
        """Targets without an outcome."""
        return await self._database.read(jobs.unfinished, job)

    async def outlook(self, job: str | None = None) -> tuple[int, float | None]:
        """How many are queued now, and `due_in`: what tells a worker that everything is done."""
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


def feed(
    conn: Connection, limit: int, lane: Lane | None, job: str | None, suspects: bool | None = None
) -> list[Target]:
    """See `Targets.feed`."""
    if suspects is None and lane is not None:
        suspects = lane is Lane.SOLO
    lane = None if lane is Lane.SOLO else lane
    _forgive_clock_jumps(conn)
    fed: list[Target] = []
    touched: set[str] = set()
    for hungry in _hungry(conn, lane, job):
        for _ in range(FEED_ROUNDS):
            if len(fed) >= limit:
                break
            found = _candidates(conn, hungry.id, limit - len(fed), suspects)
            if not found:
                break
            options = options_of(hungry.options)
            if options.max_age_s > 0 and _skip_fresh(conn, found, options.max_age_s):
                touched.add(hungry.id)
            fed += _queue(conn, found)
    if touched:
        jobs.finish(conn, touched)
    return fed


def _forgive_clock_jumps(conn: Connection) -> None:
    now = time.time()
    conn.execute(
        text("UPDATE targets SET due_at = :now, put_at = :now WHERE state = 'waiting' AND put_at > :late"),
        {"now": now, "late": now + CLOCK_SLACK_S},
    )


def _hungry(conn: Connection, lane: Lane | None, job: str | None) -> Sequence[Any]:
    """Active jobs with waiting targets, the one with the fewest first."""
    return conn.execute(
        text(
            """
            SELECT j.id, j.options, sum(t.n) AS n FROM jobs j JOIN tallies t ON t.job_id = j.id AND t.state = 'waiting'
            WHERE j.state = 'active' AND (:job IS NULL OR j.id = :job)
                AND (:lane IS NULL OR (:lane = 'express') = (j.sealed AND j.size <= :small))
            GROUP BY j.id HAVING sum(t.n) > 0 ORDER BY n, j.created_at
            """
        ),
        {"job": job, "lane": None if lane is None else lane.value, "small": EXPRESS_SIZE},
    ).all()


_CANDIDATES = """
    SELECT json_group_array(id) FROM (
        SELECT id FROM targets t INDEXED BY ix_targets_waiting
        WHERE state = 'waiting' AND job_id = :job AND {due} AND (:suspects IS NULL OR suspect = :suspects)
            AND NOT EXISTS (SELECT 1 FROM targets q WHERE q.domain = t.domain AND q.state = 'queued')
        ORDER BY due_at, id LIMIT :limit)
"""
_DUE_AGAIN = text(_CANDIDATES.format(due="due_at > 0 AND due_at <= :now"))
_NEVER_TRIED = text(_CANDIDATES.format(due="due_at = 0"))


def _candidates(conn: Connection, job_id: str, limit: int, suspects: bool | None) -> list[int]:
    values = {"job": job_id, "now": time.time(), "limit": limit, "suspects": suspects}
    found: list[int] = json.loads(conn.execute(_DUE_AGAIN, values).scalar_one())
    if len(found) < limit and not suspects:
        found += json.loads(conn.execute(_NEVER_TRIED, values | {"limit": limit - len(found)}).scalar_one())
    return found


_SKIP_FRESH = text(
    """
    UPDATE targets SET state = 'skipped', finished_at = :at
    WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (
        SELECT 1 FROM companies c
        WHERE c.domain = targets.domain AND c.job_id <> targets.job_id AND c.crawled_at >= :cutoff)
    """
)


def _skip_fresh(conn: Connection, ids: list[int], max_age_s: float) -> int:
    """An earlier job has crawled these a short while ago: its profile is shared."""
    return conn.execute(_SKIP_FRESH, {"ids": packed(ids), "cutoff": past_stamp(max_age_s), "at": now_stamp()}).rowcount


_QUEUE = text(
    """
    UPDATE OR IGNORE targets SET state = 'queued', queued_at = :now, put_at = 0
    WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'waiting'
    """
)
_TARGETS = """
    SELECT json_group_array(json_array(t.id, t.job_id, t.domain, t.attempt, t.charged, t.crashes, t.suspect, j.options))
    FROM targets t JOIN jobs j ON j.id = t.job_id
    WHERE t.id IN (SELECT value FROM json_each(:ids)) AND t.state = :state
"""


def _queue(conn: Connection, ids: list[int]) -> list[Target]:
    """The unique index on queued domains lets only one of two jobs through; the other waits."""
    conn.execute(_QUEUE, {"ids": packed(ids), "now": time.time()})
    order = {target_id: place for place, target_id in enumerate(ids)}
    return sorted(_load(conn, ids, TargetState.QUEUED), key=lambda target: order[target.id])


def _load(conn: Connection, ids: Sequence[int], state: TargetState) -> list[Target]:
    rows = json.loads(conn.execute(text(_TARGETS), {"ids": packed(list(ids)), "state": state.value}).scalar_one())
    options = {text_: options_of(text_) for text_ in {row[7] for row in rows}}
    return [
        Target(
            id=row[0],
            job_id=row[1],
            domain=row[2],
            attempt=row[3],
            charged=row[4],
            crashes=row[5],
            suspect=bool(row[6]),
            max_age_s=options[row[7]].max_age_s,
            budget_usd=options[row[7]].budget_usd,
            llm_batch=options[row[7]].llm_batch,
        )
        for row in rows
    ]


def put_back(conn: Connection, items: Sequence[PutBack], crash_limit: int) -> list[Target | None]:
    """See `Targets.put_back`."""
    now = time.time()
    rows = [
        [
            item.target_id,
            item.attempt,
            item.why.value,
            now + max(0.0, item.after_s),
            item.worker,
            int(item.solo and item.why is Why.EXPIRED),
        ]
        for item in items
    ]
    values = {"rows": packed(rows), "now": now, "at": now_stamp(), "limit": crash_limit}
    accepted = set(map(tuple, json.loads(conn.execute(_HELD, values).scalar_one())))
    values["rows"] = packed([row for row in rows if (row[0], row[1]) in accepted])
    conn.execute(_RECORD_EXPIRED, values)
    conn.execute(_FAIL_CRASHED, values)
    conn.execute(_LET_WAIT, values)
    ids = [target_id for target_id, _ in accepted]
    waiting = {target.id: target for target in _load(conn, ids, TargetState.WAITING)}
    failed = {target_id for target_id in ids if target_id not in waiting}
    if failed:
        jobs.finish(conn, _jobs_of(conn, failed))
    return [waiting.get(item.target_id) if (item.target_id, item.attempt) in accepted else None for item in items]


_ROWS = """
    WITH r (id, attempt, why, due_at, worker, crashed) AS MATERIALIZED (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
            json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
        FROM json_each(:rows))
"""
_HELD = text(
    _ROWS
    + """
    SELECT json_group_array(json_array(t.id, t.attempt))
    FROM r CROSS JOIN targets t ON t.id = r.id AND t.attempt = r.attempt AND t.state = 'queued'
    """
)
_RECORD_EXPIRED = text(
    _ROWS
    + """
    INSERT OR IGNORE INTO attempts
        (target_id, attempt, job_id, domain, worker, started_at, finished_at, outcome, category, error)
    SELECT t.id, t.attempt, t.job_id, t.domain, r.worker,
        strftime('%Y-%m-%dT%H:%M:%fZ', ifnull(t.queued_at, :now), 'unixepoch'), :at, 'expired',
        CASE WHEN r.crashed THEN 'crash' END,
        CASE WHEN r.crashed THEN 'its worker died while it ran alone' ELSE 'its worker died or stalled' END
    FROM r CROSS JOIN targets t ON t.id = r.id WHERE r.why = 'expired'
    """
)
_FAIL_CRASHED = text(
    _ROWS
    + """
    UPDATE targets SET state = 'failed', category = 'crash', crashes = targets.crashes + 1, suspect = 1,
        error = 'killed the worker ' || (targets.crashes + 1) || ' times', finished_at = :at
    FROM r WHERE targets.id = r.id AND r.crashed AND targets.crashes + 1 >= :limit
    """
)
_LET_WAIT = text(
    _ROWS
    + """
    UPDATE targets SET state = 'waiting', attempt = targets.attempt + 1, crashes = targets.crashes + r.crashed,
        suspect = max(targets.suspect, r.why = 'expired'), due_at = r.due_at, put_at = :now
    FROM r WHERE targets.id = r.id AND targets.state = 'queued'
    """
)


def _jobs_of(conn: Connection, ids: Iterable[int]) -> set[str]:
    rows = conn.execute(
        text("SELECT DISTINCT job_id FROM targets WHERE id IN (SELECT value FROM json_each(:ids))"),
        {"ids": packed(list(ids))},
    )
    return {row.job_id for row in rows}


def current(conn: Connection, ids: list[int]) -> dict[int, Target]:
    """See `Targets.current`."""
    return {target.id: target for target in _load(conn, ids, TargetState.QUEUED)}


def queued(conn: Connection, after_id: int, limit: int, older_than_s: float) -> list[Queued]:
    """See `Targets.queued`. The number of queued targets is that of the window, so all of them are looked at."""
    rows = conn.execute(
        text(
            """
            SELECT id, attempt, job_id, domain, queued_at FROM targets INDEXED BY ix_targets_queued
            WHERE state = 'queued' AND id > :after AND queued_at <= :before ORDER BY id LIMIT :limit
            """
        ),
        {"after": after_id, "before": time.time() - older_than_s, "limit": limit},
    )
    return [
        Queued(id=row.id, attempt=row.attempt, job_id=row.job_id, domain=row.domain, queued_at=row.queued_at)
        for row in rows
    ]


def due_in(conn: Connection, job: str | None) -> float | None:
    """See `Targets.due_in`."""
    waits = []
    for hungry in _hungry(conn, None, job):
        row = conn.execute(
            text(
                "SELECT min(due_at) FROM targets INDEXED BY ix_targets_waiting "
                "WHERE state = 'waiting' AND job_id = :job"
            ),
            {"job": hungry.id},
        ).one()
        if row[0] is not None:
            waits.append(max(0.0, row[0] - time.time()))
    return min(waits, default=None)


def outlook(conn: Connection, job: str | None) -> tuple[int, float | None]:
    """See `Targets.outlook`."""
    row = conn.execute(
        text("SELECT ifnull(sum(n), 0) FROM tallies WHERE state = 'queued' AND (:job IS NULL OR job_id = :job)"),
        {"job": job},
    ).one()
    return int(row[0]), due_in(conn, job)


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

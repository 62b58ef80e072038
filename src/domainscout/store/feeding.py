"""From waiting to queued: which targets the stream gets next, and how long until there is one.

Retries that are due before targets that were never tried, small jobs before large ones, never two targets of one domain
at once, and none whose domain an earlier job has crawled a short while ago. Owns these choices; `targets` is their
face.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from domainscout.records import Lane, Target, TargetState
from domainscout.store import jobs
from domainscout.store.codec import now_stamp, options_of, packed, past_stamp

EXPRESS_SIZE = 1000
"""Jobs up to this size take the express lane: they must not wait behind a million others."""

CLOCK_SLACK_S = 5.0
"""A target put back later than now by more than this was put back by a clock that has jumped since: it is due."""

FEED_ROUNDS = 50
"""How often one feed looks for more after a round that met only fresh domains, so that one call stays short."""


def feed(conn: Connection, limit: int, lane: Lane | None, job: str | None) -> list[Target]:
    """See `Targets.feed`."""
    suspects = None if lane is None else lane is Lane.SOLO
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
        text(
            # The bare zero lets SQLite use the partial index: without it a million waiting targets cost 300 ms a feed.
            "UPDATE targets SET due_at = :now, put_at = :now WHERE state = 'waiting' AND put_at > 0 AND put_at > :late"
        ),
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
    SELECT json_group_array(json_array(t.id, t.job_id, t.domain, t.attempt, t.charged, t.crashes, t.suspect, j.options,
        t.due_at > 0 AND t.attempt > t.charged + 1))
    FROM targets t JOIN jobs j ON j.id = t.job_id
    WHERE t.id IN (SELECT value FROM json_each(:ids)) AND t.state = :state
"""


def _queue(conn: Connection, ids: list[int]) -> list[Target]:
    """The unique index on queued domains lets only one of two jobs through; the other waits."""
    conn.execute(_QUEUE, {"ids": packed(ids), "now": time.time()})
    order = {target_id: place for place, target_id in enumerate(ids)}
    return sorted(load_targets(conn, ids, TargetState.QUEUED), key=lambda target: order[target.id])


def load_targets(conn: Connection, ids: Sequence[int], state: TargetState) -> list[Target]:
    """Those of these targets that are in this state."""
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
            returned=bool(row[8]),
            max_age_s=options[row[7]].max_age_s,
            budget_usd=options[row[7]].budget_usd,
            llm_batch=options[row[7]].llm_batch,
        )
        for row in rows
    ]


def _due_in(conn: Connection, job: str | None) -> float | None:
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
    return int(row[0]), _due_in(conn, job)

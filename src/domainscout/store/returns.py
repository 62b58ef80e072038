"""From queued back to waiting: claims that came to nothing, and the crashes that end a target. Owns their limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, text

from domainscout.records import Target, TargetState
from domainscout.store import jobs
from domainscout.store.codec import now_stamp, packed
from domainscout.store.feeding import load_targets

CRASH_LIMIT = 3
"""Solo crashes after which a target has failed."""


class Why(StrEnum):
    """Why a claimed target goes back."""

    EXPIRED = "expired"
    LOST = "lost"
    RELEASED = "released"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
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


def put_back(conn: Connection, items: Sequence[Return]) -> list[Target | None]:
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
    values = {"rows": packed(rows), "now": now, "at": now_stamp(), "limit": CRASH_LIMIT}
    accepted = set(map(tuple, json.loads(conn.execute(_HELD, values).scalar_one())))
    values["rows"] = packed([row for row in rows if (row[0], row[1]) in accepted])
    conn.execute(_RECORD_EXPIRED, values)
    conn.execute(_FAIL_CRASHED, values)
    conn.execute(_LET_WAIT, values)
    ids = [target_id for target_id, _ in accepted]
    waiting = {target.id: target for target in load_targets(conn, ids, TargetState.WAITING)}
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

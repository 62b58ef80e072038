"""Heartbeats and targets as text in Redis: compact, versionless, tolerant of fields that a newer worker adds."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from domainscout.records import ScoutState, Target, WorkerBeat

LOST_AFTER_S = 12.0
"""Six heartbeats: a monitor that looks once a second shows a lost worker within 15 s. One that lies so far ahead was
stamped before the server's clock was set back: a worker that lives has beaten since."""
FORGOTTEN_AFTER_S = 600.0
"""A lost worker is shown so long, for whoever looks a little later."""


def pack_target(target: Target) -> str:
    """The payload of a stream entry: everything a scout needs, so that a claim asks the database nothing."""
    return json.dumps(
        [
            target.id,
            target.job_id,
            target.domain,
            target.attempt,
            target.charged,
            target.crashes,
            int(target.suspect),
            target.max_age_s,
            target.budget_usd,
            int(target.llm_batch),
        ],
        separators=(",", ":"),
    )


def unpack_target(payload: str) -> Target:
    """The target of a payload made by `pack_target`."""
    number, job_id, domain, attempt, charged, crashes, suspect, max_age_s, budget_usd, llm_batch = json.loads(payload)
    return Target(
        id=number,
        job_id=job_id,
        domain=domain,
        attempt=attempt,
        charged=charged,
        crashes=crashes,
        suspect=bool(suspect),
        max_age_s=max_age_s,
        budget_usd=budget_usd,
        llm_batch=bool(llm_batch),
    )


def member_of(target_id: int, attempt: int) -> str:
    """How one attempt of a target is called in the set of what the streams hold."""
    return f"{target_id}:{attempt}"


def pack_beat(beat: WorkerBeat) -> str:
    """A heartbeat as JSON; `seen` is added by the server."""
    return json.dumps(asdict(beat), separators=(",", ":"))


def unpack_beat(value: str, now: float) -> WorkerBeat | None:
    """The heartbeat that `pack_beat` and the server wrote; state "lost" when it is old; None when it is not one."""
    seen, _, body = value.partition(" ")
    try:
        raw: dict[str, Any] = json.loads(body)
        scouts = tuple(ScoutState(**_known(ScoutState, scout)) for scout in raw.pop("scouts"))
        beat = WorkerBeat(**{**_known(WorkerBeat, raw), "scouts": scouts, "seen": float(seen)})
    except (ValueError, TypeError, KeyError):
        return None
    if abs(now - beat.seen) <= LOST_AFTER_S:
        return beat
    return WorkerBeat(**{**_known(WorkerBeat, raw), "scouts": scouts, "seen": beat.seen, "state": "lost"})


def _known(record: type[Any], raw: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(record)}
    return {name: value for name, value in raw.items() if name in names}

"""Money spent on the model: reserved before a call, settled after it, never above a cap. Whole nano-dollars.

Every function runs inside the one writer's BEGIN IMMEDIATE transaction, so that scouts and processes that race for the
last cents cannot both get them. A reservation whose worker died is not given back: the call may have been made, so its
worst case counts as spent ("assumed") until somebody settles it after all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from domainscout.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Most that may be spent, in nano-dollars; None is no cap."""

    domain: int | None = None
    job: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What money is wanted for."""

    job_id: str
    domain: str
    model: str
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A cap stands in the way.

    Attributes:
        scope: "domain", "job" or "day".
        for_good: what is spent already leaves too little; False when open reservations may still be given back.
    """

    scope: str
    cap: int
    spent: int
    for_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Nano-dollars spent, and reserved for calls that are under way."""

    spent: int = 0
    reserved: int = 0


class Spend:
    """The ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, purpose: Purpose, worst: int, caps: Caps, *, hold_s: float) -> int | Refused:
        """Reserve the most a call can cost; returns the reservation's id, or the cap that forbids it.

        Args:
            hold_s: seconds after which the worker counts as dead and the worst case as spent.
        """
        return await self._database.write(reserve, purpose, worst, caps, hold_s)

    async def settle(self, reservation: int, cost: int, *, input_tokens: int = 0, output_tokens: int = 0) -> None:
        """Put the real cost in place of the reservation; also when it has expired meanwhile."""
        await self._database.write(settle, reservation, cost, input_tokens, output_tokens)

    async def release(self, reservation: int) -> None:
        """Give the money back: the call was certainly not charged."""
        await self._database.write(release, reservation)

    async def expire(self) -> int:
        """Count the worst case of overdue reservations as spent; returns how many there were."""
        return await self._database.write(expire)

    async def of_job(self, job_id: str) -> Spent:
        """What a job has spent."""
        return await self._database.read(_total, "job", job_id)

    async def of_day(self, day: str | None = None) -> Spent:
        """What a day (UTC, YYYY-MM-DD; None is today) has spent."""
        return await self._database.read(_total, "day", day or today())


def today() -> str:
    """The day money is counted under."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def reserve(conn: Connection, purpose: Purpose, worst: int, caps: Caps, hold_s: float) -> int | Refused:
    """See `Spend.reserve`; within a transaction."""
    expire(conn)
    day = today()
    domain = _domain_total(conn, purpose)
    scopes = {
        "domain": (caps.domain, domain),
        "job": (caps.job, _total(conn, "job", purpose.job_id)),
        "day": (caps.day, _total(conn, "day", day)),
    }
    for scope, (cap, so_far) in scopes.items():
        if cap is not None and so_far.spent + so_far.reserved + worst > cap:
            return Refused(scope=scope, cap=cap, spent=so_far.spent, for_good=so_far.spent + worst > cap)
    now = time.time()
    row = {
        "job": purpose.job_id, "domain": purpose.domain, "day": day, "model": purpose.model, "worker": purpose.worker,
        "nusd": worst, "now": now, "until": now + hold_s,
    }  # fmt: skip
    created = conn.execute(
        text(
            "INSERT INTO spend (job_id, domain, day, model, worker, state, nusd, created_at, expires_at) "
            "VALUES (:job, :domain, :day, :model, :worker, 'reserved', :nusd, :now, :until) RETURNING id"
        ),
        row,
    ).scalar_one()
    _book(conn, purpose.job_id, day, reserved=worst)
    return int(created)


def settle(conn: Connection, reservation: int, cost: int, input_tokens: int = 0, output_tokens: int = 0) -> None:
    """See `Spend.settle`; within a transaction."""
    row = _take(conn, reservation)
    if row is None:
        return
    conn.execute(
        text(
            "UPDATE spend SET state = 'settled', nusd = :cost, input_tokens = :input, output_tokens = :output "
            "WHERE id = :id"
        ),
        {"cost": cost, "input": input_tokens, "output": output_tokens, "id": reservation},
    )
    _book(conn, row["job_id"], row["day"], spent=cost)


def release(conn: Connection, reservation: int) -> None:
    """See `Spend.release`; within a transaction."""
    if _take(conn, reservation) is not None:
        conn.execute(text("DELETE FROM spend WHERE id = :id"), {"id": reservation})


def expire(conn: Connection) -> int:
    """See `Spend.expire`; within a transaction."""
    overdue = conn.execute(
        text("SELECT id, job_id, day, nusd FROM spend WHERE state = 'reserved' AND expires_at < :now"),
        {"now": time.time()},
    ).all()
    for row in overdue:
        conn.execute(text("UPDATE spend SET state = 'assumed' WHERE id = :id"), {"id": row.id})
        _book(conn, row.job_id, row.day, spent=row.nusd, reserved=-row.nusd)
    return len(overdue)


def _take(conn: Connection, reservation: int) -> Mapping[str, str] | None:
    """Take an open or expired reservation out of the sums; None when it is settled or unknown."""
    row = conn.execute(
        text("SELECT job_id, day, state, nusd FROM spend WHERE id = :id AND state <> 'settled'"), {"id": reservation}
    ).first()
    if row is None:
        return None
    if row.state == "reserved":
        _book(conn, row.job_id, row.day, reserved=-row.nusd)
    else:
        _book(conn, row.job_id, row.day, spent=-row.nusd)
    return {"job_id": row.job_id, "day": row.day}


def _book(conn: Connection, job_id: str, day: str, *, spent: int = 0, reserved: int = 0) -> None:
    for scope, key in (("job", job_id), ("day", day)):
        conn.execute(
            text(
                "INSERT INTO spend_totals (scope, key, spent, reserved) VALUES (:scope, :key, :spent, :reserved) "
                "ON CONFLICT (scope, key) DO UPDATE SET spent = spent + :spent, reserved = reserved + :reserved"
            ),
            {"scope": scope, "key": key, "spent": spent, "reserved": reserved},
        )


def _total(conn: Connection, scope: str, key: str) -> Spent:
    row = conn.execute(
        text("SELECT spent, reserved FROM spend_totals WHERE scope = :scope AND key = :key"),
        {"scope": scope, "key": key},
    ).first()
    return Spent(spent=row.spent, reserved=row.reserved) if row else Spent()


def _domain_total(conn: Connection, purpose: Purpose) -> Spent:
    row = conn.execute(
        text(
            "SELECT ifnull(sum(CASE state WHEN 'reserved' THEN 0 ELSE nusd END), 0) AS spent, "
            "ifnull(sum(CASE state WHEN 'reserved' THEN nusd ELSE 0 END), 0) AS reserved "
            "FROM spend WHERE job_id = :job AND domain = :domain"
        ),
        {"job": purpose.job_id, "domain": purpose.domain},
    ).one()
    return Spent(spent=row.spent, reserved=row.reserved)

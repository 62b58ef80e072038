"""Questions that wait for a batch, and the batches under way: durable, so that restarts and kill -9 lose no answer.

A question goes waiting → sending → sent → answered (or failed) → gone when it is merged. Money is reserved in the same
transaction in which questions start being sent, and settled in the one that takes an answer in. A batch is written down
before it is sent and gets the provider's id after, so that one whose sender died can be found again (`sending`).
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, text

from domainscout.errors import Category
from domainscout.store.answers import KeptAnswer, keep
from domainscout.store.database import Database
from domainscout.store.spend import Caps, Purpose, Refused, release, reserve, settle

HOLD_S = 26 * 3600.0
"""Seconds a reservation for a batch holds: a batch ends within 24 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A question to be asked by batch.

    Attributes:
        worst: nano-dollars that it can cost at most, at the price of batches.
        structured: whether the server constrains the answer.
    """

    key: str
    purpose: Purpose
    caps: Caps
    body: str
    candidates: tuple[str, ...]
    worst: int
    structured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A question on its way; `use` fields are zero until it is answered."""

    id: int
    key: str
    domain: str
    job_id: str
    model: str
    structured: bool
    body: str
    state: str
    category: Category | None
    error: str | None
    input_tokens: int
    output_tokens: int
    nusd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch; `remote_id` is None while nobody knows whether the provider has it."""

    id: str
    remote_id: str | None
    size: int
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many questions are in which state, and how old the oldest waiting one is (seconds)."""

    waiting: int = 0
    sent: int = 0
    answered: int = 0
    failed: int = 0
    oldest_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one question of a batch.

    Attributes:
        answer: None when there is none.
        again: ask once more in the next batch.
        cost: nano-dollars.
    """

    question: int
    answer: str | None = None
    prompt_version: str = ""
    again: bool = False
    category: Category | None = None
    error: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0


class Questions:
    """The questions and batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, question: NewQuestion) -> None:
        """Keep a question for the next batch; the same one is asked once."""
        await self._database.write(_add, question)

    async def tend(self, worker: str, lease_s: float) -> bool:
        """Become, or stay, the one process that tends the batches for so many seconds; False when another one does."""
        return await self._database.write(_tend, worker, lease_s)

    async def leave(self, worker: str) -> None:
        """Let another process tend at once."""
        await self._database.write(_leave, worker)

    async def backlog(self) -> Backlog:
        """How much is on its way."""
        return await self._database.read(_backlog)

    async def start(self, model: str, limit: int) -> tuple[Batch, list[Pending]] | None:
        """Take waiting questions into a new batch, their money reserved; None when there are none.

        Questions that a cap forbids fail with `llm_budget`.
        """
        return await self._database.write(_start, model, limit)

    async def sent(self, batch_id: str, remote_id: str) -> None:
        """The provider has the batch."""
        await self._database.write(_sent, batch_id, remote_id)

    async def unsent(self, batch_id: str) -> None:
        """The provider certainly does not have the batch: its questions wait again, their money is given back."""
        await self._database.write(_unsent, batch_id)

    async def batches(self, state: str) -> list[Batch]:
        """Batches in a state: sending or open."""
        return await self._database.read(_batches, state)

    async def known_remotes(self) -> set[str]:
        """The provider's ids of all batches of ours."""
        return await self._database.read(_remotes)

    async def take(self, taken: Sequence[Taken]) -> None:
        """Take in answers and failures of a batch, in one transaction."""
        await self._database.write(_take, taken)

    async def collected(self, batch_id: str) -> None:
        """All results are taken in; questions without one wait again."""
        await self._database.write(_collected, batch_id)

    async def done(self, limit: int = 100) -> list[Pending]:
        """Questions that are answered or have failed, to be merged into profiles."""
        return await self._database.read(_done, limit)

    async def forget(self, question: int) -> None:
        """A question is merged."""
        await self._database.write(_forget, question)


def _add(conn: Connection, question: NewQuestion) -> None:
    caps = question.caps
    conn.execute(
        text(
            "INSERT INTO questions (key, domain, job_id, model, structured, body, candidates, worst, caps, state, "
            "created_at) VALUES (:key, :domain, :job, :model, :structured, :body, :candidates, :worst, :caps, "
            "'waiting', :now) ON CONFLICT (key) DO NOTHING"
        ),
        {
            "key": question.key,
            "domain": question.purpose.domain,
            "job": question.purpose.job_id,
            "model": question.purpose.model,
            "structured": question.structured,
            "body": question.body,
            "candidates": json.dumps(question.candidates),
            "worst": question.worst,
            "caps": json.dumps([caps.domain, caps.job, caps.day]),
            "now": time.time(),
        },
    )


def _tend(conn: Connection, worker: str, lease_s: float) -> bool:
    now = time.time()
    row = conn.execute(text("SELECT worker, until FROM tending")).first()
    if row is not None and row.worker != worker and row.until > now:
        return False
    conn.execute(
        text(
            "INSERT INTO tending (one, worker, until) VALUES (1, :worker, :until) "
            "ON CONFLICT (one) DO UPDATE SET worker = :worker, until = :until"
        ),
        {"worker": worker, "until": now + lease_s},
    )
    return True


def _leave(conn: Connection, worker: str) -> None:
    conn.execute(text("DELETE FROM tending WHERE worker = :worker"), {"worker": worker})


def _backlog(conn: Connection) -> Backlog:
    rows = conn.execute(
        text("SELECT state, count(*) AS n, min(created_at) AS oldest FROM questions GROUP BY state")
    ).all()
    counts = {row.state: row.n for row in rows}
    oldest = next((row.oldest for row in rows if row.state == "waiting"), None)
    return Backlog(
        waiting=counts.get("waiting", 0),
        sent=counts.get("sent", 0) + counts.get("sending", 0),
        answered=counts.get("answered", 0),
        failed=counts.get("failed", 0),
        oldest_s=max(0.0, time.time() - oldest) if oldest is not None else 0.0,
    )


def _start(conn: Connection, model: str, limit: int) -> tuple[Batch, list[Pending]] | None:
    rows = conn.execute(
        text("SELECT * FROM questions WHERE state = 'waiting' AND model = :model ORDER BY id LIMIT :limit"),
        {"model": model, "limit": limit},
    ).mappings()
    batch = Batch(id=f"ds{secrets.token_hex(6)}", remote_id=None, size=0, created_at=time.time())
    taken = [_pending(row) for row in rows.all() if _paid(conn, row, batch.id)]
    if not taken:
        return None
    conn.execute(
        text(
            "INSERT INTO batches (id, model, size, state, created_at) VALUES (:id, :model, :size, 'sending', :created)"
        ),
        {"id": batch.id, "model": model, "size": len(taken), "created": batch.created_at},
    )
    return Batch(id=batch.id, remote_id=None, size=len(taken), created_at=batch.created_at), taken


def _paid(conn: Connection, row: RowMapping, batch_id: str) -> bool:
    domain, job, day = json.loads(row["caps"])
    purpose = Purpose(job_id=row["job_id"], domain=row["domain"], model=row["model"], worker=batch_id)
    reserved = reserve(conn, purpose, row["worst"], Caps(domain=domain, job=job, day=day), HOLD_S)
    if isinstance(reserved, Refused):
        error = f"The budget of the {reserved.scope} leaves too little for another call."
        _fail(conn, row["id"], Category.LLM_BUDGET, error)
        return False
    conn.execute(
        text(
            "UPDATE questions SET state = 'sending', batch = :batch, spend_id = :spend, tries = tries + 1 "
            "WHERE id = :id"
        ),
        {"batch": batch_id, "spend": reserved, "id": row["id"]},
    )
    return True


def _sent(conn: Connection, batch_id: str, remote_id: str) -> None:
    values = {"id": batch_id, "remote": remote_id}
    conn.execute(text("UPDATE batches SET state = 'open', remote_id = :remote WHERE id = :id"), values)
    conn.execute(text("UPDATE questions SET state = 'sent' WHERE batch = :id AND state = 'sending'"), values)


def _unsent(conn: Connection, batch_id: str) -> None:
    _back(conn, batch_id)
    conn.execute(text("UPDATE batches SET state = 'lost' WHERE id = :id"), {"id": batch_id})


def _back(conn: Connection, batch_id: str) -> None:
    rows = conn.execute(
        text("SELECT id, spend_id FROM questions WHERE batch = :id AND state IN ('sending', 'sent')"), {"id": batch_id}
    ).all()
    for row in rows:
        release(conn, row.spend_id)
        conn.execute(
            text("UPDATE questions SET state = 'waiting', batch = NULL, spend_id = NULL WHERE id = :id"), {"id": row.id}
        )


def _batches(conn: Connection, state: str) -> list[Batch]:
    rows = conn.execute(
        text("SELECT id, remote_id, size, created_at FROM batches WHERE state = :state ORDER BY created_at"),
        {"state": state},
    ).all()
    return [Batch(id=row.id, remote_id=row.remote_id, size=row.size, created_at=row.created_at) for row in rows]


def _remotes(conn: Connection) -> set[str]:
    rows = conn.execute(text("SELECT remote_id FROM batches WHERE remote_id IS NOT NULL")).all()
    return {row.remote_id for row in rows}


def _take(conn: Connection, taken: Sequence[Taken]) -> None:
    for one in taken:
        row = conn.execute(
            text("SELECT * FROM questions WHERE id = :id AND state IN ('sending', 'sent')"), {"id": one.question}
        ).first()
        if row is None:
            continue
        if one.cost or one.answer is not None:
            settle(conn, row.spend_id, one.cost, one.input_tokens, one.output_tokens)
        else:
            release(conn, row.spend_id)
        conn.execute(
            text(
                "UPDATE questions SET nusd = nusd + :cost, input_tokens = input_tokens + :input, "
                "output_tokens = output_tokens + :output WHERE id = :id"
            ),
            {"cost": one.cost, "input": one.input_tokens, "output": one.output_tokens, "id": one.question},
        )
        _move(conn, row._mapping, one)


def _move(conn: Connection, row: RowMapping, one: Taken) -> None:
    if one.answer is not None:
        keep(
            conn,
            KeptAnswer(
                key=row["key"],
                domain=row["domain"],
                model=row["model"],
                prompt_version=one.prompt_version,
                answer=one.answer,
                candidates=tuple(json.loads(row["candidates"])),
            ),
        )
        conn.execute(text("UPDATE questions SET state = 'answered' WHERE id = :id"), {"id": one.question})
    elif one.again and row["tries"] < 2:
        conn.execute(
            text("UPDATE questions SET state = 'waiting', batch = NULL, spend_id = NULL WHERE id = :id"),
            {"id": one.question},
        )
    else:
        _fail(conn, one.question, one.category or Category.LLM_INVALID, one.error or "")


def _fail(conn: Connection, question: int, category: Category, error: str) -> None:
    conn.execute(
        text("UPDATE questions SET state = 'failed', category = :category, error = :error WHERE id = :id"),
        {"category": category.value, "error": error, "id": question},
    )


def _collected(conn: Connection, batch_id: str) -> None:
    _back(conn, batch_id)
    conn.execute(text("UPDATE batches SET state = 'collected' WHERE id = :id"), {"id": batch_id})


def _done(conn: Connection, limit: int) -> list[Pending]:
    rows = conn.execute(
        text("SELECT * FROM questions WHERE state IN ('answered', 'failed') ORDER BY id LIMIT :limit"), {"limit": limit}
    ).mappings()
    return [_pending(row) for row in rows.all()]


def _forget(conn: Connection, question: int) -> None:
    conn.execute(text("DELETE FROM questions WHERE id = :id AND state IN ('answered', 'failed')"), {"id": question})


def _pending(row: RowMapping) -> Pending:
    return Pending(
        id=row["id"],
        key=row["key"],
        domain=row["domain"],
        job_id=row["job_id"],
        model=row["model"],
        structured=bool(row["structured"]),
        body=row["body"],
        state=row["state"],
        category=Category(row["category"]) if row["category"] else None,
        error=row["error"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        nusd=row["nusd"],
    )

"""Answers of the model, kept by the hash of what was asked: an unchanged site costs no second call."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from sqlalchemy import Connection, text

from domainscout.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it came, with the SIC codes that were offered, in their order."""

    key: str
    domain: str
    model: str
    prompt_version: str
    answer: str
    candidates: tuple[str, ...]


class Answers:
    """The kept answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> KeptAnswer | None:
        """The answer to this very question."""
        return await self._database.read(_get, key)

    async def keep(self, answer: KeptAnswer) -> None:
        """Keep an answer; the first one to a question stays."""
        await self._database.write(keep, answer)


def keep(conn: Connection, answer: KeptAnswer) -> None:
    """See `Answers.keep`; within a transaction."""
    conn.execute(
        text(
            "INSERT INTO answers (key, domain, model, prompt_version, answer, candidates, created_at) "
            "VALUES (:key, :domain, :model, :version, :answer, :candidates, :now) ON CONFLICT (key) DO NOTHING"
        ),
        {
            "key": answer.key,
            "domain": answer.domain,
            "model": answer.model,
            "version": answer.prompt_version,
            "answer": answer.answer,
            "candidates": json.dumps(answer.candidates),
            "now": time.time(),
        },
    )


def _get(conn: Connection, key: str) -> KeptAnswer | None:
    row = conn.execute(text("SELECT * FROM answers WHERE key = :key"), {"key": key}).first()
    if row is None:
        return None
    return KeptAnswer(
        key=row.key,
        domain=row.domain,
        model=row.model,
        prompt_version=row.prompt_version,
        answer=row.answer,
        candidates=tuple(json.loads(row.candidates)),
    )

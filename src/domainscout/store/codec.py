"""How values of Python stand in the database: times as UTC text that sorts, batches as one JSON array.

A batch travels as a single JSON parameter which `json_each` unfolds inside SQLite. One statement then handles hundreds
of rows in one step, with the interpreter lock released; `executemany` gives the lock away and takes it back once a row,
which beside a busy event loop costs up to 5 ms each.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from domainscout.records import JobOptions


def stamp(at: datetime) -> str:
    """A time as text that sorts: 2026-11-24T03:00:00.000000Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(text)


def optional_moment(text: str | None) -> datetime | None:
    """As `moment`, nothing for nothing."""
    return None if text is None else moment(text)


def now_stamp() -> str:
    """The present as text."""
    return stamp(datetime.now(UTC))


def past_stamp(seconds: float) -> str:
    """The time so many seconds ago as text."""
    return stamp(datetime.fromtimestamp(max(0.0, time.time() - seconds), UTC))


def packed(value: Any) -> str:
    """A batch as the one JSON parameter that `json_each` unfolds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def options_text(options: JobOptions) -> str:
    """Options of a job as they stand in the database."""
    return packed({"max_age_s": options.max_age_s, "budget_usd": options.budget_usd, "llm_batch": options.llm_batch})


def options_of(text: str) -> JobOptions:
    """The options that `options_text` wrote; unknown ones of a later version are left out."""
    known = json.loads(text)
    return JobOptions(**{name: known[name] for name in ("max_age_s", "budget_usd", "llm_batch") if name in known})

"""JSON lines and CSV, and how a profile becomes one flat row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from domainscout.cells import safe
from domainscout.profile import ModelUse, Social

JOINT = " | "

NOT_IN_ROWS = ("schema", "evidence")
"""Fields that a row of one company has no room for."""


class JsonLinesWriter:
    """One profile a line, UTF-8."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str]) -> None:
        self._stream = stream
        self._fields = tuple(fields)

    def write(self, profiles: Sequence[dict[str, Any]]) -> None:
        """Add profiles."""
        rows = ({name: profile[name] for name in self._fields} for profile in profiles)
        text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        self._stream.write(text.encode())

    def close(self) -> None:
        """Nothing is held back."""


class CsvWriter:
    """One row a company, UTF-8; lists joined with " | "."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str]) -> None:
        self._stream = stream
        self._fields = [name for name in fields if name not in NOT_IN_ROWS]
        self._put([[column for name in self._fields for column in columns(name)]])

    def write(self, profiles: Sequence[dict[str, Any]]) -> None:
        """Add profiles."""
        self._put([[safe(cell) for name in self._fields for cell in flat(name, p[name])] for p in profiles])

    def close(self) -> None:
        """Nothing is held back."""

    def _put(self, rows: Sequence[Sequence[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._stream.write(text.getvalue().encode())


def columns(field: str) -> Iterator[str]:
    """The columns of one field: an object has one for each of its own."""
    if field == "social":
        yield from (f"social_{network}" for network in Social.model_fields)
    elif field == "llm":
        yield from (f"llm_{name.removeprefix('llm_')}" for name in ModelUse.model_fields)
    else:
        yield field


def flat(field: str, value: Any) -> Iterator[Any]:
    """The cells of one field, as many as it has columns."""
    if field in ("social", "llm"):
        yield from value.values()
    elif isinstance(value, list):
        yield JOINT.join(_item(field, item) for item in value)
    else:
        yield value


def _item(field: str, item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    if field == "phones":
        return str(item["number"])
    if field == "addresses":
        return str(item["full"])
    return f"{item['name']} ({item['title']})" if item.get("title") else str(item["name"])

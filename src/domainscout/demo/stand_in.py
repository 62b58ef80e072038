"""A stand-in for a language model in the demo: it knows what stands on the made-up sites, and tells one lie about each.

No model at all: it answers the program's own questions over HTTP, so that the whole way of an answer can be seen
without a key: the question, grounding, the value that no page shows and that is dropped.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from domainscout.demo.model_server import Asked, ModelServer, Says, model_server
from domainscout.demo.sites import gold

NAME = "stand-in"
"""What the demo calls its model."""

LIE = "+44 20 7946 0999"
"""A reserved number that stands on none of the sites."""

_FIELDS = (("services", "service"), ("services", "tag"), ("certifications", "certification"), ("emails", "email"))


@asynccontextmanager
async def stand_in() -> AsyncIterator[ModelServer]:
    """Serve the stand-in on loopback until the block ends."""
    known = gold()
    async with model_server(lambda asked: answer(asked, known)) as server:
        yield server


def answer(asked: Asked, known: Mapping[str, Mapping[str, Any]]) -> Says:
    """What is known of the company and stands in the text that was sent, and a lie."""
    if not asked.domain:
        return Says(text={"values": []})
    row = known.get(asked.domain, {})
    pages = re.findall(r"<page-(\w+) (\d+) [^\n]*>\n(.*?)\n</page-\1>", asked.messages[0], re.S)
    seen = [(int(number), text) for _, number, text in pages]
    lie = {"field": "phone", "page": 1, "quote": f"Call {LIE}", "value": LIE}
    return Says(text={"values": [*_values(row, seen), lie], "people": list(_people(row, seen))})


def _values(row: Mapping[str, Any], pages: list[tuple[int, str]]) -> Iterator[dict[str, Any]]:
    for name, field in _FIELDS:
        for value in row.get(name, []):
            if found := _find(value, pages):
                yield {"field": field, "page": found[0], "quote": "", "value": found[1]}


def _people(row: Mapping[str, Any], pages: list[tuple[int, str]]) -> Iterator[dict[str, Any]]:
    for person in row.get("people", []):
        if found := _find(person["name"], pages):
            yield {"page": found[0], "quote": found[1], "name": found[1], "title": ""}


def _find(value: str, pages: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Number of the page that shows a value, and the value as it is written there."""
    for number, text in pages:
        if match := re.search(re.escape(value), text, re.I):
            return number, match[0]
    return None

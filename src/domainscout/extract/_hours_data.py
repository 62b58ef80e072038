"""Opening hours in structured data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domainscout.extract.base import ReadPage, finding
from domainscout.markup import Document, fold
from domainscout.records import Field, Finding

_SHORT = {
    "monday": "Mo",
    "tuesday": "Tu",
    "wednesday": "We",
    "thursday": "Th",
    "friday": "Fr",
    "saturday": "Sa",
    "sunday": "Su",
}


def structured_hours(page: ReadPage) -> Iterator[Finding]:
    """What JSON-LD says in either of its two ways, as text."""
    document = page.document
    for item in document.jsonld:
        plain = [text for text in _strings(item.get("openingHours")) if text.strip()]
        if plain:
            quote = plain[0]
            yield finding(
                Field.HOURS, fold("; ".join(plain)), url=page.url, quote=quote, method="jsonld", confidence=0.93
            )
        specified = item.get("openingHoursSpecification")
        rows = [
            _row(one) for one in (specified if isinstance(specified, list) else [specified]) if isinstance(one, dict)
        ]
        rows = [row for row in rows if row]
        if rows:
            source = _source(document)
            if source:
                yield finding(
                    Field.HOURS, "; ".join(rows), url=page.url, quote=source, method="jsonld", confidence=0.93
                )


def _row(one: dict[str, Any]) -> str:
    days = [str(day).rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1] for day in _strings(one.get("dayOfWeek"))]
    names = [_SHORT.get(day.lower(), day[:2]) for day in days]
    order = list(_SHORT.values())
    shown = ",".join(names)
    if len(names) > 2 and all(n in order for n in names):
        places = [order.index(n) for n in names]
        if places == list(range(places[0], places[0] + len(places))):
            shown = f"{names[0]}-{names[-1]}"
    opens, closes = (str(one.get(key) or "")[:5] for key in ("opens", "closes"))
    return f"{shown} {opens}-{closes}".strip() if opens[:1].isdigit() and closes[:1].isdigit() else ""


def _source(document: Document) -> str | None:
    for node in document.tree.css("script[type]"):
        text = node.text()
        at = text.find('"openingHoursSpecification"')
        if at >= 0:
            return text[at : at + 200]
    return None


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one

"""Technologies a site is made with: fingerprints of its headers, cookies, generator, loaded addresses and markup.

Owns the matching; the fingerprints are data (`data/technologies.json`). Reads the home page and a few others: a site is
built once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.literals import IN_MARKUP, anchored, any_text
from domainscout.records import Field, Finding

_Seen = tuple["Technology", str, float]

PAGES = 2
"""Pages looked at."""
MARKUP = 60_000
"""Characters of markup searched a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """How one technology is known: lower-case substrings, except `markup` and `cookies` (prefixes), which are exact."""

    name: str
    category: str
    generator: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()


@cache
def technologies() -> tuple[Technology, ...]:
    """All known technologies."""
    rows = json.loads(files("domainscout.extract").joinpath("data/technologies.json").read_text("utf-8"))
    return tuple(Technology(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


def read(reading: Reading) -> list[Finding]:
    """Technologies of the site, those that others imply last."""
    found: dict[str, Finding] = {}
    known: set[str] = set()
    for number, read_page in enumerate(reading.pages[:PAGES]):
        fresh = [source for source in read_page.document.sources if source not in known]
        known.update(fresh)
        for technology, quote, confidence in (*_loaded(fresh), *_told(read_page, first=not number)):
            if technology.name not in found:
                found[technology.name] = _made(technology.name, read_page.url, quote, confidence)
    todo = list(found)
    while todo:
        name = todo.pop()
        for implied in _by_name()[name].implies:
            if implied not in found:
                base = found[name]
                found[implied] = _made(implied, base.evidence.url, base.evidence.quote, base.confidence * 0.95)
                todo.append(implied)
    return list(found.values())


def _loaded(sources: list[str]) -> Iterator[_Seen]:
    """What the addresses of a page tell that no page before has loaded."""
    lowered = [source.lower() for source in sources]
    for place in sorted(_marked("\n".join(lowered))):
        mark, one = _marks()[place]
        yield one, next(s for s, low in zip(sources, lowered, strict=True) if mark in low), 0.93


def _marked(text: str) -> set[int]:
    """Which of the marks stand in a text, by their places in `_marks`: one search for all of them."""
    found: set[int] = set()
    pattern, begun_by = _any_mark()
    match = pattern.search(text)
    while match is not None:
        found |= begun_by[match[0]]
        match = pattern.search(text, match.start() + 1)
    return found


def _told(read_page: ReadPage, first: bool) -> Iterator[_Seen]:
    """What generator, headers, cookies and the markup of the first page tell."""
    page = read_page.page
    generator = read_page.document.meta.get("generator", "")
    lowered = generator.lower()
    html = page.html[:MARKUP] if first else ""
    marked = _marked_up(html) if html else {}
    has_head = bool(page.headers or page.cookies)
    for one in _otherwise_known() if generator or marked or has_head else ():
        if generator and any(word in lowered for word in one.generator):
            yield one, generator, 0.97
        if has_head and (quote := _in_head(one, read_page)) is not None:
            yield one, quote, 0.95
        elif one.name in marked:
            yield one, marked[one.name], 0.85


@cache
def _by_name() -> dict[str, Technology]:
    return {one.name: one for one in technologies()}


@cache
def _marks() -> tuple[tuple[str, Technology], ...]:
    return tuple((mark, one) for one in technologies() for mark in one.sources)


@cache
def _any_mark() -> tuple[re.Pattern[str], dict[str, set[int]]]:
    """A pattern that finds the longest mark at a place, and by mark which marks begin it: those stand there too."""
    marks = [mark for mark, _ in _marks()]
    begun_by = {mark: {at for at, other in enumerate(marks) if mark.startswith(other)} for mark in marks}
    return re.compile(any_text(marks)), begun_by


@cache
def _otherwise_known() -> tuple[Technology, ...]:
    """Technologies that something else than loaded addresses tells."""
    return tuple(one for one in technologies() if one.generator or one.headers or one.cookies or one.markup)


def _in_head(one: Technology, read_page: ReadPage) -> str | None:
    for name, words in one.headers.items():
        value = read_page.page.headers.get(name)
        if value is not None and any(word in value.lower() for word in words):
            return f"{name}: {value}" if value else None
    for prefix in one.cookies:
        for cookie in read_page.page.cookies:
            if cookie.startswith(prefix):
                return f"set-cookie: {cookie}"
    return None


@cache
def _any_markup() -> re.Pattern[str]:
    return re.compile(anchored((mark for one in technologies() for mark in one.markup), IN_MARKUP))


def _marked_up(html: str) -> dict[str, str]:
    """By technology, the start tag that holds the first of its marks; a mark in text or script is no proof."""
    ends = tuple({match[0] for match in _any_markup().finditer(html)})
    found: dict[str, str] = {}
    for one in technologies() if ends else ():
        for mark in one.markup:
            if one.name not in found and mark.endswith(ends) and (tag := _start_tag(html, html.find(mark))):
                found[one.name] = tag
    return found


def _start_tag(html: str, at: int) -> str | None:
    """The start tag around a place."""
    start, end = html.rfind("<", max(0, at - 500), max(0, at)), html.find(">", at)
    if 0 <= start < end <= start + 1000 and ">" not in html[start:end] and re.match(r"<[a-zA-Z]", html[start:end]):
        return html[start : end + 1]
    return None


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: tuple(words) for key, words in value.items()}
    return value


def _made(name: str, url: str, quote: str, confidence: float) -> Finding:
    return finding(Field.TECH_STACK, name, url=url, quote=quote, method="rules:tech", confidence=round(confidence, 3))


EXTRACTOR = Extractor(name="tech", fields=frozenset({Field.TECH_STACK}), cost=0.3, read=read)

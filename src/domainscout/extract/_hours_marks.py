"""What one line says about time: days, ranges, "closed", round the clock. Knows no neighbouring lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from domainscout.extract._hours_words import (
    AFTER_SHORT,
    ALWAYS,
    ALWAYS_HOLDS,
    CLOSED,
    DAY,
    EVENT,
    RANGE,
    STRICT,
    TAIL,
    TIME,
)
from domainscout.memory import remembered

_AROUND = 120
"""Characters around a time in a long line that are read together."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What one line says about time: where the first and the last such word stand."""

    start: int
    end: int
    day: bool
    range: bool
    closed: bool
    always: bool

    @property
    def complete(self) -> bool:
        """The line alone states hours."""
        return self.always or (self.day and (self.range or self.closed))


def says_time(text: str) -> bool:
    """Whether a line could say a time of day; cheap."""
    return TIME.search(_lowered(text)) is not None


@remembered(maxsize=1024)
def marks_of(text: str, *, alone: bool) -> Marks | None:
    """What a line says about time; headers and footers say it on every page."""
    return _marks(_lowered(text), alone=alone)


def _lowered(text: str) -> str:
    """The text in lower case, every letter in its place."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _marks(text: str, *, alone: bool = False) -> Marks | None:
    """What a line in lower case says about time; `alone`: bare figures count, days stand above."""
    timed = TIME.search(text)
    if timed is None and len(text) > 60:
        return None
    if timed is not None and len(text) > 3 * _AROUND:
        return _marks_around(text, timed.start())
    always = ALWAYS.search(text) if timed and any(map(text.__contains__, ALWAYS_HOLDS)) else None
    days = [d for d in DAY.finditer(text) if len(d[0]) > 2 or d[0] == text or AFTER_SHORT.match(text, d.end())]
    if always:
        days = [d for d in days if not always.start() <= d.start() < always.end()]
    ranges = [m for m in RANGE.finditer(text) if alone or STRICT.search(m[0]) or _beside(m, days)] if timed else []
    long = len(text) > 60
    if long and not (ranges or always):
        return None
    closed = list(CLOSED.finditer(text))
    if not (ranges or always) and (not (days or closed) or (closed and not days and len(text) > 40)):
        return None
    if not always and EVENT.search(text):
        return None
    days = [d for d in days if not long or len(d[0]) > 3 or _beside(d, ranges)]
    spans = [m.span() for m in (*days, *ranges, *closed, *([always] if always else ()))]
    if not spans:
        return None
    start, end = _nearest(sorted(spans))
    tail = TAIL.match(text[end:])
    return Marks(
        start=start,
        end=end + (tail.end() if tail else 0),
        day=bool(days),
        range=bool(ranges),
        closed=bool(closed),
        always=always is not None,
    )


def _marks_around(text: str, place: int) -> Marks | None:
    """A long line is read only around its times; the first passage that states hours counts."""
    while True:
        start = max(0, place - _AROUND)
        end = min(len(text), place + 2 * _AROUND)
        start = text.find(" ", start, place) + 1 if start else 0
        marks = _marks(text[start:end][: 3 * _AROUND])
        if marks is not None and (marks.range or marks.always):
            return replace(marks, start=marks.start + start, end=marks.end + start)
        following = TIME.search(text, place + _AROUND)
        if following is None:
            return None
        place = following.start()


def _beside(one: re.Match[str], others: list[re.Match[str]]) -> bool:
    """Whether another match stands within a few words: bare figures are times only next to a day."""
    return any(-25 <= other.start() - one.end() <= 25 or -25 <= one.start() - other.end() <= 25 for other in others)


def _nearest(spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The run of words about time with most words, gaps of at most 60 characters."""
    runs: list[list[tuple[int, int]]] = [[spans[0]]]
    for span in spans[1:]:
        if span[0] - runs[-1][-1][1] <= 60:
            runs[-1].append(span)
        else:
            runs.append([span])
    best = max(runs, key=len)
    return best[0][0], max(end for _, end in best)

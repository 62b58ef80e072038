"""An address as it is written, and the pieces of text that may belong to it. Knows no country."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from domainscout.extract._street_words import ANY_LABEL, LABEL

_REACH = 260
"""Characters before a postcode in which its street stands."""
_LINES = 7
"""Ends of lines before a postcode; what stands before the last of them is far."""


_SPLIT = re.compile(r"[\s,;|•·●▪►»()](?:(?<=[\n,;|•·●▪►»()])|(?<=\s)[-\u2013\u2014/]\s)")
"""One separator: blanks around it are no part of a piece, nor is nothing between two of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """An address as it stands in a text: its parts and the span from the street to the end of postcode or town."""

    street: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None
    start: int
    end: int


class Postcode(NamedTuple):
    """A postcode in a text: as it is written, from where to where its pattern matches, where itself ends."""

    written: str
    start: int
    end: int
    stop: int


def segments(text: str, start: int, end: int) -> list[tuple[str, int]]:
    """Pieces between commas, line breaks and bars, with their place in the text; the last piece is nearest."""
    pieces: list[tuple[str, int]] = []
    position = start
    for cut in (*_SPLIT.finditer(text, start, end), None):
        stop = cut.start() if cut else end
        piece = text[position:stop]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            pieces.append((piece.strip(), position + lead))
        position = cut.end() if cut else end
    return pieces


def window(text: str, end: int) -> int:
    """Where to begin looking: not before a sentence's end or a far line."""
    start, place = max(0, end - _REACH), end
    for _ in range(_LINES):
        place = text.rfind("\n", start + 1, place)
        if place < 0:
            return start
    return place + 1


def trim(found: Written, text: str) -> Written:
    """Labels and names before the street are not part of it."""
    street = found.street or ""
    label = LABEL.match(street) or ANY_LABEL.match(street)
    if label and label.end() < len(street):
        street = street[label.end() :]
        at = text.find(street[:20], found.start, found.end)
        return replace(found, street=street, start=at if at >= 0 else found.start)
    return found

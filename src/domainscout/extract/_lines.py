"""An index of a page's lines that several extractors share: where each begins in the text, which hold a digit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from domainscout.markup import Document, Line

_DIGIT = re.compile(r"\d")
_CACHE: WeakKeyDictionary[Document, LineIndex] = WeakKeyDictionary()


MAX_TEXT = 200_000
"""Characters of a page's text that are searched for contact data; longer pages are archives of something else."""


@dataclass(frozen=True, slots=True)
class LineIndex:
    """`starts`: offset of each line in `Document.text`; `digits`: the lines that hold a digit."""

    starts: list[int]
    digits: list[Line]


def index_of(document: Document) -> LineIndex:
    """The index of a page, made once."""
    known = _CACHE.get(document)
    if known is None:
        starts: list[int] = []
        digits: list[Line] = []
        position = 0
        for line in document.lines:
            starts.append(position)
            position += len(line.text) + 1
            if position < MAX_TEXT and _DIGIT.search(line.text):
                digits.append(line)
        known = _CACHE[document] = LineIndex(starts, digits)
    return known

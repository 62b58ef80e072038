"""Indexes of lines that several extractors share: of one page where lines begin and which hold a digit, of a site which
distinct lines hold which words. Menus and footers repeat on every page; with these each line is judged once a site.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from domainscout.extract._people_words import plain
from domainscout.extract.base import Reading
from domainscout.markup import Document, Line

_DIGIT = re.compile(r"\d")
_MARKS = "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\xab\xbb\xb7\u2022\xae\u2122"
_BLANKS = bytes(32 if chr(code) in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" else code for code in range(256))
_CACHE: WeakKeyDictionary[Document, LineIndex] = WeakKeyDictionary()
_WORDS: WeakKeyDictionary[Reading, SiteWords] = WeakKeyDictionary()

MAX_TEXT = 200_000
"""Characters of a page's text that are searched for contact data; longer pages are archives of something else."""
MAX_INDEXED = 3_000
"""Characters of a line whose words are indexed; every search gives longer lines too, for they may hold anything."""


@dataclass(frozen=True, slots=True)
class LineIndex:
    """`starts`: offset of each line in `Document.text`; `digits`: the lines that hold a digit."""

    starts: list[int]
    digits: list[Line]


class SiteWords:
    """The distinct lines of a site, found by the words they hold; case, accents and punctuation do not count."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(dict.fromkeys(texts))
        self._long = {text for text in self._texts if len(text) > MAX_INDEXED}
        cut = [text[:MAX_INDEXED] for text in self._texts] if self._long else self._texts
        self._words = [line.split() for line in spaced("\n".join(cut).lower()).split("\n")]
        self._all = frozenset[str]().union(*self._words)
        self._accented = [(word, plain(word)) for word in self._all if not word.isascii()]
        self._vocabulary = "\n".join(["", *self._all, ""])

    @property
    def texts(self) -> Sequence[str]:
        """The distinct lines."""
        return self._texts

    @cached_property
    def text(self) -> str:
        """The distinct lines as one text."""
        return "\n".join(self._texts)

    def holding(self, words: frozenset[str]) -> set[str]:
        """The lines that hold one of the words (lower case, nothing but letters and digits)."""
        return self._with(words & self._all | {word for word, folded in self._accented if folded in words})

    def spelling(self, part: str) -> set[str]:
        """The lines with a word that has a part, letters in lower case."""
        return self.like(re.compile(re.escape(part)))

    def running_together(self, part: str) -> set[str]:
        """The lines whose words hold a part when they are written without blanks between them."""
        lines = zip(self._texts, map("".join, self._words), strict=True)
        return self._long | {text for text, joined in lines if part in joined}

    def like(self, pattern: re.Pattern[str]) -> set[str]:
        """The lines with a word in which the pattern is found; one that opens with "\\n" looks at beginnings only."""
        found: set[str] = set()
        every, match = self._vocabulary, pattern.search(self._vocabulary)
        while match is not None:
            start = every.rfind("\n", 0, match.start() + 1) + 1
            end = every.find("\n", match.end())
            found.add(every[start:end])
            match = pattern.search(every, end)
        return self._with(frozenset(found))

    def _with(self, words: frozenset[str]) -> set[str]:
        if not words:
            return self._long
        lines = zip(self._texts, self._words, strict=True)
        return self._long | {text for text, held in lines if not words.isdisjoint(held)}


def holding(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The lines of a text in which a pattern is found: one search goes through all of them."""
    match = pattern.search(text)
    while match is not None:
        end = text.find("\n", match.end())
        end = end if end >= 0 else len(text)
        yield text[text.rfind("\n", 0, match.start()) + 1 : end]
        match = pattern.search(text, end)


def spaced(text: str) -> str:
    """The text with blanks for punctuation. Bytes are translated many times faster than a text that is not ASCII."""
    for mark in _MARKS if not text.isascii() else ():
        text = text.replace(mark, " ")
    return text.encode("utf-8", "replace").translate(_BLANKS).decode("utf-8")


def words_of_site(reading: Reading) -> SiteWords:
    """The words of a site's lines, indexed once."""
    known = _WORDS.get(reading)
    if known is None:
        known = _WORDS[reading] = SiteWords(line.text for read in reading.pages for line in read.document.lines)
    return known


def index_of(document: Document) -> LineIndex:
    """The index of a page, made once."""
    known = _CACHE.get(document)
    if known is None:
        starts: list[int] = []
        position = 0
        for line in document.lines:
            starts.append(position)
            position += len(line.text) + 1
        known = _CACHE[document] = LineIndex(starts, _with_digits(document, starts))
    return known


def _with_digits(document: Document, starts: list[int]) -> list[Line]:
    """Lines with a digit that end within the text that is searched; one search goes from line to line."""
    found: list[Line] = []
    text, last = document.text, len(starts)
    match = _DIGIT.search(text)
    while match is not None:
        number = bisect_right(starts, match.start())
        following = starts[number] if number < last else len(text) + 1
        if following >= MAX_TEXT:
            break
        found.append(document.lines[number - 1])
        match = _DIGIT.search(text, following)
    return found

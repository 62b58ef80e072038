"""Indexes of lines that several extractors share: where the lines of a page begin, and of a site which distinct lines
hold a digit or which words. Menus and footers repeat on every page; with these each line is judged once a site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate, chain
from typing import ClassVar
from weakref import WeakKeyDictionary, WeakSet

from domainscout.extract._people_words import plain
from domainscout.extract.base import Reading
from domainscout.markup import Document, Line
from domainscout.orders.doubt import signs

_DIGIT = re.compile(r"\d")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_MARKS = "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\xab\xbb\xb7\u2022\xae\u2122"
_BLANKS = bytes(32 if chr(code) in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" else code for code in range(256))
_STARTS: WeakKeyDictionary[Document, list[int]] = WeakKeyDictionary()
_DIGITS: WeakKeyDictionary[Reading, dict[Document, list[Line]]] = WeakKeyDictionary()
_WORDS: WeakKeyDictionary[Reading, SiteWords] = WeakKeyDictionary()

MAX_TEXT = 200_000
"""Characters of a page's text that are searched for contact data; longer pages are archives of something else."""
_NEAR = 16
"""Characters between digits that may belong to one number: more than separators and the blanks around them take."""
MAX_INDEXED = 3_000
"""Characters of a line whose words are indexed; every search gives longer lines too, for they may hold anything."""


class Question:
    """Which lines of a site are wanted: those with one of some words, or with a word in which a pattern is found.

    It is made once, beside the rules that ask it: the index of a site looks for the words of all of them in one go.

    Args:
        words: lower case, nothing but letters and digits; loaded when first asked.
        like: for words in lower case; one that opens with "\\n" looks at beginnings only.
    """

    asked: ClassVar[WeakSet[Question]] = WeakSet()

    def __init__(self, words: Callable[[], frozenset[str]] = frozenset, *, like: re.Pattern[str] | None = None) -> None:
        self._load = words
        self.like = like
        self.asked.add(self)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words asked for."""
        return self._load()


class SiteWords:
    """The distinct lines of a site, found by the words they hold; case, accents and punctuation do not count.

    Attributes:
        texts: the distinct lines.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(dict.fromkeys(texts))
        self._long = {text for text in self.texts if len(text) > MAX_INDEXED}
        cut = [text[:MAX_INDEXED] for text in self.texts] if self._long else self.texts
        self._spaced = spaced("\n".join(cut).lower())
        lines = self._spaced.split("\n") if cut else []
        self._words = dict(zip(self.texts, [line.split() for line in lines], strict=True))
        self._all = frozenset[str]().union(*self._words.values())
        self._accented: dict[str, list[str]] = {}
        self._vocabulary = "\n".join(["", *self._all, ""])
        for word in holding(_BEYOND_ASCII, self._vocabulary):
            self._accented.setdefault(plain(word), []).append(word)
        self._answers: dict[Question, set[str]] = {}

    @cached_property
    def text(self) -> str:
        """The distinct lines as one text."""
        return "\n".join(self.texts)

    def words_of(self, text: str) -> frozenset[str]:
        """The words of a line, lower case, without punctuation."""
        return frozenset(self._words[text])

    def answering(self, question: Question) -> set[str]:
        """The lines that are wanted; those too long to be indexed are always among them."""
        if question not in self._answers:
            self._answer([one for one in Question.asked if one not in self._answers])
        return self._answers[question]

    def _answer(self, questions: list[Question]) -> None:
        wanted = [(one, self._holding(one.words) | self._like(one.like)) for one in questions]
        telling = frozenset[str]().union(*(words for _, words in wanted))
        places: dict[str, list[str]] = {word: [] for word in telling}
        for text, held in self._words.items() if telling else ():
            for word in telling.intersection(held):
                places[word].append(text)
        for one, words in wanted:
            self._answers[one] = self._long.union(*(places[word] for word in words))

    def _holding(self, words: frozenset[str]) -> frozenset[str]:
        """The words of the site that are among these when accents are taken off."""
        accented = [word for folded in words.intersection(self._accented) for word in self._accented[folded]]
        return (words & self._all).union(accented)

    def running_together(self, part: str) -> set[str]:
        """The lines whose words hold a part when they are written without blanks between them."""
        joined = self._spaced.replace(" ", "")
        lines = zip(self.texts, joined.split("\n"), strict=True) if part in joined else ()
        return self._long.union([text for text, line in lines if part in line])

    def _like(self, pattern: re.Pattern[str] | None) -> set[str]:
        """The words of the site in which a pattern is found."""
        found: set[str] = set()
        if pattern is None:
            return found
        every, match = self._vocabulary, pattern.search(self._vocabulary)
        while match is not None:
            start = every.rfind("\n", 0, match.start() + 1) + 1
            end = every.find("\n", match.end())
            found.add(every[start:end])
            match = pattern.search(every, end)
        return found


def holding(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The lines of a text in which what matches a pattern begins: one search goes through all of them."""
    match = pattern.search(text)
    while match is not None:
        start = match.start()
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        yield text[text.rfind("\n", 0, start) + 1 : end]
        match = pattern.search(text, end + 1)


def spaced(text: str) -> str:
    """The text with blanks for punctuation. Bytes are translated many times faster than a text that is not ASCII."""
    for mark in _MARKS if not text.isascii() else ():
        text = text.replace(mark, " ")
    return text.encode("utf-8", "replace").translate(_BLANKS).decode("utf-8")


def words_of_site(reading: Reading) -> SiteWords:
    """The words of a site's lines, indexed once."""
    known = _WORDS.get(reading)
    if known is None:
        texts = [[line.text for line in read.document.lines] for read in reading.pages]
        known = _WORDS[reading] = SiteWords(chain.from_iterable(texts))
    return known


def starts_of(document: Document) -> list[int]:
    """The offset of each line in the text of a page."""
    known = _STARTS.get(document)
    if known is None:
        known = list(accumulate([len(line.text) + 1 for line in document.lines], initial=0))[:-1]
        _STARTS[document] = known
    return known


def digit_lines(reading: Reading) -> dict[Document, list[Line]]:
    """By page, the lines with a digit that end within the text that is searched."""
    known = _DIGITS.get(reading)
    if known is None:
        distinct = set(filter(_DIGIT.search, words_of_site(reading).texts))
        known = _DIGITS[reading] = {
            read.document: [line for line in searched_lines(read.document) if line.text in distinct]
            for read in reading.pages
        }
    return known


def rows_around(line: Line, lines: list[Line]) -> str:
    """All rows of the preformatted text that a line is a row of: what one row says is said of the others too."""
    block, first, last = line.node.mem_id, line.index, line.index
    while first and lines[first - 1].tag == line.tag and lines[first - 1].node.mem_id == block:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].tag == line.tag and lines[last + 1].node.mem_id == block:
        last += 1
    return " ".join(one.text for one in lines[first : last + 1])


def are_code(rows: str) -> bool:
    """Whether rows of preformatted text are no text for people: two signs together, however a row looks alone."""
    return len(signs(rows)) > 1


def searched_lines(document: Document) -> list[Line]:
    """The lines of a page that end within the text that is searched."""
    if len(document.text) < MAX_TEXT:
        return document.lines
    begun = zip(starts_of(document), document.lines, strict=True)
    return [line for start, line in begun if start + len(line.text) + 1 < MAX_TEXT]


def digit_spans(reading: Reading, document: Document) -> list[tuple[int, int]]:
    """From where to where lines with a digit go, in one piece where a number may go on in the next of them."""
    lines = digit_lines(reading)[document]
    starts = starts_of(document) if lines else []
    spans: list[tuple[int, int]] = []
    for line in lines:
        start = starts[line.index]
        begun = spans.pop()[0] if spans and start - spans[-1][1] <= _NEAR else start
        spans.append((begun, start + len(line.text)))
    return spans

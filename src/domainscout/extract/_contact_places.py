"""Where the numbers and mailboxes of a site stand, and how doubtful each place is. Owns what a doubtful place is.

A place is good where companies tell people such a value: behind a label, in a link, in header or footer, in structured
data, in a sentence that invites. It is doubtful where the text around it talks about what machines store, and where a
running sentence of the main part holds a value without any of that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from enum import IntEnum
from itertools import chain

from domainscout.extract._lines import are_code, holding, rows_around, searched_lines, starts_of, words_of_site
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Line, Link, Place
from domainscout.orders.doubt import FOREIGN, TELLING, WEAK, signs
from domainscout.orders.inviting import invites, invites_directly, is_label, is_titled

SAME = 7
"""Digits at the end of a number by which it is known in any format."""
AROUND = 240
"""Characters of a line before and after a value that are judged."""
_ANNOUNCING = 160
"""Characters of a line before a value that can announce it, at most."""

_SENTENCE_FROM = 8
"""Blanks before a value from which it stands within a sentence."""

_ENDS = (".", "!", "。", "！")
_WORDY = 3
"""Blanks from which a line in small letters is a sentence, not a label."""
_FIGURES = 5
"""Digits before a value from which it stands among others: a postcode, a number."""

_END = r"(?:(?<=\w{4}[.!?]\s)|(?<=[a-z]{3}[.!?]\s)(?=\s*[A-Z])|(?<=[.!?]{2}\s))\s*"
"""Behind the first blank after a sentence."""
_SENTENCE = re.compile(rf"\s{_END}|(?<=[。！？])")
_CLAUSE = re.compile(rf"{_SENTENCE.pattern}|;\s")
_ASCII_SENTENCE = re.compile(rf"\s{_END}")
_ASCII_CLAUSE = re.compile(rf"[\s;](?:(?<=;)\s|{_END})")
"""The same for most texts: what can end a sentence there is looked for at blanks only."""
_FIGURES_OF_NUMBER = r"\d[\d \u00a0()./\u2010-\u2015-]{5,}\d"
_NUMBER = re.compile(rf"[+(]?{_FIGURES_OF_NUMBER}")
_MAYBE_NUMBER = re.compile(_FIGURES_OF_NUMBER)
"""Cheap test for such a number: the search stops at digits only."""
_MAILBOX = re.compile(r"@[\w.-]{3}")
_NOT_DIGIT = re.compile(r"\D+")
_DIALS = ("tel:", "callto:", "mailto:", "sms:", "whatsapp:")
_BARS = "|\u2022\u00b7"
"""What stands between entries of a row, never within a sentence."""
_PARTS = re.compile(r"[|\u2022\u00b7;,/\u2013\u2014]|\s-\s|(?<=\d)\s+(?=[^\W\d_]+\.?:)")


class Doubt(IntEnum):
    """How doubtful a place is: NONE is a witness, SOME counts where the site states another value plainly."""

    NONE = 0
    SOME = 1
    GRAVE = 2


class ContactPlaces:
    """The places of all numbers and mailboxes of a site."""

    def __init__(self, reading: Reading) -> None:
        self._pages = reading.pages
        self._below_orders = frozenset[str]().union(*reading.below_orders.values())
        self._links: list[tuple[ReadPage, Link, str]] = []
        self._stated: list[str] = []
        self._texts: list[str] = []
        self._lines: dict[str, list[tuple[Line, list[Line]]]] = defaultdict(list)
        self._numbers: dict[str, list[tuple[str, int, int]]] = {}
        whole = words_of_site(reading).text
        self._telling = {*holding(_MAYBE_NUMBER, whole), *holding(_MAILBOX, whole)}
        for read in reading.pages:
            self._add(read)

    def least(self, value: str, quote: str) -> Doubt:
        """The doubt of the best place of a value; one that is disguised is looked for by its quote."""
        wanted = value.lower() if "@" in value else _NOT_DIGIT.sub("", value)[-SAME:]
        least: Doubt | None = None
        for doubt in chain(self._doubts(wanted), self._quoted(quote)):
            if doubt is Doubt.NONE:
                return doubt
            least = doubt if least is None else min(least, doubt)
        return Doubt.NONE if least is None else least

    def _add(self, read: ReadPage) -> None:
        document = read.document
        for link in document.links:
            if link.href[:9].lower().startswith(_DIALS):
                self._links.append((read, link, _known(link.href)))
        for item in (*document.jsonld, *document.microdata):
            self._stated += _strings(item)
        self._texts += [document.title, document.meta.get("description", "")]
        lines = document.lines
        for line in searched_lines(document) if self._telling else ():
            if line.text in self._telling:
                self._lines[line.text].append((line, lines))

    def _doubts(self, wanted: str) -> Iterator[Doubt]:
        for text in self._stated:
            if wanted in _known(text):
                yield self._at_least(text, grade(signs(text)))
        for read, link, known in self._links:
            if wanted in known:
                yield _linked(read.document.lines, link)
        for text in self._texts:
            if wanted in _known(text):
                yield max(Doubt.SOME, grade(signs(text)))
        for text, places in self._lines.items():
            for start, end in self._spots(text, wanted):
                yield from (self._at_least(text, _written(line, lines, start, end)) for line, lines in places)

    def _spots(self, text: str, wanted: str) -> Iterator[tuple[int, int]]:
        if "@" in wanted:
            start = text.lower().find(wanted)
            if start >= 0:
                yield start, start + len(wanted)
            return
        if text not in self._numbers:
            self._numbers[text] = [(_NOT_DIGIT.sub("", m[0]), *m.span()) for m in _NUMBER.finditer(text)]
        for digits, start, end in self._numbers[text]:
            if wanted in digits:
                yield start, end

    def _quoted(self, quote: str) -> Iterator[Doubt]:
        for read in self._pages if quote else ():
            start = read.document.text.find(quote)
            if start >= 0:
                starts = starts_of(read.document)
                index = bisect_right(starts, start) - 1
                at = start - starts[index]
                line = read.document.lines[index]
                yield self._at_least(line.text, _written(line, read.document.lines, at, at + len(quote)))

    def _at_least(self, text: str, doubt: Doubt) -> Doubt:
        """The doubt of a place; what stands below an order is never a witness."""
        return max(doubt, Doubt.SOME) if text in self._below_orders else doubt


def grade(kinds: frozenset[str]) -> Doubt:
    """The doubt that so many kinds of signs cast on a value."""
    return Doubt(min(len(kinds), 2))


def sentences(text: str, start: int, end: int) -> str:
    """The sentences in which a part of a text stands."""
    before = _sentences(text[max(0, start - AROUND) : start])[-1]
    return f"{before}{_sentences(text[start : end + AROUND])[0]}"


def _sentences(text: str) -> list[str]:
    return (_ASCII_SENTENCE if text.isascii() else _SENTENCE).split(text)


def _clauses(text: str) -> list[str]:
    return (_ASCII_CLAUSE if text.isascii() else _CLAUSE).split(text)


def _strings(item: dict[str, object]) -> Iterator[str]:
    for name in ("telephone", "faxNumber", "email"):
        value = item.get(name)
        yield from (str(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str | int))


def _known(text: str) -> str:
    """A text as values are looked for in it."""
    return text.lower() if "@" in text else _NOT_DIGIT.sub("", text)


def _linked(lines: list[Line], link: Link) -> Doubt:
    """The doubt of a link that dials or writes: people make it for people, so weak signs do not count."""
    if link.line >= len(lines):
        return Doubt.NONE
    text = lines[link.line].text
    start = max(text.find(link.text), 0)
    return grade(signs(sentences(text, start, start + len(link.text))) - WEAK)


def _written(line: Line, lines: list[Line], start: int, end: int) -> Doubt:
    before = line.text[max(0, start - AROUND) : start]
    head = _clauses(before)[-1]
    after = _clauses(line.text[start : end + AROUND])[0][end - start :]
    above = _above(line, lines, before)
    labelled = _is_labelled(head)
    heads = is_label(above) and (above.count(" ") < _WORDY or not above[0].islower())
    announced = bool(above) and not heads and (above.endswith((":", ",")) or not labelled)
    kinds = signs(f"{head}\u2022{after}") | (_in_rows(line, lines) if line.tag == "pre" else frozenset())
    if invites_directly(head, after):
        return grade(kinds & FOREIGN)
    if above:
        said = signs(above)
        kinds |= said if announced or above.endswith("?") or len(said) > 1 else said & FOREIGN
    kinds |= _beside(line, lines)
    labelled = labelled and not announced
    if labelled:
        kinds -= WEAK
    if kinds:
        return grade(kinds)
    if labelled or line.place is not Place.MAIN or line.tag == "address":
        return Doubt.NONE
    titled = not announced and is_titled(head)
    return Doubt.NONE if titled or invites(f"{above} {head}") else Doubt.SOME


def _is_labelled(head: str) -> bool:
    """Whether a label stands before a value; in the middle of a long sentence without figures nothing is one."""
    part = _PARTS.split(head)[-1].strip()
    before = head.rstrip().removesuffix(part).rstrip()
    goes_on = " " in part and part[0].islower() and before and before[-1] not in _BARS
    if not is_label(part) or goes_on:
        return False
    return head.count(" ") <= _SENTENCE_FROM or sum(map(str.isdigit, head)) >= _FIGURES or "@" in head


def _beside(line: Line, lines: list[Line]) -> frozenset[str]:
    """Telling signs in the next cell of a table."""
    if line.tag != "td" or line.index + 1 >= len(lines) or lines[line.index + 1].tag != "td":
        return frozenset()
    return signs(lines[line.index + 1].text[:AROUND]) & TELLING


def _in_rows(line: Line, lines: list[Line]) -> frozenset[str]:
    """Signs in all rows of preformatted text."""
    rows = rows_around(line, lines)
    return (signs(rows) - WEAK) | ({"form"} if are_code(rows) else set())


def _above(line: Line, lines: list[Line], before: str) -> str:
    """The line before, where the value begins its own line or goes on a sentence."""
    if line.index == 0:
        return ""
    above = lines[line.index - 1].text
    if len(above) > _ANNOUNCING or above.endswith(_ENDS) or "@" in above or any(map(str.isdigit, above)):
        return ""
    begins = line.tag in ("dd", "td") or not any(map(str.isalpha, before))
    return above if begins or above.endswith((":", ",")) or before.lstrip()[:1].islower() else ""

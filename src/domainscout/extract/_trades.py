"""The words by which trades call themselves, and where they stand in a text. Owns the table of them.

The terms are data (`data/sic_terms.txt`, its head says how they are written); beside them stand the words of the
official texts, with their worth and the codes that hold them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from domainscout.extract._lines import holding
from domainscout.extract._word_lists import lines_of, words_of
from domainscout.extract.sic import CODES
from domainscout.literals import any_of
from domainscout.memory import remembered

WORD = re.compile(r"[^\W_]+(?:[&'’][^\W_]+)?")
"""A word of a text; "M&E" and "butcher's" are one."""
_MARKS = "\u2018\u201c\u201d\u2013\u2014\u2026\u00b7\u2022\u00ae\u2122"
"""Punctuation beyond ASCII that texts without accents hold."""
_FOLDED = bytes(
    ord(chr(code).lower()) if (chr(code).isalnum() and code < 128) or chr(code) in "&'" else 32 for code in range(256)
)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term of the table: folded words, its code, what it counts; whether its last word may go on."""

    words: tuple[str, ...]
    code: str
    strength: float
    open_end: bool


class Opened(NamedTuple):
    """The terms that a word opens: alone, with the word behind it, and where that is only begun by the term's."""

    alone: tuple[Term, ...] = ()
    followed: Mapping[str, Sequence[Term]] = MappingProxyType({})
    loose: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The terms by what they begin with, and the official texts: words with their worth and codes, codes by length."""

    exact: dict[str, Opened]
    begins: dict[str, tuple[Term, ...]]
    inside: tuple[Term, ...]
    inside_any: re.Pattern[str]
    idf: dict[str, float]
    lengths: dict[str, float]
    codes: dict[str, tuple[str, ...]]


Begun = dict[str, Opened]
"""By word of a site, the terms that may begin with it."""
_NOTHING = Opened()
MIN_COMPOUND = 7
"""Letters that a word has at most without being searched for parts."""


def names_a_trade(text: str) -> bool:
    """Whether a short text has a word of some trade in it, of the table or of the official texts."""
    words = words_in(text)
    return not trades().codes.keys().isdisjoint(words) or next(hits(words, begun_by(words)), None) is not None


def vocabulary(code: str) -> frozenset[str]:
    """The words that speak for a code: those of its official text and of its terms."""
    return _vocabularies().get(code, frozenset())


def hits(words: list[str], begun: Begun) -> Iterator[tuple[Term, int]]:
    """The terms that stand among the words of a text, each with the place of its first word."""
    for at, word in enumerate(words):
        if word in begun:
            alone, followed, loose = begun[word]
            for term in alone:
                yield term, at
            for term in (*followed.get(words[at + 1], ()), *loose) if at + 1 < len(words) else ():
                if _stands(term, words, at):
                    yield term, at


def begun_by(words: Iterable[str]) -> Begun:
    """The terms that may begin with each of these words, or be a part of it; most words of a site begin none."""
    table = trades()
    begins = table.begins
    telling = (table.exact.keys() & words).union([word for word in words if word[:4] in begins])
    telling.update(holding(table.inside_any, "\n".join([word for word in words if len(word) > MIN_COMPOUND])))
    return {word: opened for word in telling if (opened := _opened_by(word)) is not _NOTHING}


@remembered(maxsize=4096)
def _opened_by(word: str) -> Opened:
    table = trades()
    exact = table.exact.get(word, _NOTHING)
    more = [term for term in table.begins.get(word[:4], ()) if word.startswith(term.words[0])]
    if len(word) > MIN_COMPOUND:
        more += [term for term in table.inside if term.words[0] in word]
    return exact._replace(alone=(*exact.alone, *more)) if more else exact


def _stands(term: Term, words: list[str], at: int) -> bool:
    """Whether the words of a term stand from a place on; its last one is compared first, for most differ there."""
    wanted = term.words
    end = at + len(wanted) - 1
    if end >= len(words):
        return False
    last = words[end].startswith(wanted[-1]) if term.open_end else words[end] == wanted[-1]
    return last and tuple(words[at:end]) == wanted[:-1]


def words_in(text: str) -> list[str]:
    """The words of a text in small letters without accents, in order."""
    if not text.isascii():
        text = text.replace("\u2019", "'")
        for mark in _MARKS if not text.isascii() else "":
            text = text.replace(mark, " ")
        if not text.isascii():
            return [word.lower() if word.isascii() else _plain(word) for word in WORD.findall(text)]
    parts = text.encode("ascii").translate(_FOLDED).decode("ascii").split()
    if "&" in text or "'" in text:
        return [word for part in parts for word in ((part,) if part.isalnum() else WORD.findall(part))]
    return parts


def _plain(text: str) -> str:
    lowered = text.lower().replace("ß", "ss").replace("’", "'")
    if lowered.isascii():
        return lowered
    return (
        "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
        .replace("ł", "l")
        .replace("ø", "o")
        .replace("æ", "ae")
    )


@cache
def _vocabularies() -> dict[str, frozenset[str]]:
    words = {code: set(_official_words(text)) for code, text in CODES.items()}
    for line in lines_of("sic_terms.txt"):
        code, _, terms = line.partition(":")
        words.setdefault(code.strip(), set()).update(words_in(terms.replace("!", " ").replace("*", " ")))
    return {code: frozenset(known) for code, known in words.items()}


@cache
def trades() -> Table:
    """The table, read once."""
    exact: dict[str, list[Term]] = defaultdict(list)
    begins: dict[str, list[Term]] = defaultdict(list)
    inside: list[Term] = []
    for line in lines_of("sic_terms.txt"):
        code, _, rest = line.partition(":")
        for raw in rest.split(","):
            _sort_in(_term(raw.strip(), code.strip()), raw.strip(), exact, begins, inside)
    official = {code: tuple(_official_words(text)) for code, text in CODES.items()}
    frequency = Counter(word for words in official.values() for word in set(words))
    idf = {word: math.log(1 + len(official) / count) / 3 for word, count in frequency.items()}
    return Table(
        {word: _opened(terms) for word, terms in exact.items()},
        {word: tuple(terms) for word, terms in begins.items()},
        tuple(inside),
        re.compile(any_of(" ".join(term.words[0] for term in inside))),
        idf,
        {code: math.sqrt(len(words) + 2) for code, words in official.items()},
        {word: tuple(code for code, words in official.items() if word in words) for word in idf},
    )


def _opened(terms: list[Term]) -> Opened:
    """Terms with the same first word, by the second: a word like "car" opens dozens, and few of them stand there."""
    followed: dict[str, list[Term]] = defaultdict(list)
    alone, loose = [], []
    for term in terms:
        if len(term.words) == 1:
            alone.append(term)
        elif len(term.words) == 2 and term.open_end:
            loose.append(term)
        else:
            followed[term.words[1]].append(term)
    return Opened(tuple(alone), dict(followed), tuple(loose))


def _term(raw: str, code: str) -> Term:
    words = tuple(words_in(raw.strip("!*")))
    strength = (2.0 if raw.startswith("!") else 1.0) * (1.35 if len(words) > 1 else 1.0)
    return Term(words, code, strength, raw.endswith("*"))


def _sort_in(
    term: Term, raw: str, exact: dict[str, list[Term]], begins: dict[str, list[Term]], inside: list[Term]
) -> None:
    if raw.lstrip("!").startswith("*"):
        inside.append(term)
    elif len(term.words) == 1 and term.open_end:
        if len(term.words[0]) >= 4:
            begins[term.words[0][:4]].append(term)
        else:
            exact[term.words[0]].append(term)
    else:
        exact[term.words[0]].append(term)


def _official_words(text: str) -> Iterator[str]:
    seen = set()
    for word in words_in(text):
        if word not in words_of("sic_stop_words.txt") and len(word) > 2 and word not in seen:
            seen.add(word)
            yield word

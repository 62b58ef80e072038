"""A text that may be a name, freed of greetings, "logo" and edge punctuation; and the parts of titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from domainscout.extract._word_lists import words_of
from domainscout.extract.base import ReadPage
from domainscout.extract.legal_forms import LEGAL_FORM
from domainscout.markup import fold
from domainscout.memory import remembered

MAX_LENGTH = 80


MAX_WORDS = 10


class Candidate(NamedTuple):
    """A text that may be the company's name. `source` is a key of `names.WEIGHTS`; a tuple, for sites give hundreds."""

    text: str
    source: str
    url: str
    quote: str


# What must stand before a separator is tested behind its first character, by which the search skips.
_SEPARATOR = re.compile(
    r"[|–—‒\-·•»«>›:~/⋅*+](?<=\s.)[|–—‒\-·•»«>›:~/⋅*+]*(?=\s)|[|│｜•»›→]|[–—]|:(?=[\s:]):?|-(?=\s)|-(?<=\s.)"
)


_WELCOME = re.compile(
    r"^(?:welcome\s+(?:to|at)|home\s+(?:of|page\s+of)|homepage\s+of|the\s+(?:official\s+)?(?:home|site|"
    r"website)\s+of|about|contact(?:ing)?|contact\s+us\s+at|"
    r"willkommen\s+(?:bei|im|in\s+der)|herzlich\s+willkommen\s+bei|über|bienvenue\s+(?:chez|sur|à|au)|"
    r"bienvenidos?\s+a|benvenuti\s+(?:a|da|in)|"
    r"bem[- ]vindos?\s+[aà]o?|welkom\s+bij|vítejte\s+(?:v|u|na)|witamy\s+w|velkommen\s+til|välkommen\s+till|why|meet|"
    r"copyright|©)\s+",
    re.I,
)


_TRAILING = re.compile(
    r"\s*(?:[-–|]\s*)?\b(?:logotype|logo(?:\s+\w{1,5})?|homepage|home\s+page|(?:official\s+)?(?:web)?site|official|"
    r"icon|startseite|accueil|inicio)\s*$",
    re.I,
)


_TRAILING_WORDS = ("logo", "page", "site", "official", "icon", "startseite", "accueil", "inicio")


LEADING_YEARS = re.compile(r"^(?:(?:19|20)\d\d[\s,–-]+)+(?=\D)")


_SENTENCE_DOT = re.compile(r"(\b(?:Ltd|Limited|LLC|LLP|PLC|GmbH|CIC|AG|KG|SAS|SARL|Lda|Ltda))\.$", re.I)


_EDGE = " \t\"'“”„«»‹›|–—-·•:,;*!~_/\\<>()[]"


_MARKS = re.compile(r"[®™℠©]|\((?:r|tm|c)\)", re.I)


_NEVER = re.compile(
    r"[@{}<>=]|https?:|www\.|\$\(|\b(?:cookies?\b|all rights\b|privacy\b|policy\b|design(?:ed)? (?:&|and|by)\b|"
    r"powered by\b|website by\b|hosted by\b|templates?\b|wordpress\b|click\b|skip to\b|javascript\b|placeholder\b|"
    r"image\b|untitled\b|lorem\b|new document\b|read more\b|your (?:company|business|name)\b|index\b$)"
)
"""What no name holds, for texts in lower case."""


@remembered(maxsize=1024)
def clean(text: str) -> str | None:
    """The text without greetings, "logo" and edge punctuation; None where it cannot be a name."""
    text = fold(_MARKS.sub("", text))
    ends = any(word in text.lower() for word in _TRAILING_WORDS)
    for _ in range(2):
        text = _WELCOME.sub("", text)
        text = (_TRAILING.sub("", text) or text) if ends else text
        text = _strip_edges(text)
    if text.endswith("."):
        text = _SENTENCE_DOT.sub(r"\1", text)
    if (
        not 2 <= len(text) <= MAX_LENGTH
        or len(text.split()) > MAX_WORDS
        or not re.search(r"[^\W\d_]{2}|\d[^\W\d]|[^\W\d]\d", text)
    ):
        return None
    lowered, generic = text.lower(), words_of("generic_words.txt")
    if _NEVER.search(lowered) or lowered in generic or re.sub(r"[\s&]+", "-", lowered) in generic:
        return None
    return text


def _strip_edges(text: str) -> str:
    kept = text.strip(_EDGE + ".")
    if text.rstrip(_EDGE).endswith(f"{kept}.") and LEGAL_FORM.search(f"{kept}."[-8:]):
        kept += "."
    if kept.count("(") > kept.count(")"):
        kept += ")"
    if kept.count(")") > kept.count("("):
        kept = "(" + kept
    return kept


def segments(title: str) -> list[str]:
    """The parts of a page title."""
    return [part for part in (p.strip() for p in _SEPARATOR.split(title)) if part]


def made(text: str, source: str, read: ReadPage, quote: str) -> Iterator[Candidate]:
    """The candidate that a text makes, where it can be a name at all."""
    cleaned = clean(text)
    if cleaned:
        yield Candidate(cleaned, source, read.url, quote)

"""What a link says about its page: kind and strength, read from its address and its words. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from domainscout.frontier.words import AVOIDED_SEGMENTS, KINDS, LANGUAGE_NAMES, PROOF, SMALL_PRINT
from domainscout.memory import remembered
from domainscout.records import PageKind

_EXTENSION = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|cfm|shtml|xhtml|do|cgi|pl)$", re.I)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LONG = 60
"""Characters of link text beyond which it is a sentence, not a menu entry."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a text says.

    Attributes:
        kind: of page; OTHER when it says nothing.
        strength: 0 to 1: how clearly it says so.
        small_print: it says privacy, terms or cookies.
        proof: it says certificates, clients, questions and the like.
    """

    kind: PageKind = PageKind.OTHER
    strength: float = 0.0
    small_print: bool = False
    proof: bool = False


NOTHING = Sign()


def _pattern(table: str) -> re.Pattern[str]:
    entries = [entry.strip() for line in table.strip().splitlines() for entry in line.split("|") if entry.strip()]
    whole = sorted({re.escape(e[1:]) for e in entries if e.startswith("=")}, key=len, reverse=True)
    starts = sorted({re.escape(e) for e in entries if not e.startswith("=")}, key=len, reverse=True)
    return re.compile(rf"\b(?:(?:{'|'.join(starts)})|(?P<whole>{'|'.join(whole) or '(?!)'})\b)")


_KIND_PATTERNS = [(kind, _pattern(table)) for kind, table in KINDS]
_SMALL_PRINT = _pattern(SMALL_PRINT)
_PROOF = _pattern(PROOF)


def plain(text: str) -> str:
    """Lower case without accents, words separated by single spaces."""
    if not text.isascii():
        text = text.replace("ß", "ss").replace("ł", "l").replace("Ł", "l").replace("ø", "o").replace("Ø", "o")
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", text.lower()).strip()


@remembered(maxsize=1024)
def read_sign(words: str) -> Sign:
    """What words (already `plain`) say: the earliest and longest match wins, a text of nothing else is strongest."""
    if not words:
        return NOTHING
    best: tuple[float, PageKind] | None = None
    length = len(words)
    for kind, pattern in _KIND_PATTERNS:
        match = pattern.search(words)
        if match is None:
            continue
        share = (match.end() - match.start()) / length
        least = 0.25 if match["whole"] else 0.55
        strength = least + (1.0 - least) * share - (0.1 if match.start() else 0.0)
        if length > _LONG:
            strength *= 0.4
        if best is None or strength > best[0] + 0.02:
            best = (strength, kind)
    small = _SMALL_PRINT.search(words) is not None
    if best is None:
        return Sign(small_print=small, proof=_PROOF.search(words) is not None)
    if small and best[1] in (PageKind.LEGAL, PageKind.ABOUT, PageKind.SERVICES):
        return Sign(small_print=True)
    return Sign(kind=best[1], strength=max(0.1, best[0]), small_print=small)


@remembered(maxsize=1024)
def read_path(path: str) -> tuple[Sign, bool]:
    """What a path says, and whether it leads through a part of the site that is to be avoided (blog, shop, login).

    The last segment counts in full, the ones before it less: /about/history is a page of the about part.
    """
    segments = [_EXTENSION.sub("", unquote(segment)) for segment in path.split("/") if segment]
    avoided = False
    found = NOTHING
    weight = 1.0
    for position, segment in enumerate(reversed(segments)):
        lowered = segment.lower()
        if lowered in AVOIDED_SEGMENTS and (position or len(segments) > 1 or len(lowered) < 20):
            avoided = True
        if found.kind is PageKind.OTHER and position < 4:
            sign = read_sign(plain(_CAMEL.sub(" ", segment)))
            if sign.kind is not PageKind.OTHER:
                found = Sign(sign.kind, sign.strength * weight, found.small_print or sign.small_print, found.proof)
            elif (sign.small_print or sign.proof) and not position:
                found = Sign(small_print=sign.small_print, proof=sign.proof)
        weight *= 0.6
    return found, avoided


def is_language_name(words: str) -> bool:
    """Whether a link's text names a language, as switches do."""
    return words in LANGUAGE_NAMES

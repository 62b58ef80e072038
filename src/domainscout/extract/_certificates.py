"""The list of certifications, bodies and licences by all their spellings. Owns loading and finding them in a text."""

from __future__ import annotations

import re
from functools import cache

from domainscout.extract._lines import spaced
from domainscout.extract._people_words import ordinary_words
from domainscout.extract._word_lists import lines_of


@cache
def known() -> dict[str, tuple[str, bool]]:
    """Spelling → name as shown, and whether the spelling alone is too weak to count.

    Spellings in plain capitals are kept as they are, others in lower case.
    """
    found: dict[str, tuple[str, bool]] = {}
    for line in lines_of("certifications.txt"):
        shown, *others = [part.strip() for part in line.lstrip("*").split("|")]
        for spelling in (shown, *others):
            found[spelling if spelling.isupper() else spelling.lower()] = (shown, line[0] == "*")
    return found


def as_written(shown: str, quote: str) -> str:
    """The full name of a body where the words of the page have that and not the letters that stand for it."""
    if not shown.isupper() or " " in shown or shown in quote:
        return shown
    lowered = quote.lower()
    for spelling, (name, _) in known().items():
        at = lowered.find(spelling.lower()) if name == shown and " " in spelling else -1
        if at >= 0:
            return quote[at : at + len(spelling)]
    return shown


@cache
def triggers() -> frozenset[str]:
    """The most telling word of each spelling, lower case: a text without any of them names none."""
    return frozenset(_by_word())


def mentions(text: str, words: frozenset[str]) -> list[re.Match[str]]:
    """Where a text names something of the list, in order, longer spellings before their parts.

    Args:
        words: the words of the text as `words_in` gives them.
    """
    found: list[re.Match[str]] = []
    for word in triggers().intersection(words):
        for needed, capitals, pattern in _by_word()[word]:
            if (capitals in text if capitals else needed <= words) and (match := pattern.search(text)):
                found.append(match)
    if len(found) < 2:
        return found
    found.sort(key=lambda m: (m.start(), -m.end()))
    return [m for at, m in enumerate(found) if not any(o.start() <= m.start() < o.end() for o in found[:at])]


def words_in(text: str) -> frozenset[str]:
    """The words of a text, lower case, without punctuation."""
    return frozenset(spaced(text.lower()).split())


@cache
def _by_word() -> dict[str, list[tuple[frozenset[str], str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[frozenset[str], str, re.Pattern[str]]]] = {}
    for spelling in known():
        capitals = spelling if spelling.isupper() else ""
        tail = r"(?!\w)" if capitals else r"(?![a-z\d])"
        flag = "" if capitals else "i"
        pattern = re.compile(rf"(?<![\w@./-])(?{flag}:{re.escape(spelling)}){tail}(?![@/])")
        words = spaced(spelling.lower()).split()
        needed = frozenset(word for word in words if word.isalpha())
        found.setdefault(_telling(words), []).append((needed, capitals, pattern))
    return found


def _telling(words: list[str]) -> str:
    """The word of a spelling that fewest other texts hold: no ordinary one, and long."""
    return max(words, key=lambda word: (word.isalpha(), word not in ordinary_words(), len(word)))

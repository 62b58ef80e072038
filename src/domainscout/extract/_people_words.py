"""The words that tell people from other text: given names, ordinary words, job titles, labels of legal notices.

Owns loading the lists in `data` and folding text to compare with them. Owns no rule about pages.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from domainscout.extract._word_lists import lines_of

_SPECIAL = {
    "ł": "l",
    "ø": "o",
    "ß": "ss",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "þ": "th",
    "’": "'",
    "Ł": "L",
    "Ø": "O",
    "Đ": "D",
}
_WORD = re.compile(r"[^\W\d_]+(?:[.'-][^\W\d_]+)*")


def _letters() -> dict[int, str]:
    """Latin letters with accents and their bare forms; a table is ten times faster than normalising each text."""
    found = {ord(letter): bare for letter, bare in _SPECIAL.items()}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        bare = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        if bare != chr(code):
            found.setdefault(code, bare)
    found.update(dict.fromkeys(range(0x300, 0x370), ""))
    return found


_BARE = _letters()


def bare(text: str) -> str:
    """The text without accents, its case kept."""
    return text if text.isascii() else text.translate(_BARE)


def plain(text: str) -> str:
    """Lower case without accents, for comparing with the lists."""
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.translate(_BARE)


def listed(text: str) -> frozenset[str]:
    """The words of a text as a set: lists of words are read more easily as lines than as literals."""
    return frozenset(text.split())


def words_of(text: str) -> list[str]:
    """The folded words of a short text."""
    return _WORD.findall(plain(text))


@cache
def given_names() -> frozenset[str]:
    """Common given names, folded."""
    return frozenset(word for line in lines_of("given_names.txt") for word in plain(line).split())


@cache
def ordinary_words() -> frozenset[str]:
    """Words that are no part of a name, folded."""
    return frozenset(word for line in _sections("ordinary_words.txt")[""] for word in line.split())


@cache
def surnames() -> frozenset[str]:
    """Ordinary words and trades that are surnames too, folded."""
    return frozenset(word for line in _sections("ordinary_words.txt")["surnames"] for word in plain(line).split())


@cache
def title_words() -> frozenset[str]:
    """Words that make a short text a job title, folded."""
    return frozenset(w for line in _sections("job_titles.txt")["title"] for w in line.split() if w[0] != "-")


@cache
def title_endings() -> tuple[str, ...]:
    """Endings of compound words that are job titles, folded."""
    return tuple(w[1:] for line in _sections("job_titles.txt")["title"] for w in line.split() if w[0] == "-")


@cache
def manager_labels() -> frozenset[str]:
    """Labels before the name of who runs the company, folded."""
    return frozenset(plain(p.strip()) for line in _sections("job_titles.txt")["managers"] for p in line.split("|"))


@cache
def team_headings() -> frozenset[str]:
    """Headings under which bare names are members of the team, folded."""
    return frozenset(plain(p.strip()) for line in _sections("job_titles.txt")["team"] for p in line.split("|"))


@cache
def _sections(name: str) -> dict[str, list[str]]:
    here: list[str] = []
    found = {"": here}
    for line in lines_of(name):
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), [])
        else:
            here.append(line)
    return found

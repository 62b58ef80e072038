"""Words by kind, read once from `data/`: the signs that a text talks about what machines store, and invitations.

A line is a list of words in small letters without accents; "*" stands for any ending, "-" joins the words of a phrase,
"[kind]" opens a kind, "#" a comment. Owns that form and how words are looked for; what they mean is for who asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from domainscout.literals import any_text

_UNDIVIDED = (("ø", "o"), ("ß", "ss"), ("ł", "l"), ("æ", "ae"), ("đ", "d"), ("ı", "i"))
_MARKS = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))
"""Blanks for everything but letters; bytes are translated many times faster than words are found."""


class Words:
    """The words, beginnings of words and phrases of one kind."""

    def __init__(self, words: Iterable[str]) -> None:
        every = set(words)
        self.phrases = tuple(" " + word.replace("-", " ").rstrip("*") for word in every if "-" in word)
        self.words = frozenset(word for word in every if "-" not in word and not word.endswith("*"))
        self.beginnings = frozenset(word[:-1] for word in every if "-" not in word and word.endswith("*"))
        self._lengths = sorted({len(word) for word in self.beginnings})

    def __contains__(self, word: str) -> bool:
        return word in self.words or any(word[:length] in self.beginnings for length in self._lengths)

    def begins(self, words: Sequence[str]) -> bool:
        """Whether a list of words begins with one of them."""
        if words and words[0] in self:
            return True
        text = f" {' '.join(words[:4])}"
        return any(text.startswith(phrase) for phrase in self.phrases)


class _Index:
    """All words of a file with their kinds: one look a text, whatever the number of kinds."""

    def __init__(self, every: Mapping[str, Words]) -> None:
        self._words = _turned((word, kind) for kind, those in every.items() for word in those.words)
        begun = _turned((word, kind) for kind, those in every.items() for word in those.beginnings)
        self._begun = {
            word: {kind for part, of in begun.items() if word.startswith(part) for kind in of} for word in begun
        }
        self._beginning = re.compile(f" (?:{any_text(begun)})") if begun else None
        self._phrases: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for phrase, kind in [(phrase, kind) for kind, those in every.items() for phrase in those.phrases]:
            self._phrases[phrase.split()[0]].append((phrase, kind))

    def kinds_among(self, words: Sequence[str]) -> set[str]:
        found: set[str] = set()
        text = f" {' '.join(words)} "
        for word in self._words.keys() & words:
            found.update(self._words[word])
        for beginning in set(self._beginning.findall(text)) if self._beginning else ():
            found |= self._begun[beginning[1:]]
        for word in self._phrases.keys() & words:
            found.update([kind for phrase, kind in self._phrases[word] if phrase in text])
        return found


def _turned(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word, kind in pairs:
        found[word].append(kind)
    return dict(found)


def kinds_among(file: str, words: Sequence[str]) -> set[str]:
    """The kinds of which there is a word or a phrase among these words."""
    return _index(file).kinds_among(words)


@cache
def _index(file: str) -> _Index:
    return _Index(kinds(file))


def words_of(text: str) -> list[str]:
    """The words of a text in small letters without accents; letters of other scripts stay."""
    small = folded(text).replace("e-mail", "email")
    return small.encode().translate(_LETTERS).decode().split() if small.isascii() else _WORD.findall(small)


def folded(text: str) -> str:
    """A text in small letters without accents."""
    text = text.lower()
    if text.isascii():
        return text
    for letter, instead in _UNDIVIDED:
        text = text.replace(letter, instead)
    return _MARKS.sub("", unicodedata.normalize("NFKD", text))


@cache
def kinds(file: str) -> dict[str, Words]:
    """The kinds of words in a file of `data/`."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in files("domainscout.orders").joinpath(f"data/{file}").read_text("utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += line.split()
    return {kind: Words(those) for kind, those in found.items()}

"""Patterns of many literal words, put together so that the search can skip what does not begin like any of them.

Python's engine skips by first letter only where every alternative begins with a plain letter and case counts: such
patterns are searched in lower-case text and tell which lines deserve a closer look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping


def any_of(words: str) -> str:
    """A pattern that finds any of the words of a list, parted by blanks, anywhere; the longest that stands there."""
    return any_text(words.split())


def any_text(texts: Iterable[str]) -> str:
    """A pattern that finds any of these texts, the longest that stands there.

    What begins alike is compared once, letter by letter.
    """
    by_first: dict[str, set[str]] = {}
    for text in texts:
        if text:
            by_first.setdefault(text[0], set()).add(text[1:])
    return "|".join(re.escape(first) + _following(rest) for first, rest in sorted(by_first.items()))


def _following(texts: set[str]) -> str:
    if texts == {""}:
        return ""
    rest = any_text(texts)
    return f"(?:{rest})?" if "" in texts else f"(?:{rest})" if len({text[0] for text in texts}) > 1 else rest


_TEXT: Mapping[str, float] = {
    " ": 130,
    "e": 94,
    "a": 67,
    "o": 62,
    "t": 61,
    "i": 60,
    "n": 57,
    "r": 57,
    "s": 55,
    "l": 35,
    "c": 34,
    "d": 29,
    "u": 26,
    "p": 22,
    "m": 21,
    "h": 21,
    "g": 16,
    "f": 14,
    "y": 13,
    "b": 11,
    "w": 11,
    "v": 10,
    ".": 8,
    "k": 7,
    "-": 3,
    "z": 2,
    "x": 2,
    "q": 2,
    "j": 1.5,
}
"""How often characters stand in a thousand of the visible text of companies' pages, in small letters (2026-11)."""
IN_MARKUP: Mapping[str, float] = {**_TEXT, '"': 34, "/": 21, "=": 20, "-": 16, ".": 10, ":": 6, "_": 5, "3": 4}
"""The same for their markup."""


def anchored(texts: Iterable[str], often: Mapping[str, float] = _TEXT) -> str:
    """A pattern that finds any of these texts by one of its characters, chosen so that the search stops at few places.

    Several texts share a character, for it is looked for only once. What matches begins with it, not with the text.

    Args:
        often: how often each character is met; those that are not named are rare.
    """
    every = frozenset(texts)
    left, anchors = every, ""
    while left:
        met = Counter(char for text in left for char in set(text))
        anchors += max(sorted(met), key=lambda char: met[char] / often.get(char, 1.0))
        left = frozenset(text for text in left if anchors[-1] not in text)
    by_anchor: dict[str, list[str]] = {}
    for text in sorted(every):
        anchor = next(char for char in anchors if char in text)
        at = text.index(anchor)
        before = f"(?<={re.escape(text)})" if at else ""  # asked last: most texts differ in what follows
        by_anchor.setdefault(anchor, []).append(re.escape(text[at + 1 :]) + before)
    return "|".join(f"{re.escape(anchor)}(?:{'|'.join(rest)})" for anchor, rest in sorted(by_anchor.items()))


def word_starting(patterns: str) -> str:
    r"""A pattern that finds any of a list, parted by blanks, where a word begins.

    Like "\b(?:…)", with the test for the beginning behind the first letter.
    """
    by_first: dict[str, list[str]] = {}
    for pattern in patterns.split():
        by_first.setdefault(pattern[0], []).append(pattern[1:])
    return "|".join(f"{first}(?<!\\w{first})(?:{'|'.join(rest)})" for first, rest in by_first.items())


def grouped(pattern: str) -> str:
    """Alternatives of a pattern with those put together that begin with one letter: a word is compared with few."""
    by_first: dict[str, list[str]] = {}
    for one in _alternatives(pattern):
        plain = one[0].isalnum() and one[1:2] not in ("?", "*", "+", "{")
        by_first.setdefault(one[0] if plain else "", []).append(one[1:] if plain else one)
    others = by_first.pop("", [])
    return "|".join([*(f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items()), *others])


def _alternatives(pattern: str) -> list[str]:
    """The parts between bars that stand in no bracket."""
    parts, depth = [""], 0
    for piece in re.findall(r"\\.|\[[^\]]*\]|.", pattern, re.S):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def rarest(phrases: Iterable[str], ordinary: Container[str]) -> str:
    """A word of each phrase, where there is one that is not ordinary: a text with one of the phrases holds one."""
    rare = {
        max(re.findall(r"[^\W_]+", phrase.lower()), key=lambda word: (word not in ordinary, len(word)))
        for phrase in phrases
    }
    return " ".join(sorted(word for word in rare if not any(other in word for other in rare if other != word)))

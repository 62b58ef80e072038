"""Patterns of many literal words, put together so that the search can skip what does not begin like any of them.

Python's engine skips by first letter only where every alternative begins with a plain letter and case counts: such
patterns are searched in lower-case text and tell which lines deserve a closer look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: str) -> str:
    """A pattern that finds any of the words of a list, parted by blanks, anywhere; those that begin alike grouped."""
    by_first: dict[str, list[str]] = {}
    for word in words.split():
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())


def word_starting(patterns: str) -> str:
    r"""A pattern that finds any of a list, parted by blanks, where a word begins.

    Like "\b(?:…)", with the test for the beginning behind the first letter.
    """
    by_first: dict[str, list[str]] = {}
    for pattern in patterns.split():
        by_first.setdefault(pattern[0], []).append(pattern[1:])
    return "|".join(f"{first}(?<!\\w{first})(?:{'|'.join(rest)})" for first, rest in by_first.items())


def rarest(phrases: Iterable[str]) -> str:
    """The longest word of each phrase, those left out that hold another: whoever says a phrase says one of them."""
    longest = {max(re.findall(r"[^\W_]+", phrase.lower()), key=len) for phrase in phrases}
    return " ".join(sorted(w for w in longest if not any(other in w for other in longest if other != w)))

"""The ways in which companies tell people a number or a mailbox: a label before it, a sentence that invites.

There are as many ways to order a machine about as there are sentences; of these there are few, and they are known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from domainscout.orders.vocabulary import Words, kinds, words_of

REACH = 12
"""Words between an invitation and its value at most."""
AFTER = 1
"""Words between a value and the verb that follows it: "im Notfall 030 23125 100 wählen"."""
LABEL = 4
"""Words of a label at most."""
LONG_LABEL = 7
"""Words of a label that ends with a colon, at most."""
_PREPOSITION = 5
"""Letters of a word like "at", "unter", "via" at most."""
_JOINERS = frozenset(["or", "and", "oder", "und", "ou", "et", "o", "y", "e", "of", "en", "i", "a", "lub", "nebo"])
_LAST_WORD = re.compile(r"[^\W\d_]+(?=[^\w]*$)")


def invites(before: str) -> bool:
    """Whether the words before a value invite people to call or to write there, or label it."""
    words = words_of(before)[-REACH:]
    if not words:
        return False
    if any(_is_invitation(words, at) for at in range(len(words))):
        return True
    if len(words[-1]) <= _PREPOSITION and any(word in _told("letters") for word in words[:-1]):
        return True
    label = _LAST_WORD.search(before)
    return label is not None and label[0][0].isupper() and words[-1] in _told("labels")


def invites_directly(before: str, after: str = "") -> bool:
    """Whether the words of an invitation lead right to the value: "please contact our team at"; some follow it."""
    if any(word in _told("verbs") for word in words_of(after)[:AFTER]):
        return True
    words = words_of(before)[-REACH:]
    if not words or not (words[-1] in _told("before-values") or _is_invitation(words, len(words) - 1)):
        return False
    return any(_is_invitation(words, at) or words[at] in _told("letters") for at in range(len(words)))


def is_label(before: str) -> bool:
    """Whether the words before a value on its line are a label or nothing."""
    words = words_of(before)
    if _JOINERS.issuperset(words):
        return True
    if before.rstrip().endswith((":", "|")):
        return len(words) <= LONG_LABEL
    return len(words) <= LABEL and words[-1] in _told("labels")


def is_titled(before: str) -> bool:
    """Whether the words before a value on its line are a few with capitals: "Head Office", "Ada Example"."""
    words = before.split()
    return len(words) <= LABEL and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _is_invitation(words: Sequence[str], at: int) -> bool:
    """Whether a word invites: "call" does, "phone" where it is no noun."""
    if words[at] in _told("verbs"):
        return True
    return words[at] in _told("means") and (at == 0 or words[at - 1] in _told("before-means"))


def _told(kind: str) -> Words:
    return kinds("invitations.txt")[kind]

"""Facts about a text that make its values doubtful, far weaker than those that make it an order.

An order can be worded in any way, in any language. What it talks about cannot be helped: what is to be stored, by whom,
instead of what. None of these signs says anything alone, and none makes a text go unread: whoever knows the whole site
decides whether a value stands on better ground elsewhere.
"""

from __future__ import annotations

import re

from domainscout.memory import remembered
from domainscout.orders.disguises import undisguised
from domainscout.orders.vocabulary import folded, kinds, kinds_among, words_of

MAX_SIGNS = 1_200
"""Characters of a text in which signs are looked for."""
PROPER = frozenset(["data", "page", "right", "reading", "outside"])
"""Kinds of which two in one text make it doubtful for names, people, places and certificates: what machines store, the
page itself, what is true, the work of machines, the company seen from outside."""
TELLING = frozenset(["readers", "form", "right"])
"""Kinds that tell in a cell beside a value too."""
WEAK = frozenset(["bid", "page"])
"""Signs that ordinary sentences for people hold too: "use the form below or call us on"."""
FOREIGN = frozenset(["readers", "form"])
"""Signs that ordinary sentences around a number do not hold."""

_STORING = frozenset(["readers", "reading", "data", "form", "outside"])
_BIDDING = frozenset(["bid", "page", "right"])

_FORM = re.compile(
    r"[{}`\[_:=<|#/*(\"'\u2018\u201c\u201e\u00ab-](?:"  # the search skips what begins like none of these
    r"(?<=[{}`])|(?<=\[)(?!\s?(?:at|a|ät|dot|punkt|punto)\s?\]|email\sprotected\])|(?<=[a-z]_)[a-z]"
    r"|(?<=:)=|(?<==)[>=]|(?<=-)(?:>|--)|(?<=<)/?[a-z|]|(?<=\|)>|(?<=#)#|(?<=/)\*|(?<=\*)[*/]"
    r"|(?<=\w=)(?!=)|(?<=\w =)(?!=)|(?<=\")\w+\"\s*:"
    r"|(?<=[\"'\u2018\u201c\u201e\u00ab])(?:\s?[+(]?\d[\d ()./-]{6,}"
    r"|(?<![^\s:].)[^\"'\u2019\u201d\u00bb]*\u2022[^\"'\u2019\u201d\u00bb]*[\"'\u2019\u201d\u00bb])"
    r"|(?<=[a-z]\()[^()]*[,='\"][^()]*\))",
    re.I,
)
"""Shapes of code, data, chats and quotations that text which tells people a value does not have."""
_ROLE = re.compile(r"\W*(?:user|system|assistant|human|q|a|note|ps|nb|n\.b\.)\s?:", re.I)
"""Who speaks, at the beginning of a text."""
_NAMED = re.compile(r"[\"\u201c\u201e\u00ab]\s?[^\W\d_]{3,14}\s?[\"\u201d\u201c\u00bb]")
"""A single word in quotation marks, as fields are named."""
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>]+|[\w.+-]+@[\w-]+\.[\w.-]+")
_IN_ADDRESS = ("://", "www.", "@")
_OPENED = re.compile(
    r"(?:^\W*(?:[^.:]{1,40}: )?(?:please |now |always |kindly |bitte |also )?|\bplease )([^\W\d_].{0,40})", re.S
)
_CODE = re.compile(
    r"\*\*|[{}]|\[\"|\"\w+\"\s*:|==|:=|=>|[a-z]=[a-z]|</?[a-z]|\|>|##"
    r"|^\W*(?:user|system|human|assistant|ai|bot)\s?:(?: \S+){5}"
)
"""Shapes of code and of chats with machines."""
_QUOTED = re.compile(r"[\"'\u2018\u201c\u201e\u00ab][^\W\d_].{6,}[\"'\u2019\u201d\u00bb](?!\w)", re.S)
_OURS = re.compile(
    r"\b(?:our|unser[a-z]*|notre|nos|nuestr[a-z]*|nostr[a-z]*|onze|ons|nasz[a-z]*|noss[a-z]*|var|vart|vara|vores|nas[ei])"
    r" [^\W\d_]+(?: [^\W\d_]+)?"
)
"""Machines of one's own are talked about, not to."""
_ADDRESSED = re.compile(
    r" ?[:,]|(?: [a-z]+){0,3} (?:must|should|shall|please|may|will|reading|who|that|which|processing|indexing)\b"
)
_BEFORE_READER = re.compile(
    r"(?:\b(?:to|by|dear|hi|hey|hello|attention|any|every|all|for|an|alle|aux?|pour|para|per|voor|aan|dla|do|til|till) "
    r"|^\W*)(?:the |all |any )?$"
)
_OPENING = 60
"""Characters within which a salutation ends."""
_WORD = re.compile(r"[^\W\d_]+")


@remembered(maxsize=2048)
def signs(text: str) -> frozenset[str]:
    """The kinds of signs that a text talks about what machines store."""
    seen = undisguised([text[:MAX_SIGNS]])[0]
    if any(map(seen.__contains__, _IN_ADDRESS)):
        seen = _ADDRESS.sub(" ", seen)
    words = words_of(seen)
    found = kinds_among("signs.txt", words)
    if "readers" in found and "readers" not in kinds_among("signs.txt", words_of(_OURS.sub(" ", folded(seen)))):
        found.discard("readers")
    if _NAMED.search(seen):
        found.add("data")
    return frozenset(found | {"form"} if _ROLE.match(seen) or _FORM.search(seen) else found)


@remembered(maxsize=2048)
def bids(text: str, *, plainly: bool = False) -> bool:
    """Whether a text bids a reader to store something.

    Args:
        plainly: it tells something that nobody tells people in such words: a name, a place, a certificate.
    """
    found = signs(text)
    if not (found or plainly):
        return False
    small = folded(undisguised([text])[0])
    begins = "bid" in found and _begins_with_bid(small)
    if plainly and (speaks_of_records(text) or _CODE.search(small)):
        return True
    if "form" in found and (begins or not found.isdisjoint(("readers", "data"))):
        return True
    if "readers" in found and not found.isdisjoint(("bid", "data")) and (begins or _addresses(small)):
        return True
    if found and _QUOTED.search(small):
        return plainly or begins
    return begins and len(found) > (1 if plainly else 2)


def speaks_of_records(text: str) -> bool:
    """Whether a text speaks of what is stored about the company, not of the company."""
    return len(signs(text) & PROPER) > 1


def speaks_of_keeping(text: str) -> bool:
    """Whether a text speaks of storing and bids or contradicts: who tells people a name or a place does not do both.

    A word like "record" that may do either counts once.
    """
    found = signs(text)
    if _STORING.isdisjoint(found) or _BIDDING.isdisjoint(found):
        return False
    if "form" in found:
        return True
    words = words_of(folded(undisguised([text[:MAX_SIGNS]])[0]))
    either = [word for word in words if _may_do_both(word)]
    others = kinds_among("signs.txt", [word for word in words if word not in either])
    return len(set(either)) > 1 or not others.isdisjoint((_STORING | _BIDDING) if either else _STORING)


def speaks_of_storing(text: str) -> bool:
    """Whether a text holds so many signs that no number in it is told to people."""
    return len(signs(text)) > 1


@remembered(maxsize=2048)
def _may_do_both(word: str) -> bool:
    found = kinds_among("signs.txt", [word])
    return not (_STORING.isdisjoint(found) or _BIDDING.isdisjoint(found))


def _begins_with_bid(small: str) -> bool:
    bid = kinds("signs.txt")["bid"]
    return any(bid.begins(words_of(opened[1])) for opened in _OPENED.finditer(small))


def _addresses(small: str) -> bool:
    """Whether readers that are machines are spoken to, not of."""
    opening, colon, _ = small[:_OPENING].partition(":")
    if colon and "readers" in kinds_among("signs.txt", words_of(opening)):
        return True
    readers = kinds("signs.txt")["readers"]
    return any(
        _ADDRESSED.match(small, word.end()) or _BEFORE_READER.search(small, 0, word.start())
        for word in _WORD.finditer(small)
        if word[0] in readers
    )

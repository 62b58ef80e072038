"""What each tag of a page means to the walk: its kind, whether it hides its element, which place it opens.

Reads tags as the parser writes them out again: names in lower case, values in double quotes, `<` and `>` only where a
tag begins and ends. The same tags stand on a page, and on all pages of a site, again and again: each is read once.
"""

from __future__ import annotations

import re

from domainscout.markup.attributes import attributes_of, value
from domainscout.markup.hidden import is_hidden
from domainscout.markup.parts import Place
from domainscout.memory import remembered

MAX_KNOWN = 1024
"""Tags remembered."""
MAX_TAG = 300
"""Characters of a tag that is remembered: longer ones hardly come twice."""

END, ANCHOR_END, BLOCK_END, INLINE, BREAK, HOLDER, BLOCK, RAW, ANCHOR, IMAGE, SKIP, HIDDEN, ASIDE = range(13)
"""Ends come first, then what begins an element; between BREAK and RAW a line ends."""

RAW_NAMES = frozenset(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"])
"""Elements whose text is written as it is, `<` and `&` too."""
_ENDLESS = "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
VOID_NAMES = frozenset(_ENDLESS.split())
"""Elements without an end."""

_UNSEEN = "script style template svg math iframe object embed select datalist textarea canvas audio video head input"
_WITHIN_TEXT = (
    "abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark q s samp small span strike strong sub "
    "sup time tt u var wbr nobr ruby noscript picture source"
)
_KINDS: dict[str, int] = {
    **dict.fromkeys(VOID_NAMES, BREAK),
    **dict.fromkeys(RAW_NAMES, RAW),
    **dict.fromkeys(_UNSEEN.split(), SKIP),
    **dict.fromkeys(_WITHIN_TEXT.split(), INLINE),
    "a": ANCHOR,
    "img": IMAGE,
    "div": HOLDER,
    "section": HOLDER,
    "main": HOLDER,
    "article": HOLDER,
}
_ENDS = {ANCHOR: ANCHOR_END, HOLDER: BLOCK_END, BLOCK: BLOCK_END}
_PLACES = {"footer": Place.FOOTER, "nav": Place.NAV, "main": Place.MAIN, "header": Place.HEADER}
_PLACED = frozenset(["div", "ul", "table", "td", "section", "aside"])
_NAVISH = re.compile(
    r"\b(?:nav|navbar|navigation|menu|mainmenu|topmenu|menubar)\b|nav[-_]|[-_]nav\b|menu[-_]|[-_]menu\b", re.I
)
_FOOTERISH = re.compile(r"\bfooter\b|^foot$|[-_]footer|footer[-_]|\bcolophon\b|\bbottom[-_]?bar\b|contentinfo", re.I)
_HEADERISH = re.compile(r"\b(?:header|masthead|topbar|top-bar|banner|branding)\b|[-_]header\b|header[-_]", re.I)
_PLACE_SIGNS = ("nav", "menu", "head", "foot", "top", "bottom", "banner", "branding", "colophon", "contentinfo")
"""Letters of which some stand in every name of a place."""

Meaning = tuple[int, str, Place | None]
"""Kind, name of the element, and the place that it opens."""

_BY_NAME: dict[str, Meaning] = {}
"""Meaning of elements whose attributes say nothing; of those that pages have, which are not many."""
MAX_NAMES = 256

known: dict[str, Meaning] = {}
"""Tags met lately and their meaning."""


def meaning(tag: str) -> Meaning:
    """What a tag means.

    Args:
        tag: everything between `<` and `>`.
    """
    name, more, _ = tag.partition(" ")
    if more and name not in _PLACED and "hidden" not in tag and " style=" not in tag:
        # One of many that say no more than their name: tags that hardly come twice are no use to remember.
        return _BY_NAME.get(name) or _by_name(name)
    found = known.get(tag)
    if found is None:
        found = _meaning(tag, name)
        if len(tag) < MAX_TAG:
            if len(known) >= MAX_KNOWN:
                known.clear()
            known[tag] = found
    return found


def _by_name(name: str) -> Meaning:
    if len(_BY_NAME) >= MAX_NAMES:
        _BY_NAME.clear()
    return _BY_NAME.setdefault(name, _meaning(name, name))


def _meaning(tag: str, name: str) -> Meaning:
    if name[:1] == "/":
        return _ENDS.get(_KINDS.get(name[1:], BLOCK), END), name[1:], None
    if name[:1] in "!?":
        return ASIDE, name[:1], None
    kind = _KINDS.get(name, BLOCK)
    if len(name) == len(tag) or kind == SKIP:
        return kind, name, _PLACES.get(name)
    if _is_hidden(tag):
        return HIDDEN, name, None
    return kind, name, _named_place(tag) if name in _PLACED else _PLACES.get(name)


def _is_hidden(tag: str) -> bool:
    return ("hidden" in tag or " style=" in tag) and is_hidden(attributes_of(tag))


def _named_place(tag: str) -> Place | None:
    """The place that id, class and role of a block name."""
    lowered = tag.lower()
    if not any(sign in lowered for sign in _PLACE_SIGNS):
        return None
    name = " ".join([value(tag, ' id="'), value(tag, ' class="'), value(tag, ' role="')])
    return _place(name) if len(name) > 4 else None


@remembered(maxsize=2048)
def _place(name: str) -> Place | None:
    if _FOOTERISH.search(name):
        return Place.FOOTER
    if _NAVISH.search(name):
        return Place.NAV
    return Place.HEADER if _HEADERISH.search(name) else None

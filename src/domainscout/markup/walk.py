"""One pass over the tree of a page: visible lines, links and images, each with its place.

Owns what a line, a link and an image are. The loop is iterative, so depth costs nothing, and written for speed: it sees
every node of every page (0.2 ms a page of 27 KiB, 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from selectolax.lexbor import LexborNode

from domainscout.markup.hidden import is_hidden
from domainscout.markup.text import fold

Node = LexborNode
T = TypeVar("T")

MAX_NODES = 60_000
"""Nodes walked of one page: a page of 2 MiB nested a million deep must not hold the event loop."""
MAX_LINE = 20_000
"""Characters kept of one line of text."""
MAX_LINES = 4_000
"""Lines kept of one page, first three quarters from the top, the rest from the end, where footers are."""
MAX_LINKS = 4_000
"""Links kept of one page, and images, in the same way."""
MENU_LINKS = 3
"""Links of a hidden node from which it is a menu."""

HEADER_LINES = 40
"""Lines after which a header is no longer the page's own."""

_SKIP, _INLINE, _ANCHOR, _IMAGE, _BREAK, _HOLDER, _BLOCK = range(7)
_UNSEEN = "script style template svg math iframe object embed select datalist textarea canvas audio video head input"
_WITHIN_TEXT = (
    "abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark q s samp small span strike strong sub "
    "sup time tt u var wbr nobr ruby noscript picture source"
)
_KINDS: dict[str, int] = {
    **dict.fromkeys(_UNSEEN.split(), _SKIP),
    **dict.fromkeys(_WITHIN_TEXT.split(), _INLINE),
    "a": _ANCHOR,
    "img": _IMAGE,
    "br": _BREAK,
    "hr": _BREAK,
    "div": _HOLDER,
    "section": _HOLDER,
}
_HIDING_NAMES = frozenset(["hidden", "aria-hidden", "style"])
_LEVELS = {f"h{n}": n for n in range(1, 7)}
_PLACED = frozenset(["div", "ul", "table", "td", "section", "aside"])
_NAVISH = re.compile(
    r"\b(?:nav|navbar|navigation|menu|mainmenu|topmenu|menubar)\b|nav[-_]|[-_]nav\b|menu[-_]|[-_]menu\b", re.I
)
_FOOTERISH = re.compile(r"\bfooter\b|^foot$|[-_]footer|footer[-_]|\bcolophon\b|\bbottom[-_]?bar\b|contentinfo", re.I)
_HEADERISH = re.compile(r"\b(?:header|masthead|topbar|top-bar|banner|branding)\b|[-_]header\b|header[-_]", re.I)


class Place(StrEnum):
    """Where on the page something stands."""

    HEADER = "header"
    NAV = "nav"
    MAIN = "main"
    FOOTER = "footer"


class Link:
    """An anchor. `href` as written, `url` absolute and without fragment (None where it is not http)."""

    __slots__ = ("_resolve", "_url", "href", "line", "node", "place", "text")

    def __init__(
        self, href: str, resolve: Callable[[str], str | None], text: str, place: Place, line: int, node: Node
    ) -> None:
        self.href = href
        self.text = text
        self.place = place
        self.line = line
        self.node = node
        self._resolve: Callable[[str], str | None] | None = resolve
        self._url: str | None = None

    @property
    def url(self) -> str | None:
        """The absolute address; worked out when first asked for, since most links are never asked."""
        if self._resolve is not None:
            self._url = self._resolve(self.href)
            self._resolve = None
        return self._url


@dataclass(slots=True, eq=False)
class Image:
    """An image. `link` is the absolute address of the anchor around it."""

    url: str | None
    alt: str
    place: Place
    line: int
    link: str | None
    node: Node


@dataclass(slots=True, eq=False)
class Line:
    """Visible text of one block, whitespace folded. `level` is 1 to 6 in a heading, else 0."""

    text: str
    tag: str
    level: int
    place: Place
    index: int
    node: Node
    links: list[Link] = field(default_factory=list)


class Walk:
    """The pass: fills `lines`, `links`, `images`, `menu`; removes hidden nodes from the tree at its end."""

    def __init__(self, root: Node, resolve: Callable[[str], str | None], ruled_out: set[int]) -> None:
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.menu: list[tuple[str, str]] = []
        self._root = root
        self._resolve = resolve
        self._ruled_out = ruled_out
        self._buffer: list[str] = []
        self._here: list[Link] = []
        self._anchors: list[tuple[Link, int]] = []

    def run(self) -> None:
        """Walk all nodes in document order."""
        buffer, kinds, ruled_out = self._buffer, _KINDS, self._ruled_out
        # One entry a block: tag and node that lines belong to, whether that is more than a mere holder, place.
        blocks: list[tuple[str, Node, bool, Place]] = [("body", self._root, False, Place.MAIN)]
        entered: list[tuple[Node, int]] = []
        hidden: list[Node] = []
        node: Node | None = self._root.first_child
        budget = MAX_NODES
        while node is not None and budget:
            budget -= 1
            tag = node.tag or "-"
            kind = kinds.get(tag, _BLOCK)
            if tag == "-text":
                text = node.text_content
                if text and not text.isspace():
                    buffer.append(text)
                elif buffer:
                    buffer.append(" ")
            elif kind != _SKIP and tag[0] not in "-_!":
                attributes = node.attributes
                if attributes and (
                    (not _HIDING_NAMES.isdisjoint(attributes) and is_hidden(attributes))
                    or (ruled_out and node.mem_id in ruled_out)
                ):
                    hidden.append(node)
                else:
                    if kind >= _BREAK:
                        if buffer:
                            self._flush(blocks[-1])
                        if kind != _BREAK:
                            blocks.append(self._block(node, tag, kind, attributes, blocks[-1]))
                    elif kind == _ANCHOR:
                        self._enter_anchor(node, attributes, blocks[-1][3])
                    elif kind == _IMAGE:
                        self._image(node, attributes, blocks[-1][3])
                    child = node.first_child
                    if child is not None:
                        entered.append((node, kind))
                        node = child
                        continue
                    self._leave(kind, blocks)
            following = node.next
            while following is None and entered:
                node, kind = entered.pop()
                self._leave(kind, blocks)
                following = node.next
            node = following
        if buffer:
            self._flush(blocks[-1])
        for gone in hidden:
            self._note_menu(gone)
            gone.decompose()
        self._cut_middles()

    def _note_menu(self, hidden: Node) -> None:
        """Links of a menu that opens when somebody points at it; a lone hidden link is a trap for robots."""
        if len(self.menu) >= MAX_LINKS:
            return
        links = hidden.css("a[href]")
        if len(links) >= MENU_LINKS:
            self.menu += [(node.attributes.get("href") or "", fold(node.text())) for node in links[:MAX_LINKS]]

    def _leave(self, kind: int, blocks: list[tuple[str, Node, bool, Place]]) -> None:
        if kind >= _HOLDER:
            if self._buffer:
                self._flush(blocks[-1])
            blocks.pop()
        elif kind == _ANCHOR and self._anchors:
            link, start = self._anchors.pop()
            if start < len(self._buffer):
                link.text = fold("".join(self._buffer[start:])) or link.text

    def _block(
        self, node: Node, tag: str, kind: int, attributes: dict[str, str | None], outer: tuple[str, Node, bool, Place]
    ) -> tuple[str, Node, bool, Place]:
        place = outer[3]
        if place is not Place.FOOTER:
            place = self._place(tag, attributes, place)
        if kind == _HOLDER and outer[2]:
            return outer[0], outer[1], True, place
        return tag, node, kind == _BLOCK, place

    def _place(self, tag: str, attributes: dict[str, str | None], outer: Place) -> Place:
        if tag == "footer":
            return Place.FOOTER
        if tag == "nav":
            return Place.NAV
        if tag == "main":
            return Place.MAIN
        early = outer is Place.MAIN and len(self.lines) <= HEADER_LINES
        if tag == "header":
            return Place.HEADER if early else outer
        if attributes and tag in _PLACED:
            name = f"{attributes.get('id') or ''} {attributes.get('class') or ''} {attributes.get('role') or ''}"
            named = _named_place(name) if len(name) > 4 else None
            if named is not None and (named is not Place.HEADER or early):
                return named
        return outer

    def _flush(self, block: tuple[str, Node, bool, Place]) -> None:
        buffer = self._buffer
        joined = "".join(buffer)
        text = fold(joined)
        if self._anchors:
            for link, start in self._anchors:
                if not link.text:
                    link.text = fold("".join(buffer[start:]))
            self._anchors = [(link, 0) for link, _ in self._anchors]
        buffer.clear()
        if text:
            tag, node, _, place = block
            level = _LEVELS.get(tag, 0)
            self.lines.append(Line(text[:MAX_LINE], tag, level, place, len(self.lines), node, self._here))
            self._here = []

    def _enter_anchor(self, node: Node, attributes: dict[str, str | None], place: Place) -> None:
        href = (attributes.get("href") or "").strip()
        link = Link(href, self._resolve, "", place, len(self.lines), node)
        label = attributes.get("aria-label") or attributes.get("title")
        if label and not node.text(strip=True):
            link.text = fold(label)
        self._anchors.append((link, len(self._buffer)))
        if href and len(self.links) < MAX_LINKS:
            self.links.append(link)
            self._here.append(link)

    def _image(self, node: Node, attributes: dict[str, str | None], place: Place) -> None:
        source = (attributes.get("src") or "").strip()
        if not source or source.startswith("data:"):
            source = (attributes.get("data-src") or attributes.get("data-lazy-src") or "").strip()
        alt = fold(attributes.get("alt") or "")
        around = self._anchors[-1][0] if self._anchors else None
        if around is not None and alt and not around.text:
            around.text = alt
        url = self._resolve(source) if source and not source.startswith("data:") else None
        self.images.append(Image(url, alt, place, len(self.lines), around.url if around else None, node))

    def _cut_middles(self) -> None:
        self.lines = _without_middle(self.lines, MAX_LINES)
        self.links = _without_middle(self.links, MAX_LINKS)
        self.images = _without_middle(self.images, MAX_LINKS)


def _without_middle(found: list[T], most: int) -> list[T]:
    """The first three quarters and the last quarter of what may be kept."""
    first = most * 3 // 4
    return found if len(found) <= most else [*found[:first], *found[first - most :]]


@lru_cache(maxsize=8192)
def _named_place(name: str) -> Place | None:
    """The place that id, class and role of a block name."""
    if _FOOTERISH.search(name):
        return Place.FOOTER
    if _NAVISH.search(name):
        return Place.NAV
    return Place.HEADER if _HEADERISH.search(name) else None

"""One pass over a page: visible lines, links and images, each with its place.

Reads the page as the parser writes it out again instead of asking each node: one string of a page of 280 elements costs
0.06 ms, asking its 650 nodes for name, text and attributes ten times as much (27 KiB, 2026-11). The loop is iterative,
so depth costs nothing.
"""

from __future__ import annotations

from typing import TypeVar

from domainscout.markup.attributes import unescaped, value
from domainscout.markup.parts import Image, Line, Link, Place
from domainscout.markup.pieces import HEAD_NAMES, Pieces, says_something
from domainscout.markup.tags import (
    ANCHOR,
    ANCHOR_END,
    BLOCK_END,
    BREAK,
    HIDDEN,
    HOLDER,
    IMAGE,
    INLINE,
    RAW,
    SKIP,
    VOID_NAMES,
    known,
    meaning,
)
from domainscout.markup.text import Resolver, are_lines_apart, fold
from domainscout.markup.tree import Node, Tree

T = TypeVar("T")

MAX_PIECES = 60_000
"""Tags read of one page: a page of 2 MiB nested a million deep must not hold the event loop."""
MAX_LINE = 20_000
"""Characters kept of one line of text."""
MAX_LINES = 4_000
"""Lines kept of one page, first three quarters from the top, the rest from the end, where footers are."""
MAX_HREF = 4_000
"""Characters kept of the address of a link: longer ones are data, or made to be slow to read."""
MAX_LINKS = 4_000
"""Links kept of one page, and images, in the same way."""
MENU_LINKS = 3
"""Links of a hidden node from which it is a menu."""
HEADER_LINES = 40
"""Lines after which a header is no longer the page's own."""

_WITHIN_LINE = frozenset([INLINE, ANCHOR])
_LEVELS = {f"h{n}": n for n in range(1, 7)}

Block = tuple[str, int, bool, Place]
"""Name and number of the element that lines belong to, whether it is more than a mere holder, place."""


class _Anchor:
    """An anchor that is open: its link, its tag, where its text begins, whether it has held text or whole lines."""

    __slots__ = ("broken", "link", "said", "start", "tag")

    def __init__(self, link: Link, tag: str, start: int) -> None:
        self.link = link
        self.tag = tag
        self.start = start
        self.said = False
        self.broken = False


class Walk:
    """The pass: fills `lines`, `links`, `images`, `menu`.

    Attributes:
        strays: names of elements of the head that stand within the body.
    """

    def __init__(self, tree: Tree, resolve: Resolver, ruled_out: set[int]) -> None:
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.menu: list[tuple[str, str]] = []
        self.strays: set[str] = set()
        self._tree = tree
        self._resolve = resolve
        self._ruled_out = _numbers(tree, ruled_out) if ruled_out else frozenset()
        self._buffer: list[str] = []
        self._here: list[Link] = []
        self._anchors: list[_Anchor] = []
        self._hidden: list[tuple[int, int]] = []
        # The text of the last mere anchor, as written and as read: most are a line of their own.
        self._heard = ("", "")

    def run(self) -> None:
        """Read the whole page in document order."""
        buffer, anchors, ruled_out = self._buffer, self._anchors, self._ruled_out
        block: Block = ("body", 0, False, Place.MAIN)
        around = [block]
        number = gone = 0  # nodes met so far and kept; nodes hidden
        ended = False  # an element within the line has ended, and no text came since
        pieces = Pieces(self._source(), MAX_PIECES)
        if pieces.start:
            buffer.append(pieces.start)
        for piece in pieces:
            tag, closed, text = piece.partition(">")
            what = known.get(tag)
            if what is None or not closed:
                if not closed or tag[:1] == "!":
                    tag, text = pieces.whole_tag(piece)
                what = meaning(tag)
            kind, name, place = what
            if kind >= INLINE:
                number += 1
                if ruled_out and number + gone in ruled_out and kind != SKIP and " " in tag:
                    kind = HIDDEN
                if BREAK <= kind <= RAW:
                    if buffer:
                        self._flush(block)
                    if kind != BREAK:
                        around.append(block)
                        if place is not None:
                            block = self._placed(kind, name, number, place, block)
                        elif kind != HOLDER or not block[2]:
                            block = (name, number, kind != HOLDER, block[3])
                        if kind == RAW:
                            text = self._raw(name, text, pieces, block)
                            block = around.pop()
                    elif name in HEAD_NAMES:
                        self.strays.add(name)
                elif kind == ANCHOR:
                    if anchors or not pieces.goes_on_with("/a>"):
                        self._enter_anchor(tag, block[3], number)
                    else:
                        self._mere_anchor(tag, text, block[3], number)
                elif kind == IMAGE:
                    self._image(tag, block[3], number)
                elif SKIP <= kind <= HIDDEN:
                    within = 0
                    if name not in VOID_NAMES:
                        within, text, says = pieces.past_element(name, text)
                        if says:
                            for anchor in anchors:
                                anchor.said = True
                    if kind == HIDDEN:
                        self._hidden.append((number + gone, within))
                        number -= 1
                        gone += within + 1
                    else:
                        number += within
            elif kind == BLOCK_END:
                if buffer:
                    self._flush(block)
                if len(around) > 1:
                    block = around.pop()
            elif kind == ANCHOR_END and anchors:
                self._leave_anchor()
            if text:
                if not text.isspace():
                    if (
                        ended
                        and buffer
                        and kind in _WITHIN_LINE
                        and (are_lines_apart(buffer[-1], text) or (kind == ANCHOR and text[0] == "@"))
                    ):
                        self._flush(block)
                    buffer.append(text)
                elif buffer:
                    buffer.append(" ")
                ended = False
            elif kind <= ANCHOR_END:
                ended = True
        if buffer:
            self._flush(block)
        while anchors:
            self._leave_anchor()
        self.strays |= pieces.strays
        self._cut_middles()

    def _placed(self, kind: int, name: str, number: int, place: Place, outer: Block) -> Block:
        """The block of an element that opens a place, where that counts."""
        around = outer[3]
        if around is Place.FOOTER or (place is Place.HEADER and not self._is_early(around)):
            place = around
        if kind != HOLDER or not outer[2]:
            return name, number, kind != HOLDER, place
        return outer if place is around else (outer[0], outer[1], True, place)

    def _is_early(self, around: Place) -> bool:
        return around is Place.MAIN and len(self.lines) <= HEADER_LINES

    def _raw(self, name: str, text: str, pieces: Pieces, block: Block) -> str:
        """Reads an element whose text is written raw; returns the text after it."""
        raw, after = pieces.raw_text(name, text)
        if raw and not raw.isspace():
            self._buffer.append(raw.replace("&", "&amp;"))
            self._flush(block)
        return after

    def _flush(self, block: Block) -> None:
        buffer = self._buffer
        text = buffer[0] if len(buffer) == 1 else "".join(buffer)
        if block[0] == "pre" and "\n" in text:
            text = self._rows(text, block)
        text = self._heard[1] if text is self._heard[0] else fold(unescaped(text) if "&" in text else text)
        for anchor in self._anchors:
            heard = self._hear(anchor)
            if heard and not anchor.broken:
                anchor.link.text = heard
                anchor.broken = True
            anchor.start = 0
        buffer.clear()
        if text:
            tag, number, _, place = block
            lines = self.lines
            level = _LEVELS.get(tag, 0)
            lines.append(Line(text[:MAX_LINE], tag, level, place, len(lines), self._here, self._tree, number))
            self._here = []

    def _rows(self, text: str, block: Block) -> str:
        """Makes lines of the rows of preformatted text, all but the last one, which it returns."""
        *rows, last = [row for row in text.split("\n") if row and not row.isspace()] or [""]
        tag, number, _, place = block
        for row in rows:
            folded = fold(unescaped(row) if "&" in row else row)
            links = [link for link in self._here if link.text and link.text in folded]
            self._here = [link for link in self._here if link not in links]
            if folded:
                self.lines.append(Line(folded[:MAX_LINE], tag, 0, place, len(self.lines), links, self._tree, number))
            for link in (*links, *self._here):
                link.line = len(self.lines) - (link in links)
        return last

    def _enter_anchor(self, tag: str, place: Place, number: int) -> None:
        href = value(tag, ' href="')[:MAX_HREF].strip()
        link = Link(href, self._resolve, place, len(self.lines), self._tree, number)
        self._anchors.append(_Anchor(link, tag, len(self._buffer)))
        if href and len(self.links) < MAX_LINKS:
            self.links.append(link)
            self._here.append(link)

    def _mere_anchor(self, tag: str, text: str, place: Place, number: int) -> None:
        """An anchor that holds text and nothing else, as most do."""
        href = value(tag, ' href="')[:MAX_HREF].strip()
        if not href or len(self.links) >= MAX_LINKS:
            return
        link = Link(href, self._resolve, place, len(self.lines), self._tree, number)
        self.links.append(link)
        self._here.append(link)
        link.mere = True
        link.text = heard = fold(unescaped(text) if "&" in text else text)
        self._heard = (text, heard)
        if not heard and not says_something(text):
            link.text = fold(value(tag, ' aria-label="') or value(tag, ' title="'))

    def _leave_anchor(self) -> None:
        anchor = self._anchors.pop()
        text = self._hear(anchor)
        if text:
            anchor.link.text = f"{anchor.link.text} {text}" if anchor.broken else text
        elif not anchor.said:
            label = value(anchor.tag, ' aria-label="') or value(anchor.tag, ' title="')
            anchor.link.text = fold(label) or anchor.link.text

    def _hear(self, anchor: _Anchor) -> str:
        """Text that an open anchor holds since the last line."""
        parts = self._buffer[anchor.start :]
        if not parts:
            return ""
        source = parts[0] if len(parts) == 1 else "".join(parts)
        text = fold(unescaped(source) if "&" in source else source)
        # Characters nobody sees are no words of a link, but it is not empty either.
        if text or says_something(source):
            anchor.said = True
        return text

    def _image(self, tag: str, place: Place, number: int) -> None:
        source = value(tag, ' src="').strip()
        if not source or source.startswith("data:"):
            source = (value(tag, ' data-src="') or value(tag, ' data-lazy-src="')).strip()
            if source.startswith("data:"):
                source = ""
        alt = fold(value(tag, ' alt="'))
        around = self._anchors[-1].link if self._anchors else None
        if around is not None and alt and not around.text:
            around.text = alt
        self.images.append(Image(tag, source, self._resolve, alt, place, len(self.lines), around, self._tree, number))

    def remove_hidden(self) -> None:
        """Take hidden nodes out of the tree; nobody may have asked for a node before."""
        nodes = self._tree.hide([number for number, _ in self._hidden])
        for node, (_, within) in zip(nodes, self._hidden, strict=False):
            if within >= MENU_LINKS:
                self._note_menu(node)

    def _note_menu(self, hidden: Node) -> None:
        """Links of a menu that opens when somebody points at it; a lone hidden link is a trap for robots."""
        if len(self.menu) >= MAX_LINKS:
            return
        links = hidden.css("a[href]")
        if len(links) >= MENU_LINKS:
            self.menu += [(node.attributes.get("href") or "", fold(node.text())) for node in links[:MAX_LINKS]]

    def _source(self) -> str:
        root = self._tree.root
        return (root.inner_html or "") if root is not None else ""

    def _cut_middles(self) -> None:
        dropped = len(self.lines) - MAX_LINES
        self.lines = _without_middle(self.lines, MAX_LINES)
        self.links = _without_middle(self.links, MAX_LINKS)
        self.images = _without_middle(self.images, MAX_LINKS)
        if dropped > 0:
            self._close_up(MAX_LINES * 3 // 4, dropped)

    def _close_up(self, first: int, dropped: int) -> None:
        """Number lines anew from one on, with what stands in them; what stood in lines that are gone is put there."""
        for index, line in enumerate(self.lines[first:], start=first):
            line.index = index
        parts: list[Link | Image] = [*self.links, *self.images]
        for part in parts:
            if part.line >= first:
                part.line = max(first, part.line - dropped)


def _numbers(tree: Tree, wanted: set[int]) -> frozenset[int]:
    """The numbers of nodes with these `mem_id`s, in document order."""
    nodes = tree.root.traverse() if tree.root is not None else ()
    return frozenset(number for number, node in enumerate(nodes) if node.mem_id in wanted)


def _without_middle(found: list[T], most: int) -> list[T]:
    """The first three quarters and the last quarter of what may be kept."""
    first = most * 3 // 4
    return found if len(found) <= most else [*found[:first], *found[first - most :]]

"""What a page is made of for its readers: lines, links and images, each with its place and its node."""

from __future__ import annotations

from enum import StrEnum

from domainscout.markup.attributes import value
from domainscout.markup.text import Resolver
from domainscout.markup.tree import Node, Tree


class Place(StrEnum):
    """Where on the page something stands."""

    HEADER = "header"
    NAV = "nav"
    MAIN = "main"
    FOOTER = "footer"


class Link:
    """An anchor. `href` as written, `url` absolute and without fragment (None where it is not http), `mere` when it
    holds text and nothing else."""

    __slots__ = ("_number", "_resolve", "_tree", "_url", "href", "line", "mere", "place", "text")

    def __init__(self, href: str, resolve: Resolver, place: Place, line: int, tree: Tree, number: int) -> None:
        self.href = href
        self.text = ""
        self.mere = False
        self.place = place
        self.line = line
        self._resolve: Resolver | None = resolve
        self._url: str | None = None
        self._tree = tree
        self._number = number

    @property
    def url(self) -> str | None:
        """The absolute address; worked out when first asked for, since most links are never asked."""
        if self._resolve is not None:
            self._url = self._resolve(self.href)
            self._resolve = None
        return self._url

    @property
    def node(self) -> Node:
        """The anchor in the tree."""
        return self._tree[self._number]


class Image:
    """An image. `tag` is its start tag as the parser writes it out again, without brackets, `source` its address as
    written, `url` absolute (None for a picture within the page), `around` the anchor it stands in."""

    __slots__ = ("_number", "_resolve", "_tree", "alt", "around", "line", "place", "source", "tag")

    def __init__(
        self,
        tag: str,
        source: str,
        resolve: Resolver,
        alt: str,
        place: Place,
        line: int,
        around: Link | None,
        tree: Tree,
        number: int,
    ) -> None:
        self.alt = alt
        self.place = place
        self.line = line
        self.around = around
        self.source = source
        self.tag = tag
        self._resolve = resolve
        self._tree = tree
        self._number = number

    @property
    def url(self) -> str | None:
        """The absolute address of the picture."""
        return self._resolve(self.source) if self.source else None

    @property
    def link(self) -> str | None:
        """The absolute address of the anchor around it."""
        return self.around.url if self.around is not None else None

    def attribute(self, name: str) -> str:
        """The value of an attribute; empty where there is none."""
        return value(self.tag, f' {name}="')

    @property
    def node(self) -> Node:
        """The image in the tree."""
        return self._tree[self._number]


class Line:
    """Visible text of one block, whitespace folded. `level` is 1 to 6 in a heading, else 0."""

    __slots__ = ("_number", "_tree", "index", "level", "links", "place", "tag", "text")

    def __init__(
        self, text: str, tag: str, level: int, place: Place, index: int, links: list[Link], tree: Tree, number: int
    ) -> None:
        self.text = text
        self.tag = tag
        self.level = level
        self.place = place
        self.index = index
        self.links = links
        self._tree = tree
        self._number = number

    @property
    def node(self) -> Node:
        """The block in the tree."""
        return self._tree[self._number]

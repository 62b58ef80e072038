"""The tree of a page as the parser made it, less what is hidden. It may be let go and is made again when asked for.

A tree takes two thirds of the memory of a parsed page (310 KB of 450 for 25 KiB of source, 2026-11) and a tenth of the
time, so documents that wait for their extractors do without. Nodes are looked up by number when somebody asks for one,
which few do: a page has hundreds, and each costs an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from domainscout.markup.tame import tame

Node = LexborNode


class Tree:
    """The tree of one page.

    Args:
        html: decoded source.
    """

    __slots__ = ("_found", "_hidden", "_html", "_parser", "_rest")

    def __init__(self, html: str) -> None:
        self._html = html
        self._hidden: tuple[int, ...] = ()
        self._parser: LexborHTMLParser | None = None
        self._found: list[Node] = []
        self._rest: Iterator[Node] | None = None

    @property
    def parser(self) -> LexborHTMLParser:
        """The whole document."""
        if self._parser is None:
            self._parser = LexborHTMLParser(tame(self._html))
            self._remove_hidden()
        return self._parser

    @property
    def root(self) -> Node | None:
        """What is read: the body, where there is one."""
        return self.parser.body or self.parser.root

    def __getitem__(self, number: int) -> Node:
        """The element or comment with that number in document order, the root is 0."""
        found = self._found
        if number >= len(found):
            if self._rest is None:
                self._rest = iter(self.root.traverse()) if self.root is not None else iter(())
            found += islice(self._rest, number + 1 - len(found))
        # A page that breaks its own source on purpose may count more than it has.
        return found[number] if number < len(found) else found[0]

    def hide(self, numbers: Sequence[int]) -> Iterator[Node]:
        """Take nodes out for good, each after it was given out; numbers ascend, and count what is hidden too."""
        self._hidden = tuple(numbers)
        yield from self._removed()

    def let_go(self) -> None:
        """Forget the tree until somebody asks for it."""
        self._parser, self._found, self._rest = None, [], None

    def _remove_hidden(self) -> None:
        for _ in self._removed():
            pass

    def _removed(self) -> Iterator[Node]:
        """The hidden nodes; all are found before the first one goes."""
        if not self._hidden or self.root is None:
            return
        nodes, picked, passed = self.root.traverse(), list[Node](), 0
        for number in self._hidden:
            picked += islice(nodes, number - passed, number - passed + 1)
            passed = number + 1
        for node in picked:
            yield node
            node.decompose()

"""The source of a page as the parser writes it out again, in pieces: each a tag and the text after it.

In that form tags are balanced, `<` and `>` in text and values are escaped, and only raw text, comments and broken names
need care. Owns that care; what tags mean is the business of `markup.tags`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import length_hint

from domainscout.markup.tags import RAW_NAMES

HEAD_NAMES = frozenset(["base", "meta"])
"""Elements of the head that count wherever they stand."""

_SCRIPT = re.compile(r"/?script[\s/>]", re.I)


class Pieces:
    """What stands after each `<`, in order; everybody who reads goes on where the last one stopped.

    Attributes:
        start: text before the first tag.
        strays: names of elements of the head that stand in elements that were passed.
    """

    __slots__ = ("_every", "_rest", "start", "strays")

    def __init__(self, source: str, most: int) -> None:
        every = source.split("<", most)
        if len(every) > most:
            every.pop()
        self._every = every
        self._rest = iter(every)
        self.start = next(self._rest, "")
        self.strays: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        return self._rest

    def goes_on_with(self, start: str) -> bool:
        """Whether the next piece begins like this."""
        left = length_hint(self._rest)
        return left > 0 and self._every[-left].startswith(start)

    def whole_tag(self, piece: str) -> tuple[str, str]:
        """A tag and the text after it; a broken page may have `<` in the name of an attribute.

        The text of a comment is what follows the comment.
        """
        if piece.startswith("!--"):
            return "!--", self._after_comment(piece)
        if ">" not in piece:
            parts = [piece]
            for part in self._rest:
                parts.append(part)
                if ">" in part:
                    break
            piece = "<".join(parts)
        tag, _, text = piece.partition(">")
        return tag, text

    def raw_text(self, name: str, text: str) -> tuple[str, str]:
        """The text of an element whose text is written raw, and the text after the element."""
        parts = [text]
        end = f"/{name}>"
        if name == "plaintext":  # nothing ends it but the page
            parts += self._rest
            while len(parts) > 1 and not parts.pop().startswith(end):
                pass
            return "<".join(parts), ""
        nested = _Nested() if name == "script" else None
        for piece in self._rest:
            inner = nested is not None and nested.goes_on(parts[-1], piece)
            if not inner and piece.startswith(end):
                return "<".join(parts), piece[len(end) :]
            parts.append(piece)
        return "<".join(parts), ""

    def past_element(self, name: str, text: str) -> tuple[int, str, bool]:
        """Reads past an element: the number of nodes in it, the text after it, whether it holds text."""
        if name in RAW_NAMES:
            raw, after = self.raw_text(name, text)
            return 0, after, bool(raw.strip())
        nodes, depth, end, after = 0, 1, f"/{name}", ""
        says = says_something(text)
        for piece in self._rest:
            tag, closed, after = piece.partition(">")
            if not closed or tag[:1] == "!":
                tag, after = self.whole_tag(piece)
            if tag == end:
                depth -= 1
                if not depth:
                    break
            elif tag[:1] != "/":
                nodes += 1
                inner = tag.partition(" ")[0]
                if inner == name:
                    depth += 1
                elif inner in RAW_NAMES:
                    raw, after = self.raw_text(inner, after)
                    says = says or bool(raw.strip())
                elif inner == "template":
                    _, after, _ = self.past_element(inner, after)
                elif inner in HEAD_NAMES:
                    self.strays.add(inner)
            says = says or says_something(after)
        else:
            after = ""
        # What a template holds is no part of the tree.
        return (0, after, False) if name == "template" else (nodes, after, says)

    def _after_comment(self, piece: str) -> str:
        _, ended, after = piece[3:].partition("-->")
        while not ended:
            following = next(self._rest, None)
            if following is None:
                return ""
            _, ended, after = following.partition("-->")
        return after


class _Nested:
    """Whether "</script>" ends a script, which may hold "<!-- … <script> … </script>".

    Source: WHATWG HTML, 13.2.5.27 "script data double escaped state".
    """

    __slots__ = ("_escaped", "_nested")

    def __init__(self) -> None:
        self._escaped = self._nested = False

    def goes_on(self, before: str, piece: str) -> bool:
        """Whether the script goes on whatever the piece is; `before` is the piece before it."""
        if "-->" in before:
            self._escaped = self._nested = False
        if piece.startswith("!--"):
            self._escaped = True
        elif self._escaped and _SCRIPT.match(piece):
            if piece[0] != "/":
                self._nested = True
            elif self._nested:
                self._nested = False
                return True
        return self._nested


def says_something(text: str) -> bool:
    """Whether text of a page is more than space."""
    return bool(text) and not text.isspace() and bool(text.replace("&nbsp;", " ").strip())

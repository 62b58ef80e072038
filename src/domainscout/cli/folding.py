"""Text as a terminal can take it: no control characters of strangers, and lines that break where a reader would.

What sites and files say is printed by us: an escape sequence in a company's name must not reach the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HARMFUL = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\ufffd"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), ""),
    ord("\n"): "\n",
    ord("\t"): "\t",
}
"""Control characters are shown as what they are, a fault; those that turn the direction of writing are left out."""

_GAPS = re.compile(r"( {2,}· {2,}| {5,}(?=[A-Z])| · )")
"""Where a line is broken first: between its parts."""

_LABEL = re.compile(r"\S+(?: \S+)? {2,}")
FURTHEST_INDENT = 24


def harmless(text: str) -> str:
    """The text without characters that would command the terminal."""
    return text.translate(_HARMFUL)


def folded(text: str, width: int, *, indent: int | None = None) -> str:
    """Lines of at most so many columns, broken between parts or words; what goes on is indented.

    Args:
        text: one line or several.
        width: columns of the terminal.
        indent: of continuation lines; by default that of the text behind the line's label.
    """
    return "\n".join(part for line in text.split("\n") for part in _folded_line(line, width, indent))


def _folded_line(line: str, width: int, indent: int | None) -> Iterator[str]:
    if _columns(line) <= width:
        yield line
        return
    margin = " " * (_indent_of(line) if indent is None else indent)
    row = ""
    pieces = _GAPS.split(line)
    for gap, piece in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        if _columns(row) < len(margin) or _columns(row + gap + piece) <= width:
            row += gap + piece
        else:
            yield row.rstrip()
            row = margin + piece
        while _columns(row) > width:
            cut = _last_space(row, width, len(margin))
            if cut is None:
                break
            yield row[:cut].rstrip()
            row = margin + row[cut:].lstrip()
    if row.strip():
        yield row


def _last_space(row: str, width: int, margin: int) -> int | None:
    """Where to break between words: before the edge, else behind the word that crosses it."""
    fits = 0
    for number in range(len(row)):
        if _columns(row[: number + 1]) > width:
            break
        fits = number + 1
    before = row.rfind(" ", margin + 1, fits + 1)
    if before > margin and row[:before].strip():
        return before
    behind = row.find(" ", max(margin + 1, fits))
    return behind if behind > 0 else None


def _indent_of(line: str) -> int:
    found = _LABEL.match(line)
    return found.end() if found and found.end() <= FURTHEST_INDENT else 2 + len(line) - len(line.lstrip())


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)

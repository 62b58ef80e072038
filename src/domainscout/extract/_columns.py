"""Which cells of a page's tables stand below a heading for fax numbers. Owns the reading of column headings.

A table of branches says "Phone" and "Fax" once, in its first row; the numbers below have no label of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from domainscout.markup import Document, Line, Node

_FAX = re.compile(r"^\W*(?:tele)?(?:fax|facs(?:imile)?|t[ée]l[ée]copie(?:ur)?|faks)\b(?!.*\d)", re.I)
_ANY_FAX = re.compile(r"fa(?:x|cs|ks)|t[ée]l[ée]copie")
_MAX_TABLES = 60
_MAX_ROWS = 300
"""Tables of a page, and rows of a table, that are looked at."""
_CACHE: WeakKeyDictionary[Document, frozenset[int]] = WeakKeyDictionary()


def below_fax(document: Document, line: Line) -> bool:
    """Whether a line stands in a column of fax numbers."""
    cells = _CACHE.get(document)
    if cells is None:
        cells = _CACHE[document] = frozenset(_cells(document))
    if not cells:
        return False
    node: Node | None = line.node
    for _ in range(4):
        if node is None:
            return False
        if node.mem_id in cells:
            return True
        node = node.parent
    return False


def _cells(document: Document) -> Iterator[int]:
    if not _ANY_FAX.search(document.lowered) or "<t" not in document.html:
        return
    for table in document.tree.css("table")[:_MAX_TABLES]:
        if any(inner.mem_id != table.mem_id for inner in table.css("table")):
            continue
        column, width = -1, 0
        for row in table.css("tr")[:_MAX_ROWS]:
            cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
            if column < 0 or len(cells) != width:
                column, width = _heading(cells), len(cells)
            else:
                yield cells[column].mem_id


def _heading(cells: list[Node]) -> int:
    """The column whose heading says fax in a row of headings; -1 where there is none."""
    if len(cells) < 2:
        return -1
    texts = [cell.text(deep=True).strip() for cell in cells]
    if any(len(text) > 30 or sum(c.isdigit() for c in text) > 4 for text in texts):
        return -1
    return next((at for at, text in enumerate(texts) if _FAX.search(text)), -1)

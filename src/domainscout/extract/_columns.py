"""Which cells of a page's tables stand below a heading for fax numbers. Owns the reading of column headings.

A table of branches says "Phone" and "Fax" once, in its first row; the numbers below have no label of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._lines import Question, words_of_site
from domainscout.extract._people_words import listed
from domainscout.extract.base import Reading
from domainscout.markup import Document, Line, Node

_FAX = re.compile(r"^\W*(?:tele)?(?:fax|facs(?:imile)?|t[ée]l[ée]copie(?:ur)?|faks)\b(?!.*\d)", re.I)
_NAMING = Question(
    lambda: listed("fax telefax facs telefacs facsimile telefacsimile telecopie telecopieur faks telefaks")
)
"""Words that such a heading begins with."""
_MAX_HEADING = 30
"""Characters of a heading."""
_MAX_TABLES = 60
_MAX_ROWS = 300
"""Tables of a page, and rows of a table, that are looked at."""


def fax_cells(reading: Reading) -> dict[Document, frozenset[int]]:
    """By page, the `mem_id`s of the cells below a heading for fax numbers; pages without such a line are left out."""
    maybe = words_of_site(reading).answering(_NAMING)
    headings = {text for text in maybe if len(text) <= _MAX_HEADING and _FAX.search(text)}
    pages = [read.document for read in reading.pages] if headings else []
    headed = (page for page in pages if any(line.text in headings for line in page.lines))
    return {page: cells for page in headed if (cells := frozenset(_cells(page)))}


def below_fax(cells: frozenset[int], line: Line) -> bool:
    """Whether a line stands in a column of fax numbers.

    Args:
        cells: those of its page, as `fax_cells` gives them.
    """
    node: Node | None = line.node if cells else None
    for _ in range(4):
        if node is None:
            return False
        if node.mem_id in cells:
            return True
        node = node.parent
    return False


def _cells(document: Document) -> Iterator[int]:
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
    if any(len(text) > _MAX_HEADING or sum(c.isdigit() for c in text) > 4 for text in texts):
        return -1
    return next((at for at, text in enumerate(texts) if _FAX.search(text)), -1)

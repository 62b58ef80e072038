"""Excel: one sheet a table, header frozen, widths set, links clickable, rows written as they come (constant memory)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import xlsxwriter

from domainscout.cells import safe
from domainscout.export.lines import JOINT

ROWS_LIMIT = 1_048_576
"""Rows a sheet of Excel has; what does not fit goes on in another sheet."""

LINKS_LIMIT = 65_530
"""Links a sheet of Excel may hold; further addresses are plain text."""

LINK_CHARS = 2079
CELL_CHARS = 32_767
"""Longest link and longest text of a cell in Excel."""

Row = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: its columns with their widths in characters, the profile fields it needs, and its rows for a
    profile."""

    name: str
    columns: dict[str, int]
    fields: tuple[str, ...]
    rows: Callable[[dict[str, Any]], Iterator[Row]]


_COMPANY = {
    "domain": 28,
    "status": 9,
    "error_category": 14,
    "error": 30,
    "crawled_at": 22,
    "company_name": 32,
    "legal_name": 32,
    "acronym": 10,
    "business_type": 16,
    "short_description": 60,
    "long_description": 60,
    "language": 9,
    "redirected_to": 24,
    "logo_url": 40,
    "hours": 30,
    "tags": 30,
    "tech_stack": 30,
    "notes": 30,
    "pages": 7,
    "bytes": 10,
    "seconds": 8,
    "job": 10,
}


def _company_rows(profile: dict[str, Any]) -> Iterator[Row]:
    cells = (profile[name] for name in _COMPANY)
    yield [JOINT.join(map(str, cell)) if isinstance(cell, list) else cell for cell in cells]


def _contact_rows(profile: dict[str, Any]) -> Iterator[Row]:
    for phone in profile["phones"]:
        yield "phone", phone["number"], phone["kind"], phone["label"]
    for number in profile["faxes"]:
        yield "fax", number, None, None
    for address in profile["emails"]:
        yield "email", address, None, None


def _address_rows(profile: dict[str, Any]) -> Iterator[Row]:
    names = ("full", "street", "city", "region", "postcode", "country", "hq")
    yield from ([address[name] for name in names] for address in profile["addresses"])


def _people_rows(profile: dict[str, Any]) -> Iterator[Row]:
    yield from ((person["name"], person["title"], person["email"], person["url"]) for person in profile["people"])


def _social_rows(profile: dict[str, Any]) -> Iterator[Row]:
    yield from ((network, url) for network, url in profile["social"].items() if url)


_INDUSTRY = ("sic_code", "sic_text", "sub_industry", "industry", "sector")


def _industry_rows(profile: dict[str, Any]) -> Iterator[Row]:
    if any(profile[name] for name in _INDUSTRY):
        yield [profile[name] for name in _INDUSTRY]


def _certification_rows(profile: dict[str, Any]) -> Iterator[Row]:
    yield from ([name] for name in profile["certifications"])


def _service_rows(profile: dict[str, Any]) -> Iterator[Row]:
    yield from (("service", name) for name in profile["services"])
    yield from (("product", name) for name in profile["products"])


_EVIDENCE = {"field": 22, "value": 40, "url": 50, "quote": 60, "method": 18, "confidence": 11, "reader": 28}


def _evidence_rows(profile: dict[str, Any]) -> Iterator[Row]:
    yield from ([line.get(name) for name in _EVIDENCE] for line in profile["evidence"])


TABLES = (
    Table(name="companies", columns=_COMPANY, fields=tuple(_COMPANY), rows=_company_rows),
    Table(
        name="contacts",
        columns={"type": 8, "value": 34, "kind": 10, "label": 24},
        fields=("phones", "faxes", "emails"),
        rows=_contact_rows,
    ),
    Table(
        name="addresses",
        columns={"full": 60, "street": 32, "city": 20, "region": 18, "postcode": 12, "country": 9, "hq": 6},
        fields=("addresses",),
        rows=_address_rows,
    ),
    Table(
        name="people",
        columns={"name": 28, "title": 32, "email": 30, "url": 40},
        fields=("people",),
        rows=_people_rows,
    ),
    Table(name="social", columns={"network": 12, "url": 60}, fields=("social",), rows=_social_rows),
    Table(
        name="industry",
        columns={"sic_code": 9, "sic_text": 50, "sub_industry": 32, "industry": 32, "sector": 32},
        fields=_INDUSTRY,
        rows=_industry_rows,
    ),
    Table(name="certifications", columns={"certification": 40}, fields=("certifications",), rows=_certification_rows),
    Table(name="services", columns={"type": 9, "name": 60}, fields=("services", "products"), rows=_service_rows),
    Table(name="evidence", columns=_EVIDENCE, fields=("evidence",), rows=_evidence_rows),
)
"""The sheets of cli.md. All but the first begin with a column `domain` that ties them together."""


class WorkbookWriter:
    """The workbook, a sheet for each table whose fields are wanted."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(stream, options)
        wanted = set(fields)
        self._sheets = [_Sheet(self._book, table, wanted) for table in TABLES if wanted & set(table.fields)]

    def write(self, profiles: Sequence[dict[str, Any]]) -> None:
        """Add profiles."""
        for profile in profiles:
            for sheet in self._sheets:
                sheet.add(profile)

    def close(self) -> None:
        """Put the sheets together."""
        self._book.close()


class _Sheet:
    """One table, on as many sheets as its rows need."""

    def __init__(self, book: Any, table: Table, wanted: set[str]) -> None:
        self._book = book
        self._table = table
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._link = book.get_default_url_format()
        self._has_domain = "domain" in table.columns
        self._kept = [
            place
            for place, name in enumerate(table.columns)
            if not self._has_domain or name in wanted or name == "domain"
        ]
        self._number = 0
        self._open()

    def _open(self) -> None:
        self._number += 1
        self._row, self._links = 0, 0
        name = self._table.name if self._number == 1 else f"{self._table.name} {self._number}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 1)
        names, widths = list(self._table.columns), list(self._table.columns.values())
        header = [(names[place], widths[place]) for place in self._kept]
        if not self._has_domain:
            header.insert(0, ("domain", 28))
        for column, (title, width) in enumerate(header):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, title, self._bold)

    def add(self, profile: dict[str, Any]) -> None:
        """Add the rows of one profile."""
        for row in self._table.rows(profile):
            if self._row + 1 >= ROWS_LIMIT:
                self._open()
            self._row += 1
            cells = [row[place] for place in self._kept]
            if not self._has_domain:
                cells.insert(0, profile["domain"])
            for column, cell in enumerate(cells):
                self._put(column, cell)

    def _put(self, column: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(self._row, column, cell)
        elif isinstance(cell, int | float):
            self._sheet.write_number(self._row, column, cell)
        elif self._is_link(cell):
            self._links += 1
            self._sheet.write_url(self._row, column, cell, self._link, cell)
        else:
            self._sheet.write_string(self._row, column, safe(_printable(cell))[:CELL_CHARS])

    def _is_link(self, cell: str) -> bool:
        fits = len(cell) <= LINK_CHARS and self._links < LINKS_LIMIT
        return fits and cell.startswith(("https://", "http://")) and not any(char.isspace() for char in cell)


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r") if not text.isprintable() else text

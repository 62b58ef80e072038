"""Which part of a line is the domain: the line itself, or a column of a CSV file. Owns delimiters, headers and
quotes."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domainscout.domains import Verdict
from domainscout.errors import InputError
from domainscout.intake.files import Line

HEADERS = (
    "domain",
    "domains",
    "domain name",
    "domain_name",
    "company domain",
    "website",
    "web site",
    "website url",
    "company website",
    "homepage",
    "web",
    "url",
    "urls",
    "company url",
    "site",
    "host",
    "hostname",
)
"""Names of columns that hold domains, most telling first."""

EMAIL_HEADERS = ("email", "e-mail", "mail", "email address", "e-mail address", "emails")
DELIMITERS = ",;\t|"
SAMPLE = 50
"""Lines from the beginning that are looked at where there is no header."""

SAMPLE_SHARE = 0.6
"""Share of the sample that must name domains in a column for it to be the one."""

RECORD_LINES = 50
"""Lines that one quoted cell may spread over; more is a stray quote, and its lines are read one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is laid out.

    Attributes:
        delimiter: None where the whole line is the domain.
        index: number of the column, from 0.
        column: its name in the header; None without one.
        header: whether the first line is a header.
    """

    delimiter: str | None = None
    index: int = 0
    column: str | None = None
    header: bool = False


class Cell(NamedTuple):
    """The text that should name a domain, and the line it begins in; `problem` when there is no such cell."""

    number: int
    text: str
    problem: str | None = None


def layout_of(
    sample: Sequence[str], judge: Callable[[str], Verdict], column: str | None, emails: bool, name: str
) -> Layout:
    """How a file is laid out, judging from its first lines.

    Args:
        sample: the first lines with text.
        judge: tells whether a text names a domain.
        column: name or number (from 1) of the column, as `--column` says.
        emails: whether columns of e-mail addresses will do too.
        name: of the file, for errors.

    Raises:
        InputError: there is no such column.
    """
    if column is not None:
        return _named(sample[0] if sample else "", column, name)
    known = (*EMAIL_HEADERS, *HEADERS) if emails else HEADERS
    return _by_header(sample[0] if sample else "", known) or _by_sample(sample, judge)


def _named(first: str, column: str, name: str) -> Layout:
    delimiter = max(DELIMITERS, key=first.count)
    header = split(first, delimiter)
    names = [cell.strip().lower() for cell in header]
    if column.strip().lower() in names:
        index = names.index(column.strip().lower())
        return Layout(delimiter=delimiter, index=index, column=header[index].strip(), header=True)
    if column.isdigit() and 1 <= int(column) <= len(header):
        return Layout(delimiter=delimiter, index=int(column) - 1, column=column)
    raise InputError(
        f"{name} has no column '{column}'.",
        why=f"Its first line has: {', '.join(cell.strip() for cell in header)[:300]}",
        fix=f"--column {header[0].strip() or 1!r} · or its number: --column 1",
    )


def _by_header(first: str, known: Sequence[str]) -> Layout | None:
    for delimiter in DELIMITERS:
        cells = split(first, delimiter)
        names = [cell.strip().lower() for cell in cells]
        found = next((header for header in known if header in names), None)
        if found is not None:
            index = names.index(found)
            return Layout(delimiter=delimiter, index=index, column=cells[index].strip(), header=True)
    return None


def _by_sample(sample: Sequence[str], judge: Callable[[str], Verdict]) -> Layout:
    """Without a header: plain lines if most of them are domains, else the column in which most cells are."""
    if not sample or _share(sample, judge) >= SAMPLE_SHARE:
        return Layout()
    best, best_share = Layout(), SAMPLE_SHARE
    for delimiter in DELIMITERS:
        rows = [split(line, delimiter) for line in sample]
        for index in range(max(map(len, rows)) if any(len(row) > 1 for row in rows) else 0):
            share = _share([row[index] if index < len(row) else "" for row in rows], judge)
            if share > best_share or (share == best_share and best.delimiter is None):
                best, best_share = Layout(delimiter=delimiter, index=index, column=str(index + 1)), share
    return best


def _share(texts: Sequence[str], judge: Callable[[str], Verdict]) -> float:
    return sum(judge(text)[0] is not None for text in texts) / len(texts)


def cells(source: Iterator[Line], layout: Layout) -> Iterator[Cell]:
    """The cell of each record; blank lines and comments (`#` at the start of a plain line) are left out."""
    if layout.header:
        source = _after_header(source)
    if layout.delimiter is None:
        for line in source:
            text = line.text
            if text and not text.isspace() and not text.startswith("#"):
                yield Cell(line.number, text, f"too long ({line.chars:,} characters)" if line.cut else None)
        return
    for number, record, cut in _records(source):
        if record.strip():
            yield _cell(number, record, cut, layout.delimiter, layout.index)


def _after_header(source: Iterator[Line]) -> Iterator[Line]:
    return itertools.islice(itertools.dropwhile(lambda line: not line.text.strip(), source), 1, None)


def _records(source: Iterator[Line]) -> Iterator[tuple[int, str, int]]:
    """Lines, joined while a quote is open; `cut` is the length of a line that is not here in full, else 0."""
    for line in source:
        if '"' not in line.text or line.text.count('"') % 2 == 0:
            yield line.number, line.text, line.chars if line.cut else 0
            continue
        held = [line]
        for following in source:
            held.append(following)
            if following.text.count('"') % 2 == 1 or len(held) >= RECORD_LINES:
                break
        if sum(part.text.count('"') for part in held) % 2 == 0:
            yield line.number, "\n".join(part.text for part in held), 0
        else:
            yield from ((part.number, part.text.replace('"', ""), 0) for part in held)


def _cell(number: int, record: str, cut: int, delimiter: str, index: int) -> Cell:
    if cut:
        return Cell(number, record, f"too long ({cut:,} characters)")
    row = split(record, delimiter)
    if index >= len(row):
        return Cell(number, record, f"no column {index + 1} in this line")
    text = row[index]
    return Cell(number, text if text.strip() else record, None if text.strip() else "the column is empty")


def split(record: str, delimiter: str) -> list[str]:
    """The cells of one record; a record that breaks the rules of CSV is split at every delimiter."""
    if '"' not in record:
        return record.split(delimiter)
    try:
        return next(csv.reader([record], delimiter=delimiter, strict=True), [""])
    except csv.Error:
        return [cell.strip('"') for cell in record.split(delimiter)]

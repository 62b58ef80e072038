"""Pages made to make patterns blow up: long repeated strings of the characters that the contact extractors look for."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from domainscout.extract import addresses, emails, hours, phones, social
from domainscout.extract.base import Reading
from domainscout.records import Page, PageKind, Site

EXTRACTORS = (phones, emails, addresses, hours, social)
PIECES = (
    "1", "1 ", "12-", "(", "+1(", "1\n", "020 7946 0958 ", "555-0100/", "1-800-AB",
    "a", "a@", "a.b.", "a@a.", "x [at] ", " at a dot ", "a-a_", "document.write(", "'a'+",
    "Mon ", "9-5 ", "Mon 9:00-17:00 ", "24 ", "24/", "9:", "Mo-", "to ", "closed",
    "A", "A ", "12 High Street ", "12 High Street, ", "SW1A 1AA ", "12345 ", "Rue ", "a, ", "PO Box ",
    "CA 90210 ", "Str. 1, ",
    "ul. ", "co. ", "£", ", ", " - ", "é", "based in A",
)  # fmt: skip
SIZE = 120_000
LIMIT_S = 2.0
"""Far above what linear work needs on a slow machine, far below what one quadratic pattern takes."""


def reading_of(html: str) -> Reading:
    page = Page(url="https://example.co.uk/", kind=PageKind.HOME, html=html, fetched_at=datetime.now(UTC))
    return Reading(Site(domain="example.co.uk", pages=(page,)))


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("shape", ["one_line", "many_lines"])
def test_repeated_text_costs_linear_time(piece: str, shape: str) -> None:
    body = piece * (SIZE // len(piece))
    if shape == "many_lines":
        body = "".join(f"<p>{body[start : start + 90]}</p>" for start in range(0, len(body), 90))
    reading = reading_of(f"<html lang='en'><body><p>Tel 020 7946 0001</p><p>{body}</p></body></html>")
    for extractor in EXTRACTORS:
        started = time.process_time()
        extractor.read(reading)
        spent = time.process_time() - started
        assert spent < LIMIT_S, f"{extractor.__name__} took {spent:.1f} s for {piece!r}"


@pytest.mark.parametrize(
    "scheme", ["tel:", "mailto:", "javascript:x('", "https://www.facebook.com/", "/cdn-cgi/l/email-protection#"]
)
def test_endless_links_cost_linear_time(scheme: str) -> None:
    link = scheme + "1a" * 30_000
    reading = reading_of(f"<html><body>{f'<a href={chr(34)}{link}{chr(34)}>x</a>' * 4}</body></html>")
    for extractor in EXTRACTORS:
        started = time.process_time()
        extractor.read(reading)
        assert time.process_time() - started < LIMIT_S, extractor.__name__

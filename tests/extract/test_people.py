"""Names, titles and the speed of the readers of people, certifications and services on pages made to hurt them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from domainscout.extract import certifications, people, services
from domainscout.extract._person_names import is_title, leading_name, name_of
from domainscout.extract.base import Reading
from domainscout.records import Page, PageKind, Site

REPEATED = [
    "Anna Maria ",
    "A. ",
    "Dr. ",
    "and ",
    "Director of ",
    "founded by ",
    "led by the its our ",
    "ISO 9001 ",
    "ISO - ",
    "CHAS such as ",
    "member of the Association of the ",
    "Accredited Specialist in Aaaa ",
    "Brand-Certified ",
    "STEP Certificates in A ",
    "hygiene rating of ",
    "Gas Safe no. ",
    "1. ",
    "→ ",
    "a_b_",
    "((",
    "Our services ",
    "Name, ",
    "Name: ",
    "éàü ",
    "' ",
    "-",
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dr. Maren Sollinger", "Maren Sollinger"),
        ("Ing. Přemysl Hruboň", "Přemysl Hruboň"),
        ("ROSALIND O'HARE", "Rosalind O'Hare"),
        ("Ludwig van der Heyden", "Ludwig van der Heyden"),
        ("Walter (Wally) Prentice", "Walter Prentice"),
        ("Gloria McAllen, MD, FACS", "Gloria McAllen"),
        ("J. Scott Pemberly", "J. Scott Pemberly"),
        ("Emily Baker", "Emily Baker"),
    ],
)
def test_names_are_read_as_written(text: str, shown: str) -> None:
    name = name_of(text)
    assert name is not None
    assert name.shown == shown


@pytest.mark.parametrize(
    "text",
    [
        "Our Team",
        "Contact Us",
        "Kitchen Fitting",
        "I'm Helen",
        "New York Office 12",
        "About Us Page",
        "anna maria",
        "Anna",
    ],
)
def test_other_texts_are_no_names(text: str) -> None:
    assert name_of(text) is None


def test_two_spellings_of_one_person_are_the_same() -> None:
    long, short = name_of("Philip James Ashgrove"), name_of("Philip Ashgrove")
    other = name_of("Judith Ashgrove")
    assert long is not None
    assert short is not None
    assert other is not None
    assert long.is_same(short)
    assert short.is_same(long)
    assert not long.is_same(other)


def test_a_name_ends_where_other_words_begin() -> None:
    name = leading_name("Jürgen Feldkamp Handelsregister Musterstadt")
    assert name is not None
    assert name.shown == "Jürgen Feldkamp"


@pytest.mark.parametrize(
    "text", ["Managing Director", "Leiter Vertrieb", "Projektleiterin", "Gérante", "Técnico de taller", "jednatel"]
)
def test_titles(text: str) -> None:
    assert is_title(text)


@pytest.mark.parametrize(
    "text", ["Read more", "Our managers know every bolt of it.", "When does the director call?", "Blue paint"]
)
def test_other_texts_are_no_titles(text: str) -> None:
    assert not is_title(text)


@pytest.mark.parametrize("module", [people, certifications, services], ids=lambda m: m.__name__.rsplit(".", 1)[1])
@pytest.mark.parametrize("piece", REPEATED)
def test_repeated_pieces_do_not_blow_up(module, piece: str) -> None:  # type: ignore[no-untyped-def]
    """One huge line, many short lines and headings of one piece: no pattern may take more than linear time."""
    text = piece * (120_000 // len(piece))
    short = (piece * 8)[:80]
    many = "".join(f"<h3>{short}{i}</h3><p>{short}</p><li>{short}</li>" for i in range(1_500))
    html = f"<h1>Our team</h1><p>{text}</p><h2>Our services</h2><h2>Accreditations</h2>{many}<p>{piece}</p>"
    reading = Reading(
        Site(
            domain="example.com",
            pages=(Page(url="https://example.com/", kind=PageKind.HOME, html=html, fetched_at=datetime.now(UTC)),),
        )
    )
    started = time.process_time()
    module.read(reading)
    assert time.process_time() - started < 2.0

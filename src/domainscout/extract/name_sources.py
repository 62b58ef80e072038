"""Where a page may name its company: structured data, site name, title, copyright line, logo, legal sentences.

Owns the collecting of candidates with their quotes. Which of them wins is decided in `names`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from domainscout.extract._copyright_lines import COPYRIGHT_MARK, copyright_names
from domainscout.extract._home_links import is_logo, leads_home
from domainscout.extract._lines import Question, holding, words_of_site
from domainscout.extract._name_cleaning import LEADING_YEARS, MAX_LENGTH, Candidate, made, segments
from domainscout.extract._organisations import organisations
from domainscout.extract.base import Reading, ReadPage
from domainscout.extract.legal_forms import LEGAL_FORM
from domainscout.literals import word_starting
from domainscout.markup import Line, Place
from domainscout.memory import remembered
from domainscout.records import PageKind

_COPYRIGHT_WORDS = re.compile("©|copyright|\nc(?=\n)")
"""What stands in some word of a line with the mark."""

_MARKED = Question(like=_COPYRIGHT_WORDS)


def candidates(reading: Reading) -> Iterator[Candidate]:
    """All candidates of a site, page by page."""
    marked = words_of_site(reading).answering(_MARKED)
    registered = _registered_names(reading)
    for read in reading.pages:
        yield from _structured(read)
        yield from _meta(read)
        yield from _title(read)
        yield from _logo(read)
        yield from _headings(read)
        yield from _copyright(read, marked)
        yield from _legal_sentences(read, registered)


_AT_EITHER_END = re.compile(
    r"^(?:contact(?:\s+us)?|about(?:\s+us)?|home|our services|services|kontakt|contatti|contacto)\s+(?=\S)"
    r"|\s+(?:contact(?:\s+us)?|about(?:\s+us)?|home|locations?|our team|customer (?:service|support)|kontakt|"
    r"impressum)$",
    re.I,
)


_TOWN = re.compile(r"^[\w .'-]{3,30},\s+(?:[A-Z]{2}|[A-Z]{2}\s+\d{5})$|^[A-Z]{2}\s+\d{5}(?:-\d{4})?$")


@remembered(maxsize=256)
def _parts(part: str) -> list[tuple[str, str]]:
    """A title part and the names it may hold: without "Contact us" around it, or before its first comma."""
    if _TOWN.match(part):
        return []
    found = [(part, "title")]
    if (shorter := _AT_EITHER_END.sub("", part)) != part:
        found.append((shorter, "title_piece"))
    head, comma, rest = part.partition(",")
    if comma and not LEGAL_FORM.match(rest.strip()):
        found.append((head, "title_piece"))
    return found


def _structured(read: ReadPage) -> Iterator[Candidate]:
    for number, item in enumerate(organisations(read)):
        own = any(item.get(key) for key in ("address", "telephone", "logo", "url", "sameAs", "openingHours"))
        for key, source in (
            ("name", "organisation" if own and number < 3 else "other_organisation"),
            ("alternateName", "alternate"),
            ("legalName", "legal"),
        ):
            value = item.get(key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    yield from made(one, source, read, one)
    for item in read.document.jsonld:
        if item.get("@type") == "WebSite" and isinstance(item.get("name"), str):
            yield from made(item["name"], "site", read, item["name"])


def _meta(read: ReadPage) -> Iterator[Candidate]:
    for key in ("og:site_name", "application-name", "apple-mobile-web-app-title"):
        if value := read.document.meta.get(key):
            yield from made(value, "site_name" if key == "og:site_name" else "app_name", read, value)
    for key in ("author", "copyright", "dc.publisher", "publisher"):
        if value := read.document.meta.get(key):
            yield from made(value, "author", read, value)


def _title(read: ReadPage) -> Iterator[Candidate]:
    title = read.document.title
    parts = segments(title)
    for part in dict.fromkeys(parts):
        for text, source in _parts(part):
            whole = source == "title" and len(parts) == 1
            yield from made(text, "whole_title" if whole else source, read, text)
    if len(parts) > 2:
        for left, right in itertools.pairwise(parts):
            start = title.find(left)
            joined = title[start : title.find(right, start + len(left)) + len(right)]
            yield from made(joined, "joined_title", read, joined)


def _logo(read: ReadPage) -> Iterator[Candidate]:
    for image in read.document.images[:60]:
        if image.alt and is_logo(image, read):
            yield from made(image.alt, "logo", read, image.alt)
    for link in read.document.links[:25]:
        if 0 < len(link.text) <= MAX_LENGTH and leads_home(link, read):
            yield from made(link.text, "home_link", read, link.text)


def _headings(read: ReadPage) -> Iterator[Candidate]:
    tells = read.kind in (PageKind.HOME, PageKind.ABOUT)
    for line in read.document.lines[: 60 if tells else 4]:
        if tells and line.level == 1:
            yield from made(line.text, "heading", read, line.text)
        elif line.index < 4 and not line.level and line.place is Place.HEADER:
            yield from made(line.text, "header", read, line.text)


def _copyright(read: ReadPage, marked: set[str]) -> Iterator[Candidate]:
    for line in read.document.lines[-60:]:
        if line.text in marked and len(line.text) < 600 and COPYRIGHT_MARK.search(line.text):
            yield from copyright_names(line, read)


_NAME_WORD = r"(?:[A-ZÀ-ÖØ-ÞŠŽČŘ0-9][\w&'’.+/-]{0,30}|&|\+|and|und|et|y|e|of|the|de|la|di|für|[(]\w+[)])"


_REGISTERED_NAME = re.compile(
    rf"(?<![\w&])(?P<name>[A-ZÀ-ÖØ-ÞŠŽČŘ0-9][\w&'’.+/-]{{0,30}}(?:,?\s{_NAME_WORD}){{0,8}}?),?\s(?P<form>(?i:{LEGAL_FORM.pattern}))"
)


_MIGHT_HOLD = re.compile(
    word_starting(
        r"""
        Ltd LTD Limited LIMITED PLC plc LLP LLC Inc INC Corp CIC C\.I\.C GmbH AG KG UG OHG GbR SARL SAS EURL Lda LDA
        Ltda LTDA ApS APS AB AS Oy BV NV SA SL SLU Pty PTY PLLC P\.C L\.L\.C S\.[ALRp] S\.\s?r B\.V N\.V Sp\. Kft
        """
    )
    + r"|H(?<=\bmbH)|\.(?:(?<=\be\.)\s?[KV]|(?<=\bs\.)\s?[rp]|(?<=\ba\.)\s?s|(?<=\bsp\.)|(?<=\bd\.)o\.o)"
)
"""Capitals and dots are rarer than small letters: what begins with one of those is found by what follows it."""


MAX_SENTENCE = 3_000
"""Characters of a line in which registered names are looked for."""
_LEGAL_KINDS = (PageKind.LEGAL, PageKind.CONTACT, PageKind.ABOUT)


def _legal_sentences(read: ReadPage, registered: dict[str, list[str]]) -> Iterator[Candidate]:
    source = "imprint" if read.kind is PageKind.LEGAL else "legal_line"
    for line in _legal_lines(read) if registered else ():
        for name in registered.get(line.text, ()):
            yield from made(name, source, read, name)


def _legal_lines(read: ReadPage) -> list[Line]:
    lines = read.document.lines
    return lines if read.kind in _LEGAL_KINDS else lines[-40:]


def _registered_names(reading: Reading) -> dict[str, list[str]]:
    """The lines of a site with names that end in a legal form, and those names."""
    texts = {line.text for read in reading.pages for line in _legal_lines(read)}
    telling = holding(_MIGHT_HOLD, "\n".join([text for text in texts if len(text) <= MAX_SENTENCE]))
    return {text: names for text in telling if (names := _registered(text))}


def _registered(text: str) -> list[str]:
    found = _REGISTERED_NAME.finditer(text[:1500])
    return [LEADING_YEARS.sub("", match[0]) for match in found if len(match["form"]) > 2 or match["form"].isupper()]

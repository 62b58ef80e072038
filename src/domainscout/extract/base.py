"""What an extractor gets and gives: `Reading` in, `Finding`s out. Owns no rule about any field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from domainscout.markup import Document, Line, Place, fold_quote
from domainscout.orders import orders_among
from domainscout.records import Evidence, Field, Finding, FindingValue, Page, PageKind, Site

_BARE_VALUE = re.compile(r"^(?:[^\W\d]+\W{1,3}){0,3}(?:\+?[\d(][\d ()./-]{6,}|\S+@\S+)\W*$")
"""A telephone number or an e-mail address with three words before it at most."""
_VALUE = re.compile(r"\+?\d[\d ()./-]{6,}\d|\S@\S")
"""A number or an address: an order that holds one announces none."""
_STOPS = (".", "!", "?")
_ANNOUNCES = re.compile(r"(?:[:=,]|\b(?:with|as|to|is|are|use|give|and|following|mit|als|avec|con|como|come))$", re.I)
"""The end of a line that says: the value follows."""

BELOW = 3
"""Lines below an order that may belong to it: a name, a title, a number."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A fetched page with its parsed document."""

    page: Page
    document: Document

    @property
    def url(self) -> str:
        """Final address of the page."""
        return self.page.url

    @property
    def kind(self) -> PageKind:
        """What the page is for."""
        return self.page.kind

    def sends(self, quote: str) -> bool:
        """Whether a quote is a header ("server: nginx"), a cookie ("set-cookie: x"), a start tag, a script line."""
        name, _, value = quote.partition(": ")
        if name == "set-cookie":
            return value in self.page.cookies
        if quote.startswith("<") and quote.find(">") == len(quote) - 1:
            return quote in self.page.html
        if quote.startswith("document.write"):
            return any(quote in script.text() for script in self.document.tree.css("script"))
        return bool(value) and self.page.headers.get(name) == value


class Reading:
    """The pages of one site as extractors see them: parsed once, hidden nodes and orders gone, home page first.

    Attributes:
        orders: address and text of lines left out because they speak to a machine that reads the page.
        below_orders: by address, the lines right below such a line that breaks off and the statements beside such a
            text: whoever wrote the order wrote them.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.domain = site.domain
        self.pages = [ReadPage(page, _document(page)) for page in site.pages if page.html]
        self.below_orders: dict[str, frozenset[str]] = {}
        self.orders = _without_orders(self.pages, self.below_orders)
        self._by_url = {read.url: read for read in self.pages}

    def let_go(self) -> None:
        """Forget the trees of the pages while nobody reads them; they are made again when somebody asks for one."""
        for read in self.pages:
            read.document.let_go()

    def lines(self) -> Iterator[tuple[ReadPage, Line]]:
        """Every visible line of every page, with its page."""
        for read in self.pages:
            for line in read.document.lines:
                yield read, line

    def has_quote(self, url: str, quote: str) -> bool:
        """Whether the quote stands on the page with that address."""
        read = self._by_url.get(url)
        return read is not None and (read.document.contains(quote) or read.sends(quote))

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Lines (folded) that stand on at least half of the pages, where there are three or more."""
        if len(self.pages) < 3:
            return frozenset()
        counts: dict[str, int] = {}
        for read in self.pages:
            for text in {fold_quote(line.text) for line in read.document.lines}:
                counts[text] = counts.get(text, 0) + 1
        return frozenset(text for text, count in counts.items() if count * 2 >= len(self.pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """One way of reading some fields.

    Attributes:
        name: short name, part of the evidence's method ("rules:<name>").
        fields: the fields it can fill.
        cost: order of running, cheapest first (milliseconds a page, about).
        read: the function itself.
    """

    name: str
    fields: frozenset[Field]
    cost: float
    read: Callable[[Reading], list[Finding]]


def _document(page: Page) -> Document:
    return page.parsed if isinstance(page.parsed, Document) else Document(page.html, page.url)


def _without_orders(pages: list[ReadPage], below: dict[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Takes lines, meta contents, images and statements that give orders out of the documents.

    Returns the address of the page and the text of each. All texts of a site are judged at once and each one once:
    menus and footers stand on every page.
    """
    said = [dict.fromkeys(_texts(read.document)) for read in pages]
    every: list[str] = list(dict.fromkeys(chain.from_iterable(said)))
    orders = {every[at] for at in orders_among(every)}
    if not orders:
        return []
    shown: set[str] = set()
    for read in pages:
        below[read.url] = frozenset(_below(read.document, orders, shown))
    for read in pages:
        below[read.url] -= shown
        read.document.leave_out(orders | _rests(read.document, orders))
    return [(read.url, text) for read, texts in zip(pages, said, strict=True) for text in texts if text in orders]


def _texts(document: Document) -> Iterator[str]:
    """Everything on a page that somebody might read as an order."""
    yield from [line.text for line in document.lines]
    yield from document.meta.values()
    yield from [image.alt for image in document.images if image.alt]
    yield document.title
    for item in chain(document.jsonld, document.microdata):
        yield from (text for text in item.values() if isinstance(text, str) and len(text) > 16)


def _below(document: Document, orders: set[str], shown: set[str]) -> Iterator[str]:
    """The lines of the main part below orders that break off, and what statements say beside orders.

    A complete order takes nothing with it: true values may stand below it. All other lines are added to `shown`: what
    one of them says too has a place of its own.
    """
    left = 0
    for line in document.lines:
        if line.text in orders:
            left = 0 if line.text.endswith(_STOPS) else BELOW
        elif left and line.place is Place.MAIN:
            left -= 1
            yield line.text
        else:
            left = 0
            shown.add(line.text)
    for item in chain(document.jsonld, document.microdata):
        if any(isinstance(text, str) and text in orders for text in item.values()):
            yield from _strings(item)


def _strings(item: object) -> Iterator[str]:
    """All texts of a statement, however deep."""
    waiting = [item]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as parts:
                waiting += parts.values()
            case list() as parts:
                waiting += parts


def _rests(document: Document, orders: set[str]) -> set[str]:
    """The lines that end orders that break off."""
    rests: set[str] = set()
    before = ""
    for line in document.lines:
        if line.text in orders:
            before = line.text
        elif before and _goes_on(before, line.text):
            before = line.text
            rests.add(before)
        else:
            before = ""
    return rests


def _goes_on(order: str, text: str) -> bool:
    """Whether a line is the rest of an order that breaks off: the value it announced, or the middle of a sentence.

    What a complete order stands before is left alone: an order must not take the true number below it with it.
    """
    if order.endswith(_STOPS) or _VALUE.search(order):
        return False
    return text[:1].islower() or (bool(_ANNOUNCES.search(order)) and bool(_BARE_VALUE.match(text)))


def finding(field: Field, value: FindingValue, *, url: str, quote: str, method: str, confidence: float) -> Finding:
    """A finding with its evidence, written in one line."""
    return Finding(
        field=field,
        value=value,
        evidence=Evidence(url=url, quote=quote, method=method),
        confidence=confidence,
    )

"""Whether a value has a witness: some text of the site that states it and is not doubtful.

Whoever can put text on a page can give orders to machines in any words. What he cannot do without giving himself away
is to state a false value where companies state theirs. Owns the question for each kind of value; the facts about texts
are those of `orders`, the choice among values is that of `resolve`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

from domainscout.extract._contact_places import ContactPlaces, Doubt, sentences
from domainscout.extract._lines import are_code, rows_around, starts_of
from domainscout.extract._word_lists import words_of
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Line, Place, fold_quote
from domainscout.orders.doubt import bids, speaks_of_keeping
from domainscout.profile import Phone
from domainscout.records import Field, Finding

_NUMBERS = frozenset([Field.PHONES, Field.FAXES])
_CONTACT = _NUMBERS | {Field.EMAILS}
_NAMES = frozenset([Field.COMPANY_NAME, Field.LEGAL_NAME, Field.ACRONYM])
_PROPER = _NAMES | {Field.PEOPLE, Field.ADDRESSES, Field.CERTIFICATIONS, Field.HOURS, Field.BUSINESS_TYPE}
"""What nobody tells people by bidding them something."""
_OFFERED = frozenset([Field.SERVICES, Field.PRODUCTS])
_SENTENCE = 60
"""Characters from which a text is more than the name of a service."""
_OF_MARKUP = frozenset([Field.LANGUAGE, Field.TECH_STACK, Field.SIC_CODE])
"""What no text states."""
_RUNNING = 12
"""Characters around a name from which a line is running text."""
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_COMMON = words_of("generic_names.txt")
"""Words that many names share."""


class Witnesses:
    """What speaks for the values of one site.

    Args:
        findings: everything that was found: what is stated plainly makes what is not doubtful.
    """

    def __init__(self, reading: Reading, findings: Iterable[Finding]) -> None:
        self._reading = reading
        self._places = ContactPlaces(reading)
        self._known: dict[str, Doubt] = {}
        self._texts: dict[tuple[str, str, bool], bool] = {}
        self._plain = {
            one.field in _NUMBERS
            for one in findings
            if one.field in _CONTACT and one.confidence > 0 and self._contact(one) is Doubt.NONE
        }

    def lacking(self, one: Finding) -> bool:
        """Whether nothing but doubtful text states the value of a finding."""
        if one.confidence <= 0 or one.field in _OF_MARKUP:
            return False
        if one.field in _CONTACT:
            doubt = self._contact(one)
            if doubt is Doubt.SOME:
                return (one.field in _NUMBERS) in self._plain and not self._is_at_home(one)
            return doubt is Doubt.GRAVE
        key = (one.evidence.url, one.evidence.quote, one.field in _PROPER)
        if one.field in _NAMES or key not in self._texts:
            self._texts[key] = self._is_bidden(one)
        return self._texts[key]

    def _around(self, one: Finding) -> list[tuple[str, Line | None]]:
        return [found for read in self._reading.pages if read.url == one.evidence.url for found in _around(read, one)]

    def _is_at_home(self, one: Finding) -> bool:
        """Whether a mailbox is on the site's own domain: whoever writes there reaches the company."""
        host = str(one.value).rpartition("@")[2].lower()
        return one.field is Field.EMAILS and f".{host}".endswith(f".{self._reading.domain}")

    def _contact(self, one: Finding) -> Doubt:
        value = one.value.number if isinstance(one.value, Phone) else str(one.value)
        if value not in self._known:
            self._known[value] = self._places.least(value, one.evidence.quote)
        return self._known[value]

    def _is_bidden(self, one: Finding) -> bool:
        """Whether every text that holds the quote bids somebody to store the value."""
        texts = self._around(one)
        return bool(texts) and all(
            bids(text, plainly=_is_proper(one.field, text))
            or (one.field in _PROPER and speaks_of_keeping(text))
            or (text if line is None else line.text) in self._reading.below_orders.get(one.evidence.url, ())
            or (line is not None and line.tag == "pre" and are_code(text))
            or self._is_strange(one, line)
            for text, line in texts
        )

    def _is_strange(self, one: Finding, line: Line | None) -> bool:
        """Whether running text tells a name that shares no word with what the site calls itself."""
        if one.field not in _NAMES or line is None or line.level or line.place is not Place.MAIN:
            return False
        if len(line.text) < len(str(one.value)) + _RUNNING or not self._called:
            return False
        words = set(_LETTERS.findall(fold_quote(str(one.value)))) - _COMMON
        return words.isdisjoint(self._called) and not any(len(w) > 3 and w in self._reading.domain for w in words)

    @cached_property
    def _called(self) -> frozenset[str]:
        """Words of titles, headings, headers, footers and structured data."""
        texts: set[str] = set()
        for read in self._reading.pages:
            document = read.document
            texts.add(document.title)
            texts.update(image.alt for image in document.images if image.place is not Place.MAIN)
            texts.update(str(item.get("name") or "") for item in document.jsonld)
            texts.update(line.text for line in document.lines if line.level or line.place is not Place.MAIN)
        return frozenset(_LETTERS.findall(fold_quote(" ".join(texts)))) - _COMMON


def _is_proper(field: Field, text: str) -> bool:
    """Whether nobody tells people such a value by speaking of records; what is offered may be records."""
    return field in _PROPER or (field in _OFFERED and len(text) > _SENTENCE)


def _around(read: ReadPage, one: Finding) -> Iterator[tuple[str, Line | None]]:
    """The texts of a page that hold the quote of a finding: sentences with their lines, other texts whole."""
    quote, document = one.evidence.quote, read.document
    start = document.text.find(quote) if quote else -1
    if start < 0 and quote:
        start = document.text.replace("\n", " ").find(quote)  # it goes over several lines
    while start >= 0:
        starts = starts_of(document)
        index = bisect_right(starts, start) - 1
        line = document.lines[index]
        at = start - starts[index]
        in_rows = line.tag == "pre"
        yield rows_around(line, document.lines) if in_rows else sentences(line.text, at, at + len(quote)), line
        start = document.text.find(quote, starts[index] + len(line.text))
    for text in (document.title, *document.meta.values()):
        if quote in text:
            yield text, None
    for item in (*document.jsonld, *document.microdata):
        for text in item.values():
            if isinstance(text, str) and quote in text:
                yield text, None
    for link in document.links:
        if link.href == quote and link.line < len(document.lines):
            yield document.lines[link.line].text, None
    for image in document.images:
        if quote in (image.source, image.url):
            yield image.alt, None

"""Postal addresses of the company. Owns whose address it is, the merging of spellings, the head office.

How an address is found in a text is `_postal`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domainscout.extract import _no_postcode, _postal
from domainscout.extract._address_pieces import Written
from domainscout.extract._asides import is_elsewhere, is_told_of_others
from domainscout.extract._country import country_code, regions
from domainscout.extract._data_owners import parts_of_others
from domainscout.extract._lines import MAX_TEXT, digit_lines, starts_of
from domainscout.extract._others import is_of_another, lines_of_others
from domainscout.extract._people_words import listed
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.literals import anchored
from domainscout.markup import Document, Line, fold, fold_quote
from domainscout.memory import remembered
from domainscout.profile import Address
from domainscout.records import Field, Finding

_HEAD = re.compile(
    r"\b(?:head ?quarters?|head office|hq|main office|corporate office|corporate headquarters|hauptsitz|"
    r"zentrale|si[èe]ge social|sede (?:central|legale|principale)|hoofdkantoor|matriz)\b",
    re.I,
)
_COUNTRY_AFTER = re.compile(
    r"^[\s,.|·(-]{1,4}(united kingdom|great britain|england|scotland|wales|northern ireland|uk|u\.k\.|"
    r"united states(?: of america)?|u\.?s\.?a\.?|canada|ireland|australia|new zealand|"
    r"germany|deutschland|austria|österreich|switzerland|schweiz|suisse|france|belgi(?:um|ë|que)|"
    r"(?:the )?netherlands|nederland|spain|españa|portugal|italy|italia|india|"
    r"czech republic|česká republika|denmark|danmark|poland|polska|kenya|bra[sz]il|south africa|singapore)\b",
    re.I,
)


_SEAT = re.compile(
    r"\b(?:based|headquartered|head office|ans[äa]ssig|bas[ée]e?|ubicad[oa]s?|con sede) (?:in|à|en|"
    r"a) ([A-ZÀ-Ž][^\W\d_]+(?:[ -][A-ZÀ-Ž][^\W\d_]+){0,2})(?:, ([A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)?))?",
)
"""A sentence that states the seat; areas that are served are not addresses."""
_PRICE = re.compile(
    r"[£$€]\s?\d{2,3}(?:[,.]\d{3})+\b|\bguide price\b|"
    r"[£$€]\s?[\d,.]+\s?(?:pcm|pw|p\.?c\.?m|per (?:month|week)|/ ?mo)\b",
    re.I,
)
_MAX_LOOSE = 60_000
_PARKING = re.compile(r"\b(?:car ?park|parking|parkhaus|parkplatz|nearest|next to|opposite)\b[^\n]*$", re.I)
_NO_PLACE = re.compile(
    r"(?:\be\. ?g|\bz\. ?b|\bp\. ?ej|\bbijv|\bpar ex)\. |\b(?:ISO|IEC|DIN|UNI)[ /-]{1,3}(?:EN |IEC )?\d{4,5}\b", re.I
)
"""What a form shows to be filled in, and the numbers of standards."""
_HOUSE = re.compile(r"\b[a-zà-ž]+ (?:at|in|to|an|au|aan|en|przy) (\d)")
_LEGAL = re.compile(
    anchored(
        listed("privacy cookie datenschutz privacidad confidentialit terms agb dsgvo gdpr policy politique informativa")
    )
)
"""For addresses in lower case."""


@dataclass(frozen=True, slots=True)
class _Seen:
    address: Address
    url: str
    quote: str
    method: str
    sure: float


def read(reading: Reading) -> list[Finding]:
    """The company's addresses, one each however often and however differently it is written."""
    where = regions(reading)
    seen: list[_Seen] = []
    towns: list[_Seen] = []
    others, foreign = lines_of_others(reading), parts_of_others(reading)
    distinct = {line.text for lines in digit_lines(reading).values() for line in lines}
    coded = _postal.lines_with_postcodes(distinct, where)
    for page in reading.pages:
        spans = _spans(page.document, coded)
        for one in (*_structured(page, foreign), *_written(page, spans, where[0], others[page.document])):
            (seen if one.address.street or one.address.postcode else towns).append(one)
    groups: list[list[_Seen]] = []
    for one in seen:
        home = next((group for group in groups if _same(group[0].address, one.address)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    if not groups:
        groups = _fallback(reading, where, towns)
    found: list[Finding] = []
    for group in groups:
        value = _best(group)
        found += [
            finding(Field.ADDRESSES, value, url=one.url, quote=one.quote, method=one.method, confidence=one.sure)
            for one in sorted(group, key=lambda s: -s.sure)[:3]
        ]
    return found


def _fallback(reading: Reading, where: tuple[str, ...], towns: list[_Seen]) -> list[list[_Seen]]:
    """For sites without a complete address: a street with a town, else the town alone where it is stated."""
    groups: list[list[_Seen]] = []
    for page in reading.pages:
        text = page.document.text
        others, starts = lines_of_others(reading)[page.document], starts_of(page.document)
        for found in _no_postcode.loose(text[:_MAX_LOOSE], where[0]):
            index = bisect_right(starts, found.start) - 1
            if index in others or _is_of_another(page, index, found.start - starts[index], 0):
                continue
            quote = text[found.start : found.end].replace("\n", " ")
            address = Address(
                street=found.street, city=found.city, region=found.region, country=where[0], full=fold(quote)
            )
            one = _Seen(address, page.url, quote, "rules:addresses", 0.75)
            home = next((group for group in groups if _same(group[0].address, address)), None)
            if home is None:
                groups.append([one])
            else:
                home.append(one)
    if groups or towns:
        return groups or [towns[:1]]
    for page in reading.pages:
        match = _SEAT.search(page.document.text)
        if match:
            address = Address(city=match[1], region=match[2], full=fold(match[0].partition(" in ")[2]))
            return [[_Seen(address, page.url, match[0].replace("\n", " "), "rules:addresses", 0.6)]]
    return []


def _same(a: Address, b: Address) -> bool:
    """Whether two spellings mean one place: the postcodes agree (or one has none) and so do the streets."""
    code_a, code_b = _code(a.postcode or ""), _code(b.postcode or "")
    if code_a and code_b and code_a != code_b:
        return False
    if not a.street or not b.street:
        return bool(code_a and code_a == code_b)
    words_a, words_b = _words(a.street), _words(b.street)
    numbers_a, numbers_b = ({w for w in words if w[0].isdigit()} for words in (words_a, words_b))
    if code_a and code_a == code_b:
        return not (numbers_a and numbers_b) or bool(numbers_a & numbers_b)
    common = words_a & words_b
    if common <= _KINDS:
        return False
    return (
        len(common) * 2 >= min(len(words_a), len(words_b))
        and (numbers_a & numbers_b or not (numbers_a and numbers_b)) != set()
    )


@remembered(maxsize=256)
def _code(postcode: str) -> str:
    code = re.sub(r"\W", "", postcode.lower())
    return code[:5] if re.fullmatch(r"\d{9}", code) else code


_SHORT = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "road": "rd", "avenue": "ave", "av": "ave",
    "drive": "dr", "lane": "ln", "boulevard": "blvd", "suite": "ste", "north": "n", "south": "s", "east": "e",
    "west": "w", "highway": "hwy", "place": "pl",
}  # fmt: skip
_KINDS = frozenset(_SHORT.values())
"""Words for kinds of streets: two streets may share them."""


@remembered(maxsize=256)
def _words(street: str) -> frozenset[str]:
    street = re.sub(r"(?<=[a-z])(straße|strasse|str)\b", " st", fold_quote(street))
    return frozenset([_SHORT.get(word, word) for word in re.findall(r"\w+", street)])


def _best(group: list[_Seen]) -> Address:
    """The fullest spelling, parts that it lacks filled from the others."""
    ranked = sorted(
        group,
        key=lambda s: (
            re.search(r"\d", s.address.street or "") is not None,
            bool(s.address.street) + bool(s.address.city) + bool(s.address.postcode) + bool(s.address.region),
            s.sure,
            sum(o.address.street == s.address.street for o in group),
        ),
        reverse=True,
    )
    best = ranked[0].address
    country = best.country or next((s.address.country for s in ranked if s.address.country), None)
    return best.model_copy(update={"country": country, "hq": any(s.address.hq for s in group)})


def _structured(page: ReadPage, foreign: frozenset[int]) -> Iterator[_Seen]:
    for item in (*page.document.jsonld, *page.document.microdata):
        if item.get("@type") != "PostalAddress" or id(item) in foreign:
            continue
        street, city, region, code = (
            _text(item.get(key)) for key in ("streetAddress", "addressLocality", "addressRegion", "postalCode")
        )
        if not (street or city):
            continue
        country = item.get("addressCountry")
        country = country_code(_text(country.get("name") if isinstance(country, dict) else country))
        full = ", ".join(part for part in (street, city, " ".join(p for p in (region, code) if p)) if part)
        address = Address(street=street, city=city, region=region, postcode=code, country=country, full=full)
        yield _Seen(address, page.url, street or city or "", "jsonld", 0.95 if street else 0.7)


def _is_for_sale(lines: Sequence[Line], first: int, last: int) -> bool:
    """Whether the price of a house or a rent stands beside an address: it is one to let or for sale."""
    near = (*lines[max(0, first - 2) : first], *lines[last + 1 : last + 3])
    place = lines[first].place
    return any(line.place is place and len(line.text) < 60 and _PRICE.search(line.text) for line in near)


def _place(text: str, found: Written) -> int:
    """Where an address begins, behind a label or the beginning of a sentence that was taken for a part of it."""
    number = _HOUSE.search(text, found.start, found.end)
    return text.rfind(":", found.start, found.end) + 1 or (number.start(1) if number else found.start)


def _is_of_another(page: ReadPage, index: int, place: int, last: int) -> bool:
    """Whether the words before an address, up to the one before it, say whose it is: not the company's."""
    line = page.document.lines[index].text
    if is_of_another(line, place) or is_told_of_others(page.url, line):
        return True
    floor = max(0, min(last, place))
    return is_elsewhere(line[floor:], place - floor)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = ", ".join(str(v) for v in value if v)
    text = fold(str(value)) if isinstance(value, str | int) else ""
    return text.strip(" ,") or None


def _spans(document: Document, coded: dict[str, set[str]]) -> dict[str, list[_postal.Span]]:
    """By country, from where to where the lines of a page go that may hold one of its postcodes."""
    maybe = set[str]().union(*coded.values())
    lines = [(at, line.text) for at, line in enumerate(document.lines) if line.text in maybe]
    starts = starts_of(document) if lines else []
    placed = [(starts[at], starts[at] + len(text), text) for at, text in lines]
    return {
        country: [(start, end) for start, end, text in placed if text in texts and end < MAX_TEXT]
        for country, texts in coded.items()
    }


def _written(
    page: ReadPage, spans: dict[str, list[_postal.Span]], home: str, others: frozenset[int]
) -> Iterator[_Seen]:
    """The addresses in the text of a page.

    Args:
        spans: by country, from where to where the lines go that may hold one of its postcodes.
        home: the country that the company is in, most likely.
    """
    document = page.document
    if not any(spans.values()):
        return
    text, starts = document.text[:MAX_TEXT], starts_of(document)
    foreign = _LEGAL.search(page.url.lower()) is not None
    last = 0
    for found in sorted(_postal.addresses(text, spans), key=lambda one: one.start):
        index = bisect_right(starts, found.start) - 1
        if index in others or _is_of_another(page, index, _place(text, found) - starts[index], last - starts[index]):
            continue
        if _is_for_sale(document.lines, index, bisect_right(starts, found.end) - 1):
            continue
        end, country = found.end, found.country
        after = _COUNTRY_AFTER.match(text[end : end + 40])
        if after:
            end += after.end()
            country = country_code(after[1]) or country
        quote = text[found.start : end].replace("\n", " ")
        above = text[max(last, found.start - 60) : found.start]
        last = found.end
        if _PARKING.search(above) or (foreign and found.country != home) or _NO_PLACE.search(quote):
            continue
        address = Address(
            street=found.street,
            city=found.city,
            region=found.region,
            postcode=found.postcode,
            country=country,
            full=fold(text[found.start : end].replace("\n", ", ").replace(",,", ",")),
            hq=bool(_HEAD.search(above)),
        )
        yield _Seen(address, page.url, quote, "rules:addresses", 0.88)


EXTRACTOR = Extractor(name="addresses", fields=frozenset({Field.ADDRESSES}), cost=0.3, read=read)

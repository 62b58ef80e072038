"""Telephone and fax numbers of the company: links, structured data, text. Owns whose number it is and what it is for.

How digits become a number is `_digits`; which country they are read in is `_country`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import unquote

from domainscout.extract import _digits
from domainscout.extract._asides import is_in_passing, is_told_of_others
from domainscout.extract._columns import below_fax, fax_cells
from domainscout.extract._country import regions
from domainscout.extract._data_owners import parts_of_others
from domainscout.extract._lines import MAX_TEXT, digit_spans, starts_of
from domainscout.extract._links import hrefs_of_site
from domainscout.extract._others import is_of_another, lines_of_others
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Document, Link, fold
from domainscout.memory import remembered
from domainscout.profile import Phone, PhoneKind
from domainscout.records import Field, Finding

_LABEL_REACH = 60
"""Characters before a number in which its label stands."""

_MAX_HREF = 300
"""Characters of a link in which a number is looked for."""

_DIALLED = re.compile(
    r"\s*(?:(tel:|callto:)|whatsapp:|(?:https?:)?//(?:www\.)?(?:wa\.me|(?:api\.|web\.)?whatsapp\.com)/)", re.I
)
_WHATSAPP = re.compile(r"(?:wa\.me/|phone=)(?:\+|%2B)?\s?(\d{7,15})", re.I)
_VAT = re.compile(r"\b(?:BE|CHE|ATU)[- ]?$")
_NEAR = 24
"""Characters before a number in which the word for telephone settles that it is one, whatever other pages say."""

_FAX = re.compile(
    r"(?:\b|tele|\be-?)(?:fax(?:es|nummer|nr)?|facsimile|facs|fx|t[ée]l[ée]c(?:opie(?:ur)?)?|faks)\b|(?:^|[\s|"
    r",;(])f\s?[.:]?\s{0,2}[(+]{0,2}$|℻",
)
_VOICE = re.compile(
    r"\b(?:tel|tél|telephone|téléphone|phone|ph|call|telefon|telefono|teléfono|telefone|tlf|mobile|mobil|cell|"
    r"handy|ring|"
    r"voice|office|toll[- ]?free|hotline|direct|freephone|switchboard|local|whatsapp|celular|móvil|portable)\b|"
    r"(?:^|[\s|,;(])[tpmo]\s?[.:]?\s{0,2}[(+]{0,2}$",
)
_BOTH = re.compile(
    r"\b(?:tel|phone|ph|telephone|telefon|tél|t|p)\.?(?: ?[/&+-] ?| (?:and|und|et|y|e) )(?:tele)?(?:fax|f)\b",
)
_FAX_AFTER = re.compile(r" ?(?:\((?:[a-z]+ ){0,3}|[\u2013-] ?)(?:tele|e-?)?fax\b(?![ \t]?[:.+(\d])| ?\(f\)", re.I)
_ONLY_FAX = re.compile(r"[ ,]{1,3}(?:tele)?fax\.?[ ]*(?:\n|$)", re.I)
"""The rest of a line that begins with its number: "(217) 555-0191 Fax"."""
_FAX_EXTENSION = re.compile(r"[ ,;/|·•()\n]{0,4}(?:tele)?fax:? ?[-\u2013] ?(\d{1,4})(?!\d)", re.I)
_ANOTHER_AFTER = re.compile(r" ?/ ?[(+]{0,2}\d{3}")
_ANOTHER_BEFORE = re.compile(r"\d\d ?/ ?[(+]{0,2}$")
_MOBILE_AFTER = re.compile(r" ?(?:\(|[\u2013-] ?)(?:cell|mobile?|handy|m[óo]vil|portable)\b(?![ \t]?[:.+(\d])", re.I)
_SAME_LABEL = re.compile(r"^\s*(?:[/,;&|+]|or|and|oder|und|ou|et|o|y|e|of|en|nebo|a|lub|i)?\s*[(+]?$", re.I)
_NOT_A_PHONE = re.compile(
    r"\b(?:vat|ust|uid|iban|bic|swift|sort code|account|acct|konto|kto|blz|company (?:no|num|reg)\w*|"
    r"reg(?:istration|istered)?"
    r"(?: (?:no|num)\w*)|registered (?:charity|company|in)\b|charity|licen[cs]e|lic|isbn|issn|ein|tax|abn|acn|"
    r"siret|siren|rcs|tva|"
    r"ape|nif|cif|nie|dni|p\.? ?iva|partita iva|c\.? ?f|codice fiscale|rea|ičo?|dič|nip|regon|krs|cnpj|cpf|"
    r"gstin?|cin|pan|npi|dot|"
    r"crn|utr|ico|handelsregister|hrb|hra|steuernummer|st\.?-?nr|usdot|mc|part|item|sku|model|order|ref|serial|"
    r"patent|po box|"
    r"b\.?p|casella|apdo|postfach|id|inscription|matr[ií]cula|n[úu]mero de registro|conto|cvr|ean|gtin|oib|crm|"
    r"oab|cro|fax id)\b"
    r"\W{0,6}(?:(?:no|nr|num|number|reg|id|code|n)\b\W{0,4}|[°ºo]\W{0,3}|#\W{0,3}|[a-z]{2}\W{0,2})?$",
)
_EXAMPLE = re.compile(
    r"(?<!\.)\b(?:e\.g\.?|example|z\. ?b\.|beispiel|par exemple|p\. ?ej\.|ejemplo|esempio|format)\W{0,3}$",
)
_KINDS = (
    (PhoneKind.SALES, re.compile(
        r"\b(?:sales|verkauf|vertrieb|ventes?|ventas|vendite|verkoop|vendas|"
        r"orders?|enquir\w+|quotes?)\b")),
    (PhoneKind.SUPPORT, re.compile(
        r"\b(?:support|customer (?:service|care)|help ?(?:desk|line)|service|kundendienst|kundenservice|sav|"
        r"soporte|"
                                   r"assistenza|assistance|klantenservice|suporte|technical|emergency|"
                                   r"notdienst|urgenc\w+)\b")),
    (PhoneKind.MOBILE, re.compile(
        r"\b(?:mobile?|mob|cell\w*|handy|mobiltelefon|portable|m[óo]vil|cellulare|mobiel|celular|telem[óo]vel|"
        r"whatsapp|text)\b|(?:^|\s)m[.:]")),
    (PhoneKind.MAIN, re.compile(
        r"\b(?:main|head office|headquarters|reception|switchboard|office|zentrale|accueil|centralita|"
        r"centralino|general|"
                                r"tel|tél|telephone|téléphone|phone|telefon|tel[ée]fono|telefone|call us|call|"
                                r"ph)\b|(?:^|\s)[tp][.:]")),
)  # fmt: skip
"""Like the other patterns for what stands before a number, for texts in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What the words before a number say of it.

    Attributes:
        both: one label for telephone and fax.
        voice_near: the word for telephone stands right before the number.
        nearer_voice: the word for telephone stands after the one for fax.
        not_a_phone: the number is one of a register, an account, a tax office.
    """

    fax: bool
    both: bool
    voice: bool
    voice_near: bool
    nearer_voice: bool
    not_a_phone: bool
    example: bool
    kind: PhoneKind | None
    label: str | None


class _Sighting(NamedTuple):
    number: str
    fax: bool
    voice: bool
    both: bool
    kind: PhoneKind
    label: str | None
    url: str
    quote: str
    method: str
    confidence: float


def read(reading: Reading) -> list[Finding]:
    """Voice numbers and faxes of the company with their labels, every page counted."""
    where = regions(reading)
    sightings: dict[str, list[_Sighting]] = defaultdict(list)
    by_page, dialled, faxed = lines_of_others(reading), _dialled(reading, where), fax_cells(reading)
    foreign = parts_of_others(reading)
    for page in reading.pages:
        others, cells = by_page[page.document], faxed.get(page.document, frozenset())
        written = _written(page, digit_spans(reading, page.document), where, others, cells)
        for seen in (*_linked(page, dialled, where, others), *_structured(page, where, foreign), *written):
            sightings[seen.number].append(seen)
    found: list[Finding] = []
    for number, seen_here in sightings.items():
        found += _findings(number, seen_here)
    return found


def _findings(number: str, sightings: list[_Sighting]) -> Iterator[Finding]:
    faxes = [s for s in sightings if s.fax]
    only_fax = [s for s in faxes if not s.both]
    voices = [s for s in sightings if s.voice or (s.both and not only_fax) or (not s.fax and not faxes)]
    for chosen, field in ((faxes, Field.FAXES), (voices, Field.PHONES)):
        best = sorted(chosen, key=lambda s: (-s.confidence, s.kind is PhoneKind.OTHER, _is_wordy(s.label)))[:3]
        kind, label = _told(best)
        for seen in best:
            value: str | Phone = number if field is Field.FAXES else Phone(number=number, kind=kind, label=label)
            yield finding(field, value, url=seen.url, quote=seen.quote, method=seen.method, confidence=seen.confidence)


def _is_wordy(label: str | None) -> bool:
    return label is not None and label.count(" ") > 2


def _told(sightings: list[_Sighting]) -> tuple[PhoneKind, str | None]:
    for seen in sightings:
        if seen.kind is not PhoneKind.OTHER:
            return seen.kind, seen.label
    return PhoneKind.OTHER, next((s.label for s in sightings if s.label), None)


def _dialled(reading: Reading, where: tuple[str, ...]) -> dict[str, _digits.Number]:
    """The links of a site that dial, and the number of each."""
    return {href: number for href in hrefs_of_site(reading) if (number := _href_number(href[:_MAX_HREF], where))}


def _linked(
    page: ReadPage, dialled: dict[str, _digits.Number], where: tuple[str, ...], others: frozenset[int]
) -> Iterator[_Sighting]:
    document = page.document
    for link in document.links:
        number = dialled.get(link.href)
        if number is None:
            continue
        shown = next(iter(_digits.numbers(link.text, where)), None)
        if shown is not None and shown.e164 != number.e164:
            continue
        context = _told_by(_link_context(document, link.line, link.text))
        if context.not_a_phone or context.example:
            continue
        if link.line in others or _is_linked_in_passing(document, link, page.url):
            continue
        yield _sighting(page, number, context, link.href, "rules:phones", 0.93, fax=context.fax, voice=False)


def _is_linked_in_passing(document: Document, link: Link, url: str) -> bool:
    line = document.lines[link.line].text if link.line < len(document.lines) else ""
    place = line.find(link.text) if link.text else -1
    return place > 0 and (is_in_passing(line, place) or is_told_of_others(url, line))


def _link_context(document: Document, line: int, text: str) -> str:
    if line >= len(document.lines):
        return ""
    head, _, _ = document.lines[line].text.partition(text) if text else ("", "", "")
    if not head.strip() and line:
        head = document.lines[line - 1].text if len(document.lines[line - 1].text) <= 30 else ""
    return head[-_LABEL_REACH:]


def _href_number(href: str, where: tuple[str, ...]) -> _digits.Number | None:
    scheme = _DIALLED.match(href)
    if scheme is None:
        return None
    if scheme[1]:
        return _digits.one(re.split(r"[;?,]", unquote(href[scheme.end() :]), maxsplit=1)[0], where)
    match = _WHATSAPP.search(href)
    return _digits.one("+" + match[1], where) if match else None


def _structured(page: ReadPage, where: tuple[str, ...], foreign: frozenset[int]) -> Iterator[_Sighting]:
    for item in page.document.jsonld:
        if str(item.get("@type")) in ("Person", "Review") or id(item) in foreign:
            continue
        for key, fax in (("telephone", False), ("faxNumber", True)):
            for text in _strings(item.get(key)):
                number = _digits.one(text, where)
                if number is not None:
                    label = _told_by(str(item.get("contactType") or "")[:_LABEL_REACH])
                    yield _sighting(page, number, label, text, "jsonld", 0.95, fax=fax, voice=not fax)


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str | int):
            yield fold(str(one))


def _place(number: _digits.Number) -> int:
    return number.start


def _written(
    page: ReadPage,
    spans: list[tuple[int, int]],
    where: tuple[str, ...],
    others: frozenset[int],
    cells: frozenset[int],
) -> Iterator[_Sighting]:
    document = page.document
    text, starts = document.text[:MAX_TEXT], starts_of(document)
    last, context = -100, ""
    for number in sorted(_digits.numbers_within(text, spans, where), key=_place):
        index = bisect_right(starts, number.start) - 1
        gap = text[last : number.start] if last <= number.start else ""
        if last >= 0 and len(gap) <= 8 and "\n" not in gap and _SAME_LABEL.match(gap):
            last = number.end
        else:
            head = text[max(starts[index], last, number.start - _LABEL_REACH) : number.start]
            context = (
                head if re.search(r"[^\W\d_]", head) or last > starts[index] else _label_above(document, index) + head
            )
            last = number.end
            before_run = text[max(starts[index], number.run - _LABEL_REACH) : number.run]
            if _told_by(before_run).not_a_phone:
                context = before_run
        told = _told_by(context)
        line = document.lines[index].text
        if index in others or is_of_another(line, number.start - starts[index]) or is_told_of_others(page.url, line):
            continue
        if _VAT.search(context) or told.not_a_phone or told.example:
            continue
        below = below_fax(cells, document.lines[index]) or (
            starts[index] == number.start and _ONLY_FAX.match(text, number.end) is not None
        )
        seen = _judged(page, number, text, told, below=below)
        if seen is not None:
            yield seen
            yield from _fax_beside(text, number, seen)


def _fax_beside(text: str, number: _digits.Number, seen: _Sighting) -> Iterator[_Sighting]:
    """The fax that only its extension tells behind a number: "Tel. 07531 5550-0, Fax -13"."""
    match = _FAX_EXTENSION.match(text, number.end)
    fax = _digits.with_extension(text[number.start : number.end], number, match[1]) if match else None
    if match and fax:
        quote = match[0].lstrip(" ,;/|·•()\n")
        yield seen._replace(number=fax, fax=True, voice=False, both=False, label="Fax", quote=quote)


def _judged(page: ReadPage, number: _digits.Number, text: str, told: _Context, *, below: bool) -> _Sighting | None:
    after = text[number.end : number.end + 40]
    if _MOBILE_AFTER.match(after):
        told = replace(told, kind=PhoneKind.MOBILE)
    if told.both:
        told = _shared_out(told, text, number)
    fax = below or _FAX_AFTER.match(after) is not None or (told.fax and not told.nearer_voice)
    if not number.sure and not told.voice and not fax:
        return None
    quote = text[number.start : number.end].replace("\n", " ")
    sure = 0.93 if told.voice or fax else 0.88
    near = told.voice_near and not fax
    return _sighting(page, number, told, quote, "rules:phones", sure, fax=fax or told.both, both=told.both, voice=near)


def _shared_out(told: _Context, text: str, number: _digits.Number) -> _Context:
    """Which of two numbers after one label for telephone and fax this is: "Tel/Fax: 0100 / 0101"."""
    if _ANOTHER_AFTER.match(text, number.end):
        return replace(told, both=False, fax=False, voice=True)
    if _ANOTHER_BEFORE.search(text, max(0, number.start - 8), number.start):
        return replace(told, both=False, nearer_voice=False)
    return told


@remembered(maxsize=1024)
def _told_by(context: str) -> _Context:
    """What the words before a number say; judged once, since headers and footers repeat."""
    lowered = context.lower()
    fax = _FAX.search(lowered) is not None
    return _Context(
        fax=fax,
        both=_BOTH.search(lowered) is not None,
        voice=_VOICE.search(lowered) is not None,
        voice_near=_VOICE.search(lowered[-_NEAR:]) is not None,
        nearer_voice=fax and _nearer_voice(lowered),
        not_a_phone=_NOT_A_PHONE.search(lowered) is not None,
        example=_EXAMPLE.search(lowered) is not None,
        kind=next((kind for kind, pattern in _KINDS if pattern.search(lowered)), None),
        label=re.sub(r"^\W+|[\W_]+$", "", re.split(r"[,;|·•\n]", context.rstrip(" ,;|·•:"))[-1]) or None,
    )


def _nearer_voice(context: str) -> bool:
    """Whether the label nearest to the number says telephone although "fax" stands before it too."""
    fax = max((m.end() for m in _FAX.finditer(context)), default=-1)
    voice = max((m.end() for m in _VOICE.finditer(context)), default=-1)
    return voice > fax


def _label_above(document: Document, index: int) -> str:
    """The short line above a number, or the heading above a list of numbers."""
    for back in range(1, min(index, 5) + 1):
        above = document.lines[index - back].text
        if len(above) > 40:
            return ""
        if sum(c.isdigit() for c in above) < 7:
            return above + " "
    return ""


def _sighting(
    page: ReadPage,
    number: _digits.Number,
    context: _Context,
    quote: str,
    method: str,
    confidence: float,
    *,
    fax: bool,
    voice: bool,
    both: bool = False,
) -> _Sighting:
    kind = PhoneKind.MOBILE if number.mobile else PhoneKind.OTHER
    if context.kind is not None and not (number.mobile and context.kind is PhoneKind.MAIN):
        kind = context.kind
    return _Sighting(number.e164, fax, voice, both, kind, context.label, page.url, quote, method, confidence)


EXTRACTOR = Extractor(name="phones", fields=frozenset({Field.PHONES, Field.FAXES}), cost=0.4, read=read)

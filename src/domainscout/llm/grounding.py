"""Answers become findings here, if they can be seen on the page: the quote is located, the value follows from it.

Owns the checks that are the same for everything the model says. Does not own what a valid phone number, address or name
is (`validity`), nor which of several findings wins (`resolve`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domainscout.extract.base import Reading
from domainscout.extract.descriptions import tells_contact
from domainscout.llm import validity
from domainscout.llm.answer import CHOICES, Answer, Cited, Described, Value
from domainscout.llm.prompt import told
from domainscout.llm.text import Shown, ShownPage, account_url
from domainscout.markup import Document, fold_quote
from domainscout.orders import is_order
from domainscout.orders.doubt import bids
from domainscout.profile import Phone, PhoneKind
from domainscout.records import Account, Evidence, Field, Finding, FindingValue, PageKind

METHOD = "llm"

MAX_QUOTE = 500
"""Characters of a quote at most: a whole page proves nothing."""

MAX_VALUES = 300
"""Plain values read of one answer."""

CHOSEN_CODE = 0.85
"""Confidence in a code that the model chose among the rules' candidates: of two people who label sites the second names
the first one's code in 87 of 100, and a code that the rules are less sure of gives way to it."""

MAX_DOUBTS = 10
"""Values of the rules that an answer may call wrong."""

DOUBT = 0.62
"""How much such a word counts against a value: what one rule read in running text falls by it, what two witnesses or
the page's own data say (a confidence of 0.93 and more) survives it."""

_CERTIFIED = re.compile(
    r"\b(?:certifi(?:ed|cates?|cation)|accredit(?:ed|ation)|register(?:ed)?|approved|licen[cs]ed|authori[sz]ed|members?"
    r"(?:hip)?(?: of)?|the|\d{5,})\b",
    re.I,
)

_DENIABLE = frozenset(Field) - {Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION, Field.LANGUAGE, Field.TECH_STACK}

_TEXTS: dict[str, tuple[Field, float, int]] = {
    "company_name": (Field.COMPANY_NAME, 0.8, 1),
    "legal_name": (Field.LEGAL_NAME, 0.8, 1),
    "acronym": (Field.ACRONYM, 0.7, 1),
    "business_type": (Field.BUSINESS_TYPE, 0.6, 1),
    "hours": (Field.HOURS, 0.75, 14),
    "certification": (Field.CERTIFICATIONS, 0.7, 25),
    "service": (Field.SERVICES, 0.7, 30),
    "product": (Field.PRODUCTS, 0.65, 30),
    "tag": (Field.TAGS, 0.6, 8),
}
"""Plain texts: field, confidence, entries kept."""

_PHONES = {
    "phone": PhoneKind.MAIN,
    "phone_sales": PhoneKind.SALES,
    "phone_support": PhoneKind.SUPPORT,
    "phone_mobile": PhoneKind.MOBILE,
    "fax": PhoneKind.OTHER,
}


@dataclass(slots=True, kw_only=True)
class Grounded:
    """What is left of an answer: findings, and how many values were not supported by the pages."""

    findings: list[Finding] = field(default_factory=list)
    unsupported: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a quote stands: on which page, in which words, and whether it is a contact or team page."""

    url: str
    quote: str
    kind: PageKind


class Pages:
    """The pages as evidence: visible text, title, description, addresses of links and images; nothing else is shown."""

    def __init__(self, reading: Reading, shown: Shown) -> None:
        self._shown = {page.number: page for page in shown.pages}
        self._documents = {read.url: read.document for read in reading.pages}
        self._texts = {url: _evidence_text(document) for url, document in self._documents.items()}
        self.everything = " ".join(_told_to_people(document) for document in self._documents.values())
        self.links = {account_url(link): link for document in self._documents.values() for link in document.links}
        self.images = {image.url for document in self._documents.values() for image in document.images if image.url}

    def locate(self, cited: Cited) -> Place | None:
        """Where the quote stands: on the page that is cited, else on another one; None when nowhere."""
        quote = cited.quote.strip().strip("…").strip()
        wanted = fold_quote(quote)
        if not wanted or len(quote) > MAX_QUOTE or is_order(quote):
            return None
        for page in self._pages_from(cited.page):
            if wanted in self._texts[page.url]:
                return Place(url=page.url, quote=quote, kind=page.kind)
        return None

    def _pages_from(self, number: int) -> Iterable[ShownPage]:
        cited = self._shown.get(number)
        if cited is not None:
            yield cited
        yield from (page for page in self._shown.values() if page is not cited)


def ground(
    answer: Answer,
    reading: Reading,
    shown: Shown,
    candidates: Sequence[str],
    *,
    reader: str,
    rules: Sequence[Finding] = (),
) -> Grounded:
    """Turn an answer into findings.

    Args:
        candidates: SIC codes in the order in which they were offered.
        rules: what the rules found: the answer may call some of it wrong.
        reader: stands on every finding: program version, model, version of the prompt.
    """
    result = _Grounding(answer, reading, shown, candidates, reader).run()
    result.findings = [_as_the_rules_say(finding, rules) for finding in result.findings]
    result.findings += _doubts(answer.wrong, rules, reader)
    return result


class _Grounding:
    def __init__(self, answer: Answer, reading: Reading, shown: Shown, candidates: Sequence[str], reader: str) -> None:
        self.answer = answer
        self.pages = Pages(reading, shown)
        self.regions = validity.regions(reading)
        self.candidates = candidates
        self.reader = reader
        self.result = Grounded()

    def run(self) -> Grounded:
        counted: Counter[str] = Counter()
        for said in self.answer.values[:MAX_VALUES]:
            counted[said.field] += 1
            if said.field in _TEXTS:
                self._text(said, counted[said.field])
            elif said.field in _PHONES:
                self._phone(said)
            else:
                getattr(self, f"_{said.field}")(said)
        self._addresses()
        self._people()
        self._descriptions()
        self._industry()
        return self.result

    def _keep(self, name: Field, value: FindingValue | None, place: Place | None, confidence: float) -> None:
        """Keep a value that has a place; count one that has not."""
        if value is None or place is None:
            self.result.unsupported += 1
            return
        evidence = Evidence(url=place.url, quote=place.quote, method=METHOD, reader=self.reader)
        self.result.findings.append(Finding(field=name, value=value, evidence=evidence, confidence=confidence))

    def _locate(self, said: Value) -> Place | None:
        quote = said.quote or said.value
        return self.pages.locate(Cited(page=said.page, quote=quote))

    def _text(self, said: Value, number: int) -> None:
        name, confidence, most = _TEXTS[said.field]
        if number > most:
            return
        place = self._locate(said)
        value = " ".join(said.value.split())
        fits = place is not None and validity.follows(value, place.quote) and validity.fits(name, value)
        self._keep(name, value if fits else None, place, confidence)

    def _phone(self, said: Value) -> None:
        place = self._locate(said)
        number = validity.phone(said.value, place.quote, self.regions) if place else None
        if number is None or place is None:
            self._keep(Field.PHONES, None, None, 0.0)
        elif said.field == "fax" or validity.about_fax(place.quote, said.value):
            self._keep(Field.FAXES, number, place, 0.75)
        else:
            phone = Phone(number=number, kind=_PHONES[said.field])
            self._keep(Field.PHONES, phone, place, self._near(place, PageKind.CONTACT, 0.75))

    def _email(self, said: Value) -> None:
        place = self._locate(said)
        email = validity.email(said.value, place.quote) if place else None
        self._keep(Field.EMAILS, email, place, self._near(place, PageKind.CONTACT, 0.8))

    def _social(self, said: Value) -> None:
        found = validity.account(said.value, self.pages.links)
        if found is None:
            self._keep(Field.SOCIAL, None, None, 0.0)
            return
        network, url = found
        place = self.pages.locate(Cited(page=said.page, quote=self.pages.links[url].href))
        self._keep(Field.SOCIAL, Account(network=network, url=url), place, 0.75)

    def _logo_url(self, said: Value) -> None:
        url = said.value.strip().strip("<>")
        place = self.pages.locate(Cited(page=said.page, quote=url)) if url in self.pages.images else None
        self._keep(Field.LOGO_URL, url, place, 0.75)

    def _addresses(self) -> None:
        for said in self.answer.addresses[:60]:
            place = self.pages.locate(said)
            address = validity.address(said, place.quote, self.regions) if place else None
            self._keep(Field.ADDRESSES, address, place, self._near(place, PageKind.CONTACT, 0.7))

    def _people(self) -> None:
        for said in self.answer.people[:200]:
            place = self.pages.locate(said)
            person = validity.person(said, place.quote) if place else None
            self._keep(Field.PEOPLE, person, place, self._near(place, PageKind.TEAM, 0.75))

    def _descriptions(self) -> None:
        for name, said, most in (
            (Field.SHORT_DESCRIPTION, self.answer.short_description, 500),
            (Field.LONG_DESCRIPTION, self.answer.long_description, 2000),
        ):
            if said is not None and said.text.strip():
                place = next(self._supports(said.support), None)
                sound = len(said.text) <= most and self._rests(said)
                self._keep(name, " ".join(said.text.split()) if sound else None, place, 0.75)

    def _rests(self, said: Described) -> bool:
        """Whether a description has been made from what the pages tell people, and tells no number by the way."""
        sound = not tells_contact(said.text) and not is_order(said.text)
        return sound and validity.rests_on(said.text, self.pages.everything)

    def _industry(self) -> None:
        said = self.answer.industry
        if said is None or said.sic is None:
            self.result.unsupported += said is not None and bool(said.name)  # words without a code say nothing
            return
        offered = {**dict(zip(CHOICES, self.candidates, strict=False)), **{code: code for code in self.candidates}}
        code = offered.get(said.sic.strip())
        agrees = code is not None and said.sector in (None, validity.section(code))
        place = next(self._supports(said.support), None)
        self._keep(Field.SIC_CODE, code, place, CHOSEN_CODE if agrees else 0.4)
        if said.name:
            name = " ".join(said.name.split())
            sound = agrees and not tells_contact(name) and not is_order(name)
            fits = sound and validity.names_trade(name, code or "", self.pages.everything)
            self._keep(Field.INDUSTRY, name if fits else None, place, 0.75)

    def _supports(self, support: Iterable[Cited]) -> Iterator[Place]:
        for cited in list(support)[:8]:
            place = self.pages.locate(cited)
            if place is not None and len(place.quote.split()) >= 2:
                yield place

    @staticmethod
    def _near(place: Place | None, kind: PageKind, confidence: float) -> float:
        return confidence + 0.1 if place is not None and place.kind is kind else confidence


def _as_the_rules_say(finding: Finding, rules: Sequence[Finding]) -> Finding:
    """A certification in the rules' words where only "certified", "member" and the like are different."""
    if finding.field is not Field.CERTIFICATIONS:
        return finding
    core = _CERTIFIED.sub("", str(finding.value)).split()
    for one in rules:
        if one.field is finding.field and _CERTIFIED.sub("", str(one.value)).split() == core:
            return replace(finding, value=one.value)
    return finding


def _doubts(wrong: Sequence[str], rules: Sequence[Finding], reader: str) -> Iterator[Finding]:
    """What the model thinks the rules got wrong, as findings against it: enough to drop a weak value, not a strong one.

    A page could talk a model into denying what is true; nothing but weakly founded values can be lost that way.
    """
    denied = {" ".join(text.split()) for text in wrong[:MAX_DOUBTS]}
    for finding in rules:
        if finding.field in _DENIABLE and " ".join(told(finding.value).split()) in denied:
            evidence = replace(finding.evidence, method=METHOD, reader=reader)
            yield Finding(field=finding.field, value=finding.value, evidence=evidence, confidence=-DOUBT)


def _told_to_people(document: Document) -> str:
    """The text of a page that descriptions may rest on: without lines that bid a reader to store something."""
    lines = [line.text for line in document.lines]
    lines += [document.title, document.meta.get("description", "")]
    return " ".join(fold_quote(line) for line in lines if not bids(line, plainly=True))


def _evidence_text(document: Document) -> str:
    machine = [document.title, document.meta.get("description", "")]
    machine += [link.href for link in document.links]
    machine += [image.url for image in document.images if image.url]
    return " \n ".join([document.visible_folded, *(fold_quote(text) for text in machine)])

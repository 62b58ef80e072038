"""A stand-in for a perfect model that also lies: answers built from a corpus's labels, mixed with invented values.

It sees only what the program sent. Each labelled value that stands in the shown text is answered with a quote from it;
a share of invented values is mixed in, each with a quote that is made up, or real but about something else.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Answer = dict[str, Any]

_NAMES = ("Ada Quillfeather", "Bram Oxenstone", "Cleo Vandersprout", "Dov Mirrorwell", "Esme Thistlewick")
_WORDS = ("zeppelin polishing", "quantum beekeeping", "lighthouse rental", "glacier insurance", "meteorite catering")
_STREETS = ("1 Nowhere Crescent", "77 Phantom Parade", "13 Mirage Wharf", "9 Chimera Court")


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page as it arrived at the server."""

    number: int
    url: str
    text: str


@dataclass(slots=True)
class GoldAnswers:
    """Answers for the companies of one corpus.

    Args:
        rows: the labels by domain.
        invented: share of invented values among the values of each list, and of single values replaced.
    """

    rows: dict[str, dict[str, Any]]
    invented: float = 0.3
    seed: int = 5
    lies: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, message: str) -> Answer:
        """The answer to one question, by the text of its first message."""
        domain = message.split("\n", 1)[0].removeprefix("Company web site: ").strip()
        row = self.rows.get(domain, {})
        dice = random.Random(f"{self.seed}:{domain}")
        talk = _Talk(row, pages_of(message), candidates_of(message), found_of(message), dice, self.invented)
        answer = talk.answer()
        self.lies[domain] = talk.lies
        return answer


def pages_of(message: str) -> list[ShownPage]:
    """The pages in a message."""
    found = re.findall(r"<page-(\w+) (\d+) \w+ (\S+)>\n(.*?)\n</page-\1>", message, re.S)
    return [ShownPage(int(number), url, text) for _, number, url, text in found]


def candidates_of(message: str) -> dict[str, str]:
    """The offered SIC codes by their number on the list."""
    return dict(re.findall(r"(?m)^(c\d\d) (\d{5}) ", message))


def found_of(message: str) -> dict[str, list[str]]:
    """What the rules found, as the message tells it."""
    told = message.partition("Found by rules:\n")[2].partition("\n\n")[0]
    return {name: rest.split("; ") for name, _, rest in (line.partition(": ") for line in told.split("\n")) if rest}


class _Talk:
    def __init__(
        self,
        row: dict[str, Any],
        pages: Sequence[ShownPage],
        candidates: dict[str, str],
        found: dict[str, list[str]],
        dice: random.Random,
        share: float,
    ) -> None:
        self.row = row
        self.pages = pages
        self.candidates = candidates
        self.found = found
        self.dice = dice
        self.share = share
        self.lies: list[str] = []

    def answer(self) -> Answer:
        phones = list(self._phones("phones", "phone")) + list(self._phones("faxes", "fax"))
        values = [*filter(None, [self._name(), self._logo()])]
        values += self._mixed(phones, self._false_phone)
        values += self._mixed(list(self._emails()), self._false_email)
        for name, single in (("hours", "hours"), ("services", "service"), ("certifications", "certification")):
            make = self._false_hours if name == "hours" else self._false_words
            values += [{**one, "field": single} for one in self._mixed(list(self._texts(name)), make)]
        values += self._mixed(list(self._social()), self._false_account)
        return {
            "values": values,
            "addresses": self._mixed(list(self._addresses()), self._false_address),
            "people": self._mixed(list(self._people()), self._false_person),
            "industry": self._industry(),
            "wrong": list(self._wrong()),
        }

    def _mixed(self, true: list[Answer], make: Any) -> list[Answer]:
        """The true values and so many invented ones that they are the wanted share of all."""
        count = round(len(true) * self.share / (1 - self.share)) if true else int(self.dice.random() < self.share)
        mixed = true + [make() for _ in range(count)]
        self.dice.shuffle(mixed)
        return mixed

    def _lie(self, value: str) -> Answer:
        """Page and quote for an invented value: half are made up, half are real words about something else."""
        self.lies.append(value)
        page = self.dice.choice(self.pages)
        lines = [line for line in page.text.split("\n") if len(line) > 8 and "<" not in line]
        if lines and self.dice.random() < 0.5:
            return {"page": page.number, "quote": self.dice.choice(lines)[:120]}
        return {"page": page.number, "quote": f"Contact: {value}"}

    def _false_phone(self) -> Answer:
        value = f"+44 20 7946 0{self.dice.randrange(100, 1000)}"
        return {**self._lie(value), "value": value, "field": "phone"}

    def _false_email(self) -> Answer:
        value = f"invented{self.dice.randrange(1000)}@example.net"
        return {**self._lie(value), "value": value, "field": "email"}

    def _false_address(self) -> Answer:
        street = f"{self.dice.choice(_STREETS)}"
        return {**self._lie(street), "street": street, "city": "Atlantis", "postcode": "ZZ9 9ZZ", "country": "GB"}

    def _false_person(self) -> Answer:
        name = self.dice.choice(_NAMES)
        return {**self._lie(name), "name": name, "title": "Chief Invention Officer"}

    def _false_hours(self) -> Answer:
        value = f"Mon-Sun {self.dice.randrange(1, 5)}:07am - 11:53pm"
        return {**self._lie(value), "value": value}

    def _false_words(self) -> Answer:
        value = self.dice.choice(_WORDS)
        return {**self._lie(value), "value": value}

    def _false_account(self) -> Answer:
        url = f"https://www.linkedin.com/company/invented-{self.dice.randrange(1000)}"
        return {**self._lie(url), "field": "social", "value": url}

    def _name(self) -> Answer | None:
        names = self.row.get("company_name") or []
        if self.dice.random() < self.share:
            value = "Phantom Mirage Holdings"
            return {**self._lie(value), "value": value, "field": "company_name"}
        for name in [names] if isinstance(names, str) else names:
            if found := self._find(name):
                return {**found, "value": name, "field": "company_name"}
        return None

    def _logo(self) -> Answer | None:
        if "logo_url" not in self.row:
            return None
        if self.dice.random() < self.share:
            value = "https://cdn.example.net/invented-logo.png"
            return {**self._lie(value), "value": value, "field": "logo_url"}
        wanted = self.row["logo_url"]
        for url in wanted if isinstance(wanted, list) else [wanted]:
            for page in self.pages:
                if f"<{url}>" in page.text:
                    return {"page": page.number, "quote": url, "value": url, "field": "logo_url"}
        return None

    def _industry(self) -> Answer | None:
        wanted = str(self.row.get("sic_code"))
        number = next((number for number, code in self.candidates.items() if code == wanted), None)
        if number is None or not self.pages:
            return None
        name = self.row.get("industry") or ""
        if name and self.dice.random() < self.share:
            name = self.dice.choice(_WORDS)
            self.lies.append(name)
        lines = [line for line in self.pages[0].text.split("\n") if len(line.split()) > 3 and "<" not in line]
        quote = lines[0].removeprefix("# ").removeprefix("Description: ")[:120] if lines else ""
        return {
            "sic": number,
            "sector": None,
            "name": name,
            "support": [{"page": self.pages[0].number, "quote": quote}],
        }

    def _wrong(self) -> Iterator[str]:
        """Contacts and places found by the rules that the labels do not know."""
        for name in ("phones", "faxes", "emails"):
            right = {*self.row.get(name, []), *self.row.get(f"{name}_optional", [])}
            yield from (value for value in self.found.get(name, []) if name in self.row and value not in right)
        right = {_plain_url(url) for url in self.row.get("social", {}).values()}
        shown = ", ".join(self.found.get("social", [])).split(", ")
        yield from (url for url in shown if url and "social" in self.row and _plain_url(url) not in right)
        places = self.row.get("addresses", [])
        if "addresses" in self.row and all(place.get("postcode") for place in places):
            told = self.found.get("addresses", [])
            yield from (one for one in told if not any(_is_place(one, place) for place in places))
        logos = self.row.get("logo_url")
        if logos is not None:
            right = {logos} if isinstance(logos, str) else set(logos)
            yield from (url for url in self.found.get("logo_url", []) if url not in right)

    def _phones(self, name: str, kind: str) -> Iterator[Answer]:
        for number in self.row.get(name, []):
            digits = re.sub(r"\D", "", number)
            for tail in range(10, 6, -1):
                if found := self._match(r"[\s().\-–/]*".join(digits[-tail:])):
                    yield {**found, "value": number, "field": kind}
                    break

    def _emails(self) -> Iterator[Answer]:
        for email in self.row.get("emails", []):
            if found := self._match(re.escape(email)):
                yield {**found, "value": email, "field": "email"}

    def _texts(self, name: str) -> Iterator[Answer]:
        for text in self.row.get(name, []):
            if found := self._find(text):
                yield {**found, "value": text}
            elif name == "hours":
                parts = [
                    (part, self._find(part))
                    for part in re.split(r"[;,·]|: (?=\D)", text)
                    if any(map(str.isdigit, part))
                ]
                yield from ({**found, "value": part.strip()} for part, found in parts if found)

    def _people(self) -> Iterator[Answer]:
        for person in self.row.get("people", []):
            title = person.get("title") or ""
            both = self._span([person["name"], title]) if title else None
            found = both or self._find(person["name"])
            if found:
                yield {**found, "name": person["name"], "title": title}

    def _addresses(self) -> Iterator[Answer]:
        for address in self.row.get("addresses", []):
            parts = [address[name] for name in ("street", "city", "region", "postcode") if address.get(name)]
            if found := self._span(parts):
                yield {
                    **found,
                    **{k: v for k, v in address.items() if k in ("street", "city", "region", "postcode", "country")},
                }

    def _social(self) -> Iterator[Answer]:
        for url in self.row.get("social", {}).values():
            for page in self.pages:
                shown = re.findall(r"<(https?://[^>\s]+)>", page.text)
                same = [u for u in shown if _plain_url(u) == _plain_url(url)]
                if same:
                    yield {"page": page.number, "quote": same[0], "field": "social", "value": same[0]}
                    break

    def _find(self, value: str) -> Answer | None:
        words = re.findall(r"\w+", value)
        return self._match(r"\W+".join(map(re.escape, words))) if words else None

    def _match(self, pattern: str) -> Answer | None:
        for page in self.pages:
            text = page.text.replace("\n", " ")
            if match := re.search(rf"(?:(?<=^)|(?<=\W)).{{0,12}}?(?:{pattern})", text, re.I):
                return {"page": page.number, "quote": _tidy(match[0])}
        return None

    def _span(self, parts: Sequence[str]) -> Answer | None:
        """The shortest stretch of one page, at most 300 characters, that holds all parts."""
        best: Answer | None = None
        for page in self.pages:
            text = page.text.replace("\n", " ")
            spots = [
                [m.span() for m in re.finditer(r"\W+".join(map(re.escape, re.findall(r"\w+", part))), text, re.I)]
                for part in parts
            ]
            if not spots or not all(spots):
                continue
            for start, _ in spots[0]:
                ends = [start]
                for spans in spots:
                    near = min(spans, key=lambda span: abs(span[0] - start))
                    ends += near
                low, high = min(ends), max(ends)
                if high - low <= 300 and (best is None or high - low < len(best["quote"])):
                    best = {"page": page.number, "quote": text[low:high]}
        return best


def _is_place(told: str, place: dict[str, Any]) -> bool:
    """Whether an address names a labelled place: its postcode, and its house number or a word of its street."""
    street = place.get("street") or ""
    street = re.findall(r"\b\d+\b", street) or re.findall(r"\w{5,}", street)
    return _letters(place["postcode"]) in _letters(told) and (not street or any(part in told for part in street))


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).upper()


def _tidy(quote: str) -> str:
    quote = quote.strip(" |·,;:-–")
    return re.sub(r"^(?:# |Description: )", "", quote)


def _plain_url(url: str) -> str:
    return unicodedata.normalize("NFKC", re.sub(r"^https?://(?:www\.)?", "", url.lower()).rstrip("/"))

"""The industry of a company: UK SIC 2007 codes ranked against what the site says.

Owns the ranking: which texts of a site tell its trade, and how much each counts. The same ranking gives a language
model its short list of codes, so that none is invented.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from domainscout.extract._organisations import organisations
from domainscout.extract._trades import WORD, Table, Term, begun_by, hits, trades, words_in
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.extract.sic import CODES
from domainscout.markup import Place
from domainscout.records import Field, Finding, PageKind

MIN_SCORE = 1.6
"""Below this the evidence is thin and no code is given: of 130 made-up companies three in four that got one got it
right, and of the open corpus all but one (2026-11)."""
MIN_LEAD = 1.08
"""How far the best code must be ahead of the next of another group."""
ELSEWHERE = 0.35
"""What a text counts on other pages than the home page."""
_MENU = (Place.NAV, Place.HEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SicCandidate:
    """A code with its official text and how well it fits (comparable within one site only)."""

    code: str
    text: str
    score: float


class Passage(NamedTuple):
    """A text that tells what the company does, with its weight and the page it stands on."""

    text: str
    weight: float
    url: str


def candidates(reading: Reading, limit: int = 15) -> list[SicCandidate]:
    """The codes that fit a site best, best first."""
    scores, _ = _ranked(list(passages(reading)))
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [SicCandidate(code=code, text=CODES[code], score=round(score, 3)) for code, score in ranked]


def read(reading: Reading) -> list[Finding]:
    """At most one code, with the words that speak for it most."""
    scores, reasons = _ranked(list(passages(reading)))
    score = max(scores.values(), default=0.0)
    if score < MIN_SCORE:
        return []
    code = min(code for code, worth in scores.items() if worth == score)
    second = max((worth for other, worth in scores.items() if other[:3] != code[:3]), default=0.0)
    if score < MIN_LEAD * second or code not in reasons:
        return []
    quote, url = reasons[code].quote, reasons[code].url
    lead = min(1.0, (score - second) / score)
    confidence = round(min(0.9, 0.35 + 0.3 * lead + 0.03 * min(score, 8.0)), 3)
    return [finding(Field.SIC_CODE, code, url=url, quote=quote, method="rules:industry", confidence=confidence)]


def passages(reading: Reading) -> Iterator[Passage]:
    """What a site says of its trade: title, description, headings, menu, first paragraphs, domain."""
    home = reading.pages[0] if reading.pages else None
    if home is None:
        return
    for read_page in reading.pages[:8]:
        near = 1.0 if read_page is home else ELSEWHERE
        document = read_page.document
        yield Passage(text=document.title, weight=2.0 * near, url=read_page.url)
        for key in ("description", "og:description", "keywords"):
            if value := document.meta.get(key):
                yield Passage(text=value[:400], weight=(1.6 if key == "description" else 0.6) * near, url=read_page.url)
        for item in organisations(read_page):
            kind = item.get("@type")
            names = kind if isinstance(kind, list) else [kind]
            words = " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(n)) for n in names)
            yield Passage(text=f"{words} {item.get('name') or ''}", weight=2.0 * near, url=read_page.url)
        yield from _lines(read_page, home=read_page is home)
    yield Passage(text=re.sub(r"[.-]", " ", reading.domain), weight=2.0, url=home.url)


def _lines(read_page: ReadPage, *, home: bool) -> list[Passage]:
    found: list[Passage] = []
    url, near = read_page.url, 1.0 if home else ELSEWHERE
    room = 3000 if home or read_page.kind in (PageKind.ABOUT, PageKind.SERVICES) else 0
    for line in read_page.document.lines:
        if line.level and line.place is not Place.FOOTER:
            found.append(Passage(line.text[:400], (1.4 if line.level == 1 else 0.8) * near, url))
        elif line.place in _MENU:
            if home:
                found.append(Passage(line.text[:200], 0.5, url))
        elif room > 0 and len(line.text) > 40:
            text = line.text[:400]
            room -= len(text)
            found.append(Passage(text, 0.35, url))
    return found


class _Hit(NamedTuple):
    """Words of a text that speak for a code: how much, which of the text's words, and its page."""

    strength: float
    text: str
    first: int
    length: int
    url: str

    @property
    def quote(self) -> str:
        """The words as they stand there."""
        spans = [match.span() for match in WORD.finditer(self.text)][self.first : self.first + self.length]
        return self.text[spans[0][0] : spans[-1][1]]


_NO_HIT = _Hit(0.0, "", 0, 0, "")


def _ranked(given: list[Passage]) -> tuple[dict[str, float], dict[str, _Hit]]:
    """Scores of codes, and for each the strongest hit."""
    table = trades()
    together = [(text, words_in(text), *told) for text, told in _together(given).items()]
    every = frozenset[str]().union(*[words for _, words, *_ in together])
    begun, official = begun_by(every), every & table.codes.keys()
    gained: dict[Term, float] = defaultdict(float)
    strongest: dict[str, _Hit] = {}
    tokens_seen: dict[str, float] = defaultdict(float)
    for text, words, weight, most, url in together:
        for word in official.intersection(words):
            tokens_seen[word] += weight
        for term, at in () if begun.keys().isdisjoint(words) else hits(words, begun):
            gained[term] += weight * term.strength
            if most * term.strength > strongest.get(term.code, _NO_HIT).strength:
                strongest[term.code] = _Hit(most * term.strength, text, at, len(term.words), url)
    scores: dict[str, float] = defaultdict(float)
    for term, worth in gained.items():
        scores[term.code] += term.strength * _saturated(worth / term.strength)
    for code, worth in _official(tokens_seen, table):
        scores[code] += worth
    return dict(scores), strongest


def _together(given: list[Passage]) -> dict[str, tuple[float, float, str]]:
    """Equal texts (menus, titles) once: the sum of their weights, the greatest of them and the page it was on."""
    found: dict[str, tuple[float, float, str]] = {}
    for one in given:
        total, most, url = found.get(one.text, (0.0, 0.0, ""))
        found[one.text] = (total + one.weight, max(most, one.weight), one.url if one.weight > most else url)
    return found


def _saturated(worth: float) -> float:
    return 3.0 * worth / (worth + 2.5)


def _official(tokens_seen: Mapping[str, float], table: Table) -> Iterator[tuple[str, float]]:
    """BM25-like worth of the official texts themselves: a small voice that also covers rare trades."""
    worth: dict[str, float] = defaultdict(float)
    for word in tokens_seen:
        part = table.idf[word] * _saturated(tokens_seen[word])
        for code in table.codes[word]:
            worth[code] += part
    for code, total in worth.items():
        yield code, 0.25 * total / table.lengths[code]


EXTRACTOR = Extractor(name="industry", fields=frozenset({Field.SIC_CODE}), cost=1.0, read=read)

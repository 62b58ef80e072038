"""The industry of a company: UK SIC 2007 codes ranked against what the site says, and the hierarchy above a code.

Owns uk-sic-codes, the table of trade words (`data/sic_terms.txt`) and the ranking. The same ranking gives a language
model its short list of codes, so that none is invented.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

import uk_sic_codes
import uk_sic_codes.data

from domainscout.extract._lines import holding
from domainscout.extract._literals import any_of
from domainscout.extract._organisations import organisations
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
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

_WORD = re.compile(r"[^\W_]+(?:[&'’][^\W_]+)?")
_FOLDED = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_STOP = frozenset(
    [
        "activities",
        "other",
        "and",
        "of",
        "the",
        "in",
        "for",
        "not",
        "to",
        "n",
        "e",
        "c",
        "by",
        "on",
        "with",
        "except",
        "or",
        "a",
        "an",
        "services",
        "service",
        "products",
        "goods",
        "general",
        "via",
        "own",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SicCandidate:
    """A code with its official text and how well it fits (comparable within one site only)."""

    code: str
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SicPath:
    """The official text of a code and what stands above it."""

    sic_text: str
    sub_industry: str
    industry: str
    sector: str


class Passage(NamedTuple):
    """A text that tells what the company does, with its weight and the page it stands on."""

    text: str
    weight: float
    url: str


def hierarchy(code: str) -> SicPath | None:
    """Text, sub-industry, industry (division) and sector (section) of a code; None where there is no such code."""
    found = uk_sic_codes.lookup(code)
    if found is None:
        return None
    plain = re.sub(r"\s*(?:n\.e\.c\.?|\(.*?\)|activities)\s*$", "", found.description).strip(" ,")
    return SicPath(
        sic_text=found.description, sub_industry=plain, industry=_divisions()[found.division], sector=found.section_name
    )


SECTORS: tuple[str, ...] = tuple(uk_sic_codes.data.SECTIONS.values())
"""The closed list of sectors: the sections of UK SIC 2007."""


def derived(code: str | None) -> dict[str, str]:
    """The profile fields that follow from a code: sic_text, sub_industry, industry, sector; empty without one."""
    path = hierarchy(code) if code else None
    return {} if path is None else asdict(path)


def candidates(reading: Reading, limit: int = 15) -> list[SicCandidate]:
    """The codes that fit a site best, best first."""
    scores, _ = _ranked(list(passages(reading)))
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [
        SicCandidate(code=code, text=uk_sic_codes.data.CODES[code], score=round(score, 3)) for code, score in ranked
    ]


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


def names_a_trade(text: str) -> bool:
    """Whether a short text has a word of some trade in it, of the table or of the official texts."""
    words = _words(text)
    return not _table().codes.keys().isdisjoint(words) or next(_hits(words, _begun_by(words)), None) is not None


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


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    words: tuple[str, ...]
    code: str
    strength: float
    open_end: bool


class _Opened(NamedTuple):
    """The terms that a word opens: alone, with the word behind it, and where that is only begun by the term's."""

    alone: tuple[_Term, ...] = ()
    followed: Mapping[str, Sequence[_Term]] = MappingProxyType({})
    loose: tuple[_Term, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """The terms by what they begin with, and the official texts: words with their worth and codes, codes by length."""

    exact: dict[str, _Opened]
    begins: dict[str, tuple[_Term, ...]]
    inside: tuple[_Term, ...]
    inside_any: re.Pattern[str]
    idf: dict[str, float]
    lengths: dict[str, float]
    codes: dict[str, tuple[str, ...]]


_Begun = dict[str, _Opened]
_NOTHING = _Opened()
MIN_COMPOUND = 7
"""Letters that a word has at most without being searched for parts."""


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
        spans = [match.span() for match in _WORD.finditer(self.text)][self.first : self.first + self.length]
        return self.text[spans[0][0] : spans[-1][1]]


_NO_HIT = _Hit(0.0, "", 0, 0, "")


def _ranked(given: list[Passage]) -> tuple[dict[str, float], dict[str, _Hit]]:
    """Scores of codes, and for each the strongest hit."""
    table = _table()
    together = [(text, _words(text), *told) for text, told in _together(given).items()]
    every = frozenset[str]().union(*[words for _, words, *_ in together])
    begun, official = _begun_by(every), every & table.codes.keys()
    gained: dict[_Term, float] = defaultdict(float)
    strongest: dict[str, _Hit] = {}
    tokens_seen: dict[str, float] = defaultdict(float)
    for text, words, weight, most, url in together:
        for word in official.intersection(words):
            tokens_seen[word] += weight
        for term, at in () if begun.keys().isdisjoint(words) else _hits(words, begun):
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


def _official(tokens_seen: Mapping[str, float], table: _Table) -> Iterator[tuple[str, float]]:
    """BM25-like worth of the official texts themselves: a small voice that also covers rare trades."""
    worth: dict[str, float] = defaultdict(float)
    for word in tokens_seen:
        part = table.idf[word] * _saturated(tokens_seen[word])
        for code in table.codes[word]:
            worth[code] += part
    for code, total in worth.items():
        yield code, 0.25 * total / table.lengths[code]


def _hits(words: list[str], begun: _Begun) -> Iterator[tuple[_Term, int]]:
    for at, word in enumerate(words):
        if word in begun:
            alone, followed, loose = begun[word]
            for term in alone:
                yield term, at
            for term in (*followed.get(words[at + 1], ()), *loose) if at + 1 < len(words) else ():
                if _stands(term, words, at):
                    yield term, at


def _begun_by(words: Iterable[str]) -> _Begun:
    """The terms that may begin with each of these words, or be a part of it; most words of a site begin none."""
    table = _table()
    exact, begins = table.exact, table.begins
    telling = (exact.keys() & words).union([word for word in words if word[:4] in begins])
    telling.update(holding(table.inside_any, "\n".join([word for word in words if len(word) > MIN_COMPOUND])))
    return {word: opened for word in telling if (opened := _opened_by(word, table)) is not _NOTHING}


def _opened_by(word: str, table: _Table) -> _Opened:
    exact = table.exact.get(word, _NOTHING)
    more = [term for term in table.begins.get(word[:4], ()) if word.startswith(term.words[0])]
    if len(word) > MIN_COMPOUND:
        more += [term for term in table.inside if term.words[0] in word]
    return exact._replace(alone=(*exact.alone, *more)) if more else exact


def _stands(term: _Term, words: list[str], at: int) -> bool:
    """Whether the words of a term stand from a place on; its last one is compared first, for most differ there."""
    wanted = term.words
    end = at + len(wanted) - 1
    if end >= len(words):
        return False
    last = words[end].startswith(wanted[-1]) if term.open_end else words[end] == wanted[-1]
    return last and tuple(words[at:end]) == wanted[:-1]


def _words(text: str) -> list[str]:
    """The folded words of a text."""
    if text.isascii():
        if "&" in text or "'" in text:
            return _WORD.findall(text.lower())
        return text.encode("ascii").translate(_FOLDED).decode("ascii").split()
    return [word.lower() if word.isascii() else _plain(word) for word in _WORD.findall(text)]


def _plain(text: str) -> str:
    lowered = text.lower().replace("ß", "ss").replace("’", "'")
    if lowered.isascii():
        return lowered
    return (
        "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
        .replace("ł", "l")
        .replace("ø", "o")
        .replace("æ", "ae")
    )


@cache
def _table() -> _Table:
    exact: dict[str, list[_Term]] = defaultdict(list)
    begins: dict[str, list[_Term]] = defaultdict(list)
    inside: list[_Term] = []
    for line in _data("sic_terms.txt"):
        code, _, rest = line.partition(":")
        for raw in rest.split(","):
            _sort_in(_term(raw.strip(), code.strip()), raw.strip(), exact, begins, inside)
    official = {code: tuple(_official_words(text)) for code, text in uk_sic_codes.data.CODES.items()}
    frequency = Counter(word for words in official.values() for word in set(words))
    idf = {word: math.log(1 + len(official) / count) / 3 for word, count in frequency.items()}
    return _Table(
        {word: _opened(terms) for word, terms in exact.items()},
        {word: tuple(terms) for word, terms in begins.items()},
        tuple(inside),
        re.compile(any_of(" ".join(term.words[0] for term in inside))),
        idf,
        {code: math.sqrt(len(words) + 2) for code, words in official.items()},
        {word: tuple(code for code, words in official.items() if word in words) for word in idf},
    )


def _opened(terms: list[_Term]) -> _Opened:
    """Terms with the same first word, by the second: a word like "car" opens dozens, and few of them stand there."""
    followed: dict[str, list[_Term]] = defaultdict(list)
    alone, loose = [], []
    for term in terms:
        if len(term.words) == 1:
            alone.append(term)
        elif len(term.words) == 2 and term.open_end:
            loose.append(term)
        else:
            followed[term.words[1]].append(term)
    return _Opened(tuple(alone), dict(followed), tuple(loose))


def _term(raw: str, code: str) -> _Term:
    words = tuple(_words(raw.strip("!*")))
    strength = (2.0 if raw.startswith("!") else 1.0) * (1.35 if len(words) > 1 else 1.0)
    return _Term(words, code, strength, raw.endswith("*"))


def _sort_in(
    term: _Term, raw: str, exact: dict[str, list[_Term]], begins: dict[str, list[_Term]], inside: list[_Term]
) -> None:
    if raw.lstrip("!").startswith("*"):
        inside.append(term)
    elif len(term.words) == 1 and term.open_end:
        if len(term.words[0]) >= 4:
            begins[term.words[0][:4]].append(term)
        else:
            exact[term.words[0]].append(term)
    else:
        exact[term.words[0]].append(term)


def _official_words(text: str) -> Iterator[str]:
    seen = set()
    for word in _words(text):
        if word not in _STOP and len(word) > 2 and word not in seen:
            seen.add(word)
            yield word


@cache
def _divisions() -> dict[str, str]:
    return {line[:2]: line[3:] for line in _data("sic_divisions.txt")}


def _data(name: str) -> Iterable[str]:
    text = files("domainscout.extract").joinpath(f"data/{name}").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


EXTRACTOR = Extractor(name="industry", fields=frozenset({Field.SIC_CODE}), cost=1.0, read=read)

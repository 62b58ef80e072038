"""What kind of establishment a site speaks for, as far as it says so: charity, franchise, sole trader, head office …

Owns a short closed list (`TYPES`) with the words that state each; the first type stated wins.
"""

from __future__ import annotations

import re

from domainscout.extract._lines import Question, words_of_site
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.literals import any_text
from domainscout.records import Field, Finding

TYPES: tuple[tuple[str, tuple[str, ...], re.Pattern[str], float], ...] = tuple(
    (name, tuple(stems.split()), re.compile(words), confidence)
    for name, stems, words, confidence in (
        (
            "Charity",
            "charit 501 gemeinn loi profit lucr",
            r"\bregistered charity\b|\bcharity (?:no|number|reg)\b|\b501\s?\(c\)\s?\(?3\)?"
            r"(?! (?:organi[sz]ations|charities|non-?profits|nonprofits|entities|groups|clients))|"
            r"\bgemeinnützige[rn]? (?:verein|gmbh|organisation)\b"
            r"|\bassociation loi (?:de )?1901\b|\bwithout profit|\bsin ánimo de lucro\b|\bsenza scopo di lucro\b|"
            r"\bsans but lucratif\b|\bsem fins lucrativos\b",
            0.9,
        ),
        ("Community interest company", "interest", r"\bcommunity interest company\b", 0.85),
        (
            "Cooperative",
            "operativ cooperativ coopérativ genossen",
            r"\b(?:co-?operative society|genossenschaft|société coopérative|sociedad cooperativa|"
            r"società cooperativa)\b",
            0.8,
        ),
        (
            "Franchise",
            "franchis independently",
            r"\bindependently owned and operated\b|\ba franchise of\b|\bfranchisee of\b|\bfranchise partner\b",
            0.8,
        ),
        (
            "Sole trader",
            "sole einzel individu entrepr autoentrepr microentrepr autónomo eenmans osvč osoba",
            r"\bsole (?:trader|proprietor)\b|\beinzelunternehme[nr]|\bentreprise individuelle\b|"
            r"\bauto-?entrepreneur\b|\bmicro-?entrepr(?:ise|eneur)\b"
            r"|\bautónomo\b|\bditta individuale\b|\beenmanszaak\b|\bosvč\b|\bfyzická osoba\b",
            0.85,
        ),
        (
            "Partnership",
            "liabil partner partg",
            r"\blimited liability partnership\b|\bpartnerschaftsgesellschaft\b|\bpartg mbb\b",
            0.8,
        ),
        (
            "Subsidiary",
            "subsidi unternehmen filiale",
            r"\b(?:a|wholly[- ]owned) subsidiary of\b|\bein unternehmen der\b|\bfiliale du groupe\b",
            0.75,
        ),
        ("Branch", "branch niederlass succurs", r"\bbranch of\b|\bniederlassung der\b|\bsuccursale de\b", 0.55),
        (
            "Head office",
            "head haupt firmensitz siège sede hoofd",
            r"\bhead ?office\b|\bheadquarter(?:s|ed)\b|\bhauptsitz\b|\bfirmensitz\b|\bsiège social\b|"
            r"\bsede (?:central|legale|social)\b|\bhoofdkantoor\b",
            0.7,
        ),
    )
)
"""Name, beginnings of words of which every text that states the type holds one, the words that state it, confidence."""
_STATING = Question(like=re.compile(f"\\n(?:{any_text(stem for _, stems, _, _ in TYPES for stem in stems)})"))
MAX_LINE = 1_500


def read(reading: Reading) -> list[Finding]:
    """The first type of the list that a page states."""
    best: tuple[int, Finding] | None = None
    stated = {text: found for text in words_of_site(reading).answering(_STATING) if (found := _stated(text))}
    for read_page in reading.pages if stated else ():
        for text in [line.text for line in read_page.document.lines if line.text in stated]:
            rank, quote = stated[text]
            if best is None or rank < best[0]:
                best = (rank, _finding(rank, quote, read_page.url))
    return [] if best is None else [best[1]]


def _stated(text: str) -> tuple[int, str] | None:
    """The place of the first type that a line states, and its words."""
    lowered = text.lower()
    if len(text) > MAX_LINE or len(lowered) != len(text):
        return None
    for rank, (_, stems, words, _) in enumerate(TYPES):
        if any(map(lowered.__contains__, stems)) and (match := words.search(lowered)):
            return rank, text[match.start() : match.end()]
    return None


def _finding(rank: int, quote: str, url: str) -> Finding:
    name, _, _, confidence = TYPES[rank]
    return finding(Field.BUSINESS_TYPE, name, url=url, quote=quote, method="rules:business_type", confidence=confidence)


EXTRACTOR = Extractor(name="business_type", fields=frozenset({Field.BUSINESS_TYPE}), cost=0.1, read=read)

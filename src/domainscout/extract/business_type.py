"""What kind of establishment a site speaks for, as far as it says so: charity, franchise, sole trader, head office …

Owns a short closed list (`TYPES`) with the words that state each; the first type stated wins.
"""

from __future__ import annotations

import re

from domainscout.extract._lines import words_of_site
from domainscout.extract._literals import any_of
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.records import Field, Finding

TYPES: tuple[tuple[str, re.Pattern[str], float], ...] = tuple(
    (name, re.compile(words, re.I), confidence)
    for name, words, confidence in (
        (
            "Charity",
            r"\bregistered charity\b|\bcharity (?:no|number|reg)\b|\b501\s?\(c\)\s?\(?3\)?|"
            r"\bgemeinnützige[rn]? (?:verein|gmbh|organisation)\b"
            r"|\bassociation loi (?:de )?1901\b|\bwithout profit|\bsin ánimo de lucro\b|\bsenza scopo di lucro\b|"
            r"\bsans but lucratif\b|\bsem fins lucrativos\b",
            0.9,
        ),
        ("Community interest company", r"\bcommunity interest company\b", 0.85),
        (
            "Cooperative",
            r"\b(?:co-?operative society|genossenschaft|société coopérative|sociedad cooperativa|"
            r"società cooperativa)\b",
            0.8,
        ),
        (
            "Franchise",
            r"\bindependently owned and operated\b|\ba franchise of\b|\bfranchisee of\b|\bfranchise partner\b",
            0.8,
        ),
        (
            "Sole trader",
            r"\bsole (?:trader|proprietor)\b|\beinzelunternehme[nr]|\bentreprise individuelle\b|"
            r"\bauto-?entrepreneur\b|\bmicro-?entrepr(?:ise|eneur)\b"
            r"|\bautónomo\b|\bditta individuale\b|\beenmanszaak\b|\bosvč\b|\bfyzická osoba\b",
            0.85,
        ),
        ("Partnership", r"\blimited liability partnership\b|\bpartnerschaftsgesellschaft\b|\bpartg mbb\b", 0.8),
        ("Subsidiary", r"\b(?:a|wholly[- ]owned) subsidiary of\b|\bein unternehmen der\b|\bfiliale du groupe\b", 0.75),
        ("Branch", r"\bbranch of\b|\bniederlassung der\b|\bsuccursale de\b", 0.55),
        (
            "Head office",
            r"\bhead ?office\b|\bheadquarter(?:s|ed)\b|\bhauptsitz\b|\bfirmensitz\b|\bsiège social\b|"
            r"\bsede (?:central|legale|social)\b|\bhoofdkantoor\b",
            0.7,
        ),
    )
)
_STEMS = re.compile(
    any_of(
        """
        charit 501 gemeinn loi profit lucr interest operativ genossen franchis independently sole einzel
        individu entrepr autónomo eenmans osvč osoba liabil partner subsidi unternehmen filiale branch
        niederlass succurs head haupt firmensitz siège sede hoofd
        """
    )
)
"""Parts of words; every text that states a type holds one."""
MAX_LINE = 1_500


def read(reading: Reading) -> list[Finding]:
    """The first type of the list that a page states."""
    best: tuple[int, Finding] | None = None
    maybe = words_of_site(reading).like(_STEMS)
    for read_page in reading.pages if maybe else ():
        for line in read_page.document.lines:
            if line.text not in maybe or len(line.text) > MAX_LINE:
                continue
            for rank, (name, words, confidence) in enumerate(TYPES):
                if best is not None and best[0] <= rank:
                    break
                if match := words.search(line.text):
                    best = (
                        rank,
                        finding(
                            Field.BUSINESS_TYPE,
                            name,
                            url=read_page.url,
                            quote=match[0],
                            method="rules:business_type",
                            confidence=confidence,
                        ),
                    )
    return [] if best is None else [best[1]]


EXTRACTOR = Extractor(name="business_type", fields=frozenset({Field.BUSINESS_TYPE}), cost=0.1, read=read)

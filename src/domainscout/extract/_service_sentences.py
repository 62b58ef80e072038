"""Offerings that a sentence counts: "Our services include boiler repairs, bathrooms and drains."

Owns the words that open such a count and the cutting of it. What is an offering by its words is `_service_words`.
"""

from __future__ import annotations

import re

from domainscout.extract._lines import Question, words_of_site
from domainscout.extract._listings import Listing, listing_of
from domainscout.extract._people_words import listed, plain
from domainscout.extract._service_words import label
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Place

_COUNT = re.compile(
    r"\b(?:(?:services?|work|treatments|practice areas|areas of practice|specialities|specialties)(?: \w+){0,2}? "
    r"(?:include|includes|including|range from|cover|covers|comprise)"
    r"|specialis(?:e|es|ing) in|specializ(?:e|es|ing) in|leistungen umfassen|spezialisiert auf|"
    r"(?:services|prestations) (?:comprennent|incluent)|sp[ée]cialis[ée]e?s? (?:en|dans)|servicios incluyen|"
    r"especializad[oa]s? en|servizi (?:comprendono|includono)|specializzat[oi] in|diensten omvatten|"
    r"gespecialiseerd in)(?: both| the following| everything from| all (?:types|aspects) of)?:? ",
    re.I,
)
_END = re.compile(
    r"(?<=\w\w)[.!?](?: |$)|\s[–—]\s| (?:for|to help|so that|throughout|across|in and around|at|which|as well as) "
)
_PARTS = re.compile(r"\s*(?:,|;|•|·)\s*(?:and |und |et |y |e |en |or )?|\s+(?:and|und|et|y|e|en|&)\s+(?=[^,;]*$)")
_WITHIN = re.compile(r"\([^)]*\)")
_TELLING = """
    include includes including range cover covers comprise specialise specialises specialising specialize specializes
    specializing umfassen spezialisiert comprennent incluent specialisé spécialisé spécialisée spécialisés specialisee
    incluyen especializada especializado especializados especializadas comprendono includono specializzato specializzati
    omvatten gespecialiseerd
    """
_COUNTING = Question(lambda: listed(plain(_TELLING)))
"""Words of such an opening: a line without any counts nothing."""
MAX_LINE = 600
MAX_WORDS = 5
"""Words of one part: longer ones tell a story."""


def counting_lines(reading: Reading) -> set[str]:
    """The lines of a site that may count offerings."""
    return words_of_site(reading).answering(_COUNTING)


def sentences(page: ReadPage, counting: set[str]) -> list[Listing]:
    """The counts of three offerings or more in the sentences of a page.

    Args:
        counting: the lines that are worth reading, as `counting_lines` gives them.
    """
    found: list[Listing] = []
    for line in page.document.lines if counting else ():
        if line.text in counting and 40 < len(line.text) <= MAX_LINE and line.place not in (Place.NAV, Place.FOOTER):
            match = _COUNT.search(line.text)
            parts = _counted(line.text[match.end() :]) if match else []
            if len(parts) >= 3:
                found += listing_of(page.url, [(part, part) for part in parts], 1.9)
    return found


def _counted(text: str) -> list[str]:
    """The parts of a count up to the end of its sentence; none where one is no short name."""
    counted = _END.split(text, maxsplit=1)[0]
    parts = []
    for part in _PARTS.split(counted):
        bare = _WITHIN.sub("", part).strip(" .")
        if not bare:
            continue
        shown = label(bare)
        if shown is None or shown.count(" ") >= MAX_WORDS:
            return []
        parts.append(shown)
    return parts

"""Which lines of a page speak of somebody else: supervisory bodies, insurers, hosts, web designers. Owns those words.

Contact data in such a passage is true, but it is not the company's. Shared by all contact extractors.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from domainscout.extract._asides import is_in_passing
from domainscout.extract._lines import Question, words_of_site
from domainscout.extract._people_words import ordinary_words
from domainscout.extract.base import Reading
from domainscout.literals import anchored, any_text, rarest
from domainscout.markup import Document

_LONG = 160
"""Characters of a line that is a paragraph, and before a place in it that tell whose it is."""
_REACH = 8
"""Lines after the words that are still about the other party when no heading comes before."""

_AUTHORITIES = (
    "supervisory authorit",
    "data protection authorit",
    "data protection commission",
    "lodge a complaint",
    "right to complain",
    "information commissioner",
    "ombudsman",
    "ombudsmen",
    "arbitration board",
    "arbitration body",
    "competent bar",
    "competent chamber",
    "bar association",
    "aufsichtsbehörde",
    "zuständige kammer",
    "zuständige stelle",
    "anwaltskammer",
    "ärztekammer",
    "handwerkskammer",
    "handelskammer",
    "schlichtung",
    "datenschutzbeauftragte für",
    "datenschutzbeauftragter des landes",
    "landesbeauftragte",
    "berufshaftpflicht",
    "haftpflichtversicher",
    "autorité de contrôle",
    "cnil",
    "médiateur",
    "médiation de la consommation",
    "garante per la protezione",
    "garante privacy",
    "garanteprivacy",
    "autorità di controllo",
    "española de protección de datos",
    "autoridad de control",
    "autoridade de controlo",
    "autoriteit persoonsgegevens",
    "datatilsynet",
    "úřad pro ochranu",
    "urzędu ochrony",
    "urząd ochrony",
    "obchodní inspekce",
    "professional indemnity",
)
_MAKERS = (
    "site by",
    "website by",
    "web design by",
    "website design by",
    "site design by",
    "webdesign by",
    "webdesign von",
    "webdesign:",
    "web design:",
    "website design:",
    "designed by",
    "developed by",
    "hosted by",
    "powered by",
    "hosting provider",
    "hostinganbieter",
    "hosting-anbieter",
    "website hosted",
    "hébergeur",
    "hébergement du site",
    "hébergé par",
    "site réalisé par",
    "réalisation du site",
    "diseño web",
    "diseñado por",
    "realizzato da",
    "sito web realizzato",
    "realizzazione sito",
    "webmaster",
    "konzept und umsetzung",
    "konzeption und umsetzung",
    "umsetzung und gestaltung",
    "gestaltung und umsetzung",
    "gestaltung und programmierung",
)
_HEADED = (
    "report a claim",
    "claims numbers",
    "claims reporting",
    "sister hotels",
    "our sister hotels",
    "sister companies",
    "our sister companies",
    "schwesterunternehmen",
    "schwesterfirmen",
    "sociétés sœurs",
    "empresas hermanas",
    "zusterbedrijven",
    "recommended suppliers",
)
"""Headings over numbers of other firms: an insurance agent's page lists its insurers, a hotel's its sisters."""
_FAIRS = (
    "trade fairs",
    "trade shows",
    "exhibitions",
    "messen",
    "messetermine",
    "foires et salons",
    "ferias",
    "fiere",
    "vakbeurzen",
    "targi",
)
"""Headings over the places of fairs that a company goes to; often in a footer, and the postcode ends it."""
_POSTCODE = re.compile(r"\d{4}")
_STAND_IN = re.compile(r"\b(?:handled|provided|covered) by [A-Z][^.]{2,40}$|\bVertretung:? .{0,40}$")
"""Who answers out of hours or on holidays, right before the number."""
_ANY_MAKER = re.compile(any_text(_MAKERS))
_ANY_STEM = re.compile(anchored(_AUTHORITIES + _MAKERS))
"""For texts with case folded."""
_CREDIT = re.compile(r" by\W*$| by\b.{0,60}$|webdesign|webmaster|konzept|gestaltung", re.I)
"""A maker's credit is one line, or two; what follows it is the company's again."""
_TELLING = re.compile(anchored(rarest(_AUTHORITIES + _MAKERS + _HEADED + _FAIRS, ordinary_words()).split()))
_NAMING = Question(like=_TELLING)
_CACHE: WeakKeyDictionary[Reading, dict[Document, frozenset[int]]] = WeakKeyDictionary()


def lines_of_others(reading: Reading) -> dict[Document, frozenset[int]]:
    """By page, indexes of the lines that speak of another party: the naming line and what follows up to a heading."""
    known = _CACHE.get(reading)
    if known is None:
        maybe = words_of_site(reading).answering(_NAMING)
        folded = [(text, text.casefold()) for text in maybe]
        naming = {text for text, line in folded if _ANY_STEM.search(line) or line.strip(" :") in _HEADED + _FAIRS}
        pages = (read.document for read in reading.pages)
        known = _CACHE[reading] = {page: _find(page, naming) if naming else frozenset() for page in pages}
    return known


def is_of_another(line: str, place: int) -> bool:
    """Whether the words right before a place in a long paragraph speak of another party.

    Legal notices are often one paragraph: the company first, then "Hébergeur : …" with that one's address. A maker's
    credit may end a line of any length: "© Example Ltd. Site by …".
    """
    before = line[max(0, place - _LONG) : place].casefold()
    if (_ANY_STEM if len(line) > _LONG else _ANY_MAKER).search(before) or is_in_passing(line, place):
        return True
    return ("ed by " in before or "vertretung" in before) and _STAND_IN.search(line[:place]) is not None


def _find(document: Document, naming: set[str]) -> frozenset[int]:
    found: set[int] = set()
    own = _own_name(document.url)
    for line in document.lines:
        if (
            line.text not in naming
            or (not line.level and line.text.casefold().strip(" :") in _HEADED + _FAIRS)
            or (own and own in re.sub(r"[^a-z0-9]", "", line.text.casefold()))
        ):
            continue
        found.add(line.index)
        reach, fair = _reach(line.text), line.text.casefold().strip(" :") in _FAIRS
        for following in document.lines[line.index + 1 : line.index + 1 + reach]:
            if following.level or following.place is not line.place:
                break
            found.add(following.index)
            if fair and _POSTCODE.search(following.text):
                break
    return frozenset(found)


def _reach(text: str) -> int:
    """How many lines after a naming line are about the other party still."""
    if _CREDIT.search(text):
        return 0 if "@" in text else 1
    return _REACH


def _own_name(url: str) -> str:
    labels = [label for label in (urlsplit(url).hostname or "").split(".") if label != "www"]
    return max((re.sub(r"[^a-z0-9]", "", label) for label in labels[:-1]), key=len, default="")

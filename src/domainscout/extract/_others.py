"""Which lines of a page speak of somebody else: supervisory bodies, insurers, hosts, web designers. Owns those words.

Contact data in such a passage is true, but it is not the company's. Shared by all contact extractors.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from domainscout.markup import Document

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
    "sito realizzato da",
    "sito web realizzato",
    "realizzazione sito",
    "umsetzung und gestaltung",
    "gestaltung und umsetzung",
    "gestaltung und programmierung",
)
_STEMS = _AUTHORITIES + _MAKERS
_CREDIT = re.compile(r" by\W*$| by\b.{0,60}$|webdesign", re.I)
"""A maker's credit is one line; what follows it is the company's again."""
_CACHE: WeakKeyDictionary[Document, frozenset[int]] = WeakKeyDictionary()


def lines_of_others(document: Document) -> frozenset[int]:
    """Indexes of the lines that speak of another party: the naming line and what follows up to the next heading."""
    known = _CACHE.get(document)
    if known is None:
        known = _CACHE[document] = frozenset(_find(document))
    return known


def _find(document: Document) -> set[int]:
    text = document.visible_folded
    present = [stem for stem in _STEMS if stem in text]
    found: set[int] = set()
    if not present:
        return found
    own = _own_name(document.url)
    for line in document.lines:
        folded = line.text.casefold()
        if not any(stem in folded for stem in present):
            continue
        if own and own in re.sub(r"[^a-z0-9]", "", folded):
            continue
        found.add(line.index)
        reach = 1 if _CREDIT.search(line.text) else _REACH
        for following in document.lines[line.index + 1 : line.index + 1 + reach]:
            if following.level or following.place is not line.place:
                break
            found.add(following.index)
    return found


def _own_name(url: str) -> str:
    labels = [label for label in (urlsplit(url).hostname or "").split(".") if label != "www"]
    return max((re.sub(r"[^a-z0-9]", "", label) for label in labels[:-1]), key=len, default="")

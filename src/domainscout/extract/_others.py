"""Which lines of a page speak of somebody else: supervisory bodies, insurers, hosts, web designers. Owns those words.

Contact data in such a passage is true, but it is not the company's. Shared by all contact extractors.
"""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from domainscout.markup import Document

_REACH = 8
"""Lines after the words that are still about the other party when no heading comes before."""

_OTHERS = re.compile(
    r"supervisory authorit|data protection (?:authority|commission)|lodge a complaint|information commissioner|\bico\b(?=.{0,40}complain)|"
    r"ombudsm[ae]n\b|arbitration (?:board|body)|conciliation|competent (?:bar|chamber|authority)|bar association|dispute resolution|"
    r"aufsichtsbeh[öo]rde|zust[äa]ndige (?:kammer|stelle|beh[öo]rde)|anwaltskammer\b|[äa]rztekammer|handwerkskammer|handelskammer|"
    r"schlichtung|datenschutzbeauftragte[rn]? (?:des landes|für)|landesbeauftragte|berufshaftpflicht|haftpflichtversicher|"
    r"autorit[ée] de contr[ôo]le|\bcnil\b|m[ée]diateur|m[ée]diation de la consommation|h[ée]berg(?:eur|ement|é par)|garante (?:per la )?(?:privacy|protezione)|"
    r"autorit[àa] di controllo|agencia española de protecci[óo]n|autoridad de control|\baepd\b|autoridade de controlo|"
    r"autoriteit persoonsgegevens|datatilsynet|[úu]řad pro ochranu|urz[ęe]d ochrony|prezes urz[ęe]du|"
    r"česk[áa] obchodn[íi] inspekce|\bčoi\b|obchodní inspekc|"
    r"(?:web ?site|site|web) (?:design(?:ed)?|development|developed|built|created|powered|hosting|hosted)(?: and \w+)? by\b|"
    r"(?:design(?:ed)?|developed|hosted|powered) by\b|web ?design(?:er)?\s?:|webdesign (?:by|von)|hosting provider|provedor|"
    r"insurer\b|professional indemnity insur|registered with the financial|gestaltung und (?:umsetzung|programmierung)|realisierung\s?:|"
    r"réalis(?:é|ation)(?: du site)? (?:par|:)|diseño web|diseñado por|sito (?:web )?realizzato da|realizzazione sito",
    re.I,
)
_CACHE: WeakKeyDictionary[Document, frozenset[int]] = WeakKeyDictionary()


def lines_of_others(document: Document) -> frozenset[int]:
    """Indexes of the lines that speak of another party: the naming line and what follows up to the next heading."""
    known = _CACHE.get(document)
    if known is None:
        known = _CACHE[document] = frozenset(_find(document))
    return known


def _find(document: Document) -> set[int]:
    found: set[int] = set()
    if not _OTHERS.search(document.text):
        return found
    for line in document.lines:
        match = _OTHERS.search(line.text)
        if match is None:
            continue
        found.add(line.index)
        for following in document.lines[line.index + 1 : line.index + 1 + _REACH]:
            if following.level or following.place is not line.place:
                break
            found.add(following.index)
    return found

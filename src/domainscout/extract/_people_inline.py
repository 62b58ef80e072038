"""People who share a line with their title: "Name, Title", "Title: Name", labels of legal notices.

Owns the separators and the labels ("Geschäftsführer", "gérant"). A label may stand on a line of its own above the name.
"""

from __future__ import annotations

import re

from domainscout.extract._people_cards import ELSEWHERE
from domainscout.extract._people_mention import Mention
from domainscout.extract._people_praise import after_praise, is_own, praised, works_elsewhere
from domainscout.extract._people_shapes import CONTACT, Pair, Spot
from domainscout.extract._person_names import is_title, leading_name, name_of
from domainscout.extract.base import ReadPage
from domainscout.markup import Line
from domainscout.records import PageKind

_AND = re.compile(r"\s*(?:,|;|/|\||\bund\b|\band\b|&|\bet\b|\by\b|\be\b|\bi\b|\ba\b|\bog\b|\ben\b)\s*")
_AUTHORITY = re.compile(
    r"beauftragte[rn]? für|datenschutz|aufsicht|garante|cnil|web-?\s?design|designed|hosting|hébergeur|agency|agentur",
    re.I,
)
_NAMELESS = frozenset(
    """vertreten durch|represented by|contact person|ansprechpartner|ansprechpartnerin|verantwortlich
    |verantwortlich fur den inhalt|inhaltlich verantwortlich|responsable|responsabile|responsable del tratamiento
    |vertretungsberechtigt|zastoupeny|zastoupena|odpovedna osoba|kontaktni osoba|contactpersoon|kontaktperson
    |representee par|editeur|editeur du site|proprietaire du site|betreiber|titolare del trattamento
    |titular del sitio web|titular de la web|legal representative|principal""".replace("\n    ", "").split("|")
)


def inline_mentions(page: ReadPage, spots: list[Spot]) -> list[Mention]:
    """Everybody whom a page names on one line with the title, or after a label."""
    found: list[Mention] = []
    for spot in spots:
        if spot.look.label:
            found += _labelled(page, spot)
        elif spot.look.several and spot.kind == "team":
            found += _several(page, spot)
        elif spot.look.pair is not None:
            found += _paired(page, spot, spot.look.pair)
    return found


def _several(page: ReadPage, spot: Spot) -> list[Mention]:
    """A line of names, with the office that stands above them: "Nurses", then "Ann Example, Bob Example"."""
    lines = page.document.lines
    above = lines[spot.at - 1].text if spot.at else ""
    title = above if is_title(above) or is_title(above.removesuffix("s")) else None
    quote = f"{above} {spot.line.text}" if title else spot.line.text
    return [
        Mention(name=name, title=title, url=page.url, quote=quote[:400], rule="several", confidence=0.8)
        for name in spot.look.several
    ]


def _paired(page: ReadPage, spot: Spot, pair: Pair) -> list[Mention]:
    lines, text, name = page.document.lines, spot.line.text, pair.name
    if _AUTHORITY.search(text):
        return []
    if not pair.name_first:
        if praised(lines, spot.at) or not (pair.titled or spot.kind == "team"):
            return []
        return [Mention(name=name, title=pair.title, url=page.url, quote=text, rule="title first", confidence=0.88)]
    title = pair.title
    if title and works_elsewhere(page, pair.beside, title):
        return []
    if not (name.known or spot.kind == "team"):
        return []
    if title is None:
        if spot.kind == "team" and name.known and len(pair.beside) < 60 and not CONTACT.search(pair.beside):
            title = pair.beside
        elif name.known and CONTACT.fullmatch(pair.beside):
            return [Mention(name=name, title=None, url=page.url, quote=text, rule="contact", confidence=0.6)]
        else:
            return []
    own = text[0] in "—–-" and is_own(page.url, pair.beside)
    if not own and (after_praise(lines, spot.at) if text[0] in "—–-" else praised(lines, spot.at)):
        return []
    sure = 0.88 if name.known else 0.65
    if not own and spot.kind != "team" and page.kind in (PageKind.OTHER, PageKind.SERVICES):
        sure *= ELSEWHERE
    return [Mention(name=name, title=title, url=page.url, quote=text, rule="name first", confidence=sure)]


def _named_below(lines: list[Line], at: int) -> list[str]:
    """The line below a label, and the lines after it as long as they are nothing but names."""
    found = [lines[at].text]
    for line in lines[at + 1 : at + 5]:
        if name_of(found[0]) is None or name_of(line.text) is None:
            break
        found.append(line.text)
    return found


def _labelled(page: ReadPage, spot: Spot) -> list[Mention]:
    """ "Geschäftsführer: Name und Name", or the label on one line and the names on the next."""
    lines, text = page.document.lines, spot.line.text
    label, colon, rest = text.partition(":")
    if _AUTHORITY.search(text):
        return []
    rest, quote = rest.strip(), text
    if not rest:
        if spot.at + 1 >= len(lines) or not (colon or page.kind is PageKind.LEGAL):
            return []
        below = _named_below(lines, spot.at + 1)
        rest, quote = ", ".join(below), " ".join((text, *below))
    title = None if spot.look.label in _NAMELESS else label.strip(" *•-–—")
    found = []
    for part in _AND.split(rest[:200])[:6]:
        name = leading_name(part) if part else None
        if name is None and part:
            break
        if name is None:
            continue
        sure = 0.93 if name.known else 0.7
        found.append(Mention(name=name, title=title, url=page.url, quote=quote[:300], rule="label", confidence=sure))
    return found

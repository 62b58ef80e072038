"""Reads the people of a company with their titles: cards, lists, legal notices, sentences, structured data.

Owns joining the mentions of one person on all pages. How each mention is read lies in `_people_cards` (name and title
stand side by side), `_people_sentences` (running text) and `_people_data` (JSON-LD). Reviewers, authors of posts and
people of other companies are not people of this one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from domainscout.extract._people_cards import Shapes, card_mentions
from domainscout.extract._people_data import data_mentions
from domainscout.extract._people_mention import Mention
from domainscout.extract._people_sentences import sentence_mentions
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.profile import Person
from domainscout.records import Field, Finding, PageKind

METHOD = "rules:people"
MAX_PEOPLE = 200
"""People kept of one site: a directory of members is no team."""

_FOREIGN_PAGES = re.compile(
    r"(?:^|[/_-])(?:blog|news|press|posts?|articles?|artikel|aktuell\w*|noticias|actualit\w*|review|reviews|testimonials?|testimonianze|"
    r"temoignages|opinie|recen[sz]\w*|referen[czs]\w*|bewertungen|case-stud\w*|portfolio|events?|stories|customer\w*)(?:[/_.-]|$)|/20\d\d/",
    re.I,
)


def read(reading: Reading) -> list[Finding]:
    """Find the people of the company."""
    shapes = Shapes()
    mentions: list[Mention] = []
    for page in reading.pages:
        if foreign(page):
            continue
        mentions += data_mentions(page)
        mentions += card_mentions(page, shapes)
        mentions += sentence_mentions(page, shapes)
    return [_finding(group) for group in _people(mentions)[:MAX_PEOPLE]]


def foreign(page: ReadPage) -> bool:
    """Whether a page is mostly about other people: posts, reviews, references."""
    if page.kind in (PageKind.HOME, PageKind.TEAM, PageKind.CONTACT, PageKind.LEGAL):
        return False
    return bool(_FOREIGN_PAGES.search(urlsplit(page.url).path))


def _people(mentions: list[Mention]) -> list[list[Mention]]:
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault(mention.name.key, []).append(mention)
    for group in groups.values():
        group.sort(key=lambda m: -m.confidence)
    return [group for group in groups.values() if group]


def _finding(group: list[Mention]) -> Finding:
    best = group[0]
    titled = next((m for m in group if m.title), best)
    shown = titled if titled.confidence >= best.confidence - 0.3 else best
    wrong = 1.0
    for confidence in {(m.url, m.rule): m.confidence for m in reversed(group)}.values():
        wrong *= 1.0 - confidence
    person = Person(
        name=shown.name.shown,
        title=shown.title,
        email=next((m.email for m in group if m.email), None),
        url=next((m.profile for m in group if m.profile), None),
    )
    return finding(
        Field.PEOPLE, person, url=shown.url, quote=shown.quote, method=METHOD, confidence=round(min(1 - wrong, 0.97), 3)
    )


EXTRACTOR = Extractor(name="people", fields=frozenset([Field.PEOPLE]), cost=0.15, read=read)

"""Reads the people of a company with their titles: cards, lists, legal notices, sentences, structured data.

Owns joining the mentions of one person on all pages. How each mention is read lies in `_people_cards` (a name on a line
of its own), `_people_inline` (name and title on one line), `_people_sentences` (running text) and `_people_data`
(JSON-LD). Reviewers, authors of posts and people of other companies are not people of this one.
"""

from __future__ import annotations

from domainscout.extract._others import lines_of_others
from domainscout.extract._people_cards import card_mentions, link_mentions
from domainscout.extract._people_data import data_mentions
from domainscout.extract._people_inline import inline_mentions
from domainscout.extract._people_mention import Mention
from domainscout.extract._people_openings import opening_lines
from domainscout.extract._people_praise import foreign
from domainscout.extract._people_sentences import naming_lines, sentence_mentions
from domainscout.extract._people_shapes import Shapes, spots
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.profile import Person
from domainscout.records import Field, Finding

METHOD = "rules:people"
MAX_PEOPLE = 200
"""People kept of one site: a directory of members is no team."""

MIN_CONFIDENCE = 0.55


def read(reading: Reading) -> list[Finding]:
    """Find the people of the company."""
    shapes, naming = Shapes(opening_lines(reading)), naming_lines(reading)
    mentions: list[Mention] = []
    others = lines_of_others(reading)
    for page in reading.pages:
        if foreign(page):
            continue
        mentions += data_mentions(page)
        telling = spots(page, shapes, others[page.document])
        mentions += card_mentions(page, shapes, telling)
        mentions += inline_mentions(page, telling)
        mentions += link_mentions(page, shapes)
        mentions += sentence_mentions(page, shapes, naming, others[page.document])
    people = [_finding(group) for group in _people(mentions)[:MAX_PEOPLE]]
    return [person for person in people if person.confidence >= MIN_CONFIDENCE]


def _people(mentions: list[Mention]) -> list[list[Mention]]:
    """Mentions by person: names that differ by an initial, a middle name or a title of address are one."""
    groups: list[list[Mention]] = []
    by_last: dict[str, list[list[Mention]]] = {}
    for mention in sorted(mentions, key=lambda m: -len(m.name.parts)):
        near = by_last.setdefault(mention.name.parts[-1], [])
        near += [g for part in mention.name.parts[1:-1] for g in by_last.get(part, []) if g not in near]
        group = next((g for g in near if g[0].name.is_same(mention.name)), None)
        if group is None:
            group = []
            groups.append(group)
            for part in mention.name.parts[1:] or mention.name.parts:
                by_last.setdefault(part, []).append(group)
        group.append(mention)
    order = {id(mention): place for place, mention in enumerate(mentions)}
    groups.sort(key=lambda g: min(order[id(m)] for m in g))
    return groups


def _finding(group: list[Mention]) -> Finding:
    ranked = sorted(group, key=lambda m: -m.confidence)
    best = ranked[0]
    titled = next((m for m in ranked if m.title), best)
    wrong = 1.0
    for confidence in {m.rule: m.confidence for m in reversed(ranked)}.values():
        wrong *= 1.0 - confidence
    person = Person(
        name=titled.name.shown,
        title=titled.title,
        email=next((m.email for m in ranked if m.email), None),
        url=next((m.profile for m in ranked if m.profile), None),
    )
    sure = round(min(1.0 - wrong, 0.97), 3)
    return finding(Field.PEOPLE, person, url=titled.url, quote=titled.quote, method=METHOD, confidence=sure)


EXTRACTOR = Extractor(name="people", fields=frozenset([Field.PEOPLE]), cost=0.15, read=read)

"""People whose name has a line of its own: cards, lists, tables, headings.

The title stands above or below the name, on the same side throughout a page. Without a title a name counts under a
heading that promises people, above a biography that begins with it, beside its own phone or e-mail, or among names that
stand in the same place of the mark-up.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote

from domainscout.extract._people_mention import Mention
from domainscout.extract._people_praise import is_foreign_path, praised, works_elsewhere
from domainscout.extract._people_shapes import CONTACT, NOT_TITLE, Shapes, Spot
from domainscout.extract._people_words import plain
from domainscout.extract._person_names import MAX_TITLE, PersonName
from domainscout.extract._title_phrases import title_in_bio
from domainscout.extract.base import ReadPage
from domainscout.markup import Line, Link, Place
from domainscout.records import PageKind

CARD_LINES = 7
"""Lines below a name that may belong to its card."""

MAX_CARDS = 400
"""Names on lines of their own that are read on one page."""

_NUMBER = re.compile(r"\d{3}")
ELSEWHERE = 0.6
"""What a name is worth on a page that is not about the company: sites write about famous people too."""


@dataclass(slots=True)
class _Card:
    at: int
    until: int
    name: PersonName
    kind: str
    title_at: int | None = None

    def place(self, lines: list[Line]) -> tuple[str, int, str]:
        """Where in the mark-up the name stands: cards of one list have it in common."""
        node = lines[self.at].node
        return node.tag or "", lines[self.at].level, (node.attributes.get("class") or "") if node.attributes else ""


def card_mentions(page: ReadPage, shapes: Shapes, spots: list[Spot]) -> list[Mention]:
    """Everybody whom a page names on a line of its own."""
    cards = _cards(page, spots)
    if not cards:
        return []
    lines = page.document.lines
    below = [c.at + 1 < len(lines) and shapes.title(lines[c.at + 1].text) for c in cards]
    above = [c.at > 0 and shapes.title(lines[c.at - 1].text) for c in cards]
    upward = (sum(above), above[0]) > (sum(below), below[-1])
    for card in cards:
        card.title_at = _title_at(lines, card, shapes, upward=upward)
    for left, right in itertools.pairwise(cards):
        if right.title_at is None and right.at == left.at + 1 and lines[right.at].tag == "td":
            right.title_at = left.title_at if left.title_at is not None and left.title_at < left.at else None
    if not any(map(_may_be_somebody, cards)):
        return []
    every = Counter(c.place(lines) for c in cards)
    sure = Counter(c.place(lines) for c in cards if c.name.known and (c.title_at is not None or c.kind == "team"))
    found = []
    for card in cards:
        place = card.place(lines)
        many = sure[place] * 2 >= every[place]
        mention = _mention(page, card, among=sure[place] if many or card.name.known else 0)
        foreign = mention is not None and works_elsewhere(page, mention.title or "", "")
        if mention is not None and not foreign and not praised(lines, card.at):
            _contacts(mention, lines[card.at : min(card.until, card.at + CARD_LINES)], page.url)
            found.append(mention)
    return found


def _may_be_somebody(card: _Card) -> bool:
    """Whether anything speaks for a person; without such a card none of a page is told of."""
    return card.name.known or card.name.honorific or card.title_at is not None or card.kind == "team"


def _cards(page: ReadPage, spots: list[Spot]) -> list[_Card]:
    cards: list[_Card] = []
    for spot in spots:
        if spot.look.name is not None:
            if len(cards) >= MAX_CARDS:
                break
            card = _Card(spot.at, len(page.document.lines), spot.look.name, spot.kind)
            if not (cards and _is_beside(cards[-1], card, page.document.lines)):
                cards.append(card)
    return cards


def _is_beside(last: _Card, card: _Card, lines: list[Line]) -> bool:
    """Whether what looks like a name only stands below one, as a department does; otherwise the last card ends."""
    rare = not (card.name.known or card.name.honorific)
    if card.at == last.at + 1 and last.name.known and rare and card.place(lines) != last.place(lines):
        return True
    last.until = card.at
    return False


def _title_at(lines: list[Line], card: _Card, shapes: Shapes, *, upward: bool) -> int | None:
    if upward:
        return card.at - 1 if card.at and shapes.title(lines[card.at - 1].text) else None
    for here in range(card.at + 1, min(card.at + 3, card.until)):
        text = lines[here].text
        if shapes.title(text) or (". " in text and shapes.title(_titled_part(text))):
            return here
        if not (len(text) < 30 and NOT_TITLE.search(text)):
            return None
    return None


def _mention(page: ReadPage, card: _Card, *, among: int) -> Mention | None:
    """What a card says, or None when too little says that it is a person.

    Args:
        among: certain people in the same place of the mark-up, this one included.
    """
    lines, name = page.document.lines, card.name
    line = lines[card.at]
    if line.place is Place.NAV and card.title_at is not None and lines[card.title_at].place is Place.NAV:
        return None  # entries of a menu: "Example Planner", then "Gate Pass"
    listed = among >= (1 if card.kind == "team" else 2) or (name.known and card.kind == "team")
    after = lines[card.at + 1].text if card.at + 1 < card.until else ""
    title, quote = None, line.text
    if card.title_at is not None:
        text = lines[card.title_at].text
        title = _titled_part(text).strip(" ,;:-–—|")
        quote = (
            " ".join((text, *(one.text for one in lines[card.title_at + 1 : card.at + 1])))
            if card.title_at < card.at
            else " ".join(one.text for one in lines[card.at : card.title_at + 1])
        )
        alone = 0.6 if " " in title and all(word[0].isupper() for word in title.split() if len(word) > 3) else 0.0
        sure = 0.9 if name.known else 0.8 if listed else 0.7 if name.honorific or card.kind == "team" else alone
        rule = "card"
    elif listed:
        if (
            3 < len(after) <= 60
            and after[-1] not in ".!?:"
            and not CONTACT.search(after)
            and (card.kind == "team" or (among > 1 and len(after) > 8))
        ):
            title, quote = _plain_title(after), f"{line.text} {after}"
        title = title or name.degrees or title_in_bio(after)
        sure, rule = 0.85 if name.known else 0.7, "list"
    elif _has_bio(after, name) and page.kind is not PageKind.OTHER:
        title, sure, rule = name.degrees or title_in_bio(after), 0.85 if name.known or name.honorific else 0.0, "bio"
    elif name.known and _is_contact(page, lines, card):
        sure, rule = 0.7, "contact"
    elif name.honorific and name.known and line.level:
        title, sure, rule = name.degrees or None, 0.65, "heading"
    else:
        return None
    if card.kind != "team" and page.kind in (PageKind.OTHER, PageKind.SERVICES):
        sure *= ELSEWHERE
    if not sure:
        return None
    title = title or None
    if title is not None and quote == line.text and title not in quote:
        at = after.find(title)
        quote = f"{line.text} {after[: at + len(title)]}" if at >= 0 else line.text
    return Mention(name=name, title=title, url=page.url, quote=quote[:400], rule=rule, confidence=sure)


def _titled_part(text: str) -> str:
    """A line without the sentences after its first one, when it is long or a licence number is among them."""
    first, _, rest = text.partition(". ")
    return first if len(text) > MAX_TITLE or (rest and _NUMBER.search(rest)) else text


def _plain_title(text: str) -> str | None:
    """A short line below a name in a list of people, when it reads like a title: no call to action."""
    first = plain(text.split(" ", 1)[0])
    calls = (
        "read",
        "view",
        "more",
        "send",
        "email",
        "call",
        "contact",
        "learn",
        "click",
        "see",
        "book",
        "connect",
        "e-mail",
    )
    return (
        None if first in calls or first in ("mehr", "lire", "leer", "leggi", "lees", "vice", "wiecej", "back") else text
    )


def _has_bio(after: str, name: PersonName) -> bool:
    """Whether the text below is about that person: long, and it begins with the name."""
    return len(after) > 60 and any(plain(word).strip(".,'’") in name.parts for word in after.split(maxsplit=4)[:3])


def _is_contact(page: ReadPage, lines: list[Line], card: _Card) -> bool:
    """Whether the person's own phone or e-mail stands below the name, on a page that is about contact."""
    if page.kind not in (PageKind.CONTACT, PageKind.HOME, PageKind.ABOUT, PageKind.LOCATIONS):
        return False
    below = lines[card.at + 1 : min(card.until, card.at + 3)]
    if len(below) == 2 and below[0].tag == "td" and below[0].text.isdigit():
        del below[0]
    return bool(below) and len(below[0].text) < 60 and bool(CONTACT.search(below[0].text))


def _contacts(mention: Mention, card: list[Line], url: str) -> None:
    """The e-mail address and the profile that stand in a person's card."""
    for line in card:
        for link in line.links:
            if link.href[:7].lower() == "mailto:":
                address = unquote(link.href[7:].partition("?")[0]).strip().lower()
                if (
                    mention.email is None
                    and "@" in address
                    and any(len(part) > 2 and part in plain(address) for part in mention.name.parts)
                ):
                    mention.email = address
            elif mention.profile is None and link.url:
                own = line is card[0] and link.url != url and not link.href.startswith("#")
                if own or "linkedin.com/in/" in link.url:
                    mention.profile = link.url


def link_mentions(page: ReadPage, shapes: Shapes) -> list[Mention]:
    """People whose name is a link to a page of theirs: the address holds the name too."""
    found: list[Mention] = []
    seen: set[str] = set()
    for link in page.document.links:
        text = link.text
        look = shapes.known(text)
        if look is None:
            if " " not in text or len(text) >= 60:
                continue
            look = shapes.look(text)
        name = look.name
        if name is None or not name.known or text in seen or link.url is None:
            continue
        seen.add(text)
        if link.place is not Place.FOOTER and _leads_to(link, name):
            found.append(
                Mention(name=name, title=None, url=page.url, quote=text, rule="link", confidence=0.75, profile=link.url)
            )
    return found


def _leads_to(link: Link, name: PersonName) -> bool:
    path = plain(unquote(link.href.rsplit("//", 1)[-1].partition("/")[2] or link.href))
    return len(name.parts) > 1 and name.parts[-1] in path and name.parts[0] in path and not is_foreign_path(link.href)

"""Collects lists of offerings from pages and chooses the best: section cards, menus, footers, page headings, JSON-LD.

Owns the weights of the witnesses. Every list is kept whole: what stands beside services is a service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from domainscout.extract._people_words import plain
from domainscout.extract._service_words import elsewhere, folded, label, phrases, promises
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Line, Link, Place
from domainscout.records import PageKind

MAX_ITEMS = 24
"""Items of one list; a longer one is a catalogue or a menu of everything."""


@dataclass(slots=True)
class Offering:
    """One offering and the witnesses that name it."""

    shown: str
    url: str
    quote: str
    score: float = 0.0
    sources: set[str] = field(default_factory=set)
    product: bool = False

    @property
    def confidence(self) -> float:
        """How sure: one list 0.6, agreement more."""
        return min(0.5 + 0.08 * self.score, 0.93)


@dataclass(slots=True)
class Collected:
    """All offerings of a site by folded text, in order of appearance."""

    items: dict[str, Offering] = field(default_factory=dict)

    def add(self, shown: str, url: str, quote: str, source: str, weight: float, *, product: bool = False) -> None:
        """Another witness for an offering."""
        key = folded(shown)
        one = self.items.setdefault(key, Offering(shown, url, quote, product=product))
        if source not in one.sources:
            one.sources.add(source)
            one.score += weight


def collect(reading: Reading) -> Collected:
    """Every offering that some list of the site names."""
    found = Collected()
    titles = _page_titles(reading)
    for page in reading.pages:
        if page.kind in (PageKind.LEGAL, PageKind.TEAM, PageKind.CONTACT) and page is not reading.pages[0]:
            continue
        home = page is reading.pages[0]
        index = not home and _is_index(page)
        if home or index or page.kind in (PageKind.SERVICES, PageKind.ABOUT):
            _sections(page, found, home=home, index=index)
        _offers(page, found)
    if reading.pages:
        _menus(reading.pages[0], found, titles)
    return found


def choose(found: Collected) -> tuple[list[Offering], list[Offering]]:
    """The services and the products: what the best witnesses name, and what others confirm."""
    items = list(found.items.values())
    products = [one for one in items if one.product]
    strong = [one for one in items if one.score >= 2.5 and not one.product]
    if len(strong) < 2:
        strong = [one for one in items if one.score >= 2.5] or [one for one in items if one.score >= 1.0]
    strong.sort(key=lambda one: -one.score)
    return strong[:MAX_ITEMS], products[:MAX_ITEMS]


def _is_index(page: ReadPage) -> bool:
    stem = unquote(urlsplit(page.url).path).rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
    text = plain(stem).replace("-", " ").replace("_", " ")
    return text in phrases("services") or text in phrases("products")


def _page_titles(reading: Reading) -> set[str]:
    """What the first headings of the sub-pages say."""
    found = set()
    for page in reading.pages[1:]:
        for line in page.document.lines:
            if line.level in (1, 2):
                found.add(folded(line.text))
                break
    return found


def _sections(page: ReadPage, found: Collected, *, home: bool, index: bool) -> None:
    lines = [line for line in page.document.lines if line.place is not Place.NAV]
    heads = [at for at, line in enumerate(lines) if line.level and line.place is not Place.FOOTER]
    for at, line in enumerate(lines):
        if len(line.text) > 60 or line.place is Place.FOOTER:
            continue
        kind = promises(line.text)
        if kind:
            members = _members(lines, at)
            weight = 3.0 if home else 2.5 if index else 1.5
            _add_list(
                page, members, found, f"section {page.url}" if home else "index", weight, product=kind == "products"
            )
    if index and heads:
        members = _level_group(lines, heads[0] + 1, len(lines), floor=2)
        _add_list(page, members, found, "index", 2.5, product=False)
    if home:
        for group, head in _card_groups(lines, heads):
            if not (head and (elsewhere(head.text) or promises(head.text))):
                _add_list(page, group, found, "cards", 1.5, product=False)


def _members(lines: list[Line], at: int) -> list[Line]:
    """The cards or list items that a promising line opens."""
    level = lines[at].level
    start = at + 1
    if not level:
        following = [i for i in range(start, min(start + 4, len(lines))) if lines[i].level]
        if following:
            later = next((i for i in range(following[0] + 1, len(lines)) if lines[i].level), None)
            if later is not None and lines[later].level > lines[following[0]].level:
                level, start = lines[following[0]].level, following[0] + 1
            else:
                level = max(1, lines[following[0]].level - 1)
    end = next((i for i in range(start, len(lines)) if lines[i].level and lines[i].level <= (level or 9)), len(lines))
    end = min(end, start + 160)
    group = _level_group(lines, start, end, floor=(level or 0) + 1)
    if len(group) >= 2:
        return group
    return [one for one in lines[start:end] if one.tag in ("li", "td", "dt", "button", "a") and len(one.text) < 60]


def _level_group(lines: list[Line], start: int, end: int, *, floor: int) -> list[Line]:
    """Headings of the highest level below a section that occurs at least twice; cut where something else begins."""
    by_level: dict[int, list[Line]] = {}
    for line in lines[start:end]:
        if line.level >= floor and line.place is not Place.FOOTER:
            by_level.setdefault(line.level, []).append(line)
    for level in sorted(by_level):
        group = by_level[level]
        if len([one for one in group if label(one.text)]) >= 2:
            return group
    return []


def _card_groups(lines: list[Line], heads: list[int]) -> Iterator[tuple[list[Line], Line | None]]:
    """Runs of three or more headings of one level under one heading above them."""
    group: list[Line] = []
    above: Line | None = None
    for at in heads:
        line = lines[at]
        if group and line.level == group[0].level:
            group.append(line)
            continue
        if group and line.level < group[0].level or not group:
            if len(group) >= 3:
                yield group, above
            above, group = line, []
            continue
        if len(group) >= 3:
            yield group, above
        above, group = (group[-1] if group else above), [line]
    if len(group) >= 3:
        yield group, above


def _add_list(
    page: ReadPage, members: list[Line], found: Collected, source: str, weight: float, *, product: bool
) -> None:
    labels = [(one, label(one.text)) for one in members]
    good = [(one, text) for one, text in labels if text]
    if len(good) < 2 or len(good) * 2 < len(labels) or len(good) > MAX_ITEMS * 2:
        return
    for line, text in good[:MAX_ITEMS]:
        if text:
            found.add(text, page.url, line.text, source, weight, product=product)


def _menus(page: ReadPage, found: Collected, titles: set[str]) -> None:
    """Menu entries below "Services", and those that lead to pages of that name."""
    for links, weight, source in _submenus(page):
        good = [(link, text) for link in links if (text := label(link.text))]
        if 1 < len(good) <= MAX_ITEMS:
            for link, text in good:
                found.add(text, page.url, link.text, source, weight)
    seen: set[str] = set()
    for link in page.document.links:
        key = folded(link.text)
        if key in seen or not link.url or link.place is Place.FOOTER:
            continue
        seen.add(key)
        text = label(link.text)
        if text and key in titles:
            found.add(text, page.url, link.text, "titled", 1.0)


def _submenus(page: ReadPage) -> Iterator[tuple[list[Link], float, str]]:
    """Lists of links below a link or a heading that promises services."""
    links = page.document.links
    for at, link in enumerate(links):
        if (
            len(link.text) < 40
            and link.text
            and promises(link.text) == "services"
            and link.place in (Place.NAV, Place.HEADER, Place.MAIN)
        ):
            item = link.node.parent
            if item is not None and item.tag == "li":
                inside = [one for one in links[at + 1 : at + 40] if _is_inside(one, item)]
                if len(inside) >= 2:
                    yield inside, 3.0, "menu"
    below = {}
    for link in links:
        path = urlsplit(link.url or "").path
        head, _, tail = path.strip("/").rpartition("/")
        if (
            tail
            and plain(head.rsplit("/", 1)[-1]).replace("-", " ") in phrases("services")
            and tail.partition(".")[0] != "index"
        ):
            below.setdefault(path, link)
    if len(below) >= 2:
        yield list(below.values()), 2.5, "addresses"
    lines = page.document.lines
    for at, line in enumerate(lines):
        if line.place is Place.FOOTER and len(line.text) < 40 and promises(line.text) == "services" and not line.links:
            column = []
            for one in lines[at + 1 : at + 16]:
                if one.level or len(one.links) != 1 or one.links[0].text != one.text:
                    break
                column.append(one.links[0])
            if len(column) >= 2:
                yield column, 2.0, "footer"


def _is_inside(link: Link, item: Any) -> bool:
    node = link.node.parent
    for _ in range(8):
        if node is None:
            return False
        if node.mem_id == item.mem_id:
            return True
        node = node.parent
    return False


def _offers(page: ReadPage, found: Collected) -> None:
    """Offers of JSON-LD: hasOfferCatalog, makesOffer, knowsAbout, availableService, Service."""
    for item in page.document.jsonld:
        for key in ("hasOfferCatalog", "makesOffer", "availableService"):
            for name in _offer_names(item.get(key), 0):
                found.add(name, page.url, name, "jsonld", 2.5)
        kind = item.get("@type")
        if kind == "Service" and isinstance(item.get("name"), str) and (text := label(item["name"].strip())):
            found.add(text, page.url, item["name"].strip(), "jsonld", 1.5)
        about = item.get("knowsAbout")
        for name in about if isinstance(about, list) else []:
            if isinstance(name, str) and (text := label(name.strip())):
                found.add(text, page.url, name.strip(), "knows", 0.5)


def _offer_names(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, list):
        for one in value[:MAX_ITEMS]:
            yield from _offer_names(one, depth)
    elif isinstance(value, dict) and depth < 4:
        inner = value.get("itemListElement") or value.get("itemOffered") or value.get("offers")
        if inner:
            yield from _offer_names(inner, depth + 1)
        elif isinstance(value.get("name"), str) and (text := label(value["name"].strip())):
            yield text
    elif isinstance(value, str) and depth and (text := label(value.strip())):
        yield text

"""Collects lists of offerings from pages and chooses the best: section cards, menus, footers, page headings, JSON-LD.

Owns the weights of the witnesses. Every list is kept whole: what stands beside services is a service.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from domainscout.extract._people_words import plain
from domainscout.extract._service_words import elsewhere, folded, label, phrases, promises
from domainscout.extract.base import Reading, ReadPage
from domainscout.extract.industry import names_a_trade
from domainscout.markup import Line, Link, Place, fold
from domainscout.records import PageKind

MAX_ITEMS = 24
"""Items of one list; a longer one is a catalogue or a menu of everything."""
MAX_PROMISES = 100
"""Lines and links of one page that promise services; more promise nothing, and each opens a list that is read."""


@dataclass(frozen=True, slots=True)
class Offering:
    """One offering, the words of the page that name it, and how sure that is."""

    shown: str
    url: str
    quote: str
    confidence: float = 0.6


@dataclass(slots=True)
class Listing:
    """A list of offerings as one place of the site gives it, by folded text.

    Attributes:
        weight: how good a witness the place is: 3 promises services, 1 merely looks like a list of cards.
    """

    items: dict[str, Offering]
    weight: float
    product: bool = False


def collect(reading: Reading) -> list[Listing]:
    """Every list of the site that may hold its offerings."""
    found: list[Listing] = []
    for page in reading.pages:
        home = page is reading.pages[0]
        if page.kind in (PageKind.LEGAL, PageKind.TEAM, PageKind.CONTACT) and not home:
            continue
        index = not home and _is_index(page)
        if home or index or page.kind in (PageKind.SERVICES, PageKind.ABOUT):
            found += _sections(page, home=home, index=index)
        found += _offers(page)
    if reading.pages:
        found += _menus(reading.pages[0])
        found += _titled(reading)
    return found


def _founded(found: list[Listing]) -> list[Listing]:
    """Lists that nothing promises are menus of anything: only those count that speak of trades, mostly."""
    return [one for one in found if one.weight >= 1.9 or _speaks_of_trades(one)]


def _speaks_of_trades(listing: Listing) -> bool:
    return 2 * sum(names_a_trade(one.shown) for one in listing.items.values()) >= len(listing.items)


def choose(found: list[Listing]) -> tuple[list[Offering], list[Offering]]:
    """The services and the products: the best list, and the lists that agree with it."""
    counts: dict[str, int] = {}
    found = _founded(found)
    for listing in found:
        for key in listing.items:
            counts[key] = counts.get(key, 0) + 1
    services = _best([one for one in found if not one.product], counts)
    products = _best([one for one in found if one.product], counts)
    return services, products


def _best(found: list[Listing], counts: dict[str, int]) -> list[Offering]:
    if not found:
        return []

    def rank(listing: Listing) -> float:
        confirmed = sum(1 for key in listing.items if counts[key] > 1) / len(listing.items)
        return listing.weight + confirmed + (0.5 if 3 <= len(listing.items) <= 14 else 0.0)

    best = max(found, key=rank)
    chosen = dict(best.items)
    for other in found:
        shared = sum(1 for key in other.items if key in best.items)
        if other.weight >= 2.9 or (other.weight >= 2.5 and shared * 3 >= len(other.items)):
            for key, one in other.items.items():
                chosen.setdefault(key, one)
    return [
        replace(one, confidence=min(0.45 + 0.1 * best.weight + 0.05 * counts[key], 0.85))
        for key, one in list(chosen.items())[:MAX_ITEMS]
    ]


def _listing(url: str, texts: list[tuple[str, str]], weight: float, *, product: bool = False) -> list[Listing]:
    """A list of the labels and their quotes; none when too few of the texts are labels."""
    items: dict[str, Offering] = {}
    for shown, quote in texts:
        items.setdefault(folded(shown), Offering(shown, url, quote))
    return [Listing(items, weight, product)] if 2 <= len(items) <= MAX_ITEMS else []


def _is_index(page: ReadPage) -> bool:
    stem = unquote(urlsplit(page.url).path).rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
    text = plain(stem).replace("-", " ").replace("_", " ")
    return text in phrases("services") or text in phrases("products")


def _sections(page: ReadPage, *, home: bool, index: bool) -> list[Listing]:
    lines = [line for line in page.document.lines if line.place not in (Place.NAV, Place.FOOTER)]
    heads = [at for at, line in enumerate(lines) if line.level]
    found: list[Listing] = []
    promising = ((at, kind) for at, line in enumerate(lines) if len(line.text) <= 60 and (kind := promises(line.text)))
    weight = 3.0 if home else 2.7 if index else 2.0
    for at, kind in islice(promising, MAX_PROMISES):
        found += _cards(page, _members(lines, at), weight, product=kind == "products")
    if index and heads:
        found += _cards(page, _level_group(lines, heads[0] + 1, len(lines), floor=2), 2.5)
    if home:
        for group, head in _card_groups(lines, heads):
            if not (head and (elsewhere(head.text) or promises(head.text))):
                found += _cards(page, group, 1.5)
    return found


def _members(lines: list[Line], at: int) -> list[Line]:
    """The cards or list items that a promising line opens."""
    level = lines[at].level
    start = at + 1
    if not level:
        nearby = next((i for i in range(start, min(start + 4, len(lines))) if lines[i].level), None)
        if nearby is None:
            return _items(lines, start)
        if lines[nearby].level == 1:
            return []
        while nearby + 1 < len(lines) and lines[nearby + 1].node.mem_id == lines[nearby].node.mem_id:
            nearby += 1
        later = next((i for i in range(nearby + 1, len(lines)) if lines[i].level), None)
        if later is None or lines[later].level < lines[nearby].level:
            return _items(lines, start)
        if lines[later].level == lines[nearby].level:
            return _run(lines, nearby)
        level, start = lines[nearby].level, nearby + 1
    end = next((i for i in range(start, len(lines)) if lines[i].level and lines[i].level <= level), len(lines))
    if level and end == start < len(lines) and lines[end].level == level:
        run = _run(lines, end)
        return run if len(run) >= 3 else []
    group = _level_group(lines, start, min(end, start + 160), floor=level + 1)
    return group if len(group) >= 2 else _items(lines, start)


def _run(lines: list[Line], at: int) -> list[Line]:
    """Headings of one level from here on, until one that is no label or a heading above them."""
    run: list[Line] = []
    for line in lines[at : at + 160]:
        if line.level and line.level < lines[at].level:
            break
        if line.level == lines[at].level:
            if label(line.text) is None or elsewhere(line.text.split(" ", 1)[0]):
                break
            run.append(line)
    return run


def _items(lines: list[Line], start: int) -> list[Line]:
    """The list right below a line, when a sentence or two at most stand between."""
    first = next((i for i in range(start, min(start + 6, len(lines))) if lines[i].tag in _ITEMS), None)
    if first is None:
        return []
    items = []
    for line in lines[first : first + MAX_ITEMS * 2]:
        if line.tag != lines[first].tag:
            break
        items.append(line)
    return items


_ITEMS = frozenset(["li", "td", "dt"])


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
        if not group or line.level < group[0].level:
            if len(group) >= 3:
                yield group, above
            above, group = line, []
            continue
        if len(group) >= 3:
            yield group, above
        above, group = (group[-1] if group else above), [line]
    if len(group) >= 3:
        yield group, above


def _cards(page: ReadPage, members: list[Line], weight: float, *, product: bool = False) -> list[Listing]:
    pairs = itertools.pairwise([one for one in members if one.level])
    broken = {one.node.mem_id for one, after in pairs if one.node.mem_id == after.node.mem_id}
    good = [(text, one.text) for one in members if one.node.mem_id not in broken and (text := label(one.text))]
    if len(good) * 2 < len(members):
        return []
    return _listing(page.url, good, weight, product=product)


def _menus(page: ReadPage) -> list[Listing]:
    """Menu entries and links below "Services"."""
    found: list[Listing] = []
    for links, weight in _submenus(page):
        found += _listing(page.url, _labels(links), weight)
    return found


def _labels(links: list[Link]) -> list[tuple[str, str]]:
    return [(text, shown) for link in links if (text := label(shown := _name_in(link)))]


def _name_in(link: Link) -> str:
    """The text of a link; of one that sets a name above a description ("<b>…</b><small>…</small>") the name."""
    children = [child for child in link.node.iter() if child.tag not in ("svg", "img", "i")]
    while len(children) == 1:
        children = [child for child in children[0].iter() if child.tag not in ("svg", "img", "i")]
    if len(children) == 2 and children[0].tag in ("b", "strong", "span", "div", "p", "h3", "h4", "h5"):
        first, rest = (fold(child.text(deep=True)) for child in children)
        if len(first) > 2 and rest and link.text == first + rest:
            return first
    return link.text


def _titled(reading: Reading) -> list[Listing]:
    """Links of the home page that lead to a page which bears their text as its heading, or stand in its menu."""
    titles = set()
    for page in reading.pages[1:]:
        line = next((one for one in page.document.lines if one.level in (1, 2)), None)
        if line is not None and page.kind in (PageKind.OTHER, PageKind.SERVICES):
            titles.add(folded(line.text))
    home = reading.pages[0]
    links = [one for one in home.document.links if one.place is not Place.FOOTER and len(one.text) > 2]
    own = [one for one in links if titles and folded(one.text) in titles and one.url]
    menu = [one for one in links if one.place is Place.NAV and _is_own(one, home.url)]
    return _listing(home.url, _labels(own), 1.2) + _listing(home.url, _labels(menu), 0.8)


def _is_own(link: Link, url: str) -> bool:
    if link.href[:1] == "#":
        return False
    there = link.url or ""
    return _path(there) not in ("", "/", _path(url)) and _host(there) == _host(url)


def _host(url: str) -> str:
    """The host of an absolute address, with the port where it has one."""
    return url.split("/", 3)[2].lower()


def _path(url: str) -> str:
    """The path of an absolute address without fragment, as the crawler gives them."""
    start = url.find("/", url.find("://") + 3)
    return url[start:].partition("?")[0] if start >= 0 and "?" not in url[:start] else ""


def _submenus(page: ReadPage) -> Iterator[tuple[list[Link], float]]:
    """Lists of links below a link or a heading that promises services."""
    links = page.document.links
    promising = (
        (at, link)
        for at, link in enumerate(links)
        if 0 < len(link.text) < 40 and link.place is not Place.FOOTER and promises(link.text) == "services"
    )
    for at, link in islice(promising, MAX_PROMISES):
        item = link.node.parent
        if item is not None and item.tag == "li":
            inside = [one for one in links[at + 1 : at + 40] if _is_inside(one, item)]
            if len(inside) >= 2:
                yield inside, 3.0
    below = _below_services(page)
    if len(below) >= 2:
        yield below, 2.5
    lines = page.document.lines
    for at, line in enumerate(lines):
        if line.place is Place.FOOTER and len(line.text) < 40 and promises(line.text) == "services" and not line.links:
            column = []
            for one in lines[at + 1 : at + 16]:
                if one.level or len(one.links) != 1 or one.links[0].text != one.text:
                    break
                column.append(one.links[0])
            if len(column) >= 2:
                yield column, 2.5


def _below_services(page: ReadPage) -> list[Link]:
    """The links to pages in a directory of services, one for each page."""
    here = _directory(_path(page.document.base) + "page") in phrases("services")
    below: dict[str, Link] = {}
    for link in page.document.links:
        if _directory(link.href) in phrases("services") or (here and "/" not in link.href):
            path = _path(link.url or "")
            tail = path.strip("/").rpartition("/")[2]
            if tail.partition(".")[0] not in ("", "index") and _directory(path) in phrases("services"):
                below.setdefault(path, link)
    return list(below.values())


def _directory(path: str) -> str:
    """The name of the directory that a path is in, as it is compared with the list; "" where it has none."""
    head = path.partition("?")[0].strip("/").rpartition("/")[0]
    return plain(head[head.rfind("/") + 1 :]).replace("-", " ")


def _is_inside(link: Link, item: Any) -> bool:
    node = link.node.parent
    for _ in range(8):
        if node is None:
            return False
        if node.mem_id == item.mem_id:
            return True
        node = node.parent
    return False


def _offers(page: ReadPage) -> list[Listing]:
    """Offers of JSON-LD: hasOfferCatalog, makesOffer, availableService, knowsAbout, Service."""
    found: list[Listing] = []
    services: list[str] = []
    for item in page.document.jsonld:
        for key in ("hasOfferCatalog", "makesOffer", "availableService"):
            names = _offer_names(item[key], 0) if key in item else ()
            found += _listing(page.url, [(name, name) for name in names], 2.6)
        if item.get("@type") == "Service" and isinstance(item.get("name"), str):
            services.append(item["name"].strip())
        about = item.get("knowsAbout")
        if isinstance(about, list):
            texts = [one.strip() for one in about if isinstance(one, str)]
            found += _listing(page.url, [(text, one) for one in texts if (text := label(one))], 1.0)
    return found + _listing(page.url, [(text, one) for one in services if (text := label(one))], 2.0)


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

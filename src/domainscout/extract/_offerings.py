"""Collects lists of offerings from pages and chooses the best: section cards, menus, footers, page headings, JSON-LD.

Owns the weights of the witnesses. Every list is kept whole: what stands beside services is a service.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from domainscout.extract._listings import MAX_ITEMS, MAX_PROMISES, Listing, Offering, listing_of
from domainscout.extract._people_words import plain
from domainscout.extract._service_menus import menus, titled
from domainscout.extract._service_sentences import counting_lines, sentences
from domainscout.extract._service_words import elsewhere, label, names_an_offering, phrases, promises
from domainscout.extract._trades import names_a_trade
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Line, Place
from domainscout.records import PageKind

MAX_SHORT = 5
"""Words of the name of an offering that nothing promises."""
LAST_RESORT = 1.05
"""Weight of cards on the home page that nothing promises: they may be reasons or steps, any other list is better."""


def collect(reading: Reading) -> list[Listing]:
    """Every list of the site that may hold its offerings."""
    found: list[Listing] = []
    counting = counting_lines(reading)
    for page in reading.pages:
        home = page is reading.pages[0]
        if page.kind in (PageKind.LEGAL, PageKind.TEAM, PageKind.CONTACT) and not home:
            continue
        index = not home and _is_index(page)
        if home or index or page.kind in (PageKind.SERVICES, PageKind.ABOUT):
            found += _sections(page, home=home, index=index)
            found += sentences(page, counting)
        found += _offers(page)
    if reading.pages:
        found += menus(reading.pages[0])
        found += titled(reading)
    return found


def _founded(found: list[Listing]) -> list[Listing]:
    """Lists that nothing promises are menus of anything: only those count that speak of trades, mostly.

    Of a plain menu only the entries that do.
    """
    kept = []
    for listing in found:
        told = {key: one for key, one in listing.items.items() if _is_offered(one.shown)}
        if listing.weight >= 1.9:
            kept.append(listing)
        elif 2 * len(told) >= len(listing.items):
            kept.append(replace(listing, items=told) if listing.weight < 1 else listing)
    return kept


def _is_offered(text: str) -> bool:
    return names_a_trade(text) or names_an_offering(text)


def choose(found: list[Listing]) -> tuple[list[Offering], list[Offering]]:
    """The services and the products: the best list, and the lists that agree with it."""
    counts: dict[str, int] = {}
    found = _founded(found)
    found = [one for one in found if one.weight != LAST_RESORT] or found
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
        one._replace(confidence=min(0.45 + 0.1 * best.weight + 0.05 * counts[key], 0.85))
        for key, one in list(chosen.items())[:MAX_ITEMS]
    ]


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
                found += _cards(page, group, LAST_RESORT) if all(map(_is_short, group)) else []
    return found


def _is_short(line: Line) -> bool:
    """Whether a heading is short enough to name an offering where nothing says that it does."""
    return line.text.count(" ") < MAX_SHORT and "," not in line.text


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
        return _named_pairs(lines, start) or _explained(lines, start) or _marked(lines, start)
    items = []
    for line in lines[first : first + MAX_ITEMS * 2]:
        if line.tag != lines[first].tag:
            break
        items.append(line)
    return items


def _explained(lines: list[Line], start: int) -> list[Line]:
    """Lines that each begin with a name and explain it: "Aquabike – 45 minutes"; an introduction may stand before."""
    first = next((i for i in range(start, min(start + 3, len(lines))) if _explains(lines[i].text)), len(lines))
    names = list(itertools.takewhile(lambda line: not line.level and _explains(line.text), lines[first:]))
    return names[:MAX_ITEMS] if len(names) >= 3 else []


def _marked(lines: list[Line], start: int) -> list[Line]:
    """Lines that begin with marks of a list that is none to the browser: "* Brakes"."""
    marked = list(itertools.takewhile(lambda line: _MARK.match(line.text), lines[start:]))
    return marked[:MAX_ITEMS] if len(marked) >= 3 else []


def _explains(text: str) -> str | None:
    """The name that a line explains, where it is such a line."""
    match = _EXPLAINED.match(text) if len(text) <= MAX_ABOUT else None
    return label(match[1]) if match else None


def _named_pairs(lines: list[Line], start: int) -> list[Line]:
    """The names of cards without headings: lines of two kinds by turns, a name and the words about it."""
    names: list[Line] = []
    kinds: set[tuple[tuple[str, str], tuple[str, str]]] = set()
    for name, about in zip(lines[start::2], lines[start + 1 :: 2], strict=False):
        if name.level or about.level or label(name.text) is None or len(about.text) > MAX_ABOUT:
            break
        kinds.add((_kind(name), _kind(about)))
        if len(kinds) > 1 or _kind(name) == _kind(about) or len(names) == MAX_ITEMS:
            break
        names.append(name)
    return names if len(names) >= 3 else []


def _kind(line: Line) -> tuple[str, str]:
    """The tag and the class of what a line stands in; the class tells blocks of one tag apart."""
    return line.tag, (line.node.attributes or {}).get("class") or ""


_MARK = re.compile(r"[*•·▪►»✓✔–-]\s?\w")
_EXPLAINED = re.compile(r"([^\d:–—]{3,50}?)(?: [–—-] |: )(?=.{8})")
MAX_ABOUT = 300
"""Characters of the words about one offering of a list."""
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
    above: list[Line] = []
    for at in heads:
        line = lines[at]
        if group and line.level == group[0].level:
            group.append(line)
            continue
        if len(group) >= 3:
            yield group, above[-1] if above else None
        above = [one for one in (*above, *group[-1:]) if one.level < line.level]
        group = [line]
    if len(group) >= 3:
        yield group, above[-1] if above else None


def _cards(page: ReadPage, members: list[Line], weight: float, *, product: bool = False) -> list[Listing]:
    pairs = itertools.pairwise([one for one in members if one.level])
    broken = {one.node.mem_id for one, after in pairs if one.node.mem_id == after.node.mem_id}
    plain = [one for one in members if one.node.mem_id not in broken]
    explained = [(name, name) for one in plain if not one.level and (name := _explains(one.text))]
    good = [(text, one.text) for one in plain if (text := label(one.text))]
    if len(explained) == len(plain) or len(explained) > len(good):
        good = explained
    if len(good) * 2 < len(members):
        return []
    return listing_of(page.url, good, weight, product=product)


def _offers(page: ReadPage) -> list[Listing]:
    """Offers of JSON-LD: hasOfferCatalog, makesOffer, availableService, knowsAbout, Service."""
    found: list[Listing] = []
    services: list[str] = []
    for item in page.document.jsonld:
        for key in ("hasOfferCatalog", "makesOffer", "availableService"):
            names = _offer_names(item[key], 0) if key in item else ()
            found += listing_of(page.url, [(name, name) for name in names], 2.6)
        if item.get("@type") == "Service" and isinstance(item.get("name"), str):
            services.append(item["name"].strip())
        about = item.get("knowsAbout")
        if isinstance(about, list):
            texts = [one.strip() for one in about if isinstance(one, str)]
            found += listing_of(page.url, [(text, one) for one in texts if (text := label(one))], 1.0)
    return found + listing_of(page.url, [(text, one) for one in services if (text := label(one))], 2.0)


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

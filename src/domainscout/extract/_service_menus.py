"""Offerings in menus: entries below "Services", links to pages that bear their text as heading, plain menus."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from domainscout.extract._listings import MAX_PROMISES, Listing, listing_of
from domainscout.extract._people_words import plain
from domainscout.extract._service_words import folded, label, phrases, promises
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Link, Place, fold
from domainscout.records import PageKind

COMPARED = 3
"""Other pages of which most have a link that belongs to the menu."""


def menus(page: ReadPage) -> list[Listing]:
    """Menu entries and links below "Services"."""
    found: list[Listing] = []
    for links, weight in _submenus(page):
        found += listing_of(page.url, _labels(links), weight)
    return found


def _labels(links: list[Link]) -> list[tuple[str, str]]:
    return [(text, shown) for link in links if (text := label(shown := _name_in(link)))]


def _name_in(link: Link) -> str:
    """The text of a link; of one that sets a name above a description ("<b>…</b><small>…</small>") the name."""
    if link.mere:
        return link.text
    children = [child for child in link.node.iter() if child.tag not in ("svg", "img", "i")]
    while len(children) == 1:
        children = [child for child in children[0].iter() if child.tag not in ("svg", "img", "i")]
    if len(children) == 2 and children[0].tag in ("b", "strong", "span", "div", "p", "h3", "h4", "h5"):
        first, rest = (fold(child.text(deep=True)) for child in children)
        if len(first) > 2 and rest and link.text.replace(" ", "") == (first + rest).replace(" ", ""):
            return first
    return link.text


def titled(reading: Reading) -> list[Listing]:
    """Links of the home page that lead to a page which bears their text as its heading, or stand in its menu."""
    titles = set()
    for page in reading.pages[1:]:
        line = next((one for one in page.document.lines if one.level in (1, 2)), None)
        if line is not None and page.kind in (PageKind.OTHER, PageKind.SERVICES):
            titles.add(folded(line.text))
    home = reading.pages[0]
    links = [one for one in home.document.links if one.place is not Place.FOOTER and len(one.text) > 2]
    own = [one for one in links if titles and folded(one.text) in titles and one.url]
    found = listing_of(home.url, _labels(own), 1.2)
    for page in reading.pages if not home.document.links else (home,):
        menu = _plain_menu(page, reading)
        if menu:
            return found + listing_of(page.url, _labels(menu), 0.8)
    return found


def _plain_menu(page: ReadPage, reading: Reading) -> list[Link]:
    """The links of a page's menu; on pages without marks for one, those that other pages carry too."""
    links = page.document.links
    menu = [one for one in links if one.place is Place.NAV and _may_offer(one, page.url)]
    if menu or len(links) > MAX_PROMISES or len(reading.pages) < 2:
        return menu
    rest = [other for other in reading.pages if other is not page][:COMPARED]
    others = [{link.text for link in other.document.links} for other in rest]
    shared = [one for one in links if one.place is not Place.FOOTER and _is_common(one.text, others)]
    return [one for one in shared if _may_offer(one, page.url)]


def _may_offer(link: Link, url: str) -> bool:
    return len(link.text) > 2 and link.href[:1] != "#" and _is_own(link, url)


def _is_common(text: str, others: list[set[str]]) -> bool:
    """Whether most of the other pages have a link of that text."""
    return 2 * sum(text in texts for texts in others) > len(others)


def _is_own(link: Link, url: str) -> bool:
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
        if item is not None and item.tag in ("li", "div", "details"):
            inside = [one for one in links[at + 1 : at + 40] if _is_inside(one, item)]
            if len(inside) >= 2 and (item.tag == "li" or _opens_alone(inside, links, at)):
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


def _opens_alone(inside: list[Link], links: list[Link], at: int) -> bool:
    """Whether a holder of links is a menu of its own, not the whole navigation: entries of it stand around."""
    after = at + 1 + len(inside)
    around = [*links[max(0, at - 1) : at], *links[after : after + 1]]
    return any(one.place is Place.NAV for one in around)


def _is_inside(link: Link, item: Any) -> bool:
    node = link.node.parent
    for _ in range(8):
        if node is None:
            return False
        if node.mem_id == item.mem_id:
            return True
        node = node.parent
    return False

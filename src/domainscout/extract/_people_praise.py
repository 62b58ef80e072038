"""Where people are not the company's: praise by customers, by-lines of posts, pages about others.

Owns the signs of such places. Does not read names.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from domainscout.extract._people_words import plain
from domainscout.extract.base import ReadPage
from domainscout.literals import grouped
from domainscout.markup import Line, Node
from domainscout.records import PageKind

_CLASS = re.compile(
    r"testimonial|(?<!p)review|rating|\bquote|quote\b|kundenstimm|bewertung|comment|feedback|temoignage|opinion|"
    r"recensi|byline|post-author|author-",
    re.I,
)
HEADING = re.compile(
    grouped(
        r"testimonial|reviews?\b|what (?:our|people|clients|customers|they|others)|clients? say|customers? say|"
        r"patients? say|happy (?:clients|customers)|feedback|kundenstimmen|das sagen|bewertungen|meinungen|avis\b|"
        r"temoignages|opiniones|testimonios|recensioni|dicono di noi|opinie|reference\b|recenze|anmeldelser|"
        r"depoimentos|ervaringen|referenzen|kind words|success stories|client stories|"
        r"^(?:our |unsere |nos |onze )?(?:customers|clients|kunden|klanten)$"
    )
)
"""For headings in lower case without accents."""
_FOREIGN_PATH = re.compile(
    r"(?:^|[/_-])(?:blog|news|press|posts?|articles?|artikel|aktuell\w*|noticias|actualit\w*|reviews?|testimonials?|"
    r"testimonianze|temoignages|opinie|recen[sz]\w*|referen[czs]\w*|bewertungen|case-stud\w*|portfolio|events?|"
    r"what-?s-?on|agenda|eventi|eventos|evenements|veranstaltungen|"
    r"stories|customers?|clients?|author)(?:[/_.-]|$)|/20\d\d/",
    re.I,
)
_NAME = r"[A-Z][\w&'’.-]*(?: [A-Z&][\w&'’.-]*){0,3}"
_HOUSE = re.compile(rf" (?:at|@) (?!the |our )({_NAME})|, ({_NAME})(?=\))")
"""The house that somebody works for, right after the title: " at Example", ", Example)"."""
_QUOTES = '"“”„«»‚'


def foreign(page: ReadPage) -> bool:
    """Whether a page is mostly about other people: posts, reviews, references."""
    if page.kind in (PageKind.HOME, PageKind.TEAM, PageKind.CONTACT, PageKind.LEGAL):
        return False
    return is_foreign_path(page.url)


def is_foreign_path(url: str) -> bool:
    """Whether an address is one of posts, reviews or references."""
    return bool(_FOREIGN_PATH.search(urlsplit(url).path))


def praised(lines: list[Line], at: int) -> bool:
    """Whether a line stands in praise by customers or is the by-line of a post."""
    node: Node | None = lines[at].node
    for _ in range(6):
        if node is None:
            break
        if node.tag == "cite" or (node.tag == "blockquote" and _is_quotation(node, lines[at].text)):
            return True
        if node.tag == "figure" and node.css_first("blockquote") is not None:
            return True
        attributes = node.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if len(name) > 4 and _CLASS.search(name):
            return True
        node = node.parent
    return (len(lines[at].text) < 100 and after_praise(lines, at)) or any(
        "★★★" in one.text for one in lines[max(0, at - 3) : at + 4]
    )


def _is_quotation(node: Node, text: str) -> bool:
    """Whether a blockquote quotes somebody; old pages indent whole columns with it."""
    if text[0] in _QUOTES + "—–-" or node.css_first("cite, footer, figcaption") is not None:
        return True
    return [child.tag for child in node.iter()] == ["p", "p"]


def works_elsewhere(page: ReadPage, text: str, title: str) -> bool:
    """Whether a text says that somebody holds the title in another house than the site's: "CFO at Example".

    Where a page is about the team or its places, what follows is a branch: "manager at Springfield".
    """
    if page.kind in (PageKind.TEAM, PageKind.CONTACT, PageKind.LOCATIONS):
        return False
    match = _HOUSE.search(text, max(0, text.find(title)))
    return match is not None and not is_own(page.url, match[1] or match[2])


def is_own(url: str, text: str) -> bool:
    """Whether a text names the company of the site: its words run together are in the host name."""
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(url).hostname or "").removeprefix("www.").rpartition(".")[0])
    for part in re.split(r"[·|,•–—]|\bat\b|\bof\b", text):
        joined = re.sub(r"[^a-z0-9]", "", plain(part))
        if len(joined) > 4 and (joined in host or host in joined):
            return True
    return False


def after_praise(lines: list[Line], at: int) -> bool:
    """Whether the line above is a quotation."""
    before = lines[at - 1].text if at else ""
    return len(before) > 12 and (before[0] in _QUOTES or before[-1] in _QUOTES)

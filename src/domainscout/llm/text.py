"""The visible text of a site as the model gets it: pages in order of worth, no line twice, within a budget of tokens.

Owns what is shown and what is left out. Hidden nodes and lines that give orders are gone before (`Reading`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from domainscout.extract.base import Reading, ReadPage
from domainscout.llm.prices import CHARS_A_TOKEN
from domainscout.markup import Line, Link, Place, fold_quote
from domainscout.records import PageKind

WORTH = (
    PageKind.HOME,
    PageKind.CONTACT,
    PageKind.ABOUT,
    PageKind.LEGAL,
    PageKind.TEAM,
    PageKind.LOCATIONS,
    PageKind.SERVICES,
    PageKind.OTHER,
)
"""Pages in the order in which they get their share of the tokens."""

SHARES = {
    PageKind.HOME: 1700,
    PageKind.CONTACT: 1000,
    PageKind.ABOUT: 900,
    PageKind.LEGAL: 200,
    PageKind.TEAM: 1800,
    PageKind.LOCATIONS: 800,
    PageKind.SERVICES: 400,
    PageKind.OTHER: 120,
}
"""Characters of a page of each kind that are shown from its beginning: more says little that is new."""

TELLING_SHARE = 300
"""Characters of telling lines (numbers, addresses, hours, standards, people) shown of a page beyond its share."""

MAX_ACCOUNTS = 12
"""Addresses of social accounts shown of a page."""

MAX_LINE = 220
"""Characters shown of one line: longer ones are terms and stories, whose first words say what they are."""

_TELLING = re.compile(
    r"@|\+\d|\d[\d\s().\-/]{7,}\d|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b\d{5}\b"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\b|uhr|h\b)|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b.{0,30}\d"
    r"|\b(?:ISO|DIN|EN|CE|BS) ?\d|certif|accredit|zertif|licen[cs]ed|member of|approved"
    r"|\b(?:director|manager|founder|owner|partner|president|ceo|cto|cfo|head of)\b"
    r"|\b(?:geschäftsführ|inhaber|gerente|direct(?:eur|or))",
    re.I,
)
_OWN_ACCOUNT = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:linkedin|facebook|twitter|x|instagram|youtube|github|tiktok)\.com/[^?#\s]{2,}", re.I
)
SHARING = re.compile(r"/(?:share|sharer|intent|dialog|plugins|hashtag)\b|sharer\.php", re.I)
"""Addresses of networks that are nobody's account: share buttons and the like."""
_HASHBANG = re.compile(r"/#(?:!|%21)/")
_LOGO = re.compile(r"logo|brand", re.I)
_WORD = re.compile(r"\w\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """One page as shown to the model; `number` is what the model cites."""

    number: int
    url: str
    kind: PageKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The pages shown; `cut` when lines had to be left out to keep the budget."""

    pages: tuple[ShownPage, ...]
    cut: bool = False

    @property
    def chars(self) -> int:
        """Characters of all lines with their line ends."""
        return sum(len(line) + 1 for page in self.pages for line in page.lines)


def shown(reading: Reading, *, max_tokens: int) -> Shown:
    """Choose what the model sees of a site.

    Args:
        max_tokens: for the text of all pages together, at 3.5 characters a token.
    """
    seen: set[str] = set()
    pages = [(page, [*_worth_showing(page, seen)]) for page in _by_worth(reading)]
    left = int(max_tokens * CHARS_A_TOKEN)
    kept: list[ShownPage] = []
    cut = False
    for page, lines in pages:
        fitting = list(_fitting(lines, left))
        cut = cut or len(fitting) < len(lines)
        left -= sum(len(line) + 1 for line in fitting)
        if fitting:
            number = len(kept) + 1
            kept.append(ShownPage(number=number, url=page.url, kind=page.kind, lines=tuple(fitting)))
    return Shown(pages=tuple(kept), cut=cut)


def _by_worth(reading: Reading) -> list[ReadPage]:
    return sorted(reading.pages, key=lambda page: WORTH.index(page.kind))


def _fitting(lines: list[str], room: int) -> Iterator[str]:
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def _worth_showing(page: ReadPage, seen: set[str]) -> Iterator[str]:
    """The beginning of a page, and from the rest the lines that tell something checkable."""
    share, telling = SHARES[page.kind], TELLING_SHARE
    for line in _lines(page, seen):
        if share > 0:
            share -= len(line) + 1
            yield line
        elif telling > 0 and _TELLING.search(line):
            telling -= len(line) + 1
            yield line
    yield from islice(_accounts(page, seen), MAX_ACCOUNTS)
    yield from _logos(page, seen)


def _lines(page: ReadPage, seen: set[str]) -> Iterator[str]:
    document = page.document
    if title := _new(document.title, seen):
        yield f"# {title}"
    if described := _new(document.meta.get("description", ""), seen):
        yield f"Description: {described}"
    for line in document.lines:
        if line.place is not Place.NAV and (text := _new(line.text, seen)):
            yield _with_links(line, text)


def _new(text: str, seen: set[str]) -> str:
    key = fold_quote(text)
    if key in seen or not _WORD.search(key):
        return ""
    seen.add(key)
    return text if len(text) <= MAX_LINE else text[:MAX_LINE].rsplit(" ", 1)[0] + " …"


def _with_links(line: Line, text: str) -> str:
    extra = ""
    for link in line.links:
        scheme, _, rest = link.href.partition(":")
        if scheme.lower() in ("tel", "mailto") and rest.split("?")[0] not in text:
            extra += f" <{link.href.split('?')[0]}>"
    return text + extra


def account_url(link: Link) -> str:
    """Where a link leads; old links to accounts hide the name behind "#!/"."""
    before, *name = _HASHBANG.split(link.href, maxsplit=1)
    return f"{before}/{name[0]}" if name else link.url or ""


def _accounts(page: ReadPage, seen: set[str]) -> Iterator[str]:
    for link in page.document.links:
        url = account_url(link)
        if _OWN_ACCOUNT.match(url) and not SHARING.search(url) and _new(url, seen):
            yield f"Link: {link.text[:40]} <{url}>"


def _logos(page: ReadPage, seen: set[str]) -> Iterator[str]:
    images = [image for image in page.document.images if image.url and _LOGO.search(f"{image.url} {image.alt}")]
    for image in images[:3]:
        if _new(image.url or "", seen):
            yield f"Image: {image.alt[:40]} <{image.url}>"

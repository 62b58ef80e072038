"""The visible text of a site as the model gets it: pages in order of worth, no line twice, within a budget of tokens.

Owns what is shown and what is left out. Hidden nodes and lines that give orders are gone before (`Reading`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domainscout.extract.base import Reading, ReadPage
from domainscout.llm.prices import CHARS_A_TOKEN
from domainscout.markup import Line, Place, fold_quote
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

FIRST_SHARE = 0.4
"""Share of the budget that one page may take before the others have had theirs."""

MAX_LINE = 700
"""Characters shown of one line: longer ones are terms and stories, whose first words say what they are."""

_OWN_ACCOUNT = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:linkedin|facebook|twitter|x|instagram|youtube|github|tiktok)\.com/[^?#\s]{2,}", re.I
)
_SHARING = re.compile(r"/(?:share|sharer|intent|dialog|plugins|hashtag)\b|sharer\.php", re.I)
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
    pages = [(page, list(_lines(page, seen))) for page in _by_worth(reading)]
    budget = int(max_tokens * CHARS_A_TOKEN)
    taken = _share([[len(line) + 1 for line in lines] for _, lines in pages], budget)
    kept = [
        ShownPage(number=number, url=page.url, kind=page.kind, lines=tuple(lines[:count]))
        for number, ((page, lines), count) in enumerate(zip(pages, taken, strict=True), start=1)
        if count
    ]
    cut = any(count < len(lines) for (_, lines), count in zip(pages, taken, strict=True))
    return Shown(pages=tuple(kept), cut=cut)


def _by_worth(reading: Reading) -> list[ReadPage]:
    return sorted(reading.pages, key=lambda page: WORTH.index(page.kind))


def _share(sizes: list[list[int]], budget: int) -> list[int]:
    """How many lines of each page fit: first at most a fixed share a page, then what is left in order of worth."""
    taken = [0] * len(sizes)
    left = budget
    for cap in (int(budget * FIRST_SHARE), budget):
        for page, lines in enumerate(sizes):
            used = sum(lines[: taken[page]])
            while taken[page] < len(lines) and lines[taken[page]] <= min(left, cap - used):
                used += lines[taken[page]]
                left -= lines[taken[page]]
                taken[page] += 1
    return taken


def _lines(page: ReadPage, seen: set[str]) -> Iterator[str]:
    document = page.document
    if title := _new(document.title, seen):
        yield f"# {title}"
    if described := _new(document.meta.get("description", ""), seen):
        yield f"Description: {described}"
    for line in document.lines:
        if line.place is not Place.NAV and (text := _new(line.text, seen)):
            yield _with_links(line, text)
    yield from _accounts(page, seen)
    yield from _logos(page, seen)


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


def _accounts(page: ReadPage, seen: set[str]) -> Iterator[str]:
    for link in page.document.links:
        url = link.url or ""
        if _OWN_ACCOUNT.match(url) and not _SHARING.search(url) and _new(url, seen):
            yield f"Link: {link.text[:40]} <{url}>"


def _logos(page: ReadPage, seen: set[str]) -> Iterator[str]:
    images = [image for image in page.document.images if image.url and _LOGO.search(f"{image.url} {image.alt}")]
    for image in images[:3]:
        if _new(image.url or "", seen):
            yield f"Image: {image.alt[:40]} <{image.url}>"

"""The pages that a site's sitemap names, for menus that only a script makes. Reads a few files of it at most."""

from __future__ import annotations

import re
from collections.abc import Callable

from domainscout.crawl.asking import Asker
from domainscout.errors import Category
from domainscout.fetch import FetchError, text_of, unpacked

MAX_FILES = 3
_BYTES = 2 * 1024 * 1024
_LOCS = 3000
_LEAST_S = 5.0
_LOC = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,500})", re.I)

Miss = Callable[[str, str, Category | None], None]


async def mapped_pages(origin: str, asker: Asker, miss: Miss) -> list[str]:
    """Addresses in the sitemaps of an origin: those that robots.txt names, else /sitemap.xml.

    Args:
        origin: scheme and host.
        asker: asks for them.
        miss: told address, reason and category of what could not be had.
    """
    pages: list[str] = []
    todo = list(asker.sitemaps(origin)[:2]) or [f"{origin}/sitemap.xml"]
    for _ in range(MAX_FILES):
        if not todo or asker.visit.left_s <= _LEAST_S:
            break
        text = await _file(todo.pop(0), asker, miss)
        found = [loc.replace("&amp;", "&") for loc in _LOC.findall(text)[:_LOCS]]
        if "<sitemapindex" in text[:2000].lower():
            todo += [loc for loc in found if "page" in loc.lower()][:1] or found[:1]
        else:
            pages += found
    return pages


async def _file(url: str, asker: Asker, miss: Miss) -> str:
    """The text of one file; empty where there is none."""
    try:
        url = asker.permitted(url, home=False)
        await asker.obey_robots(url)
        response = await asker.ask(url, cap=min(_BYTES, max(1, asker.visit.left_bytes)), any_type=True)
    except FetchError as error:
        miss(url, error.what, error.category)
        return ""
    return text_of(unpacked(response.body, _BYTES)) if response.status == 200 else ""

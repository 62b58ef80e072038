"""A shell filled by its scripts, under the rules of any other page: addresses, robots, pace, caps, one site.

Owns what the browser is answered; the browser itself is `render`'s.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from domainscout.addresses import registrable
from domainscout.crawl.asking import Asker, redirect_failure
from domainscout.fetch import Response, text_of
from domainscout.markup import absolute
from domainscout.render import Renderer, Served, open_renderer


async def rendered(url: str, response: Response, asker: Asker, *, first: bool) -> str | None:
    """The source of a page after its scripts have run; None where there is no browser, or nothing came of it.

    Args:
        url: of the page.
        response: the page as it was sent.
        asker: answers what the page asks for.
        first: it is the home page, and so says which site the others must be of.
    """
    renderer = await _renderer(asker)
    settings = asker.settings
    seconds = min(settings.page_timeout, asker.visit.left_s)
    if renderer is None or seconds < 1:
        return None
    if first:
        asker.home_domain = registrable(urlsplit(url).hostname or "")

    async def serve(asked: str) -> Served:
        if asked == url:
            kind = response.headers.get("content-type", "text/html")
            return Served(status=200, content_type=kind, body=response.body)
        return await _served(asked, asker)

    source = await renderer.render(url, serve, agent=settings.agent, seconds=seconds, max_chars=settings.page_bytes)
    return text_of(source.encode("utf-8", "replace"), "text/html; charset=utf-8") if source else None


async def _renderer(asker: Asker) -> Renderer | None:
    """The browser of this process, started when the first page needs it."""
    shelf = asker.fetcher.shelf
    async with shelf.setdefault("renderer-lock", asyncio.Lock()):
        if "renderer" not in shelf:
            opened = open_renderer(asker.settings.browser)
            shelf["renderer"] = await asker.fetcher.exits.enter_async_context(opened)
    found: Renderer | None = shelf["renderer"]
    return found


async def _served(asked: str, asker: Asker) -> Served:
    for _ in range(asker.settings.max_redirects + 1):
        asked = asker.permitted(asked, home=False)
        await asker.obey_robots(asked)
        found = await asker.ask(asked, any_type=True)
        if found.location is None:
            kind = found.headers.get("content-type", "application/octet-stream")
            return Served(status=found.status, content_type=kind, body=found.body)
        asked = absolute(asked, found.location) or ""
    raise redirect_failure(asked, "redirects too often")

"""One page, wherever it lies in the end: redirects of all kinds by hand, then the page read, or why it cannot be."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from domainscout.addresses import canonical_url
from domainscout.crawl.asking import HEALING_STATUS, Asker, redirect_failure, retry_after
from domainscout.crawl.reading import (
    READABLE_CHARS,
    KeptDocuments,
    check_readable,
    html_of,
    is_shell,
    moved_to,
    parsed,
    shell_failure,
)
from domainscout.crawl.rendering import rendered
from domainscout.errors import Category
from domainscout.fetch import FetchError, Response, Step
from domainscout.frontier import page_key
from domainscout.markup import Document, absolute
from domainscout.records import KnownPage, Page, PageKind

Stage = Callable[[str], None]


@dataclass(slots=True)
class Loaded:
    """A page that was read, with its document.

    Attributes:
        moved_to: where a refresh, a script or its only frame sends the reader.
        cut: why it is not all of the page.
        broken: why a page that said something led on to one that could not be had, and where.
    """

    page: Page
    document: Document
    moved_to: str | None = None
    cut: Category | None = None
    broken: tuple[str, FetchError] | None = None


class Loader:
    """Loads the pages of one domain.

    Args:
        asker: asks for them.
        known: pages of an earlier crawl by address; they are asked for conditionally.
        stage: told "render".
    """

    def __init__(self, asker: Asker, known: Mapping[str, KnownPage], stage: Stage) -> None:
        self._asker = asker
        self._known = known
        self._stage = stage
        self._kept: KeptDocuments = asker.fetcher.shelf.setdefault("documents", KeptDocuments())
        self._read: set[str] = set()

    async def load(self, url: str, *, home: bool) -> Loaded:
        """Fetch and read one page, following redirects of all kinds by hand.

        A page that says something and yet refreshes to an address that cannot be had is itself the answer.

        Raises:
            FetchError: it cannot be had, or leads to a page that was read before.
        """
        hops = 0
        seen: set[tuple[str, object]] = set()
        readable: Loaded | None = None
        try:
            while True:
                url = self._asker.permitted(url, home=home)
                if hops and page_key(url) in self._read:
                    raise redirect_failure(url, "was read before")
                state = (url, self._asker.visit.cookies_of(urlsplit(url).hostname or ""))
                if state in seen:
                    raise redirect_failure(url, "redirects in a circle")
                seen.add(state)
                found = await self._one(url, home=home)
                if isinstance(found, Loaded):
                    if found.moved_to is None:
                        return self._noted(found)
                    if len(found.document.text) >= READABLE_CHARS:
                        readable = found
                    target = found.moved_to
                else:
                    target = found
                moved = canonical_url(absolute(url, target) or "")
                if moved is None:
                    raise redirect_failure(url, "redirects to something that is no web address")
                if isinstance(found, Loaded) and page_key(moved) == page_key(url):
                    return self._noted(found)
                hops += 1
                if hops > self._asker.settings.max_redirects:
                    raise redirect_failure(url, f"redirects more than {self._asker.settings.max_redirects} times")
                url = moved
        except FetchError as error:
            if readable is None:
                raise
            readable.broken = (url, error)
            return self._noted(readable)

    def _noted(self, loaded: Loaded) -> Loaded:
        self._read.add(page_key(loaded.page.url))
        return loaded

    async def _one(self, url: str, *, home: bool) -> Loaded | str:
        """One hop: the page, or where the answer sends us."""
        await self._asker.obey_robots(url, first=not self._read)
        known = self._known.get(url)
        response = await self._asker.ask(url, known)
        return _target(response) or await self._page(response, known, url)

    async def _page(self, response: Response, known: KnownPage | None, url: str) -> Loaded:
        if response.status == 304:
            if known is None:
                raise FetchError(Category.PROTOCOL, f"{url} answers 304 to a first request.", step=Step.ANSWER)
            page = _known_again(known, response)
            document = await parsed(page.html, url)
            return Loaded(page=page, document=document, moved_to=moved_to(document, page.headers))
        html, document = await self._read_page(response, url)
        moved = moved_to(document, response.headers)
        content = response.body
        if moved is None and is_shell(document, html):
            html, document = await self._filled(url, response)
            content = html.encode()
        if moved is None:
            check_readable(document, url)
        page = Page(
            url=url,
            kind=PageKind.OTHER,
            html=html,
            status=response.status,
            headers=response.headers,
            cookies=response.cookies,
            fetched_at=datetime.now(UTC),
            size_bytes=len(response.body),
            digest=hashlib.sha256(content).hexdigest(),
            truncated=response.cut is not None,
            parsed=self._kept.keep(document),
        )
        return Loaded(page=page, document=document, moved_to=moved, cut=response.cut)

    async def _read_page(self, response: Response, url: str) -> tuple[str, Document]:
        """The text of a page and its document, both timed."""
        started = time.monotonic()
        html = html_of(response)
        self._asker.visit.spent("decode", started)
        started = time.monotonic()
        document = await parsed(html, url)
        self._asker.visit.spent("parse", started)
        return html, document

    async def _filled(self, url: str, response: Response) -> tuple[str, Document]:
        """What scripts make of a shell.

        Raises:
            FetchError: `empty`.
        """
        self._stage("render")
        html = await rendered(url, response, self._asker, first=not self._read)
        if html is None:
            raise shell_failure(url)
        document = await parsed(html, url)
        if is_shell(document, html):
            raise shell_failure(url)
        return html, document


def _target(response: Response) -> str | None:
    """Where an answer sends us; None for a page.

    Raises:
        FetchError: an error status, or a redirect without a target.
    """
    status = response.status
    if status == 304:
        return None
    if response.location:
        return response.location
    if 300 <= status < 400:
        raise redirect_failure(response.url, f"answers {status} without saying where to")
    if status < 200:
        raise FetchError(Category.PROTOCOL, f"{response.url} answers {status}.", step=Step.ANSWER, status=status)
    if status >= 400:
        raise FetchError(
            Category.HTTP,
            f"{response.url} answers {status}.",
            step=Step.ANSWER,
            heals=status in HEALING_STATUS,
            retry_after_s=retry_after(response),
            status=status,
        )
    return None


def _known_again(known: KnownPage, response: Response) -> Page:
    """A page that has not changed, as it was kept."""
    return Page(
        url=known.url,
        kind=known.kind,
        html=known.html,
        status=200,
        headers={**known.headers, **{k: v for k, v in response.headers.items() if k in ("etag", "last-modified")}},
        cookies=known.cookies,
        fetched_at=datetime.now(UTC),
        digest=known.digest,
        not_modified=True,
    )

"""One domain to its pages: the home page, then the pages that matter, under all limits.

Owns what is asked for next and when to stop. Where the home page is, is `origins`' business, how one address is asked
for `asking`'s, what redirects and answers mean `loading`'s, which link is next `frontier`'s.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from domainscout.addresses import registrable, why_not
from domainscout.crawl.asking import Asker, origin_of
from domainscout.crawl.loading import Loaded, Loader, Stage
from domainscout.crawl.origins import home_page, is_of
from domainscout.crawl.sitemaps import mapped_pages
from domainscout.errors import Category
from domainscout.fetch import Fetcher, FetchError, Step, Visit
from domainscout.frontier import MAX_LINKS_A_PAGE, Candidate, Frontier, page_key
from domainscout.records import KnownPage, Missed, Page, PageKind, Site
from domainscout.settings import CrawlSettings

LINKS_TRIED_AGAIN_DAYS = 30
"""Days after which a site's links are followed anew, though its home page did not change."""

LINKS_FROM_THE_END = 300
"""Of a page with too many links: its footer counts too."""

MAX_MISSED = 50

_FRAME = re.compile("<frame", re.I)
"""Found so in an eighth of the time that the page in lower case takes."""


async def crawl(
    domain: str,
    *,
    fetcher: Fetcher,
    settings: CrawlSettings,
    known: Mapping[str, KnownPage] | None = None,
    complete: bool = False,
    stage: Stage | None = None,
) -> Site:
    """Fetch the pages of a domain that tell about the company.

    Args:
        domain: canonical bare host.
        fetcher: shared by all crawls of the process.
        settings: limits and manners.
        known: pages of the earlier crawl by address, in its order; they are asked for conditionally.
        complete: that crawl got all it wanted: while the home page is the same and nothing known is gone, only known
            pages are asked for, not again all the links that led nowhere. Once a month the links are tried anew.
        stage: told "fetch" and "page 3/12".

    Returns:
        The pages, home page first, and what was not fetched and why.

    Raises:
        AttemptError: no page could be had; the category says why.
        NetworkDown: our own network is down.
    """
    async with fetcher.visit(domain) as visit:
        asker = Asker(domain, fetcher, visit, settings)
        crawl_of = _Crawl(domain, asker, visit, settings, known or {}, complete, stage or (lambda _: None))
        try:
            return await crawl_of.run()
        except FetchError as error:
            if error.step in (Step.CONNECT, Step.DNS) and error.heals and error.category is not Category.PRIVATE:
                await fetcher.network.unreachable(domain, visit.dials)
            raise


class _Crawl:
    def __init__(
        self,
        domain: str,
        asker: Asker,
        visit: Visit,
        settings: CrawlSettings,
        known: Mapping[str, KnownPage],
        complete: bool,
        stage: Stage,
    ) -> None:
        self.domain = domain
        self.asker = asker
        self.visit = visit
        self.settings = settings
        self.known = known
        self.complete = complete
        self.stage = stage
        self.loader = Loader(asker, known, stage)
        self.started = time.monotonic()
        self.pages: list[Page] = []
        self.missed: list[Missed] = []
        self.notes: list[str] = []
        self.digests: set[str] = set()
        self.partial: Category | None = None
        self.left_alone = False
        self.gone = False

    async def run(self) -> Site:
        self.stage("fetch")
        home = self._accepted(await home_page(self.domain, self._home_last_time(), self.loader, self.visit))
        self.asker.home_domain = registrable(urlsplit(home.page.url).hostname or "")
        frontier = Frontier(home.page.url, max_depth=self.settings.max_depth, language=home.document.language)
        self._keep(home, PageKind.HOME)
        wordless = not home.document.text.strip() and not home.document.links
        if not (self._is_settled(home.page) and await self._revisit(frontier)):
            self._offer(frontier, home, 1)
            del home
            await self._consult_sitemap(frontier)
            await self._follow(frontier)
        if wordless:
            self._require_text()
        return self._site()

    def _accepted(self, loaded: Loaded) -> Loaded:
        """Note what is not right with a page that was read all the same."""
        if loaded.cut in (Category.TIMEOUT, Category.CONNECT):
            self.partial = self.partial or loaded.cut
        if loaded.broken is not None:
            url, error = loaded.broken
            self._miss(url, error.what, error.category)
        return loaded

    def _require_text(self) -> None:
        """A home page of frames alone needs one of its frames.

        Raises:
            FetchError: none of them could be had; why, is the first one's reason.
        """
        if len(self.pages) == 1:
            first = next((missed for missed in self.missed if missed.category), None)
            category = first.category if first and first.category else Category.EMPTY
            reason = f": {first.url} {first.reason}" if first else ""
            raise FetchError(category, f"{self.pages[0].url} has no text of its own{reason}.", step=Step.ADDRESS)

    # Coming again --------------------------------------------------------------------------------------------------

    def _home_last_time(self) -> str | None:
        """Where the home page was lately, on this domain."""
        for page in self.known.values():
            if page.kind is PageKind.HOME and self.complete and _is_recent(page):
                return page.url if is_of(page.url, self.domain) else None
        return None

    def _is_settled(self, home: Page) -> bool:
        """Whether the home page is what it was, and its links were tried lately."""
        known = self.known.get(home.url)
        if known is None or not self.complete or not (home.not_modified or home.digest == known.digest):
            return False
        return all(map(_is_recent, self.known.values()))

    async def _revisit(self, frontier: Frontier) -> bool:
        """Ask for the known pages again; False when one of them changed or is gone, so that links count anew."""
        for url, known in self.known.items():
            if url == self.pages[0].url:
                continue
            if self._is_spent(url):
                return True
            self._tell_page()
            loaded = await self._try(Candidate(url, known.kind, 0.0, 1, "", ""))
            if loaded is None:
                return self.left_alone
            frontier.fetched(loaded.page.url)
            self._keep(loaded, known.kind)
            if not loaded.page.not_modified and loaded.page.digest != known.digest:
                return False
            del loaded
        return True

    def _is_unchanged(self) -> bool:
        if not self.known or self.partial is not None:
            return False
        return {page.url for page in self.pages} == set(self.known) and all(
            page.not_modified or page.digest == self.known[page.url].digest for page in self.pages
        )

    # The other pages -----------------------------------------------------------------------------------------------

    def _offer(self, frontier: Frontier, loaded: Loaded, depth: int) -> None:
        started = time.monotonic()
        document = loaded.document
        links = document.links
        if len(links) > MAX_LINKS_A_PAGE:
            links = links[: MAX_LINKS_A_PAGE - LINKS_FROM_THE_END] + links[-LINKS_FROM_THE_END:]
        frontier.add(((link.url, link.text, link.place.value) for link in links if link.url), depth)
        frontier.add(((url, words, "main") for url, words in document.menu), depth)
        if _FRAME.search(document.html):
            for node in document.tree.css("frame[src]")[:10]:
                url = document.resolve(node.attributes.get("src") or "")
                if url:
                    self._demand(frontier, url, depth)
        self.visit.spent("choose", started)

    def _demand(self, frontier: Frontier, url: str, depth: int) -> None:
        parts = urlsplit(url)
        reason = why_not(parts.hostname or "", parts.port)
        if reason:
            self._miss(url, f"must not be dialled: {reason}", Category.PRIVATE)
        else:
            frontier.demand(url, PageKind.OTHER, depth)

    async def _consult_sitemap(self, frontier: Frontier) -> None:
        """Ask for a sitemap where the links say little: menus made by scripts."""
        home = self.pages[0]
        if self.settings.max_pages <= 1 or len(frontier) >= 3 or frontier.knows(PageKind.CONTACT):
            return
        if home.html and not _FRAME.search(home.html):
            found = await mapped_pages(origin_of(home.url), self.asker, self._miss)
            frontier.add(((url, "", "main") for url in found), 1)

    async def _follow(self, frontier: Frontier) -> None:
        """Fetch candidates, best first, until the pages are enough.

        What a link leads to costs a page, also when it is a page that is there already, or nothing behind a link of
        which nothing was expected. Dead links to what matters cost less: real sites have some of them.
        """
        spent, requests = 1, 1
        while spent < self.settings.max_pages and requests < self.settings.max_pages * 2:
            candidate = frontier.next()
            if candidate is None or self._is_spent(candidate.url):
                break
            self._tell_page()
            requests += 1
            loaded = await self._try(candidate)
            if loaded is None and self.gone and (other := frontier.sibling(candidate)) is not None:
                requests += 1
                loaded = await self._try(other)
            if self.left_alone:
                break
            spent += loaded is not None or not self.gone or candidate.kind is PageKind.OTHER
            if loaded is None:
                continue
            new = frontier.fetched(loaded.page.url) or page_key(loaded.page.url) == page_key(candidate.url)
            if new and self._keep(loaded, candidate.kind):
                self._offer(frontier, loaded, candidate.depth + 1)
            # Not kept while the next page is waited for: fifty scouts had fifty parsed pages that nobody reads.
            del loaded

    async def _try(self, candidate: Candidate) -> Loaded | None:
        """Load a page; None when it was missed. Notes when the site is to be left alone from now on."""
        try:
            return self._accepted(await self.loader.load(candidate.url, home=False))
        except FetchError as error:
            self._miss(candidate.url, error.what, error.category)
            self.gone = error.status in (404, 410)
            if error.status in (429, 503) and error.heals:
                self._cut_short(Category.HTTP, f"the site asked to be left alone ({error.status})")
                self.left_alone = True
                return None
            if self.visit.left_s <= 0.05:
                self._cut_short(Category.TIMEOUT, "the domain's time is over")
                self.left_alone = True
                return None
            own_host = urlsplit(candidate.url).netloc == urlsplit(self.pages[0].url).netloc
            if own_host and error.heals and error.step in (Step.CONNECT, Step.DNS):
                await self.asker.fetcher.network.lost(self.domain)
            if error.heals and own_host and candidate.kind is not PageKind.OTHER:
                self.partial = self.partial or error.category
            return None

    def _tell_page(self) -> None:
        self.stage(f"page {len(self.pages) + 1}/{self.settings.max_pages}")

    # Limits --------------------------------------------------------------------------------------------------------

    def _is_spent(self, url: str) -> bool:
        """Whether bytes, pages or time are used up; says so where that cuts the crawl short."""
        if len(self.pages) >= self.settings.max_pages:
            return True
        if self.visit.left_bytes <= 0:
            self._cut_short(Category.SIZE, "the domain's share of bytes is used up")
            return True
        delay = self.asker.delay(url)
        if self.visit.left_s <= delay:
            self._out_of_time(delay)
            return True
        return False

    def _out_of_time(self, delay: float) -> None:
        if delay > max(self.settings.host_delay, 2.0):
            self.notes.append(
                f"stopped after {len(self.pages)} pages: Crawl-delay of {delay:g} s leaves no time for more"
            )
        else:
            self._cut_short(Category.TIMEOUT, "the domain's time is over")

    def _cut_short(self, category: Category, words: str) -> None:
        self.partial = category
        self.notes.append(f"stopped after {len(self.pages)} pages: {words}")

    # What there is in the end --------------------------------------------------------------------------------------

    def _keep(self, loaded: Loaded, kind: PageKind) -> bool:
        """Keep a page unless its very content is there already."""
        page = loaded.page
        if page.digest in self.digests:
            self._miss(page.url, "the same content as another page", None)
            return False
        self.digests.add(page.digest)
        self.pages.append(replace(page, kind=kind))
        return True

    def _miss(self, url: str, reason: str, category: Category | None) -> None:
        if len(self.missed) < MAX_MISSED:
            self.missed.append(Missed(url=url, reason=reason, category=category))

    def _site(self) -> Site:
        home = urlsplit(self.pages[0].url).hostname or ""
        redirected = registrable(home) if registrable(home) != registrable(self.domain) else None
        if self.partial is None and any(page.truncated for page in self.pages):
            self.partial = Category.SIZE
        return Site(
            domain=self.domain,
            pages=tuple(self.pages),
            missed=tuple(self.missed),
            redirected_to=redirected,
            robots=self.asker.robots_words,
            bytes=self.visit.bytes,
            seconds=time.monotonic() - self.started,
            partial=self.partial,
            unchanged=self._is_unchanged(),
            notes=tuple(self.notes),
            timings=self.visit.timings,
        )


def _is_recent(page: KnownPage) -> bool:
    return (datetime.now(UTC) - page.fetched_at).days < LINKS_TRIED_AGAIN_DAYS

"""One domain to its pages: robots first, the home page, then the pages that matter, under all limits.

Owns the order of requests: which origin answers (https before http, apex and www), redirects by hand, robots before
anything else, when to stop. What one request may do is `fetch`'s business, which link is next is `frontier`'s.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from domainscout.addresses import canonical_url, registrable, why_not
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
from domainscout.errors import Category
from domainscout.fetch import Fetcher, FetchError, Response, Step, Visit, text_of
from domainscout.frontier import MAX_LINKS_A_PAGE, Candidate, Frontier, page_key
from domainscout.markup import Document, absolute
from domainscout.records import KnownPage, Missed, Page, PageKind, Site
from domainscout.render import Renderer, Served, open_renderer
from domainscout.robots import FRESH_FAILURE_S, FRESH_S, MAX_BYTES, Rules, read_rules
from domainscout.settings import CrawlSettings

Stage = Callable[[str], None]

SHORT_WAIT_S = 10.0
"""A Retry-After up to this is waited for; a longer one puts the domain back."""

LONGEST_RETRY_AFTER_S = 6 * 3600.0
KEPT_RULES = 2000
"""Origins whose robots.txt is remembered by a process."""

LINKS_TRIED_AGAIN_DAYS = 30
"""Days after which a site's links are followed anew, though its home page did not change."""

LINKS_FROM_THE_END = 300
"""Of a page with too many links: its footer counts too."""

MAX_MISSED = 50
_SITEMAP_BYTES = 2 * 1024 * 1024
_SITEMAP_LOCS = 3000
_HEALING_STATUS = frozenset([408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 527, 530])
_LOC = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,500})", re.I)


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
        crawl_of = _Crawl(domain, fetcher, visit, settings, known or {}, complete, stage or (lambda _: None))
        try:
            return await crawl_of.run()
        except FetchError as error:
            if error.step in (Step.CONNECT, Step.DNS) and error.heals and error.category is not Category.PRIVATE:
                await fetcher.network.unreachable(domain, visit.dials)
            raise


@dataclass(slots=True)
class _Loaded:
    """A page that was read, with its document; `moved_to` when a meta refresh or script sends elsewhere."""

    page: Page
    document: Document
    moved_to: str | None = None


class _Crawl:
    def __init__(
        self,
        domain: str,
        fetcher: Fetcher,
        visit: Visit,
        settings: CrawlSettings,
        known: Mapping[str, KnownPage],
        complete: bool,
        stage: Stage,
    ) -> None:
        self.domain = domain
        self.fetcher = fetcher
        self.visit = visit
        self.settings = settings
        self.known = known
        self.complete = complete
        self.stage = stage
        self.started = time.monotonic()
        self.pages: list[Page] = []
        self.missed: list[Missed] = []
        self.notes: list[str] = []
        self.digests: set[str] = set()
        self.rules: dict[str, Rules] = {}
        self.partial: Category | None = None
        self.home_domain = registrable(domain)
        self.robots_words = ""
        self.left_alone = False
        self.gone = False
        self.kept: KeptDocuments = fetcher.shelf.setdefault("documents", KeptDocuments())

    async def run(self) -> Site:
        self.stage("fetch")
        home = await self._home()
        self.home_domain = registrable(urlsplit(home.page.url).hostname or "")
        frontier = Frontier(home.page.url, max_depth=self.settings.max_depth, language=home.document.language)
        self._keep(home, PageKind.HOME)
        wordless = not home.document.text.strip() and not home.document.links
        if not (self._is_settled(home.page) and await self._revisit(frontier)):
            self._offer(frontier, home, 1)
            del home
            await self._sitemaps(frontier)
            await self._follow(frontier)
        if wordless:
            self._require_text()
        return self._site()

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
            self.stage(f"page {len(self.pages) + 1}/{self.settings.max_pages}")
            loaded = await self._try(Candidate(url, known.kind, 0.0, 1, "", ""))
            if loaded is None:
                return self.left_alone
            frontier.fetched(loaded.page.url)
            self._keep(loaded, known.kind)
            if not loaded.page.not_modified and loaded.page.digest != known.digest:
                return False
        return True

    def _is_spent(self, url: str) -> bool:
        """Whether bytes, pages or time are used up; says so where that cuts the crawl short."""
        if len(self.pages) >= self.settings.max_pages:
            return True
        if self.visit.left_bytes <= 0:
            self._cut_short(Category.SIZE, "the domain's share of bytes is used up")
            return True
        delay = self._delay(url)
        if self.visit.left_s <= delay:
            self._out_of_time(delay)
            return True
        return False

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

    # The home page -------------------------------------------------------------------------------------------------

    async def _home(self) -> _Loaded:
        """The home page from the first origin that answers; https before http, http only where nothing speaks https."""
        failures: list[FetchError] = []
        if (again := self._home_last_time()) is not None:
            with suppress(FetchError):
                return await self._load(again, home=True)
        for scheme in ("https", "http"):
            for host in self._hosts():
                if host != self.domain and _was_late(failures[-1]) and await self._is_same_place(scheme, host):
                    continue
                try:
                    return await self._load(f"{scheme}://{host}/", home=True)
                except FetchError as error:
                    failures.append(error)
                    if not self._worth_another(error, host):
                        raise self._telling(failures) from error
            if not all(_unanswered(error) for error in failures) or all(e.step is Step.DNS for e in failures):
                break
        if all(error.step is Step.DNS for error in failures):
            return await self._after_second_look(failures)
        raise self._telling(failures)

    def _home_last_time(self) -> str | None:
        """Where the home page was lately, on this domain; saves asking every name and scheme again."""
        for page in self.known.values():
            if page.kind is PageKind.HOME and self.complete and _is_recent(page):
                return page.url if registrable(urlsplit(page.url).hostname or "") == registrable(self.domain) else None
        return None

    def _hosts(self) -> list[str]:
        return [self.domain, f"www.{self.domain}"] if registrable(self.domain) == self.domain else [self.domain]

    async def _is_same_place(self, scheme: str, host: str) -> bool:
        """Whether a name leads to the addresses that the apex leads to: what did not answer there will not here."""
        port = 443 if scheme == "https" else 80
        try:
            apex = await self.visit.router.route(self.domain, port)
            return await self.visit.router.route(host, port) == apex
        except FetchError:
            return True

    def _worth_another(self, error: FetchError, host: str) -> bool:
        """Whether another origin of this domain may answer where this one did not."""
        if self.visit.left_s <= 0:
            return False
        if error.step in (Step.DNS, Step.CONNECT, Step.TLS):
            return True
        return host == self.domain and error.category is Category.HTTP and not error.heals

    async def _after_second_look(self, failures: list[FetchError]) -> _Loaded:
        """A name that does not exist is looked up once more: name servers have bad moments."""
        if failures[0].category is Category.DNS:
            await asyncio.sleep(min(1.0, max(0.0, self.visit.left_s)))
            for scheme, host in (("https", self.domain), ("http", self.domain)):
                try:
                    return await self._load(f"{scheme}://{host}/", home=True)
                except FetchError as error:
                    if error.step is Step.DNS:
                        break
                    failures.append(error)
        raise self._telling(failures)

    def _telling(self, failures: list[FetchError]) -> FetchError:
        """The failure that says most: a broken certificate says more than a name without address."""
        order = (Step.ANSWER, Step.BODY, Step.ADDRESS, Step.TLS, Step.CONNECT, Step.DNS)
        return min(failures, key=lambda failure: order.index(failure.step))

    # One page ------------------------------------------------------------------------------------------------------

    async def _load(self, url: str, *, home: bool) -> _Loaded:
        """Fetch and read one page, following redirects of all kinds by hand.

        A page that says something and yet refreshes to an address that cannot be had is itself the answer.
        """
        hops = 0
        seen: set[tuple[str, object]] = set()
        readable: _Loaded | None = None
        try:
            while True:
                url = self._permitted(url, home=home)
                state = (url, self.visit.cookies_of(urlsplit(url).hostname or ""))
                if state in seen:
                    raise _redirect_failure(url, "redirects in a circle")
                seen.add(state)
                found = await self._one(url, home=home)
                if isinstance(found, _Loaded):
                    if found.moved_to is None:
                        return found
                    if len(found.document.text) >= READABLE_CHARS:
                        readable = found
                    target = found.moved_to
                else:
                    target = found
                moved = canonical_url(absolute(url, target) or "")
                if moved is None:
                    raise _redirect_failure(url, "redirects to something that is no web address")
                if isinstance(found, _Loaded) and page_key(moved) == page_key(url):
                    return found
                hops += 1
                if hops > self.settings.max_redirects:
                    raise _redirect_failure(url, f"redirects more than {self.settings.max_redirects} times")
                url = moved
        except FetchError as error:
            if readable is None:
                raise
            self._miss(url, error.what, error.category)
            return readable

    async def _one(self, url: str, *, home: bool) -> _Loaded | str:
        """One hop: the page, or where the answer sends us."""
        await self._obey_robots(url)
        known = self.known.get(url)
        response = await self._patiently(url, known)
        return self._target(response) or await self._read(response, known, url, home=home)

    def _permitted(self, url: str, *, home: bool) -> str:
        """The address in canonical form, if it is one we may go to at all.

        Raises:
            FetchError: `private`, or a redirect of an inner page to another domain.
        """
        canonical = canonical_url(url)
        if canonical is None:
            raise _redirect_failure(url, "leads to something that is no web address")
        parts = urlsplit(canonical)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        self.visit.router.judge(f"[{host}]" if ":" in host else host, port)
        if not home and registrable(host) != self.home_domain:
            raise FetchError(Category.REDIRECT, f"leads to another domain, {host}", step=Step.ADDRESS)
        return canonical

    async def _patiently(
        self, url: str, known: KnownPage | None = None, *, cap: int = 0, any_type: bool = False
    ) -> Response:
        """Ask; once more after a hiccup that heals, as soon as the site wants it.

        Raises:
            FetchError: it failed twice, or asks for a longer wait than there is time.
        """
        headers = _validators(known)
        limit = cap or max(1, min(self.settings.page_bytes, self.visit.left_bytes))
        for last in (False, True):
            delay = self._delay(url)
            try:
                response = await self.visit.get(url, cap=limit, delay_s=delay, headers=headers, any_type=any_type)
            except FetchError as error:
                if last or not error.heals or error.step not in (Step.ANSWER, Step.BODY):
                    raise
                if error.category is Category.TIMEOUT or self.visit.left_s < 2 * delay:
                    raise
                continue
            if response.cut is Category.CONNECT and not last and self.visit.left_s > 2 * delay:
                continue
            if response.status not in _HEALING_STATUS:
                return response
            wait = _retry_after(response)
            if (
                last
                or (wait is None and response.status == 429)
                or (wait or 0) > min(SHORT_WAIT_S, self.visit.left_s / 2)
            ):
                return response
            await asyncio.sleep(wait if wait is not None else min(1.0, max(delay, 0.2)))
        raise AssertionError("unreachable")

    def _delay(self, url: str) -> float:
        rules = self.rules.get(_origin(url))
        if rules is None or not rules.delay_s:
            return self.settings.host_delay
        return max(self.settings.host_delay, min(rules.delay_s, self.settings.crawl_delay_max))

    def _target(self, response: Response) -> str | None:
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
            raise _redirect_failure(response.url, f"answers {status} without saying where to")
        if status < 200:
            raise FetchError(Category.PROTOCOL, f"{response.url} answers {status}.", step=Step.ANSWER, status=status)
        if status >= 400:
            wait = _retry_after(response)
            raise FetchError(
                Category.HTTP,
                f"{response.url} answers {status}.",
                step=Step.ANSWER,
                heals=status in _HEALING_STATUS,
                retry_after_s=wait,
                status=status,
            )
        return None

    async def _read(self, response: Response, known: KnownPage | None, url: str, *, home: bool) -> _Loaded:
        if response.status == 304:
            if known is None:
                raise FetchError(Category.PROTOCOL, f"{url} answers 304 to a first request.", step=Step.ANSWER)
            page = _known_again(known, response)
            document = await parsed(page.html, url)
            return _Loaded(page=page, document=document, moved_to=moved_to(document))
        html = html_of(response)
        document = await parsed(html, url)
        moved = moved_to(document)
        content = response.body
        if moved is None and is_shell(document, html):
            rendered = await self._rendered(url, response)
            if rendered is None:
                raise shell_failure(url)
            html, document, content = rendered, await parsed(rendered, url), rendered.encode()
            if is_shell(document, html):
                raise shell_failure(url)
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
            parsed=self.kept.keep(document),
        )
        if response.cut in (Category.TIMEOUT, Category.CONNECT):
            self.partial = self.partial or response.cut
        return _Loaded(page=page, document=document, moved_to=moved)

    # Rendering -----------------------------------------------------------------------------------------------------

    async def _rendered(self, url: str, response: Response) -> str | None:
        """The source after its scripts have run; None where there is no browser, or nothing came of it."""
        renderer = await self._renderer()
        seconds = min(self.settings.page_timeout, self.visit.left_s)
        if renderer is None or seconds < 1:
            return None
        self.stage("render")
        if not self.pages:
            self.home_domain = registrable(urlsplit(url).hostname or "")

        async def serve(asked: str) -> Served:
            return await self._served(asked, url, response)

        source = await renderer.render(
            url, serve, agent=self.settings.agent, seconds=seconds, max_chars=self.settings.page_bytes
        )
        return text_of(source.encode("utf-8", "replace"), "text/html; charset=utf-8") if source else None

    async def _renderer(self) -> Renderer | None:
        """The browser of this process, started when the first page needs it."""
        shelf = self.fetcher.shelf
        async with shelf.setdefault("renderer-lock", asyncio.Lock()):
            if "renderer" not in shelf:
                opened = open_renderer(self.settings.browser)
                shelf["renderer"] = await self.fetcher.exits.enter_async_context(opened)
        found: Renderer | None = shelf["renderer"]
        return found

    async def _served(self, asked: str, page: str, response: Response) -> Served:
        """Answer a request of the browser under the rules of any other: addresses, robots, pace, caps, one site."""
        if asked == page:
            return Served(
                status=200, content_type=response.headers.get("content-type", "text/html"), body=response.body
            )
        for _ in range(self.settings.max_redirects + 1):
            asked = self._permitted(asked, home=False)
            await self._obey_robots(asked)
            found = await self._patiently(asked, any_type=True)
            if found.location is None:
                kind = found.headers.get("content-type", "application/octet-stream")
                return Served(status=found.status, content_type=kind, body=found.body)
            asked = absolute(asked, found.location) or ""
        raise _redirect_failure(asked, "redirects too often")

    # Robots --------------------------------------------------------------------------------------------------------

    async def _obey_robots(self, url: str) -> None:
        """Make sure that robots.txt of this origin was read, and allows this address.

        Raises:
            FetchError: `robots`.
        """
        rules = await self._rules(url)
        if not self.robots_words:
            self.robots_words = rules.words
        if rules.allows(url):
            return
        if not self.pages:
            self.robots_words = rules.words if rules.closed else "disallowed by robots.txt"
        words = rules.words if rules.closed else "robots.txt disallows it"
        raise FetchError(Category.ROBOTS, f"{url}: {words}.", step=Step.ANSWER, heals=rules.closed, status=rules.status)

    async def _rules(self, url: str) -> Rules:
        origin = _origin(url)
        rules = self.rules.get(origin)
        if rules is not None:
            return rules
        shelf = self.fetcher.shelf.setdefault("robots", {})
        kept = shelf.get(origin)
        if kept is not None and kept[0] > time.monotonic():
            self.rules[origin] = kept[1]
            return self.rules[origin]
        rules, ended_at = await self._asked_rules(origin)
        if len(shelf) >= KEPT_RULES:
            shelf.clear()
        for place in {origin, ended_at}:
            self.rules[place] = rules
            shelf[place] = (time.monotonic() + (FRESH_FAILURE_S if rules.closed else FRESH_S), rules)
        return rules

    async def _asked_rules(self, origin: str) -> tuple[Rules, str]:
        """The rules of an origin, and the origin whose robots.txt they were read from in the end."""
        url = f"{origin}/robots.txt"
        for _ in range(self.settings.max_redirects + 1):
            response = await self._patiently(self._permitted(url, home=True), cap=MAX_BYTES + 1, any_type=True)
            if response.location is None:
                if response.status in (429, 503):
                    wait = _retry_after(response)
                    if wait is not None or response.status == 429:
                        category = Category.HTTP if response.status == 429 else Category.ROBOTS
                        raise FetchError(
                            category,
                            f"{url} answers {response.status}.",
                            step=Step.ANSWER,
                            heals=True,
                            retry_after_s=wait,
                            status=response.status,
                        )
                kind = response.headers.get("content-type", "")
                rules = read_rules(response.status, response.body, kind, self.settings.agent)
                return rules, _origin(url) if urlsplit(url).path == "/robots.txt" else origin
            moved = canonical_url(absolute(url, response.location) or "")
            if moved is None:
                break
            url = moved
        return read_rules(404, b"", "", self.settings.agent), origin

    # The other pages -----------------------------------------------------------------------------------------------

    def _offer(self, frontier: Frontier, loaded: _Loaded, depth: int) -> None:
        document = loaded.document
        links = document.links
        if len(links) > MAX_LINKS_A_PAGE:
            links = links[: MAX_LINKS_A_PAGE - LINKS_FROM_THE_END] + links[-LINKS_FROM_THE_END:]
        frontier.add(((link.url, link.text, link.place.value) for link in links if link.url), depth)
        frontier.add(((url, words, "main") for url, words in document.menu), depth)
        if "<frame" in document.html.lower():
            for node in document.tree.css("frame[src]")[:10]:
                url = document.resolve(node.attributes.get("src") or "")
                if url:
                    self._demand(frontier, url, depth)

    def _demand(self, frontier: Frontier, url: str, depth: int) -> None:
        parts = urlsplit(url)
        reason = why_not(parts.hostname or "", parts.port)
        if reason:
            self._miss(url, f"must not be dialled: {reason}", Category.PRIVATE)
        else:
            frontier.demand(url, PageKind.OTHER, depth)

    async def _sitemaps(self, frontier: Frontier) -> None:
        """Ask for a sitemap where the links say little: menus made by scripts."""
        if self.settings.max_pages <= 1 or len(frontier) >= 3 or frontier.knows(PageKind.CONTACT):
            return
        if not self.pages[0].html or "<frame" in self.pages[0].html.lower():
            return
        origin = _origin(self.pages[0].url)
        rules = self.rules.get(origin)
        todo = [url for said in (rules.sitemaps if rules else ()) if (url := absolute(origin, said))]
        todo = todo[:2] or [f"{origin}/sitemap.xml"]
        asked = 0
        while todo and asked < 3 and self.visit.left_s > 5:
            asked += 1
            url = todo.pop(0)
            try:
                url = self._permitted(url, home=False)
                await self._obey_robots(url)
                response = await self._patiently(
                    url, cap=min(_SITEMAP_BYTES, max(1, self.visit.left_bytes)), any_type=True
                )
            except FetchError as error:
                self._miss(url, error.what, error.category)
                continue
            if response.status != 200:
                continue
            text = text_of(response.body)
            found = [loc.replace("&amp;", "&") for loc in _LOC.findall(text)[:_SITEMAP_LOCS]]
            if "<sitemapindex" in text[:2000].lower():
                todo += [loc for loc in found if "page" in loc.lower()][:1] or found[:1]
            else:
                frontier.add(((loc, "", "main") for loc in found), 1)

    async def _follow(self, frontier: Frontier) -> None:
        requests = 1
        while requests < self.settings.max_pages * 2:
            candidate = frontier.next()
            if candidate is None or self._is_spent(candidate.url):
                break
            self.stage(f"page {len(self.pages) + 1}/{self.settings.max_pages}")
            requests += 1
            loaded = await self._try(candidate)
            if loaded is None and self.gone and (other := frontier.sibling(candidate)) is not None:
                requests += 1
                loaded = await self._try(other)
            if self.left_alone:
                break
            if loaded is None:
                continue
            new = frontier.fetched(loaded.page.url) or page_key(loaded.page.url) == page_key(candidate.url)
            if new and self._keep(loaded, candidate.kind):
                self._offer(frontier, loaded, candidate.depth + 1)

    async def _try(self, candidate: Candidate) -> _Loaded | None:
        """Load a page; None when it was missed. Notes when the site is to be left alone from now on."""
        try:
            return await self._load(candidate.url, home=False)
        except FetchError as error:
            self._miss(candidate.url, error.what, error.category)
            self.gone = error.status == 404
            if error.status in (429, 503) and error.heals:
                self._cut_short(Category.HTTP, f"the site asked to be left alone ({error.status})")
                self.left_alone = True
                return None
            if self.visit.left_s <= 0.05:
                self._cut_short(Category.TIMEOUT, "the domain's time is over")
                self.left_alone = True
                return None
            own_host = urlsplit(candidate.url).netloc == urlsplit(self.pages[0].url).netloc
            if error.heals and own_host and candidate.kind is not PageKind.OTHER:
                self.partial = self.partial or error.category
            return None

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

    def _keep(self, loaded: _Loaded, kind: PageKind) -> bool:
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
            robots=self.robots_words,
            bytes=self.visit.bytes,
            seconds=time.monotonic() - self.started,
            partial=self.partial,
            unchanged=self._unchanged(),
            notes=tuple(self.notes),
            timings={**self.visit.timings, "dns": self.visit.router.seconds},
        )

    def _unchanged(self) -> bool:
        if not self.known or self.partial is not None:
            return False
        return {page.url for page in self.pages} == set(self.known) and all(
            page.not_modified or page.digest == self.known[page.url].digest for page in self.pages
        )


def _is_recent(page: KnownPage) -> bool:
    return (datetime.now(UTC) - page.fetched_at).days < LINKS_TRIED_AGAIN_DAYS


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _was_late(error: FetchError) -> bool:
    return error.category is Category.TIMEOUT and error.step is Step.CONNECT


def _unanswered(error: FetchError) -> bool:
    return error.step in (Step.DNS, Step.CONNECT)


def _redirect_failure(url: str, words: str) -> FetchError:
    return FetchError(Category.REDIRECT, f"{url} {words}.", step=Step.ANSWER)


def _validators(known: KnownPage | None) -> dict[str, str] | None:
    if known is None or not known.html:
        return None
    headers = {}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers or None


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


def _retry_after(response: Response) -> float | None:
    """Seconds that a 429 or 503 asks us to wait, bounded; None when it does not say."""
    said = response.headers.get("retry-after", "").strip()
    if not said or response.status not in (429, 503):
        return None
    try:
        seconds = float(said)
    except ValueError:
        try:
            at = parsedate_to_datetime(said)
        except (ValueError, TypeError):
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        seconds = (at - datetime.now(UTC)).total_seconds()
    if seconds != seconds:
        return None
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER_S)

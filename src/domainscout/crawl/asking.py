"""One address of a site, asked for by its rules: permitted, allowed by robots.txt, at its pace, again after a hiccup.

Owns robots.txt (which is asked for before anything else of its origin) and Retry-After. Which addresses are asked for,
and what becomes of the answers, is others' business.
"""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from domainscout.addresses import canonical_url, registrable
from domainscout.errors import Category
from domainscout.fetch import Fetcher, FetchError, Response, Step, Visit
from domainscout.markup import absolute
from domainscout.records import KnownPage
from domainscout.robots import FRESH_FAILURE_S, FRESH_S, MAX_BYTES, Rules, read_rules
from domainscout.settings import CrawlSettings

SHORT_WAIT_S = 10.0
"""A Retry-After up to this is waited for; a longer one puts the domain back."""

LONGEST_RETRY_AFTER_S = 6 * 3600.0
KEPT_RULES = 2000
"""Origins whose robots.txt is remembered by a process."""

KEPT_RULES_BYTES = 32 * 1024
"""Longest robots.txt that is remembered: one of 20,000 rules takes 12 MiB (2026-11)."""

HEALING_STATUS = frozenset([408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 527, 530])
_SECONDS = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,9})?\Z")


class Asker:
    """Asks for the addresses of one domain.

    Attributes:
        home_domain: the registrable domain that inner pages must be of; it changes when the company moved.
        robots_words: the decision of the first robots.txt, for people.
    """

    def __init__(self, domain: str, fetcher: Fetcher, visit: Visit, settings: CrawlSettings) -> None:
        self.fetcher = fetcher
        self.visit = visit
        self.settings = settings
        self.home_domain = registrable(domain)
        self.robots_words = ""
        self._rules: dict[str, Rules] = {}

    def permitted(self, url: str, *, home: bool) -> str:
        """The address in canonical form, if it is one we may go to at all.

        Raises:
            FetchError: `private`, or a redirect of an inner page to another domain.
        """
        canonical = canonical_url(url)
        if canonical is None:
            raise redirect_failure(url, "leads to something that is no web address")
        parts = urlsplit(canonical)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        self.visit.router.judge(f"[{host}]" if ":" in host else host, port)
        if not home and registrable(host) != self.home_domain:
            raise FetchError(Category.REDIRECT, f"leads to another domain, {host}", step=Step.ADDRESS)
        return canonical

    async def ask(self, url: str, known: KnownPage | None = None, *, cap: int = 0, any_type: bool = False) -> Response:
        """Ask; once more after a hiccup that heals, as soon as the site wants it.

        Raises:
            FetchError: it failed twice, or asks for a longer wait than there is time.
        """
        headers = _validators(known)
        limit = cap or max(1, min(self.settings.page_bytes, self.visit.left_bytes))
        for last in (False, True):
            delay = self.delay(url)
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
            wait = self._wait(response, delay)
            if last or wait is None:
                return response
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    def _wait(self, response: Response, delay: float) -> float | None:
        """Seconds after which an answer that is none is worth asking for again; None for one that stands."""
        if response.status not in HEALING_STATUS:
            return None
        said = retry_after(response)
        if said is None:
            return None if response.status == 429 else min(1.0, max(delay, 0.2))
        return said if said <= min(SHORT_WAIT_S, self.visit.left_s / 2) else None

    def delay(self, url: str) -> float:
        """Least seconds between two requests to that address's origin."""
        rules = self._rules.get(origin_of(url))
        if rules is None or not rules.delay_s:
            return self.settings.host_delay
        return max(self.settings.host_delay, min(rules.delay_s, self.settings.crawl_delay_max))

    def sitemaps(self, origin: str) -> tuple[str, ...]:
        """Addresses of the sitemaps that an origin's robots.txt names."""
        rules = self._rules.get(origin)
        return tuple(url for said in (rules.sitemaps if rules else ()) if (url := absolute(origin, said)))

    async def obey_robots(self, url: str, *, first: bool = False) -> None:
        """Make sure that robots.txt of this origin was read, and allows this address.

        Args:
            url: what is to be asked for.
            first: nothing of the domain was had yet, so that this decision is about all of it.

        Raises:
            FetchError: `robots`.
        """
        rules = await self._rules_of(origin_of(url))
        if not self.robots_words:
            self.robots_words = rules.words
        if rules.allows(url):
            return
        if first:
            self.robots_words = rules.words if rules.closed else "disallowed by robots.txt"
        words = rules.words if rules.closed else "robots.txt disallows it"
        raise FetchError(Category.ROBOTS, f"{url}: {words}.", step=Step.ANSWER, heals=rules.closed, status=rules.status)

    async def _rules_of(self, origin: str) -> Rules:
        rules = self._rules.get(origin)
        if rules is not None:
            return rules
        shelf = self.fetcher.shelf.setdefault("robots", {})
        kept = shelf.get(origin)
        if kept is not None and kept[0] > time.monotonic():
            self._rules[origin] = kept[1]
            return self._rules[origin]
        rules, ended_at = await self._asked_rules(origin)
        if len(shelf) >= KEPT_RULES:
            shelf.clear()
        for place in {origin, ended_at}:
            self._rules[place] = rules
            if rules.size_bytes <= KEPT_RULES_BYTES:
                shelf[place] = (time.monotonic() + (FRESH_FAILURE_S if rules.closed else FRESH_S), rules)
        return rules

    async def _asked_rules(self, origin: str) -> tuple[Rules, str]:
        """The rules of an origin, and the origin whose robots.txt they were read from in the end."""
        url = f"{origin}/robots.txt"
        for _ in range(self.settings.max_redirects + 1):
            response = await self.ask(self.permitted(url, home=True), cap=MAX_BYTES + 1, any_type=True)
            if response.location is None:
                _check_not_busy(response)
                kind = response.headers.get("content-type", "")
                rules = read_rules(response.status, response.body, kind, self.settings.agent)
                return rules, origin_of(url) if urlsplit(url).path == "/robots.txt" else origin
            moved = canonical_url(absolute(url, response.location) or "")
            if moved is None:
                break
            url = moved
        return read_rules(404, b"", "", self.settings.agent), origin


def origin_of(url: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def redirect_failure(url: str, words: str) -> FetchError:
    """A redirect that leads nowhere."""
    return FetchError(Category.REDIRECT, f"{url} {words}.", step=Step.ANSWER)


def retry_after(response: Response) -> float | None:
    """Seconds that a 429 or 503 asks us to wait, bounded; None when it does not say."""
    said = response.headers.get("retry-after", "").strip()
    if not said or response.status not in (429, 503):
        return None
    if _SECONDS.match(said):
        return min(float(said), LONGEST_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER_S)


def _check_not_busy(response: Response) -> None:
    """A robots.txt that will be there later says nothing about the site yet.

    Raises:
        FetchError: 429, or 503 with a time.
    """
    wait = retry_after(response)
    if response.status == 429 or (response.status == 503 and wait is not None):
        raise FetchError(
            Category.HTTP if response.status == 429 else Category.ROBOTS,
            f"{response.url} answers {response.status}.",
            step=Step.ANSWER,
            heals=True,
            retry_after_s=wait,
            status=response.status,
        )


def _validators(known: KnownPage | None) -> dict[str, str] | None:
    if known is None or not known.html:
        return None
    headers = {}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers or None

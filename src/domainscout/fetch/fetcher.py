"""One request after another under all rules: addresses, politeness, caps, TLS, one content encoding. Owns aiohttp.

A `Fetcher` lives as long as the process and holds what visits share; a `Visit` is one domain's: its connections,
cookies, time and bytes. Redirects, robots and what to do with an answer are the crawler's business.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import yarl

from domainscout.errors import Category, DomainscoutError
from domainscout.fetch.answers import SMALL_BYTES, Answer, Body, Response, head_of, is_wanted
from domainscout.fetch.cookies import Cookies
from domainscout.fetch.decoding import ACCEPTED, decoded
from domainscout.fetch.dialing import ConnectTo, GuardedConnector, Lookup, Router, SystemLookup
from domainscout.fetch.failures import FetchError, Step, old_protocol, translated
from domainscout.fetch.network import Network
from domainscout.fetch.politeness import AddressSlots, Turns, host_key
from domainscout.fetch.proxies import Proxies, connector_for, proxy_away, proxy_refuses
from domainscout.fetch.tls import MAX_INTERMEDIATES, Trust, issuer_addresses, issuer_in, leaf_of, speaks_old_tls
from domainscout.memory import owe, pay, settle
from domainscout.settings import CrawlSettings

_CERTIFICATE_BYTES = 64 * 1024
_LARGE_BYTES = 1024 * 1024
"""Decoded bytes of a visit from which freed memory is worth giving back."""

_LEAST_PART = 200
"""Bytes of a page that broke off from which it is worth reading."""


class Fetcher:
    """What all visits of a process share.

    Attributes:
        shelf: what other modules keep for the life of the process (rules of robots.txt, a browser).
        exits: closed with the fetcher.
    """

    def __init__(self, settings: CrawlSettings, lookup: Lookup) -> None:
        self.settings = settings
        self.lookup = lookup
        self.connect_to = ConnectTo(settings.connect_to)
        self.trust = Trust(settings.ca_file)
        self.turns = Turns()
        self.slots = AddressSlots(settings.hosts_per_address)
        self.proxies = Proxies(settings.proxy)
        self.network = Network(self._name_service, self.proxies.gateway)
        self.shelf: dict[str, Any] = {}
        self.exits = AsyncExitStack()

    async def _name_service(self) -> bool:
        try:
            async with asyncio.timeout(3):
                return bool(await self.lookup("example.com"))
        except (OSError, TimeoutError):
            return False

    @asynccontextmanager
    async def visit(self, domain: str) -> AsyncIterator[Visit]:
        """Everything one domain's crawl needs; its connections are closed at the end."""
        visit = Visit(self, domain)
        try:
            yield visit
        finally:
            await visit.close()


@asynccontextmanager
async def open_fetcher(settings: CrawlSettings, *, lookup: Lookup | None = None) -> AsyncIterator[Fetcher]:
    """The fetcher of a process.

    Args:
        settings: limits, politeness, proxy, trust.
        lookup: how names become addresses; the system's way when absent.

    Raises:
        UsageError: a CA file, proxy or `--connect-to` that cannot be used.
    """
    settle()
    system = SystemLookup()
    try:
        fetcher = Fetcher(settings, lookup or system)
        async with fetcher.exits:
            yield fetcher
    finally:
        system.close()


class Visit:
    """One domain's connections, cookies, clock and byte count.

    Attributes:
        bytes: decoded bytes read so far.
        deadline: monotonic time when the domain's time is over; waiting for a crowded address moves it.
    """

    def __init__(self, fetcher: Fetcher, domain: str) -> None:
        settings = fetcher.settings
        self.fetcher = fetcher
        self.domain = domain
        self.settings = settings
        self.bytes = 0
        self.requests = 0
        self.deadline = time.monotonic() + settings.domain_timeout
        self.router = Router(fetcher.connect_to, fetcher.lookup, allow_private=settings.allow_private)
        self._spent: dict[str, float] = {"fetch": 0.0}
        self._sessions: dict[str, aiohttp.ClientSession] = {}
        self._cookies = Cookies()
        self._slot: str | None = None
        self._helped: set[str] = set()
        self._dials: dict[tuple[str, int], None] = {}

    @property
    def left_s(self) -> float:
        """Seconds left of the domain's time."""
        return self.deadline - time.monotonic()

    @property
    def left_bytes(self) -> int:
        """Bytes left of the domain's share."""
        return self.settings.domain_bytes - self.bytes

    @property
    def dials(self) -> tuple[tuple[str, int], ...]:
        """What was dialled, for the network watch."""
        return tuple(self._dials)

    @property
    def timings(self) -> dict[str, float]:
        """Seconds a stage so far, none counted twice: finding addresses, connecting, fetching, and what was `spent`."""
        connecting = sum(connector.connect_seconds for connector in self._direct())
        return {
            "dns": self.router.seconds,
            "connect": connecting,
            **self._spent,
            "fetch": max(0.0, self._spent["fetch"] - connecting),
        }

    def spent(self, stage: str, since: float) -> None:
        """Count the time from a moment (monotonic) until now towards a stage of this domain."""
        self._spent[stage] = self._spent.get(stage, 0.0) + time.monotonic() - since

    async def close(self) -> None:
        """Close the connections and leave the address to others."""
        self._leave_address()
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        if self.bytes > _LARGE_BYTES:
            owe()
        pay(self.bytes)

    async def get(
        self,
        url: str,
        *,
        cap: int,
        delay_s: float,
        headers: Mapping[str, str] | None = None,
        any_type: bool = False,
    ) -> Response:
        """Ask for one address; redirects are answers, not followed.

        Args:
            url: canonical http(s) address.
            cap: most decoded bytes to read.
            delay_s: how long the host is left alone afterwards.
            headers: further request headers, such as validators.
            any_type: read the body whatever it says it is (robots.txt, sitemaps, certificates).

        Raises:
            FetchError: it failed; the step says how far it came.
        """
        parts = urlsplit(url)
        host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.router.judge(host, port)
        proxy = self.fetcher.proxies.of(parts.scheme, host, mapped=self.router.is_mapped(host, port))
        if proxy is None:
            await self._approach(host, port)
        elif proxy.startswith("http"):
            await self._judge_for_proxy(host, port)
        key = host_key(host)
        await self.fetcher.turns.take(key)
        try:
            return await self._ask(url, host, key, proxy, cap, delay_s, headers, any_type)
        except FetchError as error:
            if error.step in (Step.ANSWER, Step.BODY, Step.TLS):
                self.fetcher.turns.asked(key, delay_s)
            if proxy is not None or host in self._helped or not (error.missing_issuer or error.hung_up):
                raise
            failure = error
        finally:
            self.fetcher.turns.give_back(key)
        self._helped.add(host)
        await self._help(failure, parts.scheme, host, port)
        return await self.get(url, cap=cap, delay_s=delay_s, headers=headers, any_type=any_type)

    async def _approach(self, host: str, port: int) -> None:
        """Find the host's address and take one of its slots; waiting there is not the domain's fault."""
        try:
            async with asyncio.timeout(max(0.01, min(self.settings.page_timeout, self.left_s))):
                route = await self.router.route(host, port)
        except TimeoutError as error:
            what = f"The name servers of {host} do not answer in time."
            raise FetchError(Category.DNS, what, step=Step.DNS, heals=True) from error
        self._dials[(route.addresses[0], route.port)] = None
        address = min(route.addresses)
        if route.mapped or address == self._slot:
            return
        self._leave_address()
        started = time.monotonic()
        await self.fetcher.slots.take(address)
        self._slot = address
        self.deadline += time.monotonic() - started

    async def _judge_for_proxy(self, host: str, port: int) -> None:
        """Refuse a name that is known here to mean a special address; what only the proxy can look up, it judges.

        Raises:
            FetchError: `private`.
        """
        try:
            async with asyncio.timeout(2.0):
                await self.router.route(host, port)
        except TimeoutError:
            return
        except FetchError as error:
            if error.category is Category.PRIVATE:
                raise

    def _leave_address(self) -> None:
        if self._slot is not None:
            self.fetcher.slots.give_back(self._slot)
            self._slot = None

    async def _ask(
        self,
        url: str,
        host: str,
        key: str,
        proxy: str | None,
        cap: int,
        delay_s: float,
        headers: Mapping[str, str] | None,
        any_type: bool,
    ) -> Response:
        session = self._opened(proxy)
        seconds = min(self.settings.page_timeout, self.left_s)
        if seconds <= 0:
            raise FetchError(Category.TIMEOUT, f"The time for {self.domain} is over.", step=Step.ADDRESS)
        body = Body()
        started = time.monotonic()
        sent: dict[str, str] = {**self._request_headers(host), **(headers or {})}
        answer: Answer | None = None
        self.requests += 1
        try:
            async with asyncio.timeout(seconds):
                async with session.get(
                    yarl.URL(url),
                    headers=sent,
                    allow_redirects=False,
                    ssl=self.fetcher.trust.context(host),
                    proxy=proxy if proxy and proxy.startswith("http") else None,
                ) as response:
                    self.fetcher.turns.asked(key, delay_s)
                    answer = self._answer(response, url, host)
                    wanted = any_type or is_wanted(response)
                    answer.readable = wanted
                    if wanted or answer.is_small(response):
                        await body.read(response, cap if wanted else SMALL_BYTES)
        except Exception as error:
            if answer is None or not body.chunks:
                raise self._failure(error, host) from error
            body.broke_off(error)
        finally:
            self.spent("fetch", started)
        assert answer is not None
        return self._finished(answer, body, cap, host)

    def _failure(self, error: Exception, host: str) -> DomainscoutError:
        if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ClientError):
            return self._lateness(host)
        if isinstance(error, aiohttp.ClientProxyConnectionError):
            return proxy_away()
        if isinstance(error, aiohttp.ClientHttpProxyError) and error.status == 407:
            return proxy_refuses()
        if isinstance(error, (aiohttp.ClientError, OSError, ValueError, TimeoutError, FetchError)):
            return translated(error, host)
        raise error

    def _lateness(self, host: str) -> FetchError:
        """A time-out: was the connection not made, its handshake not finished, or the answer not given?"""
        if any(connector.accepted_by(host) for connector in self._direct()):
            return FetchError(Category.TIMEOUT, f"{host} did not answer in time.", step=Step.ANSWER, heals=True)
        what = f"{host} did not accept a connection in time."
        return FetchError(Category.TIMEOUT, what, step=Step.CONNECT, heals=True)

    def _direct(self) -> list[GuardedConnector]:
        """The connectors of this visit that dial by themselves."""
        return [s.connector for s in self._sessions.values() if isinstance(s.connector, GuardedConnector)]

    def _finished(self, answer: Answer, body: Body, cap: int, host: str) -> Response:
        cut = body.cut
        content = b""
        if answer.readable and body.chunks:
            started = time.monotonic()
            raw = b"".join(body.chunks)
            content, more = decoded(
                raw, answer.headers.get("content-encoding", ""), cap, host=host, cut=cut is not None
            )
            self.spent("decode", started)
            if more:
                cut = Category.SIZE
            if cut in (Category.TIMEOUT, Category.CONNECT) and len(content) < _LEAST_PART:
                if cut is Category.TIMEOUT:
                    raise FetchError(Category.TIMEOUT, f"{host} sent its page too slowly.", step=Step.BODY, heals=True)
                if not content:
                    raise FetchError(Category.CONNECT, f"{host} broke off its page.", step=Step.BODY, heals=True)
            self.bytes += len(content)
        return Response(
            url=answer.url,
            status=answer.status,
            headers=answer.headers,
            body=content,
            cut=cut if answer.readable else None,
            cookies=answer.cookies,
        )

    def _opened(self, proxy: str | None) -> aiohttp.ClientSession:
        key = proxy or ""
        session = self._sessions.get(key)
        if session is None:
            limit = self.settings.header_bytes
            session = self._sessions[key] = aiohttp.ClientSession(
                connector=connector_for(proxy, self.router, self.fetcher.network.connected),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                max_line_size=limit,
                max_field_size=limit,
                max_headers=max(128, limit // 16),
                read_bufsize=65536,
            )
            # aiohttp would send a request again at once when a kept connection breaks: asking once more, after the
            # host's delay, is the crawler's business. There is no public switch (aiohttp 3.14).
            session._retry_connection = False
        return session

    def _request_headers(self, host: str) -> dict[str, str]:
        headers = {
            "User-Agent": self.settings.agent,
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": ACCEPTED,
        }
        if cookies := self._cookies.header(host):
            headers["Cookie"] = cookies
        return headers

    def _answer(self, response: aiohttp.ClientResponse, url: str, host: str) -> Answer:
        answer = head_of(response, url, host, header_bytes=self.settings.header_bytes)
        if "set-cookie" in answer.headers:
            answer.cookies = self._cookies.keep(response.headers.getall("Set-Cookie"), host)
        return answer

    def cookies_of(self, host: str) -> tuple[tuple[str, str], ...]:
        """The cookies a host would be sent: when they change, the same address may answer differently."""
        return self._cookies.of(host)

    async def _help(self, failure: FetchError, scheme: str, host: str, port: int) -> None:
        """Look again at a TLS handshake that failed: complete its chain, or tell that it speaks an old protocol.

        Raises:
            FetchError: nothing helps.
        """
        if scheme != "https":
            raise failure
        route = await self.router.route(host, port)
        try:
            async with asyncio.timeout(max(0.01, min(self.settings.page_timeout / 2, self.left_s))):
                if failure.hung_up:
                    raise old_protocol(host) if await speaks_old_tls(route, host) else failure
                child = await leaf_of(route, host)
        except TimeoutError:
            raise failure from None
        found: list[Any] = []
        while child is not None and len(found) < MAX_INTERMEDIATES:
            child = await self._issuer_of(child)
            if child is not None:
                found.append(child)
        if not found:
            raise failure
        await self.fetcher.trust.complete(host, tuple(found))

    async def _issuer_of(self, child: Any) -> Any:
        for url in issuer_addresses(child):
            try:
                response = await self.get(url, cap=_CERTIFICATE_BYTES, delay_s=0.0, any_type=True)
            except FetchError:
                continue
            if response.status == 200:
                return issuer_in(response.body, child)
        return None

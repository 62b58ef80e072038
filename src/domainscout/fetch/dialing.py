"""Who is really dialled: `--connect-to`, names to addresses, and the guard in the connector itself.

A name is resolved once a visit, the addresses are judged, and exactly those are dialled: there is no second look-up
that could answer differently. The socket factory refuses whatever was not judged, whichever way it came there.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from domainscout.addresses import canonical_host, literal, why_not, why_not_ip
from domainscout.errors import Category, UsageError
from domainscout.fetch.failures import FetchError, Step

Lookup = Callable[[str], Awaitable[list[str]]]
"""A name to its addresses; raises `socket.gaierror`."""

LOOKUP_THREADS = 32
"""Names looked up at once: a slow name server must not hold up the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a host is dialled. `mapped`: the person at the keyboard said so, the addresses are not judged."""

    addresses: tuple[str, ...]
    port: int
    mapped: bool


class ConnectTo:
    """curl's `--connect-to HOST1:PORT1:HOST2:PORT2`, first match wins; empty parts match or keep everything.

    Raises:
        UsageError: a rule that is not of that form.
    """

    def __init__(self, rules: Sequence[str]) -> None:
        self._rules = [_rule(rule) for rule in rules]

    def target(self, host: str, port: int) -> tuple[str, int, bool] | None:
        """Host and port to dial instead, and whether the host was replaced; None where no rule matches."""
        for host1, port1, host2, port2 in self._rules:
            if host1 in ("", host) and port1 in (None, port):
                return host2 or host, port2 or port, bool(host2)
        return None


def _rule(text: str) -> tuple[str, int | None, str, int | None]:
    parts: list[str] = []
    rest, balanced = text.strip(), True
    while len(parts) < 3:
        if rest.startswith("["):
            part, closed, rest = rest.partition("]")
            balanced &= bool(closed) and rest.startswith(":")
            part += closed
            rest = rest.removeprefix(":")
        else:
            part, _, rest = rest.partition(":")
        parts.append(part)
    parts.append(rest)
    try:
        port1, port2 = (int(parts[i]) if parts[i] else None for i in (1, 3))
    except ValueError:
        port1 = port2 = -1
    if not balanced or text.count(":") < 3 or any(p is not None and not 0 < p < 65536 for p in (port1, port2)):
        raise UsageError(
            f"--connect-to {text!r} cannot be read.",
            why="It has the form HOST1:PORT1:HOST2:PORT2, as in curl; parts may be empty, the colons may not.",
            fix="domainscout run domains.txt --connect-to :443:127.0.0.1:8443",
        )
    host1 = canonical_host(parts[0]) or parts[0].lower() if parts[0] else ""
    return host1, port1, parts[2].strip("[]"), port2


class SystemLookup:
    """The name servers of this machine, asked in threads of our own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=LOOKUP_THREADS, thread_name_prefix="lookup")

    async def __call__(self, name: str) -> list[str]:
        """Addresses of a name, in the system's order."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _getaddrinfo, name)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Give the threads up."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(name: str) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]


class Router:
    """Finds the way to a host, once a visit; every answer is judged."""

    def __init__(self, connect_to: ConnectTo, lookup: Lookup, *, allow_private: bool) -> None:
        self._connect_to = connect_to
        self._lookup = lookup
        self._allow_private = allow_private
        self._known: dict[tuple[str, int], Route] = {}
        self._passed: set[tuple[str, int]] = set()
        self.seconds = 0.0

    def judge(self, host: str, port: int) -> None:
        """Refuse a host by its spelling and port, as if nothing were mapped; asked again, one that passed passes.

        Raises:
            FetchError: `private`.
        """
        if (host, port) in self._passed:
            return
        reason = why_not(host, port)
        if reason and not (self._allow_private and why_not("a.example", port) is None and canonical_host(host)):
            raise FetchError(Category.PRIVATE, f"{host} must not be dialled: {reason}.", step=Step.ADDRESS)
        self._passed.add((host, port))

    def is_mapped(self, host: str, port: int) -> bool:
        """Whether `--connect-to` replaces the host."""
        target = self._connect_to.target(host, port)
        return target is not None and target[2]

    def mapped(self, host: str, port: int) -> tuple[str, int]:
        """Host and port after `--connect-to`, unresolved."""
        name, dialled, _ = self._connect_to.target(host, port) or (host, port, False)
        return name, dialled

    async def route(self, host: str, port: int) -> Route:
        """Where to dial for a host.

        Raises:
            FetchError: `dns`, or `private` when all its addresses are special.
        """
        known = self._known.get((host, port))
        if known is not None:
            return known
        started = time.monotonic()
        try:
            found = await self._find(host, port)
        finally:
            self.seconds += time.monotonic() - started
        self._known[(host, port)] = found
        return found

    async def _find(self, host: str, port: int) -> Route:
        target = self._connect_to.target(host, port)
        name, dialled, mapped = target or (host, port, False)
        address = literal(name)
        if address is not None:
            addresses = [str(address)]
        else:
            addresses = await self._resolved(name, host)
        if not mapped and not self._allow_private:
            reasons = [why_not_ip(found) for found in addresses]
            allowed = [found for found, reason in zip(addresses, reasons, strict=True) if reason is None]
            if not allowed:
                raise FetchError(
                    Category.PRIVATE, f"{host} must not be dialled: it resolves to {reasons[0]}.", step=Step.DNS
                )
            addresses = allowed
        return Route(addresses=tuple(addresses), port=dialled, mapped=mapped)

    async def _resolved(self, name: str, host: str) -> list[str]:
        try:
            found = await self._lookup(name)
        except socket.gaierror as error:
            raise _lookup_failure(error, host) from error
        except (OSError, UnicodeError) as error:
            raise FetchError(Category.DNS, f"{host} cannot be looked up.", step=Step.DNS, heals=True) from error
        if not found:
            raise FetchError(Category.DNS, f"{host} has no address.", step=Step.DNS)
        return found


def _lookup_failure(error: socket.gaierror, host: str) -> FetchError:
    if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM):
        return FetchError(
            Category.DNS, f"The name servers of {host} do not answer (SERVFAIL or timeout).", step=Step.DNS, heals=True
        )
    if error.errno == getattr(socket, "EAI_NODATA", None):
        return FetchError(Category.DNS, f"{host} has no address.", step=Step.DNS)
    return FetchError(Category.DNS, f"{host} does not exist (NXDOMAIN).", step=Step.DNS)


class _NoResolver(AbstractResolver):
    """The guarded connector resolves by itself; anybody else who tries is refused."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Refuse."""
        raise OSError(f"{host} was not judged")

    async def close(self) -> None:
        """Nothing is held."""


class GuardedConnector(aiohttp.TCPConnector):
    """A connector that dials only what its router judged, names and literals alike.

    Args:
        router: finds and judges addresses.
        trusted: host and port of the proxy, which the person at the keyboard chose.
        made: told of every connection that was made.
    """

    def __init__(
        self, router: Router, *, trusted: tuple[str, int] | None = None, made: Callable[[tuple[str, int]], None]
    ) -> None:
        super().__init__(
            resolver=_NoResolver(),
            use_dns_cache=False,
            limit=0,
            keepalive_timeout=45.0,
            happy_eyeballs_delay=0.25,
            socket_factory=self._socket,
        )
        self._router = router
        self._trusted = trusted
        self._tell = made
        self._judged: set[tuple[str, int]] = set()
        self._accepted: set[str] = set()
        self.connect_seconds = 0.0

    def accepted_by(self, host: str) -> bool:
        """Whether somebody took the last attempt to connect, even if its TLS handshake came to nothing."""
        return host.strip("[]") in self._accepted

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> list[ResolveResult]:
        if (host, port) == self._trusted:
            addresses = [host] if literal(host) else await _addresses_of_proxy(host)
            dialled = port
        else:
            shown = f"[{host}]" if ":" in host else host
            self._router.judge(shown, port)
            route = await self._router.route(shown, port)
            addresses, dialled = list(route.addresses), route.port
        self._judged.update((address, dialled) for address in addresses)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=dialled,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, peer = info
        if (str(peer[0]), int(peer[1])) not in self._judged:
            raise FetchError(Category.PRIVATE, f"{peer[0]} must not be dialled.", step=Step.CONNECT)
        made = socket.socket(family, kind, proto)
        made.setblocking(False)
        return made

    async def _wrap_create_connection(
        self, *args: Any, req: aiohttp.ClientRequest, **kwargs: Any
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        started = time.monotonic()
        host = req.url.raw_host or ""
        self._accepted.discard(host)

        def accepted() -> ResponseHandler:
            self._accepted.add(host)
            handler: ResponseHandler = args[0]()
            return handler

        try:
            made = await super()._wrap_create_connection(accepted, *args[1:], req=req, **kwargs)
            if peer := made[0].get_extra_info("peername"):
                self._tell((str(peer[0]), int(peer[1])))
            return made
        finally:
            self.connect_seconds += time.monotonic() - started


async def _addresses_of_proxy(host: str) -> list[str]:
    """Addresses of the proxy."""
    return await asyncio.get_running_loop().run_in_executor(None, _getaddrinfo, host)

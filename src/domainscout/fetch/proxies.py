"""Which proxy a request goes through: `--proxy`, or the usual environment variables. Owns aiohttp-socks.

Behind a proxy the names are resolved there; hosts are still judged by their spelling and port before.
"""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError, ProxyType

from domainscout.addresses import literal
from domainscout.errors import Category, NetworkDown, UsageError
from domainscout.fetch.dialing import GuardedConnector, Router
from domainscout.fetch.failures import FetchError, Step
from domainscout.settings import redact_url

_SCHEMES = ("http", "https", "socks4", "socks5", "socks5h")


class Proxies:
    """The proxy for each request.

    Args:
        said: the `--proxy` setting.

    Raises:
        UsageError: a proxy that is none.
    """

    def __init__(self, said: str | None) -> None:
        self._said = _checked(said) if said else None
        self._ambient = {} if said else _environment()

    @property
    def gateway(self) -> tuple[str, int] | None:
        """Host and port that everything goes through, if `--proxy` was said."""
        if not self._said:
            return None
        parts = urlsplit(self._said)
        return parts.hostname or "", parts.port or _default_port(parts.scheme)

    def of(self, scheme: str, host: str, *, mapped: bool) -> str | None:
        """The proxy's URL, None for direct. What `--connect-to` maps goes there directly, unless `--proxy` was said."""
        if self._said:
            return self._said
        if not self._ambient or mapped or urllib.request.proxy_bypass(host):
            return None
        return self._ambient.get(scheme) or self._ambient.get("all")


def connector_for(proxy: str | None, router: Router, made: Callable[[tuple[str, int]], None]) -> aiohttp.TCPConnector:
    """A guarded connector: direct, to an HTTP proxy, or through a SOCKS proxy."""
    if proxy is None:
        return GuardedConnector(router, made=made)
    parts = urlsplit(proxy)
    if parts.scheme.startswith("http"):
        trusted = (parts.hostname or "", parts.port or _default_port(parts.scheme))
        return GuardedConnector(router, trusted=trusted, made=made)
    return SocksConnector(proxy, router)


class SocksConnector(ProxyConnector):
    """Through a SOCKS proxy: socks5 gets addresses that were judged here, socks5h gets names."""

    def __init__(self, proxy: str, router: Router) -> None:
        parts = urlsplit(proxy)
        super().__init__(
            host=parts.hostname or "",
            port=parts.port or _default_port(parts.scheme),
            proxy_type=ProxyType.SOCKS4 if parts.scheme == "socks4" else ProxyType.SOCKS5,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            rdns=True,
            limit=0,
            use_dns_cache=False,
            keepalive_timeout=45.0,
        )
        self._router = router
        self._names = parts.scheme == "socks5h"

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> list[ResolveResult]:
        shown = f"[{host}]" if ":" in host else host
        self._router.judge(shown, port)
        if self._names and literal(shown) is None:
            name, dialled = self._router.mapped(shown, port)
        else:
            route = await self._router.route(shown, port)
            name, dialled = route.addresses[0], route.port
        return [
            ResolveResult(hostname=host, host=name, port=dialled, family=socket.AF_INET, proto=0, flags=0),
        ]

    async def _wrap_create_connection(self, *args: Any, **kwargs: Any) -> tuple[asyncio.Transport, ResponseHandler]:
        try:
            return await super()._wrap_create_connection(*args, **kwargs)
        except ProxyConnectionError as error:
            raise proxy_away() from error
        except ProxyTimeoutError as error:
            what = "The proxy did not connect in time."
            raise FetchError(Category.TIMEOUT, what, step=Step.CONNECT, heals=True) from error
        except ProxyError as error:
            what = f"The proxy could not connect: {error}."
            raise FetchError(Category.CONNECT, what, step=Step.CONNECT, heals=True) from error


def proxy_away() -> NetworkDown:
    """The proxy itself cannot be reached: no site's fault."""
    return NetworkDown(
        "The proxy cannot be reached.",
        why="Everything goes through it, so no site can be judged.",
        fix="Check --proxy; work goes on by itself when it is back.",
    )


def _default_port(scheme: str) -> int:
    return {"http": 80, "https": 443}.get(scheme, 1080)


def _environment() -> dict[str, str]:
    found = urllib.request.getproxies_environment()
    return {
        scheme: _checked(url if "://" in url else f"http://{url}")
        for scheme, url in found.items()
        if scheme in ("http", "https", "all") and url
    }


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise UsageError(
            f"The proxy {redact_url(url)!r} cannot be used.",
            why="It must be http://host:port, https://host:port or socks5://host:port.",
            fix="domainscout config",
        )
    return url

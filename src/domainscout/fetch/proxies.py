"""Which proxy a request goes through: `--proxy`, or the usual environment variables.

Behind a proxy the names are resolved there; hosts are still judged by their spelling and port before.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp

from domainscout.errors import CredentialsError, NetworkDown, UsageError
from domainscout.fetch.dialing import GuardedConnector, Router
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
        return parts.hostname or "", parts.port or default_port(parts.scheme)

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
        trusted = (parts.hostname or "", parts.port or default_port(parts.scheme))
        return GuardedConnector(router, trusted=trusted, made=made)
    # Loaded when it is needed: most workers have no SOCKS proxy, and the library for it is not small.
    from domainscout.fetch.socks import SocksConnector

    return SocksConnector(proxy, router)


def proxy_away() -> NetworkDown:
    """The proxy itself cannot be reached: no site's fault."""
    return NetworkDown(
        "The proxy cannot be reached.",
        why="Everything goes through it, so no site can be judged.",
        fix="Check --proxy; work goes on by itself when it is back.",
    )


def proxy_refuses() -> CredentialsError:
    """The proxy wants other credentials than ours: no site's fault, and waiting does not heal it."""
    return CredentialsError(
        "The proxy refuses our user name or password.",
        why="Everything goes through it, so no site can be judged.",
        fix="Give them in the address: --proxy http://user:password@host:port; an @ or : in them is written %40, %3A.",
    )


def default_port(scheme: str) -> int:
    """Where a proxy of that scheme listens when its address does not say."""
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

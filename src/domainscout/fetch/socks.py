"""The connector for SOCKS proxies; every address is judged before it is dialled, as without one."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError, ProxyType

from domainscout.addresses import literal
from domainscout.errors import Category
from domainscout.fetch.dialing import Router
from domainscout.fetch.failures import FetchError, Step, connect_failure
from domainscout.fetch.proxies import default_port, proxy_away, proxy_refuses


class SocksConnector(ProxyConnector):
    """Through a SOCKS proxy: socks5 gets addresses that were judged here, socks5h gets names."""

    def __init__(self, proxy: str, router: Router) -> None:
        parts = urlsplit(proxy)
        super().__init__(
            host=parts.hostname or "",
            port=parts.port or default_port(parts.scheme),
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
            if "authentic" in str(error).lower():
                raise proxy_refuses() from error
            what = f"The proxy could not connect: {error}."
            raise FetchError(Category.CONNECT, what, step=Step.CONNECT, heals=True) from error
        except ssl.SSLError:
            raise
        except OSError as error:
            # The proxy connects, and the site hangs up on our TLS: as without a proxy, http may be spoken there.
            raise connect_failure(error, kwargs["req"].url.raw_host or "") from error

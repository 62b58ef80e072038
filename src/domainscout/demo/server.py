"""A small web on 127.0.0.1: every made-up site under its own name, over TLS by SNI and over plain HTTP.

Owns ports and answers. Other spellings of a site (www, http) are redirected to its home; names it does not know are
hung up on, as on a server that is not theirs.
"""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from domainscout.demo.certificates import Authority
from domainscout.demo.sites import MadeUpSite, Trouble

Latency = Callable[[str, str], float]
"""Seconds before the answer to a request for (host, path)."""

LAST_MODIFIED = formatdate(1_767_225_600, usegmt=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A running web.

    Attributes:
        ca_file: the authority to trust.
        domains: every bare name that is served.
        requests: how often each (host, path) was asked for so far.
    """

    https_port: int
    http_port: int
    ca_file: Path
    domains: tuple[str, ...]
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def connect_to(self) -> tuple[str, ...]:
        """What `--connect-to` needs so that every name leads here."""
        return (f":443:127.0.0.1:{self.https_port}", f":80:127.0.0.1:{self.http_port}")


@asynccontextmanager
async def open_web(
    sites: Iterable[MadeUpSite], *, latency: Latency | None = None, ports: tuple[int, int] = (0, 0)
) -> AsyncIterator[Web]:
    """Serve the sites until the block ends.

    Args:
        sites: who is served.
        latency: what each answer waits for; None: nothing.
        ports: for TLS and for plain HTTP; 0 takes a free one.
    """
    shelf = _Shelf({site.domain: site for site in sites}, latency)
    runner = web.ServerRunner(web.Server(shelf.answer, access_log=None), shutdown_timeout=0.2)
    with tempfile.TemporaryDirectory(prefix="domainscout-demo-") as folder:
        authority = Authority(Path(folder))
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", ports[0], ssl_context=_by_name(authority, shelf)).start()
            await web.TCPSite(runner, "127.0.0.1", ports[1]).start()
            https_port, http_port = (address[1] for address in runner.addresses)
            yield Web(
                https_port=https_port,
                http_port=http_port,
                ca_file=authority.file,
                domains=tuple(shelf.sites),
                requests=shelf.requests,
            )
        finally:
            await runner.cleanup()


class _Shelf:
    def __init__(self, sites: dict[str, MadeUpSite], latency: Latency | None) -> None:
        self.sites = sites
        self.requests: Counter[tuple[str, str]] = Counter()
        self._latency = latency
        self._busy = {name: site.busy_times for name, site in sites.items()}

    def site_of(self, host: str) -> MadeUpSite | None:
        """Whose name this is, with or without www."""
        return self.sites.get(host.removeprefix("www."))

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, as the site's server would answer it."""
        host = request.host.partition(":")[0].lower()
        site = self.site_of(host)
        if site is None:
            return _hung_up(request)
        self.requests[(host, request.path_qs)] += 1
        if self._latency is not None:
            await asyncio.sleep(self._latency(host, request.path_qs))
        if self._busy[site.domain] > 0 and request.path != "/robots.txt":
            self._busy[site.domain] -= 1
            return web.Response(
                status=503, text="The server is busy.", headers={"Retry-After": str(site.retry_after_s)}
            )
        origin = f"{request.scheme}://{host}/"
        if origin != site.home:
            return web.Response(status=301, headers={"Location": site.home.rstrip("/") + request.path_qs})
        return _page(request, site)


def _page(request: web.BaseRequest, site: MadeUpSite) -> web.Response:
    body = site.pages.get(request.path_qs)
    if body is None:
        return web.Response(status=404, text="<h1>Not found</h1>", content_type="text/html")
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Last-Modified": LAST_MODIFIED, "Server": "demo"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    kind = site.content_types.get(request.path_qs, "text/html; charset=utf-8")
    return web.Response(body=body, headers={**headers, "Content-Type": kind})


def _hung_up(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=404)


def _by_name(authority: Authority, shelf: _Shelf) -> ssl.SSLContext:
    """A context that answers each name with the certificate of its site."""
    context = authority.context("localhost")

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        site = shelf.site_of(name or "")
        if site is None or name is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = authority.context(name, site.trouble)
        return None

    context.sni_callback = choose
    return context


__all__ = ["MadeUpSite", "Trouble", "Web", "open_web"]

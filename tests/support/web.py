"""A small web of well-behaved made-up sites on loopback, with a log of when each request came and went."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from domainscout.settings import CrawlSettings


@dataclass
class Asked:
    """One request as it arrived."""

    host: str
    path: str
    headers: dict[str, str]
    came: float
    went: float = 0.0
    at_once: int = 1


Handler = Callable[[Asked], Awaitable[bytes]]
Sites = Mapping[str, Mapping[str, bytes | str] | Handler]


def answer(body: bytes | str, status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


@dataclass
class Web:
    """The running web."""

    sites: Sites
    latency_s: float = 0.0
    port: int = 0
    closed_port: int = 0
    server: asyncio.Server | None = None
    log: list[Asked] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)

    def settings(self, **more: Any) -> CrawlSettings:
        given: dict[str, Any] = {"host_delay": 0.0, "page_timeout": 5.0, "domain_timeout": 20.0, **more}
        return CrawlSettings(connect_to=(f":80:127.0.0.1:{self.port}", f":443:127.0.0.1:{self.closed_port}"), **given)

    def paths(self, host: str) -> list[str]:
        return [asked.path for asked in self.log if asked.host.removeprefix("www.") == host]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
                asked = Asked(headers.get("host", ""), head[0].split(" ")[1], headers, time.monotonic())
                key = asked.host.removeprefix("www.")
                self.open[key] = asked.at_once = self.open.get(key, 0) + 1
                self.log.append(asked)
                try:
                    if self.latency_s:
                        await asyncio.sleep(self.latency_s)
                    writer.write(await self._answer(asked))
                    await writer.drain()
                finally:
                    self.open[key] -= 1
                    asked.went = time.monotonic()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: Asked) -> bytes:
        site = self.sites.get(asked.host.removeprefix("www."), {})
        if callable(site):
            return await site(asked)
        found = site.get(asked.path)
        if found is None:
            return answer("<h1>Not found</h1>", "404 Not Found")
        return found if isinstance(found, bytes) else answer(found)


@asynccontextmanager
async def small_web(sites: Sites, *, latency_s: float = 0.0) -> AsyncIterator[Web]:
    web = Web(sites, latency_s)
    shut = socket.socket()
    shut.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    web.server = server
    web.port, web.closed_port = server.sockets[0].getsockname()[1], shut.getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        shut.close()

"""The table's form: a host, what it does wrong, and what must become of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["done", "partial", "failed"]


@dataclass
class Exchange:
    """One request and the connection to answer it on."""

    scheme: str
    host: str
    path: str
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    """Counts the requests of this host, from 1."""

    async def send(self, data: bytes) -> None:
        if self.writer.transport.is_closing() or self.reader.at_eof():
            raise ConnectionResetError("the client has gone")
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # drain alone lets nobody else run, and so never learns that the client has gone

    def reset(self) -> None:
        self.writer.transport.abort()

    async def drip(self, data: bytes, step: int, pause_s: float) -> None:
        for start in range(0, len(data), step):
            await self.send(data[start : start + step])
            await asyncio.sleep(pause_s)


Answer = bytes | Callable[[Exchange], Awaitable[bytes | None]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One host of the hostile web.

    Attributes:
        does: the misbehaviour.
        status: what must become of the domain; "done" and "partial" both count where either is fair.
        category: why it failed, or why it is partial.
        answer: bytes for every path but robots.txt, or a coroutine that gets each request; None closes.
        tls: the kind of trouble of its certificate; "plain" hangs up on TLS, "silent" never answers it.
        text: stands on one of the pages.
        not_text: stands on none.
        requests: most requests that may arrive.
        message: words of the error.
        redirected_to: as in the profile.
        put_back: it asks us to come back so late that a job has no outcome of it yet.
    """

    host: str
    does: str
    status: tuple[Status, ...]
    category: str | None
    answer: Answer
    tls: str = "good"
    text: str | None = None
    not_text: str | None = None
    requests: int | None = None
    redirected_to: str | None = None
    put_back: bool = False
    message: str | None = None
    robots: Answer | None = None
    """The answer to /robots.txt; there is none when absent."""
    internal: bool = False
    """Serves another row and is not a domain of the job."""


TABLE: dict[str, Row] = {}
FILES: dict[str, bytes] = {}
"""Certificates that aia.test serves; made when the web starts."""


def row(
    host: str,
    does: str,
    status: str,
    category: str | None = None,
    *,
    answer: Answer,
    **more: object,
) -> None:
    """Put a host into the table; `status` may be several, divided by "/"."""
    assert host not in TABLE, host
    statuses = tuple(status.split("/"))
    TABLE[host] = Row(host=host, does=does, status=statuses, category=category, answer=answer, **more)  # type: ignore[arg-type]


def http(
    body: bytes | str = b"",
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = (),
    *,
    kind: str | None = "text/html; charset=utf-8",
    length: int | None = None,
) -> bytes:
    """A whole answer as bytes."""
    data = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\n"
    if kind is not None:
        head += f"Content-Type: {kind}\r\n"
    head += f"Content-Length: {len(data) if length is None else length}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("latin-1") + b"\r\n" + data


WORDS = (
    "We make garden gates and fences by hand, deliver them all over the country and put them up for you, "
    "and have done so for three generations. Our workshop is open to visitors every weekday, "
    "and our people answer the telephone themselves: call +44 20 7946 0123 and ask for Ada."
)


def company(extra: str = "", *, title: str = "Example Gates Ltd", head: str = "") -> str:
    """An ordinary page of a made-up company."""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1><p>{WORDS}</p>{extra}</body></html>"
    )


def page(extra: str = "", head: str = "") -> bytes:
    """An ordinary page with something more in it."""
    return http(company(extra, head=head))


def moved(location: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return http("moved", status, (("Location", location),))


def at(path: str, answer: bytes, otherwise: bytes) -> Answer:
    """One answer at a path, another one at the root, nothing elsewhere."""

    async def handler(x: Exchange) -> bytes:
        if x.path == "/":
            return otherwise
        return answer if x.path == path else http("none", "404 Not Found")

    return handler


def then_closes(data: bytes) -> Answer:
    """Those bytes, and the end of the connection."""

    async def handler(x: Exchange) -> None:
        await x.send(data)

    return handler

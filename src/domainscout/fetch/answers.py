"""What came back: the head of an answer, its body as far as it came, and whether it is one to read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from multidict import CIMultiDictProxy

from domainscout.errors import Category
from domainscout.fetch.failures import FetchError, Step

READABLE = ("text/html", "application/xhtml+xml")
_SNIFFED = ("", "text/plain", "application/octet-stream", "application/xml", "text/xml", "unknown/unknown")
_REDIRECTS = (300, 301, 302, 303, 307, 308)
SMALL_BYTES = 64 * 1024
"""A body that nobody reads is swallowed up to this size, to keep its connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer, redirects included.

    Attributes:
        headers: names in lower case; repeated ones joined by ", ".
        body: content encoding undone; empty where the answer is not one to read.
        cut: why the body is not all of it: SIZE, TIMEOUT, CONNECT (broke off); None when complete.
        cookies: names of the cookies that were set.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    cut: Category | None = None
    cookies: tuple[str, ...] = ()

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as written."""
        return self.headers.get("location") if self.status in _REDIRECTS else None


def head_of(response: aiohttp.ClientResponse, url: str, host: str, *, header_bytes: int) -> Answer:
    """The head of an answer.

    Raises:
        FetchError: `size` for headers beyond the limit, `redirect` for two places at once.
    """
    size = sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
    if size > header_bytes:
        response.close()
        raise FetchError(Category.SIZE, f"{host} sent headers beyond the limit.", step=Step.ANSWER)
    if len(set(response.headers.getall("Location", ()))) > 1 and response.status in _REDIRECTS:
        response.close()
        raise FetchError(Category.REDIRECT, f"{url} redirects to two places at once.", step=Step.ANSWER)
    return Answer(url, response.status, _flat(response.headers))


class Answer:
    """The head of an answer, and whether its body is one to read."""

    __slots__ = ("cookies", "headers", "readable", "status", "url")

    def __init__(self, url: str, status: int, headers: dict[str, str]) -> None:
        self.url, self.status, self.headers = url, status, headers
        self.cookies: tuple[str, ...] = ()
        self.readable = False

    def is_small(self, response: aiohttp.ClientResponse) -> bool:
        """Whether the body is worth swallowing to keep the connection."""
        length = response.content_length
        return length is not None and length <= SMALL_BYTES


class Body:
    """The body as far as it came; survives the error that ended it."""

    __slots__ = ("chunks", "cut", "size")

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.size = 0
        self.cut: Category | None = None

    async def read(self, response: aiohttp.ClientResponse, cap: int) -> None:
        """Read until the end, the announced length, or a little beyond the cap."""
        length = response.content_length if "Transfer-Encoding" not in response.headers else None
        while chunk := await response.content.readany():
            self.chunks.append(chunk)
            self.size += len(chunk)
            if self.size > cap:
                self.cut = Category.SIZE
                return
            if self.size == length:
                return

    def broke_off(self, error: Exception) -> None:
        """Keep what came before the error."""
        if isinstance(error, TimeoutError):
            self.cut = Category.TIMEOUT
        elif isinstance(error, aiohttp.ClientError | OSError):
            self.cut = Category.CONNECT
        else:
            raise error


def may_be_page(content_type: str) -> bool:
    """Whether that type is HTML, or says so little that the body must be looked at."""
    kind = media_type(content_type)
    return kind in READABLE or kind in _SNIFFED


def media_type(content_type: str) -> str:
    """The type that a Content-Type header names first, lower case."""
    return re.split("[;,]", content_type, maxsplit=1)[0].strip().lower()


def _flat(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """Names in lower case, repeated ones joined, but for `Location`, which can only be one."""
    flat: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()
        if not value.isascii() and _has_stray_bytes(value):
            value = _escaped(value) if name == "location" else _latin1(value)
        if name not in flat:
            flat[name] = value
        elif name != "location":
            flat[name] = f"{flat[name]}, {value}"
    return flat


def _has_stray_bytes(text: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in text)


def _latin1(text: str) -> str:
    """Bytes that are no UTF-8 read as Latin-1, as HTTP once had it."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _escaped(address: str) -> str:
    """An address whose bytes are no UTF-8, with those bytes escaped as they came: what browsers ask for."""
    return "".join(f"%{ord(char) - 0xDC00:02X}" if "\udc80" <= char <= "\udcff" else char for char in address)


def is_wanted(response: aiohttp.ClientResponse) -> bool:
    """Whether this is a page to read: a success that says it is HTML, or does not say what it is."""
    return 200 <= response.status < 300 and may_be_page(response.headers.get("Content-Type", ""))

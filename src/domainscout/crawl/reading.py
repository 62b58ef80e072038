"""What a fetched page is: HTML or not, readable or a shell, and where it sends its reader by itself.

Pure but for parsing huge pages off the loop. Which pages are fetched is `visiting`'s business.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping
from urllib.parse import urlsplit

from domainscout.addresses import registrable
from domainscout.errors import Category
from domainscout.fetch import READABLE, FetchError, Response, Step, may_be_page, media_type, text_of
from domainscout.markup import Document, Node
from domainscout.memory import alone

OFF_LOOP_CHARS = 200_000
"""Pages longer than this are parsed in a thread: about 50 ms, which every other scout would wait for."""

KEPT_CHARS = 1024 * 1024
"""Source characters of all documents that a process keeps parsed for its extractors: about 6 MB of them."""

SHELL_CHARS = 160
"""Visible characters below which a page with scripts may be a shell."""

READABLE_CHARS = 200
"""Visible characters from which a page says something by itself."""

MAX_REFRESH_S = 15.0
"""A meta refresh later than this is a page that renews itself, not a redirect."""

MAX_REFRESH_CHARS = 2000

_REFRESH = re.compile(r"^\s*(\d*\.?\d*)\s*[;,]?\s*(?:url\s*=\s*)?(.*)$", re.I | re.S)
_SCRIPT_MOVE = re.compile(
    r"(?:window|document|self|top|parent)?\.?location(?:\.href)?\s*=\s*[\"']([^\"'\s]{1,300})[\"']"
    r"|location\.(?:replace|assign)\(\s*[\"']([^\"'\s]{1,300})[\"']"
)
_SHELL_ROOT = re.compile(
    r"<(?:div|main)[^>]{0,200}?id\s*=\s*[\"']?(?:root|app|__next|__nuxt|___gatsby|svelte|main|application|q-app|ember\w*)\b"
    r"|<(?:app-root|my-app)\b",
    re.I,
)
_NO_SCRIPT_WORDS = re.compile(
    r"enable\s+java\s*script|requires?\s+java\s*script|java\s*script\s+(?:is\s+)?(?:required|disabled|aktivieren)"
    r"|activer\s+java\s*script|habilit\w*\s+java\s*script",
    re.I,
)
_NO_TEXT = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_BINARY_MAGIC = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x7fELF", b"MZ\x90", b"BM"),
    *(
        b"\x00\x00\x01\x00",
        b"ID3",
        b"OggS",
        b"Rar!",
        b"7z\xbc\xaf",
        b"\x28\xb5\x2f\xfd",
        b"\xd0\xcf\x11\xe0",
        b"{\\rtf",
        b"wOFF",
        b"wOF2",
    ),
)


def html_of(response: Response) -> str:
    """The text of a page.

    Raises:
        FetchError: `type` for what is no HTML, `empty` for nothing at all.
    """
    content_type = response.headers.get("content-type", "")
    kind = media_type(content_type)
    body = response.body
    if response.status in (204, 205):
        raise FetchError(Category.EMPTY, f"{response.url} answers {response.status}: nothing to read.", step=Step.BODY)
    if not body:
        if not may_be_page(content_type):
            raise FetchError(Category.TYPE, f"{response.url} is {kind}, not HTML.", step=Step.BODY)
        raise FetchError(Category.EMPTY, f"{response.url} is empty.", step=Step.BODY)
    html = text_of(body, content_type)
    if not _looks_like_html(html):
        if kind not in READABLE:
            raise FetchError(Category.TYPE, f"{response.url} is {kind or 'untyped'}, not HTML.", step=Step.BODY)
        if body[:1024].lstrip().startswith(_BINARY_MAGIC) or body[4:8] == b"ftyp" or _looks_binary(html):
            raise FetchError(Category.TYPE, f"{response.url} is a binary file, not HTML.", step=Step.BODY)
    if not html.strip():
        raise FetchError(Category.EMPTY, f"{response.url} is empty.", step=Step.BODY)
    return html


def _looks_like_html(html: str) -> bool:
    head = html[:2048].lower()
    return "<!doctype html" in head or "<html" in head or "<head" in head or "<body" in head


def _looks_binary(text: str) -> bool:
    """Whether one of twenty characters is none that a text has: controls, or bytes that no charset explains."""
    start = text[:2048]
    return len(_NO_TEXT.findall(start)) * 20 > len(start)


async def parsed(html: str, url: str) -> Document:
    """The document of a page; a huge one is parsed off the event loop."""
    if len(html) <= OFF_LOOP_CHARS:
        return Document(html, url)
    return await alone(Document, html, url)


class KeptDocuments:
    """Documents that stay parsed until the extractors have read them, within a budget for the whole process.

    One takes about five times the size of its source without its tree; with it, fifty domains of ten pages at once were
    400 MB (2026-11). What does not fit is parsed a second time: 3 % more time and 45 MB less than with four MiB.
    """

    def __init__(self, budget_chars: int = KEPT_CHARS) -> None:
        self._left = budget_chars

    def keep(self, document: Document) -> Document | None:
        """The document itself, without its tree, while it fits; None when it must go."""
        size = len(document.html)
        if size > self._left:
            return None
        self._left -= size
        document.let_go()
        weakref.finalize(document, self._give_back, size)
        return document

    def _give_back(self, size: int) -> None:
        self._left += size


def moved_to(document: Document, headers: Mapping[str, str]) -> str | None:
    """Where a page sends its reader by itself: a prompt refresh, or all it has is a script or a frame."""
    target = _prompt_target(headers.get("refresh", "")) or _meta_target(document)
    if target or document.links or len(document.text) >= READABLE_CHARS:
        return target
    if len(document.html) < 5000 and (found := _SCRIPT_MOVE.search(document.html)):
        return found[1] or found[2]
    return None if document.text else _only_frame(document)


def _meta_target(document: Document) -> str | None:
    """The target of a prompt meta refresh; one inside noscript is for readers without scripts, not a redirect."""
    if "refresh" not in document.meta:
        return None
    for node in document.tree.css("meta[http-equiv]"):
        parent = node.parent
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        if parent is not None and parent.tag == "noscript":
            continue
        if target := _prompt_target(node.attributes.get("content") or ""):
            return target
    return None


def _prompt_target(refresh: str) -> str | None:
    """The address in the value of a refresh that comes soon."""
    match = _REFRESH.match(refresh[:MAX_REFRESH_CHARS])
    if match is None:
        return None
    seconds = float(match[1]) if match[1].strip(".") else 0.0
    return match[2].strip().strip("\"'").strip() or None if seconds <= MAX_REFRESH_S else None


def _only_frame(document: Document) -> str | None:
    """The page that is all of this one: the only frame of a frameset, or the only iframe, if it is of the same site.

    An iframe of somebody else is a counter or a map, and no page of the company.
    """
    frames = document.tree.css("frame[src]")
    if not frames:
        frames = [node for node in document.tree.css("iframe[src]") if _is_own(document, node)]
    return (frames[0].attributes.get("src") or "").strip() or None if len(frames) == 1 else None


def _is_own(document: Document, node: Node) -> bool:
    url = document.resolve(node.attributes.get("src") or "")
    parent = node.parent
    if url is None or (parent is not None and parent.tag == "noscript"):
        return False
    return registrable(urlsplit(url).hostname or "") == registrable(urlsplit(document.url).hostname or "")


def is_shell(document: Document, html: str) -> bool:
    """Whether a page has nothing to read because a script is to fill it."""
    text = document.text
    if len(text) >= READABLE_CHARS or document.links or "<script" not in html.lower():
        return False
    said = _NO_SCRIPT_WORDS.sub("", text)
    return len(said) < SHELL_CHARS and bool(_SHELL_ROOT.search(html) or _NO_SCRIPT_WORDS.search(text) or not text)


def shell_failure(url: str) -> FetchError:
    """A shell that could not be rendered."""
    return FetchError(
        Category.EMPTY,
        f"{url} is an empty shell that a script fills; with Chromium and domainscout[browser] it can be rendered.",
        step=Step.BODY,
    )


def check_readable(document: Document, url: str) -> None:
    """A page must say something.

    Raises:
        FetchError: `empty`.
    """
    if not document.text.strip() and not document.links and document.tree.css_first("frame[src]") is None:
        raise FetchError(Category.EMPTY, f"{url} has no text.", step=Step.BODY)

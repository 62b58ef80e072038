"""One parsed HTML page: visible lines, links, images, meta tags, structured data. Owns selectolax.

A `Document` is read once and shared by the crawler (links, meta refresh) and all extractors. Hidden nodes are gone
before anybody reads: display:none, visibility:hidden, zero size, off-screen, `hidden`, `aria-hidden`, comments.
Broken markup never raises; what cannot be read is absent.
"""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

Node = LexborNode

MAX_NODES = 200_000
"""Nodes walked of one page: a page of 2 MiB nested a million deep must not hold the event loop."""

MAX_LINE = 20_000
"""Characters kept of one line of text."""

MAX_SOURCE = 500
"""Characters kept of the address of a script or style sheet."""

_INLINE_SOURCE = re.compile(r"//[\w.-]{3,80}\.[a-z]{2,12}/[\w./%-]{0,200}")
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "select",
        "datalist",
        "textarea",
        "canvas",
        "audio",
        "video",
        "head",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "nobr",
        "ruby",
        "noscript",
        "picture",
        "source",
        "center-inline",
    ]
)
_SPACE = re.compile(r"[\s\u00a0\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\u00ad]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:;|!|$)"
    r"|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{4,}(?:px|em|rem|pt)?"
    r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%"
    r"|(?<![-\w])(?:width|height)\s*:\s*0(?:px|em|rem|%)?\s*(?:;|!|$)",
    re.I,
)
_NAVISH = re.compile(
    r"\b(?:nav|navbar|navigation|menu|mainmenu|topmenu|menubar)\b|nav[-_]|[-_]nav\b|menu[-_]|[-_]menu\b", re.I
)
_FOOTERISH = re.compile(r"\bfooter\b|^foot$|[-_]footer|footer[-_]|\bcolophon\b|\bbottom[-_]?bar\b", re.I)
_HEADERISH = re.compile(r"\b(?:header|masthead|topbar|top-bar|banner|branding)\b|[-_]header\b|header[-_]", re.I)


class Place(StrEnum):
    """Where on the page something stands."""

    HEADER = "header"
    NAV = "nav"
    MAIN = "main"
    FOOTER = "footer"


@dataclass(slots=True, eq=False)
class Link:
    """An anchor. `href` as written, `url` absolute and without fragment (None where it is not http)."""

    href: str
    url: str | None
    text: str
    place: Place
    line: int
    node: Node


@dataclass(slots=True, eq=False)
class Image:
    """An image. `link` is the absolute address of the anchor around it."""

    url: str | None
    alt: str
    place: Place
    line: int
    link: str | None
    node: Node


@dataclass(slots=True, eq=False)
class Line:
    """Visible text of one block, whitespace folded. `level` is 1 to 6 in a heading, else 0."""

    text: str
    tag: str
    level: int
    place: Place
    index: int
    node: Node
    links: list[Link] = field(default_factory=list)


class Document:
    """A parsed page.

    Args:
        html: decoded source.
        url: final address of the page; relative links are resolved against it or `<base>`.
    """

    def __init__(self, html: str, url: str) -> None:
        self.html = html
        self.url = url
        self.tree = LexborHTMLParser(html)
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.base = self._base()
        _Walk(self).run()

    @cached_property
    def text(self) -> str:
        """All visible text, a line a block."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def title(self) -> str:
        """The title element, whitespace folded."""
        node = self.tree.css_first("title")
        return fold(node.text()) if node is not None else ""

    @cached_property
    def language(self) -> str | None:
        """Two letters of `<html lang>`, lower case."""
        root = self.tree.css_first("html")
        value = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
        match = re.match(r"[A-Za-z]{2}(?![A-Za-z])", value.strip())
        return match[0].lower() if match else None

    @cached_property
    def meta(self) -> dict[str, str]:
        """Content of meta tags by name, property, itemprop or http-equiv, lower case; the first one wins."""
        found: dict[str, str] = {}
        for node in self.tree.css("meta"):
            attributes = node.attributes
            content = fold(attributes.get("content") or "")
            if content:
                for key in ("name", "property", "itemprop", "http-equiv"):
                    if name := attributes.get(key):
                        found.setdefault(name.strip().lower(), content)
        return found

    @cached_property
    def jsonld(self) -> list[dict[str, Any]]:
        """Every object of every JSON-LD block that has a type, nested ones too, outer before inner."""
        found: list[dict[str, Any]] = []
        for node in self.tree.css("script[type]"):
            if "ld+json" in (node.attributes.get("type") or "").lower():
                for value in tolerant_json(node.text()):
                    found.extend(_typed_objects(value))
        return found

    @cached_property
    def microdata(self) -> list[dict[str, Any]]:
        """Items of visible microdata in JSON-LD's shape: "@type" and properties."""
        if "itemscope" not in self.html:
            return []
        return [_microdata_item(node) for node in self.tree.css("[itemscope][itemtype]")]

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Addresses the page loads things from, as written: scripts, style sheets, frames, forms, inline loaders."""
        found: dict[str, None] = {}
        for node in self.tree.css("script, link[href], iframe[src], form[action]"):
            attributes = node.attributes
            source = attributes.get("src") or attributes.get("href") or attributes.get("action") or ""
            if source:
                found[source.strip()[:MAX_SOURCE]] = None
            elif node.tag == "script":
                for match in _INLINE_SOURCE.finditer(node.text()[:MAX_LINE]):
                    found[match[0]] = None
        for image in self.images:
            if image.url:
                found[(image.node.attributes.get("src") or image.url)[:MAX_SOURCE]] = None
        return tuple(found)

    @cached_property
    def visible_folded(self) -> str:
        """Visible text for finding quotes: case and whitespace folded, lines joined by a space."""
        return fold_quote(self.text)

    @cached_property
    def machine_folded(self) -> str:
        """Machine-readable source for finding quotes: structured data, meta tags, attributes; never hidden text."""
        parts: list[str] = [self.title]
        parts += [f"{name} {content}" for name, content in self.meta.items()]
        parts += [link.href for link in self.links]
        parts += self.sources
        for image in self.images:
            parts += [image.alt, image.node.attributes.get("src") or "", image.url or ""]
        parts += [
            n.text() for n in self.tree.css("script[type]") if "ld+json" in (n.attributes.get("type") or "").lower()
        ]
        return fold_quote(entities.unescape(" \n ".join(parts)))

    def contains(self, quote: str) -> bool:
        """Whether the quote stands on this page, contiguous, case and whitespace folded."""
        wanted = fold_quote(quote)
        return bool(wanted) and (wanted in self.visible_folded or wanted in self.machine_folded)

    def resolve(self, href: str) -> str | None:
        """The absolute http(s) address of a link, without fragment; None where there is none."""
        return absolute(self.base, href)

    def _base(self) -> str:
        node = self.tree.css_first("base[href]")
        href = (node.attributes.get("href") or "") if node is not None else ""
        return (absolute(self.url, href) if href else None) or self.url


def fold(text: str) -> str:
    """Whitespace of all kinds folded to single spaces, invisible characters gone."""
    return _SPACE.sub(" ", text).strip()


def fold_quote(text: str) -> str:
    """A text in the form in which quotes are compared."""
    text = _INVISIBLE.sub("", text)
    text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u201c", '"').replace("\u201d", '"')
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return _SPACE.sub(" ", text).strip().casefold()


def absolute(base: str, href: str) -> str | None:
    """The absolute http(s) address, fragment removed; None for other schemes and nonsense."""
    href = re.sub(r"[\t\r\n]", "", href.strip())
    if not href:
        return None
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        _ = parts.port
    except ValueError:
        return None
    return url.partition("#")[0].replace(" ", "%20")


def tolerant_json(source: str) -> Iterator[Any]:
    """JSON values of a script block that may hold comments, CDATA, trailing commas or semicolons, several values."""
    text = source.strip().lstrip("\ufeff")
    text = re.sub(r"^(?:/[*/]+)?\s*<!\[CDATA\[(?:\*/)?|(?:/[*/]+)?\s*\]\]>(?:\*/)?$", "", text).strip()
    text = re.sub(r"^<!--|-->$", "", text).strip()
    text = re.sub(r"^/\*.{0,500}?\*/", "", text, flags=re.S).strip()
    decoder = json.JSONDecoder(strict=False)
    position = 0
    repaired = False
    while position < len(text):
        skip = re.compile(r"[\s;,]*").match(text, position)
        position = skip.end() if skip else position
        if position >= len(text):
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            return
        except ValueError:
            if repaired:
                return
            text, repaired = _repair_json(text[position:]), True
            position = 0
            continue
        yield value


def _repair_json(text: str) -> str:
    text = re.sub(r"(?m)^\s*//[^\n]*$", "", text)
    text = re.sub(r",(\s*[}\]])", r"\1", text)
    text = entities.unescape(text) if "&quot;" in text else text
    return text.strip()


def _typed_objects(value: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    todo = [value]
    seen = 0
    while todo and seen < 5000:
        seen += 1
        here = todo.pop(0)
        if isinstance(here, dict):
            if "@type" in here:
                found.append(here)
            todo.extend(v for v in here.values() if isinstance(v, dict | list))
        elif isinstance(here, list):
            todo.extend(v for v in here if isinstance(v, dict | list))
    return found


def _microdata_item(scope: Node, depth: int = 0) -> dict[str, Any]:
    item: dict[str, Any] = {"@type": (scope.attributes.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1]}
    todo = list(scope.iter())
    steps = 0
    while todo and steps < 5000:
        steps += 1
        node = todo.pop(0)
        attributes = node.attributes
        names = (attributes.get("itemprop") or "").split()
        nested = "itemscope" in attributes
        if names:
            value = _microdata_item(node, depth + 1) if nested and depth < 4 else _microdata_value(node)
            for name in names:
                _append(item, name, value)
        if not nested:
            todo[:0] = list(node.iter())
    return item


def _append(item: dict[str, Any], name: str, value: Any) -> None:
    if name not in item:
        item[name] = value
    elif isinstance(item[name], list):
        item[name].append(value)
    else:
        item[name] = [item[name], value]


def _microdata_value(node: Node) -> str:
    attributes = node.attributes
    for key in ("content", "href", "src", "datetime"):
        if attributes.get(key):
            return fold(attributes[key] or "")
    return fold(node.text(separator=" "))


class _Walk:
    """One pass over the tree, iterative so that depth costs nothing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root: Node = document.tree.body or document.tree.root  # type: ignore[assignment]
        self.buffer: list[str] = []
        self.links_here: list[Link] = []
        self.blocks: list[tuple[str, Node]] = []
        self.places: list[Place] = []
        self.anchors: list[tuple[Link, int]] = []
        self.seen_text = 0

    def run(self) -> None:
        node: Node | None = self.root
        entered: list[tuple[Node, str]] = []
        hidden: list[Node] = []
        budget = MAX_NODES
        while node is not None and budget:
            budget -= 1
            tag = node.tag or ""
            if tag == "-text":
                self.buffer.append(node.text_content or "")
            elif tag and tag[0] not in "-_!" and tag not in _SKIPPED:
                if _is_hidden(node, tag):
                    hidden.append(node)
                else:
                    self.enter(node, tag)
                    child = node.first_child
                    if child is not None:
                        entered.append((node, tag))
                        node = child
                        continue
                    self.leave(tag)
            node = self._advance(node, entered)
        self.flush("p")
        for gone in hidden:
            gone.decompose()

    def _advance(self, node: Node, entered: list[tuple[Node, str]]) -> Node | None:
        while True:
            following = node.next if entered else None
            if following is not None:
                return following
            if not entered:
                return None
            node, tag = entered.pop()
            self.leave(tag)

    def enter(self, node: Node, tag: str) -> None:
        if tag not in _INLINE:
            self.flush(self.blocks[-1][0] if self.blocks else "body")
            if tag in ("br", "hr"):
                return
            self.blocks.append((tag, node))
            self.places.append(self._place(node, tag))
        elif tag == "a":
            self._enter_anchor(node)
        elif tag == "img":
            self._image(node)

    def leave(self, tag: str) -> None:
        if tag == "a":
            link, start = self.anchors.pop()
            link.text = fold("".join(self.buffer[start:]) if start <= len(self.buffer) else "") or link.text
        elif tag not in _INLINE and tag not in ("br", "hr"):
            self.flush(tag)
            self.blocks.pop()
            self.places.pop()

    def flush(self, tag: str) -> None:
        if not self.buffer:
            return
        text = fold("".join(self.buffer))[:MAX_LINE]
        for link, start in self.anchors:
            if not link.text:
                link.text = fold("".join(self.buffer[start:]))
        self.anchors = [(link, 0) for link, _ in self.anchors]
        self.buffer.clear()
        if text:
            self._line(text)

    def _line(self, text: str) -> None:
        document = self.document
        tag, node = self._block()
        level = int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0
        line = Line(text, tag, level, self._here(), len(document.lines), node, self.links_here)
        document.lines.append(line)
        self.links_here = []

    def _block(self) -> tuple[str, Node]:
        for tag, node in reversed(self.blocks):
            if tag[0] == "h" and len(tag) == 2 and tag != "hr":
                return tag, node
            if tag not in ("div", "section"):
                return tag, node
        return self.blocks[-1] if self.blocks else ("body", self.root)

    def _here(self) -> Place:
        return self.places[-1] if self.places else Place.MAIN

    def _place(self, node: Node, tag: str) -> Place:
        outer = self._here()
        if tag == "footer":
            return Place.FOOTER
        if outer is Place.FOOTER:
            return outer
        if tag == "nav":
            return Place.NAV
        if tag == "main":
            return Place.MAIN
        if tag == "header" and outer is Place.MAIN and not self.document.lines[40:]:
            return Place.HEADER
        if tag in ("div", "ul", "table", "td", "section", "aside"):
            attributes = node.attributes
            name = f"{attributes.get('id') or ''} {attributes.get('class') or ''} {attributes.get('role') or ''}"
            if len(name) > 2:
                if _FOOTERISH.search(name) or "contentinfo" in name:
                    return Place.FOOTER
                if _NAVISH.search(name):
                    return Place.NAV
                if _HEADERISH.search(name) and outer is Place.MAIN and not self.document.lines[40:]:
                    return Place.HEADER
        return outer

    def _enter_anchor(self, node: Node) -> None:
        document = self.document
        attributes = node.attributes
        href = (attributes.get("href") or "").strip()
        label = fold(attributes.get("aria-label") or attributes.get("title") or "")
        link = Link(href, document.resolve(href) if href else None, "", self._here(), len(document.lines), node)
        if label and not node.text(strip=True):
            link.text = label
        self.anchors.append((link, len(self.buffer)))
        if href:
            document.links.append(link)
            self.links_here.append(link)

    def _image(self, node: Node) -> None:
        document = self.document
        attributes = node.attributes
        source = (attributes.get("src") or attributes.get("data-src") or attributes.get("data-lazy-src") or "").strip()
        alt = fold(attributes.get("alt") or "")
        link = self.anchors[-1][0].url if self.anchors else None
        if self.anchors and alt and not self.anchors[-1][0].text:
            self.anchors[-1][0].text = alt
        url = document.resolve(source) if source and not source.startswith("data:") else None
        document.images.append(Image(url, alt, self._here(), len(document.lines), link, node))


def _is_hidden(node: Node, tag: str) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    style = attributes.get("style")
    if style and _HIDING_STYLE.search(style):
        return True
    return tag == "input"

"""One parsed HTML page: visible lines, links, images, meta tags, structured data. Owns selectolax.

A `Document` is read once and shared by the crawler (links, meta refresh) and all extractors. Hidden nodes are gone
before anybody reads (`markup.hidden` says which). Broken markup never raises; what cannot be read is absent.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Set
from functools import cached_property
from itertools import accumulate
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from domainscout.markup.hidden import hidden_by_rules
from domainscout.markup.parts import Image, Line, Link, Place
from domainscout.markup.structured import jsonld, jsonld_sources, microdata, tolerant_json
from domainscout.markup.text import Resolver, absolute, fold, fold_quote
from domainscout.markup.tree import Node, Tree
from domainscout.markup.walk import Walk

__all__ = ["Document", "Image", "Line", "Link", "Node", "Place", "absolute", "fold", "fold_quote", "tolerant_json"]

MAX_SOURCE = 500
"""Characters kept of the address of a script or style sheet."""
MAX_SCRIPT = 20_000
"""Characters of an inline script in which addresses are looked for."""

_INLINE_SOURCE = re.compile(r"//[\w.-]{3,80}\.[a-z]{2,12}/[\w./%-]{0,200}")


class Document:
    """A parsed page.

    Args:
        html: decoded source.
        url: final address of the page; relative links are resolved against it or `<base>`.
    """

    lines: list[Line]
    links: list[Link]
    images: list[Image]
    resolve: Resolver
    """Gives the absolute http(s) address of a link, without fragment; None where there is none."""

    def __init__(self, html: str, url: str) -> None:
        self.html = html
        self.url = url
        self._tree = Tree(html)
        self.resolve = Resolver(url)
        walk = Walk(self._tree, self.resolve, hidden_by_rules(self.tree, html))
        walk.run()
        if (base := self._base(within="base" in walk.strays)) is not None:
            self.resolve.base = base
        walk.remove_hidden()
        self.lines, self.links, self.images = walk.lines, walk.links, walk.images
        self._menu = walk.menu
        self._meta_in_body = "meta" in walk.strays

    @property
    def tree(self) -> LexborHTMLParser:
        """The parser's tree of what is not hidden."""
        return self._tree.parser

    def let_go(self) -> None:
        """Keep what was read and forget the tree, which is made again when somebody asks for it."""
        self._tree.let_go()

    def leave_out(self, texts: Set[str]) -> None:
        """Take texts out as if the page did not say them: lines with their links, meta contents, images by
        their texts, title, texts of structured data.

        The crawler has read the page before, so what was made of the whole text is made again.
        """
        before = list(accumulate((line.text not in texts for line in self.lines), initial=0))
        if before[-1] < len(self.lines):
            gone = {id(link) for line in self.lines if line.text in texts for link in line.links}
            self.lines = [line for line in self.lines if line.text not in texts]
            self.links = [link for link in self.links if id(link) not in gone]
            for index, line in enumerate(self.lines):
                line.index = index
            parts: list[Link | Image] = [*self.links, *self.images]
            for part in parts:
                part.line = before[min(part.line, len(before) - 1)]
        for name in [name for name, content in self.meta.items() if content in texts]:
            del self.meta[name]
        self.images = [image for image in self.images if image.alt not in texts]
        if self.title in texts:
            self.title = ""
        for item in (*self.jsonld, *self.microdata):
            for name in [name for name, content in item.items() if isinstance(content, str) and content in texts]:
                del item[name]
        for name in ("text", "visible_folded", "machine_folded", "_line", "_attributes"):
            self.__dict__.pop(name, None)

    @cached_property
    def menu(self) -> list[tuple[str, str]]:
        """Absolute address and words of links in menus that are hidden until somebody points at them.

        Worth following; their words say nothing about the company. A lone hidden link, a trap for robots, is not here.
        """
        found = ((self.resolve(href), words) for href, words in self._menu)
        return [(url, words) for url, words in found if url]

    @cached_property
    def text(self) -> str:
        """All visible text, a line a block."""
        return "\n".join([line.text for line in self.lines])

    @cached_property
    def title(self) -> str:
        """The first title element that says something, whitespace folded; a picture's title is none."""
        node = self.tree.css_first("head title") or self.tree.css_first("title")
        text = fold(node.text()) if node is not None else ""
        if text or node is None:
            return text
        return next((t for t in (fold(n.text()) for n in self.tree.css("head title")[:4]) if t), "")

    @cached_property
    def language(self) -> str | None:
        """Two letters of `<html lang>`, lower case."""
        root = self.tree.root
        value = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
        match = re.match(r"[A-Za-z]{2}(?![A-Za-z])", value.strip())
        return match[0].lower() if match else None

    @cached_property
    def meta(self) -> dict[str, str]:
        """Content of meta tags by name, property, itemprop or http-equiv, lower case; the first one wins."""
        found: dict[str, str] = {}
        place = self.tree if self._meta_in_body else self.tree.head
        for node in place.css("meta") if place is not None else ():
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
        return jsonld(self.tree) if "ld+json" in self.html else []

    @cached_property
    def microdata(self) -> list[dict[str, Any]]:
        """Items of visible microdata in JSON-LD's shape: "@type" and properties."""
        return microdata(self.tree) if "itemscope" in self.html else []

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
                for match in _INLINE_SOURCE.finditer(node.text()[:MAX_SCRIPT]):
                    found[match[0]] = None
        for image in self.images:
            if image.url:
                found[(image.attribute("src") or image.url)[:MAX_SOURCE]] = None
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
            parts += [image.alt, image.attribute("src"), image.url or ""]
        if "ld+json" in self.html:
            parts += jsonld_sources(self.tree)
        return fold_quote(entities.unescape(" \n ".join(parts)))

    def contains(self, quote: str) -> bool:
        """Whether the quote stands on this page, contiguous, case and whitespace folded."""
        if quote in self._line or quote in self._attributes or quote in self.sources:
            return bool(quote.strip())  # most quotes, without folding the whole page
        wanted = fold_quote(quote)
        return bool(wanted) and (wanted in self.visible_folded or wanted in self.machine_folded)

    @cached_property
    def _line(self) -> str:
        """All visible text as one line."""
        return self.text.replace("\n", " ")

    @cached_property
    def _attributes(self) -> str:
        """What most quotes of the source are from, as written."""
        images = (image.attribute("src") for image in self.images)
        return "\n".join([self.title, *self.meta.values(), *(link.href for link in self.links), *images])

    @property
    def base(self) -> str:
        """The address that relative links are resolved against."""
        return self.resolve.base

    def _base(self, *, within: bool) -> str | None:
        """The address in `<base>`, which rarely stands within the body."""
        place = self.tree if within else self.tree.head
        node = place.css_first("base[href]") if place is not None else None
        href = (node.attributes.get("href") or "") if node is not None else ""
        return absolute(self.url, href) if href else None

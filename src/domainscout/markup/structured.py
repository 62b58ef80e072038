"""Structured data as pages really write it: JSON-LD with comments, CDATA or trailing commas, and microdata."""

from __future__ import annotations

import html as entities
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from domainscout.markup.text import fold

MAX_STEPS = 5000
"""Objects or nodes looked at in one block or item."""
MAX_BLOCK = 400_000
"""Characters of one JSON-LD block."""

_SKIP = re.compile(r"[\s;,]*")


def jsonld(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Every object of every JSON-LD block that has a type, nested ones too, outer before inner."""
    found: list[dict[str, Any]] = []
    for source in jsonld_sources(tree):
        for value in tolerant_json(source):
            found.extend(_typed_objects(value))
    return found


def jsonld_sources(tree: LexborHTMLParser) -> list[str]:
    """The text of each JSON-LD block."""
    return [
        node.text()[:MAX_BLOCK]
        for node in tree.css("script[type]")
        if "ld+json" in (node.attributes.get("type") or "").lower()
    ]


def tolerant_json(source: str) -> Iterator[Any]:
    """JSON values of a script block that may hold comments, CDATA, trailing commas or semicolons, several values."""
    text = source.strip().lstrip("\ufeff")
    text = re.sub(
        r"^(?:/[*/]{1,3})?\s{0,100}<!\[CDATA\[(?:\*/)?|(?:/[*/]{1,3})?\s{0,100}\]\]>(?:\*/)?$", "", text
    ).strip()
    text = re.sub(r"^<!--|-->$", "", text).strip()
    text = re.sub(r"^/\*.{0,500}?\*/", "", text, flags=re.S).strip()
    decoder = json.JSONDecoder(strict=False)
    position = 0
    repaired = False
    while position < len(text):
        skip = _SKIP.match(text, position)
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
            text, repaired = _repaired(text[position:]), True
            position = 0
            continue
        yield value


def microdata(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Items of visible microdata in JSON-LD's shape: "@type" and properties."""
    return [_item(node) for node in tree.css("[itemscope][itemtype]")[:500]]


def _repaired(text: str) -> str:
    text = re.sub(r"(?m)^[ \t]*//[^\n]*$", "", text)
    text = re.sub(r",(\s{0,200}[}\]])", r"\1", text)
    return (entities.unescape(text) if "&quot;" in text else text).strip()


def _typed_objects(value: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    todo = deque([value])
    seen = 0
    while todo and seen < MAX_STEPS:
        seen += 1
        here = todo.popleft()
        if isinstance(here, dict):
            if "@type" in here:
                found.append(here)
            todo.extend(v for v in here.values() if isinstance(v, dict | list))
        elif isinstance(here, list):
            todo.extend(v for v in here if isinstance(v, dict | list))
    return found


def _item(scope: LexborNode, depth: int = 0) -> dict[str, Any]:
    item: dict[str, Any] = {"@type": (scope.attributes.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1]}
    todo = list(scope.iter())[::-1]
    steps = 0
    while todo and steps < MAX_STEPS:
        steps += 1
        node = todo.pop()
        attributes = node.attributes
        names = (attributes.get("itemprop") or "").split()
        nested = "itemscope" in attributes
        if names:
            value = _item(node, depth + 1) if nested and depth < 4 else _value(node)
            for name in names:
                _append(item, name, value)
        if not nested:
            todo.extend(list(node.iter())[::-1])
    return item


def _append(item: dict[str, Any], name: str, value: Any) -> None:
    if name not in item:
        item[name] = value
    elif isinstance(item[name], list):
        item[name].append(value)
    else:
        item[name] = [item[name], value]


def _value(node: LexborNode) -> str:
    attributes = node.attributes
    for key in ("content", "href", "src", "datetime"):
        if attributes.get(key):
            return fold(attributes[key] or "")
    return fold(node.text(separator=" "))

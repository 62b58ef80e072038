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
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNCLEAN = re.compile(_CONTROL.pattern + r"|\\u(?:00[0189][0-9a-f]|007f|d[89a-f][0-9a-f]{2})", re.I)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([^u]))", re.S)
_SHORT_ESCAPES = {"n": " ", "t": " ", "r": " ", "b": "", "f": ""}


def jsonld(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Every object of every JSON-LD block that has a type, nested ones too, outer before inner."""
    found: list[dict[str, Any]] = []
    for source in _blocks(tree):
        unclean = _UNCLEAN.search(source) is not None
        for value in tolerant_json(source):
            if unclean:
                _clean(value)
            found.extend(_typed_objects(value))
    return found


def jsonld_sources(tree: LexborHTMLParser) -> list[str]:
    """The text of each JSON-LD block, its escapes undone: many programs write "Caf\\u00e9" and "https:\\/\\/"."""
    return [_without_escapes(source) for source in _blocks(tree)]


def _blocks(tree: LexborHTMLParser) -> list[str]:
    return [
        node.text()[:MAX_BLOCK]
        for node in tree.css("script[type]")
        if "ld+json" in (node.attributes.get("type") or "").lower()
    ]


def _clean(value: Any) -> None:
    """Take control characters and halves of characters out of all texts within a value."""
    todo = [value]
    while todo:
        here = todo.pop()
        places = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        for place, part in list(places):
            if isinstance(part, str):
                here[place] = _CONTROL.sub("", part).encode("utf-8", "replace").decode()
            elif isinstance(part, dict | list):
                todo.append(part)


def _without_escapes(source: str) -> str:
    if "\\" not in source:
        return source
    text = _ESCAPE.sub(_unescaped, source)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _SHORT_ESCAPES.get(match[2], match[2])


def tolerant_json(source: str) -> Iterator[Any]:
    """JSON values of a script block that may hold comments, CDATA, trailing commas or semicolons, several values."""
    text = source.strip().lstrip("\ufeff")
    if "<![CDATA[" in text or text.endswith(("]]>", "]]>*/")):
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

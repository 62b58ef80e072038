"""Takes the poison out of pages made to be slow: parsing is quadratic in nesting depth, in attributes of one tag and in
unclosed formatting.

Measured with lexbor (2026-11): 200,000 nested <div> 70 s, 100,000 attributes in one tag 14 s. Real pages nest less than
a hundred deep; what stands deeper than `MAX_DEPTH` is cut off.
"""

from __future__ import annotations

import re

MAX_DEPTH = 600
"""Open tags at one place."""
MAX_ATTRIBUTES = 1500
"""Attributes of one tag."""
MANY_TAGS = 4000
"""Pages with fewer tags cannot nest deep enough to matter (25 ms)."""
MAX_TAGS = 20_000
"""Tags read of one page: four times what the largest real pages have.

A tree of 300,000 tags takes 51 MiB for a source of 2 MiB, one of 20,000 takes 5 (2026-11).
"""
LONG_TAG = 8000
"""Characters of a tag that can hold enough attributes to matter."""

_NESTING = re.compile(
    r"<(/?)(div|section|article|main|header|footer|aside|nav|ul|ol|dl|blockquote|figure|center|fieldset|form|details|address"
    r"|table|span|a|pre|dir|menu|listing|hgroup|search|summary|dialog|object|marquee|applet|button|figcaption|optgroup|rb|rp|rt|rtc)(?![\w-])",
    re.I,
)
MAX_REOPENED = 100_000
"""Elements that the parser may add: what stands within an unclosed <b> gets a <b> of its own, for each one unclosed."""
FEW_TAGS = 600
"""Pages with fewer tags cannot have more than that added."""

_FORMATTING_NAMES = ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
_FORMATTING = re.compile(rf"<(/?)({'|'.join(_FORMATTING_NAMES)})(?=[\s/>])[^>]*>", re.I)
_OPENED = re.compile(
    "<(?=[bcefinstuBCEFINSTU])(?:"
    + "|".join("".join(f"[{letter}{letter.upper()}]" for letter in name) for name in _FORMATTING_NAMES)
    + r")[\s/>]"
)
"""The same without ends, four times as fast without the flag."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BETWEEN = re.compile(r"[\s/]+|=(?=[^\s/=]{1,40}=)")
"""What divides attributes: blanks, slashes, and nothing at all behind a quoted value."""

_TAG = re.compile(r"<[a-zA-Z/]")


def tame(html: str) -> str:
    """The page without tags that only make parsing slow; almost always the page itself."""
    if len(html) > 4 * LONG_TAG:
        html = _without_monsters(html)
    tags = html.count("<")
    if tags > MAX_TAGS:
        html = _without_middle(html)
    if tags > FEW_TAGS and _multiplies(html):
        html = _FORMATTING.sub("", html)
    return _not_too_deep(html) if tags > MANY_TAGS else html


def _without_middle(html: str) -> str:
    """The first three quarters and the last quarter of the tags that are read: the end is where footers are."""
    first, last = 0, len(html)
    for _ in range(MAX_TAGS * 3 // 4):
        first = html.find("<", first) + 1
    for _ in range(MAX_TAGS // 4):
        last = html.rfind("<", first, last)
    return html[: first - 1] + html[last:]


def _multiplies(html: str) -> bool:
    """Whether formatting that is never closed would be opened again all over the page: 9 KB of it took 170 MB."""
    if len(_OPENED.findall(html)) * html.count("<") <= MAX_REOPENED:
        return False
    opened: dict[str, int] = {}
    added = at = 0
    for match in _FORMATTING.finditer(html):
        added += sum(opened.values()) * html.count("<", at, match.start())
        at, name = match.end(), match[2].lower()
        opened[name] = max(0, opened.get(name, 0) + (-1 if match[1] else 1))
    return added + sum(opened.values()) * html.count("<", at) > MAX_REOPENED


def _without_monsters(html: str) -> str:
    if not _has_monsters(html):
        return html
    return ">".join(_cut_monster(piece) if len(piece) > LONG_TAG else piece for piece in html.split(">"))


def _has_monsters(html: str) -> bool:
    """Whether more than `LONG_TAG` characters stand between two `>`; leaps, so that it reads little of the page."""
    start, end = 0, len(html)
    while end - start > LONG_TAG:
        last = html.rfind(">", start, start + LONG_TAG + 1)
        if last < 0:
            return True
        start = last + 1
    return False


def _cut_monster(piece: str) -> str:
    start = _TAG.search(piece)
    if start is None or len(_BETWEEN.findall(_QUOTED.sub("", piece[start.start() :]))) <= MAX_ATTRIBUTES:
        return piece
    return piece[: start.end()]


def _not_too_deep(html: str) -> str:
    opened: dict[str, int] = {}
    depth = 0
    for match in _NESTING.finditer(html):
        name = match[2].lower()
        if not match[1]:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            if depth > MAX_DEPTH:
                return html[: match.start()]
        elif opened.get(name):
            opened[name] -= 1
            depth -= 1
    return html

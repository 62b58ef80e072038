"""Attributes of a start tag as the parser writes it out again: names in lower case, values in double quotes."""

from __future__ import annotations

import re

_ATTRIBUTE = re.compile(r' (=?[^\s/>=]*)="([^"]*)"')


def value(tag: str, attribute: str) -> str:
    """The value of an attribute of a tag, empty where there is none.

    Args:
        tag: everything between `<` and `>`.
        attribute: its name between a space and `="`.
    """
    before, found, rest = tag.partition(attribute)
    if not found:
        return ""
    if '"' in before and (before.count('"') != 2 * before.count('="') or " =" in before):
        return attributes_of(tag).get(attribute[1:-2]) or ""  # those words are part of another value, or a broken name
    found, _, _ = rest.partition('"')
    return unescaped(found) if "&" in found else found


def attributes_of(tag: str) -> dict[str, str | None]:
    """The attributes of a start tag."""
    found: dict[str, str | None] = dict(_ATTRIBUTE.findall(tag))
    if "&" in tag:
        for name, value in found.items():
            if value and "&" in value:
                found[name] = unescaped(value)
    return found


def unescaped(text: str) -> str:
    """Text as it was before the parser wrote it out again."""
    text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")

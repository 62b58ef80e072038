"""Whose the objects of structured data are: a house to let, an event and a stranger have addresses of their own.

Owns which objects say nothing about the company. Themes are sold with the data of their makers still in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from domainscout.extract._lines import words_of_site
from domainscout.extract._people_words import ordinary_words, plain
from domainscout.extract.base import Reading

_THING = re.compile(
    r"(?:^|\W)(?:Apartment|House|SingleFamilyResidence|Residence|Accommodation|RealEstateListing|Room|Review|"
    r"\w*Event)(?:\W|$)"
)
_ORDINARY_LENGTH = 4
"""Letters from which a word of a name can tell companies apart."""


def parts_of_others(reading: Reading) -> frozenset[int]:
    """The identities of JSON-LD objects, with all that lies in them, that describe something else than the company."""
    found: set[int] = set()
    known: dict[str, bool] = {}
    for page in reading.pages:
        for item in page.document.jsonld:
            if _THING.search(str(item.get("@type"))) or _is_strange(reading, item, known):
                found.update(map(id, _within(item)))
    return frozenset(found)


def _is_strange(reading: Reading, item: dict[str, Any], known: dict[str, bool]) -> bool:
    """Whether an object with contact data bears a name that a site with a name of its own says nowhere."""
    name = item.get("name")
    if not isinstance(name, str) or not ("telephone" in item or "address" in item):
        return False
    if name not in known:
        home = reading.pages[0].document
        host = re.sub(r"\W", "", urlsplit(home.url).hostname or "")
        titles = f"{home.title} {home.meta.get('og:site_name') or ''}"
        words, own = _telling(name), _telling(titles)
        known[name] = bool(words) and any(word in host for word in own) and not _is_said(reading, words, own, host)
    return known[name]


def _is_said(reading: Reading, words: list[str], own: list[str], host: str) -> bool:
    lines = words_of_site(reading)
    return any(word in host or word in own or lines.running_together(word) for word in words)


def _telling(text: str) -> list[str]:
    """The words of a name by which companies can be told apart."""
    words = re.findall(r"[^\W\d_]+", plain(text))
    return [word for word in words if len(word) >= _ORDINARY_LENGTH and word not in ordinary_words()]


def _within(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An object and those in it, but for the pages and people that it merely names."""
    todo: list[Any] = [item]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            yield here
            todo += here.values()
        elif isinstance(here, list):
            todo += here

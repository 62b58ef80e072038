"""Tags: the keywords a site gives itself, in meta tags or structured data. Owns what is fit to be a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._organisations import organisations
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import fold
from domainscout.records import Field, Finding

MAX_TAGS = 12
"""Tags of one site."""

_SPLIT = re.compile(r"\s*[,;|•·\n]\s*")
_UNFIT = re.compile(r"https?:|www\.|@|\d{4,}|[{}<>]")


def read(reading: Reading) -> list[Finding]:
    """The keywords of the home page, then of the others, without repeats."""
    found: dict[str, Finding] = {}
    for read_page in reading.pages:
        for text, method, trust in _given(read_page):
            for word in _SPLIT.split(text):
                tag = fold(word).strip(" .\"'“”")
                if 2 < len(tag) <= 32 and len(tag.split()) <= 4 and not _UNFIT.search(tag):
                    made = finding(Field.TAGS, tag, url=read_page.url, quote=tag, method=method, confidence=trust)
                    found.setdefault(tag.casefold(), made)
        if len(found) >= MAX_TAGS:
            break
    return list(found.values())[:MAX_TAGS]


def _given(read_page: ReadPage) -> Iterator[tuple[str, str, float]]:
    for item in organisations(read_page):
        for key in ("knowsAbout", "keywords", "servesCuisine"):
            value = item.get(key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    yield one, "jsonld", 0.85
    for key in ("keywords", "news_keywords", "article:tag"):
        if value := read_page.document.meta.get(key):
            yield value, "meta", 0.75


EXTRACTOR = Extractor(name="tags", fields=frozenset({Field.TAGS}), cost=0.1, read=read)

"""Objects of structured data that describe an organisation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from domainscout.extract.base import ReadPage
from domainscout.markup import Document
from domainscout.memory import remembered

_CACHE: WeakKeyDictionary[Document, tuple[dict[str, Any], ...]] = WeakKeyDictionary()

_ORGANISATION = re.compile(
    r"organi[sz]ation|business|corporation|store|shop|restaurant|hotel|service|clinic|dentist|physician|attorney|"
    r"school|agency|contractor|plumber|"
    r"electrician|bakery|salon|spa|repair|dealer|professional|hospital|pharmacy|library|museum|gym|club|church|"
    r"airline|ngo|cafe|bar|pub|place|"
    r"lodging|winery|brewery|market|center|office|company|moving|florist|veterinary|locksmith|roofing|painter|"
    r"company|project",
    re.I,
)


_NOT_ORGANISATION = re.compile(
    r"list|^service$|offer|product|breadcrumb|webpage|website|postal|review|question|contactpoint|geo|place$|program",
    re.I,
)


def organisations(read: ReadPage) -> tuple[dict[str, Any], ...]:
    """Objects of JSON-LD and microdata that describe an organisation; five extractors ask for them."""
    known = _CACHE.get(read.document)
    if known is None:
        known = _CACHE[read.document] = tuple(_found(read.document))
    return known


def _found(document: Document) -> Iterator[dict[str, Any]]:
    for item in (*document.jsonld, *document.microdata):
        kinds = item.get("@type")
        names = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        kinds_text = " ".join(str(k).rstrip("/").rsplit("/", 1)[-1] for k in names)
        if _is_organisation(kinds_text):
            yield item


@remembered(maxsize=256)
def _is_organisation(kinds: str) -> bool:
    return _ORGANISATION.search(kinds) is not None and not _NOT_ORGANISATION.search(kinds)

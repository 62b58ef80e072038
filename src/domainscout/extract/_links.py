"""The distinct addresses of a site's links as written: menus repeat on every page, each is judged once a site."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from domainscout.extract.base import Reading

_CACHE: WeakKeyDictionary[Reading, frozenset[str]] = WeakKeyDictionary()


def hrefs_of_site(reading: Reading) -> frozenset[str]:
    """Every address that a link of the site is written with."""
    known = _CACHE.get(reading)
    if known is None:
        known = _CACHE[reading] = frozenset([link.href for read in reading.pages for link in read.document.links])
    return known

"""Reads services and products: sections that promise them, menus, cards with pages of their own, JSON-LD offers.

Owns which short texts are offerings, in the words of the site. One list is the best witness: the cards under "Our
services", or the menu below "Services". Other lists only confirm it, unless there is none.
"""

from __future__ import annotations

from domainscout.extract._listings import Offering
from domainscout.extract._offerings import choose, collect
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.records import Field, Finding

METHOD = "rules:services"


def read(reading: Reading) -> list[Finding]:
    """Find the services and products of the company."""
    services, products = choose(collect(reading))
    return [_finding(Field.SERVICES, one) for one in services] + [_finding(Field.PRODUCTS, one) for one in products]


def _finding(field: Field, offering: Offering) -> Finding:
    return finding(
        field,
        offering.shown,
        url=offering.url,
        quote=offering.quote,
        method=METHOD,
        confidence=offering.confidence,
    )


EXTRACTOR = Extractor(name="services", fields=frozenset([Field.SERVICES, Field.PRODUCTS]), cost=0.1, read=read)

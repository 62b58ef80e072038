"""A list of offerings as one place of a site gives it, every item with the words that name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from domainscout.extract._service_words import folded

MAX_ITEMS = 24
"""Items of one list; a longer one is a catalogue or a menu of everything."""


MAX_PROMISES = 100
"""Lines and links of one page that promise services; more promise nothing, and each opens a list that is read."""


class Offering(NamedTuple):
    """One offering, the words of the page that name it, and how sure that is."""

    shown: str
    url: str
    quote: str
    confidence: float = 0.6


@dataclass(slots=True)
class Listing:
    """A list of offerings as one place of the site gives it, by folded text.

    Attributes:
        weight: how good a witness the place is: 3 promises services, 1 merely looks like a list of cards.
    """

    items: dict[str, Offering]
    weight: float
    product: bool = False


def listing_of(url: str, texts: list[tuple[str, str]], weight: float, *, product: bool = False) -> list[Listing]:
    """A list of the labels and their quotes; none when too few of the texts are labels."""
    items: dict[str, Offering] = {}
    for shown, quote in texts:
        items.setdefault(folded(shown), Offering(shown, url, quote))
    return [Listing(items, weight, product)] if 2 <= len(items) <= MAX_ITEMS else []

"""Postal addresses in a text, anchored on postcodes. Owns which are tried, and that none counts twice.

Two families: the postcode ends the address (`_postcode_last`) or it stands before the town (`_postcode_first`).
Knows nothing of pages, structured data or whose address it is: that is `addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from domainscout.extract._address_pieces import Postcode, Written, window
from domainscout.extract._lines import holding
from domainscout.extract._postcode_first import before_town
from domainscout.extract._postcode_last import at_the_end
from domainscout.extract._postcodes import SHAPES
from domainscout.memory import remembered

_MAX_FOUND = 150
"""Addresses of one page; a page with more is a directory, or made to cost time."""


_AFTER = 200
"""Characters after a postcode in which its town stands."""
_MAX_TRIES = 1_000
"""Possible postcodes of one page that are looked at."""


Span = tuple[int, int]


def lines_with_postcodes(texts: Iterable[str], countries: Sequence[str]) -> dict[str, set[str]]:
    """By country, the lines that may hold one of its postcodes; a country whose shapes are not known is left out."""
    every = "\n".join(texts)
    return {one: set(holding(SHAPES[one].postcode, every)) for one in countries if one in SHAPES}


def addresses(text: str, places: Mapping[str, Sequence[Span]]) -> Iterator[Written]:
    """Addresses around the postcodes of a text, in order of country, then of place.

    Args:
        text: visible text, lines separated by newlines.
        places: the countries whose postcodes to look for, most likely first, with where the lines are that
            `lines_with_postcodes` gives.
    """
    taken: list[tuple[int, int]] = [(0, 0)]
    tries = _MAX_TRIES
    for country, lines in places.items():
        shape = SHAPES[country]
        for match in (match for start, end in lines for match in shape.postcode.finditer(text, start, end)):
            tries -= 1
            if len(taken) > _MAX_FOUND or not tries:
                return
            if any(a <= match.start(1) < b for a, b in taken):
                continue
            floor = max(b for _, b in taken if b <= match.start(1))
            found = _around(text, match, country, floor)
            if found is not None:
                taken.append((found.start, found.end))
                yield found


def _around(text: str, match: re.Match[str], country: str, floor: int) -> Written | None:
    """The address around what matches a postcode, not before `floor`."""
    start = max(floor, window(text, match.start()))
    code = Postcode(match[1], match.start() - start, match.end() - start, match.end(1) - start)
    found = _read(text[start : match.end() + _AFTER], code, country)
    return found and replace(found, start=found.start + start, end=found.end + start)


@remembered(maxsize=512)
def _read(text: str, code: Postcode, country: str) -> Written | None:
    """The address around a postcode in the text around it; footers have the same on every page."""
    shape = SHAPES[country]
    return before_town(text, code, country) if shape.town_follows else at_the_end(text, code, shape, country)

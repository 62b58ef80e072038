"""Addresses whose town follows the postcode, as in most of Europe. Owns the cutting of the text around it."""

from __future__ import annotations

import re

from domainscout.extract._address_pieces import Postcode, Written, segments, trim
from domainscout.extract._postcodes import even
from domainscout.extract._street_words import (
    EUROPEAN_STREET,
    JUNK,
    LABEL,
    NUMBER_FIRST,
    NUMBER_LAST,
    NUMBER_ONLY,
    PART_OF_HOUSE,
    POBOX,
)

_TOWN = re.compile(
    r"[ ]{0,3}[,\u2013\u2014-]?[ ]{0,3}((?:[A-ZÀ-ŽŁŚŻØÅ']|d'|l')[^\W\d_]*(?:[ '’./-]{1,2}(?:(?:am|an|der|den|"
    r"im|in|ob|vor|bei|sur|sous|les|le|la|lès|lez|en|aux|de|del|della|di|do|da|dos|das|el|y|nad|pod|u|v|et|/|"
    r"a\.?d\.?|d'|l')|[A-ZÀ-ŽŁŚŻØÅ][^\W_]*)\.?){0,5})"
)


_SENTENCE_ENDS = re.compile(r"(?<=[^\W\d_]{4})\. ")
"""The end of a sentence, not of a short word as in "St. Example"."""
_REGION_AFTER = re.compile(
    r"^\s{0,2}[,(-]?\s{0,2}\(?([A-Z]{2}|[A-ZÀ-Ž][a-zà-ž]+(?:[ -][A-ZÀ-Ž][a-zà-ž]+){0,2})\)?(?=[\s,.)]|$)"
)


def before_town(text: str, code: Postcode, country: str) -> Written | None:
    """The address around a postcode that its town follows, in the text around it."""
    town = _TOWN.match(text, code.end)
    if town is None and not (country in ("CZ", "SK") and re.match(r"[ ,.]*(?:\n|$)", text[code.end :])):
        return None
    pieces = segments(text, 0, code.start)
    if not pieces:
        return None
    last, place = pieces[-1]
    if last[-1] == "." and last[-2:-1].isdigit():
        pieces[-1] = last[:-1], place
    kept = _continental_street(pieces, country)
    if kept is None:
        return None
    ends = _SENTENCE_ENDS.search(town[1]) if town else None
    end = code.stop if town is None else town.start(1) + ends.start() if ends else town.end(1)
    name = re.sub(r" cedex(?: \d+)?$", "", text[town.start(1) : end].strip(" .-"), flags=re.I) if town else None
    region = None
    if country == "IT" and name and re.search(r"[a-zà-ž]\W? [A-Z]{2}$", name):
        name, region = name[:-3].strip(" ,-"), name[-2:]
    if country in ("IT", "ES", "FR"):
        after = _REGION_AFTER.match(text[end : end + 40])
        if after and ("(" in after[0] or (country == "IT" and len(after[1]) == 2)):
            region, end = after[1], end + after.end()
    street = ", ".join(piece for piece, _ in kept)
    return trim(
        Written(street, name, region, even(code.written, country), country, kept[0][1], end),
        text,
    )


def _continental_street(pieces: list[tuple[str, int]], country: str) -> list[tuple[str, int]] | None:
    """The last pieces that form a street with its number; "Calle Ejemplo" and "12" may be two pieces."""
    for back in range(1, min(4, len(pieces)) + 1):
        piece, place = pieces[-back]
        if (JUNK.search(piece) and not POBOX.search(piece)) or len(piece) > 110:
            return None
        label = LABEL.match(piece)
        bare = piece[label.end() :] if label else piece
        later = pieces[len(pieces) - back + 1 :]
        numbered = any(NUMBER_ONLY.match(p) for p, _ in later)
        if back < len(pieces) and EUROPEAN_STREET.match(bare) and NUMBER_ONLY.match(pieces[-back - 1][0]):
            return [pieces[-back - 1], (bare, place), *later]
        if back < min(4, len(pieces)) and (PART_OF_HOUSE.match(bare) or NUMBER_ONLY.match(bare)):
            continue
        if (
            POBOX.search(bare)
            or NUMBER_LAST.match(bare)
            or (NUMBER_FIRST.match(bare) and EUROPEAN_STREET.search(bare))
            or (numbered and bare[:1].isupper())
        ):
            if back > 2 and not (EUROPEAN_STREET.search(bare) or numbered):
                return None
            if not bare[:1].isupper() and not bare[:1].isdigit() and not EUROPEAN_STREET.match(bare):
                return None
            return [(bare, place + (label.end() if label else 0)), *later]
        if EUROPEAN_STREET.search(bare) and back <= 2 and len(bare) <= 60 and bare[:1].isupper():
            return [(bare, place + (label.end() if label else 0)), *later]
    return None

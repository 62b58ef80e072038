"""Addresses that their postcode ends: GB, US, CA, IE, AU, NZ, IN and more. Owns the cutting of the text before it."""

from __future__ import annotations

import re

from domainscout.extract._address_pieces import Postcode, Written, segments, trim
from domainscout.extract._postcodes import Shape, even
from domainscout.extract._street_words import (
    EUROPEAN_STREET,
    INDIAN,
    JUNK,
    LABEL,
    NUMBER_FIRST,
    NUMBER_ONLY,
    PLACE,
    POBOX,
    STREET_TAIL,
    SUFFIX,
    UNIT,
)

_ROAD = re.compile(r" (?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave)\.?$")


def at_the_end(text: str, code: Postcode, shape: Shape, country: str) -> Written | None:
    """The address that a postcode ends, in the text around it."""
    end = code.start
    region: str | None = None
    bare = False
    if shape.region is not None:
        found = shape.region.search(text, max(0, end - 40), end)
        bare = found is None and shape.needs_region
        if bare and country != "AU":
            return None
        if found is not None:
            region = found[1].strip(" .,")
            end = found.start(1)
    while end > 0 and text[end - 1] in " \n,.-(–":
        end -= 1
    pieces = segments(text, 0, end)
    if not pieces:
        return None
    city, rest = pieces[-1], pieces[:-1]
    if bare and not (rest and NUMBER_FIRST.match(rest[-1][0]) and SUFFIX.search(rest[-1][0])):
        return None
    split = _street_and_town(city[0])
    if split is not None:
        street, town = split
        whole = [*_units(rest), (street, city[1])]
        return _written(whole, town or None, region, code, country)
    if JUNK.search(city[0]) or len(city[0]) > 45:
        return None
    between: list[str] = []
    while rest:
        piece, place = rest[-1]
        street_piece = _street_part(piece, place)
        if len(rest) > 1 and _number_apart(rest[-2][0], piece, country):
            street_piece, rest = (f"{rest[-2][0]}, {piece}", rest[-2][1]), rest[:-1]
        if street_piece is not None:
            above = _units(rest[:-1]) or _road_above(rest[:-1], street_piece[0])
            names = [*between, city[0]]
            if country in ("GB", "IE", "IN") and len(names) > 1 and region is None:
                region = names[-1] if len(names) > 1 and _countyish(names[-1]) else None
                town = names[-2] if region else names[-1]
            else:
                town = names[-1]
            town = _bare_town(town)
            extra = [(b, 0) for b in names if b not in (town, region) and not (town and b.endswith(f" {town}"))]
            street = ", ".join(p for p, _ in [*above, street_piece, *extra])
            first = above[0][1] if above else street_piece[1]
            return trim(Written(street, town, region, even(code.written, country), country, first, code.stop), text)
        if JUNK.search(piece) or len(piece) > 60 or len(between) >= 3:
            break
        between.insert(0, piece)
        rest = rest[:-1]
    if country == "IN" and len(pieces) > 1 and (kept := _indian_street(pieces[:-1])):
        return _written(kept, city[0], region, code, country)
    if country in ("GB", "CA", "IE") and pieces:
        names = [p for p, _ in pieces[-3:] if not JUNK.search(p) and len(p) <= 40 and p[:1].isupper()]
        if names:
            places = dict(pieces)
            if len(names) > 2 and region is None and _countyish(names[-1]):
                region = names.pop()
            above_town = ", ".join(names[:-1]) or None
            return trim(
                Written(
                    above_town, names[-1], region, even(code.written, country), country, places[names[0]], code.stop
                ),
                text,
            )
    return None


def _number_apart(before: str, piece: str, country: str) -> bool:
    """Whether street and number stand in two pieces: "Rua Exemplo, 12" in Brazil, "1455, boul. Exemple" in Québec."""
    if country == "BR":
        return bool(NUMBER_ONLY.match(piece) and EUROPEAN_STREET.match(before))
    return country == "CA" and bool(NUMBER_ONLY.match(before) and EUROPEAN_STREET.match(piece))


def _indian_street(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The pieces before an Indian town that are a street: plots, floors, sectors, roads; no word marks them all."""
    kept: list[tuple[str, int]] = []
    for piece, place in reversed(pieces[-7:]):
        if JUNK.search(piece) or len(piece) > 60 or not (piece[:1].isupper() or piece[:1].isdigit() or piece[0] == "#"):
            break
        kept.insert(0, (piece, place))
    while kept and not (INDIAN.search(kept[0][0]) or kept[0][0][:1].isdigit()):
        kept = kept[1:]
    return kept


def _bare_town(name: str) -> str:
    """The town at the end of words about it: "beautiful downtown Oxnard"."""
    if not name[:1].islower():
        return name
    match = re.search(r"(?:[A-Z][\w'’.-]+)(?: (?:[A-Z][\w'’.-]+|of|la|de|del|upon|on))*$", name)
    return match[0] if match else name


def _countyish(name: str) -> bool:
    return bool(
        re.search(
            r"(?:shire|folk|sex)$|^(?:co\.?|county) |^(?:kent|surrey|essex|devon|cornwall|somerset|dorset|"
            r"cumbria|durham|rutland|merseyside|cleveland|"
            r"(?:greater|north|south|east|west) \w+|tyne (?:and|&) wear|isle of \w+|middx|herts|bucks|hants|"
            r"lancs|beds|wilts|notts|northants|worcs|staffs|warks|glos|oxon|berks|cambs|lincs|leics|"
            r"fife|gwent|powys|gwynedd|dyfed|glamorgan|clwyd|england|scotland|wales|united kingdom|uk)$",
            name.strip(),
            re.I,
        )
    )


def _written(
    whole: list[tuple[str, int]], town: str | None, region: str | None, code: Postcode, country: str
) -> Written:
    street = ", ".join(piece for piece, _ in whole)
    return Written(street, town, region, even(code.written, country), country, whole[0][1], code.stop)


def _units(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Up to four pieces before the street that belong to it: suites, floors, houses, parks."""
    kept: list[tuple[str, int]] = []
    for piece, place in reversed(pieces[-4:]):
        if kept and NUMBER_ONLY.match(piece):
            kept.insert(0, (piece, place))
            break
        if (
            len(piece) > 50
            or JUNK.search(piece)
            or not (UNIT.search(piece) or PLACE.search(piece) or (_is_street(piece) and piece[:1].isdigit()))
        ):
            break
        if re.search(r"\b(?:our|your|the best|we|you|is|are|visit|find|please|located)\b", piece, re.I):
            break
        kept.insert(0, (piece, place))
    return kept


def _road_above(pieces: list[tuple[str, int]], quarter: str) -> list[tuple[str, int]]:
    """A road without a number before what only looks like one: "Example Road, Mill Park, Springfield"."""
    last = pieces[-1:]
    if not last or re.search(r"\d", quarter + last[0][0]) or not _ROAD.search(last[0][0]):
        return []
    return last if _is_street(last[0][0]) else []


def _is_street(piece: str) -> bool:
    """Whether a piece reads like house number and street, or a post box."""
    if len(piece) > 90 or (JUNK.search(piece) and not POBOX.search(piece)):
        return False
    if POBOX.search(piece):
        return True
    if NUMBER_FIRST.match(piece):
        return len(piece.split()) <= 9
    inside = re.search(r"\b\d{1,5}[A-Za-z]?\s+[A-Z]", piece)
    return bool(SUFFIX.search(piece)) and len(piece.split()) <= (12 if inside else 7) and piece[:1].isupper()


def _street_part(piece: str, place: int) -> tuple[str, int] | None:
    """The piece when it is a street, or the street at the end of a sentence or a credit line."""
    if _is_street(piece):
        return piece, place
    label = LABEL.match(piece)
    if label and _is_street(piece[label.end() :]):
        return piece[label.end() :], place + label.end()
    tail = STREET_TAIL.search(piece)
    return (tail[1], place + tail.start(1)) if tail else None


def _street_and_town(piece: str) -> tuple[str, str] | None:
    """Cuts "12 Example Street Springfield", written without a comma, after the last word for a street or its unit."""
    if not (NUMBER_FIRST.match(piece) or POBOX.match(piece) or re.search(r"\b\d{1,5} [A-Z]", piece)):
        return None
    if len(piece) > 110:
        return None
    cut = 0
    for pattern in (POBOX, SUFFIX, UNIT):
        for match in pattern.finditer(piece):
            if match.start() > 0 or pattern is POBOX:
                cut = max(cut, match.end())
    if not cut:
        return None
    direction = re.match(r"\s(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?(?=\s|$)", piece[cut:])
    if direction:
        cut += direction.end()
    town = piece[cut:].strip(" ,.")
    if town and (not town[:1].isupper() or len(town) > 40):
        return None
    return piece[:cut].strip(), town

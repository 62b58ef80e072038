"""Streets with a town but without a postcode, for sites that state no complete address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._address_pieces import Written
from domainscout.extract._postcodes import AU_NAMES, CA_NAMES, SHAPES, US_STATE
from domainscout.extract._street_words import JUNK, SUFFIXES

_LOOSE_LAST = re.compile(
    rf"(?:^|\n|[:,;|(] )((?:(?:Unit|Suite|Ste\.?|#) ?[\w-]{{1,5}},? )?(?:[A-Z][\w'’.]* (?:House|Court|Mill|Centre|"
    rf"Center|Park),?\s)?(\d{{1,5}}[A-Za-z]?(?:[-\u2013]\d{{1,5}})? )?(?:[A-Z\d][\w.'’-]* ){{1,4}}(?i:{SUFFIXES})\b\.?"
    rf"(?: (?:N|S|E|W|NE|NW|SE|SW)\b\.?)?(?:,? (?:Suite|Ste|Unit|#|Floor)\.? ?[\w-]{{1,5}})?)\s?([,\n])\s?"
    rf"([A-Z][^\W\d_]+(?:[ '-][A-Z][^\W\d_]+){{0,2}}?)(?:,? (?:(Co\.? [A-Z][a-z]+|County [A-Z][a-z]+|"
    rf"{US_STATE}|{CA_NAMES}|{AU_NAMES})\b)|(?=[.,]?\s*(?:\n|$)))",
    re.M,
)


_PLAIN_STREET = re.compile(r"\b(?:street|st|road|rd|avenue|ave|lane|ln|boulevard|blvd)\b\.?$", re.I)


_LOOSE_FIRST = re.compile(
    r"(?:^|[:,;|(]\s)((?:(?:rue|avenue|av\.?|avd\.?|avda\.?|bd|boulevard|place|chemin|route|all[ée]e|quai|"
    r"calle|c/|avenida|paseo|plaza|carretera|ctra\.?|via|viale|piazza|corso|rua|travessa|praça|estrada|ul\.|"
    r"ulica|al\.)\s[^\n,;|]{3,45}"
    r"|[A-ZÀ-Ž][\w.-]{2,30}(?: [A-ZÀ-Ž][\w.-]+)?(?:str(?:aße|asse|\.)|weg|platz|allee|vej|straat|laan|ská|cká|"
    r"ova|ná|ní|ého))(?:,? (?:n[°ºo.]{0,2} ?)?\d{1,4}[a-zA-Z]?(?:/\d{1,4})?|,? s/n))"
    r"\s?[,\n]\s?([A-ZÀ-Ž][^\W\d_]+(?:[ '-](?:[A-ZÀ-Ž][^\W\d_]+|de|del|di|la|do|da|am|im|"
    r"nad)){0,5})(?: ?\(([A-ZÀ-Ž][^\W\d_]+(?: [A-Z][^\W\d_]+)?)\))?(?=[.,]?\s*(?:\n|$))",
    re.I | re.M,
)


def loose(text: str, country: str) -> Iterator[Written]:
    """Streets with a town but without a postcode; for sites that state no complete address."""
    if country in SHAPES and SHAPES[country].town_follows:
        for match in _LOOSE_FIRST.finditer(text):
            if match[2][:1].isupper() and not JUNK.search(match[0]):
                yield Written(match[1].strip(" ,"), match[2], match[3], None, country, match.start(1), match.end())
        return
    for match in _LOOSE_LAST.finditer(text):
        street, number, comma, town, region = match.groups()
        plain = bool(_PLAIN_STREET.search(street)) and comma == ","
        if (number or region or plain) and not JUNK.search(match[0]):
            yield Written(street.strip(" ,"), town, region, None, country, match.start(1), match.end())

"""Which countries a company is in, judged from all pages together. Owns the signals and their weights, nothing else.

Telephone numbers and postcodes mean something only in a country; this is where both extractors ask.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any
from weakref import WeakKeyDictionary

from domainscout.extract._lines import digit_lines
from domainscout.extract._links import hrefs_of_site
from domainscout.extract.base import Reading, ReadPage
from domainscout.literals import any_of, word_starting

_CACHE: WeakKeyDictionary[Reading, tuple[str, ...]] = WeakKeyDictionary()

_MAX_LINE = 600
"""Characters of one line that are searched for hints."""
_MAX_DISTINCT = 1_000
"""Lines of one site that are searched for hints; the rest says nothing new."""

_MAX_PAGES = 4
"""Pages that are asked: home, contact and their like come first."""

_GENERIC_CCTLDS = frozenset(
    ["io", "co", "me", "tv", "ai", "cc", "eu", "fm", "ly", "gg", "sh", "to", "ws", "app", "be.com"]
)
_TLD_COUNTRY = {"uk": "GB", "su": "RU"}
_LANGUAGE_COUNTRY = {
    "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL", "pt": "PT", "cs": "CZ", "da": "DK", "pl": "PL",
    "sv": "SE", "nb": "NO", "no": "NO", "fi": "FI", "sk": "SK", "hu": "HU", "ro": "RO", "el": "GR", "tr": "TR",
    "ja": "JP", "he": "IL", "hr": "HR", "sl": "SI", "bg": "BG", "uk": "UA", "ru": "RU",
}  # fmt: skip
CALLING = {
    "1": "US", "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "36": "HU",
    "39": "IT", "40": "RO", "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL",
    "49": "DE", "51": "PE", "52": "MX", "54": "AR", "55": "BR", "56": "CL", "57": "CO", "60": "MY", "61": "AU",
    "62": "ID", "63": "PH", "64": "NZ", "65": "SG", "66": "TH", "81": "JP", "82": "KR", "84": "VN", "86": "CN",
    "90": "TR", "91": "IN", "92": "PK", "94": "LK", "212": "MA", "213": "DZ", "216": "TN", "233": "GH", "234": "NG",
    "254": "KE", "255": "TZ", "256": "UG", "351": "PT", "352": "LU", "353": "IE", "354": "IS", "356": "MT",
    "357": "CY", "358": "FI", "359": "BG", "370": "LT", "371": "LV", "372": "EE", "380": "UA", "385": "HR",
    "386": "SI", "420": "CZ", "421": "SK", "423": "LI", "852": "HK", "880": "BD", "971": "AE", "972": "IL",
}  # fmt: skip
_NAMES = {
    "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "uk": "GB", "u.k.": "GB", "united states": "US", "united states of america": "US",
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "us": "US", "canada": "CA", "ireland": "IE", "éire": "IE",
    "republic of ireland": "IE", "australia": "AU", "new zealand": "NZ", "germany": "DE", "deutschland": "DE",
    "austria": "AT", "österreich": "AT", "switzerland": "CH", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
    "france": "FR", "belgium": "BE", "belgië": "BE", "belgique": "BE", "netherlands": "NL", "the netherlands": "NL",
    "nederland": "NL", "spain": "ES", "españa": "ES", "portugal": "PT", "italy": "IT", "italia": "IT",
    "india": "IN", "czech republic": "CZ", "czechia": "CZ", "česká republika": "CZ", "česko": "CZ",
    "denmark": "DK", "danmark": "DK", "poland": "PL", "polska": "PL", "kenya": "KE", "brazil": "BR",
    "brasil": "BR", "sweden": "SE", "sverige": "SE", "norway": "NO", "norge": "NO", "finland": "FI",
    "suomi": "FI", "luxembourg": "LU", "south africa": "ZA", "singapore": "SG", "hong kong": "HK",
    "mexico": "MX", "méxico": "MX", "japan": "JP", "china": "CN", "united arab emirates": "AE", "uae": "AE",
    "slovakia": "SK", "slovensko": "SK", "hungary": "HU", "greece": "GR", "israel": "IL", "nigeria": "NG",
}  # fmt: skip
US_STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "DC",
        "PR",
        "VI",
        "GU",
    ]
)
# What must not stand before a number or a postcode is tested behind its first character, by which the search skips.
_PLUS = re.compile(r"[+0](?<!\d.)(?:(?<=\+)|(?<=0)0)[ ]?\(?([1-9]\d{0,2})")
_US_ZIP = re.compile(r"([A-Z][A-Z])\.?,? {0,2}\d{5}(?!\d)")
_GB_POSTCODE = re.compile(r"[A-Z](?<!\w.)[A-Z]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b")
_CA_POSTCODE = re.compile(r"[ABCEGHJ-NPRSTVXY](?<!\w.)\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d\b")
_AU_POSTCODE = re.compile(
    "(?:"
    + word_starting(r"NSW VIC QLD TAS ACT SA WA NT Victoria Queensland New\x20South\x20Wales")
    + r"),? {1,2}\d{4}\b"
)
_NL_POSTCODE = re.compile(r"[1-9](?<!\w.)\d{3} [A-Z]{2}\b,? {1,2}[A-Z]")
_IN_POSTCODE = re.compile(
    r"\b(?:Maharashtra|Gujarat|Karnataka|Tamil Nadu|Kerala|Delhi|Rajasthan|Punjab|Haryana|Uttar Pradesh|Madhya Pradesh|"
    r"West Bengal|Telangana|Andhra Pradesh|Bihar|Odisha|Goa|Assam|Jharkhand|India)\W{1,4}[1-9]\d\d ?\d{3}\b"
    r"|\b[1-9]\d\d ?\d{3}\W{1,4}(?:[A-Z][a-z]+(?: [A-Z][a-z]+)?, ?)?India\b"
)
_INDIAN = re.compile(
    any_of(
        """
        Maharashtra Gujarat Karnataka Tamil Kerala Delhi Rajasthan Punjab Haryana Pradesh Bengal Telangana Bihar Odisha
        Goa Assam Jharkhand India
        """
    )
)
_IE_POSTCODE = re.compile(
    "(?:"
    + word_starting(r"Ireland Co\.?\x20[A-Z][a-z]+ Dublin(?:\x20\d{1,2})?")
    + r"),? (?:[AC-FHKNPRTV-Y]\d\d|D6W) ?[A-Z\d]{4}\b"
)
_POSTCODES = (
    (_IE_POSTCODE, "IE"),
    (_GB_POSTCODE, "GB"),
    (_CA_POSTCODE, "CA"),
    (_AU_POSTCODE, "AU"),
    (_NL_POSTCODE, "NL"),
)
_BRITISH = re.compile(r"£\s?\d|VAT (?<!\w....)(?:No|Reg)|Companies House\b")
_REGISTERS = {
    "IT": r"P\.\x20?IVA P(?i:artita\x20iva) p(?i:artita\x20iva) C(?i:odice\x20fiscale) c(?i:odice\x20fiscale)",
    "FR": r"SIRET SIREN RCS\x20[A-Z]",
    "NL": r"K\.?v\.?K",
    "PL": r"REGON NIP KRS",
    "DK": r"CVR",
    "CZ": r"DIČ IČO",
    "AU": r"ABN ACN",
    "ES": r"C\.?I\.?F\.? N\.?I\.?F\.?(?=\x20?:?\x20?[A-Z])",
}
"""Registers and taxes that only one country has, by their names."""
_REGISTER = re.compile(rf"(?:{word_starting(' '.join(_REGISTERS.values()))})(?=\W)")
_REGISTER_OF = {code: re.compile(rf"(?:{'|'.join(names.split())})(?=\W)") for code, names in _REGISTERS.items()}
_Vote = tuple[int, str]
"""What speaks for a country, and the country's code."""
_CALLED, _TOLD, _POSTAL = 0, 1, 2
"""Calling codes, words that only one country has, and postcodes: from here on one number for each country's."""


def country_code(name: str | None) -> str | None:
    """ISO 3166-1 alpha-2 of a country as people write it ("Deutschland", "UK", "de"); None when unknown."""
    if not name:
        return None
    text = name.strip().strip(".,").lower()
    if text in _NAMES:
        return _NAMES[text]
    if len(text) == 2 and text.isalpha():
        return {"uk": "GB"}.get(text, text.upper())
    return {"gbr": "GB", "deu": "DE", "fra": "FR", "esp": "ES", "ita": "IT", "can": "CA", "aus": "AU"}.get(text)


def regions(reading: Reading) -> tuple[str, ...]:
    """Countries the company seems to be in, most likely first; never empty.

    Signals, strongest first: structured data, country top-level domain, international numbers, postcodes, language.
    """
    known = _CACHE.get(reading)
    if known is None:
        known = _CACHE[reading] = _judge(reading)
    return known


def _judge(reading: Reading) -> tuple[str, ...]:
    votes: Counter[str] = Counter()
    tld = reading.domain.rsplit(".", 1)[-1].lower()
    if len(tld) == 2 and tld not in _GENERIC_CCTLDS:
        votes[_TLD_COUNTRY.get(tld, tld.upper())] += 5
    pages = reading.pages[:_MAX_PAGES]
    by_line = _votes_by_line([line.text for read in pages for line in digit_lines(reading)[read.document]])
    dialled = {href for href in hrefs_of_site(reading) if href[:4].lower() == "tel:"}
    for read in pages:
        seen: Counter[str] = Counter()
        written = [line.text for line in digit_lines(reading)[read.document] if line.text in by_line]
        numbers = [link.href for link in read.document.links if link.href in dialled]
        for code in _page_votes(read, [vote for text in written for vote in by_line[text]], numbers):
            seen[code] += 1
        for code, count in seen.items():
            votes[code] += min(count, 4)
    ranked = [code for code, score in votes.most_common(4) if score * 12 >= max(votes.values())]
    if "US" not in ranked and "CA" not in ranked:
        ranked.append("US")
    return tuple(ranked)


def _votes_by_line(texts: Iterable[str]) -> dict[str, list[_Vote]]:
    """The lines that speak for a country; all distinct ones are searched together."""
    lines = list(dict.fromkeys(texts))[:_MAX_DISTINCT]
    starts = list(accumulate([len(line[:_MAX_LINE]) + 1 for line in lines], initial=0))
    found: dict[str, list[_Vote]] = defaultdict(list)
    for place, *votes in _votes("\n".join([line[:_MAX_LINE] for line in lines])):
        found[lines[bisect_right(starts, place) - 1]] += votes
    return found


def _votes(text: str) -> Iterator[tuple[int, *tuple[_Vote, ...]]]:
    """Where something speaks for a country, and its votes; a postcode has two."""
    for match in _PLUS.finditer(text):
        if code := _calling(match[1]):
            yield match.start(), (_CALLED, code)
    for match in _US_ZIP.finditer(text):
        if match[1] in US_STATES:
            yield match.start(), (_POSTAL, "US"), (_POSTAL, "US")
    for match in _IN_POSTCODE.finditer(text) if _INDIAN.search(text) else ():
        yield match.start(), (_POSTAL + 1, "IN"), (_POSTAL + 1, "IN")
    for rank, (pattern, code) in enumerate(_POSTCODES, _POSTAL + 2):
        for match in pattern.finditer(text):
            yield match.start(), (rank, code), (rank, code)
    for match in _BRITISH.finditer(text):
        yield match.start(), (_TOLD, "GB")
    for match in _REGISTER.finditer(text):
        code = next(code for code, names in _REGISTER_OF.items() if names.match(text, match.start()))
        yield match.start(), (_TOLD, code)


def _page_votes(read: ReadPage, written: list[_Vote], dialled: list[str]) -> Iterator[str]:
    document = read.document
    for item in (*document.jsonld, *document.microdata):
        code = country_code(_stated(item))
        if code:
            yield from (code,) * 3
    yield from [code for sign, code in written if sign == _CALLED]
    for href in dialled:
        yield from [code for match in _PLUS.finditer(href) if (code := _calling(match[1]))]
    yield from [code for sign, code in sorted(written) if sign >= _POSTAL]
    told = {code for sign, code in written if sign == _TOLD}
    yield from sorted(told | {"GB"} if "Registered in England" in document.text else told)
    language = document.language
    if language in _LANGUAGE_COUNTRY:
        yield _LANGUAGE_COUNTRY[language]
    root = document.tree.root
    lang = (root.attributes.get("lang") or "") if root is not None else ""
    if (len(lang) == 5 and lang[2] in "-_" and lang[:2].lower() != "en") or lang.lower() in ("en-gb", "en-au", "en-ca"):
        yield lang[3:].upper()


def _stated(item: dict[str, Any]) -> str | None:
    country = item.get("addressCountry")
    if isinstance(country, dict):
        country = country.get("name")
    return country if isinstance(country, str) else None


def _calling(digits: str) -> str | None:
    for length in (1, 2, 3):
        code = CALLING.get(digits[:length])
        if code:
            return code
    return None

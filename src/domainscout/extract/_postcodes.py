"""Postcodes and regions by country. Owns their shapes; what stands around them is for others.

Two families: the postcode ends the address (GB US CA IE AU NZ IN KE BR) or it stands before the town (most of Europe).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_US = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|"
    "NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR|VI|GU"
)


_US_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    "Illinois|Indiana|Iowa|Kansas|"
    "Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|"
    "Nevada|New Hampshire|New Jersey|"
    "New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|"
    "South Carolina|South Dakota|Tennessee|Texas|"
    "Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Calif\\.?|Fla\\.?|Mass\\.?|Penn\\.?|"
    "Tex\\.?|Ariz\\.?|Colo\\.?|Conn\\.?|Wash\\.?|D\\.C\\.|"
    "N\\.Y\\.|N\\.J\\.|N\\.C\\.|S\\.C\\.|N\\.H\\.|N\\.M\\.|R\\.I\\."
)


CA_NAMES = (
    "Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|"
    "Newfoundland(?: and Labrador)?|"
    "Prince Edward Island|Yukon|Nunavut|Northwest Territories|ON|QC|BC|AB|MB|SK|NS|NB|NL|PEI?|YT|NU|NT|Ont\\.?|"
    "Alta\\.?|Sask\\.?|B\\.C\\."
)


AU_NAMES = (
    "NSW|VIC|Vic|QLD|Qld|TAS|Tas|ACT|SA|WA|NT|Victoria|Queensland|New South Wales|South Australia|"
    "Western Australia|Tasmania|Northern Territory"
)


_ALSO_WORDS = frozenset(("IN", "OR", "ME", "DE", "LA", "OK", "HI", "AL", "PA", "CO", "MA"))
"""States whose code in small letters is a word."""


_US_MIXED = [code.title() for code in _US.split("|") if code not in _ALSO_WORDS]


US_STATE = rf"(?:{_US}|{'|'.join(_US_MIXED)}|{_US_NAMES})"


_IN_STATES = (
    "Maharashtra|Gujarat|Karnataka|Tamil Nadu|Kerala|Delhi|New Delhi|Rajasthan|Punjab|Haryana|Uttar Pradesh|"
    "Madhya Pradesh|West Bengal|"
    "Telangana|Andhra Pradesh|Bihar|Odisha|Goa|Assam|Jharkhand|Chhattisgarh|Uttarakhand|Himachal Pradesh"
)


_BR_STATES = "AC|AL|AP|AM|BA|CE|DF|ES|GO|MA|MT|MS|MG|PA|PB|PR|PE|PI|RJ|RN|RS|RO|RR|SC|SP|SE|TO"


@dataclass(frozen=True, slots=True)
class Shape:
    """How one country writes: `postcode` (group 1), `region` before it or None, and whether the town follows."""

    postcode: re.Pattern[str]
    region: re.Pattern[str] | None = None
    town_follows: bool = False
    needs_region: bool = False


def _region(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s,(/-])({names})[\s.,)-]*$")


# What must not stand before a postcode is tested behind its first character, by which the search skips.
SHAPES: dict[str, Shape] = {
    "US": Shape(
        re.compile(r"(\d(?<![\d-]\d)\d{4}(?:\s?[-\u2013]\s?\d{4})?)(?![\d-])"), _region(US_STATE), needs_region=True
    ),
    "CA": Shape(
        re.compile(
            r"([ABCEGHJ-NPRSTVXYabceghj-nprstvxy](?<!\w.)\d(?i:[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z])\d)\b"
        ),
        _region(CA_NAMES),
    ),
    "GB": Shape(re.compile(
            r"([A-PR-UWYZ](?<!\w.)(?:[A-HK-Y]?\d[A-Z\d]?|(?<=G)IR) {0,2}\d[ABD-HJLNP-UW-Z]{2})\b"
        )),
    "IE": Shape(re.compile(r"([AC-FHKNPRTV-Y](?<!\w.)(?:\d{2}|(?<=D)6W) ?[AC-FHKNPRTV-Y\d]{4})\b")),
    "AU": Shape(re.compile(r"(\d(?<![\d-]\d)\d{3})(?![\d-])"), _region(AU_NAMES), needs_region=True),
    "NZ": Shape(re.compile(r"(\d(?<![\d-]\d)\d{3})(?![\d-])")),
    "IN": Shape(re.compile(r"([1-9](?<![\d-]\d)\d{2} ?\d{3})(?![\d-])"), _region(_IN_STATES)),
    "KE": Shape(re.compile(r"(?<=\d)\s?-\s?(\d{5})(?![\d-])"), town_follows=True),
    "BR": Shape(re.compile(r"(\d(?<![\d-]\d)\d\.?\d{3}-\d{3})(?![\d-])"), _region(_BR_STATES)),
    "ZA": Shape(re.compile(r"(\d(?<![\d-]\d)\d{3})(?![\d-])")),
    "SG": Shape(re.compile(r"\bSingapore ?\(?(\d{6})\b")),
    "DE": Shape(re.compile(r"(?<![\d.,/-])(?:D ?[-\u2013]? ?|DE-)?(\d{5})(?![\d.,/-])"), town_follows=True),
    "AT": Shape(re.compile(r"(?<![\d.,/-])(?:A ?[-\u2013] ?|AT-)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "CH": Shape(re.compile(r"(?<![\d.,/-])(?:CH ?[-\u2013] ?)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "FR": Shape(re.compile(r"(?<![\d.,/-])(?:F ?[-\u2013] ?)?(\d{5}|\d{2} \d{3})(?![\d.,/-])"), town_follows=True),
    "BE": Shape(re.compile(r"(?<![\d.,/-])(?:B ?[-\u2013] ?)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "NL": Shape(re.compile(r"(?<![\d.,/-])(?:NL ?[-\u2013] ?)?([1-9]\d{3} ?[A-Z]{2})\b"), town_follows=True),
    "ES": Shape(re.compile(r"(?<![\d.,/-])(?:E ?[-\u2013] ?)?(\d{5})(?![\d./-])"), town_follows=True),
    "PT": Shape(
        re.compile(r"(?<![\d.,/-])(?:P ?[-\u2013] ?)?(\d{4} ?[-\u2013] ?\d{3})(?![\d./-])"), town_follows=True
    ),
    "MX": Shape(re.compile(r"(?<![\d.,/-])(?:C\. ?P\. ?)?(\d{5})(?![\d./-])"), town_follows=True),
    "IT": Shape(re.compile(r"(?<![\d.,/-])(?:I ?[-\u2013] ?)?(\d{5})(?![\d./-])"), town_follows=True),
    "CZ": Shape(re.compile(r"(?<![\d.,/-])(\d{3} ?\d{2})(?![\d.,/-])"), town_follows=True),
    "SK": Shape(re.compile(r"(?<![\d.,/-])(\d{3} ?\d{2})(?![\d.,/-])"), town_follows=True),
    "PL": Shape(re.compile(r"(?<![\d.,/-])(\d{2}-\d{3})(?![\d.,/-])"), town_follows=True),
    "DK": Shape(re.compile(r"(?<![\d.,/-])(?:DK ?[-\u2013] ?)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "NO": Shape(re.compile(r"(?<![\d.,/-])(?:N ?[-\u2013] ?)?(\d{4})(?![\d.,:/-])"), town_follows=True),
    "SE": Shape(re.compile(r"(?<![\d.,/-])(?:SE?-)?(\d{3} ?\d{2})(?![\d.,/-])"), town_follows=True),
    "FI": Shape(re.compile(r"(?<![\d.,/-])(?:FIN?-)?(\d{5})(?![\d.,/-])"), town_follows=True),
}  # fmt: skip


def even(code: str, country: str) -> str:
    """A postcode with the blanks its country writes."""
    code = " ".join(code.split()).replace("\u2013", "-")
    if country in ("GB", "CA"):
        code = code.upper().replace("-", " ")
        return code if " " in code else f"{code[:-3]} {code[-3:]}"
    if country == "CZ" or country == "SK":
        return f"{code.replace(' ', '')[:3]} {code.replace(' ', '')[3:]}"
    return code.replace(" - ", "-")

"""Whether a value is what it claims to be and follows from its quote: digits of a number, letters of a name.

Pure functions, no I/O. A model may copy a real quote and put another value beside it: nothing here trusts the value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from domainscout.extract._country import regions as regions_of
from domainscout.extract._trades import vocabulary
from domainscout.extract.base import Reading
from domainscout.extract.sic import SECTORS as SECTOR_NAMES
from domainscout.extract.sic import hierarchy
from domainscout.extract.social import network_of
from domainscout.llm.answer import SECTORS, SaidAddress, SaidPerson
from domainscout.llm.text import SHARING
from domainscout.markup import fold_quote
from domainscout.memory import remembered
from domainscout.profile import Address, Person
from domainscout.records import Field

_TOKEN = re.compile(r"[^\W_]+")
_SEPARATORS = r"[\s().\-–—/·\u00a0]*"
_FAX = re.compile(r"\b(?:tele)?fax\b|\bfacsimile\b|\bf\s*[:.]", re.I)
_CAPITAL = re.compile(r"(?<![.!?]\s)(?<!^)\b[^\W\d_]*[A-ZÀ-ÖØ-Þ][^\W\d_]*\b|\d[\d.,]*")
_AT = re.compile(r"\s*(?:\[|\(|\{|<|\s)\s*(?:at|@|ät|arroba)\s*(?:\]|\)|\}|>|\s)\s*", re.I)
_DOT = re.compile(r"\s*(?:\[|\(|\{)\s*(?:dot|punkt|punto|\.)\s*(?:\]|\)|\})\s*|\s+dot\s+", re.I)
_LONGEST = {
    Field.COMPANY_NAME: 100,
    Field.LEGAL_NAME: 120,
    Field.ACRONYM: 12,
    Field.BUSINESS_TYPE: 60,
    Field.INDUSTRY: 60,
}
_UNTELLING = frozenset([
    "and", "for", "the", "with", "other", "activities", "business", "company", "contractor", "contractors", "firm",
    "group", "office", "practice", "provider", "service", "services", "work", "works",
])  # fmt: skip
"""Words in names of trades that tell no trade: they need no witness and are none."""
_SHARED_WORDS = 0.75
"""Share of a description's longer words that must stand on the pages, by their first five letters."""


def tokens(text: str) -> list[str]:
    """Words and numbers, folded: case, accents and punctuation do not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", fold_quote(text)) if not unicodedata.combining(c))
    return _TOKEN.findall(plain)


def follows(value: str, quote: str) -> bool:
    """Whether the value's words stand in the quote, contiguous and in order; joined or split words are the same."""
    wanted, given = tokens(value), tokens(quote)
    if not wanted:
        return False
    if any(given[start : start + len(wanted)] == wanted for start in range(len(given) - len(wanted) + 1)):
        return True
    return len("".join(wanted)) >= 6 and _whole("".join(wanted), given)


def _whole(wanted: str, given: list[str]) -> bool:
    """Whether some run of whole words, joined, is the wanted text."""
    for start in range(len(given)):
        joined = ""
        for word in given[start:]:
            joined += word
            if joined == wanted:
                return True
            if len(joined) >= len(wanted):
                break
    return False


def fits(name: Field, value: str) -> bool:
    """Whether a text can be a value of this field at all: length, letters, a figure in opening hours."""
    letters = sum(c.isalpha() for c in value)
    if name is Field.HOURS:
        return any(c.isdigit() for c in value) and letters >= 1 and len(value) <= 200
    if name is Field.ACRONYM:
        return 2 <= len(value) <= _LONGEST[name] and letters >= 2 and " " not in value.strip()
    return letters >= 2 and len(value) <= _LONGEST.get(name, 120) and len(value.split()) <= 16


def regions(reading: Reading) -> tuple[str, ...]:
    """Countries of the company, most likely first."""
    return tuple(regions_of(reading))


def phone(value: str, quote: str, countries: Sequence[str]) -> str | None:
    """The number in E.164 when it is valid and the quote holds its digits as one number."""
    for country in [None, *countries[:3]] if value.strip().startswith(("+", "00")) else [*countries[:3], None]:
        try:
            parsed = phonenumbers.parse(_international(value), country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) and _digits_follow(parsed, quote):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None


def about_fax(quote: str, value: str) -> bool:
    """Whether the words right before the number call it a fax."""
    first = re.search(r"\d", value)
    start = re.search(_SEPARATORS.join(re.findall(r"\d", value)[:6]), quote) if first else None
    before = quote[: start.start()] if start else quote
    return bool(_FAX.search(before[-25:])) and not re.search(r"\b(?:tel|phone)\w*", before[-12:], re.I)


def email(value: str, quote: str) -> str | None:
    """The address in lower case when its syntax is right and the quote holds it, disguised or not."""
    address = value.strip().removeprefix("mailto:").lower()
    seen = _DOT.sub(".", _AT.sub("@", fold_quote(quote))).replace(" @ ", "@")
    bounded = re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", seen)
    if not bounded:
        return None
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None


def address(said: SaidAddress, quote: str, countries: Sequence[str]) -> Address | None:
    """The address with those parts that stand in the quote; None when they do not make one."""
    parts = {
        name: value
        for name in ("street", "city", "region", "postcode")
        if (value := getattr(said, name)) and len(value) <= 120 and follows(value, quote)
    }
    said_parts = [name for name in ("street", "city", "region", "postcode") if getattr(said, name)]
    postcode = parts.get("postcode")
    if len(parts) < len(said_parts) or (postcode and not any(c.isdigit() for c in postcode)):
        return None
    if not ({"street", "postcode"} & parts.keys() or {"city", "region"} <= parts.keys()):
        return None
    full = ", ".join(parts[name] for name in ("street", "city", "region", "postcode") if name in parts)
    return Address(**parts, country=_country(said.country, countries), full=full)


def person(said: SaidPerson, quote: str) -> Person | None:
    """The person when the name is one and stands in the quote; title and e-mail only when they stand there too."""
    words = said.name.split()
    proper = 2 <= len(words) <= 6 and not re.search(r"[\d@/:]", said.name) and len(said.name) <= 80
    if not proper or not follows(said.name, quote):
        return None
    title = said.title if said.title and len(said.title) <= 120 and follows(said.title, quote) else None
    return Person(name=" ".join(words), title=title, email=email(said.email, quote) if said.email else None)


def account(value: str, links: Container[str]) -> tuple[str, str] | None:
    """Network and address of an account when the site links to exactly that one; None for anything else."""
    url = value.strip().strip("<>")
    for candidate in (url, url.rstrip("/"), f"{url}/", f"https://{url}", f"http://{url}"):
        if candidate in links:
            return _network(candidate)
    return None


def _network(url: str) -> tuple[str, str] | None:
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.strip("/")
    if not path or SHARING.search(f"/{path}"):
        return None
    network = network_of(host)
    return (network, url) if network else None


def rests_on(description: str, text: str) -> bool:
    """Whether a description can have been made from these pages: every name and figure of it stands there, and most
    of its longer words do, in some form.
    """
    given = set(tokens(text))
    stems = {word[:5] for word in given}
    proper = {word for match in _CAPITAL.findall(description) for word in tokens(match)}
    longer = [word for word in tokens(description) if len(word) >= 5]
    if not proper <= given or not longer:
        return False
    return sum(word[:5] in stems for word in longer) >= _SHARED_WORDS * len(longer)


def names_trade(name: str, code: str, text: str) -> bool:
    """Whether a short name of a trade can have been made from these pages: each word of it stands there or among the
    words for the chosen code, and one of these tells that code, so that name and code speak of the same.
    """
    if len(name) > _LONGEST[Field.INDUSTRY] or any(c.isdigit() for c in name):
        return False
    telling = [word for word in tokens(name) if len(word) >= 3 and word not in _UNTELLING]
    known = {word[:5] for word in vocabulary(code)}
    on_pages = {word[:5] for word in tokens(text)}
    return any(word[:5] in known for word in telling) and all(word[:5] in known | on_pages for word in telling)


@remembered(maxsize=1024)
def section(code: str) -> str | None:
    """The letter of the UK SIC 2007 section of a code."""
    path = hierarchy(code)
    return SECTORS[SECTOR_NAMES.index(path.sector)] if path and path.sector in SECTOR_NAMES else None


def _international(value: str) -> str:
    text = re.sub(r"\(0\)", "", value)
    return "+" + text.strip()[2:] if text.strip().startswith("00") else text


def _digits_follow(number: phonenumbers.PhoneNumber, quote: str) -> bool:
    national = phonenumbers.national_significant_number(number)
    body = _SEPARATORS.join(national)
    prefix = rf"(?:(?:\+|00)?{number.country_code}{_SEPARATORS})?(?:\(?0\)?{_SEPARATORS})?[(\s]*"
    pattern = rf"(?<!\d){prefix}{body}(?!\d)"
    return any(re.search(pattern, text) for text in _written(quote))


def _written(quote: str) -> Iterable[str]:
    yield quote
    yield phonenumbers.convert_alpha_characters_in_number(quote)


def _country(said: str, countries: Sequence[str]) -> str | None:
    code = said.strip().upper()
    return code if code in countries else None

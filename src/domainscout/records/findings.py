"""What is read from pages: values of fields, each with where it stands and how sure its reader is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domainscout import __version__
from domainscout.profile import Address, Person, Phone


class Field(StrEnum):
    """What a profile may say about a company."""

    COMPANY_NAME = "company_name"
    LEGAL_NAME = "legal_name"
    ACRONYM = "acronym"
    LOGO_URL = "logo_url"
    BUSINESS_TYPE = "business_type"
    SHORT_DESCRIPTION = "short_description"
    LONG_DESCRIPTION = "long_description"
    LANGUAGE = "language"
    PHONES = "phones"
    FAXES = "faxes"
    EMAILS = "emails"
    ADDRESSES = "addresses"
    HOURS = "hours"
    SOCIAL = "social"
    PEOPLE = "people"
    SIC_CODE = "sic_code"
    INDUSTRY = "industry"
    CERTIFICATIONS = "certifications"
    PRODUCTS = "products"
    SERVICES = "services"
    TAGS = "tags"
    TECH_STACK = "tech_stack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a value was read.

    Attributes:
        url: the page.
        quote: verbatim, contiguous words (or machine-readable source text) of that page.
        method: "rules:<extractor>", "jsonld", "microdata", "meta" or "llm".
        reader: the program's version; for the model its name and the version of the prompt too.
    """

    url: str
    quote: str
    method: str
    reader: str = __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A social account: `network` is a field name of `profile.Social`."""

    network: str
    url: str


FindingValue = str | Phone | Address | Person | Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One value for one field, with how sure its extractor is (0 to 1) and where it stands."""

    field: Field
    value: FindingValue
    evidence: Evidence
    confidence: float

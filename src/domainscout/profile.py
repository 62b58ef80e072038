"""The public profile of a company: the one model that exports, the database and `domainscout schema` share.

Owns the shape and the meaning of every field. Does not own how a value is found (`extract`) or chosen (`resolve`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from domainscout.errors import Category


class Record(BaseModel):
    """Base of all profile records: unknown keys are refused, assignment is not.

    Validators are built at the first use: most commands import this and validate no profile.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Status(StrEnum):
    """How a target ended."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


class PhoneKind(StrEnum):
    """What a number is for, as far as its label says."""

    MAIN = "main"
    SALES = "sales"
    SUPPORT = "support"
    MOBILE = "mobile"
    OTHER = "other"


class Phone(Record):
    """A voice number of the company."""

    number: str = Field(description="E.164, for example +442079460958")
    kind: PhoneKind = PhoneKind.OTHER
    label: str | None = Field(default=None, description="the words beside the number")


class Address(Record):
    """A postal address of the company; parts that the page does not state are null."""

    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = Field(default=None, description="ISO 3166-1 alpha-2")
    full: str = Field(description="the address as one line, as the page writes it")
    hq: bool = False


class Person(Record):
    """Somebody who works for the company."""

    name: str
    title: str | None = None
    email: str | None = None
    url: str | None = None


class Social(Record):
    """The company's own accounts, one a network."""

    linkedin: str | None = None
    facebook: str | None = None
    x: str | None = None
    instagram: str | None = None
    youtube: str | None = None
    github: str | None = None
    tiktok: str | None = None
    blog: str | None = None
    articles: str | None = None


class ModelUse(Record):
    """What the language model cost for this profile."""

    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class EvidenceLine(Record):
    """Where one value of the profile came from."""

    field: str = Field(description="path into the profile, for example phones[0] or social.linkedin")
    value: str
    url: str
    quote: str = Field(description="verbatim words of that page")
    method: str = Field(description="rules:<extractor>, jsonld, microdata, meta or llm")
    reader: str = Field(default="", description="program version; of the model also its name and prompt version")
    confidence: Annotated[float, Field(ge=0, le=1)]


class Profile(Record):
    """One company as its own website presents it."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    domain: str
    job: str | None = None
    status: Status = Status.DONE
    error_category: Category | None = None
    error: str | None = None
    crawled_at: datetime
    seconds: float = 0.0
    pages: int = 0
    bytes: int = 0
    redirected_to: str | None = None
    language: str | None = Field(default=None, description="ISO 639-1")

    company_name: str | None = None
    legal_name: str | None = None
    acronym: str | None = None
    logo_url: str | None = None
    business_type: str | None = None
    short_description: str | None = None
    long_description: str | None = None

    phones: list[Phone] = []
    faxes: list[str] = []
    emails: list[str] = []
    addresses: list[Address] = []
    hours: list[str] = []
    social: Social = Social()
    people: list[Person] = []

    sic_code: str | None = Field(default=None, description="UK SIC 2007, five digits")
    sic_text: str | None = None
    sub_industry: str | None = None
    industry: str | None = Field(default=None, description="the trade as the model names it, else the code's division")
    sector: str | None = None

    certifications: list[str] = []
    products: list[str] = []
    services: list[str] = []
    tags: list[str] = []
    tech_stack: list[str] = []

    llm: ModelUse = ModelUse()
    notes: list[str] = Field(default=[], description="conflicts, ignored instructions, skipped extractors")
    evidence: list[EvidenceLine] = []

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

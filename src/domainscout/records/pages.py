"""What a crawl brings home: pages, what is known of them from an earlier time, and the site they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domainscout.errors import Category


class PageKind(StrEnum):
    """What a page is for, judged from its link and address."""

    HOME = "home"
    CONTACT = "contact"
    ABOUT = "about"
    TEAM = "team"
    SERVICES = "services"
    LEGAL = "legal"
    LOCATIONS = "locations"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched document.

    Attributes:
        url: final address, after redirects.
        html: decoded text, valid Unicode without NUL; possibly cut at the size cap (`truncated`).
        headers: response headers, names in lower case.
        cookies: names of the cookies that the response set.
        size_bytes: decoded size of the body.
        digest: hex digest of the body, equal for equal bodies.
        parsed: the `markup.Document` that the crawler read links from, so that nobody parses twice; may be absent.
    """

    url: str
    kind: PageKind
    html: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    fetched_at: datetime
    size_bytes: int = 0
    digest: str = ""
    truncated: bool = False
    not_modified: bool = False
    parsed: Any = field(default=None, compare=False, repr=False)

    @property
    def etag(self) -> str | None:
        """Validator for a later conditional request."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """Validator for a later conditional request."""
        return self.headers.get("last-modified")

    @property
    def known(self) -> KnownPage:
        """What a later crawl knows of it."""
        return KnownPage(
            url=self.url,
            kind=self.kind,
            etag=self.etag,
            last_modified=self.last_modified,
            digest=self.digest,
            html=self.html,
            headers=self.headers,
            cookies=self.cookies,
            fetched_at=self.fetched_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPage:
    """What is kept of a page from an earlier crawl, enough for a conditional request and a re-read."""

    url: str
    kind: PageKind
    etag: str | None
    last_modified: str | None
    digest: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An address that was not fetched, or not read, and why."""

    url: str
    reason: str
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages of one domain, home page first.

    Attributes:
        redirected_to: another registrable domain that the home page led to.
        robots: the decision in words, for example "allowed by robots.txt" or "no robots.txt (404)".
        partial: why the crawl is incomplete: time, size, or pages that mattered and failed; None when complete.
        unchanged: every page answered 304 or had the same digest as in the earlier crawl.
        timings: seconds a stage (dns, connect, fetch …), summed over the site.
    """

    domain: str
    pages: tuple[Page, ...]
    missed: tuple[Missed, ...] = ()
    redirected_to: str | None = None
    robots: str = ""
    bytes: int = 0
    seconds: float = 0.0
    partial: Category | None = None
    unchanged: bool = False
    notes: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)

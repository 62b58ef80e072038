"""The nouns that travel between modules: frozen records without behaviour beyond what their fields imply.

Owns the words of the project (see the table in README.md). The public profile lives in `profile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domainscout import __version__
from domainscout.errors import Category
from domainscout.profile import Address, Person, Phone, Profile, Status


class TargetState(StrEnum):
    """Where a target stands. WAITING and QUEUED are unfinished, the rest is final."""

    WAITING = "waiting"
    QUEUED = "queued"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """What may happen to a job's targets."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What one `submit` asked for, kept with the job and obeyed by every worker.

    Attributes:
        max_age_s: results of earlier jobs younger than this are shared; 0 crawls anew.
        budget_usd: cap on model spending of this job; None for no cap of its own.
        llm_batch: send model calls by the batch interface.
    """

    max_age_s: float = 7 * 86400.0
    budget_usd: float | None = None
    llm_batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one `submit` created."""

    id: str
    name: str
    state: JobState
    size: int
    options: JobOptions
    created_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One domain of one job.

    Attributes:
        attempt: the fence: grows by one whenever the target is put back, whoever was at fault. First is 1.
        charged: attempts that count against the limit: faults of the site, not ours.
        crashes: how often the worker died while it held this target alone.
        suspect: its last owner died; it must run alone in its process.
        returned: it was taken once and came back without an outcome, through no fault of its own.
    """

    id: int
    job_id: str
    domain: str
    attempt: int
    charged: int = 0
    crashes: int = 0
    suspect: bool = False
    returned: bool = False
    max_age_s: float = 7 * 86400.0
    budget_usd: float | None = None
    llm_batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A target leased to this worker until settled or expired.

    Attributes:
        stream: the stream the entry was read from.
        entry_id: id of the entry in that stream.
    """

    target_id: int
    attempt: int
    stream: str
    entry_id: str


class Lane(StrEnum):
    """Which stream a target travels in, the first one first: what our own faults interrupted does not queue up again,
    small jobs do not wait behind huge ones, suspects run alone."""

    AGAIN = "again"
    EXPRESS = "express"
    BULK = "bulk"
    SOLO = "solo"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Decision: put the target back, due after so many seconds."""

    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Decision: the target has failed for this reason."""

    category: Category


Decision = Retry | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of one claim."""

    target_id: int
    job_id: str
    domain: str
    attempt: int
    worker: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    category: Category | None = None
    error: str | None = None
    pages: int = 0
    bytes: int = 0
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    robots: str = ""
    unchanged: bool = False
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything one claim produced: what the store writes in one transaction.

    Attributes:
        decision: None when the target is finished with `status`; else what to do with the failure.
        profile: the profile to save; None when the attempt gave none.
        pages: pages to keep for conditional requests and re-extraction.
        charge: whether the attempt counts against the target's limit.
        reader: program version and model that read the pages; with another one they are worth reading again.
    """

    target: Target
    attempt: Attempt
    status: Status | None
    decision: Decision | None = None
    profile: Profile | None = None
    pages: tuple[Page, ...] = ()
    charge: bool = True
    reader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutState:
    """What one scout is doing now; `since` in Unix seconds. The target is named so that nobody thinks it lost."""

    domain: str | None
    stage: str
    since: float
    target_id: int = 0
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerBeat:
    """One heartbeat of a worker process: measured by the process itself.

    Attributes:
        cpu_pct: of one core, since the last beat.
        lag_ms: how late the event loop ran its timer, worst since the last beat.
        seen: Unix seconds, by the clock of Redis.
        lease_s: how long this worker's claims last without renewal.
    """

    name: str
    pid: int
    host: str
    version: str
    started: float
    seen: float
    slots: int
    scouts: tuple[ScoutState, ...]
    done: int
    partial: int
    failed: int
    cpu_pct: float
    rss_bytes: int
    lag_ms: float
    cost_usd: float
    state: str = "ok"
    lease_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Targets by state of one job, or of all. The sum rule: submitted equals the sum of the rest."""

    submitted: int = 0
    waiting: int = 0
    queued: int = 0
    done: int = 0
    partial: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0

    @property
    def unfinished(self) -> int:
        """Targets without an outcome yet."""
        return self.waiting + self.queued

    @property
    def finished(self) -> int:
        """Targets with an outcome."""
        return self.done + self.partial + self.failed + self.skipped + self.cancelled

    def figures(self) -> dict[str, int]:
        """The counts for machines, in the words of the sum rule: `queued` are those of `waiting` that Redis has."""
        return asdict(self) | {"waiting": self.unfinished}

    def since(self, before: Counts) -> Counts:
        """What came to an end after `before` was counted, and what is left; a retried target is only left."""
        ended = {
            name: max(0, getattr(self, name) - getattr(before, name))
            for name in ("done", "partial", "failed", "skipped", "cancelled")
        }
        return Counts(
            submitted=self.unfinished + sum(ended.values()), waiting=self.waiting, queued=self.queued, **ended
        )

    @property
    def holds(self) -> bool:
        """Whether the sum rule holds."""
        return self.submitted == self.unfinished + self.finished


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """What Redis says: sizes in bytes, `oldest_s` the age of the oldest entry nobody has taken."""

    unread: int
    in_flight: int
    oldest_s: float
    memory_bytes: int
    ops_per_s: int
    server: str
    appendonly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The counts that `status` prints once and `monitor` draws repeatedly."""

    at: datetime
    counts: Counts
    retrying: int
    failures: Mapping[str, int]
    rate_1m: float
    rate_5m: float
    cost_usd: float
    database_bytes: int
    wal_bytes: int
    queue: QueueStats | None
    workers: tuple[WorkerBeat, ...]

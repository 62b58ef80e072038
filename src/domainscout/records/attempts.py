"""What became of a claim: its times and figures, and the decision about its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domainscout.errors import Category
from domainscout.profile import Profile, Status
from domainscout.records.jobs import Target
from domainscout.records.pages import Page


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

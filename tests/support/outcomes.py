"""Outcomes as a scout would make them, for tests that need no scout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domainscout.errors import Category
from domainscout.profile import Profile, Status
from domainscout.records import Attempt, Decision, GiveUp, Outcome, Page, PageKind, Retry, Target
from domainscout.settings import StoreSettings


def store_settings(folder: Path, **more: Any) -> StoreSettings:
    return StoreSettings(data_dir=folder, **more)


def done(target: Target, *, at: datetime | None = None, pages: tuple[Page, ...] = (), **values: Any) -> Outcome:
    """A finished crawl with a profile that says so much."""
    at = at or datetime.now(UTC)
    profile = Profile(domain=target.domain, job=target.job_id, crawled_at=at, **values)
    attempt = _attempt(target, at, str(profile.status), profile.error_category, cost_usd=0.001, pages=2, bytes=300)
    return Outcome(target=target, attempt=attempt, status=profile.status, profile=profile, pages=pages)


def partial(target: Target, category: Category = Category.LLM_TIMEOUT, **values: Any) -> Outcome:
    return done(target, status=Status.PARTIAL, error_category=category, **values)


def failed(target: Target, category: Category = Category.DNS, error: str = "no such name") -> Outcome:
    at = datetime.now(UTC)
    attempt = _attempt(target, at, "failed", category, error=error)
    return Outcome(target=target, attempt=attempt, status=None, decision=GiveUp(category=category))


def retried(
    target: Target, after_s: float = 0.0, *, charge: bool = True, category: Category = Category.HTTP
) -> Outcome:
    attempt = _attempt(target, datetime.now(UTC), "retry", category, error="503")
    decision: Decision = Retry(after_s=after_s)
    return Outcome(target=target, attempt=attempt, status=None, decision=decision, charge=charge)


def page(url: str, html: str = "<p>Words</p>", **more: Any) -> Page:
    return Page(url=url, kind=PageKind.HOME, html=html, fetched_at=datetime.now(UTC), size_bytes=len(html), **more)


def _attempt(target: Target, at: datetime, outcome: str, category: Category | None, **more: Any) -> Attempt:
    return Attempt(
        target_id=target.id,
        job_id=target.job_id,
        domain=target.domain,
        attempt=target.attempt,
        worker="box-1",
        started_at=at - timedelta(seconds=2),
        finished_at=at,
        outcome=outcome,
        category=category,
        **more,
    )

"""One domain from its name to its outcome: crawl, extract, resolve, ask the model for the rest. Owns the order only.

Faults of the site become an `Outcome` with a decision here; faults of our own services pass through to the worker.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from domainscout.compose import Shortfall, Understanding, profile_of, understand
from domainscout.crawl import crawl
from domainscout.errors import AttemptError, ModelError
from domainscout.fetch import Fetcher
from domainscout.llm import Model, reader_of
from domainscout.profile import ModelUse, Profile, Status
from domainscout.records import Attempt, Outcome, Site, Target
from domainscout.resolve import Resolved
from domainscout.retry import failed
from domainscout.settings import CrawlSettings, QueueSettings
from domainscout.store import Store

Stage = Callable[[str], None]
"""Tells what the scout is doing now: "fetch", "page 3/12", "extract", "llm"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What every scout of a process shares.

    Attributes:
        model: None when the rules work alone.
        reader: what the profiles depend on beside the pages; unchanged pages are read anew when it changed.
    """

    fetcher: Fetcher
    store: Store
    model: Model | None
    crawl_settings: CrawlSettings
    queue_settings: QueueSettings
    worker: str

    @property
    def reader(self) -> str:
        """Program version, model and prompt: with another one, unchanged pages are worth reading again."""
        return reader_of(self.model)


async def scout(target: Target, stage: Stage, *, tools: Tools) -> Outcome:
    """Work one target to its outcome.

    Raises:
        ServiceError: Redis, the database or our network is away; nobody is charged.
    """
    started = datetime.now(UTC)
    try:
        site = await _visit(target, stage, tools)
    except AttemptError as error:
        return failed(target, started, error, worker=tools.worker, settings=tools.queue_settings)
    timings = dict(site.timings)
    profile = await _earlier(target, site, tools) if site.unchanged else None
    if profile is None:
        stage("extract")
        profile = await _read(target, site, stage, tools, timings)
    return _outcome(target, started, site, profile, tools, timings)


async def _visit(target: Target, stage: Stage, tools: Tools) -> Site:
    known = await tools.store.pages.known(target.domain)
    company = await tools.store.companies.get(target.domain) if known else None
    stage("fetch")
    return await crawl(
        target.domain,
        fetcher=tools.fetcher,
        settings=tools.crawl_settings,
        known=known,
        complete=company is not None and company.profile.status is Status.DONE,
        stage=stage,
    )


async def _earlier(target: Target, site: Site, tools: Tools) -> Profile | None:
    company = await tools.store.companies.get(target.domain)
    if company is None or company.reader != tools.reader:
        return None
    now = {
        "job": target.job_id,
        "crawled_at": datetime.now(UTC),
        "seconds": round(site.seconds, 3),
        "bytes": site.bytes,
    }
    return company.profile.model_copy(update={**now, "llm": ModelUse(model=company.profile.llm.model)})


async def _read(target: Target, site: Site, stage: Stage, tools: Tools, timings: dict[str, float]) -> Profile:
    understood = await understand(site)
    timings.update(understood.timings)
    resolved, shortfall, use = understood.resolved, _cut_short(site), None
    notes = list(understood.extraction.notes)
    if tools.model is not None:
        stage("llm")
        # The answer takes seconds, and a tree is two thirds of a parsed page.
        understood.reading.let_go()
        asked = time.perf_counter()
        try:
            resolved, use, said = await _ask(target, understood, tools.model)
            notes += said
        except ModelError as error:
            shortfall, use = Shortfall(category=error.category, words=str(error)), error.use
        timings["llm"] = time.perf_counter() - asked
    return profile_of(target, site, resolved, shortfall=shortfall, use=use, notes=notes)


async def _ask(target: Target, understood: Understanding, model: Model) -> tuple[Resolved, ModelUse, tuple[str, ...]]:
    answer = await model.fill(target, understood.reading, understood.extraction.findings, understood.resolved)
    alone = model.alone and not answer.pending
    return understood.with_more(answer.findings, alone=alone), answer.use, answer.notes


def _cut_short(site: Site) -> Shortfall | None:
    if site.partial is None:
        return None
    return Shortfall(category=site.partial, words="; ".join(site.notes) or "some pages could not be read")


def _outcome(
    target: Target, started: datetime, site: Site, profile: Profile, tools: Tools, timings: dict[str, float]
) -> Outcome:
    attempt = Attempt(
        target_id=target.id, job_id=target.job_id, domain=target.domain, attempt=target.attempt, worker=tools.worker,
        started_at=started, finished_at=datetime.now(UTC), outcome=profile.status.value,
        category=profile.error_category, error=profile.error, pages=len(site.pages), bytes=site.bytes,
        model=profile.llm.model, input_tokens=profile.llm.input_tokens, output_tokens=profile.llm.output_tokens,
        cost_usd=profile.llm.cost_usd, robots=site.robots, unchanged=site.unchanged, timings=timings,
    )  # fmt: skip
    # What waits for its commit is stored, not read: parsed, the pages of a site are twenty times as large.
    pages = tuple(dataclasses.replace(page, parsed=None) for page in site.pages)
    return Outcome(
        target=target, attempt=attempt, status=profile.status, profile=profile, pages=pages, reader=tools.reader
    )

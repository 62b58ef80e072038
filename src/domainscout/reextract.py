"""Reads stored pages again: with newer rules, another model, or an answer that a batch brought. No request to any site.

Owns the way from stored pages to a revised profile. Does not own reading (`compose`), the model (`llm`) nor how a
profile replaces an older one (`store.companies`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from domainscout.compose import Shortfall, Understanding, profile_of, understand
from domainscout.errors import Category, ModelError, UsageError
from domainscout.llm import Model, reader_of
from domainscout.llm.model import ModelAnswer
from domainscout.llm.wire import Trouble
from domainscout.profile import ModelUse, Profile, Status
from domainscout.records import Site, Target
from domainscout.store import Store
from domainscout.store.companies import Company
from domainscout.store.questions import Backlog, Pending

LEASE_S = 180.0
"""Seconds one process tends the batches before another may, when it has died: longer than any call of a turn."""

TURN_S = 15.0
"""Seconds between two turns."""

MERGED_AT_ONCE = 100
"""Answers merged in one turn before the batches are looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What became of one domain.

    Attributes:
        changed: the stored profile says something else now.
        status: None when there was nothing to read.
        error: why it is partial, or was not read.
    """

    domain: str
    changed: bool
    status: Status | None
    category: Category | None = None
    error: str | None = None
    use: ModelUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTurn:
    """One turn of tending: questions sent and answers merged now, and what is still on its way."""

    sent: int
    merged: int
    failed: int
    backlog: Backlog


async def domains_of(store: Store, name: str) -> list[str]:
    """The domains that a job id or a domain names, those with a stored profile.

    Raises:
        UsageError: there is no such job, nor a profile of such a domain.
    """
    if await store.companies.get(name) is not None:
        return [name]
    if "." in name:
        raise UsageError(
            f"Nothing is stored of {name}.", why="No job has crawled it.", fix=f"echo {name} | domainscout run -"
        )
    job = await store.jobs.get(name)
    found = []
    async for profiles in store.companies.stream(job.id, statuses=[Status.DONE, Status.PARTIAL, Status.SKIPPED]):
        found += [str(profile["domain"]) for profile in profiles]
    return found


async def reextract_all(
    domains: Iterable[str], *, store: Store, model: Model | None, concurrency: int = 5
) -> AsyncIterator[Reread]:
    """Read the stored pages of many domains again, some at a time, in the order in which they end.

    A domain without stored pages is told of, and holds up nobody.
    """
    waiting = iter(domains)
    running: set[asyncio.Task[Reread]] = set()
    try:
        while True:
            for domain in waiting:
                running.add(asyncio.create_task(_reread(domain, store, model), name=f"reread {domain}"))
                if len(running) >= concurrency:
                    break
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _reread(domain: str, store: Store, model: Model | None) -> Reread:
    try:
        return await reextract(domain, store=store, model=model)
    except UsageError as error:
        return Reread(domain=domain, changed=False, status=None, error=error.what)


async def reextract(domain: str, *, store: Store, model: Model | None) -> Reread:
    """Read the stored pages of one domain again and replace its profile.

    Raises:
        UsageError: the domain has no profile, or its pages were not kept.
    """
    kept = await _kept(store, domain)
    if kept is None:
        raise UsageError(
            f"There are no stored pages of {domain}.",
            why="It was not crawled, or with pages not kept.",
            fix=f"echo {domain} | domainscout run -",
        )
    if model is None:
        return await _revise(store, kept, reader=reader_of(None))

    def ask(understood: Understanding) -> Awaitable[ModelAnswer]:
        findings, resolved = understood.extraction.findings, understood.resolved
        return model.fill(kept.target, understood.reading, findings, resolved, batch=False)

    return await _revise(store, kept, reader=reader_of(model), ask=ask, alone=model.alone)


async def tend_batches(store: Store, model: Model, *, flush: bool = False, lease_s: float = LEASE_S) -> BatchTurn:
    """One turn with the batches: send what waits, collect what has ended, merge answers into profiles.

    Only one process tends at a time; for the others this does nothing. Trouble with the server ends the turn early and
    costs nothing: all state is in the database.

    Args:
        flush: send what waits even if it has not waited long (before a worker exits).
        lease_s: seconds after which another process may take over.
    """
    sent = merged = failed = 0
    backlog = await store.questions.backlog()
    if backlog == Backlog():
        return BatchTurn(sent=0, merged=0, failed=0, backlog=backlog)
    if await store.questions.tend(model.worker, lease_s):
        try:
            sent = await model.desk.turn(flush=flush)
        except Trouble as trouble:
            model.report(trouble)
        for pending in await store.questions.done(MERGED_AT_ONCE):
            if await _merge(store, model, pending):
                merged += 1
            else:
                failed += 1
            await store.questions.forget(pending.id)
    return BatchTurn(sent=sent, merged=merged, failed=failed, backlog=await store.questions.backlog())


@asynccontextmanager
async def keeping_batches(store: Store, model: Model | None, *, every_s: float = TURN_S) -> AsyncIterator[None]:
    """Tend the batches beside whatever runs in the block; at its end send what still waits.

    Ending in the middle of a turn loses nothing: the next process finds batches whose sending was cut off.
    """
    if model is None:
        yield
        return
    task = asyncio.create_task(_keep_tending(store, model, every_s), name="batches")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await tend_batches(store, model, flush=True)
        await store.questions.leave(model.worker)


async def _keep_tending(store: Store, model: Model, every_s: float) -> None:
    while True:
        await tend_batches(store, model)
        await asyncio.sleep(every_s)


async def _merge(store: Store, model: Model, pending: Pending) -> bool:
    """Put one late answer into its profile; whether there was one and the profile is still ours to change."""
    kept = await _kept(store, pending.domain)
    if kept is None:
        return False

    def ask(understood: Understanding) -> Awaitable[ModelAnswer]:
        findings, resolved = understood.extraction.findings, understood.resolved
        return model.late(pending, kept.target, understood.reading, findings, resolved)

    reread = await _revise(store, kept, reader=reader_of(model), ask=ask, alone=model.alone)
    return reread.changed and not _is_of_model(reread.category)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is stored of a domain: its profile, its pages, and the target as which it is read again."""

    company: Company
    site: Site
    target: Target


async def _kept(store: Store, domain: str) -> _Kept | None:
    company = await store.companies.get(domain)
    site = await _stored_site(store, company) if company is not None else None
    if company is None or site is None:
        return None
    return _Kept(company=company, site=site, target=await _target(store, company))


async def _revise(
    store: Store,
    kept: _Kept,
    *,
    reader: str,
    ask: Callable[[Understanding], Awaitable[ModelAnswer]] | None = None,
    alone: bool = False,
) -> Reread:
    """Read stored pages by the rules, put what a model says beside it, and store the profile that comes of it.

    Args:
        reader: what the profile depends on beside the pages.
        ask: asks the model; without it the rules work alone.
        alone: what the model says stands alone.
    """
    understood = await understand(kept.site)
    resolved, use, notes = understood.resolved, None, list(understood.extraction.notes)
    shortfall = _earlier_shortfall(kept.company.profile)
    if ask is not None:
        try:
            answer = await ask(understood)
            resolved, use = understood.with_more(answer.findings, alone=alone), answer.use
            notes += answer.notes
        except ModelError as error:
            shortfall, use = Shortfall(category=error.category, words=str(error)), error.use
    profile = profile_of(kept.target, kept.site, resolved, shortfall=shortfall, use=use, notes=notes)
    profile = profile.model_copy(update=_as_crawled(kept.company.profile))
    return Reread(
        domain=kept.company.domain,
        changed=await store.companies.revise(profile, reader=reader, use=use),
        status=profile.status,
        category=profile.error_category,
        error=profile.error,
        use=use,
    )


async def _stored_site(store: Store, company: Company) -> Site | None:
    pages = tuple(page for page in await store.pages.site(company.domain) if page.html)
    if not pages:
        return None
    return Site(domain=company.domain, pages=pages, redirected_to=company.profile.redirected_to)


async def _target(store: Store, company: Company) -> Target:
    try:
        budget = (await store.jobs.get(company.job_id)).options.budget_usd
    except UsageError:
        budget = None
    return Target(id=0, job_id=company.job_id, domain=company.domain, attempt=0, budget_usd=budget)


def _earlier_shortfall(profile: Profile) -> Shortfall | None:
    """Why the crawl itself fell short; a shortfall of the model is over when the pages are read anew."""
    category = profile.error_category
    if category is None or _is_of_model(category):
        return None
    return Shortfall(category=category, words=profile.error or "")


def _is_of_model(category: Category | None) -> bool:
    return category is not None and category.value.startswith("llm_")


def _as_crawled(profile: Profile) -> dict[str, object]:
    """What the crawl said stays as it was."""
    return {
        "crawled_at": profile.crawled_at,
        "seconds": profile.seconds,
        "pages": profile.pages,
        "bytes": profile.bytes,
        "job": profile.job,
    }

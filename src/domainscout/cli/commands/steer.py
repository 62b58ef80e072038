"""`retry`, `cancel`, `pause`, `resume`, `purge`: steer jobs; each counts before it acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from domainscout.cli.app import app
from domainscout.cli.completing import job_ids
from domainscout.cli.options import Call, command
from domainscout.errors import Category, ExitCode

if TYPE_CHECKING:
    from domainscout.store import Store

PANEL = "Steering"

JobId = Annotated[str, typer.Argument(help="the job's id", metavar="JOB", show_default=False, autocompletion=job_ids)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="count only")]


Act = Callable[["Store", bool], Awaitable[int]]
"""What a command does to the jobs, or with True only counts; returns how many targets or jobs it concerns."""


@command(app, "retry", panel=PANEL, epilog="Example:  domainscout retry j-7f3k --category timeout")
async def retry(
    call: Call,
    job: JobId,
    category: Annotated[
        Category | None, typer.Option("--category", case_sensitive=False, help="only failures of this category")
    ] = None,
    dry_run: DryRun = False,
) -> int:
    """Start failed targets afresh."""

    def act(store: Store, count_only: bool) -> Awaitable[int]:
        return store.jobs.retry(job, category, dry_run=count_only)

    return await _steer(call, act, "target", "queued again", dry_run=dry_run, after="domainscout work")


@command(app, "cancel", panel=PANEL, epilog="Example:  domainscout cancel j-7f3k --dry-run")
async def cancel(call: Call, job: JobId, dry_run: DryRun = False) -> int:
    """Give up what is not finished yet; results stay."""

    def act(store: Store, count_only: bool) -> Awaitable[int]:
        return store.jobs.cancel(job, dry_run=count_only)

    after = f"domainscout retry {job} --category cancelled"
    return await _steer(call, act, "target", "cancelled", dry_run=dry_run, after=after)


@command(app, "pause", panel=PANEL, epilog="Example:  domainscout pause j-7f3k")
async def pause(call: Call, job: JobId, dry_run: DryRun = False) -> int:
    """Take no further targets of this job; what runs is finished."""

    def act(store: Store, count_only: bool) -> Awaitable[int]:
        return store.jobs.pause(job, dry_run=count_only)

    return await _steer(call, act, "target", "paused", dry_run=dry_run, after=f"domainscout resume {job}")


@command(app, "resume", panel=PANEL, epilog="Example:  domainscout resume j-7f3k")
async def resume(call: Call, job: JobId, dry_run: DryRun = False) -> int:
    """Go on with a paused job."""

    def act(store: Store, count_only: bool) -> Awaitable[int]:
        return store.jobs.resume(job, dry_run=count_only)

    return await _steer(call, act, "target", "resumed", dry_run=dry_run, after="domainscout work")


@command(app, "purge", panel=PANEL, epilog="Example:  domainscout purge --older-than 24h --dry-run")
async def purge(
    call: Call,
    older_than: Annotated[
        str, typer.Option("--older-than", help="finished longer ago than this (30s, 90m, 24h, 7d)")
    ] = "24h",
    dry_run: DryRun = False,
) -> int:
    """Remove the queue state of finished jobs, never companies.

    From Redis it goes by itself, a day after the last worker. This removes targets and attempts from the database
    too: counts and companies stay, but nothing is left to retry.
    """
    from domainscout.cli.jobs import seconds_of

    age_s = seconds_of(older_than, flag="--older-than")

    def act(store: Store, count_only: bool) -> Awaitable[int]:
        return store.jobs.purge(age_s, dry_run=count_only)

    return await _steer(call, act, "job", "purged", dry_run=dry_run, after="domainscout status")


async def _steer(
    call: Call,
    act: Act,
    noun: str,
    done: str,
    *,
    dry_run: bool,
    after: str,
) -> int:
    """Do it and say what was done; workers that run hear of it at once, none is started for it."""
    from domainscout.cli.reading import open_reading
    from domainscout.cli.reports import number

    async with open_reading(call.settings) as reading:
        count = await act(reading.store, True)
        if not dry_run:
            if count:
                call.speech.say(f"{number(count, noun)} to be {done} …")
            count = await act(reading.store, False)
        if not dry_run and count and reading.broker is not None:
            await reading.broker.wake()
    hint = f"  Next: {after}" if count and not dry_run else ""
    call.speech.say(f"{number(count, noun)} {'would be ' if dry_run else ''}{done}.{hint}")
    return ExitCode.OK

"""`retry`, `cancel`, `pause`, `resume`, `purge`: steer jobs; each counts before it acts with `--dry-run`."""

from __future__ import annotations

from typing import Annotated

import typer

from domainscout.cli.app import app
from domainscout.cli.jobs import seconds_of
from domainscout.cli.options import Call, command
from domainscout.errors import Category, ExitCode
from domainscout.wiring import Services, open_services

PANEL = "Steering"

JobId = Annotated[str, typer.Argument(help="the job's id", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="count only")]


@command(app, "retry", panel=PANEL)
async def retry(
    call: Call,
    job: JobId,
    category: Annotated[Category | None, typer.Option("--category", help="only failures of this category")] = None,
    dry_run: DryRun = False,
) -> int:
    """Start failed targets afresh."""
    async with open_services(call.settings) as services:
        count = await services.store.jobs.retry((await services.store.jobs.get(job)).id, category, dry_run=dry_run)
        return await _said(call, services, count, "targets", "queued again", dry_run=dry_run)


@command(app, "cancel", panel=PANEL)
async def cancel(call: Call, job: JobId, dry_run: DryRun = False) -> int:
    """Give up what is not finished yet; results stay."""
    async with open_services(call.settings) as services:
        count = await services.store.jobs.cancel((await services.store.jobs.get(job)).id, dry_run=dry_run)
        return await _said(call, services, count, "targets", "cancelled", dry_run=dry_run)


@command(app, "pause", panel=PANEL)
async def pause(call: Call, job: JobId, dry_run: DryRun = False) -> int:
    """Take no further targets of this job; what runs is finished."""
    async with open_services(call.settings) as services:
        count = await services.store.jobs.pause((await services.store.jobs.get(job)).id, dry_run=dry_run)
        return await _said(call, services, count, "targets", "paused", dry_run=dry_run)


@command(app, "resume", panel=PANEL)
async def resume(call: Call, job: JobId, dry_run: DryRun = False) -> int:
    """Go on with a paused job."""
    async with open_services(call.settings) as services:
        count = await services.store.jobs.resume((await services.store.jobs.get(job)).id, dry_run=dry_run)
        return await _said(call, services, count, "targets", "resumed", dry_run=dry_run)


@command(app, "purge", panel=PANEL)
async def purge(
    call: Call,
    older_than: Annotated[str, typer.Option("--older-than", help="finished longer ago than this")] = "24h",
    dry_run: DryRun = False,
) -> int:
    """Remove the queue state of finished jobs; companies are never removed."""
    async with open_services(call.settings) as services:
        count = await services.store.jobs.purge(seconds_of(older_than), dry_run=dry_run)
        return await _said(call, services, count, "jobs", "purged", dry_run=dry_run)


async def _said(call: Call, services: Services, count: int, what: str, done: str, *, dry_run: bool) -> int:
    call.speech.say(f"{count:,} {what} {'would be ' if dry_run else ''}{done}.")
    if not dry_run:
        await services.broker.wake()
    return ExitCode.OK

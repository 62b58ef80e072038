"""What `work` and `run` share: a worker in this process with its progress on the screen, or several in children."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from domainscout.cli.jobs import verdict
from domainscout.cli.options import Call
from domainscout.errors import ExitCode
from domainscout.events import Event

if TYPE_CHECKING:
    from domainscout.intake import Report
    from domainscout.store import Store


def worker_name() -> str:
    """Host and process: unique among living workers."""
    return f"{socket.gethostname().split('.')[0]}-{os.getpid()}"


async def run_job(
    call: Call, submit: Callable[[Store], Awaitable[Report]], *, output: Path | None, max_fail: float | None
) -> int:
    """Submit, work until the job is done, say how it went, export."""
    from domainscout.cli.reports import job_summary
    from domainscout.wiring import open_services

    async with open_services(call.settings, worker=worker_name()) as services:
        report = await submit(services.store)
        if report.job is None:
            return ExitCode.INPUT
        job = report.job.id
        interrupted = await _work(call, services, until_empty=True, job=job)
        if output is not None:
            await _export(call, services.store, job, output)
        counts = await services.store.numbers.counts(job)
        call.speech.say(await job_summary(services.store, job, output=output))
        if interrupted:
            return ExitCode.INTERRUPTED
        return verdict(call, counts, max_fail)


async def work_here(call: Call, *, until_empty: bool, job: str | None) -> int:
    """One worker in this process."""
    from domainscout.cli.reports import job_summary
    from domainscout.wiring import open_services

    async with open_services(call.settings, worker=worker_name()) as services:
        if job is not None:
            job = (await services.store.jobs.get(job)).id
        interrupted = await _work(call, services, until_empty=until_empty, job=job)
        if not os.environ.get("DOMAINSCOUT_SUPERVISED"):
            call.speech.say(await job_summary(services.store, job))
        return ExitCode.INTERRUPTED if interrupted else ExitCode.OK


async def supervise_workers(call: Call, arguments: Sequence[str]) -> int:
    """Several workers as child processes of this one; the services stay open here so that they outlive each child."""
    from domainscout.cli.live import Progress
    from domainscout.cli.reports import job_summary
    from domainscout.processes import supervise
    from domainscout.wiring import open_services

    settings = call.settings
    child = [sys.executable, "-m", "domainscout", *arguments, "--processes", "1", "--quiet"]
    async with open_services(settings) as services:
        async with Progress(call.speech, services.store, None) as progress:
            watching = asyncio.create_task(progress.keep_showing(), name="progress")
            try:
                code = await supervise(child, settings.processes, grace_s=settings.grace, observe=call.speech.say)
            finally:
                watching.cancel()
        call.speech.say(await job_summary(services.store, None))
        return code


async def _work(call: Call, services: object, *, until_empty: bool, job: str | None) -> bool:
    from domainscout.cli.live import Progress
    from domainscout.logs import open_log
    from domainscout.wiring import Services, open_scouting
    from domainscout.worker import Worker

    assert isinstance(services, Services)
    settings = call.settings
    async with AsyncExitStack() as stack:
        scouting = await stack.enter_async_context(
            open_scouting(settings, services.store, worker=services.broker.worker)
        )
        progress = Progress(call.speech, services.store, job)
        log = open_log(settings.log_format, call.speech, above=progress)

        def observe(event: Event) -> None:
            log(event)
            progress.note(event)

        worker = Worker(
            store=services.store,
            broker=services.broker,
            scout=scouting.scout,
            settings=settings,
            observe=observe,
            until_empty=until_empty,
            job=job,
            probe=scouting.probe,
        )
        call.speech.say(
            f"worker {services.broker.worker} · {settings.concurrency} slots · redis ok · database ok · "
            f"llm {scouting.model.name if scouting.model else 'off (rules)'} · Ctrl-C to finish, twice to stop"
        )
        progress.worker = worker
        await stack.enter_async_context(progress)
        await stack.enter_async_context(worker.signals())
        watching = asyncio.create_task(progress.keep_showing(), name="progress")
        try:
            await worker.run()
        finally:
            watching.cancel()
        return worker.interrupted


async def _export(call: Call, store: Store, job: str, output: Path) -> None:
    from domainscout.export import export

    report = await export(store, job=job, output=output)
    call.speech.say(f"Saved     {report.rows:,} profiles → {output}")

"""What `work` and `run` share: a worker in this process with its progress on the screen, or several in children."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from domainscout.cli.jobs import refuse_early, verdict
from domainscout.cli.options import Call
from domainscout.errors import BrokerError, ExitCode
from domainscout.events import Draining, Event
from domainscout.logs import Level, level_of, open_log
from domainscout.records import WorkerBeat
from domainscout.settings import LogFormat, supervised

if TYPE_CHECKING:
    from domainscout.cli.live import Progress
    from domainscout.intake import Report
    from domainscout.store import Store
    from domainscout.wiring import Services


START_PATIENCE_S = 5.0
"""Redis and the workers are often started, or restarted, together: a worker gives it the time to come up."""
SIBLINGS_PATIENCE_S = 3600.0
"""A child that is born during an outage waits like the others that go on through it: its supervisor has seen Redis."""


async def run_job(
    call: Call, submit: Callable[[Services], Awaitable[Report]], *, output: Path | None, max_fail: float | None
) -> int:
    """Submit, work until the job is done, say how it went, export."""
    await refuse_early(call, output)
    if not call.speech.animated:
        # A terminal has its "one moment" meanwhile; elsewhere this is the first word, before the services are loaded.
        call.speech.say(f"Data      {call.settings.data_dir}")
    from domainscout.cli.reports import job_summary, standing
    from domainscout.wiring import open_services

    async with open_services(call.settings) as services:
        report = await submit(services)
        if report.job is None:
            return ExitCode.INPUT
        job = report.job.id
        before = await standing(services.store, job)
        code: int = ExitCode.OK
        if call.settings.processes > 1:
            code = await _children(call, services, job)
        elif await work_on(call, services, until_empty=True, job=job) is not None:
            code = ExitCode.INTERRUPTED
        if output is not None and code == ExitCode.OK:
            await _export(call, services.store, job, output)
        counts = await services.store.numbers.counts(job)
        again = "the same command"
        call.speech.say(await job_summary(services.store, job, before=before, output=output, command=again))
        return code or verdict(call, counts, max_fail)


async def work_here(call: Call, *, until_empty: bool, job: str | None) -> int:
    """One worker in this process."""
    from domainscout.cli.reports import job_summary, standing
    from domainscout.wiring import open_services

    patience_s = SIBLINGS_PATIENCE_S if supervised() else START_PATIENCE_S
    waiting = _waiting(call, patience_s)
    async with open_services(call.settings, patience_s=patience_s, tell=waiting) as services:
        if job is not None:
            job = (await services.store.jobs.get(job)).id
        before = await standing(services.store, job)
        number = await work_on(call, services, until_empty=until_empty, job=job)
        if not supervised():
            call.speech.say(await job_summary(services.store, job, before=before))
        return ExitCode.INTERRUPTED if number == signal.SIGINT else ExitCode.OK


async def supervise_workers(call: Call, arguments: Sequence[str], *, job: str | None) -> int:
    """Several workers as child processes of this one; the services stay open here so that they outlive each child."""
    from domainscout.cli.reports import job_summary, standing
    from domainscout.wiring import open_services

    waiting = _waiting(call, START_PATIENCE_S)
    async with open_services(call.settings, patience_s=START_PATIENCE_S, tell=waiting) as services:
        if job is not None:
            job = (await services.store.jobs.get(job)).id
        before = await standing(services.store, job)
        code = await _watched_children(call, services, arguments, job, when_told=ExitCode.OK)
        call.speech.say(await job_summary(services.store, job, before=before))
        return code


async def work_on(call: Call, services: Services, *, until_empty: bool, job: str | None) -> int | None:
    """Run a worker on these services with its progress on the screen; returns the signal that ended it, if one did."""
    from domainscout.cli.live import Progress
    from domainscout.cli.reports import number

    settings = call.settings
    if not supervised():
        # Said before crawler and extractors are loaded, which takes a moment.
        call.speech.say(
            f"worker {services.broker.worker} · {number(settings.concurrency, 'slot')} · redis ok · database ok · "
            f"llm {settings.model if settings.uses_model else 'off (rules)'} · Ctrl-C to finish, twice to stop"
        )
    from domainscout.wiring import open_scouting
    from domainscout.worker import Worker

    async with AsyncExitStack() as stack:
        scouting = await stack.enter_async_context(
            open_scouting(settings, services.store, worker=services.broker.worker)
        )
        worker: Worker

        async def beats() -> Sequence[WorkerBeat]:
            return (worker.beat(),)

        progress = Progress(call.speech, services.store, job, beats=beats, style=settings.log_format)
        worker = Worker(
            store=services.store,
            broker=services.broker,
            scout=scouting.scout,
            settings=settings,
            observe=watcher(call, progress),
            until_empty=until_empty,
            job=job,
            probe=scouting.probe,
        )
        await stack.enter_async_context(progress)
        await stack.enter_async_context(worker.signals())
        watching = asyncio.create_task(_watch_unless_supervised(progress), name="progress")
        try:
            await worker.run()
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        return worker.ended_by


def watcher(call: Call, progress: Progress) -> Callable[[Event], None]:
    """Who is told the events of a worker: on a terminal finished domains scroll by, in a pipe only what is in the way
    (and each domain with -v); as JSON everything from INFO up."""
    style, speech = call.settings.log_format, call.speech
    detailed = open_log(style, progress.print_above, least=Level.DEBUG if speech.verbose else Level.INFO)

    def observe(event: Event) -> None:
        if speech.quiet:
            return
        if isinstance(event, Draining) and style is LogFormat.TEXT:
            progress.print_above(event.words)
        elif progress.moves or speech.verbose or style is LogFormat.JSON or level_of(event) >= Level.WARNING:
            detailed(event)

    return observe


async def _watch_unless_supervised(progress: Progress) -> None:
    if not supervised():
        await progress.keep_showing()


async def _children(call: Call, services: Services, job: str) -> int:
    """Workers for one job that was submitted here."""
    flags = [word for name, value in call.flags.items() if name != "processes" for word in _as_flags(name, value)]
    arguments = ["work", "--until-empty", "--job", job, *flags]
    return await _watched_children(call, services, arguments, job, when_told=ExitCode.INTERRUPTED)


async def _watched_children(
    call: Call, services: Services, arguments: Sequence[str], job: str | None, *, when_told: int
) -> int:
    from domainscout.cli.hearing import Listener
    from domainscout.cli.live import Progress, beats_of
    from domainscout.processes import supervise

    settings = call.settings
    child = [sys.executable, "-m", "domainscout", *arguments, "--processes", "1", "--log-format", "json"]
    child += ["--quiet"] if call.speech.quiet else []
    child += ["--verbose"] if call.speech.verbose else []

    beats = beats_of(services.broker)
    call.speech.say(
        f"{settings.processes} workers · {settings.concurrency} slots each · redis ok · database ok · "
        "Ctrl-C to finish, twice to stop"
    )
    async with Progress(call.speech, services.store, job, beats=beats, style=settings.log_format) as progress:
        watching = asyncio.create_task(progress.keep_showing(), name="progress")
        try:
            hear = Listener(call, progress)
            return await supervise(
                child,
                settings.processes,
                grace_s=settings.grace,
                observe=call.speech.say,
                hear=hear,
                when_told=when_told,
            )
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


def _waiting(call: Call, patience_s: float) -> Callable[[BrokerError], None]:
    return lambda error: call.speech.say(f"{error.what} Waiting up to {patience_s:.0f} s for it.")


def _as_flags(name: str, value: object) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag[2:]}"]
    values = value if isinstance(value, tuple) else (value,)
    return [word for one in values for word in (flag, str(one))]


async def _export(call: Call, store: Store, job: str, output: Path) -> None:
    from domainscout.export import export

    report = await export(store, job=job, output=output)
    call.speech.say(f"Saved     {report.rows:,} profiles → {output}")

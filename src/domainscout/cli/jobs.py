"""What `submit` and `run` share: reading the files into a job, the report of it, and waiting for its end."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domainscout.cli.options import Call
from domainscout.errors import ExitCode, UsageError
from domainscout.records import Counts, JobOptions

if TYPE_CHECKING:
    from domainscout.intake import Report
    from domainscout.settings import Settings
    from domainscout.store import Store
    from domainscout.wiring import Services

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
POLL_S = 0.5


def seconds_of(text: str, *, flag: str = "--max-age") -> float:
    """Seconds of a duration such as 7d, 24h, 90m, 30s or 0.

    Raises:
        UsageError: it is none.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw]?)\s*", text.lower())
    if not match:
        raise UsageError(
            f"'{text}' is not a duration.", why="Write a number with s, m, h, d or w.", fix=f"For example: {flag} 7d"
        )
    return float(match[1]) * _UNITS[match[2] or "s"]


def options_of(*, max_age: str, budget: float | None, llm_batch: bool = False) -> JobOptions:
    """The options of a job as the command line gives them."""
    return JobOptions(max_age_s=seconds_of(max_age), budget_usd=budget, llm_batch=llm_batch)


async def refuse_early(call: Call, output: Path | None) -> None:
    """What cannot go well is refused before anything is queued, and before much is loaded.

    Raises:
        UserError: a key that is missing, a flag that cannot be used.
        StorageError: an output that cannot be written.
    """
    call.settings.demand_key()
    if output is not None:
        from domainscout.export import refuse_early as refuse_output

        refuse_output(output)
    if call.settings.ca_file or call.settings.proxy or call.settings.connect_to:
        from domainscout.fetch import open_fetcher

        async with open_fetcher(call.settings):
            pass


async def submitted(
    call: Call,
    services: Services,
    files: Sequence[str],
    *,
    new_job: bool = False,
    command: str = "submit",
    **options: Any,
) -> Report:
    """Read the files into a job and say what was read, as far as Redis has room for more."""
    from domainscout.cli.admission import Admission

    again = "the same command without --new-job" if new_job else "the same command"
    admit = Admission(services.broker, again=again)
    return await _read(call, services.store, files, command, new_job=new_job, admit=admit, **options)


async def _read(
    call: Call, store: Store, files: Sequence[str], command: str, *, rejects: Path | None, **options: Any
) -> Report:
    from domainscout.cli.intake_progress import ReadingProgress
    from domainscout.cli.reports import submit_report
    from domainscout.intake import submit

    with ReadingProgress(call.speech, call.settings.log_format) as progress:
        report = await submit(store, files, rejects=rejects, progress=progress, **options)
    call.speech.say(submit_report(report, rejects=rejects, command=command))
    return report


async def submit_job(
    call: Call,
    files: Sequence[str],
    *,
    dry_run: bool,
    wait: bool,
    timeout_s: float | None,
    max_fail: float | None,
    **options: Any,
) -> int:
    """The `submit` command: the id alone on stdout, everything else on stderr."""
    if dry_run:
        async with _compared_with(call.settings) as store:
            await _read(call, store, files, "submit", dry_run=True, **options)
        return ExitCode.OK
    from domainscout.wiring import open_services

    async with open_services(call.settings) as services:
        report = await submitted(call, services, files, **options)
        if report.job is None:
            return ExitCode.INPUT
        await services.broker.wake()
        call.speech.data(report.job.id)
        if wait:
            return await wait_for(call, services, report.job.id, timeout_s=timeout_s, max_fail=max_fail)
    return ExitCode.OK


@asynccontextmanager
async def _compared_with(settings: Settings) -> AsyncIterator[Store]:
    """The database for a dry run; where there is none yet, an empty one that is thrown away."""
    from domainscout.store import NoDatabase, open_store

    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(open_store(settings, create=False))
        except NoDatabase:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="domainscout-dry-run-")))
            empty = settings.model_copy(update={"data_dir": folder, "database": None})
            store = await stack.enter_async_context(open_store(empty))
        yield store


async def wait_for(
    call: Call, services: Services, job: str, *, timeout_s: float | None = None, max_fail: float | None = None
) -> int:
    """Stay until the job has ended; the exit code says how."""
    from domainscout.cli.live import Progress, beats_of, tell_if_nobody_works
    from domainscout.cli.reports import job_summary

    store, beats = services.store, beats_of(services.broker)
    until = time.monotonic() + timeout_s if timeout_s is not None else None
    await tell_if_nobody_works(call.speech, beats)
    async with Progress(call.speech, store, job, beats=beats, style=call.settings.log_format) as progress:
        while (await store.jobs.get(job)).finished_at is None:
            if until is not None and time.monotonic() >= until:
                call.speech.say(f"{job} is not finished after {timeout_s:g} s.  Next: domainscout status {job}")
                return ExitCode.WAIT_TIMED_OUT
            await progress.show()
            await asyncio.sleep(POLL_S)
    call.speech.say(await job_summary(store, job))
    return verdict(call, await store.numbers.counts(job), max_fail)


def verdict(call: Call, counts: Counts, max_fail: float | None) -> int:
    """Exit code 7 when more than `max_fail` percent of the targets failed."""
    share = 100 * counts.failed / counts.submitted if counts.submitted else 0.0
    if max_fail is not None and share > max_fail:
        call.speech.say(f"{share:.1f} % of the targets failed, more than the {max_fail:g} % allowed.")
        return ExitCode.TOO_MANY_FAILURES
    return ExitCode.OK

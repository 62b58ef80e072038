"""`status`: how jobs stand, as words or as JSON."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from domainscout.cli.folding import harmless
from domainscout.cli.options import Call
from domainscout.errors import BrokerError, ExitCode
from domainscout.records import Counts, Job, TargetState

if TYPE_CHECKING:
    from domainscout.cli.reading import Reading

LOOK_EVERY_S = 0.5
STREAM_EVERY_S = 1.0
TROUBLED = (TargetState.FAILED, TargetState.PARTIAL)


async def tell_status(call: Call, job: str | None, *, follow: bool, failed: bool, json: bool) -> int:
    """Print how everything, or one job, stands."""
    from domainscout.store import NoDatabase

    try:
        return await _tell_status(call, job, follow=follow, failed=failed, json=json)
    except NoDatabase as nothing:
        if job is not None or call.settings.database is not None:
            raise
        # Before the first `submit` this is an answer: there are no jobs. A mistyped folder is told of beside it.
        if json and not failed:
            call.speech.json({"jobs": [], "workers": 0, "companies": 0})
        call.speech.say(f"No jobs yet. {nothing.what} {nothing.why}  Next: {nothing.fix}")
        return ExitCode.OK


async def _tell_status(call: Call, job: str | None, *, follow: bool, failed: bool, json: bool) -> int:
    from domainscout.cli.reading import open_reading

    async with open_reading(call.settings) as reading:
        if reading.away is not None:
            call.speech.say(f"redis AWAY  {reading.away.what}  Next: domainscout doctor")
        known = await reading.store.jobs.get(job) if job is not None else None
        if follow and json:
            return await _stream(call, reading, known)
        if follow:
            await _follow(call, reading, known)
        if failed:
            await _list_troubled(call, reading, job, json=json)
        elif known is None:
            await _all(call, reading, json=json)
        else:
            await _one(call, reading, await reading.store.jobs.get(known.id), json=json)
    return ExitCode.OK


async def _follow(call: Call, reading: Reading, job: Job | None) -> None:
    """Stay until the job has ended; without a job, until nothing is left to do."""
    from domainscout.cli.live import Progress, beats_of, tell_if_nobody_works

    name, beats = job.id if job else None, beats_of(reading.broker)
    if (await reading.store.numbers.counts(name)).unfinished:
        await tell_if_nobody_works(call.speech, beats)
    async with Progress(call.speech, reading.store, name, beats=beats, style=call.settings.log_format) as progress:
        while (await reading.store.numbers.counts(name)).unfinished:
            await progress.show()
            await asyncio.sleep(LOOK_EVERY_S)


async def _stream(call: Call, reading: Reading, job: Job | None) -> int:
    """A JSON line a second until the job has ended, the last one with the end."""
    while True:
        if job is None:
            await _all(call, reading, json=True)
        else:
            await _one(call, reading, await reading.store.jobs.get(job.id), json=True)
        if not (await reading.store.numbers.counts(job.id if job else None)).unfinished:
            return ExitCode.OK
        await asyncio.sleep(STREAM_EVERY_S)


async def _all(call: Call, reading: Reading, *, json: bool) -> None:
    from domainscout.cli.reports import jobs_table, number

    jobs = await reading.store.jobs.list()
    counts = await reading.store.numbers.counts_by_job()
    workers = await _living(reading)
    if json:
        rows = [{**_job(job), "counts": counts.get(job.id, Counts()).figures()} for job in jobs]
        call.speech.json({"jobs": rows, "workers": workers, "companies": await reading.store.companies.count()})
        return
    if not jobs:
        call.speech.say("No jobs yet.  Next: domainscout submit domains.txt")
        return
    for line in jobs_table(jobs, counts, width=call.speech.width):
        call.speech.data(line)
    call.speech.say(f"{number(workers, 'worker')}.  Next: domainscout status {jobs[0].id}")


async def _one(call: Call, reading: Reading, job: Job, *, json: bool) -> None:
    from domainscout.cli.reports import job_lines

    store = reading.store
    progress = await store.numbers.progress(job.id)
    failures = await store.numbers.failures(job.id)
    errors = await store.numbers.errors(job.id, 5)
    workers = await _living(reading)
    if json:
        rate = progress.rate
        left = progress.counts.unfinished
        call.speech.json(
            {
                "job": _job(job),
                **asdict(progress),
                "counts": progress.counts.figures(),
                "sum_rule_holds": progress.counts.holds,
                "rate": round(rate, 3),
                "eta_s": round(left / rate) if rate else None,
                "workers": workers,
                "failures": [asdict(group) for group in failures],
                "errors": [asdict(error) for error in errors],
            }
        )
        return
    for line in job_lines(job, progress, failures, errors, workers=workers, width=call.speech.width):
        call.speech.data(line)


async def _list_troubled(call: Call, reading: Reading, job: str | None, *, json: bool) -> None:
    """A line a domain: name, state, category, reason (tab-separated), as many as there are."""
    after = 0
    while rows := await reading.store.targets.listing(job, states=TROUBLED, after_id=after):
        for row in rows:
            if json:
                call.speech.json(asdict(row))
            else:
                reason = harmless(" ".join((row.error or "").split()))
                call.speech.data(f"{row.domain}\t{row.state}\t{row.category or ''}\t{reason}")
        after = rows[-1].id


async def _living(reading: Reading) -> int:
    if reading.broker is None:
        return 0
    try:
        return sum(beat.state != "lost" for beat in await reading.broker.workers())
    except BrokerError:
        return 0


def _job(job: Job) -> dict[str, Any]:
    return asdict(job)

"""The submission itself: inspect every file, find or make the job, write batches, report. Owns the order of these."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domainscout.intake.files import Inspected, inspected
from domainscout.intake.reading import BATCH, Progress, Reading, SourceReport, Tally
from domainscout.intake.rejects import Reject, RejectsFile
from domainscout.records import Job, JobOptions
from domainscout.settings import StoreSettings
from domainscout.store import Added, Store, open_store

FIRST_REJECTS = 10
"""Rejected lines that a report repeats at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of every line: lines with text = accepted + fresh + known + duplicates + rejected.

    Attributes:
        job: None after a dry run.
        accepted: new targets of the job that wait for a worker.
        fresh: new targets that share the profile an earlier job has crawled a short while ago.
        known: domains that the job had before this submission.
        duplicates: further spellings of a domain in the same input.
        continued: whether the job was there before.
    """

    job: Job | None
    sources: tuple[SourceReport, ...]
    accepted: int
    fresh: int
    known: int
    duplicates: int
    rejected: int
    first_rejects: tuple[Reject, ...] = ()
    continued: bool = False


Admit = Callable[[int], Awaitable[None]]
"""Asked before every batch, with the number of lines that are written: returns, or raises to stop at this edge."""


async def _admit_all(_lines: int) -> None:
    """Nothing is in the way."""


async def submit(
    store: Store,
    sources: Sequence[str | os.PathLike[str]],
    *,
    name: str | None = None,
    column: str | None = None,
    from_emails: bool = False,
    dry_run: bool = False,
    rejects: Path | None = None,
    options: JobOptions | None = None,
    new_job: bool = False,
    progress: Callable[[Progress], None] | None = None,
    admit: Admit = _admit_all,
) -> Report:
    """Read files of domains into a job.

    Args:
        store: where the job is written.
        sources: paths; "-" is the standard input.
        name: of the job; the names of the files when not given.
        column: name or number (from 1) of the CSV column.
        from_emails: take the domains of e-mail addresses.
        dry_run: count only: nothing is written but the rejects.
        rejects: CSV file to write with number, text and reason of every rejected line.
        options: of the job.
        new_job: do not go on with an earlier job of the same input.
        progress: called after every batch.
        admit: lets the next batch in; what it raises before the first one is raised before the job is made.

    Raises:
        InputError: a file cannot be read, is empty or no text, or has no domain at all; nothing was written then.
        StorageError: the database cannot be written; what was written so far stays, the same call goes on from there.
    """
    options = options or JobOptions()
    with ExitStack() as stack:
        files = [stack.enter_context(inspected(source)) for source in sources]
        reading = Reading(files, column=column, from_emails=from_emails, progress=progress)
        writer = RejectsFile(rejects) if rejects else None
        with writer or ExitStack():
            if dry_run:
                return await _try_out(store, reading, options, writer)
            return await _write(store, reading, name or _name(files), options, new_job, writer, admit)


async def _write(
    store: Store,
    reading: Reading,
    name: str,
    options: JobOptions,
    new_job: bool,
    rejects: RejectsFile | None,
    admit: Admit,
) -> Report:
    reading.refuse_without_domains()
    await admit(0)
    earlier = None if new_job else await store.jobs.with_identity(reading.identity)
    job = await store.jobs.create(name, identity=reading.identity, options=options, new=new_job)
    known = earlier.size if earlier and earlier.id == job.id else 0
    tally = await _add_all(store, job.id, reading, rejects, admit)
    job = await store.jobs.seal(job.id)
    return _report(tally, reading, job, known)


async def _try_out(store: Store, reading: Reading, options: JobOptions, rejects: RejectsFile | None) -> Report:
    """The same into a store that is thrown away, so that what is counted is what would be written."""
    earlier = await store.jobs.with_identity(reading.identity)
    with tempfile.TemporaryDirectory(prefix="domainscout-dry-run-") as folder:
        async with open_store(StoreSettings(data_dir=Path(folder))) as scratch:
            job = await scratch.jobs.create("dry run", options=options)
            tally = await _add_all(scratch, job.id, reading, rejects)
            fresh = await _count_fresh(store, scratch, options)
    tally.added = Added(new=tally.added.new - fresh, fresh=fresh, known=tally.added.known)
    report = _report(tally, reading, None, 0)
    if earlier is None:
        return report
    known = min(earlier.size, report.accepted + report.fresh)
    return Report(
        **_fields(report)
        | {"accepted": report.accepted + report.fresh - known, "fresh": 0, "known": known, "continued": True}
    )


async def _count_fresh(store: Store, scratch: Store, options: JobOptions) -> int:
    fresh, after = 0, 0
    while rows := await scratch.targets.listing(after_id=after, limit=BATCH):
        fresh += await store.targets.count_fresh([row.domain for row in rows], options.max_age_s)
        after = rows[-1].id
    return fresh


async def _add_all(
    store: Store, job_id: str, reading: Reading, rejects: RejectsFile | None, admit: Admit = _admit_all
) -> Tally:
    """Parse one batch while the one before is being written."""
    tally = Tally()
    writing: asyncio.Task[Added] | None = None
    begun = 0
    try:
        for hosts, bad in reading.batches(tally):
            for reject in bad:
                tally.rejected += 1
                if len(tally.first_rejects) < FIRST_REJECTS:
                    tally.first_rejects.append(reject)
            if rejects:
                rejects.write(bad)
            if writing is not None:
                one, writing = writing, None
                tally.added += await one
                await admit(begun)
            begun = tally.lines
            writing = asyncio.create_task(store.targets.add(job_id, hosts), name="submit batch")
            await asyncio.sleep(0)
            reading.tell(tally)
    finally:
        if writing is not None:
            tally.added += await writing
    return tally


def _report(tally: Tally, reading: Reading, job: Job | None, known: int) -> Report:
    known = min(known, tally.added.known)
    return Report(
        job=job,
        sources=tuple(reading.reports),
        accepted=tally.added.new,
        fresh=tally.added.fresh,
        known=known,
        duplicates=tally.added.known - known,
        rejected=tally.rejected,
        first_rejects=tuple(tally.first_rejects),
        continued=known > 0,
    )


def _fields(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__dataclass_fields__}


def _name(files: Sequence[Inspected]) -> str:
    names = [Path(file.name).name for file in files]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

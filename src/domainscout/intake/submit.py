"""The submission itself: inspect every file, find or make the job, write batches, report. Owns the order of these."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import itertools
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domainscout.domains import email_verdict, verdict
from domainscout.errors import InputError
from domainscout.intake.files import Inspected, inspected, lines
from domainscout.intake.table import SAMPLE, Layout, cells, layout_of
from domainscout.records import Job, JobOptions
from domainscout.settings import StoreSettings
from domainscout.store import Added, Store, open_store

BATCH = 5000
"""Lines a transaction. At 1,000 a million targets took 30 % longer, above 5,000 nothing was gained (2026-11-24)."""

SHOWN_CHARS = 200
"""Characters of a rejected line that are repeated in the report."""

FIRST_REJECTS = 10
_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]*:[^/@\s]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line that names no company website, and why."""

    source: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One file as it was read: `column` is None for plain lines."""

    name: str
    lines: int
    size_bytes: int
    encoding: str
    column: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the reading is; `total_bytes` of all files together."""

    source: str
    read_bytes: int
    total_bytes: int
    lines: int
    accepted: int
    rejected: int


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
    rejects_path: Path | None = None
    continued: bool = False


@dataclass(slots=True)
class _Tally:
    """What is counted on the way."""

    added: Added = field(default_factory=Added)
    lines: int = 0
    rejected: int = 0
    first_rejects: list[Reject] = field(default_factory=list)


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

    Raises:
        InputError: a file cannot be read, is empty or no text, or has no domain at all; nothing was written then.
        StorageError: the database cannot be written; what was written so far stays, the same call goes on from there.
    """
    options = options or JobOptions()
    with ExitStack() as stack:
        files = [stack.enter_context(inspected(source)) for source in sources]
        reading = _Reading(files, column=column, from_emails=from_emails, progress=progress)
        writer = _RejectsFile(rejects) if rejects else None
        with writer or ExitStack():
            if dry_run:
                return await _try_out(store, reading, options, writer)
            return await _write(store, reading, name or _name(files), options, new_job, writer)


async def _write(
    store: Store, reading: _Reading, name: str, options: JobOptions, new_job: bool, rejects: _RejectsFile | None
) -> Report:
    reading.refuse_without_domains()
    earlier = None if new_job else await store.jobs.with_identity(reading.identity)
    job = await store.jobs.create(name, identity=reading.identity, options=options, new=new_job)
    known = earlier.size if earlier and earlier.id == job.id else 0
    tally = await _add_all(store, job.id, reading, rejects)
    job = await store.jobs.seal(job.id)
    return _report(tally, reading, job, known, rejects)


async def _try_out(store: Store, reading: _Reading, options: JobOptions, rejects: _RejectsFile | None) -> Report:
    """The same into a store that is thrown away, so that what is counted is what would be written."""
    earlier = await store.jobs.with_identity(reading.identity)
    with tempfile.TemporaryDirectory(prefix="domainscout-dry-run-") as folder:
        async with open_store(StoreSettings(data_dir=Path(folder))) as scratch:
            job = await scratch.jobs.create("dry run", options=options)
            tally = await _add_all(scratch, job.id, reading, rejects)
            fresh = await _count_fresh(store, scratch, options)
    tally.added = Added(new=tally.added.new - fresh, fresh=fresh, known=tally.added.known)
    report = _report(tally, reading, None, 0, rejects)
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


async def _add_all(store: Store, job_id: str, reading: _Reading, rejects: _RejectsFile | None) -> _Tally:
    """Parse one batch while the one before is being written."""
    tally = _Tally()
    writing: asyncio.Task[Added] | None = None
    try:
        for hosts, bad in reading.batches(tally):
            for reject in bad:
                tally.rejected += 1
                if len(tally.first_rejects) < FIRST_REJECTS:
                    tally.first_rejects.append(reject)
            if rejects:
                rejects.write(bad)
            if writing is not None:
                tally.added += await writing
            writing = asyncio.create_task(store.targets.add(job_id, hosts), name="submit batch")
            await asyncio.sleep(0)
            reading.tell(tally)
    finally:
        if writing is not None:
            tally.added += await writing
    return tally


def _report(tally: _Tally, reading: _Reading, job: Job | None, known: int, rejects: _RejectsFile | None) -> Report:
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
        rejects_path=rejects.path if rejects and tally.rejected else None,
        continued=known > 0,
    )


def _fields(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__dataclass_fields__}


def _name(files: Sequence[Inspected]) -> str:
    names = [Path(file.name).name for file in files]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


class _Reading:
    """All files of one submission, as batches of hosts and rejects."""

    def __init__(
        self,
        files: Sequence[Inspected],
        *,
        column: str | None,
        from_emails: bool,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._files = files
        self._column = column
        self._from_emails = from_emails
        self._judge = email_verdict if from_emails else verdict
        self._progress = progress
        self._total_bytes = sum(file.size_bytes for file in files)
        self._at: tuple[str, float] = ("", 0.0)
        self.reports: list[SourceReport] = []
        self._line_bytes: dict[str, float] = {}
        self._layouts = [self._layout(file) for file in files]

    @property
    def identity(self) -> str:
        """Equal for equal bytes that are read in the same way."""
        digest = hashlib.blake2b(digest_size=16)
        for part in (*(file.digest for file in self._files), self._column or "", str(self._from_emails)):
            digest.update(part.encode() + b"\0")
        return digest.hexdigest()

    def refuse_without_domains(self) -> None:
        """Make no job of input in which no line names a domain.

        Raises:
            InputError: tells the first lines' reasons.
        """
        reasons: list[str] = []
        for file, layout in zip(self._files, self._layouts, strict=True):
            for cell in cells(lines(file), layout):
                host, reason = (None, cell.problem) if cell.problem else self._judge(cell.text)
                if host is not None:
                    return
                if len(reasons) < 3:
                    reasons.append(f'line {cell.number} "{_shown(cell.text)[:60]}": {reason}')
        names = ", ".join(file.name for file in self._files)
        fix = "One domain a line, or a CSV file with a column 'domain'; else name the column: --column NAME"
        if any("--from-emails" in reason for reason in reasons):
            fix = f"domainscout submit --from-emails {' '.join(file.name for file in self._files)}"
        raise InputError(
            f"There is no domain in {names}.",
            why=" · ".join(reasons) or "There is no line with text below the header.",
            fix=fix,
        )

    def batches(self, tally: _Tally) -> Iterator[tuple[list[str], list[Reject]]]:
        """Hosts and rejects, `BATCH` lines at a time."""
        done_bytes = 0
        for file, layout in zip(self._files, self._layouts, strict=True):
            last = 0
            source = cells(lines(file), layout)
            while batch := list(itertools.islice(source, BATCH)):
                hosts: list[str] = []
                bad: list[Reject] = []
                for cell in batch:
                    host, reason = (None, cell.problem) if cell.problem else self._judge(cell.text)
                    if host is not None:
                        hosts.append(host)
                    else:
                        text = _shown(cell.text)
                        bad.append(Reject(source=file.name, line=cell.number, text=text, reason=reason or ""))
                tally.lines += len(batch)
                last = batch[-1].number
                self._at = (file.name, done_bytes + min(file.size_bytes, last * self._line_bytes[file.digest]))
                yield hosts, bad
            done_bytes += file.size_bytes
            self._at = (file.name, done_bytes)
            self.reports.append(
                SourceReport(
                    name=file.name,
                    lines=last,
                    size_bytes=file.size_bytes,
                    encoding=file.encoding,
                    column=layout.column,
                )
            )

    def tell(self, tally: _Tally) -> None:
        """Call the progress function."""
        if self._progress:
            self._progress(
                Progress(
                    source=self._at[0],
                    read_bytes=int(self._at[1]),
                    total_bytes=self._total_bytes,
                    lines=tally.lines,
                    accepted=tally.added.new,
                    rejected=tally.rejected,
                )
            )

    def _layout(self, file: Inspected) -> Layout:
        texts = (line.text for line in lines(file))
        sample = list(itertools.islice((text for text in texts if text.strip()), SAMPLE))
        self._line_bytes[file.digest] = 1 + sum(map(len, sample)) / max(1, len(sample))
        return layout_of(sample, self._judge, self._column, self._from_emails, file.name)


def _shown(text: str) -> str:
    """A rejected line as it may be repeated: short, on one line, without a password."""
    return _CREDENTIALS.sub("***@", " ".join(text[: SHOWN_CHARS * 2].split()))[:SHOWN_CHARS]


class _RejectsFile:
    """The CSV of rejected lines: written to a temporary file, renamed when complete."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> _RejectsFile:
        try:
            self._file = tempfile.NamedTemporaryFile(
                "w", newline="", encoding="utf-8", dir=self.path.absolute().parent, prefix=".rejects-", delete=False
            )
        except OSError as error:
            raise InputError(
                f"The rejects cannot be written to {self.path}.",
                why=error.strerror or str(error),
                fix="--rejects PATH in a folder that can be written",
            ) from error
        self._csv = csv.writer(self._file)
        self._csv.writerow(["source", "line", "input", "reason"])
        self._rows = 0
        return self

    def write(self, rejects: Sequence[Reject]) -> None:
        """Add rows. Cells that a spreadsheet would take for formulas are made text."""
        self._rows += len(rejects)
        self._csv.writerows([[r.source, r.line, _cell_text(r.text), r.reason] for r in rejects])

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None and self._rows:
            os.replace(self._file.name, self.path)
        else:
            os.unlink(self._file.name)


def _cell_text(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

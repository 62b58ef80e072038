"""The export itself: which format, which fields, where to, and the rename at the end."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from domainscout.errors import StorageError, UsageError
from domainscout.export.lines import CsvWriter, JsonLinesWriter
from domainscout.profile import Profile, Status

if TYPE_CHECKING:
    from domainscout.store import Store


class Format(StrEnum):
    """What the file is."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


EXTENSIONS = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
}

FIELDS = tuple(info.alias or name for name, info in Profile.model_fields.items())
"""Every field of a profile by its public name, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many profiles are written; `total` is an upper bound."""

    rows: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written: `path` is None for the standard output."""

    rows: int
    size_bytes: int
    path: Path | None
    format: Format


class Writer(Protocol):
    """A format. It writes to a stream it does not own."""

    def write(self, profiles: Sequence[dict[str, Any]]) -> None:
        """Add profiles."""

    def close(self) -> None:
        """Write what is still held back."""


async def export(
    store: Store,
    *,
    job: str | None = None,
    format: Format | None = None,
    output: Path | None = None,
    statuses: Sequence[Status] = (),
    changed_since: datetime | None = None,
    fields: Sequence[str] = (),
    progress: Callable[[Progress], None] | None = None,
) -> ExportReport:
    """Write profiles.

    Args:
        store: where they come from.
        job: only those of this job; None: every company, and the domains that only ever failed.
        format: by the extension of `output` when not given, else JSON lines.
        output: the file; None: standard output, for JSON lines and CSV.
        statuses: only these; empty: all.
        changed_since: only profiles whose values changed then or later.
        fields: only these fields, in this order; empty: all.
        progress: called after every batch.

    Raises:
        UsageError: an unknown job, field or extension, or a format that needs a file.
        StorageError: the database cannot be read, or the file not be written.
    """
    if job is not None:
        await store.jobs.get(job)
    chosen = _format(format, output)
    names = _fields(fields)
    total = (await store.numbers.counts(job)).submitted if job else await store.companies.count()
    rows = 0
    with _target(output, chosen) as stream:
        writer = _writer(chosen, stream, names)
        async for batch in store.companies.stream(job, statuses=statuses, changed_since=changed_since):
            writer.write(batch)
            rows += len(batch)
            if progress:
                progress(Progress(rows=rows, total=max(rows, total)))
        writer.close()
        stream.flush()
        size = stream.tell() if stream.seekable() else 0
    return ExportReport(rows=rows, size_bytes=size, path=output, format=chosen)


def refuse_early(output: Path) -> None:
    """Refuse an output that cannot be written before hours of work go into what it is for.

    Raises:
        UsageError: the extension is none we know.
        StorageError: the folder is not there or cannot be written to.
    """
    if _format(None, output) is Format.PARQUET:
        from domainscout.export.parquet import libraries

        libraries()
    folder = output.expanduser().absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        why = "The folder cannot be written to." if folder.is_dir() else "There is no such folder."
        raise StorageError(
            f"The export cannot be written: {output}.", why=why, fix=f"mkdir -p {folder} · ls -ld {folder}"
        )


def _format(format: Format | None, output: Path | None) -> Format:
    if format is None and output is None:
        return Format.JSONL
    chosen = format or EXTENSIONS.get(output.suffix.lower() if output else "")
    if chosen is None:
        raise UsageError(
            f"The format of {output} is not known.",
            why=f"Its extension is none of {', '.join(EXTENSIONS)}.",
            fix="Say it: --format jsonl, csv, xlsx or parquet",
        )
    if output is None and chosen in (Format.XLSX, Format.PARQUET):
        raise UsageError(
            f"{chosen} cannot be written to the terminal.", why="It is a binary file.", fix=f"-o companies.{chosen}"
        )
    return chosen


def _fields(fields: Sequence[str]) -> tuple[str, ...]:
    for name in fields:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            raise UsageError(
                f"A profile has no field '{name}'.",
                why=f"Did you mean {near[0]}?" if near else f"Its fields are: {', '.join(FIELDS)}.",
                fix="domainscout schema",
            )
    return tuple(dict.fromkeys(fields)) or FIELDS


def _writer(chosen: Format, stream: BinaryIO, fields: Sequence[str]) -> Writer:
    if chosen is Format.JSONL:
        return JsonLinesWriter(stream, fields)
    if chosen is Format.CSV:
        return CsvWriter(stream, fields)
    if chosen is Format.XLSX:
        from domainscout.export.workbook import WorkbookWriter

        return WorkbookWriter(stream, fields)
    from domainscout.export.parquet import ParquetWriter

    return ParquetWriter(stream, fields)


@contextmanager
def _target(output: Path | None, chosen: Format) -> Iterator[BinaryIO]:
    """The standard output, or a temporary file that becomes `output` when everything went well."""
    if output is None:
        yield sys.stdout.buffer
        return
    folder = output.expanduser().absolute().parent
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{output.name}.", suffix=f".{chosen}")
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, output.expanduser())
        temporary = None
    except OSError as error:
        raise StorageError(
            f"The export cannot be written: {output}.",
            why=error.strerror or str(error),
            fix=f"Check the folder: df -h {folder} · ls -ld {folder}",
        ) from error
    finally:
        if temporary is not None:
            os.unlink(temporary)


def _umask() -> int:
    """What the shell would have taken away: temporary files are made for the owner only."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

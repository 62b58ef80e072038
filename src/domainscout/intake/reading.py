"""All files of one submission as batches of hosts and rejects, and how far the reading is."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from domainscout.domains import email_verdict, verdict
from domainscout.errors import InputError
from domainscout.intake.files import Inspected, lines
from domainscout.intake.rejects import Reject, shown
from domainscout.intake.table import SAMPLE, Layout, cells, layout_of
from domainscout.store import Added

BATCH = 5000
"""Lines a transaction. At 1,000 a million targets took 30 % longer, above 5,000 nothing was gained (2026-11-24)."""


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


@dataclass(slots=True)
class Tally:
    """What is counted on the way."""

    added: Added = field(default_factory=Added)
    lines: int = 0
    rejected: int = 0
    first_rejects: list[Reject] = field(default_factory=list)


class Reading:
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
                    reasons.append(f'line {cell.number} "{shown(cell.text)[:60]}": {reason}')
        names = ", ".join(file.name for file in self._files)
        fix = "One domain a line, or a CSV file with a column 'domain'; else name the column: --column NAME"
        if any("--from-emails" in reason for reason in reasons):
            fix = f"domainscout submit --from-emails {' '.join(file.name for file in self._files)}"
        raise InputError(
            f"There is no domain in {names}.",
            why=" · ".join(reasons) or "There is no line with text below the header.",
            fix=fix,
        )

    def batches(self, tally: Tally) -> Iterator[tuple[list[str], list[Reject]]]:
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
                        text = shown(cell.text)
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

    def tell(self, tally: Tally) -> None:
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

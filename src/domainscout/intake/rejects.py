"""Rejected lines: what is kept of one, and the CSV file of all."""

from __future__ import annotations

import csv
import errno
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domainscout.cells import safe
from domainscout.errors import InputError

SHOWN_CHARS = 200
"""Characters of a rejected line that are repeated in the report."""

_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]*:[^/@\s]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line that names no company website, and why."""

    source: str
    line: int
    text: str
    reason: str


def shown(text: str) -> str:
    """A rejected line as it may be repeated: short, on one line, without a password."""
    return _CREDENTIALS.sub("***@", " ".join(text[: SHOWN_CHARS * 2].split()))[:SHOWN_CHARS]


class RejectsFile:
    """The CSV of rejected lines: written to a temporary file, renamed when complete."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> RejectsFile:
        try:
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
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
        self._csv.writerows([[safe(cell) for cell in (r.source, r.line, r.text, r.reason)] for r in rejects])

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None and self._rows:
            os.replace(self._file.name, self.path)
        else:
            os.unlink(self._file.name)

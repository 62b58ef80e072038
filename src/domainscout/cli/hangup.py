"""Streams that outlive their terminal: what is said to one that was closed goes nowhere, and the work goes on.

Without them the first line after the window was closed would fail (EIO) and take the worker with it, which has a grace
period to finish what it holds. Owns every replacement of the standard streams; pipes and
files are left as they are while somebody reads.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Terminal(io.FileIO):
    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return memoryview(data).nbytes


def survive_hangup() -> None:
    """Put such streams in the place of standard output and error where these are terminals."""
    sys.stdout, sys.stderr = _surviving(sys.stdout), _surviving(sys.stderr)


def read_enough() -> None:
    """Whoever read us has read enough, which is no failure: what comes still, the last flush included, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def let_go_of_the_rest() -> None:
    """Forget what standard output does not take: written once more at the end, it would change the exit code to 120."""
    try:
        sys.stdout.flush()
    except OSError:
        read_enough()


def _surviving(stream: TextIO) -> TextIO:
    if not stream.isatty():
        return stream
    stream.flush()
    raw = _Terminal(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=True)

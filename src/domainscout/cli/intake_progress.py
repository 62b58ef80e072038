"""How far the reading of large files is: redrawn in place on a terminal, a plain line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from domainscout.cli.progress import bar_of, eta
from domainscout.cli.speech import Speech
from domainscout.settings import LogFormat

if TYPE_CHECKING:
    from domainscout.intake import Progress

FIRST_S = 0.3
"""Files that are read sooner need no progress."""
REDRAW_S = 0.2
PLAIN_EVERY_S = 10.0


class ReadingProgress:
    """Call it with every step; leave it to clear the line."""

    def __init__(self, speech: Speech, style: LogFormat) -> None:
        self._speech = speech
        self._moves = speech.animated and style is LogFormat.TEXT
        self._began = time.monotonic()
        self._due = self._began + (FIRST_S if self._moves else PLAIN_EVERY_S)
        self._drawn = False

    def __enter__(self) -> Self:
        """Draws nothing yet."""
        return self

    def __call__(self, step: Progress) -> None:
        """Say how far the reading is, when it is time to."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + (REDRAW_S if self._moves else PLAIN_EVERY_S)
        words = reading_line(step, now - self._began)
        if self._moves:
            self._drawn = True
            room = self._speech.err.width - 1
            sys.stderr.write("\r\x1b[K" + words[:room])
            sys.stderr.flush()
        else:
            self._speech.say(words)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def reading_line(step: Progress, seconds: float) -> str:
    """Source, share, lines and what time is left."""
    share = step.read_bytes / step.total_bytes if step.total_bytes else 0.0
    left = eta(step.total_bytes - step.read_bytes, step.read_bytes / seconds if seconds else 0.0)
    return f"Reading   {bar_of(share, 16)} {share:4.0%}  {step.lines:,} lines  {left}  {step.source}"

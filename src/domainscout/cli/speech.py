"""How the program speaks: data on stdout, words on stderr, errors as what, why and the next command."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from domainscout.cli import moment
from domainscout.cli.folding import folded, harmless
from domainscout.errors import DomainscoutError

if TYPE_CHECKING:
    from rich.console import Console


UNCUT = 10_000
"""Columns of a pipe."""


@dataclass(kw_only=True)
class Speech:
    """The two streams of one invocation, with what the user said about noise and colour."""

    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    json_lines: bool = False

    @property
    def out(self) -> Console:
        """Standard output: data and screens that are data."""
        moment.over()
        return self._out

    @property
    def err(self) -> Console:
        """Standard error: messages and progress."""
        moment.over()
        return self._err

    @cached_property
    def _out(self) -> Console:
        return self._console(stderr=False)

    @cached_property
    def _err(self) -> Console:
        return self._console(stderr=True)

    @property
    def animated(self) -> bool:
        """Whether something may move: only on a terminal that can, and not when asked to be quiet."""
        if self.quiet or not _may_be_terminal(sys.stderr):
            return False
        return self.err.is_terminal and not self.err.is_dumb_terminal

    @property
    def width(self) -> int:
        """Columns for text on standard output: those of the terminal; in a pipe nothing is cut."""
        return self.out.width if _may_be_terminal(sys.stdout) and self.out.is_terminal else UNCUT

    def say(self, text: str) -> None:
        """A message for a person, or a JSON line where log lines are such; nothing when quiet."""
        if self.quiet:
            return
        if self.json_lines:
            from domainscout.logs import Level, note_line

            self.line(note_line(Level.INFO, "Message", text, {}))
        else:
            self.line(text)

    def line(self, text: str) -> None:
        """A line of words as it stands, unless quiet."""
        if self.quiet:
            return
        words = harmless(text)
        if _may_be_terminal(sys.stderr):
            if self.err.is_terminal and not self.json_lines:
                words = folded(words, self.err.width)
            self.err.print(words, markup=False, highlight=False, soft_wrap=True)
        else:
            try:
                print(words, file=sys.stderr, flush=True)
            except BrokenPipeError:
                # Whoever listened is gone, which is no reason to drop the work.
                self.quiet = True

    def data(self, text: str) -> None:
        """One line of data: bytes as they are in a pipe, without what commands a terminal on one."""
        moment.over()
        sys.stdout.write((harmless(text) if sys.stdout.isatty() else text) + "\n")
        sys.stdout.flush()

    def json(self, value: dict[str, Any]) -> None:
        """One JSON object with its schema number."""
        self.data(json.dumps({"schema": 1, **value}, ensure_ascii=False, default=_plain))

    def _console(self, *, stderr: bool) -> Console:
        from rich.console import Console

        class OurConsole(Console):
            def on_broken_pipe(self) -> None:
                """Whoever read us has read enough: no failure, as it is none for what does not go through here."""
                raise

        return OurConsole(stderr=stderr, no_color=self.no_color or None, highlight=False)


def _may_be_terminal(stream: TextIO) -> bool:
    """Whether it is worth asking: what goes into a pipe does without the library that knows, its 6 MB and 15 ms."""
    return stream.isatty() or not {"FORCE_COLOR", "TTY_COMPATIBLE"}.isdisjoint(os.environ)


def tell(error: DomainscoutError) -> None:
    """Print an error to stderr: what, why, next."""
    moment.over()
    lines = [f"Error  {error.what}"]
    if error.why:
        lines.append(f"Why    {error.why}")
    if error.fix:
        lines.append(f"Next   {error.fix}")
    words = harmless("\n".join(lines))
    if sys.stderr.isatty():
        words = folded(words, shutil.get_terminal_size().columns, indent=7)
    print(words.replace("Error", _red("Error"), 1), file=sys.stderr)


def _plain(value: object) -> str:
    """What JSON has no type for: times as RFC 3339 in UTC, the rest as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _red(text: str) -> str:
    plain = "NO_COLOR" in os.environ or "--no-color" in sys.argv or os.environ.get("TERM") == "dumb"
    return text if plain or not sys.stderr.isatty() else f"\x1b[31m{text}\x1b[0m"

"""The loop of `monitor`: takes a snapshot each interval and draws, prints or writes it; reads single keys."""

from __future__ import annotations

import asyncio
import copy
import csv
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import psutil

from domainscout.cli.options import Call
from domainscout.errors import ExitCode, InputError
from domainscout.monitor import CSV_COLUMNS, SORTS, Frame, History, Sample, plain_line, summary_line, take, view

if TYPE_CHECKING:
    from rich.live import Live

    from domainscout.wiring import Services

CTRL_C = "\x03"
BEGINNING_S = 5.0
"""Seconds to wait for a database: the first command on a folder and its monitor are often started together."""
LOOK_AGAIN_S = 0.1


async def watch(
    call: Call, *, seconds: float | None, interval_s: float, csv_file: Path | None, plain: bool, json: bool
) -> int:
    """Watch until the time is over, or q or Ctrl-C; then say what was seen."""
    from domainscout.wiring import open_services

    with ExitStack() as stack:
        rows = stack.enter_context(_csv(csv_file)) if csv_file else None
        await database_there(call, BEGINNING_S if seconds is None else min(seconds, BEGINNING_S))
        async with open_services(call.settings) as services:
            watcher = _Watcher(call, services, seconds=seconds, rows=rows)
            try:
                if json or plain or not _is_screen(call):
                    await watcher.print_lines(interval_s, json=json)
                else:
                    await watcher.draw(interval_s)
            finally:
                if watcher.history.latest is not None:
                    call.speech.say(summary_line(watcher.history.summary(), saved=str(csv_file) if csv_file else ""))
    return ExitCode.OK


async def database_there(call: Call, patience_s: float) -> None:
    """Wait for the database, which a look does not make.

    Raises:
        NoDatabase: there is none after so many seconds.
    """
    from domainscout.store import NoDatabase, demand_database

    until, told = time.monotonic() + patience_s, False
    while True:
        try:
            return demand_database(call.settings)
        except NoDatabase as nothing:
            if time.monotonic() >= until:
                raise
            if not told:
                told = True
                call.speech.say(f"{nothing.what} Waiting up to {patience_s:g} s for one.")
        await asyncio.sleep(LOOK_AGAIN_S)


class _Rows:
    """A CSV file whose every row is on the disk's way when `write` returns: a kill loses nothing."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(CSV_COLUMNS)

    def write(self, sample: Sample) -> None:
        self._writer.writerow(sample.row())
        self._file.flush()


class _Watcher:
    def __init__(self, call: Call, services: Services, *, seconds: float | None, rows: _Rows | None) -> None:
        self.history = History()
        self._call = call
        self._services = services
        self._rows = rows
        self._until = None if seconds is None else time.monotonic() + seconds
        self._frame = Frame(seconds=seconds, keys=True, system=None)
        self._changed = asyncio.Event()
        self._quit = False
        self._still: History | None = None

    async def look(self) -> Sample:
        """One snapshot into the history and the file."""
        sample = self.history.add(await take(self._services.store, self._services.broker))
        if self._rows is not None:
            self._rows.write(sample)
        return sample

    async def print_lines(self, interval_s: float, *, json: bool) -> None:
        """A line each interval."""
        due = time.monotonic()
        while True:
            sample = await self.look()
            if json:
                workers = [asdict(beat) for beat in self.history.latest.workers] if self.history.latest else []
                self._call.speech.json({**asdict(sample), "worker_beats": workers})
            else:
                self._call.speech.data(plain_line(sample))
            due += interval_s
            if self._over(due):
                await self._last_look()
                return
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def draw(self, interval_s: float) -> None:
        """Tables that are redrawn in place, until the time is over or q."""
        from rich.live import Live

        console = self._call.speech.out
        psutil.cpu_percent(None)
        with Live(console=console, auto_refresh=False, screen=True, vertical_overflow="crop") as live, self._keys():
            due = time.monotonic()
            while not self._quit:
                # A pause stops the picture, not the figures: the file and the summary go on.
                await self.look()
                self._frame = replace(self._frame, system=_system())
                if not self._frame.paused:
                    self._show(live)
                due += interval_s
                if self._over(due):
                    await self._last_look(live)
                    return
                await self._wait(live, due)

    async def _last_look(self, live: Live | None = None) -> None:
        """Stay for the rest of the time; the last figures are for the summary, not one row more."""
        if live is not None and self._until is not None:
            await self._wait(live, self._until)
        elif self._until is not None:
            await asyncio.sleep(max(0.0, self._until - time.monotonic()))
        self.history.end(await take(self._services.store, self._services.broker))

    async def _wait(self, live: Live, due: float) -> None:
        """Until the next figures are due, or q; other keys redraw at once."""
        while not self._quit and (left := due - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                return
            self._changed.clear()
            self._show(live)

    def _show(self, live: Live) -> None:
        console = self._call.speech.out
        self._frame = replace(self._frame, width=console.width, height=console.height)
        live.update(view(self._still or self.history, self._frame), refresh=True)

    def _over(self, due: float) -> bool:
        return self._until is not None and due >= self._until

    @contextmanager
    def _keys(self) -> Iterator[None]:
        """Single keys without Return, where standard input is a terminal; put back as it was afterwards."""
        if not sys.stdin.isatty():
            self._frame = replace(self._frame, keys=False)
            yield
            return
        import termios
        import tty

        loop, number = asyncio.get_running_loop(), sys.stdin.fileno()
        before = termios.tcgetattr(number)
        tty.setcbreak(number)
        loop.add_reader(number, self._pressed, number)
        try:
            yield
        finally:
            loop.remove_reader(number)
            termios.tcsetattr(number, termios.TCSADRAIN, before)

    def _pressed(self, number: int) -> None:
        for key in os.read(number, 64).decode(errors="ignore").lower():
            if key in ("q", CTRL_C):
                self._quit = True
            elif key == "p":
                self._frame = replace(self._frame, paused=not self._frame.paused)
                self._still = copy.deepcopy(self.history) if self._frame.paused else None
            elif key == "s":
                names = list(SORTS)
                self._frame = replace(self._frame, sort=names[(names.index(self._frame.sort) + 1) % len(names)])
        self._changed.set()


def _system() -> tuple[float, float]:
    """CPU percent of the machine since the last call, and of its memory in use."""
    return psutil.cpu_percent(None), psutil.virtual_memory().percent


def _is_screen(call: Call) -> bool:
    return call.speech.out.is_terminal and not call.speech.out.is_dumb_terminal


@contextmanager
def _csv(path: Path) -> Iterator[_Rows]:
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(
            f"{path} cannot be written.",
            why=error.strerror or str(error),
            fix="domainscout monitor --csv OTHER-FILE",
        ) from error
    with file:
        yield _Rows(file)

"""Several worker processes under one command: started, watched, restarted, stopped, their exit codes told truly.

Owns child processes and signals. Does not know what a worker does: a child is a command line.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domainscout import signals
from domainscout.errors import ExitCode
from domainscout.settings import SUPERVISED

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
HEALTHY_S = 60.0
"""A child that lived this long starts its next life without a pause."""
HOPELESS_LIVES = 8
"""So many deaths in a row, each within ten seconds, and the command gives up."""
SHORT_LIFE_S = 10.0
KILL_AFTER_GRACE_S = 10.0
LAST_WORDS_S = 1.0
LINE_BYTES = 1 << 20

FINAL_CODES = frozenset(
    {ExitCode.OK, ExitCode.USAGE, ExitCode.INPUT, ExitCode.CREDENTIALS, ExitCode.REDIS, ExitCode.STORAGE}
    | {ExitCode.TOO_MANY_FAILURES, ExitCode.WAIT_TIMED_OUT, ExitCode.INTERRUPTED}
)
"""A child that ends with one of these meant it: another life would end the same way."""


async def supervise(
    command: Sequence[str],
    count: int,
    *,
    grace_s: float,
    observe: Callable[[str], None] = lambda _: None,
    hear: Callable[[str], None] | None = None,
    when_told: int = ExitCode.OK,
) -> int:
    """Run the command so many times at once until all have ended; returns the exit code of the whole.

    A child that dies (by a signal, or with exit 1) is started again, with a growing pause. A child that ends on purpose
    is not; one that cannot work (exit 2 to 6) ends the others too. A signal to end reaches every child once each time.

    Args:
        command: the program and its arguments.
        count: how many children.
        grace_s: what children take to drain; they are killed ten seconds later.
        observe: told one sentence for each death and restart, and for the first signal.
        hear: told every line that a child writes to its standard error; None: it is ours.
        when_told: the code when all ended in order because somebody else than a person at the keyboard said so.
    """
    crew = _Crew(command=tuple(command), grace_s=grace_s, observe=observe, hear=hear, when_told=when_told)
    with signals.heard(crew.signalled):
        async with asyncio.TaskGroup() as group:
            lives = [group.create_task(crew.live(number), name=f"child {number}") for number in range(1, count + 1)]
        return crew.verdict([life.result() for life in lives])


@dataclass(slots=True)
class _Crew:
    command: tuple[str, ...]
    grace_s: float
    observe: Callable[[str], None]
    hear: Callable[[str], None] | None
    when_told: int
    children: dict[int, Process] = field(default_factory=dict)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    signals: list[int] = field(default_factory=list)

    def signalled(self, number: int) -> None:
        """Pass a signal on. The children have process groups of their own: the terminal does not reach them twice."""
        self.signals.append(number)
        self.stopping.set()
        self._tell_children(signal.SIGTERM)
        if len(self.signals) == 1:
            self.observe("finishing what is begun, Ctrl-C again to stop now")
            asyncio.get_running_loop().call_later(
                self.grace_s + KILL_AFTER_GRACE_S, self._tell_children, signal.SIGKILL
            )

    def verdict(self, codes: Sequence[int]) -> int:
        """The code of the whole: what stopped us, else the worst that a child said."""
        if self.signals and all(code in {ExitCode.OK, ExitCode.INTERRUPTED} for code in codes):
            return ExitCode.INTERRUPTED if self.signals[0] == signal.SIGINT else self.when_told
        said = [code for code in codes if code not in {ExitCode.OK, ExitCode.INTERRUPTED}]
        return said[0] if said else ExitCode.OK

    async def live(self, number: int) -> int:
        """One child, life after life; returns its last exit code."""
        pause_s, short_lives = FIRST_PAUSE_S, 0
        while True:
            born = time.monotonic()
            code = await self._one_life(number)
            lived_s = time.monotonic() - born
            if self.stopping.is_set():
                return self._code_of_stopped(code)
            if code in FINAL_CODES:
                if code not in {ExitCode.OK, ExitCode.TOO_MANY_FAILURES}:
                    self._stop_all()
                return code
            short_lives = short_lives + 1 if lived_s < SHORT_LIFE_S else 0
            pause_s = FIRST_PAUSE_S if lived_s > HEALTHY_S else pause_s
            if short_lives >= HOPELESS_LIVES:
                self.observe(f"worker {number} dies again and again ({_words(code)}): giving up")
                self._stop_all()
                return ExitCode.UNEXPECTED
            self.observe(f"worker {number} died ({_words(code)}), starting again in {pause_s:.1f} s")
            if await self._stopped_within(pause_s):
                return ExitCode.UNEXPECTED
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _one_life(self, number: int) -> int:
        child = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=PIPE,
            stderr=PIPE if self.hear else None,
            limit=LINE_BYTES,
            env={**os.environ, SUPERVISED: "1"},
            process_group=0,
        )
        self.children[number] = child
        if self.stopping.is_set():
            child.send_signal(signal.SIGTERM)
        listening = asyncio.create_task(self._listen(child), name=f"hearing child {number}")
        try:
            code = await child.wait()
            # What the child started may hold its standard error open for longer than it lived.
            await asyncio.wait([listening], timeout=LAST_WORDS_S)
            return code
        finally:
            listening.cancel()
            del self.children[number]
            if child.returncode is None:
                child.kill()

    async def _listen(self, child: Process) -> None:
        while self.hear is not None and child.stderr is not None:
            try:
                line = await child.stderr.readline()
            except ValueError:  # longer than the limit: nothing that a person could read
                continue
            if not line:
                return
            self.hear(line.decode(errors="replace").rstrip("\n"))

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return False
        return True

    def _stop_all(self) -> None:
        if not self.stopping.is_set():
            self.stopping.set()
            self._tell_children(signal.SIGTERM)

    def _tell_children(self, number: int) -> None:
        for child in list(self.children.values()):
            if child.returncode is None:
                child.send_signal(number)

    def _code_of_stopped(self, code: int) -> int:
        """A child that we stopped ended well, also while it was still loading, unless it had something else to say."""
        return (
            ExitCode.OK
            if code in {ExitCode.INTERRUPTED, 128 + signal.SIGTERM, -signal.SIGTERM, -signal.SIGINT}
            else max(code, 1 if code else 0)
        )


def _words(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"

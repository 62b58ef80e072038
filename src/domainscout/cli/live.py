"""Progress of a job while somebody waits: a live block on a terminal, a plain line every ten seconds elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from domainscout.cli.progress import block, plain_line, progress_figures
from domainscout.cli.speech import Speech
from domainscout.errors import BrokerError
from domainscout.logs import Level, note_line
from domainscout.records import Counts, WorkerBeat
from domainscout.settings import LogFormat

if TYPE_CHECKING:
    from rich.live import Live

    from domainscout.broker import Broker
    from domainscout.store import Store

Beats = Callable[[], Awaitable[Sequence[WorkerBeat] | None]]
"""The workers as they are; None while Redis does not say."""

PLAIN_EVERY_S = 10.0
REFRESH_S = 0.25
RATE_WINDOW_S = 60.0


async def nobody() -> Sequence[WorkerBeat]:
    """The workers, where none is watched."""
    return ()


def beats_of(broker: Broker | None) -> Beats:
    """The workers that Redis knows of."""

    async def beats() -> Sequence[WorkerBeat] | None:
        if broker is None:
            return ()
        try:
            return await broker.workers()
        except BrokerError:
            return None

    return beats


async def tell_if_nobody_works(speech: Speech, beats: Beats) -> None:
    """Nothing will move until somebody starts a worker: say so at once."""
    if await beats() == ():
        speech.say("No worker is running yet.  Next, in another terminal: domainscout work")


class Progress:
    """What is done of a job, redrawn in place where that is possible.

    Without a job: of all, less what was finished before the watch began, so that the bar begins at its left.
    """

    def __init__(
        self,
        speech: Speech,
        store: Store,
        job: str | None,
        *,
        beats: Beats = nobody,
        style: LogFormat = LogFormat.TEXT,
    ) -> None:
        self._speech = speech
        self._store = store
        self._job = job
        self._beats = beats
        self._style = style
        self._live: Live | None = None
        self._plain_at = time.monotonic()
        self._history: deque[tuple[float, int]] = deque()
        self._before: Counts | None = None

    async def __aenter__(self) -> Self:
        """Start drawing."""
        if self._job is None:
            self._before = await self._store.numbers.counts(None)
        self._rate(await self.counts())
        if self._speech.animated and self._style is LogFormat.TEXT:
            from rich.live import Live

            self._live = Live(console=self._speech.err, auto_refresh=False, transient=True)
            self._live.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the block."""
        if self._live is not None:
            self._live.stop()

    @property
    def moves(self) -> bool:
        """Whether there is a block on a terminal, with room for events above it."""
        return self._live is not None

    def print_above(self, line: str) -> None:
        """A line that stays, above the block."""
        self._speech.line(line)

    async def keep_showing(self) -> None:
        """Redraw until cancelled."""
        while True:
            await self.show()
            await asyncio.sleep(REFRESH_S if self._live else 1.0)

    async def counts(self) -> Counts:
        """Targets by state, as they are shown."""
        counts = await self._store.numbers.counts(self._job)
        return counts if self._before is None else counts.since(self._before)

    async def show(self) -> None:
        """Draw once, or say a line when it is time for one."""
        if self._speech.quiet:
            return
        if self._live is None and time.monotonic() - self._plain_at < PLAIN_EVERY_S:
            return
        counts = await self.counts()
        rate = self._rate(counts)
        beats = await self._beats()
        if self._live is not None:
            self._live.update(block(counts, rate, beats, width=self._speech.err.width, now=time.time()), refresh=True)
            return
        self._plain_at = time.monotonic()
        words = plain_line(counts, rate, beats)
        if self._style is LogFormat.JSON:
            words = note_line(Level.INFO, "Progress", words, progress_figures(counts, rate))
        self._speech.line(words)

    def _rate(self, counts: Counts) -> float:
        now = time.monotonic()
        finished = counts.done + counts.partial + counts.failed
        self._history.append((now, finished))
        while len(self._history) > 2 and now - self._history[0][0] > RATE_WINDOW_S:
            self._history.popleft()
        then, before = self._history[0]
        return (finished - before) / (now - then) if now - then >= REFRESH_S else 0.0

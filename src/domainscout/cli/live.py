"""Progress of a job while somebody waits: a live block on a terminal, a plain line every ten seconds elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Self

from domainscout.cli.speech import Speech
from domainscout.events import Draining, Event
from domainscout.records import Counts, WorkerBeat

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from domainscout.store import Store
    from domainscout.worker import Worker

PLAIN_EVERY_S = 10.0
REFRESH_S = 0.25
RATE_WINDOW_S = 60.0
BUSY_LINES = 8


class Progress:
    """What is done of a job (None: of all), redrawn in place where that is possible."""

    def __init__(self, speech: Speech, store: Store, job: str | None) -> None:
        self.worker: Worker | None = None
        self._speech = speech
        self._store = store
        self._job = job
        self._live: Live | None = None
        self._plain_at = time.monotonic()
        self._history: deque[tuple[float, int]] = deque()
        self._begun_with: int | None = None

    async def __aenter__(self) -> Self:
        """Start drawing."""
        if self._speech.animated:
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

    def note(self, event: Event) -> None:
        """Say what must not be missed."""
        if isinstance(event, Draining) and event.finishing:
            self._speech.say(f"finishing {event.finishing}, Ctrl-C again to stop now")

    def print_above(self, line: str) -> None:
        """A line that stays, above the block."""
        self._speech.err.print(line, markup=False, highlight=False, soft_wrap=True)

    async def keep_showing(self) -> None:
        """Redraw until cancelled."""
        while True:
            await self.show()
            await asyncio.sleep(REFRESH_S if self._live else 1.0)

    async def show(self) -> None:
        """Draw once, or say a line when it is time for one."""
        if self._speech.quiet:
            return
        if self._live is None and time.monotonic() - self._plain_at < PLAIN_EVERY_S:
            return
        counts = await self._store.numbers.counts(self._job)
        rate = self._rate(counts)
        beat = self.worker.beat() if self.worker is not None else None
        if self._live is not None:
            self._live.update(block(counts, rate, beat, width=self._speech.err.width), refresh=True)
        else:
            self._plain_at = time.monotonic()
            self._speech.say(plain_line(counts, rate, beat))

    def _rate(self, counts: Counts) -> float:
        now = time.monotonic()
        self._history.append((now, counts.finished))
        while len(self._history) > 2 and now - self._history[0][0] > RATE_WINDOW_S:
            self._history.popleft()
        then, finished = self._history[0]
        return (counts.finished - finished) / (now - then) if now > then else 0.0


def block(counts: Counts, rate: float, beat: WorkerBeat | None, *, width: int) -> RenderableType:
    """The live block: a bar with figures, and a line of busy scouts."""
    from rich.console import Group
    from rich.text import Text

    bar_width = max(10, min(24, width - 70))
    lines = [Text.assemble((bar(counts, bar_width), "green"), " ", line_of(counts, rate, beat))]
    if beat is not None:
        busy = [s for s in beat.scouts if s.domain]
        for number, scout in enumerate(busy[:BUSY_LINES], 1):
            age = max(0.0, time.time() - scout.since)
            lines.append(Text(f" {number} {scout.domain} {scout.stage} {age:.1f}s", style="dim"))
        if len(busy) > BUSY_LINES:
            lines.append(Text(f" … and {len(busy) - BUSY_LINES} more", style="dim"))
    for line in lines:
        line.no_wrap = True
        line.overflow = "ellipsis"
    return Group(*lines)


def bar(counts: Counts, width: int) -> str:
    """A bar of so many cells for the finished share."""
    share = counts.finished / counts.submitted if counts.submitted else 0.0
    full = int(share * width)
    half = "▌" if full < width and share * width - full >= 0.5 else ""
    return "█" * full + half + "·" * (width - full - len(half))


def line_of(counts: Counts, rate: float, beat: WorkerBeat | None) -> str:
    """Figures of the moment, most important first."""
    parts = [
        f"{counts.finished:,}/{counts.submitted:,}  {rate:.1f}/s  {eta(counts.unfinished, rate)}",
        f"done {counts.done:,} partial {counts.partial:,} failed {counts.failed:,}"
        + (f" skipped {counts.skipped:,}" if counts.skipped else ""),
    ]
    if beat is not None:
        parts.append(f"{sum(1 for s in beat.scouts if s.domain)} busy")
        if beat.cost_usd:
            parts.append(f"${beat.cost_usd:.2f}")
        parts.append(f"{beat.rss_bytes / 2**20:.0f} MB {beat.cpu_pct:.0f} %")
    return " │ ".join(parts)


def plain_line(counts: Counts, rate: float, beat: WorkerBeat | None) -> str:
    """The same without a bar, for logs and pipes."""
    return line_of(counts, rate, beat).replace(" │ ", " | ")


def eta(left: int, rate: float) -> str:
    """The time that is left as a range, because a rate is never that sure."""
    if not left:
        return "ETA now"
    if rate <= 0:
        return "ETA –"
    low, high = left / rate * 0.9, left / rate * 1.1
    for unit, seconds in (("h", 3600.0), ("min", 60.0)):
        if low >= 2 * seconds:
            return f"ETA {low / seconds:.0f}–{high / seconds:.0f} {unit}"
    return f"ETA {low:.0f}–{high:.0f} s"

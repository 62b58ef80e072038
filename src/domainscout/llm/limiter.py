"""How many calls may be in flight, and when calling makes no sense at all. Shared by all scouts of a process.

`Limiter` follows what the server says: fewer calls after "too many" and "overloaded", a pause for as long as it asks,
slowly more again. `Circuit` stops asking after errors that the next call would meet too, and says so once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from domainscout.errors import Category, ModelError

log = logging.getLogger("domainscout.llm")

LONGEST_PAUSE_S = 60.0
"""Longest pause that a server's headers can impose; a longer wish ends the call instead."""

COOL_DOWN_S = 30.0
"""Seconds without calls after several companies in a row met an unreachable or overloaded server."""

STUMBLES = 5
"""Companies in a row without an answer after which the server counts as away."""

SECOND_LOOK_S = 600.0
"""Seconds after which one call tries whether a refused key or an exhausted account works again."""

_KINDS = ("requests", "tokens", "input-tokens", "output-tokens")


class TooLong(Exception):
    """Waiting for a free call would take longer than the caller allows."""


class Limiter:
    """A limit of calls in flight that adapts.

    Args:
        most: calls in flight at most.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = float(most)
        self.active = 0
        self._open_at = 0.0
        self._changed = asyncio.Condition()

    @property
    def pause_s(self) -> float:
        """Seconds until calls may be made again; 0 when they may now."""
        return max(0.0, self._open_at - time.monotonic())

    @asynccontextmanager
    async def slot(self, patience_s: float) -> AsyncIterator[None]:
        """Hold one of the calls in flight.

        Raises:
            TooLong: none became free within `patience_s`.
        """
        await self._enter(patience_s)
        try:
            yield
        finally:
            self.active -= 1
            await self._tell()

    async def _enter(self, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        async with self._changed:
            while (pause := self.pause_s) or self.active >= int(self.limit):
                left = deadline - time.monotonic()
                if left <= 0 or pause > left:
                    raise TooLong
                try:
                    async with asyncio.timeout(min(pause, left) if pause else left):
                        await self._changed.wait()
                except TimeoutError:
                    continue
            self.active += 1

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Let nobody call for so long (at most a minute), and halve the calls in flight."""
        self._open_at = max(self._open_at, time.monotonic() + min(seconds, LONGEST_PAUSE_S))
        self.limit = max(1.0, self.limit / 2)

    def went_well(self, headers: Mapping[str, str], tokens: int) -> None:
        """Allow a little more after an answer, and heed what the server says is left.

        Args:
            headers: of the answer: `anthropic-ratelimit-<kind>-remaining` and `-reset`.
            tokens: what one call needs, about.
        """
        self.limit = min(float(self.most), self.limit + 1.0 / self.limit)
        for kind in _KINDS:
            remaining = _number(headers.get(f"anthropic-ratelimit-{kind}-remaining"))
            if remaining is None:
                continue
            calls = remaining if kind == "requests" else remaining / max(1, tokens)
            if calls < 1:
                seconds = _seconds_until(headers.get(f"anthropic-ratelimit-{kind}-reset"))
                self._open_at = max(self._open_at, time.monotonic() + min(seconds, LONGEST_PAUSE_S))
            else:
                self.limit = max(1.0, min(self.limit, calls))


@dataclass(slots=True)
class Circuit:
    """Remembers that calling makes no sense, and why."""

    category: Category | None = None
    words: str = ""
    fix: str = ""
    stumbles: int = 0
    _closed_at: float = 0.0

    @property
    def trouble(self) -> str | None:
        """Why no calls are made; None while they are."""
        return self.words if self.category is not None else None

    def check(self) -> None:
        """Let a call through, or not; when it is time to look again, one call at a time.

        Raises:
            ModelError: the circuit is open.
        """
        if self.category is None:
            return
        if time.monotonic() < self._closed_at:
            raise ModelError(self.category, self.words, fix=self.fix)
        self._closed_at = time.monotonic() + COOL_DOWN_S

    def open(self, category: Category, words: str, *, fix: str = "", seconds: float = SECOND_LOOK_S) -> None:
        """Stop calling for so long; said once in the log, however many calls were on their way."""
        if self.words != words:
            log.warning("language model: %s Going on with the rules alone.%s", words, f" {fix}" if fix else "")
        self.category, self.words, self.fix = category, words, fix
        self._closed_at = time.monotonic() + seconds

    def stumbled(self, category: Category, words: str) -> None:
        """A company got no answer because the server is away or overloaded."""
        self.stumbles += 1
        if self.stumbles >= STUMBLES:
            self.open(category, words, seconds=COOL_DOWN_S)

    def answered(self) -> None:
        """The server answered: whatever was wrong is over."""
        if self.category is not None:
            log.warning("language model: answers again.")
        self.category, self.words, self.fix, self.stumbles = None, "", "", 0


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _seconds_until(moment: str | None) -> float:
    try:
        at = datetime.fromisoformat(moment or "")
    except ValueError:
        return 1.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())

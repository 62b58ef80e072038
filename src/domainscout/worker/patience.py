"""Waiting for a service that is away: with back-off and jitter, told once when it goes and once when it is back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from domainscout.errors import ServiceError
from domainscout.events import Observer, ServiceAway, ServiceBack

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 3.0
GROWTH = 1.6
"""Of the wait from one try to the next: up to the longest in eight."""
TOLD_AFTER_S = 1.0

T = TypeVar("T")


class Patience:
    """One service's outages, shared by all coroutines of a worker that call it."""

    def __init__(
        self,
        service: str,
        observe: Observer,
        *,
        waits_for: tuple[type[ServiceError], ...],
        revive: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._service = service
        self._observe = observe
        self._waits_for = waits_for
        self._revive = revive
        self._away_since: float | None = None
        self._told = False
        self._wait_s = FIRST_WAIT_S
        self._back_at = float("-inf")

    @property
    def away(self) -> bool:
        """Whether the last call failed."""
        return self._away_since is not None

    @property
    def back_for_s(self) -> float:
        """Seconds since the end of the last outage; infinite when there was none; 0 during one."""
        return 0.0 if self.away else time.monotonic() - self._back_at

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until it succeeds. Errors that waiting does not cure are raised at once."""
        while True:
            try:
                result = await call()
            except self._waits_for as error:
                await self._rest(error)
            else:
                self._answered()
                heed_cancellation()
                return result

    async def once(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Call once; None when the service is away. For what is repeated by a timer anyway."""
        try:
            result = await call()
        except self._waits_for as error:
            self._failed(error)
            return None
        self._answered()
        heed_cancellation()
        return result

    async def _rest(self, error: ServiceError) -> None:
        self._failed(error)
        await asyncio.sleep(self._wait_s * (0.5 + random.random() / 2))
        self._wait_s = min(self._wait_s * GROWTH, LONGEST_WAIT_S)
        if self._revive is not None:
            try:
                await self._revive()
            except self._waits_for as again:
                self._failed(again)

    def _failed(self, error: ServiceError) -> None:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
        # A restart of the server takes a fraction of a second: not worth two lines.
        if not self._told and now - self._away_since >= TOLD_AFTER_S:
            self._told = True
            self._observe(ServiceAway(service=self._service, error=error.why or error.what))

    def _answered(self) -> None:
        if self._away_since is None:
            return
        seconds = time.monotonic() - self._away_since
        self._away_since, self._wait_s, self._back_at = None, FIRST_WAIT_S, time.monotonic()
        if self._told:
            self._told = False
            self._observe(ServiceBack(service=self._service, seconds=seconds))


def heed_cancellation() -> None:
    """Raise a cancellation that a library swallowed.

    `asyncio.wait_for` of Python 3.11 returns normally when it is cancelled in the very moment in which its call ends;
    the Redis client sends with it. Seen in one of three shutdowns under test: a part of the worker that never ended.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError

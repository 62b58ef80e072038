"""Our own network: when it is down the worker claims nothing, probes, and goes on; no domain pays for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from domainscout.errors import NetworkDown
from domainscout.events import Observer, ServiceAway, ServiceBack
from domainscout.worker.reader import Reader

PROBE_EVERY_S = 2.0
LONGEST_WAIT_S = 30.0
"""Without a probe each wait is twice as long as the one before, up to this."""

Probe = Callable[[], Awaitable[bool]]


class Network:
    """Pauses the reader while the network is down. Without a probe it waits a little longer each time."""

    def __init__(self, reader: Reader, observe: Observer, probe: Probe | None) -> None:
        self._reader = reader
        self._observe = observe
        self._probe = probe
        self._down_since: float | None = None
        self._wait_s = PROBE_EVERY_S
        self._went_down = asyncio.Event()

    def down(self, error: NetworkDown) -> None:
        """A scout found that nothing can be reached."""
        if self._reader.paused:
            return
        self._reader.pause()
        if self._down_since is None:
            self._down_since = time.monotonic()
            self._observe(ServiceAway(service="network", error=error.what))
        self._went_down.set()

    def up(self) -> None:
        """A scout reached its domain."""
        if self._down_since is not None and not self._reader.paused:
            self._observe(ServiceBack(service="network", seconds=time.monotonic() - self._down_since))
            self._down_since, self._wait_s = None, PROBE_EVERY_S

    async def watch(self) -> None:
        """Probe while the network is down, until cancelled."""
        while True:
            await self._went_down.wait()
            self._went_down.clear()
            await self._until_up()
            self._reader.resume()

    async def _until_up(self) -> None:
        up = False
        while not up:
            await asyncio.sleep(self._wait_s)
            up = await self._probe() if self._probe is not None else True
        if self._probe is None:
            self._wait_s = min(self._wait_s * 2, LONGEST_WAIT_S)

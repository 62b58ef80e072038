"""Is it them or us? Notices when nothing can be reached any more, so that no domain pays for our own network.

Suspicion: the last `SUSPICIOUS` visits, all to different domains, could not connect anywhere. Proof: an address that
worked before, or one of those that just failed, is dialled; if none accepts and (where nothing ever worked) no name
can be looked up, we are offline.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from domainscout.errors import NetworkDown

SUSPICIOUS = 3
"""Domains in a row that cannot be reached before we look at ourselves."""

PROBE_S = 3.0
"""Seconds a probe waits for an answer."""

PROBE_AGAIN_S = 1.0
"""A probe's answer holds that long: many scouts fail at once."""

_KEPT = 5

Dial = tuple[str, int]


class Network:
    """What the visits of this process say about our own network.

    Args:
        name_service: whether any name can be looked up at all; asked only when nothing ever worked.
        gateway: the proxy that everything goes through; then nothing else is dialled.
    """

    def __init__(self, name_service: Callable[[], Awaitable[bool]], gateway: Dial | None = None) -> None:
        self._gateway = gateway
        self._name_service = name_service
        self._failed: OrderedDict[str, tuple[Dial, ...]] = OrderedDict()
        self._good: OrderedDict[Dial, None] = OrderedDict()
        self._probe_at = 0.0
        self._probe_said = True
        self._probing = asyncio.Lock()

    def connected(self, dial: Dial) -> None:
        """A connection was made: the network is up."""
        if self._failed:
            self._failed.clear()
        if dial not in self._good:
            self._good[dial] = None
            while len(self._good) > _KEPT:
                self._good.popitem(last=False)

    async def unreachable(self, domain: str, dials: tuple[Dial, ...]) -> None:
        """A domain could not be connected to at all.

        Raises:
            NetworkDown: it is not the domain, it is us.
        """
        self._failed[domain] = dials
        while len(self._failed) > 64:
            self._failed.popitem(last=False)
        if len(self._failed) >= SUSPICIOUS and not await self.probe():
            raise NetworkDown(
                "The network is down.",
                why=f"The last {len(self._failed)} domains could not be reached, nor could what worked before.",
                fix="Check the connection; work goes on by itself when it is back.",
            )

    async def lost(self, host: str) -> None:
        """A host that answered a moment ago cannot be connected to any more: one such is reason enough to look.

        Raises:
            NetworkDown: nothing that worked before can be reached.
        """
        if not await self.probe():
            raise NetworkDown(
                "The network is down.",
                why=f"{host} answered a moment ago and cannot be reached any more, nor can what worked before.",
                fix="Check the connection; work goes on by itself when it is back.",
            )

    async def probe(self) -> bool:
        """Whether our network is up; asks at most once a second, whoever wants to know."""
        async with self._probing:
            if time.monotonic() - self._probe_at < PROBE_AGAIN_S:
                return self._probe_said
            self._probe_said = await self._ask()
            self._probe_at = time.monotonic()
            return self._probe_said

    async def _ask(self) -> bool:
        if self._gateway is not None:
            return await _accepts(self._gateway)
        dials = dict.fromkeys(self._good)
        for failed in list(self._failed.values())[-_KEPT:]:
            dials.update(dict.fromkeys(failed))
        if dials:
            answers = await asyncio.gather(*(_accepts(dial) for dial in dials))
            if any(answers):
                return True
        return not self._good and await self._name_service()


async def _accepts(dial: Dial) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            _, writer = await asyncio.open_connection(*dial)
    except (OSError, TimeoutError):
        return False
    writer.transport.abort()
    return True

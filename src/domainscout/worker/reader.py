"""Claims targets for scouts: never more than they take at once, never a sleep while there is work.

A scout whose targets take milliseconds finds its next one claimed already; any other asks when it is free, so that no
worker sits on targets that an idle one could begin.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

from domainscout.broker import Broker, BrokerAway, Held
from domainscout.events import Alone
from domainscout.worker.desk import Desk
from domainscout.worker.patience import Patience


class Reader:
    """The one claimer of a worker. Scouts that ask at the same time share a round trip."""

    def __init__(self, desk: Desk, broker: Broker, redis: Patience) -> None:
        self._desk = desk
        self._broker = broker
        self._redis = redis
        self._askers: deque[asyncio.Future[Held | None]] = deque()
        self._asked = asyncio.Event()
        self._open = asyncio.Event()
        self._open.set()
        self._spare: deque[tuple[float, Held]] = deque()
        self._unsure = True

    async def next(self) -> Held | None:
        """A target for one scout; None when the worker drains."""
        if self._desk.draining.is_set():
            return None
        # Asked for in either case: a spare that is taken leaves room for the next one.
        self._asked.set()
        if self._spare and not self.paused:
            return self._spare.popleft()[1]
        asker: asyncio.Future[Held | None] = asyncio.get_running_loop().create_future()
        self._askers.append(asker)
        return await asker

    def pause(self) -> None:
        """Claim nothing until `resume`: our own network is down."""
        self._open.clear()

    def resume(self) -> None:
        """Claim again."""
        self._open.set()
        spare, self._spare = self._spare, deque()
        for since, held in spare:
            self._hand(held, since)

    def overdue(self, seconds: float) -> list[Held]:
        """Take back what was claimed longer ago and no scout has begun: they turned out to be busy for longer."""
        rest = []
        while self._spare and time.monotonic() - self._spare[0][0] > seconds:
            rest.append(self._spare.popleft()[1])
        return rest

    @property
    def paused(self) -> bool:
        """Whether `pause` holds."""
        return not self._open.is_set()

    def close(self) -> None:
        """Send waiting scouts home. What nobody has begun stays on the desk, and goes back with the rest of it."""
        while self._askers:
            asker = self._askers.popleft()
            if not asker.done():
                asker.set_result(None)

    async def run(self) -> None:
        """Claim and hand out until cancelled."""
        while True:
            await self._asked.wait()
            await self._open.wait()
            # Whoever ends in the same turn of the loop asks in it: one round trip for all.
            await asyncio.sleep(0)
            wanted = self._wanted() + self._ahead()
            if not wanted:
                self._asked.clear()
                continue
            found, suspects_wait = await self._redis(lambda wanted=wanted: self._claim(wanted))  # type: ignore[misc]
            for held in found:
                self._take(held)
            if suspects_wait:
                await self._run_alone()
            elif not found:
                self._desk.hungry.set()
                await self._redis(self._broker.wait_for_work)

    def _wanted(self) -> int:
        while self._askers and self._askers[0].done():
            self._askers.popleft()
        return sum(not asker.done() for asker in self._askers)

    def _ahead(self) -> int:
        """One for each quick scout, less what is there already."""
        return max(sum(slot.is_quick for slot in self._desk.slots) - len(self._spare), 0)

    async def _claim(self, count: int, *, alone: bool = False) -> tuple[list[Held], bool]:
        """Claim; after a broken connection, first take what an unheard answer gave us."""
        try:
            if self._unsure:
                for held in await self._broker.stranded(self._desk.held):
                    self._take(held)
                self._unsure = False
                count = self._wanted() + self._ahead()
                if not count:
                    return [], False
            claimed = await self._broker.claim(count, alone=alone)
        except BrokerAway:
            self._unsure = True
            raise
        return list(claimed.held), claimed.suspects_wait

    def _take(self, held: Held) -> None:
        self._desk.take(held)
        self._hand(held, time.monotonic())

    def _hand(self, held: Held, since: float) -> None:
        while self._askers:
            asker = self._askers.popleft()
            if not asker.done():
                asker.set_result(held)
                return
        self._spare.append((since, held))

    async def _run_alone(self) -> None:
        """Let everything in this process finish, then run suspects one by one: if one kills us, it was that one."""
        while True:
            await self._desk.empty_handed.wait()
            found, _ = await self._redis(lambda: self._claim(1, alone=True))
            if not found:
                return
            for held in found:
                self._desk.observe(Alone(domain=held.target.domain, crashes=held.target.crashes))
                self._take(held)

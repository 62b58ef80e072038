"""Moves due targets from the database into the streams, a window at a time, and notices when nothing is left."""

from __future__ import annotations

import asyncio

from domainscout.broker import Broker, BrokerFull
from domainscout.events import ServiceAway, ServiceBack
from domainscout.records import Lane, Target
from domainscout.store import Return, Store, Why
from domainscout.worker.desk import Desk
from domainscout.worker.patience import Patience

LOOK_EVERY_S = 1.0
"""A target submitted by a program that cannot reach Redis is seen within this time."""
SHORTEST_WAIT_S = 0.02
"""Between two looks, whatever is due: a loop that turns faster only reads the same rows again."""
WINDOW_A_SLOT = 20
"""Targets in a stream for each slot of all workers: seconds of work even where a target takes a fraction of one."""
SMALLEST_WINDOW, LARGEST_WINDOW, SOLO_WINDOW = 200, 5000, 50
"""Its bounds: enough for workers that come without notice, about a megabyte of Redis; suspects run one at a time."""
FULL_PAUSE_S = 5.0
"""Until a full server is asked again: what drains meanwhile makes the room."""


class Feeder:
    """Keeps some seconds of work in the streams, not the whole queue: a million targets cost Redis a megabyte."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        broker: Broker,
        redis: Patience,
        database: Patience,
        *,
        until_empty: bool,
        job: str | None,
    ) -> None:
        self._desk = desk
        self._store = store
        self._broker = broker
        self._redis = redis
        self._database = database
        self._until_empty = until_empty
        self._job = job
        self._unpushed: dict[Lane, list[Target]] = {lane: [] for lane in Lane}
        self._full = False
        self.slots_alive = len(desk.slots)

    @property
    def window(self) -> int:
        """How many targets may wait in one stream."""
        return min(max(self.slots_alive * WINDOW_A_SLOT, SMALLEST_WINDOW), LARGEST_WINDOW)

    async def run(self) -> None:
        """Feed until cancelled, or until the queue is empty when that was asked for."""
        while True:
            self._desk.hungry.clear()
            self._desk.unfed_claims, self._desk.feed_after = 0, self.window // 4
            fed = await self._feed()
            wait_s = FULL_PAUSE_S if self._full else LOOK_EVERY_S
            if not fed and not self._desk.held:
                wait_s = min(wait_s, await self._idle_s())
            await self._until_hungry(wait_s)

    async def give_back(self) -> None:
        """Return what was taken from the database and did not reach a stream."""
        left = [target for targets in self._unpushed.values() for target in targets]
        for targets in self._unpushed.values():
            targets.clear()
        if left:
            returns = [Return(target_id=t.id, attempt=t.attempt, why=Why.RELEASED) for t in left]
            await self._database(lambda: self._store.targets.put_back(returns))

    async def _until_hungry(self, seconds: float) -> None:
        """Wait until the scouts took a good part of the window, or found nothing, or handed the last outcome over."""
        events = [self._desk.hungry, *([self._desk.empty_handed] if self._desk.held else [])]
        waits = [asyncio.create_task(event.wait()) for event in events]
        try:
            await asyncio.wait(waits, timeout=max(seconds, SHORTEST_WAIT_S), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _idle_s(self) -> float:
        """Seconds until something comes due; ends the worker if it was to end when nothing is left."""
        if self._until_empty and self._job is not None and self._job in self._desk.stopped_jobs:
            self._desk.draining.set()
        queued, due_s = await self._database(lambda: self._store.targets.outlook(self._job))
        if self._until_empty and queued == 0 and (due_s is None or due_s > self._desk.settings.backoff_max):
            self._desk.draining.set()
        return LOOK_EVERY_S if due_s is None else due_s

    async def _feed(self) -> int:
        depths = await self._redis(self._broker.depths)
        fed, put_back, self._desk.put_back = 0, self._desk.put_back, 0
        for lane in (Lane.EXPRESS, Lane.BULK, Lane.SOLO):
            window = SOLO_WINDOW if lane is Lane.SOLO else self.window
            ahead = 0 if lane is Lane.SOLO else depths[Lane.AGAIN].unread
            # What was put back is due first, and does not wait until the window has room for it.
            room = max(window - depths[lane].unread - ahead, min(put_back, window))
            if room * 5 >= window or put_back:
                fed += await self._fill(lane, room)
        return fed

    async def _fill(self, lane: Lane, room: int) -> int:
        targets = await self._database(lambda: self._store.targets.feed(room, lane=lane, job=self._job))
        for target in targets:
            self._unpushed[_lane_of(target, lane)].append(target)
        pushed = [await self._push(each) for each in Lane if self._unpushed[each]]
        return len(targets) if all(pushed) else 0

    async def _push(self, lane: Lane) -> bool:
        try:
            await self._redis(lambda: self._broker.push(lane, self._unpushed[lane]))
        except BrokerFull as error:
            self._tell_full(error)
            await self.give_back()
            return False
        self._unpushed[lane].clear()
        if self._full:
            self._full = False
            self._desk.observe(ServiceBack(service="redis memory", seconds=0.0))
        return True

    def _tell_full(self, error: BrokerFull) -> None:
        if not self._full:
            self._full = True
            self._desk.observe(ServiceAway(service="redis memory", error=error.why or error.what))


def _lane_of(target: Target, lane: Lane) -> Lane:
    """A target that comes again does not queue up behind a window of new ones: somebody has waited for it already."""
    if target.returned and lane is not Lane.SOLO:
        return Lane.AGAIN
    return Lane.EXPRESS if lane is Lane.BULK and target.attempt > 1 else lane

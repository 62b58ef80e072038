"""The worker as a whole: its parts put together, started in order, and ended in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from domainscout import signals
from domainscout.broker import Broker, BrokerAway, BrokerFull
from domainscout.errors import DomainscoutError, StorageError
from domainscout.events import Draining, Observer, Stopped, ignore
from domainscout.records import Claim, WorkerBeat
from domainscout.settings import QueueSettings, supervised
from domainscout.store import Busy, Return, Store, Why
from domainscout.worker.desk import Desk, Interruption, Scout, Slot
from domainscout.worker.feeder import Feeder
from domainscout.worker.finisher import Finisher
from domainscout.worker.keeper import Keeper
from domainscout.worker.network import Network, Probe
from domainscout.worker.patience import Patience
from domainscout.worker.reader import Reader
from domainscout.worker.scouts import Scouts
from domainscout.worker.sweeper import Sweeper
from domainscout.worker.watchdog import Watchdog

FAREWELL_S, HURRIED_S = 1.5, 0.8
"""Seconds that Redis and the database get for each of the last words; fewer after a second signal."""
FLUSH_S = 5.0
"""Seconds to commit what was finished within the grace."""


class Worker:
    """One worker process: takes work until told to stop, or until there is none.

    Args:
        store: the open database.
        broker: the open broker; its `worker` is this worker's name.
        scout: what to do with a target.
        settings: slots, lease, grace, attempts.
        observe: told every event, in the event loop.
        until_empty: end when nothing is queued, in flight, or due within the longest back-off.
        job: feed only this job; with `until_empty`, end when it is over.
        probe: says whether our network is up again after a `NetworkDown`.
    """

    def __init__(
        self,
        *,
        store: Store,
        broker: Broker,
        scout: Scout,
        settings: QueueSettings,
        observe: Observer = ignore,
        until_empty: bool = False,
        job: str | None = None,
        probe: Probe | None = None,
    ) -> None:
        slots = [Slot(number=number) for number in range(1, settings.concurrency + 1)]
        self._desk = desk = Desk(name=broker.worker, settings=settings, observe=observe, slots=slots)
        self._store = store
        self._broker = broker
        self._redis = redis = Patience("redis", observe, waits_for=(BrokerAway, BrokerFull), revive=broker.revive)
        self._database = database = Patience("database", observe, waits_for=(Busy,))
        pushing = Patience("redis", observe, waits_for=(BrokerAway,), revive=broker.revive)
        self._reader = Reader(desk, broker, redis)
        self._network = Network(self._reader, observe, probe)
        self._finisher = Finisher(desk, store, broker, redis, database)
        self._keeper = Keeper(desk, broker, redis)
        self._feeder = Feeder(desk, store, broker, pushing, database, until_empty=until_empty, job=job)
        self._sweeper = Sweeper(
            desk,
            store,
            broker,
            redis,
            database,
            feeder=self._feeder,
            finisher=self._finisher,
            keeper=self._keeper,
            reader=self._reader,
        )
        self._scouts = Scouts(
            desk,
            scout=scout,
            reader=self._reader,
            finisher=self._finisher,
            network=self._network,
        )
        self._signals = 0
        self.ended_by: int | None = None
        """The first signal that told this worker to end; SIGTERM where its supervisor went away."""

    async def run(self) -> None:
        """Work until drained.

        Raises:
            BrokerError: Redis refuses us.
            StorageError: the database cannot be written; nothing was acknowledged that is not in it.
        """
        if not await self._registered():
            self._desk.observe(Stopped(released=0))
            return
        self._desk.name = self._broker.worker
        try:
            async with asyncio.TaskGroup() as services:
                tasks = [services.create_task(part, name=name) for name, part in self._parts()]
                await self._run_scouts()
                await self._flush()
                for task in tasks:
                    task.cancel()
        except BaseExceptionGroup as group:
            raise _first(group) from None
        finally:
            await self._depart()

    async def _registered(self) -> bool:
        """Take a name, however long Redis is away or full; False when the worker is told to stop meanwhile."""
        registering = asyncio.create_task(self._redis(self._broker.register), name="register")
        stopping = asyncio.create_task(self._desk.draining.wait(), name="stopping")
        try:
            await asyncio.wait([registering, stopping], return_when=asyncio.FIRST_COMPLETED)
            if registering.done():
                registering.result()
                return True
            return False
        finally:
            for task in (registering, stopping):
                task.cancel()
            await asyncio.gather(registering, stopping, return_exceptions=True)

    def stop(self) -> None:
        """First call: finish what is held, within the grace period. Second call: release it now."""
        self._signals += 1
        loop = asyncio.get_running_loop()
        if self._signals == 1:
            grace_s = self._desk.settings.grace
            self._desk.observe(Draining(finishing=self._desk.busy, grace_s=grace_s))
            self._desk.draining.set()
            loop.call_later(grace_s, self._release)
        else:
            self._release()

    @asynccontextmanager
    async def signals(self) -> AsyncIterator[None]:
        """Obey Ctrl-C, SIGTERM, a terminal that closes, and the end of a supervisor, for as long as this is open."""
        loop = asyncio.get_running_loop()
        if supervised():
            loop.add_reader(sys.stdin.fileno(), self._orphaned)
        try:
            with signals.heard(self._signalled):
                yield
        finally:
            if supervised():
                loop.remove_reader(sys.stdin.fileno())

    def beat(self) -> WorkerBeat:
        """This worker as it is now."""
        return self._keeper.now()

    def _parts(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        return [
            ("reader", self._reader.run()),
            ("commit", self._finisher.commit()),
            ("acknowledge", self._finisher.acknowledge()),
            ("keeper", self._keeper.renew()),
            ("heartbeat", self._keeper.beat()),
            ("lag", self._keeper.watch_lag()),
            ("feeder", self._feeder.run()),
            ("sweeper", self._sweeper.run()),
            ("network", self._network.watch()),
            ("watchdog", Watchdog(self._desk).run()),
        ]

    async def _run_scouts(self) -> None:
        async with asyncio.TaskGroup() as group:
            for slot in self._desk.slots:
                slot.task = group.create_task(self._scouts.run(slot), name=f"scout {slot.number}")
            group.create_task(self._close_when_draining(), name="closing")

    async def _close_when_draining(self) -> None:
        await self._desk.draining.wait()
        self._reader.close()

    async def _flush(self) -> None:
        """Give what is finished the time to be committed and settled; what nobody began is not waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._farewell_s if self._desk.releasing.is_set() else FLUSH_S):
                await self._finisher.idle()

    async def _depart(self) -> None:
        """Leave nothing behind: claims go back, the name disappears. Each step may fail, none may hang."""
        claims = [held.claim for held in self._desk.held.values()]
        released = await self._give_back(claims)
        with suppress(TimeoutError, DomainscoutError):
            async with asyncio.timeout(self._farewell_s):
                # An answer that was never heard may have given us more than we know of.
                unheard = [held.claim for held in await self._broker.stranded(self._desk.held)]
                if released is None:
                    released = await self._broker.release(claims + unheard)
                else:
                    released += await self._give_back(unheard) or 0
                    await self._broker.settle(claims + unheard)
                await self._broker.leave()
                await self._broker.wake()
        self._desk.observe(Stopped(released=released or 0))

    async def _give_back(self, claims: list[Claim]) -> int | None:
        """Return claims to the database; None when it cannot be written."""
        returns = [Return(target_id=c.target_id, attempt=c.attempt, why=Why.RELEASED) for c in claims]
        try:
            async with asyncio.timeout(self._farewell_s):
                await self._feeder.give_back()
                back = await self._store.targets.put_back(returns) if returns else []
        except (StorageError, TimeoutError):
            return None
        return sum(target is not None for target in back)

    @property
    def _farewell_s(self) -> float:
        return HURRIED_S if self._signals > 1 else FAREWELL_S

    def _signalled(self, number: int) -> None:
        self.ended_by = self.ended_by or number
        self.stop()

    def _orphaned(self) -> None:
        """The supervisor is gone: its end of our standard input was closed."""
        if not os.read(sys.stdin.fileno(), 1):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            if self._signals == 0:
                self._signalled(signal.SIGTERM)

    def _release(self) -> None:
        self._desk.draining.set()
        self._desk.releasing.set()
        for slot in self._desk.slots:
            slot.interrupt(Interruption.RELEASE)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to show: one with words for a person before any other."""
    errors: list[BaseException] = []
    pending: list[BaseException] = [group]
    while pending:
        error = pending.pop(0)
        pending += error.exceptions if isinstance(error, BaseExceptionGroup) else []
        errors += [] if isinstance(error, BaseExceptionGroup) else [error]
    return next((error for error in errors if isinstance(error, DomainscoutError)), errors[0])

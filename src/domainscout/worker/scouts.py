"""One scout's round: take a target, work it, hand the outcome on. Faults of ours put the target back at no cost."""

from __future__ import annotations

import asyncio
import time
import traceback
from datetime import UTC, datetime

from domainscout.broker import Held
from domainscout.errors import AttemptError, Category, ModelError, NetworkDown, ServiceError, UserError
from domainscout.events import LeaseLost, PutBack, Started
from domainscout.records import Outcome, Target
from domainscout.retry import failed
from domainscout.store import Why
from domainscout.worker.desk import Desk, Interruption, Scout, Slot
from domainscout.worker.finisher import Finisher
from domainscout.worker.network import Network
from domainscout.worker.reader import Reader


class Scouts:
    """The scouts of one worker: each an endless round in a task of its own."""

    def __init__(
        self,
        desk: Desk,
        *,
        scout: Scout,
        reader: Reader,
        finisher: Finisher,
        network: Network,
    ) -> None:
        self._desk = desk
        self._scout = scout
        self._reader = reader
        self._finisher = finisher
        self._network = network

    async def run(self, slot: Slot) -> None:
        """Work target after target until the worker drains."""
        while (held := await self._reader.next()) is not None:
            if held.target.job_id in self._desk.stopped_jobs:
                await self.put_back([held], Why.RELEASED, "its job is paused or cancelled")
            else:
                slot.began = time.monotonic()
                await self._work(slot, held)
                slot.last_s = time.monotonic() - slot.began

    async def put_back(self, helds: list[Held], why: Why, words: str, *, after_s: float = 0.0) -> None:
        """Return targets, and say why."""
        count = await self._finisher.put_back(helds, why, after_s=after_s)
        if count:
            self._desk.observe(PutBack(count=count, why=words))

    async def _work(self, slot: Slot, held: Held) -> None:
        target, started = held.target, datetime.now(UTC)
        self._desk.observe(Started(domain=target.domain, target_id=target.id, attempt=target.attempt))
        slot.held, slot.interruption = held, None
        slot.enter("start")
        try:
            result = await self._result(slot, held)
            if slot.interruption is not None:
                # A stop that came in the same instant as the result is delivered here, not in the next target.
                await asyncio.sleep(0)
            # From here on the outcome is on its way to the database: nothing stops this target any more.
            slot.held = None
            slot.enter("store")
            await self._conclude(held, started, result)
        except asyncio.CancelledError:
            await self._interrupted(slot, held)
        finally:
            slot.held = None
            slot.enter("idle")

    async def _result(self, slot: Slot, held: Held) -> Outcome | Exception:
        try:
            return await self._scout(held.target, slot.enter)
        except Exception as error:  # noqa: BLE001  a bug in our code costs its domain an attempt, not the worker
            return error

    async def _conclude(self, held: Held, started: datetime, result: Outcome | Exception) -> None:
        if isinstance(result, Outcome):
            self._network.up()
            await self._finisher.hand(held, result)
        elif isinstance(result, NetworkDown):
            self._network.down(result)
            await self.put_back([held], Why.SERVICE, "our network is down")
        elif isinstance(result, ServiceError | UserError) and not isinstance(result, ModelError):
            raise result
        else:
            await self._finisher.hand(held, self._mishap(held.target, started, result))

    async def _interrupted(self, slot: Slot, held: Held) -> None:
        """Somebody stopped this target, or the whole worker."""
        why = slot.interruption
        if why is None or slot.task is None or slot.held is None:
            raise asyncio.CancelledError
        slot.task.uncancel()
        slot.held = None
        if why is Interruption.LEASE_LOST:
            self._desk.observe(LeaseLost(domain=held.target.domain))
            self._desk.drop(held)
        elif why is Interruption.JOB_STOPPED:
            await self.put_back([held], Why.RELEASED, "its job is paused or cancelled")
        # A target that is released at shutdown stays on the desk: all of them go back together.

    def _mishap(self, target: Target, started: datetime, error: Exception) -> Outcome:
        """An outcome for an error that the scout should not have let through."""
        frame = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
        where = f" at {frame.filename.rpartition('/')[2]}:{frame.lineno}" if frame else ""
        words = f"{type(error).__name__}: {error}{where}"
        fault = AttemptError(Category.INTERNAL, words, heals=True)
        return failed(target, started, fault, worker=self._desk.name, settings=self._desk.settings)

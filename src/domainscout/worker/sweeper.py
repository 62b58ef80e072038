"""Puts right what crashes and wipes leave behind: expired leases, lost targets, stopped jobs, dead names."""

from __future__ import annotations

import asyncio
import math
import time

from domainscout.broker import COLLECTOR, LOST_AFTER_S, Broker, Expired
from domainscout.errors import UserError
from domainscout.events import PutBack, Recovered, WorkerLost
from domainscout.records import JobState, WorkerBeat
from domainscout.store import Return, Store, Why
from domainscout.worker.desk import Desk, Interruption
from domainscout.worker.feeder import Feeder
from domainscout.worker.finisher import Finisher
from domainscout.worker.keeper import Keeper
from domainscout.worker.patience import Patience
from domainscout.worker.reader import Reader

SWEEP_EVERY_S = 1.0
"""At most: a short lease is looked after eight times in its length, so that little is added to it."""
RECONCILE_EVERY_S = 5.0
"""Database against streams: both are read whole, and what is missing twice is lost."""
DISMISS_EVERY_S = 15.0
UNBEGUN_S = 1.0
"""What was claimed ahead for a quick scout and is not begun by then, others may have."""
KEEPERS_FIRST_S = 3.0
"""After an outage the keepers of all workers renew before anybody calls a lease expired."""
CLOCK_JUMP_S = 2.0
"""Clocks that are disciplined drift by less than a millisecond from one sweep to the next."""


class Sweeper:
    """Every worker sweeps; what it does is fenced in the database, so two at once do no harm."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        broker: Broker,
        redis: Patience,
        database: Patience,
        *,
        feeder: Feeder,
        finisher: Finisher,
        keeper: Keeper,
        reader: Reader,
    ) -> None:
        self._desk = desk
        self._store = store
        self._broker = broker
        self._redis = redis
        self._database = database
        self._feeder = feeder
        self._finisher = finisher
        self._keeper = keeper
        self._reader = reader
        self._missing: set[tuple[int, int]] = set()
        self._beats: tuple[WorkerBeat, ...] = ()
        self._mourned: set[str] = set()
        self._server_ahead_s = math.nan
        self._jumped_at = -math.inf

    async def run(self) -> None:
        """Sweep about every second until cancelled."""
        # The first look comes at once: a worker that does not live for two intervals finds what was lost, too.
        reconcile_at = time.monotonic()
        dismiss_at = reconcile_at + RECONCILE_EVERY_S
        while True:
            await self.heed_stopped_jobs()
            await self.heed_clock()
            self._beats = await self._redis(self._broker.workers)
            live = [beat for beat in self._beats if beat.state != "lost" and beat.name != self._desk.name]
            self._feeder.slots_alive = len(self._desk.slots) + sum(beat.slots for beat in live)
            self.tell_of_the_lost()
            await self.give_back_unbegun()
            await self.recover_expired()
            if time.monotonic() >= reconcile_at:
                await self._redis(self._broker.restart_leases_from_the_future)
                await self.find_lost()
                reconcile_at = time.monotonic() + RECONCILE_EVERY_S
            if time.monotonic() >= dismiss_at:
                await self._redis(self._broker.dismiss_dead)
                dismiss_at = time.monotonic() + DISMISS_EVERY_S
            await asyncio.sleep(min(SWEEP_EVERY_S, self._desk.settings.lease / 8))

    async def heed_stopped_jobs(self) -> None:
        """Learn which jobs are paused or cancelled; what runs for a cancelled one is stopped, for a paused one ends."""
        self._desk.stopped_jobs = frozenset(await self._database(self._store.jobs.stopped))
        for slot in self._desk.slots:
            if slot.held is None or slot.held.target.job_id not in self._desk.stopped_jobs:
                continue
            if await self._is_cancelled(slot.held.target.job_id):
                slot.interrupt(Interruption.JOB_STOPPED)

    async def heed_clock(self) -> None:
        """Notice when the server's clock is set: by it every lease seems over, and every worker silent."""
        before = time.monotonic()
        server = await self._redis(self._broker.server_time)
        after = time.monotonic()
        ahead_s = server - (before + after) / 2
        if abs(ahead_s - self._server_ahead_s) > CLOCK_JUMP_S + after - before:
            self._jumped_at = after
        self._server_ahead_s = ahead_s

    def tell_of_the_lost(self) -> None:
        """Say once of each worker that fell silent what it held and when that comes back: until then nothing moves."""
        if not self._keepers_have_renewed():
            return
        lost = {beat.name: beat for beat in self._beats if beat.state == "lost" and beat.name != self._desk.name}
        for name in lost.keys() - self._mourned:
            held = sum(scout.target_id > 0 for scout in lost[name].scouts)
            within_s = lost[name].lease_s - self._silent_s(lost[name])
            if held and within_s > 0:
                self._desk.observe(WorkerLost(worker=name, count=held, within_s=within_s))
        self._mourned = set(lost)

    async def give_back_unbegun(self) -> None:
        """Let other workers have what was claimed ahead for scouts that are busy for longer than was expected."""
        helds = self._reader.overdue(UNBEGUN_S)
        if not helds:
            return
        await self._finisher.put_back(helds, Why.RELEASED)
        self._desk.put_back += len(helds)
        self._desk.hungry.set()

    async def recover_expired(self) -> None:
        """Put back what a worker claimed and kept no longer. If the worker died, the target is suspect."""
        if not self._keepers_have_renewed():
            return
        lease_s = max([self._desk.settings.lease, *(beat.lease_s for beat in self._beats if beat.state != "lost")])
        expired = await self._redis(lambda: self._broker.expired(lease_s))
        if not expired:
            return
        returns = [self._return_of(one, lease_s) for one in expired]
        back = await self._database(lambda: self._store.targets.put_back(returns))
        for one, put_back, target in zip(expired, returns, back, strict=True):
            self._finisher.settle(one.held)
            if target is not None:
                domain, suspect = one.held.target.domain, put_back.why is Why.EXPIRED
                self._desk.observe(Recovered(domain=domain, worker=one.owner, suspect=suspect))
        self._desk.put_back += len(returns)
        self._desk.hungry.set()

    async def find_lost(self) -> None:
        """Put back what the database thinks queued and no stream, no worker has: missing twice, five seconds apart."""
        if self._redis.back_for_s < RECONCILE_EVERY_S:
            self._missing.clear()
            return
        queued = await self._queued()
        missing = queued - await self._redis(self._broker.present) - self._in_hands()
        lost = missing & self._missing
        self._missing = missing - lost
        if not lost:
            return
        returns = [Return(target_id=number, attempt=attempt, why=Why.LOST) for number, attempt in sorted(lost)]
        back = await self._database(lambda: self._store.targets.put_back(returns))
        count = sum(target is not None for target in back)
        if count:
            self._desk.observe(PutBack(count=count, why="Redis had lost them"))
        self._desk.put_back += len(returns)
        self._desk.hungry.set()

    def _return_of(self, expired: Expired, lease_s: float) -> Return:
        """An entry that nobody died over is put back without suspicion: its claim was answered to nobody."""
        target, claim = expired.held.target, expired.held.claim
        if not self._is_dead(expired.owner, lease_s):
            return Return(target_id=claim.target_id, attempt=claim.attempt, why=Why.LOST, worker=expired.owner)
        return Return(
            target_id=claim.target_id,
            attempt=claim.attempt,
            why=Why.EXPIRED,
            worker=expired.owner,
            solo=target.suspect,
        )

    def _is_dead(self, owner: str, lease_s: float) -> bool:
        if owner in {COLLECTOR, self._desk.name}:
            return False
        silent_s = [self._silent_s(beat) for beat in self._beats if beat.name == owner]
        return not silent_s or silent_s[0] > min(LOST_AFTER_S, lease_s * 0.6)

    def _silent_s(self, beat: WorkerBeat) -> float:
        """By the server's clock, of which the last beat of those who live tells."""
        living = [other.seen for other in self._beats if other.state != "lost"]
        return abs(max(living or [other.seen for other in self._beats]) - beat.seen)

    def _keepers_have_renewed(self) -> bool:
        """Whether they had the time to, since the server was away or its clock was set."""
        quiet_s = min(self._redis.back_for_s, time.monotonic() - self._jumped_at)
        return quiet_s >= max(KEEPERS_FIRST_S, self._desk.settings.lease / 4)

    def _in_hands(self) -> set[tuple[int, int]]:
        """What live workers are working on, ourselves included."""
        own = {(held.claim.target_id, held.claim.attempt) for held in self._desk.held.values()}
        live = (beat for beat in self._beats if beat.state != "lost")
        return own | {(scout.target_id, scout.attempt) for beat in live for scout in beat.scouts if scout.target_id}

    async def _queued(self) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        after = 0
        while True:
            page = await self._database(
                lambda after=after: self._store.targets.queued(after_id=after, older_than_s=RECONCILE_EVERY_S)  # type: ignore[misc]
            )
            if not page:
                return found
            found |= {(one.id, one.attempt) for one in page}
            after = page[-1].id

    async def _is_cancelled(self, job_id: str) -> bool:
        try:
            job = await self._database(lambda: self._store.jobs.get(job_id))
        except UserError:
            return True
        return job.state is JobState.CANCELLED

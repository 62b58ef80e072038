"""Keeps the leases and beats the heart: on a timer of its own, measuring the process it runs in."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress

import psutil

from domainscout import __version__
from domainscout.broker import Broker, BrokerFull, host_name
from domainscout.records import WorkerBeat
from domainscout.worker.desk import Desk, Interruption
from domainscout.worker.patience import Patience

BEAT_EVERY_S = 2.0
LAG_TICK_S = 0.1


class Keeper:
    """Renews every claim of this worker each quarter of a lease, and says every two seconds that it lives."""

    def __init__(self, desk: Desk, broker: Broker, redis: Patience) -> None:
        self._desk = desk
        self._broker = broker
        self._redis = redis
        self._process = psutil.Process()
        self._measured = (self._process.create_time(), 0.0)
        self._host = host_name()
        self._lag_s = 0.0
        self._figures = (0.0, 0, 0.0)

    @property
    def beat_every_s(self) -> float:
        """Seconds between heartbeats: with a short lease faster, so that its end and our silence agree."""
        return min(BEAT_EVERY_S, self._desk.settings.lease / 4)

    async def renew(self) -> None:
        """Renew leases until cancelled."""
        every_s = self._desk.settings.lease / 4
        while True:
            await asyncio.sleep(every_s)
            held = dict(self._desk.held)
            if not held:
                continue
            claims = [one.claim for one in held.values()]
            renewed = await self._redis(lambda claims=claims: self._broker.renew(claims))  # type: ignore[misc]
            # An entry that nobody owns was wiped away: its target is still ours by the database's count of attempts.
            for slot in self._desk.slots:
                if slot.held is not None and slot.held.claim.entry_id in renewed.taken:
                    slot.interrupt(Interruption.LEASE_LOST)

    async def beat(self) -> None:
        """Send heartbeats until cancelled; a missed one is not made up for."""
        while True:
            self._measure()
            # A full server takes no heartbeat, and work drains nevertheless.
            with suppress(BrokerFull):
                await self._redis.once(lambda: self._broker.beat(self.now()))
            await asyncio.sleep(self.beat_every_s)

    async def watch_lag(self) -> None:
        """Measure how late the event loop runs its timers, until cancelled."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(LAG_TICK_S)
            self._lag_s = max(self._lag_s, time.monotonic() - before - LAG_TICK_S)

    def now(self) -> WorkerBeat:
        """This worker as it is; CPU, memory and lag as of the last heartbeat."""
        desk, (cpu_pct, rss_bytes, lag_ms) = self._desk, self._figures
        return WorkerBeat(
            name=desk.name,
            pid=os.getpid(),
            host=self._host,
            version=__version__,
            started=desk.started,
            seen=time.time(),
            slots=len(desk.slots),
            scouts=tuple(slot.state for slot in desk.slots),
            done=desk.done,
            partial=desk.partial,
            failed=desk.failed,
            cpu_pct=cpu_pct,
            rss_bytes=rss_bytes,
            lag_ms=lag_ms,
            cost_usd=desk.cost_usd,
            state="draining" if desk.draining.is_set() else "ok",
            lease_s=desk.settings.lease,
        )

    def _measure(self) -> None:
        """CPU since the last heartbeat; since the process began for the first one, where nothing shorter is exact."""
        times = self._process.cpu_times()
        now, used_s = time.time(), times.user + times.system
        then, used_before_s = self._measured
        self._measured = (now, used_s)
        cpu_pct = 100 * (used_s - used_before_s) / (now - then) if now > then else 0.0
        self._figures = (cpu_pct, self._process.memory_info().rss, self._lag_s * 1000)
        self._lag_s = 0.0

"""Any order of claims, deaths, late results, wipes, clocks and commands over broker and store keeps every promise.

A state machine: hypothesis draws the order, each step runs against a real server and a real database file, and after
each step the sum rule, uniqueness and the kept tallies are counted row by row. In the end all is worked off, and
every target of every job that was not cancelled has exactly one counted outcome.

    DOMAINSCOUT_INTERLEAVINGS=2000 pytest -n0 tests/chaos/test_interleavings.py
"""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.support.clocks import set_server_clock
from tests.support.outcomes import failed, retried
from tests.support.queues import Server, binaries, server
from tests.support.worker_process import success

from domainscout.broker import Broker, Held, open_broker
from domainscout.errors import Category
from domainscout.records import Counts, JobOptions, JobState, Lane
from domainscout.settings import QueueSettings, StoreSettings
from domainscout.store import Return, Store, Why, open_store

RUNS = int(os.environ.get("DOMAINSCOUT_INTERLEAVINGS", "20"))
WORKERS = ("one", "two")
LANES = (Lane.SOLO, Lane.EXPRESS, Lane.BULK)


class Interleavings(RuleBasedStateMachine):
    backend: Server

    def __init__(self) -> None:
        super().__init__()
        self.backend.say("FLUSHALL")
        self.folder = Path(tempfile.mkdtemp(prefix="ds-"))
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.held: dict[str, list[Held]] = {name: [] for name in WORKERS}
        self.dead: list[Held] = []
        self.jobs: list[str] = []
        self.counted: Counter[int] = Counter()
        self.store: Store
        self.brokers: dict[str, Broker] = {}
        self.run(self._open())

    def run(self, coroutine):  # type: ignore[no-untyped-def]
        return self.runner.run(coroutine)

    async def _open(self) -> None:
        self.store = await self.stack.enter_async_context(open_store(StoreSettings(data_dir=self.folder)))
        for name in WORKERS:
            broker = await self.stack.enter_async_context(
                open_broker(self.backend.url, QueueSettings(lease=1), worker=name)
            )
            await broker.register()
            self.brokers[name] = broker

    @rule(names=st.sets(st.integers(0, 7), min_size=1, max_size=5), small=st.booleans())
    def submit(self, names: set[int], small: bool) -> None:
        async def act() -> None:
            job = await self.store.jobs.create("list", options=JobOptions(max_age_s=0), new=True)
            await self.store.targets.add(job.id, [f"company{number}.example" for number in sorted(names)])
            if small:
                await self.store.jobs.seal(job.id)
            self.jobs.append(job.id)

        self.run(act())

    @rule(lane=st.sampled_from(LANES), limit=st.integers(1, 6), pushed=st.sampled_from(["once", "twice", "never"]))
    def feed(self, lane: Lane, limit: int, pushed: str) -> None:
        async def act() -> None:
            targets = await self.store.targets.feed(limit, lane=lane)
            for _ in range({"once": 1, "twice": 2, "never": 0}[pushed]):
                await self.brokers["one"].push(lane, targets)

        self.run(act())

    @rule(name=st.sampled_from(WORKERS), count=st.integers(1, 3), alone=st.booleans())
    def claim(self, name: str, count: int, alone: bool) -> None:
        claimed = self.run(self.brokers[name].claim(count, alone=alone))
        self.held[name] += claimed.held

    @rule(name=st.sampled_from(WORKERS))
    def renew(self, name: str) -> None:
        renewed = self.run(self.brokers[name].renew([held.claim for held in self.held[name]]))
        assert not renewed.taken & {held.claim.entry_id for held in self.held[name] if held in self.dead}

    @rule(name=st.sampled_from(WORKERS))
    def die(self, name: str) -> None:
        self.dead += self.held[name]
        self.held[name] = []

    @precondition(lambda self: any(self.held.values()))
    @rule(
        data=st.data(), how=st.sampled_from(["done", "retry", "fail", "release"]),
        crash=st.sampled_from(["no", "after the commit", "before the commit"]),
    )  # fmt: skip
    def finish(self, data: st.DataObject, how: str, crash: str) -> None:
        name = data.draw(st.sampled_from([name for name in WORKERS if self.held[name]]))
        held = self.held[name].pop(data.draw(st.integers(0, len(self.held[name]) - 1)))
        if crash == "before the commit":
            self.dead.append(held)
            return
        self._write(held, how)
        if crash == "no":
            self.run(self.brokers[name].settle([held.claim]))
        else:
            self.dead.append(held)

    @precondition(lambda self: self.dead)
    @rule(data=st.data(), how=st.sampled_from(["done", "retry", "fail", "release"]), settles=st.booleans())
    def finish_late(self, data: st.DataObject, how: str, settles: bool) -> None:
        held = self.dead[data.draw(st.integers(0, len(self.dead) - 1))]
        self._write(held, how)
        if settles:
            self.run(self.brokers["two"].settle([held.claim]))

    def _write(self, held: Held, how: str) -> None:
        target = held.target
        if how == "release":
            back = Return(target_id=target.id, attempt=target.attempt, why=Why.RELEASED)
            self.run(self.store.targets.put_back([back]))
            return
        outcome = {
            "done": lambda: success(target),
            "retry": lambda: retried(target),
            "fail": lambda: failed(target, Category.TLS),
        }[how]()
        (counts,) = self.run(self.store.targets.commit([outcome]))
        if counts and how != "retry":
            self.counted[target.id] += 1
        assert self.counted[target.id] <= 1

    @rule()
    def sweep_expired(self) -> None:
        async def act() -> None:
            await self.brokers["one"].restart_leases_from_the_future()
            expired = await self.brokers["one"].expired(0.0)
            await self.store.targets.put_back(
                [
                    Return(
                        target_id=one.held.claim.target_id,
                        attempt=one.held.claim.attempt,
                        why=Why.EXPIRED,
                        worker=one.owner,
                    )
                    for one in expired
                ]
            )
            await self.brokers["one"].settle([one.held.claim for one in expired])

        self.run(act())

    @rule()
    def find_lost(self) -> None:
        self.run(self._find_lost())

    async def _find_lost(self) -> None:
        queued = {(one.id, one.attempt) for one in await self.store.targets.queued()}
        lost = queued - await self.brokers["two"].present()
        returns = [Return(target_id=number, attempt=attempt, why=Why.LOST) for number, attempt in sorted(lost)]
        back = await self.store.targets.put_back(returns)
        assert None not in back

    @rule(seconds=st.sampled_from([3600.0, -3600.0]))
    def set_clock(self, seconds: float) -> None:
        self.run(set_server_clock(self.brokers["one"], seconds))

    @rule()
    def wipe(self) -> None:
        self.backend.say("FLUSHALL")

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), what=st.sampled_from(["cancel", "pause", "resume"]))
    def steer(self, data: st.DataObject, what: str) -> None:
        job = data.draw(st.sampled_from(self.jobs))

        async def act() -> None:
            if what == "cancel":
                await self.store.jobs.cancel(job)
            elif (await self.store.jobs.get(job)).state in {JobState.ACTIVE, JobState.PAUSED}:
                await (self.store.jobs.pause(job) if what == "pause" else self.store.jobs.resume(job))

        self.run(act())

    @invariant()
    def every_promise_holds(self) -> None:
        counts: Counts = self.run(self.store.numbers.recount())
        assert counts.holds
        assert counts == self.run(self.store.numbers.counts())
        assert self.run(self.store.check()) == []
        queued = [one.domain for one in self.run(self.store.targets.queued())]
        assert len(queued) == len(set(queued))

    def teardown(self) -> None:
        try:
            self.run(self._work_off())
            counts = self.run(self.store.numbers.recount())
            assert counts.holds
            assert counts.unfinished == 0
            assert sum(self.counted.values()) == counts.done + counts.partial + counts.failed
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _work_off(self) -> None:
        for job in self.jobs:
            if (await self.store.jobs.get(job)).state is JobState.PAUSED:
                await self.store.jobs.resume(job)
        broker = self.brokers["one"]
        for _ in range(200):
            for lane in LANES:
                await broker.push(lane, await self.store.targets.feed(50, lane=lane))
            held = [*(await broker.claim(50)).held, *(await broker.claim(1, alone=True)).held]
            for one, counts in zip(
                held, await self.store.targets.commit([success(one.target) for one in held]), strict=True
            ):
                self.counted[one.target.id] += counts
            await broker.settle([one.claim for one in held])
            if not await self.store.targets.unfinished():
                return
            if not held:
                await broker.restart_leases_from_the_future()
                expired = await broker.expired(0.0)
                await self.store.targets.put_back(
                    [
                        Return(target_id=one.held.claim.target_id, attempt=one.held.claim.attempt, why=Why.LOST)
                        for one in expired
                    ]
                )
                await broker.settle([one.held.claim for one in expired])
                await self._find_lost()


def test_any_interleaving_keeps_the_sum_and_counts_each_target_once() -> None:
    with server(binaries()["valkey"]) as backend:
        Interleavings.backend = backend
        run_state_machine_as_test(
            Interleavings,
            settings=settings(
                max_examples=RUNS,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

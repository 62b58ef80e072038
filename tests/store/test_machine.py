"""Whatever happens in whatever order: the sum rule holds, no domain is in flight twice, no late commit counts.

A state machine over a real database, with a small model of who holds what. DOMAINSCOUT_MACHINE_RUNS makes it longer.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text
from tests.support.outcomes import done, failed, retried, store_settings

from domainscout.errors import UsageError
from domainscout.records import JobOptions, JobState, Outcome, Target
from domainscout.store import Return, Store, Why, open_store

DOMAINS = [f"c{n}.example" for n in range(6)]
RUNS = int(os.environ.get("DOMAINSCOUT_MACHINE_RUNS", "25"))


class Machine(RuleBasedStateMachine):
    """Jobs over six domains, and claims that are held, lost and settled late."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.store: Store = self.do(self.stack.enter_async_context(open_store(store_settings(Path(self.folder.name)))))
        self.held: dict[int, Target] = {}
        self.stale: list[Target] = []
        self.jobs: list[str] = []

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.do(self.stack.aclose())
        self.loop.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.submit(DOMAINS, 0.0)

    @rule(domains=st.lists(st.sampled_from(DOMAINS), min_size=1), max_age_s=st.sampled_from([0.0, 3600.0]))
    def submit(self, domains: list[str], max_age_s: float) -> None:
        job = self.do(self.store.jobs.create("list", options=JobOptions(max_age_s=max_age_s)))
        self.do(self.store.targets.add(job.id, domains))
        self.do(self.store.jobs.seal(job.id))
        self.jobs.append(job.id)

    @rule(limit=st.integers(1, 5))
    def feed(self, limit: int) -> None:
        fed = self.do(self.store.targets.feed(limit))
        assert len(fed) <= limit
        for target in fed:
            assert target.id not in self.held
            self.held[target.id] = target

    def settle(self, index: int, outcome: Outcome) -> None:
        assert self.do(self.store.targets.commit([outcome])) == [True]
        self.stale.append(self.held.pop(outcome.target.id))

    def pick(self, index: int) -> Target:
        return list(self.held.values())[index % len(self.held)]

    @precondition(lambda self: self.held)
    @rule(index=st.integers(0, 9), how=st.sampled_from([done, failed, retried]))
    def commit(self, index: int, how: Any) -> None:
        self.settle(index, how(self.pick(index)))

    @precondition(lambda self: self.held)
    @rule(index=st.integers(0, 9), why=st.sampled_from(list(Why)), solo=st.booleans())
    def put_back(self, index: int, why: Why, solo: bool) -> None:
        target = self.pick(index)
        item = Return(target_id=target.id, attempt=target.attempt, why=why, solo=solo)
        (waiting,) = self.do(self.store.targets.put_back([item]))
        crashed = solo and why is Why.EXPIRED
        assert (waiting is None) == (crashed and target.crashes == 2)
        assert waiting is None or (waiting.attempt, waiting.charged) == (target.attempt + 1, target.charged)
        self.stale.append(self.held.pop(target.id))

    @precondition(lambda self: self.stale)
    @rule(index=st.integers(0, 99), how=st.sampled_from([done, failed, retried]))
    def settle_late(self, index: int, how: Any) -> None:
        target = self.stale[index % len(self.stale)]
        before = self.do(self.store.numbers.counts())
        assert self.do(
            self.store.targets.commit([how(target, **({"company_name": "LATE"} if how is done else {}))])
        ) == [False]
        assert self.do(self.store.numbers.counts()) == before
        item = Return(target_id=target.id, attempt=target.attempt, why=Why.EXPIRED)
        assert self.do(self.store.targets.put_back([item])) == [None]

    @rule(index=st.integers(0, 9), act=st.sampled_from(["pause", "resume", "cancel", "retry"]))
    def steer(self, index: int, act: str) -> None:
        job = self.jobs[index % len(self.jobs)]
        if act == "cancel":
            gone = [target for target in self.held.values() if target.job_id == job]
            finished = self.do(self.store.jobs.get(job)).state in (JobState.FINISHED, JobState.CANCELLED)
            self.do(self.store.jobs.cancel(job))
            if not finished:
                self.stale += [self.held.pop(target.id) for target in gone]
            return
        try:
            self.do(getattr(self.store.jobs, act)(job))
        except UsageError:
            assert act in ("pause", "resume")

    @invariant()
    def sums_and_uniqueness(self) -> None:
        assert self.do(self.store.check()) == []
        queued = self.do(self.store.targets.queued())
        assert {(row.id, row.attempt) for row in queued} == {(t.id, t.attempt) for t in self.held.values()}
        assert len({row.domain for row in queued}) == len(queued)
        assert self.do(self.store.read(_late)) == 0
        for job in self.do(self.store.jobs.list()):
            unfinished = self.do(self.store.targets.unfinished(job.id))
            assert (job.finished_at is not None) == (unfinished == 0)


def _late(conn: Any) -> int:
    return int(conn.execute(text("SELECT count(*) FROM companies WHERE company_name = 'LATE'")).scalar_one())


Machine.TestCase.settings = settings(
    max_examples=RUNS, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMachine = Machine.TestCase

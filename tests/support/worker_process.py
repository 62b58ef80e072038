"""A worker in a process of its own, with a scout that visits nobody: what chaos tests kill, stop and starve.

    python -m tests.support.worker_process '{"data_dir": "FOLDER", "redis_url": "unix://FOLDER/s.sock", ...}'

The scout says its stages like the real one, so a crash can be asked for by name. Nothing here is known to the product:
the points around the commit are wrapped around the store and the broker from outside.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domainscout.broker import Broker, open_broker
from domainscout.embedded import embedded_server, ensure_running
from domainscout.errors import AttemptError, Category, DomainscoutError
from domainscout.events import Event
from domainscout.profile import Profile, Status
from domainscout.records import Attempt, Outcome, Retry, Target
from domainscout.retry import decide
from domainscout.settings import QueueSettings, StoreSettings, load_settings
from domainscout.store import Store, open_store
from domainscout.wiring import open_scouting
from domainscout.worker import Worker

true_time = time.time
START_PATIENCE_S = 60.0
"""Longer than the real one: on a loaded machine a restart of the server takes its time."""
Scouting = Callable[[Target, Callable[[str], None]], Awaitable[Outcome]]
POINTS = ("before_fetch", "after_fetch", "after_extraction", "before_commit", "between_commit_and_ack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What this worker does.

    Attributes:
        work_s: seconds a target, half of them "fetch", half "extract".
        spread: the time of each target is drawn between (1 - spread) and (1 + spread) times `work_s`.
        crash_at: one of `POINTS`; with `crash_share` the probability a target.
        killers: domains with this in their name end the process.
        fails: domains with this in their name fail in a way that heals, at their first attempt.
        broken: domains with this in their name fail for good.
        block_s: domains with "block" in their name keep the processor so long.
        events: file that gets each event as a JSON line.
        clock_s: how far ahead its wall clock is.
        crawl: settings of the real crawler and extractors, which then do the work; None for the scout of these tests.
    """

    data_dir: str
    redis_url: str | None = None
    concurrency: int = 5
    lease: float = 3.0
    grace: float = 5.0
    attempts: int = 3
    backoff: float = 0.2
    work_s: float = 0.02
    spread: float = 0.5
    crash_at: str | None = None
    crash_share: float = 0.0
    killers: str = "killer"
    fails: str = "flaky"
    broken: str = "broken"
    block_s: float = 0.0
    until_empty: bool = True
    job: str | None = None
    seed: int | None = None
    events: str | None = None
    busy_timeout: float = 60.0
    clock_s: float = 0.0
    crawl: dict[str, Any] | None = None

    @property
    def command(self) -> list[str]:
        """How to run it."""
        return [sys.executable, "-m", "tests.support.worker_process", json.dumps(asdict(self))]


class Crasher:
    """Ends the process at the point that the plan names."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = random.Random(plan.seed)

    def _maybe_crash(self, point: str) -> None:
        if self._plan.crash_at == point and self._random.random() < self._plan.crash_share:
            os.kill(os.getpid(), signal.SIGKILL)


class RealScout(Crasher):
    """The scout of the product, watched."""

    def __init__(self, plan: Plan, scout: Scouting) -> None:
        super().__init__(plan)
        self._scout = scout

    async def __call__(self, target: Target, stage: Callable[[str], None]) -> Outcome:
        def entered(name: str) -> None:
            if name == "extract":
                self._maybe_crash("after_fetch")
            stage(name)

        self._maybe_crash("before_fetch")
        outcome = await self._scout(target, entered)
        self._maybe_crash("after_extraction")
        return outcome


class Scout(Crasher):
    """Says the stages, takes its time, fails where the plan says so."""

    def __init__(self, plan: Plan, worker: str) -> None:
        super().__init__(plan)
        self._worker = worker

    async def __call__(self, target: Target, stage: Callable[[str], None]) -> Outcome:
        started = datetime.now(UTC)
        self._maybe_crash("before_fetch")
        seconds = self._plan.work_s * (1 + self._plan.spread * (2 * self._random.random() - 1))
        stage("fetch")
        await asyncio.sleep(seconds / 2)
        if self._plan.killers in target.domain:
            os.kill(os.getpid(), signal.SIGKILL)
        self._maybe_crash("after_fetch")
        stage("extract")
        if "block" in target.domain:
            until = time.monotonic() + self._plan.block_s
            while time.monotonic() < until:
                pass
        await asyncio.sleep(seconds / 2)
        self._maybe_crash("after_extraction")
        try:
            self._fail(target)
        except AttemptError as error:
            return failure(target, error, self._plan, worker=self._worker, started=started)
        return success(target, worker=self._worker, started=started)

    def _fail(self, target: Target) -> None:
        if self._plan.broken in target.domain:
            raise AttemptError(Category.TLS, "certificate expired")
        if self._plan.fails in target.domain and target.charged == 0:
            raise AttemptError(Category.HTTP, "503", heals=True)


def success(target: Target, *, worker: str = "w", started: datetime | None = None) -> Outcome:
    """A finished target with a small profile."""
    now = datetime.now(UTC)
    profile = Profile(
        domain=target.domain, job=target.job_id, status=Status.DONE, crawled_at=now, company_name="Example"
    )
    return Outcome(
        target=target, attempt=attempt_of(target, "done", worker, started or now), status=Status.DONE, profile=profile
    )


def failure(target: Target, error: AttemptError, plan: Plan, *, worker: str, started: datetime) -> Outcome:
    """A failed attempt with the decision of the real table."""
    settings = QueueSettings(attempts=plan.attempts, backoff=plan.backoff)
    decision = decide(error, target.charged + 1, settings)
    outcome = "retry" if isinstance(decision, Retry) else "failed"
    attempt = attempt_of(target, outcome, worker, started, category=error.category, error=str(error))
    return Outcome(target=target, attempt=attempt, status=None, decision=decision)


def attempt_of(target: Target, outcome: str, worker: str, started: datetime, **details: Any) -> Attempt:
    """The attempt of an outcome."""
    return Attempt(
        target_id=target.id,
        job_id=target.job_id,
        domain=target.domain,
        attempt=target.attempt,
        worker=worker,
        started_at=started,
        finished_at=datetime.now(UTC),
        outcome=outcome,
        **details,
    )


class Points:
    """Crashes around the commit, wrapped around the parts that the worker is given."""

    def __init__(self, plan: Plan, store: Store, broker: Broker) -> None:
        self._plan = plan
        self._random = random.Random(plan.seed)
        if plan.crash_at == "before_commit":
            store.targets.commit = self._before(store.targets.commit)  # type: ignore[method-assign, assignment]
        if plan.crash_at == "between_commit_and_ack":
            broker.settle = self._before(broker.settle)  # type: ignore[method-assign, assignment]

    def _before(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def wrapped(items: list[Any]) -> Any:
            if any(self._random.random() < self._plan.crash_share for _ in items):
                os.kill(os.getpid(), signal.SIGKILL)
            return await call(items)

        return wrapped


async def work(plan: Plan) -> int:
    """Run the plan; returns the exit code."""
    settings = QueueSettings(
        concurrency=plan.concurrency, lease=plan.lease, grace=plan.grace, attempts=plan.attempts, backoff=plan.backoff
    )
    folder = Path(plan.data_dir)
    if plan.redis_url is None:
        async with embedded_server(folder) as url:
            return await _work(plan, settings, url, revive=lambda: asyncio.to_thread(ensure_running, folder))
    return await _work(plan, settings, plan.redis_url)


@asynccontextmanager
async def _scouting(plan: Plan, queue: QueueSettings, store: Store, worker: str) -> AsyncIterator[Scouting]:
    if plan.crawl is None:
        yield Scout(plan, worker)
        return
    given = {"data_dir": plan.data_dir, "extractor": "rules", **queue.model_dump(exclude_unset=True), **plan.crawl}
    async with open_scouting(load_settings(given), store, worker=worker) as scouting:
        yield RealScout(plan, scouting.scout)


async def _work(
    plan: Plan, settings: QueueSettings, url: str, revive: Callable[[], Awaitable[None]] | None = None
) -> int:
    log = Path(plan.events).open("a", buffering=1) if plan.events else None  # noqa: SIM115, ASYNC230

    def observe(event: Event) -> None:
        if log is not None:
            line = {"at": true_time(), "pid": os.getpid(), "event": type(event).__name__, **asdict(event)}
            log.write(json.dumps(line, default=str) + "\n")

    store_settings = StoreSettings(data_dir=Path(plan.data_dir), busy_timeout=plan.busy_timeout)
    async with (
        open_store(store_settings) as store,
        open_broker(url, settings, revive=revive, patience_s=START_PATIENCE_S) as broker,
        _scouting(plan, settings, store, broker.worker) as scout,
    ):
        Points(plan, store, broker)
        worker = Worker(
            store=store,
            broker=broker,
            scout=scout,
            settings=settings,
            observe=observe,
            until_empty=plan.until_empty,
            job=plan.job,
        )
        print(broker.worker, flush=True)
        async with worker.signals():
            await worker.run()
    return 0


def main() -> int:
    """Read the plan, run it, and turn errors into exit codes like the real command line."""
    plan = Plan(**json.loads(sys.argv[1]))
    if plan.clock_s:
        time.time = lambda: true_time() + plan.clock_s
    try:
        return asyncio.run(work(plan))
    except DomainscoutError as error:
        print(f"{error.what} {error.why}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    raise SystemExit(main())

"""A worker inside the test's own event loop, over a real server and a real database, with a scout the test writes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.queues import Server
from tests.support.worker_process import success

from domainscout.broker import Broker, open_broker
from domainscout.events import Event
from domainscout.records import Counts, JobOptions, Outcome, Target
from domainscout.settings import QueueSettings, StoreSettings
from domainscout.store import Store, open_store
from domainscout.worker import Worker

Act = Callable[[Target, Callable[[str], None]], Awaitable[Outcome]]
SETTINGS: dict[str, Any] = {"concurrency": 4, "lease": 2.0, "grace": 5.0, "backoff": 0.05, "backoff_max": 1.0}


def domains(count: int, name: str = "company") -> list[str]:
    """So many names of made-up companies."""
    return [f"{name}{number}.example" for number in range(count)]


async def at_once(target: Target, stage: Callable[[str], None]) -> Outcome:
    """The scout that has nothing to do."""
    return success(target)


@dataclass(slots=True)
class Running:
    """A worker at work and everything it told."""

    worker: Worker
    broker: Broker
    task: asyncio.Task[None]
    events: list[Event] = field(default_factory=list)

    def told(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass(slots=True)
class Hall:
    """A database and a server, and workers over them."""

    store: Store
    server: Server
    stack: AsyncExitStack
    started: Counter[str] = field(default_factory=Counter)
    url: str = ""

    async def submit(self, *domains: str, seal: bool = True) -> str:
        job = await self.store.jobs.create("list", options=JobOptions(max_age_s=0), new=True)
        await self.store.targets.add(job.id, list(domains))
        if seal:
            await self.store.jobs.seal(job.id)
        return job.id

    async def broker(self, name: str, **settings: Any) -> Broker:
        queue = QueueSettings(**{**SETTINGS, **settings})
        return await self.stack.enter_async_context(open_broker(self.url or self.server.url, queue, worker=name))

    async def start(
        self, act: Act = at_once, *, name: str = "w", until_empty: bool = True, job: str | None = None,
        probe: Callable[[], Awaitable[bool]] | None = None, **settings: Any,
    ) -> Running:  # fmt: skip
        """Start a worker; it ends when the queue is empty unless told otherwise."""
        queue = QueueSettings(**{**SETTINGS, **settings})
        broker = await self.stack.enter_async_context(open_broker(self.url or self.server.url, queue, worker=name))
        events: list[Event] = []

        async def counted(target: Target, stage: Callable[[str], None]) -> Outcome:
            self.started[target.domain] += 1
            return await act(target, stage)

        worker = Worker(
            store=self.store, broker=broker, scout=counted, settings=queue, observe=events.append,
            until_empty=until_empty, job=job, probe=probe,
        )  # fmt: skip
        task = asyncio.create_task(worker.run(), name=name)
        self.stack.push_async_callback(_end, worker, task)
        return Running(worker=worker, broker=broker, task=task, events=events)

    async def counts(self, job: str | None = None) -> Counts:
        """Counted for real, and checked against the sum rule."""
        counts = await self.store.numbers.recount(job)
        assert counts.holds, counts
        assert await self.store.check() == []
        return counts


async def _end(worker: Worker, task: asyncio.Task[None]) -> None:
    while not task.done():
        worker.stop()
        await asyncio.wait([task], timeout=0.05)
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def hall(server: Server, folder: Path) -> AsyncIterator[Hall]:
    """A fresh database over an emptied server."""
    server.say("FLUSHALL")
    async with open_store(StoreSettings(data_dir=folder)) as store, AsyncExitStack() as stack:
        yield Hall(store=store, server=server, stack=stack)

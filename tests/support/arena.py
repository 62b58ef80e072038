"""Workers as processes over a server that can be killed, and a ledger of what happened to every target.

Used by the bounded chaos tests and by the long `benchmarks/chaos.py`. Owns causing trouble and counting; what must hold
is said where it is used.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.support.queues import Server, binaries
from tests.support.worker_process import Plan

from domainscout.broker import Broker, open_broker
from domainscout.records import Counts, JobOptions, TargetState
from domainscout.settings import QueueSettings, StoreSettings
from domainscout.store import Store, open_store


@dataclass(slots=True)
class Child:
    """One worker process."""

    process: subprocess.Popen[str]
    born: float
    errors: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


@dataclass(slots=True)
class Ledger:
    """What the workers said, in order: one JSON line an event."""

    path: Path
    lines: list[dict[str, Any]] = field(default_factory=list)
    _offset: int = 0

    def read(self) -> list[dict[str, Any]]:
        """Everything so far; a line that a kill cut short is left out."""
        if self.path.exists():
            with self.path.open() as file:
                file.seek(self._offset)
                for line in file:
                    if not line.endswith("\n"):
                        break
                    self._offset += len(line.encode())
                    try:
                        self.lines.append(json.loads(line))
                    except ValueError:
                        continue
        return self.lines

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.read() if line["event"] == kind]

    def in_flight(self, pid: int) -> set[str]:
        """Domains that this process had begun and not finished."""
        open_ones: set[str] = set()
        for line in self.read():
            if line["pid"] == pid and line["event"] == "Started":
                open_ones.add(line["domain"])
            elif line["pid"] == pid and line["event"] in {"Finished", "RetryPlanned", "Outdated"}:
                open_ones.discard(line["domain"])
        return open_ones


@dataclass(slots=True)
class Arena:
    """A database, a server, workers, and means to hurt them."""

    folder: Path
    server: Server
    store: Store
    broker: Broker
    plan: Plan
    dice: random.Random
    ledger: Ledger
    children: list[Child] = field(default_factory=list)
    kills: list[tuple[float, set[str]]] = field(default_factory=list)
    born: int = 0
    clocks: tuple[float, ...] = (0.0,)

    async def submit(self, domains: Sequence[str]) -> str:
        """A sealed job of these domains."""
        job = await self.store.jobs.create("chaos", options=JobOptions(max_age_s=0), new=True)
        await self.store.targets.add(job.id, list(domains))
        await self.store.jobs.seal(job.id)
        return job.id

    def spawn(self, **changes: Any) -> Child:
        """Start a worker."""
        self.born += 1
        clock_s = self.clocks[self.born % len(self.clocks)]
        plan = replace(self.plan, seed=self.dice.randrange(2**31), **{"clock_s": clock_s, **changes})
        errors = self.folder / f"stderr-{self.born}"
        with errors.open("w") as file:
            process = subprocess.Popen(
                plan.command, stdout=subprocess.DEVNULL, stderr=file, text=True, start_new_session=True
            )
        child = Child(process=process, born=time.time(), errors=errors)
        self.children.append(child)
        return child

    def keep(self, count: int) -> None:
        """See to it that so many workers live; a death that nobody of us caused is remembered as a kill too."""
        for child in [child for child in self.children if not child.alive]:
            self._bury(child)
        while len(self.children) < count:
            self.spawn()

    def _bury(self, child: Child) -> None:
        if child.process.returncode == -signal.SIGKILL:
            self.kills.append((time.time(), self.ledger.in_flight(child.pid)))
        self.children.remove(child)

    async def all_up(self) -> bool:
        """Whether each of them has told that it works."""
        up = {beat.pid for beat in await self.broker.workers() if beat.state == "ok"}
        return up >= {child.pid for child in self.children}

    def kill_one(self) -> bool:
        """`kill -9` of a random worker that has begun something; False when there is none."""
        ready = [child for child in self.children if child.alive and self.ledger.in_flight(child.pid)]
        if not ready:
            return False
        child = self.dice.choice(ready)
        child.process.kill()
        child.process.wait()
        self._bury(child)
        return True

    @contextmanager
    def standstill(self) -> Iterator[None]:
        """No worker moves for as long as this is open."""
        still = [child for child in self.children if child.alive]
        for child in still:
            child.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for child in still:
                child.process.send_signal(signal.SIGCONT)

    async def counts(self) -> Counts:
        """Counted row by row; the sum rule, uniqueness and the pages of the file are checked."""
        counts = await self.store.numbers.recount()
        assert counts.holds, f"the sum rule is broken: {counts}"
        problems = await self.store.check()
        assert problems == [], problems
        return counts

    async def finished(self) -> bool:
        """Whether every target has its outcome."""
        return await self.store.targets.unfinished() == 0

    async def finish(self, workers: int, *, seconds: float) -> None:
        """Keep so many workers until every target has its outcome."""
        deadline = time.monotonic() + seconds
        while not await self.finished():
            assert time.monotonic() < deadline, f"not finished: {await self.store.numbers.counts()} {self.complaints()}"
            self.keep(workers)
            await asyncio.sleep(0.05)

    def complaints(self) -> str:
        """What the workers wrote to their standard error."""
        texts = {path.read_text()[-2000:] for path in self.folder.glob("stderr-*")}
        return "\n".join(text for text in texts if text)

    def recoveries_s(self) -> list[float]:
        """For each target that a kill interrupted: seconds from the last kill that did to its outcome."""
        finished: dict[str, float] = {}
        for line in self.ledger.of("Finished"):
            finished.setdefault(line["domain"], line["at"])
        killed: dict[str, float] = {}
        for at, domains in self.kills:
            killed |= dict.fromkeys(domains, at)
        return [max(finished[domain] - at, 0.0) for domain, at in killed.items() if domain in finished]

    def works(self) -> Counter[str]:
        """How often each domain was begun."""
        return Counter(line["domain"] for line in self.ledger.of("Started"))

    async def failed(self) -> dict[str, str]:
        """Failed domains with their category."""
        rows = await self.store.targets.listing(states=(TargetState.FAILED,), limit=100_000)
        return {row.domain: str(row.category) for row in rows}

    def end(self) -> None:
        """Kill what still runs."""
        for child in self.children:
            if child.alive:
                child.process.kill()
            child.process.wait()


@asynccontextmanager
async def arena(
    plan: Plan | None = None, *, backend: str = "valkey", seed: int = 0, aof: bool = True
) -> AsyncIterator[Arena]:
    """An arena in a folder of its own; everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ds-"))
    server = Server(binary=binaries()[backend], folder=folder)
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(server.kill)
        server.start("--appendonly", "yes" if aof else "no")
        settings = asdict(plan or Plan(data_dir=""))
        own = {"data_dir": str(folder), "redis_url": server.url, "events": str(folder / "events")}
        plan = Plan(**{**settings, **{name: value for name, value in own.items() if not settings[name]}})
        store = await stack.enter_async_context(open_store(StoreSettings(data_dir=folder)))
        broker = await stack.enter_async_context(
            open_broker(server.url, QueueSettings(lease=plan.lease), worker="arena")
        )
        one = Arena(
            folder=folder, server=server, store=store, broker=broker, plan=plan, dice=random.Random(seed),
            ledger=Ledger(path=folder / "events"),
        )  # fmt: skip
        stack.callback(one.end)
        yield one

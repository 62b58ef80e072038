"""Our own worker with a scout that does nothing, or sleeps: what a target costs, its commit to the database included.

    python -m benchmarks.peers.our_queue REDIS_URL TARGETS CONCURRENCY WORK_S
    python -m benchmarks.peers.our_queue --folder DATA_DIR

Prints one JSON object: `enqueue_s` (into the database), `work_s` (first claim to last commit), `rss_mib` (first claim).
With `--folder` it works off what was submitted there, with a hundred scouts that do nothing: `work_us_start` and
`work_us_end` are microseconds a target in the first and in the last tenth (of small jobs: halves), `cpu_us_start` and
`cpu_us_end` the processor time in them: what the others have beyond it is waiting, for the disk or other processes.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil

from domainscout.broker import Broker, open_broker
from domainscout.embedded import embedded_server
from domainscout.events import Event, Finished, Started
from domainscout.profile import Profile, Status
from domainscout.records import Attempt, JobOptions, Outcome, Target
from domainscout.settings import QueueSettings, StoreSettings
from domainscout.store import Store, open_store
from domainscout.worker import Worker

COARSE = 5000
"""Fewer commits than these are too few for a rate: hundreds share a transaction."""


class Clock:
    """First claim, last commit, and the memory before the first page."""

    def __init__(self) -> None:
        self.first = self.last = 0.0
        self.rss_mib = 0.0
        self.commits: list[float] = []
        self.cpu: list[float] = []

    def observe(self, event: Event) -> None:
        """Take the time of an event."""
        if isinstance(event, Started) and not self.first:
            self.first = time.perf_counter()
            self.rss_mib = psutil.Process().memory_info().rss / 2**20
        elif isinstance(event, Finished):
            self.last = time.perf_counter()
            self.commits.append(self.last)
            self.cpu.append(time.process_time())


def outcome(target: Target, profiles: bool) -> Outcome:
    """What a scout without a web returns."""
    now = datetime.now(UTC)
    attempt = Attempt(
        target_id=target.id, job_id=target.job_id, domain=target.domain, attempt=target.attempt, worker="bench",
        started_at=now, finished_at=now, outcome="done",
    )  # fmt: skip
    profile = Profile(domain=target.domain, job=target.job_id, crawled_at=now) if profiles else None
    return Outcome(target=target, attempt=attempt, status=Status.DONE, profile=profile)


async def measure(url: str, targets: int, concurrency: int, work_s: float, profiles: bool) -> dict[str, float]:
    """Submit, work until empty, and report."""
    settings = QueueSettings(concurrency=concurrency)
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(StoreSettings(data_dir=Path(folder))) as store, open_broker(url, settings) as broker:
            job = await store.jobs.create("bench", options=JobOptions(max_age_s=0))
            began = time.perf_counter()
            for start in range(0, targets, 1000):
                await store.targets.add(
                    job.id, [f"company{n}.example" for n in range(start, min(start + 1000, targets))]
                )
            await store.jobs.seal(job.id)
            enqueue_s = time.perf_counter() - began
            await _work(store, broker, settings, clock, work_s=work_s, profiles=profiles)
    return {
        "targets": len(clock.commits),
        "enqueue_s": enqueue_s,
        "work_s": clock.last - clock.first,
        "rss_mib": clock.rss_mib,
        "rss_end_mib": psutil.Process().memory_info().rss / 2**20,
    }


async def work_off(folder: Path) -> dict[str, float]:
    """Do nothing for every target that waits in a data folder, and report what the first and the last ones cost."""
    settings, clock = QueueSettings(concurrency=100), Clock()
    async with (
        embedded_server(folder) as url,
        open_store(StoreSettings(data_dir=folder)) as store,
        open_broker(url, settings) as broker,
    ):
        await _work(store, broker, settings, clock, work_s=0.0, profiles=True)
    commits = clock.commits
    part = max(len(commits) // 10, min(len(commits) // 2, COARSE))
    cpu = clock.cpu
    return {
        "worked": len(commits),
        "work_s": clock.last - clock.first,
        "work_us_start": (commits[part - 1] - clock.first) / part * 1e6,
        "work_us_end": (commits[-1] - commits[-part - 1]) / part * 1e6,
        "cpu_us_start": (cpu[part - 1] - cpu[0]) / (part - 1) * 1e6,
        "cpu_us_end": (cpu[-1] - cpu[-part - 1]) / part * 1e6,
    }


async def _work(
    store: Store, broker: Broker, settings: QueueSettings, clock: Clock, *, work_s: float, profiles: bool
) -> None:
    async def scout(target: Target, stage: Callable[[str], None]) -> Outcome:
        if work_s:
            await asyncio.sleep(work_s)
        return outcome(target, profiles)

    worker = Worker(store=store, broker=broker, scout=scout, settings=settings, observe=clock.observe, until_empty=True)
    await worker.run()


def main() -> None:
    """Run once and print the figures."""
    if sys.argv[1] == "--folder":
        print(json.dumps(asyncio.run(work_off(Path(sys.argv[2])))))
        return
    url, targets, concurrency, work_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    profiles = "--no-profile" not in sys.argv
    print(json.dumps(asyncio.run(measure(url, targets, concurrency, work_s, profiles))))


if __name__ == "__main__":
    main()

"""taskiq-redis with its stream broker, the fastest task queue beside us; no result backend, so no database.

python taskiq_queue.py REDIS_URL TARGETS CONCURRENCY WORK_S
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any


async def measure(url: str, targets: int, concurrency: int, work_s: float) -> dict[str, float]:
    """Enqueue, work until all is done, and report."""
    from taskiq.receiver import Receiver
    from taskiq_redis import RedisStreamBroker

    broker: Any = RedisStreamBroker(url=url, queue_name="taskiq")
    broker.is_worker_process = True
    finished = asyncio.Event()
    done = 0

    @broker.task  # type: ignore[untyped-decorator]
    async def work(_domain: str) -> None:
        nonlocal done
        if work_s:
            await asyncio.sleep(work_s)
        done += 1
        if done == targets:
            finished.set()

    await broker.startup()
    began = time.perf_counter()
    for start in range(0, targets, 500):
        await asyncio.gather(*(work.kiq(f"company{n}.example") for n in range(start, min(start + 500, targets))))
    enqueue_s = time.perf_counter() - began
    receiver = Receiver(broker, max_async_tasks=concurrency, run_startup=False)
    stop = asyncio.Event()
    began = time.perf_counter()
    listening = asyncio.create_task(receiver.listen(stop))
    await finished.wait()
    seconds = time.perf_counter() - began
    stop.set()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await broker.shutdown()
    return {"targets": done, "enqueue_s": enqueue_s, "work_s": seconds}


def main() -> None:
    """Run once and print the figures."""
    url, targets, concurrency, work_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    print(json.dumps(asyncio.run(measure(url, targets, concurrency, work_s))))


if __name__ == "__main__":
    main()

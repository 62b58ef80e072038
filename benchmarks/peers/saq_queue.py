"""saq with its Redis queue.

python saq_queue.py REDIS_URL TARGETS CONCURRENCY WORK_S
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any


async def measure(url: str, targets: int, concurrency: int, work_s: float) -> None:
    """Enqueue, work until all is done, print the figures, and end."""
    from saq import Queue, Worker

    queue: Any = Queue.from_url(url, name="saq")
    finished = asyncio.Event()
    done = 0

    async def work(_context: Any, *, domain: str) -> None:
        nonlocal done
        if work_s:
            await asyncio.sleep(work_s)
        done += 1
        if done == targets:
            finished.set()

    await queue.connect()
    began = time.perf_counter()
    for start in range(0, targets, 50):
        names = [f"company{n}.example" for n in range(start, min(start + 50, targets))]
        await asyncio.gather(*(queue.enqueue("work", domain=name) for name in names))
    enqueue_s = time.perf_counter() - began
    worker: Any = Worker(queue, functions=[("work", work)], concurrency=concurrency)
    began = time.perf_counter()
    running = asyncio.create_task(worker.start())
    await finished.wait()
    seconds = time.perf_counter() - began
    # Its orderly end waits for jobs that it has not taken: the process ends instead.
    print(json.dumps({"targets": done, "enqueue_s": enqueue_s, "work_s": seconds}), flush=True)
    running.cancel()
    os._exit(0)


def main() -> None:
    """Run once and print the figures."""
    url, targets, concurrency, work_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    asyncio.run(measure(url, targets, concurrency, work_s))


if __name__ == "__main__":
    main()

"""arq in burst mode.

python arq_queue.py REDIS_URL TARGETS CONCURRENCY WORK_S
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any


async def measure(url: str, targets: int, concurrency: int, work_s: float) -> dict[str, float]:
    """Enqueue, work until empty, and report."""
    from arq import create_pool
    from arq.connections import RedisSettings
    from arq.worker import Worker, func

    settings = RedisSettings.from_dsn(url)
    redis: Any = await create_pool(settings)
    done = 0

    async def work(_context: Any, _domain: str) -> None:
        nonlocal done
        if work_s:
            await asyncio.sleep(work_s)
        done += 1

    began = time.perf_counter()
    for start in range(0, targets, 500):
        names = [f"company{n}.example" for n in range(start, min(start + 500, targets))]
        await asyncio.gather(*(redis.enqueue_job("work", name) for name in names))
    enqueue_s = time.perf_counter() - began
    functions: Any = [func(work, name="work")]
    worker: Any = Worker(
        functions=functions, redis_settings=settings, burst=True, max_jobs=concurrency, poll_delay=0.01, keep_result=0,
        handle_signals=False,
    )  # fmt: skip
    began = time.perf_counter()
    await worker.main()
    seconds = time.perf_counter() - began
    await worker.close()
    await redis.aclose()
    return {"targets": done, "enqueue_s": enqueue_s, "work_s": seconds}


def main() -> None:
    """Run once and print the figures."""
    url, targets, concurrency, work_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    print(json.dumps(asyncio.run(measure(url, targets, concurrency, work_s))))


if __name__ == "__main__":
    main()

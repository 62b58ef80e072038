"""The practical limit of redis-py over a stream with a group: no database, no leases, no retries.

    python bare_queue.py REDIS_URL TARGETS CONCURRENCY WORK_S [--batched]

One message a read in as many lanes as CONCURRENCY; `--batched` reads and settles a hundred at once in one lane.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis

STREAM, GROUP = "bare", "g"


async def enqueue(redis: Any, targets: int) -> float:
    """Push in pipelines of 500; returns the seconds."""
    await redis.delete(STREAM)
    await redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    began = time.perf_counter()
    for start in range(0, targets, 500):
        pipeline = redis.pipeline(transaction=False)
        for number in range(start, min(start + 500, targets)):
            pipeline.xadd(STREAM, {"d": f"company{number}.example"})
        await pipeline.execute()
    return time.perf_counter() - began


async def lane(redis: Any, name: str, batch: int, work_s: float) -> int:
    """Read, work, acknowledge, until nothing is left."""
    done = 0
    while reply := await redis.xreadgroup(GROUP, name, {STREAM: ">"}, count=batch):
        ids = [entry_id for entry_id, _ in reply[0][1]]
        if work_s:
            await asyncio.sleep(work_s)
        pipeline = redis.pipeline(transaction=False)
        pipeline.xack(STREAM, GROUP, *ids)
        pipeline.xdel(STREAM, *ids)
        await pipeline.execute()
        done += len(ids)
    return done


async def measure(url: str, targets: int, concurrency: int, work_s: float, batched: bool) -> dict[str, float]:
    """Enqueue, work until empty, and report."""
    pool = BlockingConnectionPool.from_url(url, max_connections=concurrency, decode_responses=True, protocol=2)
    redis: Any = Redis.from_pool(pool)
    enqueue_s = await enqueue(redis, targets)
    began = time.perf_counter()
    lanes = [lane(redis, f"c{n}", 100 if batched else 1, work_s) for n in range(1 if batched else concurrency)]
    done = sum(await asyncio.gather(*lanes))
    work = time.perf_counter() - began
    await redis.aclose()
    await pool.disconnect()
    return {"targets": done, "enqueue_s": enqueue_s, "work_s": work}


def main() -> None:
    """Run once and print the figures."""
    url, targets, concurrency, work_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    print(json.dumps(asyncio.run(measure(url, targets, concurrency, work_s, "--batched" in sys.argv))))


if __name__ == "__main__":
    main()

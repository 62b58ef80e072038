"""The ideal of a worker with nothing to do but sleep: how long `asyncio.sleep` really takes, and the rate it allows.

    python bare_sleep.py REDIS_URL TARGETS CONCURRENCY WORK_S

No queue, no database: the event loop rounds its timers up to whole milliseconds, and the machine wakes it when it can.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


async def measure(targets: int, concurrency: int, work_s: float) -> dict[str, float]:
    """Sleep that often in as many lanes, and report."""
    left = targets

    async def lane() -> None:
        nonlocal left
        while left:
            left -= 1
            await asyncio.sleep(work_s)

    began = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(concurrency)))
    return {"targets": targets, "work_s": time.perf_counter() - began}


def main() -> None:
    """Run once and print the figures."""
    print(json.dumps(asyncio.run(measure(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))))


if __name__ == "__main__":
    main()

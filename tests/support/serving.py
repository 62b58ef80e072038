"""The made-up companies of the demo, served from a thread of their own while a test talks to child processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from domainscout.demo.server import Latency, Web, open_web
from domainscout.demo.sites import load


@contextmanager
def served(*, repeat: int = 1, latency: Latency | None = None) -> Iterator[Web]:
    """Serve them until the block ends."""
    loop = asyncio.new_event_loop()
    ready, found, over = threading.Event(), [], asyncio.Event()

    async def serve() -> None:
        async with open_web(load(repeat=repeat), latency=latency) as web:
            found.append(web)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(120)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(120)
        loop.close()

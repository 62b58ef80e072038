"""Waiting for something to become true, instead of sleeping and hoping."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def wait_until(condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = 90.0) -> None:
    """Return once the condition holds; fail after so many seconds: more than any loaded machine needs."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                held = condition()
                if await held if inspect.isawaitable(held) else held:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"not true within {seconds} s: {inspect.getsource(condition).strip()}") from None

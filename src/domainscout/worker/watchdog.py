"""A thread that sees what the event loop cannot: a domain that does not give the processor back, and where."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

from domainscout.events import LoopBlocked
from domainscout.worker.desk import Desk

BLOCKED_AFTER_S = 1.0
LOOK_EVERY_S = 0.25


class Watchdog:
    """Names the domain that blocks the worker, once a blockade, as soon as the loop can tell it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        self._ticked = time.monotonic()
        self._over = threading.Event()

    async def run(self) -> None:
        """Watch until cancelled."""
        thread = threading.Thread(target=self._look, name="watchdog", daemon=True)
        thread.start()
        try:
            while True:
                self._ticked = time.monotonic()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._over.set()

    def _look(self) -> None:
        blocked: tuple[str, str] | None = None
        since = self._ticked
        over = False
        while not over:
            over = self._over.wait(LOOK_EVERY_S)
            if time.monotonic() - self._ticked >= BLOCKED_AFTER_S and not over:
                if blocked is None:
                    blocked, since = self._culprit(), self._ticked
            elif blocked is not None:
                self._tell(blocked, max(self._ticked, since + BLOCKED_AFTER_S) - since)
                blocked = None

    def _tell(self, blocked: tuple[str, str], seconds: float) -> None:
        domain, where = blocked
        with suppress(RuntimeError):
            event = LoopBlocked(domain=domain, seconds=seconds, where=where)
            self._loop.call_soon_threadsafe(self._desk.observe, event)

    def _culprit(self) -> tuple[str, str]:
        task = asyncio.current_task(self._loop)
        slot = next((slot for slot in self._desk.slots if slot.task is task and slot.held), None)
        domain = slot.held.target.domain if slot and slot.held else (task.get_name() if task else "the loop itself")
        return domain, _place(sys._current_frames().get(self._thread_id))


def _place(frame: FrameType | None) -> str:
    if frame is None:
        return "?"
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {frame.f_code.co_name}"

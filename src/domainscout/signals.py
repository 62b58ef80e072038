"""The signals that ask a program to end: Ctrl-C, SIGTERM, and SIGHUP when its terminal closes. Owns who hears them.

What is done about them is said where they are heard: a worker drains, a supervisor tells its children, everything else
leaves in order.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def wanted(number: int) -> bool:
    """Whether a signal is to be heard at all: `nohup` starts us with SIGHUP ignored, and means it."""
    return signal.getsignal(number) is not signal.SIG_IGN


@contextmanager
def heard(tell: Callable[[int], None]) -> Iterator[None]:
    """Call `tell` in the running event loop with the number of each such signal, for as long as this is open.

    A terminal that closes says so twice, by the kernel and by its shell; the second time is no second Ctrl-C, and is
    not told.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in ENDING if wanted(number)}
    hung_up = False

    def told(number: int) -> None:
        nonlocal hung_up
        if number != signal.SIGHUP or not hung_up:
            hung_up = hung_up or number == signal.SIGHUP
            tell(number)

    for number in before:
        loop.add_signal_handler(number, partial(told, number))
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            # Else the last words after this would be cut short by the default, which is death.
            signal.signal(number, handler)

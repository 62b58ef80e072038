"""Keeps a process near the size it needs: huge pages one at a time, and what texts said forgotten in time.

Owns when the interpreter looks for garbage, too.

glibc gives each thread an arena of its own and keeps what is freed in it; a few pages of 2 MiB, parsed in threads,
left a worker at 340 MB that needed 140. One arena, large blocks mapped by themselves, one thread for everything large,
and a trim afterwards keep it there. The allocator is left alone where the C library is another one.

What a text says is asked again and again within a site, and answered from memory (`remembered`). Bounded by entries
only, that memory is not bounded in bytes, and it lies between everything else: it is forgotten before each trim.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache, partial
from typing import Any, ParamSpec, TypeVar, cast

TRIMS_OWED = 4
"""Trims after something large: it is still in use at the first ones."""

TRIM_EVERY_BYTES = 2 * 1024 * 1024
"""Page sources read between two trims when nothing is large: parsed, they are about 30 MB, freed in small pieces.

Without, 200 sites of 25 KiB pages, fifty at once, left a process at 320 MB that needed 80 (2026-11).
"""

GARBAGE_EVERY = (10_000, 3, 3)
"""New objects after which the youngest are searched for circles, and how often the older ones join in.

A page is some thousand objects that live for seconds; Python's 700 had them looked through again and again, for 0.24 ms
of every page's 4, and found in 2000 pages only what failed connections left. So it is 0.05 ms (2026-11).
"""

_owed = [0]
_read = [0]

P = ParamSpec("P")
R = TypeVar("R")

_forgets: list[Callable[[], None]] = []

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_MAPPED_FROM_BYTES = 256 * 1024


def remembered(*, maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the answers of a pure function of texts, until the next `forget`.

    Args:
        maxsize: most answers kept.
    """

    def keeping(function: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize=maxsize)(function)
        _forgets.append(kept.cache_clear)
        return cast(Callable[P, R], kept)

    return keeping


def forget() -> None:
    """Let go what was remembered of texts: most never come again, and they can be as long as a page."""
    for clear in _forgets:
        clear()


@cache
def settle() -> bool:
    """Tell the allocator, once a process, to give back what is freed; False where it cannot be told.

    Also spares what is imported from the search for garbage: it stays, and looking through it time and again took an
    eighth of a crawl's processor time. Not later, while pages are in hand: some are let go in circles (2026-11).
    """
    gc.freeze()
    gc.set_threshold(*GARBAGE_EVERY)
    library = _glibc()
    if library is None:
        return False
    return bool(library.mallopt(_M_ARENA_MAX, 1) and library.mallopt(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES))


def give_back() -> None:
    """Return free memory to the system; some milliseconds, so only after something large."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def owe() -> None:
    """Something large was made and will be let go soon: trim at the next few occasions."""
    _owed[0] = TRIMS_OWED


def pay(read_bytes: int = 0) -> None:
    """An occasion: forget and trim if something large was let go lately, or much that was small.

    Args:
        read_bytes: size of the page sources read since the last occasion.
    """
    _read[0] += read_bytes
    if _owed[0] > 0 or _read[0] >= TRIM_EVERY_BYTES:
        _owed[0] = max(0, _owed[0] - 1)
        _read[0] = 0
        forget()
        give_back()


async def alone(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Do something large off the event loop, one such thing at a time, and give its memory back.

    Parsing holds the interpreter's lock: more threads would not be faster, they would only be larger together.
    """
    return await asyncio.get_running_loop().run_in_executor(_thread(), partial(_done, partial(work, *args, **kwargs)))


def _done(work: Callable[[], R]) -> R:
    try:
        return work()
    finally:
        owe()
        give_back()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="large")


@cache
def _glibc() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None)
        _ = library.mallopt, library.malloc_trim
    except (OSError, AttributeError):
        return None
    return library

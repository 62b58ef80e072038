"""Writes that share a transaction: each in a savepoint of its own, neighbours that can be one call merged into one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError


@dataclass(slots=True)
class Write:
    """One write on its way to the writer. Neighbours with the same `many` run as one call over all their `items`."""

    done: asyncio.Future[Any]
    run: Callable[[Connection], Any] | None = None
    many: Callable[[Connection, list[Any]], list[Any]] | None = None
    items: Sequence[Any] = ()
    durable: bool = False
    result: Any = None
    error: BaseException | None = field(default=None)


def run_group(conn: Connection, group: list[Write]) -> None:
    """Run the writes in their order, inside the transaction that is open."""
    for many, writes in groupby(group, key=attrgetter("many")):
        _run(conn, many, list(writes))


def _run(conn: Connection, many: Callable[..., list[Any]] | None, writes: list[Write]) -> None:
    """Neighbours that go together as one call, others one by one."""
    if many is None:
        for write in writes:
            assert write.run is not None
            _attempt(conn, write.run, [write])
        return
    items = [item for write in writes for item in write.items]
    _attempt(conn, lambda conn: many(conn, items), writes)


def _attempt(conn: Connection, run: Callable[[Connection], Any], writes: list[Write]) -> None:
    """Its own mistake costs a write only itself, an error of the database costs the whole group."""
    savepoint = conn.begin_nested()
    try:
        result = run(conn)
    except DBAPIError as error:
        if not isinstance(error, IntegrityError):
            raise
        savepoint.rollback()
        blame(writes, error)
    except Exception as error:  # noqa: BLE001 - not swallowed: raised again where the write was awaited
        savepoint.rollback()
        blame(writes, error)
    else:
        savepoint.commit()
        _share(writes, result)


def blame(writes: list[Write], error: BaseException) -> None:
    """Let these fail with this error, once it is told."""
    for write in writes:
        write.error = error


def _share(writes: list[Write], result: Any) -> None:
    start = 0
    for write in writes:
        if write.many is None:
            write.result = result
        else:
            write.result = result[start : start + len(write.items)]
            start += len(write.items)


def settle(write: Write) -> None:
    """Tell whoever waits for this write what became of it."""
    if write.done.done():
        return
    if write.error is not None:
        write.done.set_exception(write.error)
    else:
        write.done.set_result(write.result)

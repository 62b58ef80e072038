"""One SQLite file, one writer, a few readers: how SQL gets run, grouped, made durable, and how its errors leave.

Everything above hands in plain functions over a SQLAlchemy `Connection`. They run in a greenlet over the aiosqlite
dialect, as SQLAlchemy's asyncio engine would run them; that engine itself comes with the whole ORM, which is 90 ms of
every command's start and 9 MB of every worker (2026-11). The same functions will do for asyncpg.

Writes of all coroutines queue up for one writer task; whatever waits when it turns round shares one transaction and one
fsync, each write in a savepoint of its own.

A statement costs about four hand-overs between the event loop and the thread of aiosqlite, each of which waits for a
turn of the loop. So batches are few statements over many rows (see `codec`), and calls that can are merged
(`write_many`).

`synchronous` is NORMAL: in WAL mode a commit survives the death of the process (kill -9), because the page cache is the
kernel's. A power cut may roll the file back to an earlier commit, never tear it; targets whose results are gone are
then `queued` without an entry in the stream, which is what the sweeper puts back. Only `submit` has told somebody that
his list is safe, so its last write asks for FULL. Measured 2026-11-24 (fdatasync 1.8 ms): one scout 370 commits/s with
NORMAL, 240 with FULL; from five scouts on the group commit hides the difference. Does not own the schema (`migrate`)
nor any table.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn

from domainscout.errors import StorageError
from domainscout.store.faults import replaced, translated
from domainscout.store.groups import Write, blame, run_group, settle

T = TypeVar("T")
Item = TypeVar("Item")
P = ParamSpec("P")

READERS = 2
"""Reader connections: one long export must not hold up `status`."""

CACHE_KIB = 16 * 1024
"""Page cache of a connection. 64 MiB made a million-target submit no faster."""

POOL_TIMEOUT_S = 3600.0
"""A read may wait for the other ones as long as it takes: the caller bounds it, not the pool."""

WAL_LIMIT = "journal_size_limit=67108864"

GROUP_LIMIT = 256
"""Writes that share a transaction at most: bounds how long the first of them waits."""

OLDEST_SQLITE = (3, 35, 0)
"""UPDATE … FROM, RETURNING and materialised CTEs."""


class Database:
    """The open file. `read` and `write` run functions over a connection; both raise `StorageError` only."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        self.path = path
        self._writer = _engine(path, busy_timeout_s, begin="BEGIN IMMEDIATE", readers=0)
        self._reader = _engine(path, busy_timeout_s, begin="BEGIN", readers=READERS)
        self._queue: asyncio.Queue[Write] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._identity: tuple[int, int] | None = None
        self.transactions = 0

    async def read(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function over a read-only connection, in one snapshot of the database."""

        def run() -> T:
            with self._reader.connect() as conn, conn.begin():
                self._watch()
                return function(conn, *args, **kwargs)

        with translated(self.path):
            result: T = await greenlet_spawn(run)
            return result

    async def write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function inside the next group transaction; returns after its COMMIT.

        Order is kept: writes run in the order in which they were called. An error of the function itself undoes only
        that write. Cancelling the caller does not undo a write that is already queued.
        """
        result: T = await self._put(lambda conn: function(conn, *args, **kwargs))
        return result

    async def write_durably(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, and on the disk (fsync) when it returns: survives a power cut too."""
        result: T = await self._put(lambda conn: function(conn, *args, **kwargs), durable=True)
        return result

    async def write_many(self, function: Callable[[Connection, list[Item]], list[T]], items: Sequence[Item]) -> list[T]:
        """As `write`, for a function that handles many items at once and returns one result for each.

        Calls that wait beside each other in the queue become one call of the function: its statements are paid once.
        """
        results: list[T] = await self._put(many=function, items=items)
        return results

    async def _put(self, run: Callable[[Connection], Any] | None = None, **rest: Any) -> Any:
        write = Write(done=asyncio.get_running_loop().create_future(), run=run, **rest)
        self._queue.put_nowait(write)
        with translated(self.path):
            return await write.done

    async def start(self, is_ready: Callable[[Connection], bool], prepare: Callable[[Connection, Path], None]) -> None:
        """Bring the schema up to date with `prepare` in one transaction, remember which file this is, start the
        writer.

        A look at a database that is up to date takes no lock and waits for no writer.
        """

        def run() -> None:
            with self._reader.connect() as conn, conn.begin():
                if is_ready(conn):
                    return
            with self._writer.begin() as conn:
                prepare(conn, self.path)

        with translated(self.path):
            await greenlet_spawn(run)
        self._identity = _identity(self.path)
        self._task = asyncio.create_task(self._write_groups(), name="store writer")

    async def close(self) -> None:
        """Finish what is queued, then close the file."""
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await greenlet_spawn(self._reader.dispose)
        await greenlet_spawn(self._writer.dispose)

    async def _write_groups(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP_LIMIT and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await self._transact(group)
            except Exception as error:  # noqa: BLE001 - not swallowed: raised again where each write was awaited
                blame(group, error)
            finally:
                for write in group:
                    settle(write)
                    self._queue.task_done()

    async def _transact(self, group: list[Write]) -> None:
        with translated(self.path):
            await greenlet_spawn(self._run_transaction, group)
        self.transactions += 1

    def _run_transaction(self, group: list[Write]) -> None:
        durable = any(write.durable for write in group)
        with self._writer.connect() as conn:
            if durable:
                _synchronous(conn, "FULL")
            try:
                with conn.begin():
                    self._watch()
                    run_group(conn, group)
                self._watch()
            finally:
                if durable:
                    _synchronous(conn, "NORMAL")

    def _watch(self) -> None:
        """A deleted or replaced file would swallow every row without an error."""
        if self._identity != _identity(self.path):
            raise replaced(self.path)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _synchronous(conn: Connection, level: str) -> None:
    """Past SQLAlchemy, which would begin a transaction: inside one this pragma does nothing."""
    cursor = conn.connection.cursor()
    cursor.execute(f"PRAGMA synchronous={level}")
    cursor.close()


def _engine(path: Path, busy_timeout_s: float, *, begin: str, readers: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=max(readers, 1),
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        pool_reset_on_return=None,
        connect_args={"timeout": busy_timeout_s, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: object) -> None:
        pragmas = [f"cache_size=-{CACHE_KIB}"]
        pragmas += ["query_only=ON"] if readers else ["journal_mode=WAL", "synchronous=NORMAL", WAL_LIMIT]
        cursor = raw.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine


@asynccontextmanager
async def open_database(
    path: Path,
    busy_timeout_s: float,
    *,
    is_ready: Callable[[Connection], bool],
    prepare: Callable[[Connection, Path], None],
) -> AsyncIterator[Database]:
    """Open the file, bring its schema up to date with `prepare` unless it is, start the writer; close it at the end."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageError(
            f"This Python carries SQLite {sqlite3.sqlite_version}.",
            why=f"{'.'.join(map(str, OLDEST_SQLITE))} or later is needed.",
            fix="Use a newer Python build",
        )
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(path, busy_timeout_s)
    try:
        await database.start(is_ready, prepare)
        yield database
    finally:
        await database.close()

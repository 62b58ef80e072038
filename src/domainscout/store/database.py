"""One SQLite file, one writer, a few readers: how SQL gets run, grouped, made durable, and how its errors leave.

Everything above hands in plain functions over a SQLAlchemy `Connection`. Writes of all coroutines queue up for one
writer task; whatever waits when it turns round shares one transaction and one fsync, each write in a savepoint of its
own.

A whole transaction is one call into the writer's thread. An asyncio driver takes about four thread hand-overs a
statement, each of which waits for a turn of the event loop.

`synchronous` is NORMAL: in WAL mode a commit survives the death of the process (kill -9), because the page cache is the
kernel's. A power cut may roll the file back to an earlier commit, never tear it; targets whose results are gone are
then `queued` without an entry in the stream, which is what the sweeper puts back. Only `submit` has told somebody that
his list is safe, so its last write asks for FULL. Does not own the schema (`migrate`) nor any table.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from domainscout.errors import StorageError, UsageError
from domainscout.settings import StoreSettings, redact_url
from domainscout.store.faults import replaced, translated

T = TypeVar("T")
Item = TypeVar("Item")
P = ParamSpec("P")

READERS = 2
"""Reader threads: one long export must not hold up `status`."""

CACHE_KIB = 16 * 1024
"""Page cache of a connection. 64 MiB made a million-target submit no faster."""

GROUP_LIMIT = 256
"""Writes that share a transaction at most: bounds how long the first of them waits."""

OLDEST_SQLITE = (3, 35, 0)
"""UPDATE … FROM, RETURNING and materialised CTEs."""


@dataclass(slots=True)
class _Write:
    """One write on its way to the writer. Neighbours with the same `many` run as one call over all their `items`."""

    done: asyncio.Future[Any]
    run: Callable[[Connection], Any] | None = None
    many: Callable[[Connection, list[Any]], list[Any]] | None = None
    items: Sequence[Any] = ()
    durable: bool = False
    result: Any = None
    error: BaseException | None = field(default=None)


def database_path(settings: StoreSettings) -> Path:
    """The file that the settings name.

    Raises:
        UsageError: the URL is not one of SQLite.
    """
    url = settings.database_url
    parts = urlsplit(url)
    if parts.scheme.startswith("postgres"):
        raise UsageError(
            f"PostgreSQL is not supported yet: {redact_url(url)}.",
            why="Several machines on one database come with a later version; this one keeps its data in SQLite.",
            fix="Leave --database out, or name a file: --database sqlite:////path/to/domainscout.db",
        )
    path = unquote(url.removeprefix("sqlite:///"))
    if parts.scheme != "sqlite" or not url.startswith("sqlite:///") or path in ("", ":memory:"):
        raise UsageError(
            f"The database setting is not understood: {redact_url(url)}.",
            why="It must name a file of its own.",
            fix="--database sqlite:////path/to/domainscout.db",
        )
    return Path(path).expanduser().absolute()


class Database:
    """The open file. `read` and `write` run functions over a connection; both raise `StorageError` only."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        self.path = path
        self._writer = _engine(path, busy_timeout_s, begin="BEGIN IMMEDIATE", readers=0)
        self._reader = _engine(path, busy_timeout_s, begin="BEGIN", readers=READERS)
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reader_threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._queue: asyncio.Queue[_Write] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._identity: tuple[int, int] | None = None
        self.transactions = 0

    async def read(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in a reader's thread, in one snapshot of the database."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader_threads, lambda: self._read(function, args, kwargs))

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
        write = _Write(done=asyncio.get_running_loop().create_future(), run=run, **rest)
        self._queue.put_nowait(write)
        return await write.done

    def start(self) -> None:
        """Remember which file this is, and start the writer."""
        self._identity = _identity(self.path)
        self._task = asyncio.create_task(self._write_groups(), name="store writer")

    async def close(self) -> None:
        """Finish what is queued, then close the file."""
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._dispose)

    def _dispose(self) -> None:
        self._writer_thread.shutdown()
        self._reader_threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    @property
    def writer_engine(self) -> Engine:
        """For migrations, before the writer starts."""
        return self._writer

    def _read(self, function: Callable[..., T], args: Any, kwargs: Any) -> T:
        with translated(self.path), self._reader.connect() as conn, conn.begin():
            self._watch()
            return function(conn, *args, **kwargs)

    async def _write_groups(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP_LIMIT and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await loop.run_in_executor(self._writer_thread, self._transaction, group)
            except Exception as error:  # noqa: BLE001 - not swallowed: raised again where each write was awaited
                _blame(group, error)
            finally:
                for write in group:
                    _settle(write)
                    self._queue.task_done()

    def _transaction(self, group: list[_Write]) -> None:
        durable = any(write.durable for write in group)
        with translated(self.path), self._writer.connect() as conn:
            _raw(conn).execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            with conn.begin():
                self._watch()
                for many, writes in groupby(group, key=attrgetter("many")):
                    _run(conn, many, list(writes))
            self._watch()
        self.transactions += 1

    def _watch(self) -> None:
        """A deleted or replaced file would swallow every row without an error."""
        if self._identity != _identity(self.path):
            raise replaced(self.path)


def _run(conn: Connection, many: Callable[..., list[Any]] | None, writes: list[_Write]) -> None:
    """Neighbours that go together as one call, others one by one."""
    if many is None:
        for write in writes:
            assert write.run is not None
            _attempt(conn, write.run, [write])
        return
    items = [item for write in writes for item in write.items]
    _attempt(conn, lambda conn: many(conn, items), writes)


def _attempt(conn: Connection, run: Callable[[Connection], Any], writes: list[_Write]) -> None:
    """Its own mistake costs a write only itself, an error of the database costs the whole group."""
    savepoint = conn.begin_nested()
    try:
        result = run(conn)
    except DBAPIError as error:
        if not isinstance(error, IntegrityError):
            raise
        savepoint.rollback()
        _blame(writes, error)
    except Exception as error:  # noqa: BLE001 - not swallowed: raised again where the write was awaited
        savepoint.rollback()
        _blame(writes, error)
    else:
        savepoint.commit()
        _share(writes, result)


def _blame(writes: list[_Write], error: BaseException) -> None:
    for write in writes:
        write.error = error


def _share(writes: list[_Write], result: Any) -> None:
    start = 0
    for write in writes:
        if write.many is None:
            write.result = result
        else:
            write.result = result[start : start + len(write.items)]
            start += len(write.items)


def _settle(write: _Write) -> None:
    if write.done.done():
        return
    if write.error is not None:
        write.done.set_exception(write.error)
    else:
        write.done.set_result(write.result)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _raw(conn: Connection) -> sqlite3.Connection:
    raw = conn.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _engine(path: Path, busy_timeout_s: float, *, begin: str, readers: int) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=max(readers, 1),
        max_overflow=0,
        connect_args={"timeout": busy_timeout_s, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _record: object) -> None:
        if not readers:
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=NORMAL")
            raw.execute("PRAGMA journal_size_limit=67108864")
        raw.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        raw.execute("PRAGMA temp_store=MEMORY")
        if readers:
            raw.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def start(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine


@asynccontextmanager
async def open_database(
    path: Path, busy_timeout_s: float, prepare: Callable[[Database], None]
) -> AsyncIterator[Database]:
    """Open the file, bring its schema up to date with `prepare`, start the writer; close it all at the end."""
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
        await asyncio.to_thread(prepare, database)
        database.start()
        yield database
    finally:
        await database.close()

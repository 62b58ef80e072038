"""The truth of jobs, targets, attempts and companies, in one SQLite file. Raises `StorageError` and `UsageError` only.

`open_store` opens it; each part of it is a small class of its own (`jobs`, `targets`, `companies`, `pages`, `numbers`)
over the same `Database`. Does not know Redis: that a queued target is also in the stream is the sweeper's business.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, text

from domainscout.settings import StoreSettings
from domainscout.store.answers import Answers
from domainscout.store.companies import Companies, Company, Version
from domainscout.store.database import Database, open_database
from domainscout.store.faults import Busy, NoDatabase, missing, translated
from domainscout.store.jobs import Jobs
from domainscout.store.migrate import is_current, migrate
from domainscout.store.numbers import Numbers, counts, recount
from domainscout.store.pages import Pages
from domainscout.store.questions import Questions
from domainscout.store.returns import Return, Why
from domainscout.store.spend import Spend
from domainscout.store.targets import Added, Targets

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Bytes on the disk."""

    database_bytes: int
    wal_bytes: int


class Store:
    """Everything that is kept. Open it with `open_store`."""

    def __init__(self, database: Database, settings: StoreSettings) -> None:
        self._database = database
        self.jobs = Jobs(database)
        self.targets = Targets(database, keep_pages=settings.keep_pages)
        self.companies = Companies(database)
        self.pages = Pages(database, settings.keep_pages)
        self.numbers = Numbers(database)
        self.spend = Spend(database)
        self.answers = Answers(database)
        self.questions = Questions(database)

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    async def read(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function over a read-only connection, in one snapshot."""
        return await self._database.read(function, *args, **kwargs)

    async def write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function inside the next group transaction; returns after its commit."""
        return await self._database.write(function, *args, **kwargs)

    def sizes(self) -> Sizes:
        """How much room the database takes."""
        wal = self.path.with_name(self.path.name + "-wal")
        return Sizes(database_bytes=_size(self.path), wal_bytes=_size(wal))

    async def check(self) -> list[str]:
        """What is wrong with the database, in words: its pages, the sum rule recounted, double rows. Empty when
        sound."""
        return await self._database.read(_problems)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _problems(conn: Connection) -> list[str]:
    found = [str(row[0]) for row in conn.execute(text("PRAGMA quick_check(20)")) if row[0] != "ok"]
    for row in conn.execute(text("SELECT id FROM jobs WHERE purged_at IS NULL")).all():
        kept, real = counts(conn, row.id), recount(conn, row.id)
        if kept != real:
            found.append(f"job {row.id}: the counters say {kept}, the rows say {real}")
        if not real.holds:
            found.append(f"job {row.id}: {real.submitted} submitted, but {real.finished + real.unfinished} targets")
    return found


def demand_database(settings: StoreSettings) -> None:
    """Check that there is a database to look at.

    Raises:
        NoDatabase: there is none.
        UsageError: the settings name something that is not a file of SQLite.
    """
    path = settings.database_path
    with translated(path):
        if not path.exists():
            raise missing(path)


@asynccontextmanager
async def open_store(settings: StoreSettings, *, create: bool = True) -> AsyncIterator[Store]:
    """Open the database of these settings, migrate it when needed, close it at the end.

    Args:
        settings: where it is.
        create: make it, and its folder, where there is none; without, nothing is left behind by a look.

    Raises:
        StorageError: it cannot be opened, or is newer than the program.
        NoDatabase: there is none, and none is to be made.
        UsageError: the settings name something that is not a file of SQLite.
    """
    if not create:
        demand_database(settings)
    path = settings.database_path
    async with open_database(path, settings.busy_timeout, is_ready=is_current, prepare=migrate) as database:
        yield Store(database, settings)


__all__ = [
    "Added",
    "Busy",
    "Company",
    "NoDatabase",
    "Return",
    "Store",
    "Version",
    "Why",
    "demand_database",
    "open_store",
]

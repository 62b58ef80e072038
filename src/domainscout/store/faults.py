"""What SQLite's errors mean to a person: path, cause, and the fix. Owns the translation, nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from domainscout.errors import StorageError, UsageError

_PRIMARY = 0xFF
"""Extended result codes of SQLite carry the primary one in their low byte."""

_MESSAGES: dict[int, tuple[str, str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "The database is locked by another program",
        "somebody held the write lock longer than the busy timeout",
        "Find it with: fuser {path} · or wait longer: DOMAINSCOUT_BUSY_TIMEOUT=300",
    ),
    sqlite3.SQLITE_LOCKED: (
        "The database is locked by another program",
        "a table is locked by another connection",
        "Find it with: fuser {path} · or wait longer: DOMAINSCOUT_BUSY_TIMEOUT=300",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk of the database is full",
        "nothing more can be written",
        "Free space (see: df -h {folder}), then run the same command again: it goes on where it stopped",
    ),
    sqlite3.SQLITE_READONLY: (
        "The database cannot be written",
        "the file or its folder is read-only",
        "Make it writable: chmod u+w {folder} {path} · or use another folder: --data-dir",
    ),
    sqlite3.SQLITE_PERM: (
        "The database cannot be opened",
        "permission denied",
        "Check the owner of {path} · or use another folder: --data-dir",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database cannot be opened",
        "the folder is missing or not writable",
        "Check {folder} · or use another folder: --data-dir",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database is damaged",
        "its pages contradict each other",
        "Save what can be read: sqlite3 {path} .recover | sqlite3 rescued.db · then: --database sqlite:///rescued.db",
    ),
    sqlite3.SQLITE_NOTADB: (
        "The file is not a database of domainscout",
        "it does not begin like an SQLite database",
        "Name another one with --database or --data-dir, or move {path} away",
    ),
    sqlite3.SQLITE_IOERR: (
        "The database cannot be read or written",
        "the disk reports an input/output error, or a size limit was reached",
        "Check the disk: df -h {folder} · ulimit -f · dmesg | tail",
    ),
}


class Busy(StorageError):
    """Another program holds the lock: worth waiting for, nothing is broken."""


class NoDatabase(UsageError):
    """There is nothing to look at, and a look makes nothing."""


def storage_error(error: BaseException, path: Path) -> StorageError:
    """The words for an error of SQLite; errors already translated pass through."""
    if isinstance(error, StorageError):
        return error
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    what, why, fix = _MESSAGES.get(
        (code or 0) & _PRIMARY,
        ("The database refused a statement", "", "Check it with: domainscout doctor"),
    )
    name = getattr(cause, "sqlite_errorname", "")
    kind = Busy if (code or 0) & _PRIMARY in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else StorageError
    detail = f"{cause} ({name})" if name else str(cause)
    return kind(
        f"{what}: {path}.",
        why=f"{why}: {detail}" if why else detail,
        fix=fix.format(path=path, folder=path.parent),
    )


def replaced(path: Path) -> StorageError:
    """The file under our connection is not the one at the path any more: writes would vanish silently."""
    return StorageError(
        f"The database was moved, deleted or replaced while in use: {path}.",
        why="Rows written now would go to a file nobody can open again, so nothing was acknowledged.",
        fix="Put the file back or accept the new one, then run the same command again",
    )


def missing(path: Path) -> NoDatabase:
    """Nothing was ever submitted there, or the folder was mistyped."""
    return NoDatabase(
        f"There is no database at {path}.",
        why="Nothing was submitted there yet, or --data-dir (or --database) names another place.",
        fix="domainscout submit domains.txt   (or the same command with the right --data-dir)",
    )


def newer(path: Path, revision: str, head: str) -> StorageError:
    """The database was written by a later version of the program."""
    return StorageError(
        f"The database is newer than this program: {path}.",
        why=f"Its schema is revision {revision}, this version knows up to {head}.",
        fix="Upgrade: pip install --upgrade domainscout · or use another folder: --data-dir",
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Within this block, errors of the driver leave as `StorageError`."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise storage_error(error, path) from error
    except OSError as error:
        raise StorageError(
            f"The database cannot be opened: {path}.",
            why=error.strerror or str(error),
            fix=f"Check {path.parent} · or use another folder: --data-dir",
        ) from error

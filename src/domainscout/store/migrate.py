"""Brings the schema of a database up to date: Alembic revisions of `migrations/versions`, applied at start.

One transaction, and the write lock of SQLite is the lock: two programs that start at once migrate once. A database that
carries a revision this program does not know was written by a later version and is refused. Alembic is imported only
when there is something to do: an up-to-date database costs two SELECTs and no lock.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from domainscout.store.faults import newer

MIGRATIONS = Path(__file__).parent / "migrations"
TARGET = "head"
"""The revision to migrate to."""


def revisions() -> list[str]:
    """Every revision this program knows, oldest first; a file is named `<revision>_<words>.py`."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def is_current(conn: Connection) -> bool:
    """Whether there is nothing to apply: asked first, without the lock."""
    return _current(conn) == revisions()[-1]


def migrate(conn: Connection, path: Path) -> None:
    """Apply what is missing, in the transaction that is open.

    Raises:
        StorageError: the database is newer than the program, or cannot be written.
    """
    head = revisions()[-1]
    current = _current(conn)
    if current == head:
        return
    if current is not None and current not in revisions():
        raise newer(path, current, head)
    _upgrade(conn)


def _current(conn: Connection) -> str | None:
    if not conn.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first():
        return None
    row = conn.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def _upgrade(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, TARGET)

"""What the shell offers after Tab: job ids and domains of the database, read without opening anything else.

Completion must be fast and must never print: any trouble means no suggestions.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

MOST = 50


def job_ids(incomplete: str) -> list[tuple[str, str]]:
    """Ids that begin so, newest first, with names."""
    return _asked("SELECT id, name FROM jobs WHERE id LIKE ? ESCAPE '\\' ORDER BY created_at DESC LIMIT ?", incomplete)


def domains(incomplete: str) -> list[tuple[str, str]]:
    """Domains that begin so, with the companies' names."""
    return _asked(
        "SELECT domain, ifnull(company_name, '') FROM companies "
        "WHERE domain LIKE ? ESCAPE '\\' ORDER BY domain LIMIT ?",
        incomplete.lower(),
    )


def _asked(query: str, prefix: str) -> list[tuple[str, str]]:
    pattern = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    try:
        with closing(sqlite3.connect(f"file:{_database()}?mode=ro", uri=True, timeout=0.2)) as connection:
            return [(str(a), str(b)) for a, b in connection.execute(query, (pattern, MOST))]
    except (sqlite3.Error, OSError):
        return []


def _database() -> Path:
    """The default place, or what the environment says: the settings proper take too long for a key press."""
    url = os.environ.get("DOMAINSCOUT_DATABASE", "")
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    folder = os.environ.get("DOMAINSCOUT_DATA_DIR")
    if folder is None:
        import platformdirs

        folder = platformdirs.user_data_dir("domainscout", appauthor=False)
    return Path(folder) / "domainscout.db"

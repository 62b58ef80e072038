"""What the shell offers after Tab: job ids and domains of the database, read without opening anything else.

Completion must be fast and must never print: any trouble means no suggestions. Shells evaluate what they are told (zsh
twice, so that quoting does not help), and companies' names are the words of strangers: they must be words and no more.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import typer

from domainscout.errors import DomainscoutError

MOST = 50

_UNSPEAKABLE = re.compile(r"[^\w .,&+/-]+")


def job_ids(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids that begin so, newest first, with names."""
    return _asked(
        ctx, "SELECT id, name FROM jobs WHERE id LIKE ? ESCAPE '\\' ORDER BY created_at DESC LIMIT ?", incomplete
    )


def domains(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Domains that begin so, with the companies' names."""
    return _asked(
        ctx,
        "SELECT domain, ifnull(company_name, '') FROM companies "
        "WHERE domain LIKE ? ESCAPE '\\' ORDER BY domain LIMIT ?",
        incomplete.lower(),
    )


def _asked(ctx: typer.Context, query: str, prefix: str) -> list[tuple[str, str]]:
    pattern = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(_database(ctx.params)))}?mode=ro", uri=True, timeout=0.2)
        ) as connection:
            return [(_words(a), _words(b)) for a, b in connection.execute(query, (pattern, MOST))]
    except (sqlite3.Error, OSError, DomainscoutError):
        return []


def _words(text: str) -> str:
    """The text without any character that means something to a shell."""
    return " ".join(_UNSPEAKABLE.sub(" ", str(text)).split())


def _database(said: Mapping[str, Any]) -> Path:
    """Where the database is by what the line says already, the environment and the settings files."""
    from domainscout.settings import load_settings

    return load_settings({name: said.get(name) for name in ("data_dir", "database")}).database_path

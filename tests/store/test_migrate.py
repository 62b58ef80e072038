"""The schema: made once however many programs start at once, all or nothing, and the same by every way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from tests.support.outcomes import store_settings

from domainscout.errors import StorageError
from domainscout.store import open_store

migrate = import_module("domainscout.store.migrate")

OPEN = """
import asyncio, sys
from pathlib import Path
from domainscout.settings import StoreSettings
from domainscout.store import open_store

async def main():
    async with open_store(StoreSettings(data_dir=Path(sys.argv[1]))) as store:
        await store.jobs.create("list")

asyncio.run(main())
"""


def schema(path: Path) -> list[tuple[str, str]]:
    raw = sqlite3.connect(path)
    rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    raw.close()
    return rows


def start(program: str, folder: Path, count: int = 1) -> list[tuple[int, str]]:
    """Run a program so many times at once; exit codes and messages."""
    command = [sys.executable, "-c", program, str(folder)]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(count)]
    messages = [process.communicate(timeout=240)[1] for process in started]
    return [(process.returncode, words) for process, words in zip(started, messages, strict=True)]


async def test_programs_that_start_at_once_migrate_once(tmp_path):
    assert start(OPEN, tmp_path, 4) == [(0, "")] * 4
    async with open_store(store_settings(tmp_path)) as store:
        assert len(await store.jobs.list()) == 4


async def test_a_database_of_every_earlier_revision_is_brought_up_to_date(tmp_path, monkeypatch):
    async with open_store(store_settings(tmp_path / "fresh")) as store:
        expected = schema(store.path)
    for revision in migrate.revisions()[:-1]:
        folder = tmp_path / revision
        with monkeypatch.context() as patch:
            patch.setattr(migrate, "TARGET", revision)
            async with open_store(store_settings(folder)) as store:
                job = await store.jobs.create("kept")
        async with open_store(store_settings(folder)) as store:
            assert schema(store.path) == expected
            assert (await store.jobs.get(job.id)).name == "kept"


async def test_a_migration_that_dies_half_way_leaves_nothing(tmp_path, monkeypatch):
    def dies(conn):
        migrate_for_real(conn)
        raise sqlite3.OperationalError("disk I/O error")

    migrate_for_real = migrate._upgrade
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_upgrade", dies)
        with pytest.raises(StorageError) as caught:
            async with open_store(store_settings(tmp_path)):
                pass
        assert "disk I/O error" in caught.value.why
    assert schema(tmp_path / "domainscout.db") == []
    async with open_store(store_settings(tmp_path)) as store:
        assert await store.check() == []


async def test_an_up_to_date_database_does_not_load_the_migration_tool(tmp_path):
    async with open_store(store_settings(tmp_path)):
        pass
    assert start(OPEN + "\nassert 'alembic' not in sys.modules, 'slow start'\n", tmp_path) == [(0, "")]


async def test_a_look_does_not_wait_for_a_writer(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        await store.jobs.create("list")
    writer = sqlite3.connect(tmp_path / "domainscout.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    async with open_store(store_settings(tmp_path, busy_timeout=0.01)) as store:
        assert [job.name for job in await store.jobs.list()] == ["list"]
    writer.close()

"""What can happen to the file: locked, full, read-only, damaged, replaced, newer: nothing half, and words for it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.support.outcomes import done, page, store_settings

from domainscout.errors import ExitCode, StorageError, UsageError
from domainscout.settings import StoreSettings
from domainscout.store import Busy, Store, open_store


async def filled(store: Store, count: int = 20) -> str:
    job = await store.jobs.create("list")
    await store.targets.add(job.id, [f"c{n}.example" for n in range(count)])
    await store.jobs.seal(job.id)
    return job.id


def told(error: StorageError, path: Path) -> None:
    """Every storage error says which file, why, and what to do."""
    assert str(path) in error.what
    assert error.why
    assert error.fix
    assert error.exit_code == ExitCode.STORAGE


async def test_a_lock_held_by_somebody_else_is_waited_for(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        job = await filled(store)
        other = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(store.targets.feed(5))
        assert (await store.numbers.counts(job)).waiting == 20, "readers go on meanwhile"
        assert not write.done()
        threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
        assert len(await write) == 5
        other.close()


async def test_a_lock_held_too_long_is_busy_and_nothing_is_lost(tmp_path):
    async with open_store(store_settings(tmp_path, busy_timeout=0.2)) as store:
        job = await filled(store)
        with sqlite3.connect(store.path, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy) as caught:
                await store.targets.feed(5)
            other.execute("ROLLBACK")
        other.close()
        told(caught.value, store.path)
        assert len(await store.targets.feed(5)) == 5
        assert (await store.numbers.recount(job)).holds


async def test_a_full_disk_leaves_no_half_group_and_the_same_commit_succeeds_later(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        job = await filled(store)
        fed = await store.targets.feed(20)
        noise = os.urandom(60_000).hex()
        outcomes = [done(t, pages=(page(f"https://{t.domain}/", noise),), company_name="A") for t in fed]
        limit = "PRAGMA max_page_count = {}"
        pages = await store.read(lambda conn: conn.execute(text("PRAGMA page_count")).scalar_one())
        await store.write(lambda conn: conn.exec_driver_sql(limit.format(pages + 5)).all())
        results = await asyncio.gather(*(store.targets.commit([o]) for o in outcomes), return_exceptions=True)
        assert all(isinstance(result, StorageError) for result in results)
        told(results[0], store.path)
        assert "full" in results[0].what
        counts = await store.numbers.recount(job)
        assert (counts.queued, counts.holds) == (20, True)
        assert await store.companies.count() == 0
        assert await store.check() == []
        await store.write(lambda conn: conn.exec_driver_sql(limit.format(2**30)).all())
        assert await store.targets.commit(outcomes) == [True] * 20


CHILD = """
import asyncio, resource, sys
from pathlib import Path
from domainscout.errors import StorageError
from domainscout.settings import StoreSettings
from domainscout.store import open_store

async def main(folder, *arguments):
{body}

try:
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
except StorageError as error:
    print(error.what, "|", error.why, "|", error.fix)
    sys.exit(error.exit_code)
"""


def child(body: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    source = CHILD.format(body=textwrap.indent(textwrap.dedent(body), "    "))
    return subprocess.run([sys.executable, "-c", source, *arguments], capture_output=True, text=True, timeout=240)


async def test_a_limit_on_the_size_of_files_stops_with_words_and_whole_batches(tmp_path):
    """The kernel refuses the write itself (EFBIG), as a quota does."""
    ended = child(
        """
        async with open_store(StoreSettings(data_dir=folder)) as store:
            job = await store.jobs.create("list")
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
            for start in range(0, 200_000, 1000):
                await store.targets.add(job.id, [f"c{n}.example" for n in range(start, start + 1000)])
        """,
        str(tmp_path),
    )
    assert ended.returncode == ExitCode.STORAGE, ended.stderr
    assert str(tmp_path / "domainscout.db") in ended.stdout
    assert "Traceback" not in ended.stderr
    async with open_store(store_settings(tmp_path)) as store:
        (job,) = await store.jobs.list()
        assert await store.check() == []
        assert job.size > 0
        assert job.size % 1000 == 0
        assert (await store.numbers.recount(job.id)).waiting == job.size


async def test_a_file_that_cannot_be_written_is_read_only(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        await filled(store)
    tmp_path.chmod(0o755)
    store.path.chmod(0o444)
    for ancestor in [*tmp_path.parents][:3]:
        ancestor.chmod(ancestor.stat().st_mode | 0o055)
    tmp_path.chmod(0o555)
    try:
        ended = child(
            """
            import os
            async with open_store(StoreSettings(data_dir=folder.parent / "elsewhere")):
                pass  # everything is imported now: the next user may not be able to read the interpreter
            if os.getuid() == 0:
                os.setuid(65534)
            async with open_store(StoreSettings(data_dir=folder)) as store:
                await store.targets.feed(1)
            """,
            str(tmp_path),
        )
    finally:
        tmp_path.chmod(0o755)
        store.path.chmod(0o644)
    assert ended.returncode == ExitCode.STORAGE, ended.stderr
    assert str(store.path) in ended.stdout
    assert "Traceback" not in ended.stderr


async def test_a_damaged_page_is_called_damage(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        await filled(store, 3000)
    with store.path.open("r+b") as file:
        for offset in range(4096 * 5, store.path.stat().st_size, 4096):
            file.seek(offset)
            file.write(b"\xff" * 600)
    with pytest.raises(StorageError) as caught:
        async with open_store(store_settings(tmp_path)) as opened:
            await opened.numbers.recount()
    told(caught.value, store.path)
    assert "damaged" in caught.value.what
    assert ".recover" in caught.value.fix


async def test_a_file_that_is_no_database_is_not_touched(tmp_path):
    path = tmp_path / "domainscout.db"
    path.write_text("domains\nacme.example\n" * 500)
    before = path.read_bytes()
    with pytest.raises(StorageError, match="not a database") as caught:
        async with open_store(store_settings(tmp_path)):
            pass
    told(caught.value, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("replace", [False, True], ids=["deleted", "replaced"])
async def test_a_file_that_was_taken_away_is_noticed_before_anything_is_acknowledged(tmp_path, replace):
    async with open_store(store_settings(tmp_path)) as store:
        await filled(store)
        (target, *_) = await store.targets.feed(5)
        store.path.unlink()
        if replace:
            sqlite3.connect(store.path).close()
            store.path.touch()
        with pytest.raises(StorageError, match="moved, deleted or replaced") as caught:
            await store.targets.commit([done(target)])
        told(caught.value, store.path)
        with pytest.raises(StorageError, match="moved, deleted or replaced"):
            await store.numbers.counts()


async def test_a_newer_database_is_refused_and_left_alone(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        await filled(store)
        await store.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StorageError, match="newer than this program") as caught:
        async with open_store(store_settings(tmp_path)):
            pass
    told(caught.value, store.path)
    assert "pip install --upgrade" in caught.value.fix
    with sqlite3.connect(store.path) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    raw.close()


async def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        async with open_store(store_settings(tmp_path / "file" / "data")):
            pass
    told(caught.value, tmp_path / "file" / "data" / "domainscout.db")


@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@db.example/scout", "mysql://db", "sqlite://", "sqlite:///:memory:"]
)
async def test_another_database_is_refused_with_words_and_without_its_password(url):
    with pytest.raises(UsageError) as caught:
        async with open_store(StoreSettings(database=url)):
            pass
    assert "secret" not in caught.value.what + caught.value.why + caught.value.fix
    assert "sqlite:///" in caught.value.fix


async def test_a_mistake_in_one_write_does_not_cost_the_others_of_its_group(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        job = await filled(store, 3)

        def double(conn):
            conn.execute(text("UPDATE jobs SET name = 'half' WHERE id = :id"), {"id": job})
            conn.execute(text("INSERT INTO jobs (id, name, created_at) VALUES (:id, 'x', 'y')"), {"id": job})

        def bug(conn):
            conn.execute(text("UPDATE jobs SET name = 'half' WHERE id = :id"), {"id": job})
            raise ZeroDivisionError

        results = await asyncio.gather(
            store.targets.feed(1), store.write(double), store.write(bug), store.targets.feed(1), return_exceptions=True
        )
        assert [len(results[0]), len(results[3])] == [1, 1]
        assert isinstance(results[1], StorageError)
        assert isinstance(results[2], ZeroDivisionError)
        assert (await store.jobs.get(job)).name == "list"


async def test_writes_run_in_the_order_in_which_they_were_called(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        ran: list[int] = []
        await asyncio.gather(*(store.write(lambda conn, n=n: ran.append(n)) for n in range(600)))
        assert ran == list(range(600))


async def test_what_is_queued_when_the_store_closes_is_still_written(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        job = await store.jobs.create("list")
        task = asyncio.create_task(store.targets.add(job.id, ["acme.example"]))
        await asyncio.sleep(0)
    assert (await task).new == 1
    async with open_store(store_settings(tmp_path)) as store:
        assert (await store.jobs.get(job.id)).size == 1


async def test_a_cancelled_caller_does_not_stop_the_writer(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        job = await filled(store)
        task = asyncio.create_task(store.targets.feed(5))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(await store.targets.feed(20)) == 15
        assert (await store.numbers.counts(job)).queued == 20

"""kill -9 between and during commits: what was acknowledged is there, nothing is there twice, nothing half."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

from sqlalchemy import text
from tests.support.outcomes import store_settings

from domainscout.store import open_store

WORKER = """
import asyncio, sys
from pathlib import Path
from tests.support.outcomes import done, page, store_settings
from domainscout.store import Return, Why, open_store

async def scout(store, target):
    outcome = done(target, pages=(page(f"https://{target.domain}/"),), company_name="A")
    if await store.targets.commit([outcome]) == [True]:
        print(target.domain, flush=True)

async def main():
    async with open_store(store_settings(Path(sys.argv[1]))) as store:
        left = [Return(target_id=q.id, attempt=q.attempt, why=Why.LOST) for q in await store.targets.queued()]
        await store.targets.put_back(left)
        while fed := await store.targets.feed(10):
            await asyncio.gather(*(scout(store, target) for target in fed))

asyncio.run(main())
"""
COUNT = 3000


async def killed_after(folder, lines: int) -> list[str]:
    """Run the worker until it has acknowledged so many targets, then kill it; what it acknowledged."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, str(folder), stdout=PIPE)
    told = []
    while line := await process.stdout.readline():
        told.append(line.decode().strip())
        if len(told) == lines:
            process.send_signal(signal.SIGKILL)
    await process.wait()
    return told


async def test_what_was_acknowledged_survives_the_death_of_the_process(tmp_path):
    async with open_store(store_settings(tmp_path)) as store:
        job = await store.jobs.create("list")
        await store.targets.add(job.id, [f"c{n}.example" for n in range(COUNT)])
        await store.jobs.seal(job.id)
    acknowledged: list[str] = []
    for lines in (1, 37, 250, 611):
        acknowledged += await killed_after(tmp_path, lines)
        async with open_store(store_settings(tmp_path)) as store:
            assert await store.check() == []
            saved = set(await store.companies.domains(limit=COUNT))
            assert set(acknowledged) <= saved
            counts = await store.numbers.recount(job.id)
            assert counts.done == len(saved)
            for rows in ("DISTINCT domain) FROM pages", "*) FROM attempts"):
                query = text(f"SELECT count({rows}")
                assert counts.done == await store.read(lambda conn, query=query: conn.execute(query).scalar_one())
    acknowledged += await killed_after(tmp_path, -1)
    assert len(acknowledged) == len(set(acknowledged)), "no target counted twice"
    async with open_store(store_settings(tmp_path)) as store:
        assert (await store.numbers.recount(job.id)).done == COUNT
        assert (await store.jobs.get(job.id)).finished_at is not None

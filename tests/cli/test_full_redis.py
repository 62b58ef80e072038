"""`submit` into a real server that has reached its memory limit, before it begins and on the way."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.running import domainscout, listed
from tests.support.queues import Server, binaries, server

from domainscout.broker import BrokerFull
from domainscout.cli.admission import Admission
from domainscout.intake import Progress, submit
from domainscout.settings import load_settings
from domainscout.store import Store
from domainscout.wiring import Services, open_services

LINES = 30_000


@pytest.fixture(params=sorted(binaries()))
def backend(request: pytest.FixtureRequest) -> Iterator[Server]:
    with server(binaries()[request.param]) as one:
        yield one


def domains(count: int = LINES) -> list[str]:
    return [f"company{number}.example" for number in range(count)]


async def stored(store: Store, job: str) -> list[str]:
    found, after = [], 0
    while rows := await store.targets.listing(job, after_id=after, limit=10_000):
        found += [row.domain for row in rows]
        after = rows[-1].id
    return found


@pytest.mark.parametrize("command", ["submit", "run"])
def test_a_full_server_is_exit_5_before_anything_is_written(backend: Server, tmp_path: Path, command: str) -> None:
    flags = ["--redis-url", backend.url, "--data-dir", str(tmp_path / "data")]
    path = listed(tmp_path, *domains(10))
    backend.say("CONFIG", "SET", "maxmemory", "1")
    ran = domainscout(command, path, *flags)
    assert (ran.code, ran.out) == (5, "")
    assert "Redis is full: nothing was submitted." in ran.err
    assert "Next   domainscout work" in ran.err
    assert '"jobs": []' in domainscout("status", "--json", *flags).out
    assert "work drains, submit has to wait" in domainscout("doctor", *flags).out
    backend.say("CONFIG", "SET", "maxmemory", "0")
    if command == "submit":
        assert domainscout("submit", path, *flags).code == 0


async def test_a_server_that_fills_up_stops_submit_at_a_batch_edge_and_the_same_command_goes_on(
    backend: Server, tmp_path: Path
) -> None:
    path = listed(tmp_path, *domains())

    def fill(progress: Progress) -> None:
        if progress.lines >= 15_000:
            backend.say("CONFIG", "SET", "maxmemory", "1")

    async with open_services(load_settings({"data_dir": tmp_path / "data", "redis_url": backend.url})) as services:
        store = services.store
        admit = Admission(services.broker, again="the same command")
        with pytest.raises(BrokerFull) as failure:
            await submit(store, [path], progress=fill, admit=admit)
        assert failure.value.exit_code == 5
        (job,) = await store.jobs.list()
        said = int(failure.value.what.partition("full: ")[2].partition(" lines")[0].replace(",", ""))
        assert said == job.size == len(await stored(store, job.id))
        assert 0 < said < LINES
        assert said % 5000 == 0, "a batch edge"
        assert await _works(services, 3), "what is in can be worked meanwhile"
        backend.say("CONFIG", "SET", "maxmemory", "0")
        report = await submit(store, [path], admit=admit)
        assert report.job is not None
        assert (report.job.id, report.accepted, report.known) == (job.id, LINES - said, said)
        assert await stored(store, job.id) == domains()
        assert await store.check() == []


async def _works(services: Services, count: int) -> bool:
    return len(await services.store.targets.feed(count)) == count


async def test_a_server_that_goes_away_on_the_way_does_not_stop_submit(backend: Server, tmp_path: Path) -> None:
    path = listed(tmp_path, *domains())

    async with open_services(load_settings({"data_dir": tmp_path / "data", "redis_url": backend.url})) as services:
        report = await submit(
            services.store,
            [path],
            progress=lambda progress: backend.kill(),
            admit=Admission(services.broker, again="the same command"),
        )
        assert report.accepted == LINES
        await asyncio.wait_for(services.broker.wake(), 60)

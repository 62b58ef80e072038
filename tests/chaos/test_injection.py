"""The n-th call fails, for every n of a ten-domain job: of Redis, then of the database. Each run ends as it should."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.crew import Hall, Running, domains
from tests.support.waiting import wait_until

from domainscout.broker.connection import BrokerAway
from domainscout.errors import StorageError
from domainscout.worker import patience, sweeper

CALLS = ("claim", "settle", "push", "depths", "renew", "expired", "workers", "beat", "present", "stranded")
"""What a worker asks Redis. `leave` and `release` are best effort at the end."""


class Saboteur:
    """Lets the n-th call fail: before it is made, or after, when only its answer is lost."""

    def __init__(self, n: int, *, answered: bool, error: Callable[[], Exception]) -> None:
        self.left = n
        self.answered = answered
        self.error = error
        self.struck = False

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left != 0:
                return await call(*args, **kwargs)
            self.struck = True
            if self.answered:
                await call(*args, **kwargs)
            raise self.error()

        return wrapped


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT_S", 0.001)
    monkeypatch.setattr(sweeper, "RECONCILE_EVERY_S", 0.1)
    monkeypatch.setattr(sweeper, "KEEPERS_FIRST_S", 0.1)
    monkeypatch.setattr(sweeper, "SWEEP_EVERY_S", 0.05)


async def started(place: Hall, saboteur: Saboteur) -> Running:
    """A worker whose every call of Redis passes the saboteur."""
    running = await place.start(name="w", lease=1.0)
    for name in CALLS:
        setattr(running.broker, name, saboteur.around(getattr(running.broker, name)))
    return running


@pytest.mark.parametrize("answered", [False, True], ids=["not made", "answer lost"])
async def test_the_nth_call_of_redis_fails(place: Hall, answered: bool) -> None:
    n = 0
    while True:
        n += 1
        place.server.say("FLUSHALL")
        names = domains(10, f"n{n}-")
        saboteur = Saboteur(n, answered=answered, error=lambda: BrokerAway("gone", why="sabotage"))
        job = await place.submit(*names)
        running = await started(place, saboteur)
        async with asyncio.timeout(90):
            await running.task
        counts = await place.counts(job)
        assert (counts.done, counts.submitted) == (10, 10), f"call {n}"
        if not saboteur.struck:
            break
    assert n > 10


async def test_the_nth_call_of_the_database_fails_and_the_next_worker_ends_it(
    place: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = 0
    while True:
        n += 1
        place.server.say("FLUSHALL")
        saboteur = Saboteur(n, answered=n % 2 == 0, error=lambda: StorageError("disk full", fix="free some"))
        job = await place.submit(*domains(10, f"n{n}-"))
        with monkeypatch.context() as patch:
            for name in ("feed", "commit", "put_back", "outlook", "queued"):
                patch.setattr(place.store.targets, name, saboteur.around(getattr(place.store.targets, name)))
            patch.setattr(place.store.jobs, "stopped", saboteur.around(place.store.jobs.stopped))
            running = await place.start(name="first", lease=1.0)
            await asyncio.wait([running.task], timeout=90)
            assert running.task.done(), f"call {n}"
            if saboteur.struck:
                assert isinstance(running.task.exception(), StorageError), f"call {n}"
        later = await place.start(name="later", lease=1.0)
        async with asyncio.timeout(90):
            await later.task
        counts = await place.counts(job)
        assert (counts.done, counts.submitted) == (10, 10), f"call {n}"
        if not saboteur.struck:
            break
    assert n > 5


async def test_the_sweeper_finds_what_a_broken_push_left_in_the_database(place: Hall) -> None:
    job = await place.submit(*domains(10))
    # Fed, and the process died before the push.
    assert len(await place.store.targets.feed(10)) == 10
    running = await place.start()
    await wait_until(lambda: running.task.done())
    assert (await place.counts(job)).done == 10

"""The n-th call fails, for every n of a ten-domain job: of Redis, of the database, an SQL statement, a fetch. Each run
ends as it should."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from tests.support.crew import Hall, Running, domains
from tests.support.waiting import wait_until
from tests.support.web import small_web
from tests.support.worker_process import Plan, failure, success

from domainscout.broker.connection import BrokerAway
from domainscout.crawl import crawl
from domainscout.errors import AttemptError, Category, StorageError
from domainscout.fetch import FetchError, Response, Step, Visit, open_fetcher
from domainscout.records import Outcome, Target
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


async def test_the_nth_sql_statement_fails_and_the_next_worker_ends_it(place: Hall) -> None:
    n = 0
    while True:
        n += 1
        place.server.say("FLUSHALL")
        job = await place.submit(*domains(10, f"s{n}-"))
        left = n

        def strike(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise OperationalError("statement", {}, sqlite3.OperationalError("disk I/O error"))

        event.listen(Engine, "before_cursor_execute", strike)
        try:
            running = await place.start(name="first", lease=1.0)
            await asyncio.wait([running.task], timeout=90)
            assert running.task.done(), f"statement {n}"
        finally:
            event.remove(Engine, "before_cursor_execute", strike)
        if left <= 0:
            assert isinstance(running.task.exception(), StorageError | None), f"statement {n}"
        later = await place.start(name="later", lease=1.0)
        async with asyncio.timeout(90):
            await later.task
        counts = await place.counts(job)
        assert (counts.done, counts.submitted) == (10, 10), f"statement {n}"
        if left > 0:
            break
    assert n > 20


async def test_the_nth_fetch_fails_and_its_domain_is_tried_again(place: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(data_dir="", attempts=3, backoff=0.01)
    page = "<body><h1>Boats</h1><p>We build boats in every size.</p><a href=/contact>Contact</a></body>"
    asked = Visit.get
    n = 0
    while True:
        n += 1
        place.server.say("FLUSHALL")
        names = domains(10, f"f{n}-")
        left = n

        async def get(visit: Visit, url: str, **rules: Any) -> Response:
            nonlocal left
            left -= 1
            if left == 0:
                raise FetchError(Category.CONNECT, "broken off", step=Step.CONNECT, heals=True)
            return await asked(visit, url, **rules)

        monkeypatch.setattr(Visit, "get", get)
        async with small_web({name: {"/": page, "/contact": page} for name in names}) as web:
            settings = web.settings()
            async with open_fetcher(settings) as fetcher:

                async def visit(target: Target, stage: Callable[[str], None]) -> Outcome:
                    begun = datetime.now(UTC)
                    try:
                        await crawl(target.domain, fetcher=fetcher, settings=settings)  # noqa: B023
                    except AttemptError as error:
                        return failure(target, error, plan, worker="w", started=begun)
                    return success(target)

                job = await place.submit(*names)
                running = await place.start(visit, lease=5.0)
                async with asyncio.timeout(90):
                    await running.task
        counts = await place.counts(job)
        assert (counts.done, counts.failed) == (10, 0), f"fetch {n}"
        if left > 0:
            break
    assert n > 20


async def test_the_sweeper_finds_what_a_broken_push_left_in_the_database(place: Hall) -> None:
    job = await place.submit(*domains(10))
    # Fed, and the process died before the push.
    assert len(await place.store.targets.feed(10)) == 10
    running = await place.start()
    await wait_until(lambda: running.task.done())
    assert (await place.counts(job)).done == 10

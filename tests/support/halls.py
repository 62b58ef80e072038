"""Fixtures of the tests that need a whole place to work: a server for a module, a hall for a test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support.crew import Hall, hall
from tests.support.queues import Server, binaries, server

__all__ = ["backend", "place"]


@pytest.fixture(scope="module")
def backend() -> Iterator[Server]:
    with server(binaries()["valkey"], "--appendonly", "yes") as one:
        yield one


@pytest.fixture
async def place(backend: Server, tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall(backend, tmp_path) as one:
        yield one

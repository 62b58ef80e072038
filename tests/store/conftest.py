"""A database of its own for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.outcomes import store_settings

from domainscout.records import Job, JobOptions
from domainscout.store import Store, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(store_settings(tmp_path)) as opened:
        yield opened
        assert await opened.check() == []


@pytest.fixture
def submit(store: Store):
    async def _submit(*domains: str, max_age_s: float = 7 * 86400.0, seal: bool = True) -> Job:
        job = await store.jobs.create("list", options=JobOptions(max_age_s=max_age_s))
        await store.targets.add(job.id, domains)
        return await store.jobs.seal(job.id) if seal else job

    return _submit

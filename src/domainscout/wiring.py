"""The one place where objects are made and closed: settings in, running services out. Owns no behaviour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from domainscout.broker import Broker, BrokerAway, open_broker
from domainscout.embedded import embedded_server, ensure_running
from domainscout.settings import Settings
from domainscout.store import Store, open_store

if TYPE_CHECKING:
    from domainscout.llm import Model
    from domainscout.worker import Scout


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The database and Redis of one invocation."""

    store: Store
    broker: Broker
    redis_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scouting:
    """What a worker calls for each target, the model behind it (None: rules alone), and whether our network is up."""

    scout: Scout
    model: Model | None
    probe: Callable[[], Awaitable[bool]]


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    patience_s: float = 0.0,
    tell: Callable[[BrokerAway], None] = lambda _: None,
) -> AsyncIterator[Services]:
    """Open the database, then Redis: the given one, or the embedded server of the data folder.

    Args:
        settings: where both are.
        patience_s: seconds that Redis may be away before it is an error.
        tell: told once, when there is something to wait for.

    Raises:
        StorageError: the database cannot be used (exit 6).
        BrokerError: Redis cannot be used (exit 5).
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        url = (
            settings.redis_url.get_secret_value()
            if settings.redis_url
            else await stack.enter_async_context(embedded_server(settings.data_dir))
        )
        revive = None if settings.redis_url else partial(asyncio.to_thread, ensure_running, settings.data_dir)
        broker = await stack.enter_async_context(
            open_broker(url, settings, revive=revive, patience_s=patience_s, tell=tell)
        )
        yield Services(store=store, broker=broker, redis_url=url)


@asynccontextmanager
async def open_scouting(settings: Settings, store: Store, *, worker: str) -> AsyncIterator[Scouting]:
    """Open the crawler and the model, and bind them into one scout."""
    # Imported here: submit, status and monitor open services too, and should not pay for crawler and extractors.
    from domainscout.extract import extractors
    from domainscout.fetch import open_fetcher
    from domainscout.llm import open_model
    from domainscout.reextract import keeping_batches
    from domainscout.scout import Tools, scout

    # All rules before the first page: with it, they would hold up every scout, and be searched for garbage for ever.
    extractors()
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(open_fetcher(settings))
        model = await stack.enter_async_context(open_model(settings, store, worker=worker))
        await stack.enter_async_context(keeping_batches(store, model))
        tools = Tools(
            fetcher=fetcher,
            store=store,
            model=model,
            crawl_settings=settings,
            queue_settings=settings,
            worker=worker,
        )
        yield Scouting(scout=partial(scout, tools=tools), model=model, probe=fetcher.network.probe)

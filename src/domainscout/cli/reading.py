"""Opens what is there for commands that look or steer: the database, and Redis only where it already runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domainscout.embedded import running_server
from domainscout.errors import BrokerError
from domainscout.settings import Settings
from domainscout.store import Store, open_store

if TYPE_CHECKING:
    from domainscout.broker import Broker


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The database; Redis when it can be had, else why not."""

    store: Store
    broker: Broker | None
    away: BrokerError | None = None


@asynccontextmanager
async def open_reading(settings: Settings) -> AsyncIterator[Reading]:
    """Open the database, and Redis if it answers. Starts no server and makes no database: a look has no side effects.

    Raises:
        NoDatabase: there is nothing to look at.
        StorageError: the database cannot be used.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings, create=False))
        url = settings.redis_url.get_secret_value() if settings.redis_url else running_server(settings.data_dir)
        broker, away = None, None
        if url is not None:
            # Imported here: a look at the database alone should not wait 0.13 s for the Redis client.
            from domainscout.broker import open_broker

            try:
                broker = await stack.enter_async_context(open_broker(url, settings))
                await broker.ping()
            except BrokerError as error:
                broker, away = None, error
        yield Reading(store=store, broker=broker, away=away)

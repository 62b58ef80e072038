"""Takes the figures of one moment. Redis may be away: what the database knows is still told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from domainscout.broker import Broker
from domainscout.errors import BrokerError
from domainscout.records import QueueStats, Snapshot, WorkerBeat
from domainscout.store import Store


async def take(store: Store, broker: Broker | None) -> Snapshot:
    """The counts of all jobs, the state of Redis, and what the workers say of themselves."""
    progress = await store.numbers.progress()
    failures = Counter[str]()
    for group in await store.numbers.failures():
        failures[group.category.value] += group.count
    queue, workers = await _queue(broker)
    sizes = store.sizes()
    return Snapshot(
        at=datetime.now(UTC),
        counts=progress.counts,
        retrying=progress.retrying,
        failures=failures,
        rate_1m=progress.rate_1m,
        rate_5m=progress.rate_5m,
        cost_usd=progress.cost_usd,
        database_bytes=sizes.database_bytes,
        wal_bytes=sizes.wal_bytes,
        queue=queue,
        workers=workers,
    )


async def _queue(broker: Broker | None) -> tuple[QueueStats | None, tuple[WorkerBeat, ...]]:
    if broker is None:
        return None, ()
    try:
        return await broker.stats(), await broker.workers()
    except BrokerError:
        return None, ()

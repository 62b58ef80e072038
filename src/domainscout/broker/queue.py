"""The broker: one object a process, through which targets enter, are claimed, kept, settled and recovered."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from domainscout.broker.connection import BrokerAway
from domainscout.broker.figures import Figures
from domainscout.broker.recovery import Recovery
from domainscout.broker.wire import Revive
from domainscout.settings import QueueSettings


class Broker(Recovery, Figures):
    """One queue, seen from one process. Safe for many coroutines at once; every call may raise `BrokerError`."""


@asynccontextmanager
async def open_broker(
    url: str,
    settings: QueueSettings,
    *,
    worker: str = "",
    revive: Revive | None = None,
    patience_s: float = 0.0,
    tell: Callable[[BrokerAway], None] = lambda _: None,
) -> AsyncIterator[Broker]:
    """Connect to the server and make sure that it can hold the queue.

    Args:
        url: redis://, rediss:// or unix://.
        settings: queue name and lease.
        worker: consumer name of this process; empty: `worker_name`.
        revive: called when the server does not answer: starts an embedded one again.
        patience_s: how long a server may be away before that is an error; 0 for commands that somebody waits for.
        tell: told once, when there is something to wait for.

    Raises:
        BrokerError: the server cannot be reached, refuses us, or is too old.
        UsageError: the URL is none of Redis.
    """
    broker = Broker(url, settings, worker=worker or worker_name(), revive=revive)
    try:
        await broker.wait_until_ready(patience_s, tell)
        yield broker
    finally:
        await broker.close()


def worker_name() -> str:
    """Name of this process among workers: host and process number."""
    return f"{host_name()}-{os.getpid()}"


def host_name() -> str:
    """Name of this machine, without its domain."""
    return socket.gethostname().split(".")[0]

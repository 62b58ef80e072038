"""Connections to Redis as the queue needs them: no silent retries, bounded waits, errors in our words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domainscout.errors import BrokerError, UsageError
from domainscout.settings import redact_url

SOCKET_TIMEOUT_S = 5.0
"""A server that says nothing for so long counts as away."""
BLOCK_S = 2.0
"""A blocking read must end well before the socket gives up on it."""

AWAY = (exceptions.ConnectionError, exceptions.TimeoutError, OSError, TimeoutError)
REFUSED = (exceptions.AuthenticationError, exceptions.AuthorizationError, exceptions.NoPermissionError)


class BrokerAway(BrokerError):
    """Redis does not answer now: worth waiting for."""


class BrokerFull(BrokerError):
    """Redis takes nothing new (memory limit, or its disk): work may drain, pushing must wait."""


def connect(url: str, *, connections: int = 8) -> Redis:
    """A client whose calls fail instead of retrying: a retried push or claim could happen twice.

    Raises:
        UsageError: the URL is not one of redis://, rediss:// or unix://.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=connections,
            timeout=SOCKET_TIMEOUT_S,
            socket_timeout=SOCKET_TIMEOUT_S,
            socket_connect_timeout=SOCKET_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
            protocol=2,
        )
    except ValueError as error:
        raise UsageError(
            f"Not a Redis URL: {redact_url(url)}",
            why=str(error).replace(url, redact_url(url)),
            fix="Give --redis-url as redis://HOST:PORT/0, rediss://HOST:PORT/0 or unix:///PATH, or leave it out.",
        ) from error
    return Redis.from_pool(pool)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn the client's exceptions into `BrokerError` and its kinds."""
    try:
        yield
    except (*REFUSED, *AWAY) as error:
        # A refused login arrives as a failed connection, with the refusal as its cause.
        if isinstance(error, REFUSED) or isinstance(error.__cause__, REFUSED):
            raise BrokerError(
                f"Redis at {redact_url(url)} refuses this user.",
                why=_said(error),
                fix="Check user and password in DOMAINSCOUT_REDIS_URL and the server's ACL, then: domainscout doctor",
            ) from error
        raise BrokerAway(
            f"Redis at {redact_url(url)} does not answer.",
            why=_said(error),
            fix="Start it or correct --redis-url (without it an embedded server is used). Then: domainscout doctor",
        ) from error
    except exceptions.ResponseError as error:
        raise _refusal(url, error) from error
    except exceptions.RedisError as error:
        raise BrokerAway(
            f"Redis at {redact_url(url)} answered nonsense.",
            why=_said(error),
            fix="Is it a Redis server that listens there? Correct --redis-url, then: domainscout doctor",
        ) from error


def _refusal(url: str, error: exceptions.ResponseError) -> BrokerError:
    said = _said(error)
    if is_full(error) or "MISCONF" in said:
        return BrokerFull(
            f"Redis at {redact_url(url)} is full: nothing new can be queued.",
            why=said,
            fix="Raise its maxmemory or free its disk. Work goes on draining; submit again to continue.",
        )
    if any(word in said for word in ("READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "BUSY ")):
        return BrokerAway(f"Redis at {redact_url(url)} is not ready.", why=said)
    return BrokerError(
        f"Redis at {redact_url(url)} refuses a command.",
        why=said,
        fix="Redis >= 6.2 or Valkey is needed: domainscout doctor",
    )


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


class PressingScript:
    """A script that a full server runs too, where it knows how (Redis >= 7, Valkey): what work needs in order to drain.

    It adds a window of targets and a heartbeat a worker at most, about a megabyte beyond the limit. `submit`, which
    could add a million targets behind them, takes the limit at its word.
    """

    def __init__(self, client: Redis, text: str) -> None:
        self._within: Any = client.register_script(text)
        self._beyond: Any = client.register_script("#!lua flags=allow-oom\n" + text)

    async def __call__(self, *, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        """Run it, within the limit if that can be."""
        try:
            return await self._within(keys=keys, args=args)
        except ServerRefusal as error:
            if not is_full(error):
                raise
            try:
                return await self._beyond(keys=keys, args=args)
            except ServerRefusal:
                raise error from None


def is_full(error: BaseException) -> bool:
    """Whether the server has reached its memory limit; it says so in a word that the client takes away, or leaves."""
    return isinstance(error, exceptions.OutOfMemoryError) or (
        isinstance(error, exceptions.ResponseError) and "OOM" in str(error)
    )


def is_missing_group(error: BaseException) -> bool:
    """Whether the server says that the stream or its group is gone; scripts wrap the word in a longer sentence."""
    return isinstance(error, exceptions.ResponseError) and "NOGROUP" in str(error)


ServerRefusal = exceptions.ResponseError

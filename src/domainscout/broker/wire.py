"""One queue on one server, as every part of the broker needs it: its keys, its connections, its scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from domainscout.broker import scripts
from domainscout.broker.connection import BrokerAway, PressingScript, connect, translated
from domainscout.errors import BrokerError
from domainscout.records import Lane
from domainscout.settings import QueueSettings

LOADING_PATIENCE_S = 30.0
"""For a server that is reading its files: it says so, and it will be there."""
LOOK_AGAIN_S = 0.1

Revive = Callable[[], Awaitable[None]]


class Wire:
    """The server, and whether it answers."""

    def __init__(self, url: str, settings: QueueSettings, *, worker: str, revive: Revive | None = None) -> None:
        self.url = url
        self.worker = worker
        self._kept_s = max(int(settings.queue_kept), 1)
        self._revive = revive
        prefix = f"domainscout:{{{settings.queue}}}:"
        self._streams = {lane: prefix + lane.value for lane in Lane}
        self._keys = list(self._streams.values())
        self._known, self._workers, self._wake = prefix + "known", prefix + "workers", prefix + "wake"
        # The client's types name every shape any command may answer: replies are read as what ours do answer.
        self._redis: Any = connect(url)
        # A blocked read would hold up whatever shares its connection: it has its own.
        self._waiting: Any = connect(url, connections=1)
        self._groups = PressingScript(self._redis, scripts.GROUPS)
        self._push = PressingScript(self._redis, scripts.PUSH)
        self._claim = self._redis.register_script(scripts.CLAIM)
        self._renew = self._redis.register_script(scripts.RENEW)
        self._expired = self._redis.register_script(scripts.EXPIRED)
        self._restart = self._redis.register_script(scripts.RESTART)
        self._dismiss = self._redis.register_script(scripts.DISMISS)
        self._settle = self._redis.register_script(scripts.SETTLE)
        self._release = self._redis.register_script(scripts.RELEASE)
        self._beat = PressingScript(self._redis, scripts.BEAT)
        self._last: list[str] = ["0-0"] * (len(self._keys) + 1)

    async def close(self) -> None:
        """Give the connections back. What is still claimed stays claimed until its lease ends."""
        for client in (self._redis, self._waiting):
            with suppress(BrokerError), translated(self.url):
                await client.aclose()
                await client.connection_pool.disconnect()

    async def wait_until_ready(
        self, patience_s: float = 0.0, tell: Callable[[BrokerAway], None] = lambda _: None
    ) -> None:
        """Wait for a server that is still reading its files, and so long for one that is not there.

        Raises:
            BrokerAway: it does not answer, and the patience is over.
        """
        started, told = asyncio.get_running_loop().time(), False
        while True:
            try:
                with translated(self.url):
                    await self._redis.ping()
            except BrokerAway as error:
                loads = "loading" in error.why.lower()
                patience = max(patience_s, LOADING_PATIENCE_S) if loads else patience_s
                if asyncio.get_running_loop().time() - started >= patience:
                    raise
                if not (told or loads):
                    told = True
                    tell(error)
                await asyncio.sleep(LOOK_AGAIN_S)
            else:
                return

    async def ping(self) -> float:
        """Milliseconds of one round trip."""
        started = asyncio.get_running_loop().time()
        with translated(self.url):
            await self._redis.ping()
        return (asyncio.get_running_loop().time() - started) * 1000

    async def revive(self) -> None:
        """Start an embedded server that has died; nothing for outside servers."""
        if self._revive is not None:
            await self._revive()

    async def server_time(self) -> float:
        """Unix seconds by the server's clock."""
        with translated(self.url):
            seconds, microseconds = await self._redis.time()
        return float(seconds) + float(microseconds) / 1e6

    async def server_info(self) -> Mapping[str, str]:
        """What INFO says, all values as text."""
        with translated(self.url):
            return {name: str(value) for name, value in (await self._redis.info()).items()}

"""Figures of the queue for `status`, `monitor` and the feeder: how much waits, how old it is, what the server says."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from domainscout.broker.connection import ServerRefusal, is_missing_group, translated
from domainscout.broker.group import GROUP, Group
from domainscout.broker.replies import Depth
from domainscout.records import Lane, QueueStats


class Figures(Group):
    """The queue in numbers."""

    async def depths(self) -> dict[Lane, Depth]:
        """How much each stream holds."""
        with translated(self.url):
            found = {}
            for lane, stream in self._streams.items():
                length = int(await self._redis.xlen(stream))
                pending = await self._pending(stream)
                found[lane] = Depth(unread=max(length - pending, 0), in_flight=pending)
            return found

    async def stats(self) -> QueueStats:
        """The figures of `status` and `monitor`."""
        depths = await self.depths()
        with translated(self.url):
            info = await self._redis.info()
        return QueueStats(
            unread=sum(depth.unread for depth in depths.values()),
            in_flight=sum(depth.in_flight for depth in depths.values()),
            oldest_s=await self._oldest_s(depths),
            memory_bytes=int(info.get("used_memory", 0)),
            ops_per_s=int(info.get("instantaneous_ops_per_sec", 0)),
            server=_server_words(info),
            appendonly=bool(int(info.get("aof_enabled", 0))),
        )

    async def _pending(self, stream: str) -> int:
        try:
            return int((await self._redis.xpending(stream, GROUP))["pending"])
        except ServerRefusal as error:
            if is_missing_group(error):
                return 0
            raise

    async def _oldest_s(self, depths: Mapping[Lane, Depth]) -> float:
        """Age of the oldest entry that nobody has taken: the first one behind what the group has handed out."""
        now, oldest = await self.server_time(), 0.0
        with translated(self.url):
            for lane, stream in self._streams.items():
                if not depths[lane].unread:
                    continue
                with suppress(ServerRefusal):
                    for group in await self._redis.xinfo_groups(stream):
                        after = f"({group['last-delivered-id']}"
                        for entry_id, _ in await self._redis.xrange(stream, min=after, max="+", count=1):
                            oldest = max(oldest, now - int(entry_id.partition("-")[0]) / 1000)
        return oldest


def _server_words(info: Mapping[str, object]) -> str:
    if "valkey_version" in info:
        return f"valkey {info['valkey_version']}"
    return f"redis {info.get('redis_version', '?')}"

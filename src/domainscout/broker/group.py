"""Who works on the queue: the consumer group, the names in it, and their heartbeats."""

from __future__ import annotations

from contextlib import suppress

from domainscout.broker.beats import FORGOTTEN_AFTER_S, LOST_AFTER_S, pack_beat, unpack_beat
from domainscout.broker.connection import ServerRefusal, translated
from domainscout.broker.wire import Wire
from domainscout.records import WorkerBeat

GROUP = "scouts"


class Group(Wire):
    """The workers of the queue, this one among them."""

    async def ensure_group(self) -> None:
        """Create streams and group where they are missing."""
        with translated(self.url):
            try:
                await self._groups(keys=self._keys, args=[GROUP])
            except ServerRefusal:
                if not all([await self._has_group(stream) for stream in self._keys]):
                    raise

    async def register(self) -> None:
        """Take a consumer name that no other worker has, dead ones included: their claims are not ours."""
        await self.ensure_group()
        base, number = self.worker, 1
        with translated(self.url):
            while not await self._is_free():
                number += 1
                self.worker = f"{base}.{number}"
            for stream in self._keys:
                # A full server refuses this; the first claim creates the consumer as well.
                with suppress(ServerRefusal):
                    await self._redis.xgroup_createconsumer(stream, GROUP, self.worker)

    async def beat(self, beat: WorkerBeat) -> None:
        """Say that this worker lives, and with it the queue: what nobody works on any more goes by itself."""
        keys = [self._workers, *self._keys, self._known, self._wake]
        with translated(self.url):
            await self._beat(keys=keys, args=[self.worker, pack_beat(beat), self._kept_s])

    async def leave(self) -> None:
        """Remove this worker's name: from the heartbeats, and from the group if it holds nothing."""
        with translated(self.url):
            await self._redis.hdel(self._workers, self.worker)
            await self._dismiss(keys=self._keys, args=[GROUP, self.worker])

    async def workers(self) -> tuple[WorkerBeat, ...]:
        """Workers of the last ten minutes by name; state "lost" when silent for `LOST_AFTER_S`."""
        now = await self.server_time()
        with translated(self.url):
            values = await self._redis.hgetall(self._workers)
        beats = [unpack_beat(value, now) for value in values.values()]
        fresh = [beat for beat in beats if beat is not None and abs(now - beat.seen) <= FORGOTTEN_AFTER_S]
        return tuple(sorted(fresh, key=lambda beat: beat.name))

    async def dismiss_dead(self) -> None:
        """Forget heartbeats older than ten minutes, and consumers that are silent and hold nothing."""
        now = await self.server_time()
        with translated(self.url):
            values = await self._redis.hgetall(self._workers)
            beats = {name: unpack_beat(value, now) for name, value in values.items()}
            old = [name for name, beat in beats.items() if beat is None or abs(now - beat.seen) > FORGOTTEN_AFTER_S]
            if old:
                await self._redis.hdel(self._workers, *old)
            silent = {name for name, beat in beats.items() if beat is None or beat.state == "lost"}
            named = await self._consumers()
            gone = [
                name
                for name, idle_s in named.items()
                if name != self.worker and idle_s > 2 * LOST_AFTER_S and (name in silent or name not in beats)
            ]
            if gone:
                await self._dismiss(keys=self._keys, args=[GROUP, *gone])

    async def _is_free(self) -> bool:
        if await self._redis.hget(self._workers, self.worker) is not None:
            return False
        return self.worker not in await self._consumers()

    async def _has_group(self, stream: str) -> bool:
        try:
            return any(group["name"] == GROUP for group in await self._redis.xinfo_groups(stream))
        except ServerRefusal:
            return False

    async def _consumers(self) -> dict[str, float]:
        """Consumers of the group with the seconds since each did anything."""
        found: dict[str, float] = {}
        for stream in self._keys:
            with suppress(ServerRefusal):
                for row in await self._redis.xinfo_consumers(stream, GROUP):
                    idle_s = float(row["idle"]) / 1000
                    found[row["name"]] = min(idle_s, found.get(row["name"], idle_s))
        return found

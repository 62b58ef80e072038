"""The broker: one object a process, through which targets enter, are claimed, kept, settled and recovered."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from domainscout.broker import scripts
from domainscout.broker.beats import (
    FORGOTTEN_AFTER_S,
    LOST_AFTER_S,
    member_of,
    pack_beat,
    pack_target,
    unpack_beat,
    unpack_target,
)
from domainscout.broker.connection import (
    BLOCK_S,
    BrokerAway,
    BrokerFull,
    ServerRefusal,
    connect,
    is_existing_group,
    is_missing_group,
    translated,
)
from domainscout.errors import BrokerError
from domainscout.records import Claim, Lane, QueueStats, Target, WorkerBeat
from domainscout.settings import QueueSettings

GROUP = "scouts"
COLLECTOR = "sweeper"
"""Recovered entries pass through this consumer: it is nobody, so nobody is blamed if the sweeper dies half-way."""
FORGOTTEN_MS = 86_400_000
PUSH_BATCH = 500
SCAN_BATCH = 1000
WAKE_KEPT = 1
LOADING_PATIENCE_S = 30.0
LOOK_AGAIN_S = 0.1

Revive = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A target and the lease on it."""

    target: Target
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one claim brought, and whether suspects wait for a process of their own."""

    held: tuple[Held, ...]
    suspects_wait: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A claim whose lease ran out, and the worker that had it."""

    held: Held
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What became of our leases: those others have now, and those the stream no longer knows."""

    taken: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """Entries of one stream: not handed out yet, and handed out but not settled."""

    unread: int
    in_flight: int


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
        worker: consumer name of this process; empty for commands that only look.
        revive: called when the server does not answer: starts an embedded one again.
        patience_s: how long a server may be away before that is an error; 0 for commands that somebody waits for.
        tell: told once, when there is something to wait for.

    Raises:
        BrokerError: the server cannot be reached, refuses us, or is too old.
    """
    broker = Broker(url, settings, worker=worker or worker_name(), revive=revive)
    try:
        await broker.wait_until_ready(patience_s, tell)
        yield broker
    finally:
        await broker.close()


def worker_name() -> str:
    """Name of this process among workers: host and process number."""
    return f"{socket.gethostname().split('.')[0]}-{os.getpid()}"


class Broker:
    """One queue, seen from one process. Safe for many coroutines at once; every call may raise `BrokerError`."""

    def __init__(self, url: str, settings: QueueSettings, *, worker: str, revive: Revive | None = None) -> None:
        self.url = url
        self.worker = worker
        self.lease_s = settings.lease
        self._revive = revive
        prefix = f"domainscout:{{{settings.queue}}}:"
        self._streams = {lane: prefix + lane.value for lane in Lane}
        self._keys = list(self._streams.values())
        self._known, self._workers, self._wake = prefix + "known", prefix + "workers", prefix + "wake"
        # The client's types name every shape any command may answer: replies are read as what ours do answer.
        self._redis: Any = connect(url)
        # A blocked read would hold up whatever shares its connection: it has its own.
        self._waiting: Any = connect(url, connections=1)
        self._push = self._redis.register_script(scripts.PUSH)
        self._claim = self._redis.register_script(scripts.CLAIM)
        self._renew = self._redis.register_script(scripts.RENEW)
        self._expired = self._redis.register_script(scripts.EXPIRED)
        self._dismiss = self._redis.register_script(scripts.DISMISS)
        self._settle = self._redis.register_script(scripts.SETTLE)
        self._release = self._redis.register_script(scripts.RELEASE)
        self._beat = self._redis.register_script(scripts.BEAT)
        self._last: list[str] = ["0-0"] * (len(self._keys) + 1)

    async def close(self) -> None:
        """Give the connections back. What is still claimed stays claimed until its lease ends."""
        for client in (self._redis, self._waiting):
            with suppress(BrokerError), translated(self.url):
                await client.aclose()
                await client.connection_pool.disconnect()

    # Looking -----------------------------------------------------------------------------------------------------

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

    async def workers(self) -> tuple[WorkerBeat, ...]:
        """Workers of the last ten minutes by name; state "lost" when silent for 15 s."""
        now = await self.server_time()
        with translated(self.url):
            values = await self._redis.hgetall(self._workers)
        beats = [unpack_beat(value, now) for value in values.values()]
        fresh = [beat for beat in beats if beat is not None and now - beat.seen <= FORGOTTEN_AFTER_S]
        return tuple(sorted(fresh, key=lambda beat: beat.name))

    # Entering ----------------------------------------------------------------------------------------------------

    async def wake(self) -> None:
        """Tell waiting workers to look at the database now. Never raises: they look every second anyway."""
        with suppress(BrokerError), translated(self.url):
            await self._redis.xadd(self._wake, {"w": "1"}, maxlen=WAKE_KEPT, approximate=False)

    async def ensure_group(self) -> None:
        """Create streams and group where they are missing. Group at 0: what was pushed before is not skipped."""
        with translated(self.url):
            for stream in self._keys:
                try:
                    await self._redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
                except ServerRefusal as error:
                    if not is_existing_group(error) and not await self._has_group(stream):
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

    async def push(self, lane: Lane, targets: Sequence[Target]) -> int:
        """Put targets into a stream; one that is there with the same attempt is not added again.

        Raises:
            BrokerFull: the server takes nothing new; none, or the first batches of 500, were pushed.
        """
        pushed = 0
        with translated(self.url):
            for start in range(0, len(targets), PUSH_BATCH):
                batch = targets[start : start + PUSH_BATCH]
                pairs = [text for t in batch for text in (member_of(t.id, t.attempt), pack_target(t))]
                pushed += int(await self._push(keys=[self._streams[lane], self._known], args=pairs))
        return pushed

    # Working -----------------------------------------------------------------------------------------------------

    async def claim(self, count: int, *, alone: bool = False) -> Claimed:
        """Lease up to `count` targets, express first; returns at once, with nothing when there is nothing.

        Args:
            count: how many at most.
            alone: take one suspect, and nothing else, whatever `count` says.
        """
        with translated(self.url):
            args: list[str | int] = [GROUP, self.worker, *((1, "alone") if alone else (count, ""))]
            try:
                rows, last, solo = await self._claim(keys=[*self._keys, self._wake], args=args)
            except ServerRefusal as error:
                if not is_missing_group(error):
                    raise
                await self.ensure_group()
                return Claimed(held=(), suspects_wait=False)
        if not rows:
            self._last = list(last)
        held = tuple(self._held(self._keys[int(number) - 1], entry_id, payload) for number, entry_id, payload in rows)
        return Claimed(held=held, suspects_wait=bool(solo))

    async def wait_for_work(self, seconds: float = BLOCK_S) -> bool:
        """Sleep until something is pushed, or `wake` called, since the last claim that found nothing; True when so.

        Takes nothing, so it may be cancelled at any point.
        """
        with translated(self.url):
            beyond = dict(zip([*self._keys, self._wake], self._last, strict=True))
            reply = await self._waiting.xread(beyond, count=1, block=max(int(min(seconds, BLOCK_S) * 1000), 1))
        return bool(reply)

    async def stranded(self, held: Iterable[str]) -> list[Held]:
        """Our own entries that no scout holds: their claim was answered into a broken connection."""
        ours, found = set(held), []
        with translated(self.url):
            for stream in self._keys:
                reply = await self._read_own(stream)
                found += [
                    self._held(stream, entry_id, fields["d"])
                    for entry_id, fields in reply
                    if fields and entry_id not in ours
                ]
        return found

    async def renew(self, claims: Sequence[Claim]) -> Renewed:
        """Start the leases of these claims anew, where they are still ours."""
        taken: set[str] = set()
        gone: set[str] = set()
        with translated(self.url):
            for stream in self._keys:
                ids = [claim.entry_id for claim in claims if claim.stream == stream]
                if not ids:
                    continue
                try:
                    others, nobodys = await self._renew(keys=[stream], args=[GROUP, self.worker, *ids])
                except ServerRefusal as error:
                    if not is_missing_group(error):
                        raise
                    others, nobodys = [], ids
                taken.update(others)
                gone.update(nobodys)
        return Renewed(taken=frozenset(taken), gone=frozenset(gone))

    async def settle(self, claims: Sequence[Claim]) -> None:
        """Remove finished entries. Uses nothing that a full server refuses; settling twice does nothing."""
        if not claims:
            return
        with translated(self.url):
            for stream in self._keys:
                ours = [claim for claim in claims if claim.stream == stream]
                if ours:
                    args = [text for c in ours for text in (c.entry_id, member_of(c.target_id, c.attempt))]
                    await self._settle(keys=[stream, self._known], args=[GROUP, *args])

    async def release(self, claims: Sequence[Claim]) -> int:
        """Hand claims to the next sweeper, whoever runs it, as expired but with no dead owner to their name."""
        released = 0
        with translated(self.url):
            for stream in self._keys:
                ids = [claim.entry_id for claim in claims if claim.stream == stream]
                if ids:
                    args: list[str | int] = [GROUP, self.worker, COLLECTOR, FORGOTTEN_MS, *ids]
                    released += int(await self._release(keys=[stream], args=args))
        return released

    async def beat(self, beat: WorkerBeat) -> None:
        """Say that this worker lives."""
        with translated(self.url):
            await self._beat(keys=[self._workers], args=[self.worker, pack_beat(beat)])

    async def leave(self) -> None:
        """Remove this worker's name: from the heartbeats, and from the group if it holds nothing."""
        with translated(self.url):
            await self._redis.hdel(self._workers, self.worker)
            await self._dismiss(keys=self._keys, args=[GROUP, self.worker])

    # Sweeping ----------------------------------------------------------------------------------------------------

    async def expired(self, lease_s: float, limit: int = 100) -> list[Expired]:
        """Take over claims whose lease ran out; settle each after it was put back."""
        found: list[Expired] = []
        with translated(self.url):
            for stream in self._keys:
                first = "-"
                while first and len(found) < limit:
                    args: list[str | int] = [GROUP, COLLECTOR, int(lease_s * 1000), limit, first]
                    try:
                        rows, first = await self._expired(keys=[stream], args=args)
                    except ServerRefusal as error:
                        if not is_missing_group(error):
                            raise
                        await self.ensure_group()
                        break
                    found += [
                        Expired(held=self._held(stream, entry_id, payload), owner=owner)
                        for entry_id, payload, owner in rows
                    ]
        return found

    async def present(self) -> set[tuple[int, int]]:
        """Target and attempt of every entry in the streams; frees the names of entries that are gone."""
        with translated(self.url):
            # Names first: one added later belongs to an entry that the scan below sees.
            named = await self._redis.smembers(self._known)
            found = {pair for stream in self._keys async for pair in self._scan(stream)}
            left = [name for name in named if _pair(name) not in found]
            for start in range(0, len(left), PUSH_BATCH):
                await self._redis.srem(self._known, *left[start : start + PUSH_BATCH])
        return found

    async def dismiss_dead(self) -> None:
        """Forget heartbeats older than ten minutes, and consumers that are silent and hold nothing."""
        now = await self.server_time()
        with translated(self.url):
            values = await self._redis.hgetall(self._workers)
            beats = {name: unpack_beat(value, now) for name, value in values.items()}
            old = [name for name, beat in beats.items() if beat is None or now - beat.seen > FORGOTTEN_AFTER_S]
            if old:
                await self._redis.hdel(self._workers, *old)
            silent = {name for name, beat in beats.items() if beat is None or now - beat.seen > LOST_AFTER_S}
            named = await self._consumers()
            gone = [
                name
                for name, idle_s in named.items()
                if name != self.worker and idle_s > 2 * LOST_AFTER_S and (name in silent or name not in beats)
            ]
            if gone:
                await self._dismiss(keys=self._keys, args=[GROUP, *gone])

    # Private -----------------------------------------------------------------------------------------------------

    def _held(self, stream: str, entry_id: str, payload: str) -> Held:
        target = unpack_target(payload)
        claim = Claim(target_id=target.id, attempt=target.attempt, stream=stream, entry_id=entry_id)
        return Held(target=target, claim=claim)

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

    async def _pending(self, stream: str) -> int:
        try:
            return int((await self._redis.xpending(stream, GROUP))["pending"])
        except ServerRefusal as error:
            if is_missing_group(error):
                return 0
            raise

    async def _read_own(self, stream: str) -> list[tuple[str, dict[str, str]]]:
        try:
            reply = await self._redis.xreadgroup(GROUP, self.worker, {stream: "0"}, count=SCAN_BATCH)
        except ServerRefusal as error:
            if is_missing_group(error):
                return []
            raise
        return [(entry_id, fields) for _, entries in reply or () for entry_id, fields in entries]

    async def _scan(self, stream: str) -> AsyncIterator[tuple[int, int]]:
        first = "-"
        while True:
            entries = await self._redis.xrange(stream, min=first, max="+", count=SCAN_BATCH)
            for _, fields in entries:
                target = unpack_target(fields["d"])
                yield target.id, target.attempt
            if len(entries) < SCAN_BATCH:
                return
            first = f"({entries[-1][0]}"

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


def _pair(member: str) -> tuple[int, int]:
    target_id, _, attempt = member.partition(":")
    return int(target_id), int(attempt)


def _server_words(info: Mapping[str, object]) -> str:
    if "valkey_version" in info:
        return f"valkey {info['valkey_version']}"
    return f"redis {info.get('redis_version', '?')}"


__all__ = [
    "COLLECTOR",
    "Broker",
    "BrokerFull",
    "Claimed",
    "Depth",
    "Expired",
    "Held",
    "Renewed",
    "open_broker",
    "worker_name",
]

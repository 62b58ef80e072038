"""The way of a target through the streams: pushed, claimed, kept, settled or released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from domainscout.broker.beats import member_of, pack_target, unpack_target
from domainscout.broker.connection import BLOCK_S, ServerRefusal, is_missing_group, translated
from domainscout.broker.group import GROUP, Group
from domainscout.broker.replies import Claimed, Held, Renewed
from domainscout.errors import BrokerError
from domainscout.records import Claim, Lane, Target

COLLECTOR = "sweeper"
"""Recovered entries pass through this consumer: it is nobody, so nobody is blamed if the sweeper dies half-way."""
FORGOTTEN_MS = 86_400_000
"""Idle time that a released entry is given: the longest lease there is, so that everybody calls it expired."""
PUSH_BATCH = 500
"""Targets of one call of a script: the server does nothing else meanwhile."""
SCAN_BATCH = 1000
"""Entries of one reply, for the same reason."""
WAKE_KEPT = 1
"""Entries of the stream that wakes workers: only that there is a new one matters."""


class Claims(Group):
    """Targets, one lease each."""

    async def announce(self) -> None:
        """Tell waiting workers to look at the database now.

        Raises:
            BrokerFull: the server takes nothing new.
        """
        with translated(self.url):
            await self._redis.xadd(self._wake, {"w": "1"}, maxlen=WAKE_KEPT, approximate=False)
            await self._redis.expire(self._wake, self._kept_s)

    async def wake(self) -> None:
        """As `announce`, but never raises: workers look every second anyway."""
        with suppress(BrokerError):
            await self.announce()

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

    async def claim(self, count: int, *, alone: bool = False) -> Claimed:
        """Lease up to `count` targets, in the order of the lanes; returns at once, with nothing when there is nothing.

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

    def _held(self, stream: str, entry_id: str, payload: str) -> Held:
        target = unpack_target(payload)
        claim = Claim(target_id=target.id, attempt=target.attempt, stream=stream, entry_id=entry_id)
        return Held(target=target, claim=claim)

    async def _read_own(self, stream: str) -> list[tuple[str, dict[str, str]]]:
        try:
            reply = await self._redis.xreadgroup(GROUP, self.worker, {stream: "0"}, count=SCAN_BATCH)
        except ServerRefusal as error:
            if is_missing_group(error):
                return []
            raise
        return [(entry_id, fields) for _, entries in reply or () for entry_id, fields in entries]

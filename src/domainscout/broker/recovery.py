"""What the sweeper needs: whose lease ran out, and what the streams still know after a crash or a wipe."""

from __future__ import annotations

from collections.abc import AsyncIterator

from domainscout.broker.beats import unpack_target
from domainscout.broker.claims import COLLECTOR, PUSH_BATCH, SCAN_BATCH, Claims
from domainscout.broker.connection import ServerRefusal, is_missing_group, translated
from domainscout.broker.group import GROUP
from domainscout.broker.replies import Expired


class Recovery(Claims):
    """Looking after what others left."""

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

    async def restart_leases_from_the_future(self) -> None:
        """Let leases begin now that were granted before the server's clock was set back: they would never end."""
        with translated(self.url):
            for stream in self._keys:
                first = "-"
                while first:
                    try:
                        first = await self._restart(keys=[stream], args=[GROUP, SCAN_BATCH, first])
                    except ServerRefusal as error:
                        if not is_missing_group(error):
                            raise
                        break

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


def _pair(member: str) -> tuple[int, int]:
    target_id, _, attempt = member.partition(":")
    return int(target_id), int(attempt)

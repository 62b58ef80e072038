"""Whether Redis lets a submission go on: a full one stops it at the edge of a batch, one that is away does not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from domainscout.broker import BrokerAway, BrokerFull

if TYPE_CHECKING:
    from domainscout.broker import Broker

ASK_AGAIN_S = 10.0
"""A server that does not answer may take its time to say so: it is not asked before every batch."""


class Admission:
    """Call it before every batch. Each call tells waiting workers, too, that there is something to do."""

    def __init__(self, broker: Broker, *, again: str) -> None:
        self._broker = broker
        self._again = again
        self._ask_at = 0.0

    async def __call__(self, lines: int) -> None:
        """Let the next batch in, after so many lines.

        Raises:
            BrokerFull: says how many lines are in, and how to go on.
        """
        if time.monotonic() < self._ask_at:
            return
        try:
            await self._broker.announce()
        except BrokerAway:
            # Only work needs the server: what is submitted is safe in the database, where it is found later.
            self._ask_at = time.monotonic() + ASK_AGAIN_S
        except BrokerFull as error:
            done = f"{lines:,} lines are in, the rest is not" if lines else "nothing was submitted"
            then = f"{self._again} goes on from there" if lines else "the same command"
            raise BrokerFull(
                f"Redis is full: {done}.",
                why=error.why,
                fix=f"domainscout work, to drain it, or raise its maxmemory; then {then}.",
            ) from error

"""Being a good guest: one request at a time a host, so many seconds between two, so many hosts at a time an address.

Shared by all visits of a process. The wait counts from the moment a host began to answer, so that two requests
never arrive closer than the delay, however long a connection took to make.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

KEPT_HOSTS = 20_000
"""Hosts remembered before those long free are forgotten."""


def host_key(host: str) -> str:
    """What counts as one host: with and without www., both schemes."""
    return host.removeprefix("www.")


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Turns:
    """Whose turn it is at each host."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    async def take(self, key: str) -> None:
        """Wait until nobody else asks this host and its delay is over."""
        host = self._hosts.get(key)
        if host is None:
            if len(self._hosts) > KEPT_HOSTS:
                self._forget()
            host = self._hosts[key] = _Host()
        await host.lock.acquire()
        try:
            wait = host.free_at - time.monotonic()
            while wait > 0:
                await asyncio.sleep(wait)
                wait = host.free_at - time.monotonic()
        except BaseException:
            host.lock.release()
            raise

    def asked(self, key: str, delay_s: float) -> None:
        """The host has just been asked, or begun to answer: the next request waits `delay_s` from now."""
        host = self._hosts[key]
        host.free_at = max(host.free_at, time.monotonic() + delay_s)

    def give_back(self, key: str) -> None:
        """The answer is complete."""
        self._hosts[key].lock.release()

    def wait_s(self, key: str) -> float:
        """Seconds until the host may be asked, as far as its delay goes."""
        host = self._hosts.get(key)
        return max(0.0, host.free_at - time.monotonic()) if host is not None else 0.0

    def _forget(self) -> None:
        now = time.monotonic()
        self._hosts = {key: host for key, host in self._hosts.items() if host.lock.locked() or host.free_at > now}


class AddressSlots:
    """At most so many hosts of one IP address visited at once: shared hosting pays for all its guests."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._taken: dict[str, tuple[asyncio.Semaphore, int]] = {}

    async def take(self, address: str) -> None:
        """Wait for a slot of that address."""
        semaphore, users = self._taken.get(address) or (asyncio.Semaphore(self._slots), 0)
        self._taken[address] = (semaphore, users + 1)
        try:
            await semaphore.acquire()
        except BaseException:
            self._left(address)
            raise

    def give_back(self, address: str) -> None:
        """Leave the slot to the next."""
        self._taken[address][0].release()
        self._left(address)

    def _left(self, address: str) -> None:
        semaphore, users = self._taken[address]
        if users == 1:
            del self._taken[address]
        else:
            self._taken[address] = (semaphore, users - 1)

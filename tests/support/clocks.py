"""A server whose clock was set: every time that it has noted is moved, as if its clock had been set the other way.

The server cannot be told another time, and XCLAIM … TIME takes none that lies ahead of it. So the streams are dumped,
their delivery times moved in the dump, and restored.
"""

from __future__ import annotations

import struct
import time
from typing import Any

from redis.asyncio import Redis

from domainscout.broker import Broker

RECENT_MS = 3 * 3600 * 1000
_POLYNOMIAL = 0x95AC9329AC4BC9B5
"""CRC-64 of Jones, bits reversed: what a server checks a dump by."""


async def set_server_clock(broker: Broker, seconds: float) -> None:
    """Let everything noted so far look as it does when the clock was set forward (back, if negative) just now.

    Nobody may use the server meanwhile.
    """
    async with Redis.from_url(broker.url, protocol=2) as redis:
        for stream in broker._keys:
            if (dump := await redis.dump(stream)) is not None:
                await redis.restore(stream, 0, _moved(dump, int(-seconds * 1000)), replace=True)
        values: dict[bytes, bytes] = await _answer(redis.hgetall(broker._workers))
        for name, value in values.items():
            seen, _, beat = value.partition(b" ")
            await _answer(redis.hset(broker._workers, name, b"%.6f %s" % (float(seen) - seconds, beat)))


async def _answer(call: Any) -> Any:
    return await call


def _moved(dump: bytes, by_ms: int) -> bytes:
    """The dump with every recent time in it moved: eight bytes, the lowest first. Entry ids have the highest first."""
    body, (now,) = bytearray(dump[:-8]), (int(time.time() * 1000),)
    place = 0
    while place <= len(body) - 8:
        (value,) = struct.unpack_from("<q", body, place)
        if abs(value - now) < RECENT_MS:
            struct.pack_into("<q", body, place, value + by_ms)
            place += 7
        place += 1
    return bytes(body) + struct.pack("<Q", _crc(body))


def _crc(data: bytes | bytearray) -> int:
    crc = 0
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc


def _row(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ _POLYNOMIAL if value & 1 else value >> 1
    return value


_TABLE = [_row(value) for value in range(256)]

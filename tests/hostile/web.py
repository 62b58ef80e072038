"""The server of the hostile web: raw HTTP on two ports of loopback, TLS by the name the client asks for.

    python -m tests.hostile.web FOLDER [--latency-ms N]

prints {"http", "https", "ca", "log"} when ready, logs every request as a JSON line (time, host, path, scheme, how many
are open at that host), and ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests.hostile.pki import Pki
from tests.hostile.rows import FILES, TABLE, Answer, Exchange, Row, http


class Web:
    def __init__(self, folder: Path) -> None:
        self.pki = Pki(folder)
        self.log_file = folder / "requests.log"
        self.log = self.log_file.open("w", buffering=1)
        self.counts: Counter[str] = Counter()
        self.open: dict[str, set[asyncio.StreamReader]] = defaultdict(set)
        self.tasks: set[asyncio.Task[None]] = set()
        FILES.update(self.pki.files())

    async def listen(self, tls: bool) -> int:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        listener.setblocking(False)
        self._start(self._accept(listener, tls))
        return int(listener.getsockname()[1])

    def _start(self, coroutine) -> None:  # type: ignore[no-untyped-def]
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _accept(self, listener: socket.socket, tls: bool) -> None:
        loop = asyncio.get_running_loop()
        while True:
            peer, _ = await loop.sock_accept(listener)
            peer.setblocking(False)
            self._start(self._greet(peer, tls))

    async def _greet(self, peer: socket.socket, tls: bool) -> None:
        """Look at the ClientHello before answering it: each host has TLS troubles of its own."""
        context = None
        try:
            if tls:
                name = await asked_name(peer)
                row = TABLE.get(name or "")
                if row is None or row.tls == "plain":
                    self._note("https", name or "", None)
                    peer.close()
                    return
                if await is_no_handshake(peer, row.tls):
                    peer.close()
                    return
                context = self.pki.context(row.host, row.tls)
            await self._converse(peer, context, "https" if tls else "http")
        except (OSError, TimeoutError, ValueError):
            peer.close()

    async def _converse(self, peer: socket.socket, context, scheme: str) -> None:  # type: ignore[no-untyped-def]
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=1 << 20)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, peer, ssl=context)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            while await self._serve_one(reader, writer, scheme):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            pass
        finally:
            transport.abort() if context is not None else writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scheme: str) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        host = headers.get("host", "")
        self.counts[host] += 1
        self.open[host].add(reader)
        self._note(scheme, host, path)
        try:
            row = TABLE.get(host)
            if row is None:
                return False
            exchange = Exchange(scheme, host, path, headers, reader, writer, self.counts[host])
            answer = await self._answer(row, exchange)
            if answer is None:
                return False
            await exchange.send(answer)
            return b"\r\nConnection: close" not in answer[:4096]
        finally:
            self.open[host].discard(reader)

    async def _answer(self, row: Row, exchange: Exchange) -> bytes | None:
        path = exchange.path.partition("?")[0]
        answer: Answer = row.answer
        if path == "/robots.txt":
            answer = row.robots if row.robots is not None else http("no such page", "404 Not Found")
        elif isinstance(answer, bytes) and path != "/":
            answer = http("no such page", "404 Not Found")
        return answer if isinstance(answer, bytes) else await answer(exchange)

    def _note(self, scheme: str, host: str, path: str | None) -> None:
        at_once = sum(not reader.at_eof() for reader in self.open[host]) if path is not None else 0
        line = {"at": time.time(), "scheme": scheme, "host": host, "path": path, "at_once": at_once}
        self.log.write(json.dumps(line) + "\n")


async def is_no_handshake(peer: socket.socket, trouble: str) -> bool:
    """Answer a ClientHello with something else than a handshake, where that is the trouble."""
    loop = asyncio.get_running_loop()
    said = {
        "silent": b"",
        "http": http("plain http, please", "400 Bad Request"),
        "garbage": bytes(range(7, 200)) * 20,
        "half": b"\x16\x03\x03\x00\x7a\x02\x00",
        "drip": b"\x16\x03\x03\x10\x00\x02\x00\x0f\xfc" + b"\0" * 400,
        "reset": b"",
    }.get(trouble)
    if trouble.startswith("alert-"):
        said = b"\x15\x03\x03\x00\x02\x02" + bytes([int(trouble.removeprefix("alert-"))])
    if said is None:
        return False
    if trouble == "reset":
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif trouble != "silent":
        peer.recv(16384)
    step = 1 if trouble == "drip" else len(said) or 1
    for start in range(0, len(said), step):
        await loop.sock_sendall(peer, said[start : start + step])
        await asyncio.sleep(0.2 if step == 1 else 0)
    if trouble in ("silent", "half"):
        await asyncio.sleep(30)
    return True


async def asked_name(peer: socket.socket) -> str | None:
    """The name in a ClientHello, left unread in the socket."""
    for _ in range(50):
        await _readable(peer)
        data = peer.recv(8192, socket.MSG_PEEK)
        if not data:
            return None
        with contextlib.suppress(IndexError):
            return _server_name(data)
        await asyncio.sleep(0.02)
    return None


async def _readable(peer: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(peer.fileno(), lambda: ready.done() or ready.set_result(None))
    try:
        async with asyncio.timeout(20):
            await ready
    finally:
        loop.remove_reader(peer.fileno())


def _server_name(data: bytes) -> str | None:
    if data[0] != 22:
        return None
    at = 5 + 4 + 2 + 32
    at += 1 + data[at]
    at += 2 + int.from_bytes(data[at : at + 2], "big")
    at += 1 + data[at]
    end = at + 2 + int.from_bytes(data[at : at + 2], "big")
    at += 2
    while at < end:
        kind = int.from_bytes(data[at : at + 2], "big")
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if len(data) < at + 4 + size:
            raise IndexError
        if kind == 0:
            length = int.from_bytes(data[at + 7 : at + 9], "big")
            return data[at + 9 : at + 9 + length].decode("ascii", "replace")
        at += 4 + size
    return None


async def main(folder: Path) -> None:
    web = Web(folder)
    ports = {"http": await web.listen(False), "https": await web.listen(True)}
    print(json.dumps({**ports, "ca": str(web.pki.ca_file), "log": str(web.log_file)}), flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), lambda: os.read(0, 1) or ended.set())
    await ended.wait()
    for task in list(web.tasks):
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

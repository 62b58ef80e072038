"""Real servers for tests of the queue: Valkey of the package, Debian's Redis where it is installed."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from domainscout.embedded import server_binary

REDIS = shutil.which("redis-server")


def binaries() -> dict[str, str]:
    """Server programs to test against, by name."""
    found = {"valkey": str(server_binary())}
    if REDIS:
        found["redis"] = REDIS
    return found


@dataclass(slots=True)
class Server:
    """A server of this test's own, on a unix socket, with a life that the test decides."""

    binary: str
    folder: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def path(self) -> Path:
        return self.folder / "s.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.path}?db=0"

    def start(self, *options: str) -> None:
        self.path.unlink(missing_ok=True)
        command = [self.binary, "--port", "0", "--unixsocket", str(self.path), "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen([*command, *self.options, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < deadline, "the server does not start"
            assert self.process.poll() is None, "the server died"
            time.sleep(0.005)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def say(self, *words: str) -> bytes:
        """One command with a short answer, past the program under test."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self.path))
            connection.sendall(f"*{len(words)}\r\n".encode())
            for word in words:
                connection.sendall(f"${len(word.encode())}\r\n{word}\r\n".encode())
            return connection.recv(65536)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


@contextmanager
def server(binary: str, *options: str) -> Iterator[Server]:
    """A running server in a short folder of its own; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ds-"))
    one = Server(binary=binary, folder=folder, options=options)
    try:
        one.start()
        yield one
    finally:
        one.kill()
        shutil.rmtree(folder)


class Proxy:
    """A wire between a client and a server that can be cut, or swallow what is sent."""

    def __init__(self, target: Path, path: Path) -> None:
        self._target = target
        self.path = path
        self.swallows = False
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"unix://{self.path}?db=0"

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_unix_server(self._serve, self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Drop every connection, with whatever was under way."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(self._target)
        self._writers |= {writer, there_writer}
        try:
            await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        except OSError:
            return
        finally:
            self._writers -= {writer, there_writer}
            for one in (writer, there_writer):
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self.swallows:
                writer.write(data)
        writer.close()

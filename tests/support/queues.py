"""Real servers for tests of the queue: Valkey of the package, Debian's Redis where it is installed."""

from __future__ import annotations

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
        deadline = time.monotonic() + 20
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

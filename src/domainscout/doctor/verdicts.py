"""How a check ends: one line of the report, with its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domainscout.errors import ExitCode

MIB = 2**20


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

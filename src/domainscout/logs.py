"""Log lines from a worker's events: words for people, JSON lines for machines. Owns what is worth a line at which level.

A finished domain is one INFO line; nothing about single pages is above DEBUG.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from domainscout.events import Event, Finished, Started
from domainscout.settings import LogFormat

Print = Callable[[str], None]

QUIET_EVENTS = (Started,)
"""Events that are only worth a line when somebody asked for detail."""


def open_log(
    style: LogFormat, *, print_line: Print | None = None, verbose: bool = False, quiet: bool = False
) -> Callable[[Event], None]:
    """An observer that writes a line an event.

    Args:
        style: text for people, json for machines.
        print_line: where text goes (above a live display); standard error by default.
        verbose: also tell when a domain starts.
        quiet: tell nothing.
    """
    write = print_line or _to_stderr

    def observe(event: Event) -> None:
        if quiet or (isinstance(event, QUIET_EVENTS) and not verbose):
            return
        write(_as_json(event) if style is LogFormat.JSON else _as_text(event))

    return observe


def _as_text(event: Event) -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}  {event.words}"


def _as_json(event: Event) -> str:
    level = "debug" if isinstance(event, QUIET_EVENTS) else "info" if isinstance(event, Finished) else "warning"
    line = {
        "ts": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level,
        "event": type(event).__name__,
        "message": event.words,
        **dataclasses.asdict(event),
    }
    return json.dumps(line, ensure_ascii=False, default=str)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

"""Log lines from a worker's events: words for people, JSON lines for machines. Owns which line matters how much.

A finished domain is one INFO line; nothing about single pages is above DEBUG.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from domainscout.domains import display
from domainscout.events import Draining, Event, Finished, Observer, PutBack, RetryPlanned, Started, Stopped
from domainscout.settings import LogFormat

Print = Callable[[str], None]


class Level(IntEnum):
    """How much a line matters, with the numbers of the standard library."""

    DEBUG = 10
    INFO = 20
    WARNING = 30


LEVELS: Mapping[type, Level] = {
    Started: Level.DEBUG,
    Finished: Level.INFO,
    RetryPlanned: Level.INFO,
    PutBack: Level.INFO,
    Draining: Level.INFO,
    Stopped: Level.INFO,
}
"""Everything else is a warning: something was in the way."""


def level_of(event: Event) -> Level:
    """How much an event matters."""
    return LEVELS.get(type(event), Level.WARNING)


def open_log(style: LogFormat, write: Print, *, least: Level = Level.INFO) -> Observer:
    """An observer that writes a line for each event that matters enough.

    Args:
        style: text for people, json for machines.
        write: takes each line, without its end.
        least: the lowest level that is written.
    """
    line_of = json_line if style is LogFormat.JSON else text_line

    def observe(event: Event) -> None:
        if level_of(event) >= least:
            write(line_of(event))

    return observe


def text_line(event: Event) -> str:
    """A line for a person, with local time."""
    return f"{datetime.now().astimezone():%H:%M:%S}  {readable(event.words, getattr(event, 'domain', ''))}"


def readable(words: str, domain: str) -> str:
    """The words with their domain as people write it: bücher.example rather than xn--bcher-kva.example."""
    return words.replace(domain, display(domain)) if "xn--" in domain else words


def json_line(event: Event) -> str:
    """A line for a machine: UTC time, level, kind and every figure of the event."""
    return note_line(level_of(event), type(event).__name__, event.words, dataclasses.asdict(event))


def note_line(level: Level, kind: str, message: str, figures: Mapping[str, Any]) -> str:
    """A JSON line in the shape of all log lines."""
    line = {
        "ts": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level.name.lower(),
        "event": kind,
        "message": message,
        **figures,
    }
    return json.dumps(line, ensure_ascii=False, default=str)

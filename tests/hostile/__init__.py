"""The web at its worst: hundreds of virtual hosts on loopback, one misbehaviour each, in one documented table.

Below HTTP: `connections`, `framing`, `handshakes`. Answers: `statuses`, `bodies`, `charsets`, `robots`. Where they
send us: `redirects`, `forbidden`, `traps`. Pages: `contents`, `structured`. `rows.TABLE` holds all their rows;
`python -m tests.hostile` prints the table.
"""

from tests.hostile import (
    bodies,
    charsets,
    connections,
    contents,
    forbidden,
    framing,
    handshakes,
    redirects,
    robots,
    statuses,
    structured,
    traps,
)
from tests.hostile.rows import TABLE

__all__ = [
    "TABLE",
    "bodies",
    "charsets",
    "connections",
    "contents",
    "forbidden",
    "framing",
    "handshakes",
    "redirects",
    "robots",
    "statuses",
    "structured",
    "traps",
]

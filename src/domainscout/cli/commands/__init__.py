"""All commands, in the order of a day's work: importing this package registers them."""

from __future__ import annotations

from domainscout.cli.commands import queue, steer, yields

__all__ = ["queue", "steer", "yields"]

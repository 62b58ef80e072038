"""All commands: importing this package registers them."""

from __future__ import annotations

from domainscout.cli.commands import look, queue, steer, upkeep, yields

__all__ = ["look", "queue", "steer", "upkeep", "yields"]

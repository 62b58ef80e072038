"""Which commands there are, in the order of a day's work, and the module that registers each of them."""

from __future__ import annotations

from importlib import import_module

HOMES = {
    "run": "queue", "submit": "queue", "work": "queue", "reextract": "queue",
    "status": "look", "monitor": "look", "show": "look",
    "export": "yields", "schema": "yields",
    "retry": "steer", "cancel": "steer", "pause": "steer", "resume": "steer", "purge": "steer",
    "doctor": "upkeep", "demo": "upkeep", "config": "upkeep", "completion": "upkeep",
}  # fmt: skip


def register(only: str | None = None) -> None:
    """Register this command and its neighbours; all of them when there is none of this name."""
    homes = [HOMES[only]] if only in HOMES else dict.fromkeys(HOMES.values())
    for home in homes:
        import_module(f"{__name__}.{home}")

"""What a compatible server can do, found out once by one small call: constrain answers to a schema, or not.

The API of Anthropic itself is known and never probed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from domainscout.settings import ModelSettings

PROBE_SYSTEM = "You answer in one word of plain text."
PROBE_TEXT = "Which colour is the sky by day? One word, no JSON."


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What the server does with a request of ours.

    Attributes:
        structured: it constrains answers to `output_config.format`; else the schema goes into the prompt.
    """

    structured: bool


def known_abilities(settings: ModelSettings) -> Abilities | None:
    """The abilities of Anthropic's own API; None for other servers."""
    host = urlsplit(settings.anthropic_base_url or "https://api.anthropic.com").hostname or ""
    return Abilities(structured=True) if host == "anthropic.com" or host.endswith(".anthropic.com") else None


def constrained(reply: str) -> bool:
    """Whether the reply to the probe came as JSON, as only a constraining server would give it: it was asked not to."""
    try:
        value = json.loads(reply)
    except ValueError:
        return False
    return isinstance(value, dict)

"""What a compatible server can do, found out once by one small call: constrain answers to a schema, or not.

The API of Anthropic itself, and a gateway that is asked for one of its models, are known and not probed; what they
refuse after all is left out from then on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from domainscout.settings import ModelSettings

PROBE_SYSTEM = "You answer in one word of plain text."
PROBE_TEXT = "Which colour is the sky by day? One word, no JSON."


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What the server does with a request of ours.

    Attributes:
        structured: it constrains answers to `output_config.format`; else the schema goes into the prompt.
        effort: it takes `output_config.effort`.
    """

    structured: bool
    effort: bool = True

    def without(self, part: str) -> Abilities:
        """The abilities that are left when the server did not take "effort" or "structured"."""
        return replace(self, effort=False) if part == "effort" else replace(self, structured=False)


def known_abilities(settings: ModelSettings) -> Abilities | None:
    """The abilities of Anthropic's models, wherever they are served; None for other models, which are probed."""
    host = urlsplit(settings.anthropic_base_url or "https://api.anthropic.com").hostname or ""
    known = settings.model.startswith("claude-") or host == "anthropic.com" or host.endswith(".anthropic.com")
    return Abilities(structured=True) if known else None


def constrained(reply: str) -> bool:
    """Whether the reply to the probe came as JSON, as only a constraining server would give it: it was asked not to."""
    try:
        value = json.loads(reply)
    except ValueError:
        return False
    return isinstance(value, dict)

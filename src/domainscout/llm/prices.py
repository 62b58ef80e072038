"""What a model costs, and how many tokens a text may be. The one table of prices.

Owns arithmetic only. Money is counted in whole nano-dollars (a token of the default model costs 100), so that sums of
a million calls stay exact; dollars appear only where people read them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from domainscout.settings import ModelSettings

NANO = 1_000_000_000
"""Nano-dollars in a dollar."""

CHARS_A_TOKEN = 3.5
"""Characters a token of European text, about: what plans are made with. Limits use `token_bound`."""

BATCH_SHARE = 0.5
"""Share of the price that the Message Batches API charges."""

PRICES: dict[str, tuple[float, float]] = {
    "claude-haiku-5-5": (0.10, 0.50),
    "claude-haiku-4-5": (1.00, 5.00),
    "claude-sonnet-4-5": (3.00, 15.00),
    "claude-sonnet-4-6": (3.00, 15.00),
    "claude-opus-4-5": (5.00, 25.00),
    "claude-opus-4-6": (5.00, 25.00),
}
"""US dollars a million input and output tokens, by the beginning of the model's name."""

UNLISTED = (15.00, 75.00)
"""Price taken for a hosted model that is not in the table: too high rather than too low, so that no cap is passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Nano-dollars a token; a token written to the prompt cache for an hour costs twice, one read from it a tenth."""

    input: float
    output: float
    listed: bool = True

    def cost(self, usage: Usage, *, batch: bool = False) -> int:
        """What a call cost, in nano-dollars, rounded up."""
        tokens = usage.input_tokens + 2.0 * usage.cache_write_tokens + 0.1 * usage.cache_read_tokens
        return ceil((tokens * self.input + usage.output_tokens * self.output) * (BATCH_SHARE if batch else 1.0))

    def worst(self, *, system: int, rest: int, max_tokens: int, batch: bool = False) -> int:
        """The most a call can cost: the system block written to the cache, an answer of full length."""
        return self.cost(
            Usage(input_tokens=rest, cache_write_tokens=system, output_tokens=max_tokens),
            batch=batch,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call as the server counted them; the three kinds of input do not overlap."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0

    @property
    def all_input_tokens(self) -> int:
        """Input of all kinds."""
        return self.input_tokens + self.cache_write_tokens + self.cache_read_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
        )


def price_of(settings: ModelSettings) -> Price:
    """The price of the chosen model: from the settings, else the table; a model of one's own server is free.

    A model behind another base URL is taken for one's own unless it bears a hosted model's name.
    """
    listed = next((price for name, price in PRICES.items() if settings.model.startswith(name)), None)
    own = settings.anthropic_base_url is not None and not settings.model.startswith("claude-")
    per_million = listed or ((0.0, 0.0) if own else UNLISTED)
    given = (settings.llm_input_price, settings.llm_output_price)
    dollars = [
        own_price if own_price is not None else price for own_price, price in zip(given, per_million, strict=True)
    ]
    return Price(
        input=dollars[0] * NANO / 1e6,
        output=dollars[1] * NANO / 1e6,
        listed=listed is not None or own or None not in given,
    )


def dollars(nano: int) -> float:
    """Nano-dollars as dollars."""
    return nano / NANO


def nano_dollars(usd: float | None) -> int | None:
    """Dollars as whole nano-dollars; None stays None (no cap)."""
    return None if usd is None else round(usd * NANO)


def tokens_about(text: str) -> int:
    """Tokens of a text, about."""
    return ceil(len(text) / CHARS_A_TOKEN)


_PLAIN = re.compile(r"[A-Za-z ]+")


def token_bound(text: str) -> int:
    """Tokens that a text can hardly exceed: one for two Latin letters or blanks, one for each other byte.

    Running text is a third of this; figures, symbols and other scripts may come close to it.
    """
    plain = sum(len(run) for run in _PLAIN.findall(text))
    return ceil(plain / 2) + len(text.encode()) - plain

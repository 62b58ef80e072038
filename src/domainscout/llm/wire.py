"""What goes to the model's server and what comes back, as records: a request, a reply, a trouble.

Without the SDK, which costs 40 MB of memory and a second: only `client` loads it, only when a model is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domainscout.errors import Category
from domainscout.llm.answer import Answer, Unreadable, read_answer, schema
from domainscout.llm.prices import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; `messages` alternate between user and assistant, user first.

    Attributes:
        structured: ask the server to constrain the answer to the schema.
        effort: ask it to think little about it; some models do not take the wish.
    """

    model: str
    system: str
    messages: Sequence[tuple[str, str]]
    max_tokens: int
    structured: bool
    effort: bool = True

    def params(self) -> dict[str, Any]:
        """The request as the Messages API takes it."""
        system = {"type": "text", "text": self.system}
        params: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self.max_tokens,
            "system": [{**system, "cache_control": {"type": "ephemeral", "ttl": "1h"}} if self.structured else system],
            "messages": [{"role": role, "content": content} for role, content in self.messages],
        }
        if self.structured:
            params["output_config"] = {"format": {"type": "json_schema", "schema": schema()}}
            if self.effort:
                params["output_config"]["effort"] = "low"
        return params


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: the first text block, why the model stopped, tokens as counted by the server."""

    text: str
    stop_reason: str
    usage: Usage
    headers: Mapping[str, str] = field(default_factory=dict)


class Trouble(Exception):
    """A request without a reply.

    Attributes:
        category: the `llm_*` category a profile gets when this was the last try.
        again: whether the same request may succeed later.
        wait_s: seconds the server asked for.
        lasting: whether every other request would meet the same: opens the circuit.
        billed: False when surely nothing was charged; True when it may have been.
        unknown: the part of the request that the server does not take: "effort" or "structured".
    """

    def __init__(
        self,
        category: Category,
        words: str,
        *,
        again: bool = False,
        wait_s: float | None = None,
        lasting: bool = False,
        billed: bool = False,
        unknown: str = "",
        fix: str = "",
    ) -> None:
        super().__init__(words)
        self.category = category
        self.words = words
        self.again = again
        self.wait_s = wait_s
        self.lasting = lasting
        self.billed = billed
        self.unknown = unknown
        self.fix = fix


_WHOLE = ("end_turn", "stop_sequence", "")
"""Reasons to stop after which an answer is complete; servers that give none are believed."""

_CUT = {
    "max_tokens": "It was cut off because it was too long.",
    "model_context_window_exceeded": "It was cut off because the conversation was too long.",
    "tool_use": "It called a tool; there are none.",
    "pause_turn": "It was not finished.",
}
"""Reasons to stop that make an answer unusable, in words for the model."""


def read_reply(reply: Reply) -> Answer:
    """The answer in a reply.

    Raises:
        Trouble: the model refused (`llm_refusal`).
        Unreadable: the answer was cut off, or is none.
    """
    if reply.stop_reason == "refusal":
        raise Trouble(Category.LLM_REFUSAL, "The model declined to answer about these pages.")
    if reply.stop_reason not in _WHOLE:
        raise Unreadable(_CUT.get(reply.stop_reason, f"It ended by {reply.stop_reason[:40]}."))
    return read_answer(reply.text)

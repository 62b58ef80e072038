"""One conversation with the model about one company: bounded tries, bounded waits, one repair. Owns the order of these.

Every request has its own reservation; whatever happens, it is settled, released or, when nobody knows whether the
server charged it, booked at its worst.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domainscout.errors import Category, ModelError
from domainscout.llm.answer import Answer, Unreadable
from domainscout.llm.ledger import Ledger
from domainscout.llm.limiter import LONGEST_PAUSE_S, SECOND_LOOK_S, Circuit, Limiter, TooLong
from domainscout.llm.prices import Usage, dollars, tokens_about
from domainscout.llm.prompt import repair
from domainscout.llm.wire import Reply, Request, Trouble, read_reply
from domainscout.profile import ModelUse
from domainscout.records import Target
from domainscout.settings import ModelSettings

if TYPE_CHECKING:
    from domainscout.llm.client import Client

BACKOFF_S = 1.0
"""Seconds before the second try when the server names none; doubles, with jitter."""

QUOTED_BACK = 6000
"""Characters of a bad answer that are shown to the model again."""


class Unsuited(Exception):
    """The server does not take a part of the request: "effort" or "structured"."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(slots=True, kw_only=True)
class Exchange:
    """The conversation about one company.

    Attributes:
        usage: tokens so far, as counted by the server.
        cost: nano-dollars so far.
    """

    client: Client
    ledger: Ledger
    limiter: Limiter
    circuit: Circuit
    settings: ModelSettings
    target: Target
    usage: Usage = field(default_factory=Usage)
    cost: int = 0
    tries: int = 0
    deadline: float = 0.0

    async def ask(self, request: Request) -> Answer:
        """Ask until there is an answer.

        Raises:
            ModelError: there is none; carries what was spent.
            Unsuited: the server does not take a part of the request; without it the question may be asked again.
        """
        self.deadline = time.monotonic() + self.settings.llm_wait
        try:
            return await self._answer(request)
        except ModelError as error:
            error.use = self.use if self.tries else None
            raise
        except Trouble as trouble:
            if trouble.unknown and request.structured and self.tries < self.settings.llm_tries:
                raise Unsuited(trouble.unknown if request.effort else "structured") from None
            raise self.given_up(trouble) from None

    async def reply(self, request: Request) -> Reply:
        """One reply as it is, unread.

        Raises:
            Trouble: there is none.
            ModelError: the circuit is open, or a cap stands in the way.
        """
        self.deadline = time.monotonic() + self.settings.llm_wait
        return await self._reply(request)

    @property
    def use(self) -> ModelUse:
        """What the conversation has cost so far."""
        return ModelUse(
            model=self.settings.model,
            input_tokens=self.usage.all_input_tokens,
            output_tokens=self.usage.output_tokens,
            cost_usd=dollars(self.cost),
        )

    async def _answer(self, request: Request) -> Answer:
        reply = await self._reply(request)
        try:
            return read_reply(reply)
        except Unreadable as bad:
            reason = str(bad)
        if self.tries >= self.settings.llm_tries:
            raise self._unusable(reason)
        again = await self._reply(_repaired(request, reply, reason))
        try:
            return read_reply(again)
        except Unreadable as bad:
            raise self._unusable(str(bad)) from None

    def _unusable(self, reason: str) -> ModelError:
        return ModelError(
            Category.LLM_INVALID,
            "The model's answer could not be used, also after a repair.",
            why=reason,
            fix="A larger model may do better: --model",
        )

    async def _reply(self, request: Request) -> Reply:
        """One reply, with the tries and waits that are left."""
        while True:
            try:
                return await self._try(request)
            except Trouble as trouble:
                if not trouble.again or self.tries >= self.settings.llm_tries:
                    raise
                await self._pause(trouble)

    async def _try(self, request: Request) -> Reply:
        left = max(0.0, self.deadline - time.monotonic())
        try:
            async with self.limiter.slot(left):
                self.circuit.check()
                reservation = await self.ledger.reserve(self.target, request)
                return await self._send(request, reservation)
        except TooLong:
            raise Trouble(Category.LLM_RATE, "Waiting for the model's limits would take too long.") from None

    async def _send(self, request: Request, reservation: int) -> Reply:
        """One request, and its money put right in every case."""
        self.tries += 1
        try:
            reply = await self.client.ask(request)
        except Trouble as trouble:
            if trouble.billed:
                await self._book_worst(request, reservation)
            else:
                await self.ledger.release(reservation)
            self._heed(trouble)
            raise
        except BaseException:
            # Cancelled in the middle of a call: the server may go on and charge it.
            await asyncio.shield(self._book_worst(request, reservation))
            raise
        usage = _counted(reply, request)
        self._add(usage)
        await self.ledger.settle(reservation, usage)
        self.circuit.answered()
        self.limiter.went_well(reply.headers, usage.all_input_tokens + request.max_tokens)
        return reply

    async def _book_worst(self, request: Request, reservation: int) -> None:
        self._add(await self.ledger.settle_at_worst(reservation, request))

    def _add(self, usage: Usage) -> None:
        self.usage += usage
        self.cost += self.ledger.price.cost(usage)

    def _heed(self, trouble: Trouble) -> None:
        wait_s = trouble.wait_s or 0.0
        if trouble.lasting:
            self.circuit.open(trouble.category, trouble.words, fix=trouble.fix)
        elif wait_s > LONGEST_PAUSE_S:
            # Nobody waits that long: the companies that come meanwhile get the rules at once.
            self.circuit.open(trouble.category, trouble.words, seconds=min(wait_s, SECOND_LOOK_S))
        elif trouble.category in (Category.LLM_RATE, Category.LLM_OVERLOADED):
            self.limiter.pause(wait_s)

    async def _pause(self, trouble: Trouble) -> None:
        """Wait before the next try: as long as the server asks, if that is not longer than we wait at all."""
        own = BACKOFF_S * 2 ** (self.tries - 1) * random.uniform(0.75, 1.25)
        wait_s = trouble.wait_s if trouble.wait_s is not None else own
        if wait_s > self.deadline - time.monotonic():
            raise _final(trouble)
        await asyncio.sleep(wait_s)

    def given_up(self, trouble: Trouble) -> ModelError:
        """The error of a company that gets no answer, counted for the circuit."""
        if trouble.category in (Category.LLM_TIMEOUT, Category.LLM_OVERLOADED):
            self.circuit.stumbled(trouble.category, trouble.words)
        return ModelError(
            trouble.category,
            trouble.words,
            why=f"{self.tries} of {self.settings.llm_tries} tries" if self.tries else "",
            fix=trouble.fix,
            use=self.use if self.tries else None,
        )


def _final(trouble: Trouble) -> Trouble:
    """The same trouble, but nothing to try again."""
    return Trouble(trouble.category, trouble.words, wait_s=trouble.wait_s, fix=trouble.fix)


def _repaired(request: Request, reply: Reply, reason: str) -> Request:
    said = " ".join(reply.text.replace("\0", "").split())[:QUOTED_BACK] or "(nothing)"
    return replace(request, messages=[*request.messages, ("assistant", said), ("user", repair(reason))])


def _counted(reply: Reply, request: Request) -> Usage:
    """The server's count; an estimate where it keeps none."""
    if reply.usage.all_input_tokens or reply.usage.output_tokens:
        return reply.usage
    sent = request.system + "".join(content for _, content in request.messages)
    return Usage(input_tokens=tokens_about(sent), output_tokens=tokens_about(reply.text))

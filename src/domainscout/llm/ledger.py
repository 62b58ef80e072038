"""Money at the moment of a call: the worst case is reserved first, the real cost put in its place after.

Owns the waiting when only open reservations stand in the way of a cap: they are the worst case, and most of it comes
back within seconds. Does not own the sums (`store.spend`) nor the prices (`prices`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from domainscout.errors import Category, ModelError
from domainscout.llm.prices import Price, Usage, dollars, nano_dollars, token_bound
from domainscout.llm.wire import Request
from domainscout.records import Target
from domainscout.settings import ModelSettings
from domainscout.store import Store
from domainscout.store.spend import Caps, Purpose, Refused

LOOK_AGAIN_S = 0.5
"""Seconds between two looks at a cap that calls of another process may free."""

HOLD_MARGIN_S = 30.0
"""Seconds beyond the longest call before its reservation counts as spent."""

_ESCAPE = {
    "domain": "Raise DOMAINSCOUT_LLM_DOMAIN_USD for larger sites.",
    "job": "Raise the budget: domainscout submit --budget USD",
    "day": "Raise DOMAINSCOUT_LLM_DAY_USD, or go on tomorrow.",
}


class Ledger:
    """Reserves and settles for the calls of one process."""

    def __init__(self, store: Store, settings: ModelSettings, price: Price, worker: str) -> None:
        self._spend = store.spend
        self._settings = settings
        self._worker = worker
        self._given_back = asyncio.Condition()
        self.price = price
        self.spent = 0

    def purpose(self, target: Target) -> Purpose:
        """What a call for this target is booked under."""
        return Purpose(job_id=target.job_id, domain=target.domain, model=self._settings.model, worker=self._worker)

    def caps(self, target: Target) -> Caps:
        """The caps that hold for this target."""
        job = target.budget_usd if target.budget_usd is not None else self._settings.llm_job_usd
        return Caps(
            domain=nano_dollars(self._settings.llm_domain_usd),
            job=nano_dollars(job),
            day=nano_dollars(self._settings.llm_day_usd),
        )

    def worst(self, request: Request, *, batch: bool = False) -> int:
        """The most a request can cost, in nano-dollars."""
        system, rest = bounds(request)
        return self.price.worst(system=system, rest=rest, max_tokens=request.max_tokens, batch=batch)

    async def reserve(self, target: Target, request: Request) -> int:
        """Reserve the worst case of a request; waits while other calls' reservations are all that stands in the way.

        Raises:
            ModelError: a cap leaves too little (`llm_budget`).
        """
        worst = self.worst(request)
        deadline = time.monotonic() + self._settings.llm_timeout
        while True:
            answer = await self._spend.reserve(
                self.purpose(target), worst, self.caps(target), hold_s=self._settings.llm_timeout + HOLD_MARGIN_S
            )
            if not isinstance(answer, Refused):
                return answer
            if answer.for_good or time.monotonic() >= deadline:
                raise over_budget(answer, worst)
            await self._wait()

    async def settle(self, reservation: int, usage: Usage) -> None:
        """Book what a call cost."""
        cost = self.price.cost(usage)
        await self._book(reservation, cost, usage)

    async def settle_at_worst(self, reservation: int, request: Request) -> Usage:
        """Book the worst case of a call that may have been charged although no answer came; returns it."""
        system, rest = bounds(request)
        usage = Usage(input_tokens=rest, cache_write_tokens=system, output_tokens=request.max_tokens)
        await self._book(reservation, self.worst(request), usage)
        return usage

    async def release(self, reservation: int) -> None:
        """Give back what was reserved for a call that was not charged."""
        await self._spend.release(reservation)
        await self._tell()

    async def _book(self, reservation: int, cost: int, usage: Usage) -> None:
        await self._spend.settle(
            reservation, cost, input_tokens=usage.all_input_tokens, output_tokens=usage.output_tokens
        )
        self.spent += cost
        await self._tell()

    async def _tell(self) -> None:
        async with self._given_back:
            self._given_back.notify_all()

    async def _wait(self) -> None:
        async with self._given_back:
            try:
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await self._given_back.wait()
            except TimeoutError:
                return


def bounds(request: Request) -> tuple[int, int]:
    """Tokens that the system block, and everything else of a request, can hardly exceed."""
    params = request.params()
    constraint = str(params.get("output_config", ""))
    messages: Sequence[tuple[str, str]] = request.messages
    rest = sum(token_bound(content) + 8 for _, content in messages) + token_bound(constraint) + 64
    return token_bound(request.system) + 8, rest


def over_budget(refused: Refused, worst: int) -> ModelError:
    """The error of a cap that leaves too little for a call."""
    return ModelError(
        Category.LLM_BUDGET,
        f"The budget of the {refused.scope} (${dollars(refused.cap):.2f}) leaves too little for another call.",
        why=f"Spent: ${dollars(refused.spent):.4f}; a call can cost up to ${dollars(worst):.4f}.",
        fix=_ESCAPE[refused.scope],
    )

"""Questions by the Message Batches API: half the price, answers within a day, across restarts and kill -9.

Owns one turn of tending: find batches whose sender died, take in results of ended ones, send what waits. Merging
answers into profiles is `reextract`'s; the durable state is `store.questions`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domainscout.errors import Category
from domainscout.llm.answer import Unreadable
from domainscout.llm.limiter import Circuit
from domainscout.llm.prices import Price
from domainscout.llm.prompt import PROMPT_VERSION, system_block
from domainscout.llm.wire import Reply, Request, Trouble, read_reply
from domainscout.settings import ModelSettings
from domainscout.store.questions import Batch, Pending, Questions, Taken

if TYPE_CHECKING:
    from domainscout.llm.client import Client

MOST_IN_BATCH = 5000
"""Questions of one batch: the API takes 100,000 or 256 MB; at 30 kB each this stays far below."""

SEND_AFTER_S = 60.0
"""Seconds that a question waits for others before its batch is sent."""

ARRIVAL_S = 120.0
"""Seconds after which a batch that the provider does not list has certainly not arrived."""

TAKE_AT_ONCE = 100
"""Results taken in a transaction."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """Tends the batches of one process."""

    client: Client
    questions: Questions
    settings: ModelSettings
    price: Price
    circuit: Circuit
    effort: bool = True

    async def turn(self, *, flush: bool = False) -> int:
        """One turn; returns how many questions were sent.

        Args:
            flush: send what waits even if it has not waited long.

        Raises:
            Trouble: the server does not answer; the next turn goes on where this one stopped.
        """
        await self._recover()
        await self._collect()
        return await self._send(flush)

    async def _send(self, flush: bool) -> int:
        count = 0
        while True:
            backlog = await self.questions.backlog()
            due = backlog.waiting >= MOST_IN_BATCH or backlog.oldest_s >= SEND_AFTER_S or flush
            started = await self.questions.start(self.settings.model, MOST_IN_BATCH) if due else None
            if started is None:
                return count
            batch, pending = started
            await self._create(batch, pending)
            count += len(pending)

    async def _create(self, batch: Batch, pending: Sequence[Pending]) -> None:
        requests = [(f"{batch.id}-{one.id}", self._request(one)) for one in pending]
        try:
            remote_id = await self.client.create_batch(requests)
        except Trouble as trouble:
            # When it may have arrived the batch stays "sending" and the next turn looks for it.
            if not trouble.billed:
                await self.questions.unsent(batch.id)
            if trouble.lasting:
                self.circuit.open(trouble.category, trouble.words, fix=trouble.fix)
            raise
        await self.questions.sent(batch.id, remote_id)

    def _request(self, pending: Pending) -> Request:
        return Request(
            model=pending.model,
            system=system_block(with_schema=not pending.structured),
            messages=[("user", pending.body)],
            max_tokens=self.settings.llm_output_tokens,
            structured=pending.structured,
            effort=self.effort,
        )

    async def _recover(self) -> None:
        """Find out about batches whose sending was cut off: by a crash, or by a lost reply."""
        lost = await self.questions.batches("sending")
        if not lost:
            return
        known = await self.questions.known_remotes()
        listed = [one for one in await self.client.recent_batches() if one.get("id") not in known]
        for batch in lost:
            candidates = [one for one in listed if _may_be(one, batch)]
            if not candidates:
                if time.time() - batch.created_at > ARRIVAL_S:
                    await self.questions.unsent(batch.id)
                continue
            for one in candidates:
                if one.get("processing_status") == "ended" and await self._is(str(one["id"]), batch):
                    await self.questions.sent(batch.id, str(one["id"]))
                    break

    async def _is(self, remote_id: str, batch: Batch) -> bool:
        """Whether a batch of the provider is ours: its results bear our ids."""
        results = self.client.batch_results(remote_id)
        async for custom_id, _ in results:
            await results.aclose()  # type: ignore[attr-defined]
            return custom_id.startswith(f"{batch.id}-")
        return False

    async def _collect(self) -> None:
        for batch in await self.questions.batches("open"):
            assert batch.remote_id is not None
            if await self._ended(batch.remote_id):
                await self._take(batch, batch.remote_id)

    async def _ended(self, remote_id: str) -> bool:
        return await self.client.batch_status(remote_id) == "ended"

    async def _take(self, batch: Batch, remote_id: str) -> None:
        taken: list[Taken] = []
        async for custom_id, result in self.client.batch_results(remote_id):
            prefix, _, number = custom_id.rpartition("-")
            if prefix == batch.id and number.isdigit():
                taken.append(self._judge(int(number), result))
            if len(taken) >= TAKE_AT_ONCE:
                await self.questions.take(taken)
                taken = []
        await self.questions.take(taken)
        await self.questions.collected(batch.id)

    def _judge(self, question: int, result: Reply | Trouble) -> Taken:
        if isinstance(result, Trouble):
            return Taken(question=question, again=result.again, category=result.category, error=result.words)
        cost = self.price.cost(result.usage, batch=True)
        used: dict[str, Any] = {
            "question": question,
            "cost": cost,
            "input_tokens": result.usage.all_input_tokens,
            "output_tokens": result.usage.output_tokens,
        }
        try:
            answer = read_reply(result)
        except Trouble as refused:
            return _failed(used, refused.category, refused.words, again=False)
        except Unreadable as bad:
            return _failed(used, Category.LLM_INVALID, str(bad), again=True)
        return Taken(**used, answer=answer.model_dump_json(), prompt_version=PROMPT_VERSION)


def _failed(used: dict[str, Any], category: Category, error: str, *, again: bool) -> Taken:
    return Taken(**used, category=category, error=error, again=again)


def _may_be(listed: dict[str, Any], batch: Batch) -> bool:
    """Whether a batch of the provider's list can be this one: as many requests, created after it was written down."""
    counts = listed.get("request_counts")
    size = sum(n for n in counts.values() if isinstance(n, int)) if isinstance(counts, dict) else -1
    try:
        created = datetime.fromisoformat(str(listed.get("created_at"))).timestamp()
    except ValueError:
        return False
    return size == batch.size and created >= batch.created_at - ARRIVAL_S

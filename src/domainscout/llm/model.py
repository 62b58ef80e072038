"""The language model as a scout sees it: one question a company, findings back.

Owns the way of a question: text, kept answer, money, call, grounding. Each of these has a module of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domainscout import __version__
from domainscout.errors import Category, ModelError
from domainscout.extract.base import Reading
from domainscout.llm.answer import Answer
from domainscout.llm.batches import Desk
from domainscout.llm.exchange import Exchange, Unsuited
from domainscout.llm.grounding import Grounded, ground
from domainscout.llm.ledger import Ledger
from domainscout.llm.limiter import Circuit, Limiter, log
from domainscout.llm.preparing import Prepared, prepared
from domainscout.llm.prices import dollars, price_of
from domainscout.llm.probe import PROBE_SYSTEM, PROBE_TEXT, Abilities, constrained, known_abilities
from domainscout.llm.prompt import PROMPT_VERSION
from domainscout.llm.wire import Request, Trouble
from domainscout.profile import ModelUse
from domainscout.records import Finding, Target
from domainscout.resolve import Resolved
from domainscout.settings import Extractor, ModelSettings
from domainscout.store import Store
from domainscout.store.questions import NewQuestion, Pending

if TYPE_CHECKING:
    from domainscout.llm.client import Client

WAITS = "the model's answer comes with a batch"
"""Note on a profile that is saved by the rules meanwhile."""

MAX_NOTES = 5
"""Notes on ignored orders that a profile carries at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """What the model added about one company.

    Attributes:
        findings: ordinary findings; they compete with those of the rules by evidence.
        use: tokens and cost; zero for a kept answer.
        unsupported: values dropped because the pages do not show them.
        pending: the question waits for a batch; the answer is merged into the profile later.
    """

    findings: tuple[Finding, ...]
    use: ModelUse
    notes: tuple[str, ...] = ()
    unsupported: int = 0
    pending: bool = False


class Model:
    """The language model of one process, shared by its scouts."""

    def __init__(self, client: Client, store: Store, settings: ModelSettings, worker: str) -> None:
        self.client = client
        self.settings = settings
        self.limiter = Limiter(settings.llm_concurrency)
        self.circuit = Circuit()
        self.price = price_of(settings)
        self.ledger = Ledger(store, settings, self.price, worker)
        self.worker = worker
        self._store = store
        self._abilities = known_abilities(settings)
        self._probing = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.settings.model

    @property
    def alone(self) -> bool:
        """Whether its values stand alone in a profile (`--extractor llm`), what the rules found being a hint to it."""
        return self.settings.extractor is Extractor.LLM

    @property
    def reader(self) -> str:
        """What stands on every value: the version of the program, the model and the version of the prompt."""
        return f"{__version__}+{self.name}/{PROMPT_VERSION}"

    @property
    def trouble(self) -> str | None:
        """Why no calls are made at the moment; None while they are."""
        return self.circuit.trouble

    @property
    def spent_usd(self) -> float:
        """US dollars spent by this process."""
        return dollars(self.ledger.spent)

    async def fill(
        self,
        target: Target,
        reading: Reading,
        findings: Sequence[Finding],
        resolved: Resolved,
        *,
        batch: bool | None = None,
    ) -> ModelAnswer:
        """Ask about one company, or take the kept answer to the same question.

        Args:
            findings: of the rules; the model sees their resolved values, and may doubt some.
            batch: ask by the batch interface; None as the target and the settings say.

        Raises:
            ModelError: no usable answer; `use` says what was spent.
        """
        if not reading.pages:
            return ModelAnswer(findings=(), use=ModelUse(model=self.name))
        asked = await self.prepare(target, reading, findings, resolved)
        kept = await self._store.answers.get(asked.question.key)
        if kept is not None:
            return self.judged(asked, Answer.model_validate_json(kept.answer), ModelUse(model=self.name))
        if target.llm_batch or self.settings.llm_batch if batch is None else batch:
            return await self._queue(target, asked)
        exchange = self._exchange(target)
        while True:
            try:
                answer = await exchange.ask(asked.request)
                break
            except Unsuited as refused:
                self._abilities = (await self.abilities(target)).without(refused.part)
                asked = await self.prepare(target, reading, findings, resolved)
        await self._store.answers.keep(asked.kept(target.domain, answer))
        return self.judged(asked, answer, exchange.use)

    async def late(
        self, pending: Pending, target: Target, reading: Reading, findings: Sequence[Finding], resolved: Resolved
    ) -> ModelAnswer:
        """The answer that a batch brought, judged by the pages as they are now.

        Raises:
            ModelError: the batch brought none.
        """
        use = ModelUse(
            model=pending.model,
            input_tokens=pending.input_tokens,
            output_tokens=pending.output_tokens,
            cost_usd=dollars(pending.nusd),
        )
        kept = await self._store.answers.get(pending.key)
        if kept is None:
            raise ModelError(
                pending.category or Category.LLM_INVALID, pending.error or "The batch brought no answer.", use=use
            )
        asked = await self.prepare(target, reading, findings, resolved)
        answer = Answer.model_validate_json(kept.answer)
        return self.judged(replace(asked, codes=kept.candidates), answer, use)

    async def _queue(self, target: Target, asked: Prepared) -> ModelAnswer:
        await self._store.questions.add(
            NewQuestion(
                key=asked.question.key,
                purpose=self.ledger.purpose(target),
                caps=self.ledger.caps(target),
                body=asked.question.text,
                candidates=asked.codes,
                worst=self.ledger.worst(asked.request, batch=True),
                structured=asked.request.structured,
            )
        )
        notes = (*_notes(asked.reading, 0), WAITS)
        return ModelAnswer(findings=(), use=ModelUse(model=self.name), notes=notes, pending=True)

    @property
    def desk(self) -> Desk:
        """What tends the batches of this process."""
        return Desk(
            client=self.client,
            questions=self._store.questions,
            settings=self.settings,
            price=self.price,
            circuit=self.circuit,
            effort=self._abilities is None or self._abilities.effort,
        )

    async def prepare(
        self, target: Target, reading: Reading, findings: Sequence[Finding], resolved: Resolved
    ) -> Prepared:
        """Build the question about a site, as this server can be asked."""
        abilities = await self.abilities(target)
        return prepared(target.domain, reading, findings, resolved, abilities=abilities, settings=self.settings)

    def judged(self, asked: Prepared, answer: Answer, use: ModelUse) -> ModelAnswer:
        """The findings of an answer that the pages support, with remarks for the profile."""
        grounded: Grounded = ground(
            answer, asked.reading, asked.shown, asked.codes, reader=self.reader, rules=asked.rules
        )
        return ModelAnswer(
            findings=tuple(grounded.findings),
            use=use,
            notes=_notes(asked.reading, grounded.unsupported),
            unsupported=grounded.unsupported,
        )

    async def abilities(self, target: Target) -> Abilities:
        """What the server can do; a server that is not known is asked once, on the account of this target.

        Raises:
            ModelError: the server does not answer.
        """
        async with self._probing:
            if self._abilities is None:
                self._abilities = await self._probe(target)
        return self._abilities

    async def _probe(self, target: Target) -> Abilities:
        request = Request(
            model=self.name, system=PROBE_SYSTEM, messages=[("user", PROBE_TEXT)], max_tokens=600, structured=True
        )
        exchange = self._exchange(target)
        try:
            reply = await exchange.reply(request)
        except Trouble as trouble:
            if trouble.unknown == "effort":
                return Abilities(structured=True, effort=False)
            if trouble.unknown:
                return Abilities(structured=False)
            raise exchange.given_up(trouble) from None
        return Abilities(structured=constrained(reply.text))

    def report(self, trouble: Trouble) -> None:
        """Say in the log that the batches have to wait."""
        log.info("language model: batches wait: %s", trouble.words)

    def _exchange(self, target: Target) -> Exchange:
        return Exchange(
            client=self.client,
            ledger=self.ledger,
            limiter=self.limiter,
            circuit=self.circuit,
            settings=self.settings,
            target=target,
        )


@asynccontextmanager
async def open_model(settings: ModelSettings, store: Store, *, worker: str = "local") -> AsyncIterator[Model | None]:
    """Open the model for one process; None when the rules work alone.

    Raises:
        CredentialsError: a model is wanted, but there is neither a key nor a server of one's own.
    """
    if not settings.uses_model:
        yield None
        return
    settings.demand_key()
    from domainscout.llm.client import open_client  # loads the SDK: 40 MB that the rules alone do not need

    async with open_client(settings) as client:
        yield Model(client, store, settings, worker)


def reader_of(model: Model | None) -> str:
    """Who reads pages in this process: what a profile depends on beside them."""
    if model is None:
        return f"{__version__}+rules"
    return f"{model.reader}+alone" if model.alone else model.reader


def _notes(reading: Reading, unsupported: int) -> tuple[str, ...]:
    notes = [f'text that gives orders to machines was ignored on {url}: "{text[:80]}"' for url, text in reading.orders]
    notes = notes[:MAX_NOTES]
    if unsupported:
        values = "value of the model was" if unsupported == 1 else "values of the model were"
        notes.append(f"{unsupported} {values} dropped: the pages do not show {'it' if unsupported == 1 else 'them'}")
    return tuple(notes)

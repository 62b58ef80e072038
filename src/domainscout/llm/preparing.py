"""From a site to the question about it: what is shown, which industries are offered, as the server can be asked.

Owns how the room for input is divided. Pure: no server is asked, no money is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domainscout.extract.base import Reading
from domainscout.extract.industry import candidates as sic_candidates
from domainscout.llm.answer import MAX_CANDIDATES, Answer
from domainscout.llm.prices import tokens_about
from domainscout.llm.probe import Abilities
from domainscout.llm.prompt import PROMPT_VERSION, Question, question, system_block
from domainscout.llm.text import Shown, shown
from domainscout.llm.wire import Request
from domainscout.records import Finding
from domainscout.resolve import Resolved
from domainscout.settings import ModelSettings
from domainscout.store.answers import KeptAnswer

MAX_KNOWN = 2500
"""Tokens kept free for what the rules found and for the candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A question about one site, with what is needed to judge the answer.

    Attributes:
        codes: SIC codes in the order in which they are offered.
        rules: what the rules found; the answer may call some of it wrong.
    """

    reading: Reading
    shown: Shown
    question: Question
    request: Request
    codes: tuple[str, ...]
    rules: tuple[Finding, ...]

    def kept(self, domain: str, answer: Answer) -> KeptAnswer:
        """An answer as it is kept, to be taken when the same is asked again."""
        return KeptAnswer(
            key=self.question.key,
            domain=domain,
            model=self.request.model,
            prompt_version=PROMPT_VERSION,
            answer=answer.model_dump_json(),
            candidates=self.codes,
        )


def prepared(
    domain: str,
    reading: Reading,
    findings: Sequence[Finding],
    resolved: Resolved,
    *,
    abilities: Abilities,
    settings: ModelSettings,
) -> Prepared:
    """Build the question about a site."""
    with_schema = not abilities.structured
    room = settings.llm_input_tokens - tokens_about(system_block(with_schema=with_schema)) - MAX_KNOWN
    offered = sic_candidates(reading, limit=MAX_CANDIDATES)
    seen = shown(reading, max_tokens=max(room, settings.llm_input_tokens // 2))
    codes = tuple(candidate.code for candidate in offered)
    choices = [(candidate.code, candidate.text) for candidate in offered]
    asked = question(domain, seen, resolved, choices, model=settings.model, with_schema=with_schema)
    request = Request(
        model=settings.model,
        system=asked.system,
        messages=[("user", asked.text)],
        max_tokens=settings.llm_output_tokens,
        structured=abilities.structured,
        effort=abilities.effort,
    )
    return Prepared(reading=reading, shown=seen, question=asked, request=request, codes=codes, rules=tuple(findings))

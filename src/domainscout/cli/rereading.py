"""`reextract`: stored pages read again, with what became of each and what it cost."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from domainscout.cli.options import Call
from domainscout.cli.progress import shown
from domainscout.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from domainscout.reextract import Reread
    from domainscout.store import Store


async def reextract_named(call: Call, name: str, *, json: bool) -> int:
    """Read the stored pages of a job's domains, or of one domain, again.

    Raises:
        UsageError: no job or crawled domain has this name, or none of its pages were kept.
        CredentialsError: a model is wanted, and there is no key.
    """
    call.settings.demand_key()
    from domainscout.llm import open_model
    from domainscout.reextract import reextract_all
    from domainscout.store import open_store

    async with (
        open_store(call.settings, create=False) as store,
        open_model(call.settings, store, worker="reextract") as model,
    ):
        name, domains = await _named(store, name)
        reader = model.name if model else "rules alone"
        call.speech.say(f"Reading   {len(domains):,} stored · {reader} · no site is asked")
        counts: Counter[str] = Counter()
        cost = 0.0
        async for reread in reextract_all(domains, store=store, model=model, concurrency=call.settings.concurrency):
            counts[_outcome(reread)] += 1
            cost += reread.use.cost_usd if reread.use else 0.0
            _tell(call, reread, json=json)
    if counts["missing"] == len(domains):
        again = f"domainscout retry {name}" if name.startswith("j-") else f"echo {name} | domainscout run - --max-age 0"
        raise UsageError(
            f"No pages of {name} are stored.",
            why="It was crawled with --no-keep-pages, or no page could be read.",
            fix=again,
        )
    call.speech.say(_summary(counts, cost, name))
    return ExitCode.OK


async def _named(store: Store, name: str) -> tuple[str, list[str]]:
    """The name as the database spells it, and the domains it stands for."""
    from domainscout.domains import NotADomain, canonical
    from domainscout.reextract import domains_of

    with suppress(NotADomain):  # a job's id is none
        name = canonical(name)
    return name, await domains_of(store, name)


def _outcome(reread: Reread) -> str:
    if reread.status is None:
        return "missing"
    return "partial" if reread.category else "changed" if reread.changed else "unchanged"


def _tell(call: Call, reread: Reread, *, json: bool) -> None:
    if json:
        call.speech.json(asdict(reread) | {"use": reread.use.model_dump() if reread.use else None})
    elif reread.error and (call.speech.verbose or reread.status is None):
        call.speech.say(f"  {shown(reread.domain)}: {reread.error}")


def _summary(counts: Counter[str], cost: float, name: str) -> str:
    told = " · ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))
    lines = [f"Read      {told or 'nothing'}"]
    if cost:
        lines.append(f"Spent     ${cost:.4f}")
    after = f"export {name} -o companies.csv" if name.startswith("j-") else f"show {name}"
    return "\n".join([*lines, f"Next      domainscout {after}"])

"""Model input a company, and what a model that knows the labels adds to the rules. Loopback, no key, no money.

    python -m benchmarks tokens [--corpus DIR] [--invented 0.3] [--limit N]

The model is a stand-in that answers from the corpus's labels and mixes in invented values; tokens are counted by it, at
3.5 characters a token, over everything that is sent: rules, schema, candidates, pages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.corpus import load_site
from benchmarks.gold_answers import GoldAnswers
from domainscout.compose import profile_of, understand
from domainscout.demo.model_server import Asked, Says, model_server
from domainscout.llm import Model, open_model
from domainscout.profile import Profile
from domainscout.records import Site, Target
from domainscout.settings import load_settings
from domainscout.store import open_store

CORPORA = Path(__file__).parents[2] / "shared" / "corpus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One corpus, read without and with the model.

    Attributes:
        tokens: input tokens of each company.
        lies: invented values by domain, as the model said them.
        unsupported: values that were dropped.
    """

    gold: list[dict[str, Any]]
    rules: list[Profile]
    hybrid: list[Profile]
    tokens: list[int]
    lies: dict[str, list[str]]
    unsupported: int
    cost_usd: float

    @property
    def stored_lies(self) -> list[str]:
        """Invented values that stand in a profile all the same; notes quote what was refused."""
        texts = {profile.domain: profile.model_dump_json(exclude={"notes"}) for profile in self.hybrid}
        return [lie for domain, lies in self.lies.items() for lie in lies if lie in texts.get(domain, "")]


async def measure(corpus: Path, *, invented: float = 0.3, limit: int | None = None) -> Result:
    """Read every site of a corpus without and with the stand-in."""
    gold = [json.loads(line) for line in (corpus / "gold.jsonl").read_text().splitlines() if line.strip()][:limit]
    answers = GoldAnswers({row["domain"]: row for row in gold}, invented=invented)
    sites = [load_site(corpus / "sites" / row["domain"]) for row in gold]
    tokens: list[int] = []

    def script(asked: Asked) -> Says:
        if not asked.domain:
            return Says(text={"values": []})
        tokens.append(asked.tokens)
        return Says(text=answers.answer(asked.messages[0]))

    async with model_server(script) as server:
        with tempfile.TemporaryDirectory() as folder:
            settings = load_settings(
                {"data_dir": Path(folder), "anthropic_api_key": "stand-in", "anthropic_base_url": server.url}
            )
            async with open_store(settings) as store, open_model(settings, store) as model:
                assert model is not None
                read = [await _read(number, site, model) for number, site in enumerate(sites, start=1)]
        return Result(
            gold=gold,
            rules=[rules for rules, _, _ in read],
            hybrid=[hybrid for _, hybrid, _ in read],
            tokens=tokens,
            lies=answers.lies,
            unsupported=sum(unsupported for _, _, unsupported in read),
            cost_usd=server.cost_usd,
        )


async def _read(number: int, site: Site, model: Model) -> tuple[Profile, Profile, int]:
    target = Target(id=number, job_id="j-bench", domain=site.domain, attempt=1)
    understood = await understand(site)
    answer = await model.fill(target, understood.reading, understood.extraction.findings, understood.resolved)
    hybrid = profile_of(target, site, understood.with_more(answer.findings), use=answer.use, notes=answer.notes)
    return profile_of(target, site, understood.resolved), hybrid, answer.unsupported


def scored(corpus: Path, gold: list[dict[str, Any]], profiles: list[Profile]) -> dict[str, Any]:
    """What the corpus's own scorer says, by field."""
    with tempfile.TemporaryDirectory() as folder:
        gold_file, found = Path(folder) / "gold.jsonl", Path(folder) / "found.jsonl"
        gold_file.write_text("".join(json.dumps(row) + "\n" for row in gold))
        found.write_text("".join(profile.model_dump_json() + "\n" for profile in profiles))
        command = [sys.executable, str(corpus.parent / "score.py"), str(gold_file), str(found), "--json"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, Any] = json.loads(printed)
    return result


def run(argv: list[str]) -> int:
    """Print tokens a company, and F1 by field without and with the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, action="append")
    parser.add_argument("--invented", type=float, default=0.3)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args(argv)
    measured = {}
    for corpus in args.corpus or [CORPORA / "modern", CORPORA / "business"]:
        result = asyncio.run(measure(corpus, invented=args.invented, limit=args.limit))
        measured[corpus.name] = figures = _figures(corpus, result)
        _print(corpus.name, figures)
    results.save("tokens", {"corpora": measured})
    return int(any(figures["stored_inventions"] for figures in measured.values()))


def _figures(corpus: Path, result: Result) -> dict[str, Any]:
    rules, hybrid = (scored(corpus, result.gold, found)["fields"] for found in (result.rules, result.hybrid))
    return {
        "companies": len(result.tokens),
        "tokens": {
            "median": statistics.median(result.tokens),
            "p90": statistics.quantiles(result.tokens, n=10)[-1],
            "max": max(result.tokens),
        },
        "cost_usd_each": result.cost_usd / len(result.tokens),
        "invented": sum(map(len, result.lies.values())),
        "dropped": result.unsupported,
        "stored_inventions": len(result.stored_lies),
        "fields": {name: (_figure(rules.get(name, {})), _figure(row)) for name, row in sorted(hybrid.items())},
    }


def _figure(row: dict[str, Any]) -> float:
    """F1, or recall where that is all that is labelled."""
    found = row.get("recall") if row.get("f1") is None else row["f1"]
    return float(found or 0.0)


def _print(name: str, figures: dict[str, Any]) -> None:
    tokens = figures["tokens"]
    print(
        f"{name}: {figures['companies']} companies, input tokens median {tokens['median']:.0f}, "
        f"p90 {tokens['p90']:.0f}, max {tokens['max']}; ${figures['cost_usd_each']:.5f} a company; "
        f"{figures['invented']} invented, {figures['dropped']} values dropped, "
        f"{figures['stored_inventions']} inventions stored"
    )
    print(f"{'field':26} {'rules':>7} {'hybrid':>7}")
    for field, (rules, hybrid) in figures["fields"].items():
        print(f"{field:26} {rules:7.3f} {hybrid:7.3f}")


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))

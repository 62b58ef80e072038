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

from benchmarks.gold_answers import GoldAnswers
from benchmarks.quality import load_site
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
    for corpus in args.corpus or [CORPORA / "modern", CORPORA / "business"]:
        result = asyncio.run(measure(corpus, invented=args.invented, limit=args.limit))
        _print(corpus, result)
    return 0


def _print(corpus: Path, result: Result) -> None:
    deciles = statistics.quantiles(result.tokens, n=10)
    print(
        f"{corpus.name}: {len(result.tokens)} companies, input tokens median {statistics.median(result.tokens):.0f}, "
        f"p90 {deciles[-1]:.0f}, max {max(result.tokens)}; ${result.cost_usd / len(result.tokens):.5f} a company; "
        f"{sum(map(len, result.lies.values()))} invented, {result.unsupported} values dropped"
    )
    rules, hybrid = scored(corpus, result.gold, result.rules), scored(corpus, result.gold, result.hybrid)
    print(f"{'field':26} {'rules':>7} {'hybrid':>7}")
    for name, row in sorted(hybrid.get("fields", hybrid).items()):
        if isinstance(row, dict):
            before = rules.get("fields", rules).get(name, {})
            key = "f1" if row.get("f1") is not None else "recall"
            print(f"{name:26} {before.get(key) or 0:7.3f} {row.get(key) or 0:7.3f}")


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))

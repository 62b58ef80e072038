"""The real program with a model: made-up sites over TLS, the scripted model server over HTTP, commands as typed."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import Ran, domainscout, listed
from tests.support.talking import said

from domainscout import __version__
from domainscout.cli.app import program
from domainscout.demo.model_server import Asked, ModelServer, Says, model_server
from domainscout.demo.server import Web, open_web
from domainscout.demo.sites import load
from domainscout.llm import PROMPT_VERSION

DOMAINS = ("kestrel-heating.example", "atelier-verdane.example", "harborlight-accounting.example")
MORE = ("norrsken-verkstad.example", "quillfern-software.example", "tidewell-vets.example")
CANARY = "sk-canary-4f1b9c"


def tag_from_the_page(asked: Asked) -> Says:
    """One true value that the rules do not give, and one that no page shows."""
    first = re.search(r"<page-\w+ 1 \w+ \S+>\n(?:# )?([^\n]+)", asked.messages[0])
    words = " ".join(re.findall(r"\w+", first[1])[:2]) if first else "nothing"
    return Says(text={"values": [said("tag", words), said("service", "zeppelin polishing", "we polish zeppelins")]})


@dataclass
class Town:
    """The sites, the model, and how to reach both."""

    web: Web
    model: ModelServer
    folder: Path

    def __call__(self, *arguments: str, key: str = CANARY, **environment: str) -> Ran:
        around = {"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": self.model.url, **environment}
        places = ["--data-dir", str(self.folder / "data")] if arguments[0] not in ("schema", "completion") else []
        return domainscout(*arguments, *places, **around)

    def crawling(self, command: str, *arguments: str, **options: str) -> Ran:
        rules = [word for rule in self.web.connect_to for word in ("--connect-to", rule)]
        more = ["--ca-file", str(self.web.ca_file), "--host-delay", "0", "--backoff", "0.2"]
        return self(command, *arguments, *rules, *more, **options)

    def profiles(self) -> dict[str, dict[str, Any]]:
        lines = self("export", "--format", "jsonl").out.splitlines()
        return {row["domain"]: row for row in map(json.loads, lines)}

    @property
    def questions(self) -> list[Asked]:
        return [asked for asked in self.model.asked if asked.domain]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Web, ModelServer]]:
    """Both servers in a thread of their own."""
    loop = asyncio.new_event_loop()
    ready, served, over = threading.Event(), [], asyncio.Event()

    async def serve() -> None:
        async with open_web(load()) as web, model_server(tag_from_the_page) as model:
            served.append((web, model))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(120)
    yield served[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(120)
    loop.close()


@pytest.fixture
def town(servers: tuple[Web, ModelServer], tmp_path: Path) -> Town:
    web, model = servers
    model.script = tag_from_the_page
    model.asked.clear()
    model.end_batches_at_once = False
    return Town(web, model, tmp_path)


@contextmanager
def script(town: Town, says: Callable[[Asked], Says]) -> Iterator[None]:
    town.model.script = says
    yield
    town.model.script = tag_from_the_page


def test_a_run_asks_once_a_company_and_shows_what_it_cost(town: Town) -> None:
    ran = town.crawling("run", listed(town.folder, *DOMAINS))
    assert ran.code == 0, ran.err
    assert sorted(asked.domain for asked in town.questions) == sorted(DOMAINS)
    profiles = town.profiles()
    for profile in profiles.values():
        assert profile["llm"]["cost_usd"] > 0
        assert "zeppelin polishing" not in json.dumps({**profile, "notes": []})
        assert any("of the model was dropped" in note for note in profile["notes"])
        assert {line["reader"] for line in profile["evidence"] if line["method"] == "llm"} == {
            f"{__version__}+claude-haiku-5-5/{PROMPT_VERSION}"
        }
    cost = sum(profile["llm"]["cost_usd"] for profile in profiles.values())
    assert f"Spent     ${cost:.4f}" in ran.err
    job = json.loads(town("status", "--json").out)["jobs"][0]["id"]
    assert f"${cost:.4f}" in town("status", job).out
    assert f"claude-haiku-5-5 ${profiles[DOMAINS[0]]['llm']['cost_usd']:.4f}" in " ".join(
        town("show", DOMAINS[0]).out.split()
    )
    watched = town("monitor", "--seconds", "1", "--csv", str(town.folder / "m.csv"))
    assert watched.code == 0
    head, *rows = (town.folder / "m.csv").read_text().splitlines()
    figures = dict(zip(head.split(","), rows[-1].split(","), strict=True))
    assert float(figures["cost_usd"]) == pytest.approx(cost, abs=1e-4)


def test_the_model_alone_leaves_the_values_of_the_rules_out(town: Town) -> None:
    ran = town.crawling("run", listed(town.folder, *DOMAINS), "--extractor", "llm")
    assert ran.code == 0, ran.err
    for profile in town.profiles().values():
        lines = profile["evidence"]
        assert any(line["method"] == "llm" for line in lines)
        others = {line["field"].split("[")[0] for line in lines if line["method"] != "llm"}
        assert others <= {"language", "tech_stack"}
        assert profile["phones"] == []


def test_an_unchanged_site_costs_no_second_call(town: Town) -> None:
    names = listed(town.folder, *DOMAINS)
    town.crawling("run", names)
    town.crawling("run", names, "--new-job", "--max-age", "0")
    assert len(town.questions) == len(DOMAINS)
    assert all(line["llm"]["cost_usd"] == 0 for line in town.profiles().values())


def test_reextract_reads_stored_pages_by_another_model_without_a_request_to_a_site(town: Town) -> None:
    town.crawling("run", listed(town.folder, *DOMAINS), "--extractor", "rules")
    requests = town.web.requests.total()
    assert not town.questions
    job = json.loads(town("status", "--json").out)["jobs"][0]["id"]
    ran = town("reextract", job, "--model", "claude-haiku-4-5")
    assert ran.code == 0, ran.err
    assert "3 changed" in ran.err
    assert "Spent     $" in ran.err
    assert len(town.questions) == 3
    for profile in town.profiles().values():
        readers = {line["reader"] for line in profile["evidence"]}
        assert readers == {__version__, f"{__version__}+claude-haiku-4-5/{PROMPT_VERSION}"}
    told = json.loads(town("reextract", f"www.{DOMAINS[0].upper()}", "--extractor", "rules", "--json").out)
    assert (told["domain"], told["changed"], told["use"]) == (DOMAINS[0], True, None)
    assert {line["reader"] for line in town.profiles()[DOMAINS[0]]["evidence"]} == {__version__}
    assert town.web.requests.total() == requests


def test_reextract_of_what_is_not_there_says_what_to_do(town: Town) -> None:
    town.crawling("run", listed(town.folder, DOMAINS[0]), DOMAINSCOUT_KEEP_PAGES="false")
    unknown = town("reextract", "nobody.example")
    assert unknown.code == 2
    assert "echo nobody.example | domainscout run -" in unknown.err
    none = town("reextract", DOMAINS[0])
    assert none.code == 2
    assert "--max-age 0" in none.err


@pytest.mark.parametrize("command", ["run", "work", "reextract"])
def test_a_model_that_is_wanted_without_a_key_is_exit_4(command: str, tmp_path: Path) -> None:
    names = listed(tmp_path, "example.com")
    words = {"run": [names], "work": ["--until-empty", "--processes", "2"], "reextract": ["example.com"]}[command]
    ran = domainscout(command, *words, "--extractor", "hybrid", "--data-dir", str(tmp_path / "data"))
    assert ran.code == 4
    assert "ANTHROPIC_API_KEY" in ran.err


def test_by_batch_the_rules_come_first_and_the_answers_later(town: Town) -> None:
    before = town.model.batch_calls
    job = town("submit", listed(town.folder, *DOMAINS), "--llm-batch").out.strip()
    assert town.crawling("work", "--until-empty", "--job", job).code == 0
    assert town.model.batch_calls == before + 1
    assert not town.questions
    assert not any(line["method"] == "llm" for row in town.profiles().values() for line in row["evidence"])
    town.model.end_batches()
    ran = town.crawling("work", "--until-empty", "--job", job)
    assert ran.code == 0
    for profile in town.profiles().values():
        assert any(line["method"] == "llm" for line in profile["evidence"])
        assert profile["llm"]["cost_usd"] > 0
    # A turn that the end of the worker cut off reads the results once more: nobody is asked again for that.
    assert town.model.batch_calls == before + 1


def test_the_demo_shows_a_stand_in_and_says_that_it_is_one(tmp_path: Path) -> None:
    ran = domainscout("demo", "--llm", "--data-dir", str(tmp_path), "-o", str(tmp_path / "out.jsonl"), COLUMNS="120")
    assert ran.code == 0, ran.err
    assert "stand-in that comes with the program" in ran.err
    assert "1 value of the model was dropped" in ran.out
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    readers = {line["reader"] for row in rows for line in row["evidence"]}
    assert readers == {__version__, f"{__version__}+stand-in/{PROMPT_VERSION}"}
    assert not any(phone["number"].endswith("79460999") for row in rows for phone in row["phones"])


def echo(status: int, error: str) -> Callable[[Asked], Says]:
    """A server that repeats the key it was given, in an error."""
    return lambda asked: Says(status=status, error=error, message=f"{asked.headers.get('Authorization')} is bad")


def words_of(town: Town, name: str) -> list[str]:
    job = json.loads(town("status", "--json").out)["jobs"][0]["id"]
    named = {"status": [job, "--failed"], "export": [job], "show": [DOMAINS[0]], "reextract": [job]}
    named |= {"monitor": ["--seconds", "0.5"], "completion": ["bash"], "submit": [str(town.folder / "domains.txt")]}
    named |= {one: [job] for one in ("retry", "cancel", "pause", "resume")}
    return named.get(name, [])


def test_the_key_is_nowhere_whatever_is_typed(town: Town) -> None:
    """A canary in every command's output with --debug, every file of the data folder, every exported file."""
    names = listed(town.folder, *DOMAINS)
    said_so = ""
    for says in (echo(401, "authentication_error"), echo(400, "invalid_request_error"), echo(500, "api_error")):
        with script(town, says):
            ran = town.crawling("run", names, "--new-job", "--max-age", "0", "--debug", "-v", "--llm-wait", "1")
            assert "partial" in ran.err
            said_so += ran.all + town("reextract", DOMAINS[0], "--debug", "-v", "--llm-wait", "1").all
    answers = {"values": [said("service", CANARY), said("tag", CANARY, CANARY)], "wrong": [CANARY]}
    with script(town, lambda asked: Says(text={**answers, "short_description": {"text": CANARY, "support": []}})):
        said_so += town.crawling("run", names, "--new-job", "--max-age", "0", "--debug").all
    said_so += town.crawling("work", "--until-empty", "--llm-batch", "--log-format", "json").all
    for name in program().commands:
        if name not in ("run", "work", "demo"):
            said_so += town(name, *words_of(town, name), "--debug").all
    for ending in ("csv", "jsonl", "xlsx"):
        town("export", "-o", str(town.folder / f"out.{ending}"))
    said_so += town("work", "--until-empty", "--database", f"sqlite:///{town.folder}/no/such/x.db", "--debug").all
    said_so += town("config", "--json").all
    assert "anthropic_api_key" in said_so
    assert CANARY not in said_so
    holders = [file for file in town.folder.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
    assert holders == []


def test_scouts_that_wait_for_the_model_do_not_hold_up_the_crawling_of_others(town: Town) -> None:
    held, *others = (*DOMAINS, *MORE)
    begun: set[str] = set()
    all_begun = asyncio.Event()
    while_held: list[set[str]] = []

    async def answer(asked: Asked) -> Says:
        if asked.domain == held:
            with suppress(TimeoutError):
                async with asyncio.timeout(90):
                    await all_begun.wait()
            while_held.append(set(begun))
        elif asked.domain:
            begun.add(asked.domain)
            if begun >= set(others):
                all_begun.set()
        return Says(text={"values": []})

    town.model.script = answer
    ran = town.crawling("run", listed(town.folder, held, *others), "--concurrency", "2", "--llm-timeout", "120")
    assert ran.code == 0, ran.err
    assert while_held == [set(others)]
    assert {profile["status"] for profile in town.profiles().values()} == {"done"}
    assert {profile["domain"] for profile in town.profiles().values()} == {held, *others}

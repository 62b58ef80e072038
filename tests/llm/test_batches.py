"""Questions by batches: half the price, across restarts, lost replies and kill -9; per-request errors and expiry."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime

import pytest
from tests.support.talking import HOME, Talk, answering, in_turn, said, site, talking, target
from tests.support.waiting import wait_until

from domainscout import __version__
from domainscout.compose import profile_of, understand
from domainscout.demo.model_server import Says
from domainscout.errors import Category
from domainscout.llm import PROMPT_VERSION, open_model
from domainscout.profile import Profile, Status
from domainscout.records import Attempt, JobOptions, Outcome, Target
from domainscout.reextract import keeping_batches, reextract, tend_batches
from domainscout.settings import load_settings
from domainscout.store import Store

ANSWER = {"values": [said("service", "widget rental"), said("service", "widget therapy")]}


async def crawled(talk: Talk, domain: str = "acme.example.co.uk", html: str = HOME) -> Profile:
    """A target worked in batch mode up to its commit, as a scout does it."""
    job = await talk.store.jobs.create("batch", new=True, options=JobOptions(llm_batch=True))
    await talk.store.targets.add(job.id, [domain])
    await talk.store.jobs.seal(job.id)
    (mine,) = await talk.store.targets.feed(10, job=job.id)
    what = site(html, domain)
    understood = await understand(what)
    answer = await talk.model.fill(
        mine, understood.reading, understood.extraction.findings, understood.resolved, batch=True
    )
    assert answer.pending
    profile = profile_of(mine, what, understood.resolved, use=answer.use, notes=answer.notes)
    assert await talk.store.targets.commit([outcome(mine, profile, what.pages)]) == [True]
    return profile


def outcome(mine: Target, profile: Profile, pages) -> Outcome:
    now = datetime.now(UTC)
    attempt = Attempt(
        target_id=mine.id, job_id=mine.job_id, domain=mine.domain, attempt=mine.attempt, worker="w-test",
        started_at=now, finished_at=now, outcome=profile.status.value,
    )  # fmt: skip
    return Outcome(target=mine, attempt=attempt, status=profile.status, profile=profile, pages=pages)


async def stored(store: Store, domain: str = "acme.example.co.uk") -> Profile:
    company = await store.companies.get(domain)
    assert company is not None
    return company.profile


async def test_saved_by_rules_at_once_and_merged_when_the_batch_ends(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        first = await crawled(talk)
        assert first.status is Status.DONE
        assert "widget rental" not in first.services
        assert talk.questions == []
        turn = await tend_batches(talk.store, talk.model, flush=True)
        assert (turn.sent, turn.merged, turn.backlog.sent) == (1, 0, 1)
        turn = await tend_batches(talk.store, talk.model)
        assert (turn.sent, turn.merged) == (0, 0)
        talk.server.end_batches()
        turn = await tend_batches(talk.store, talk.model)
        assert (turn.merged, turn.failed, turn.backlog.sent) == (1, 0, 0)
        merged = await stored(talk.store)
        assert "widget rental" in merged.services
        assert "widget therapy" not in merged.services
        assert not any("comes with a batch" in note for note in merged.notes)
        assert merged.crawled_at == first.crawled_at


async def test_a_batch_costs_half_and_the_ledger_agrees_with_the_server(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        talk.server.end_batches_at_once = True
        before = talk.server.cost_usd
        await crawled(talk)
        await tend_batches(talk.store, talk.model, flush=True)
        await tend_batches(talk.store, talk.model)
        merged = await stored(talk.store)
        assert merged.llm.cost_usd > 0
        charged = talk.server.cost_usd - before
        spent = await talk.store.spend.of_day()
        assert spent.reserved == 0
        assert abs(spent.spent / 1e9 - talk.server.cost_usd) < 1e-6
        assert abs(merged.llm.cost_usd - charged) < 3e-4


async def test_the_same_question_is_sent_once(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await talk.fill(site(), batch=True)
        await talk.fill(site(), batch=True)
        turn = await tend_batches(talk.store, talk.model, flush=True)
        assert turn.sent == 1


async def test_questions_wait_for_company_unless_flushed(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await talk.fill(site(), batch=True)
        turn = await tend_batches(talk.store, talk.model)
        assert (turn.sent, turn.backlog.waiting) == (0, 1)


async def test_a_lost_reply_is_found_among_the_providers_batches(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        talk.server.drop_batch_replies = 1
        await tend_batches(talk.store, talk.model, flush=True)
        assert [batch.remote_id for batch in await talk.store.questions.batches("sending")] == [None]
        talk.server.end_batches()
        await tend_batches(talk.store, talk.model, flush=True)
        turn = await tend_batches(talk.store, talk.model, flush=True)
        assert talk.server.batch_calls == 1
        assert "widget rental" in (await stored(talk.store)).services
        assert turn.backlog.sent == 0


async def test_answers_are_collected_after_a_restart(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        await tend_batches(talk.store, talk.model, flush=True)
        talk.server.end_batches()
        async with open_model(talk.settings, talk.store, worker="w-test") as again:
            assert again is not None
            assert (await tend_batches(talk.store, again)).merged == 1


async def test_only_one_process_tends(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        assert await talk.store.questions.tend("w-other", 60.0)
        await talk.fill(site(), batch=True)
        assert (await tend_batches(talk.store, talk.model, flush=True)).sent == 0
        await talk.store.questions.leave("w-other")
        assert (await tend_batches(talk.store, talk.model, flush=True)).sent == 1


@pytest.mark.parametrize(
    ("says", "category"),
    [
        (Says(kind="expired"), Category.LLM_TIMEOUT),
        (Says(kind="errored", error="api_error"), Category.LLM_INVALID),
        (Says(text="nothing useful"), Category.LLM_INVALID),
        (Says(text=ANSWER, stop_reason="max_tokens"), Category.LLM_INVALID),
    ],
    ids=["expired", "errored", "prose", "cut"],
)
async def test_a_request_that_fails_twice_makes_the_profile_partial(says, category, tmp_path):
    async with talking(tmp_path, answering(says)) as talk:
        talk.server.end_batches_at_once = True
        await crawled(talk)
        turns = [await tend_batches(talk.store, talk.model, flush=True) for _ in range(4)]
        assert sum(turn.sent for turn in turns) == 2
        profile = await stored(talk.store)
        assert (profile.status, profile.error_category) == (Status.PARTIAL, category)
        assert profile.emails == ["info@acme.example.co.uk"]
        assert (await talk.store.spend.of_day()).reserved == 0


async def test_a_request_that_fails_once_is_sent_again(tmp_path):
    async with talking(tmp_path, in_turn(Says(kind="expired"), ANSWER)) as talk:
        talk.server.end_batches_at_once = True
        await crawled(talk)
        for _ in range(4):
            await tend_batches(talk.store, talk.model, flush=True)
        assert "widget rental" in (await stored(talk.store)).services


async def test_refused_and_wrong_requests_are_not_sent_again(tmp_path):
    for number, says in enumerate([Says(stop_reason="refusal"), Says(kind="errored", error="invalid_request_error")]):
        async with talking(tmp_path / str(number), answering(says)) as talk:
            talk.server.end_batches_at_once = True
            await crawled(talk)
            for _ in range(4):
                await tend_batches(talk.store, talk.model, flush=True)
            assert talk.server.batch_calls == 1


async def test_a_cap_keeps_questions_out_of_a_batch(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        await talk.fill(site(HOME.replace("1987", "1988")), target(budget_usd=0.00001), batch=True)
        turn = await tend_batches(talk.store, talk.model, flush=True)
        assert turn.sent == 1
        assert (await stored(talk.store)).error_category is Category.LLM_BUDGET


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from domainscout.llm import open_model
from domainscout.reextract import tend_batches
from domainscout.settings import load_settings
from domainscout.store import open_store

async def main(folder, url, sent):
    settings = load_settings(
        {"data_dir": Path(folder), "anthropic_api_key": "k", "anthropic_base_url": url, "extractor": "hybrid"}
    )
    async with open_store(settings) as store, open_model(settings, store, worker="w-killed") as model:
        create = model.client.create_batch
        async def killed(requests):
            if sent == "after":
                await create(requests)
            os.kill(os.getpid(), signal.SIGKILL)
        model.client.create_batch = killed
        await tend_batches(store, model, flush=True, lease_s=0.0)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_around_the_sending_no_answer_is_lost_nor_paid_twice(moment, tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        command = [sys.executable, "-c", KILLED, str(tmp_path), talk.server.url, moment]

        process = await asyncio.create_subprocess_exec(*command)
        assert await process.wait() == -signal.SIGKILL
        talk.server.end_batches_at_once = True
        talk.server.end_batches()
        if moment == "before":
            (batch,) = await talk.store.questions.batches("sending")
            await talk.store.write(_age, batch.id)
        for _ in range(4):
            await tend_batches(talk.store, talk.model, flush=True)
        assert talk.server.batch_calls == 1
        assert "widget rental" in (await stored(talk.store)).services
        assert (await talk.store.spend.of_day()).reserved == 0


def _age(conn, batch_id):
    """Make a batch look as if it had been written down ten minutes ago."""
    from sqlalchemy import text

    conn.execute(text("UPDATE batches SET created_at = created_at - 600 WHERE id = :id"), {"id": batch_id})


async def test_stored_pages_are_read_again_with_another_model_and_no_request_to_a_site(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        other = load_settings({**talk.settings.model_dump(), "model": "claude-haiku-4-5"})
        async with open_model(other, talk.store, worker="w-test") as model:
            reread = await reextract("acme.example.co.uk", store=talk.store, model=model)
        assert reread.changed
        profile = await stored(talk.store)
        assert "widget rental" in profile.services
        readers = {line.reader for line in profile.evidence}
        assert readers == {__version__, f"{__version__}+claude-haiku-4-5/{PROMPT_VERSION}"}
        assert profile.llm.model == "claude-haiku-4-5"


async def test_rereading_without_a_model_gives_the_rules_alone(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        await reextract("acme.example.co.uk", store=talk.store, model=talk.model)
        assert "widget rental" in (await stored(talk.store)).services
        await reextract("acme.example.co.uk", store=talk.store, model=None)
        assert not any(line.method.startswith("llm") for line in (await stored(talk.store)).evidence)


async def test_beside_a_worker_batches_are_tended_and_what_waits_is_sent_at_its_end(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await crawled(talk)
        async with keeping_batches(talk.store, talk.model):
            assert talk.server.batch_calls == 0
        assert talk.server.batch_calls == 1
        talk.server.end_batches()
        async with keeping_batches(talk.store, talk.model, every_s=0.01):
            await wait_until(lambda: _merged(talk.store))
        assert await talk.store.questions.tend("w-other", 1.0)


async def _merged(store: Store) -> bool:
    return "widget rental" in (await stored(store)).services

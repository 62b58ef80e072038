"""Limits, overload, silence, a wrong key: bounded tries, bounded waits, one word about it, and the rules go on."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.support.talking import HOME, answering, in_turn, said, site, talking, target

from domainscout.demo.model_server import Asked, Says
from domainscout.errors import Category, ModelError
from domainscout.llm.limiter import Circuit, Limiter, TooLong

ANSWER = {"values": [said("service", "widget rental")]}
SOON = {"retry-after": "0"}
LIMITED = Says(status=429, error="rate_limit_error", headers=SOON)
OVERLOADED = Says(status=529, error="overloaded_error", headers=SOON)
BROKEN = Says(status=500, error="api_error", headers=SOON)


@pytest.mark.parametrize(
    "trouble", [LIMITED, OVERLOADED, BROKEN, Says(status=408, headers=SOON)], ids=lambda s: s.status
)
async def test_passing_trouble_is_tried_again(trouble, tmp_path):
    async with talking(tmp_path, in_turn(trouble, trouble, ANSWER)) as talk:
        filled, _ = await talk.fill(site())
        assert filled.findings
        assert len(talk.questions) == 3


@pytest.mark.parametrize(
    ("trouble", "category"), [(LIMITED, Category.LLM_RATE), (OVERLOADED, Category.LLM_OVERLOADED)], ids=["429", "529"]
)
async def test_at_most_four_tries(trouble, category, tmp_path):
    async with talking(tmp_path, answering(trouble)) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is category
        assert len(talk.questions) == 4
        assert (await talk.store.spend.of_job("j-test")).spent < 100_000


async def test_a_wait_longer_than_ours_ends_the_call_at_once(tmp_path):
    async with talking(tmp_path, answering(Says(status=429, headers={"retry-after": "3600"}))) as talk:
        started = time.monotonic()
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_RATE
        assert time.monotonic() - started < 1800
        assert len(talk.questions) == 1


async def test_after_a_wish_for_a_long_rest_the_next_companies_do_not_ask_nor_wait(tmp_path, caplog):
    async with talking(tmp_path, answering(Says(status=429, headers={"retry-after": "86400"}))) as talk:
        started = time.monotonic()
        for number in range(5):
            with pytest.raises(ModelError) as caught:
                await talk.fill(site(HOME.replace("1987", str(number))))
            assert caught.value.category is Category.LLM_RATE
        assert time.monotonic() - started < 30
        assert len(talk.questions) == 1
    assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 1


async def test_retry_after_may_be_a_date(tmp_path):
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    past = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    async with talking(tmp_path, answering(Says(status=429, headers={"retry-after": tomorrow}))) as talk:
        with pytest.raises(ModelError):
            await talk.fill(site())
        assert len(talk.questions) == 1
    script = in_turn(Says(status=503, headers={"retry-after": past}), ANSWER)
    async with talking(tmp_path / "two", script) as talk:
        assert (await talk.fill(site()))[0].findings


@pytest.mark.parametrize("wish", ["soon", "nan", "inf", "-5", ""])
async def test_a_retry_after_that_means_nothing_does_no_harm(wish, tmp_path):
    script = in_turn(Says(status=529, headers={"retry-after": wish}), ANSWER)
    async with talking(tmp_path, script) as talk:
        assert (await talk.fill(site()))[0].findings


async def test_should_retry_false_is_obeyed(tmp_path):
    never = Says(status=500, headers={**SOON, "x-should-retry": "false"})
    async with talking(tmp_path, answering(never)) as talk:
        with pytest.raises(ModelError):
            await talk.fill(site())
        assert len(talk.questions) == 1


async def test_a_silent_server_times_out(tmp_path):
    stalls = Says(text=ANSWER, stall_s=60)
    async with talking(tmp_path, answering(stalls), llm_timeout=0.3, llm_tries=1) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_TIMEOUT


async def test_a_reply_cut_in_the_middle_is_tried_again(tmp_path):
    async with talking(tmp_path, in_turn(Says(text=ANSWER, cut=True), ANSWER)) as talk:
        filled, _ = await talk.fill(site())
        assert filled.findings
        assert len(talk.questions) == 2


async def test_an_unreachable_server_costs_nothing_and_soon_is_not_asked(tmp_path, caplog):
    async with talking(tmp_path, answering(ANSWER), anthropic_base_url="http://127.0.0.1:9", llm_tries=1) as talk:
        for number in range(7):
            with pytest.raises(ModelError) as caught:
                await talk.fill(site(HOME.replace("1987", str(number))))
            assert caught.value.category is Category.LLM_TIMEOUT
        assert (await talk.store.spend.of_job("j-test")).spent == 0
        assert talk.model.trouble
    assert len([r for r in caplog.records if r.levelno == logging.WARNING]) == 1


LASTING = {
    "wrong key": (Says(status=401, error="authentication_error", message="invalid x-api-key"), Category.LLM_AUTH),
    "forbidden": (Says(status=403, error="permission_error"), Category.LLM_AUTH),
    "unknown model": (Says(status=404, error="not_found_error", message="model: x"), Category.LLM_AUTH),
    "billing": (Says(status=402, error="billing_error"), Category.LLM_BUDGET),
    "no credit": (
        Says(status=400, error="invalid_request_error", message="Your credit balance is too low"),
        Category.LLM_BUDGET,
    ),
    "usage limits": (
        Says(
            status=400,
            error="invalid_request_error",
            message="You have reached your specified API usage limits. You will regain access on 2026-12-01.",
        ),
        Category.LLM_BUDGET,
    ),
    "spend limit": (
        Says(
            status=429,
            error="rate_limit_error",
            headers=SOON,
            details={"error_code": "enforced_spend_limit_reached"},
        ),
        Category.LLM_BUDGET,
    ),
}


@pytest.mark.parametrize("name", LASTING)
async def test_lasting_trouble_opens_the_circuit_and_is_said_once(name, tmp_path, caplog):
    says, category = LASTING[name]
    async with talking(tmp_path, answering(says)) as talk:
        for number in range(5):
            with pytest.raises(ModelError) as caught:
                await talk.fill(site(HOME.replace("1987", str(number))))
            assert caught.value.category is category
        assert len(talk.questions) == 1
        assert talk.model.trouble
    assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 1


async def test_kept_answers_are_used_while_the_circuit_is_open(tmp_path):
    async with talking(tmp_path, in_turn(ANSWER, Says(status=401, error="authentication_error"))) as talk:
        await talk.fill(site())
        with pytest.raises(ModelError):
            await talk.fill(site(HOME.replace("1987", "1999")))
        filled, _ = await talk.fill(site())
        assert filled.findings


def test_the_circuit_looks_again_after_a_while_and_says_when_it_is_well(caplog):
    circuit = Circuit()
    circuit.open(Category.LLM_AUTH, "no key", seconds=0.0)
    circuit.check()
    circuit.answered()
    assert circuit.trouble is None
    assert "answers again" in caplog.text


def test_when_it_looks_again_one_call_goes_first():
    circuit = Circuit()
    circuit.open(Category.LLM_AUTH, "no key", seconds=0.0)
    circuit.check()
    with pytest.raises(ModelError):
        circuit.check()


async def test_calls_in_flight_stay_within_the_limit(tmp_path):
    release, arrived = asyncio.Event(), asyncio.Semaphore(0)

    async def script(asked: Asked) -> Says:
        if asked.domain:
            arrived.release()
            await release.wait()
        return Says(text={"values": []})

    async with talking(tmp_path, script, llm_concurrency=3) as talk:
        calls = [asyncio.create_task(talk.fill(site(HOME.replace("1987", str(n))), target())) for n in range(8)]
        for _ in range(3):
            await arrived.acquire()
        release.set()
        await asyncio.gather(*calls)
        assert talk.server.most_in_flight == 3


async def test_the_limiter_halves_after_trouble_and_grows_slowly():
    limiter = Limiter(16)
    limiter.pause(0.0)
    assert limiter.limit == 8
    for _ in range(8):
        limiter.went_well({}, 1000)
    assert 8.5 < limiter.limit < 9.5


async def test_the_limiter_heeds_what_the_server_says_is_left():
    limiter = Limiter(16)
    limiter.went_well({"anthropic-ratelimit-requests-remaining": "2"}, 1000)
    assert limiter.limit == 2
    reset = (datetime.now(UTC) + timedelta(seconds=55)).isoformat()
    used_up = {"anthropic-ratelimit-input-tokens-remaining": "10", "anthropic-ratelimit-input-tokens-reset": reset}
    limiter.went_well(used_up, 1000)
    assert 0 < limiter.pause_s <= 55
    with pytest.raises(TooLong):
        async with limiter.slot(1.0):
            pass


async def test_a_waiting_call_does_not_hold_up_others(tmp_path):
    """While one company waits for its answer the loop goes on: another one is answered meanwhile."""
    hold, held = asyncio.Event(), asyncio.Event()

    async def script(asked: Asked) -> Says:
        if asked.domain == "slow.example.co.uk":
            held.set()
            await hold.wait()
        return Says(text={"values": []})

    async with talking(tmp_path, script) as talk:
        slow = asyncio.create_task(talk.fill(site(domain="slow.example.co.uk")))
        await held.wait()
        await talk.fill(site())
        assert not slow.done()
        hold.set()
        await slow

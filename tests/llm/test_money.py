"""Money: reserved before, settled after, never above a cap, by the server's own count."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.talking import HOME, KEY, Talk, answering, in_turn, said, site, talking, target

from domainscout.demo.model_server import Asked, Says
from domainscout.errors import Category, ModelError
from domainscout.llm import open_model
from domainscout.store import open_store
from domainscout.store.spend import Caps, Purpose, Refused

ANSWER = {"values": [said("service", "widget rental")]}


async def race(talk: Talk, scouts: int, budget: float) -> list[str]:
    """So many scouts, each with a company of its own, on one budget; what became of each."""

    async def scout(number: int) -> str:
        domain = f"acme{number}.example.co.uk"
        try:
            await talk.fill(site(HOME.replace("1987", str(2000 + number)), domain), target(domain, budget_usd=budget))
        except ModelError as error:
            return error.category.value
        return "answered"

    return await asyncio.gather(*(scout(number) for number in range(scouts)))


async def test_fifty_scouts_racing_never_pass_the_budget_by_the_servers_count(tmp_path):
    dear = Says(text={**ANSWER, "long_description": {"text": "word " * 2700, "support": []}})
    async with talking(tmp_path, answering(dear), llm_concurrency=50) as talk:
        ends = await race(talk, 50, 0.10)
        assert talk.server.cost_usd <= 0.10
        assert talk.server.cost_usd > 0.08
        assert set(ends) == {"answered", "llm_budget"}
        spent = await talk.store.spend.of_job("j-test")
        assert spent.reserved == 0
        assert abs(spent.spent / 1e9 - talk.server.cost_usd) < 1e-5


async def test_reservations_that_come_back_let_everybody_in(tmp_path):
    async with talking(tmp_path, answering(ANSWER), llm_concurrency=50) as talk:
        ends = await race(talk, 50, 0.10)
        assert ends == ["answered"] * 50
        assert talk.server.cost_usd <= 0.10


async def test_two_processes_share_one_budget(tmp_path):
    """Two stores over one file are two processes as far as the database knows."""
    dear = Says(text={**ANSWER, "long_description": {"text": "word " * 2200, "support": []}})
    async with (
        talking(tmp_path, answering(dear), llm_concurrency=50) as talk,
        open_store(talk.settings) as store,
        open_model(talk.settings, store, worker="w-other") as model,
    ):
        other = Talk(talk.server, store, model, talk.settings)
        await asyncio.gather(race(talk, 25, 0.05), race(other, 25, 0.05))
        assert 0.03 < talk.server.cost_usd <= 0.05


async def test_money_of_calls_that_may_have_been_charged_counts_at_its_worst(tmp_path):
    stalls = Says(text=ANSWER, stall_s=30)
    async with talking(tmp_path, answering(stalls), llm_timeout=0.3, llm_tries=1) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_TIMEOUT
        spent = await talk.store.spend.of_job("j-test")
        assert spent.reserved == 0
        assert spent.spent > 2_000_000
        assert caught.value.use is not None
        assert caught.value.use.cost_usd > 0.002


async def test_money_of_calls_that_were_surely_not_charged_is_given_back(tmp_path):
    script = in_turn(Says(status=529, error="overloaded_error", headers={"retry-after": "0"}), ANSWER)
    async with talking(tmp_path, script) as talk:
        filled, _ = await talk.fill(site())
        spent = await talk.store.spend.of_job("j-test")
        assert spent.reserved == 0
        assert abs(spent.spent / 1e9 - talk.server.cost_usd) < 1e-6
        assert abs(filled.use.cost_usd - spent.spent / 1e9) < 2e-4


async def test_a_cancelled_call_counts_at_its_worst(tmp_path):
    arrived = asyncio.Event()

    async def script(asked: Asked) -> Says:
        if asked.domain:
            arrived.set()
            await asyncio.Event().wait()
        return Says(text={"values": []})

    async with talking(tmp_path, script) as talk:
        task = asyncio.create_task(talk.fill(site()))
        await arrived.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        spent = await talk.store.spend.of_job("j-test")
        assert spent.reserved == 0
        assert spent.spent > 2_000_000


@pytest.mark.parametrize("cap", ["llm_domain_usd", "llm_job_usd", "llm_day_usd"])
async def test_each_cap_stops_calls(cap, tmp_path):
    async with talking(tmp_path, answering(ANSWER), **{cap: 0.0001}) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_BUDGET
        assert caught.value.fix
        assert talk.questions == []


async def test_the_budget_of_submit_goes_before_the_setting(tmp_path):
    async with talking(tmp_path, answering(ANSWER), llm_job_usd=0.0001) as talk:
        filled, _ = await talk.fill(site(), target(budget_usd=1.0))
        assert filled.findings


async def test_the_reservation_of_a_dead_worker_counts_as_spent_until_it_is_settled_after_all(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        spend = talk.store.spend
        purpose = Purpose(job_id="j-dead", domain="acme.example", model="m", worker="w-dead")
        lost = await spend.reserve(purpose, 600, Caps(job=1000), hold_s=-1.0)
        assert isinstance(lost, int)
        assert await spend.expire() == 1
        assert (await spend.of_job("j-dead")).spent == 600
        refused = await spend.reserve(purpose, 600, Caps(job=1000), hold_s=60.0)
        assert isinstance(refused, Refused)
        assert refused.for_good
        await spend.settle(lost, 100)
        assert (await spend.of_job("j-dead")).spent == 100
        assert isinstance(await spend.reserve(purpose, 600, Caps(job=1000), hold_s=60.0), int)


async def test_settling_twice_counts_once(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        spend = talk.store.spend
        purpose = Purpose(job_id="j", domain="acme.example", model="m", worker="w")
        held = await spend.reserve(purpose, 600, Caps(), hold_s=60.0)
        assert isinstance(held, int)
        await spend.settle(held, 100)
        await spend.settle(held, 100)
        await spend.release(held)
        assert (await spend.of_job("j")).spent == 100


async def test_a_model_of_ones_own_server_is_free_and_a_price_can_be_set(tmp_path):
    async with talking(tmp_path, answering(ANSWER), model="llama3.2:3b") as talk:
        filled, _ = await talk.fill(site())
        assert filled.use.cost_usd == 0
    async with talking(
        tmp_path / "two", answering(ANSWER), model="x", llm_input_price=1.0, llm_output_price=2.0
    ) as talk:
        filled, _ = await talk.fill(site())
        assert filled.use.cost_usd > 0.001


async def test_the_key_is_not_in_the_ledger(tmp_path):
    async with talking(tmp_path, answering(ANSWER)) as talk:
        await talk.fill(site())
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes()

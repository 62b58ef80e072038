"""Twenty bad answers: no domain fails, no exception but a ModelError, money counted, at most one repair."""

from __future__ import annotations

import json

import pytest
from tests.support.talking import answering, in_turn, said, site, talking

from domainscout.demo.model_server import Says
from domainscout.errors import Category, ModelError

GOOD = {"values": [said("service", "widget rental")]}
TEXT = json.dumps(GOOD)

USABLE = {
    "fenced": Says(text=f"```json\n{TEXT}\n```"),
    "fenced without a language": Says(text=f"```\n{TEXT}\n```"),
    "prose around": Says(text=f"Here is what I found:\n{TEXT}\nI hope this helps."),
    "two objects": Says(text=f"{TEXT}\n{TEXT}"),
    "another object first": Says(text=f'{{"thought": "let me see"}} {TEXT}'),
    "extra fields": Says(text={**GOOD, "mood": "good", "values": [{**GOOD["values"][0], "sure": True}]}),
    "missing fields": Says(text=GOOD),
    "nulls for lists": Says(text={**GOOD, "people": None, "addresses": None, "industry": None}),
    "trailing comma": Says(text=TEXT[:-1] + ",}"),
    "NUL in it": Says(text="\0" + TEXT),
    "page as text": Says(text={"values": [{**GOOD["values"][0], "page": "1"}]}),
    "two text blocks": Says(content=[{"type": "text", "text": ""}, {"type": "text", "text": TEXT}]),
    "thinking first": Says(
        content=[{"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "text", "text": TEXT}]
    ),
    "no page": Says(text={"values": [{**GOOD["values"][0], "page": None}]}),
    "NaN page": Says(text=TEXT.replace('"page": 1', '"page": NaN')),
    "the field's plural": Says(text={"values": [{**GOOD["values"][0], "field": "services"}]}),
    "one wrong enum among right ones": Says(
        text={"values": [{**GOOD["values"][0], "field": "shoe_size"}, *GOOD["values"]]}
    ),
    "one value, not a list": Says(text={"values": GOOD["values"][0]}),
    "invented industry number": Says(text={**GOOD, "industry": {"sic": "c99", "sector": "?", "support": []}}),
    "a lone surrogate": Says(text=TEXT[:-1] + ', "mood": "\\ud800"}'),
}

BAD = {
    "empty": Says(text=""),
    "prose": Says(text="I am sorry, I cannot find anything."),
    "cut JSON": Says(text=TEXT[: len(TEXT) // 2]),
    "a list": Says(text="[1, 2, 3]"),
    "a number": Says(text="42"),
    "wrong types": Says(text={"values": "many", "people": 7}),
    "wrong enum": Says(text={"values": [{**GOOD["values"][0], "field": "shoe_size"}]}),
    "no field of ours": Says(text={"answer": 42}),
    "huge": Says(text='{"values": [' + "1," * 101_000),
    "deeply nested": Says(text="[" * 5000 + "{" * 5000),
    "max_tokens": Says(text=TEXT[:40], stop_reason="max_tokens"),
    "context full": Says(text=TEXT[:40], stop_reason="model_context_window_exceeded"),
    "tool use": Says(
        content=[{"type": "tool_use", "id": "t1", "name": "fetch", "input": {"url": "https://x.example"}}],
        stop_reason="tool_use",
    ),
    "paused": Says(text="", stop_reason="pause_turn"),
    "no content": Says(content=[]),
}

BROKEN = {
    "not JSON at all": Says(raw="<html>gateway</html>"),
    "a JSON list": Says(raw="[]"),
    "a message without anything": Says(raw="{}"),
    "content of a wrong type": Says(raw='{"content": {"type": "text"}, "stop_reason": 5, "usage": "lots"}'),
    "usage of wrong types": Says(raw='{"content": [], "stop_reason": "end_turn", "usage": {"input_tokens": "x"}}'),
}


@pytest.mark.parametrize("name", USABLE)
async def test_what_can_be_read_is_read_at_once(name, tmp_path):
    async with talking(tmp_path, answering(USABLE[name])) as talk:
        filled, _ = await talk.fill(site())
        assert [finding.value for finding in filled.findings] == ["widget rental"]
        assert len(talk.questions) == 1


@pytest.mark.parametrize("name", BAD)
async def test_one_repair_turn_can_save_it(name, tmp_path):
    async with talking(tmp_path, in_turn(BAD[name], GOOD), llm_domain_usd=1.0) as talk:
        filled, _ = await talk.fill(site())
        assert [finding.value for finding in filled.findings] == ["widget rental"]
        assert len(talk.questions) == 2
        assert [message["role"] for message in talk.questions[1].body["messages"]] == ["user", "assistant", "user"]
        assert abs(filled.use.cost_usd - talk.model.spent_usd) < 0.0002


@pytest.mark.parametrize("name", BAD)
async def test_a_second_bad_answer_leaves_the_rules(name, tmp_path):
    async with talking(tmp_path, answering(BAD[name]), llm_domain_usd=1.0) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_INVALID
        assert len(talk.questions) == 2
        assert caught.value.use is not None
        assert caught.value.use.cost_usd > 0
        assert (await talk.store.spend.of_job("j-test")).reserved == 0


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_server_costs_the_model_only(name, tmp_path):
    async with talking(tmp_path, answering(BROKEN[name]), llm_tries=2, llm_wait=3.0) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_INVALID
        assert (await talk.store.spend.of_job("j-test")).reserved == 0


async def test_a_refusal_is_not_asked_again(tmp_path):
    async with talking(tmp_path, answering(Says(text="", stop_reason="refusal"))) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.fill(site())
        assert caught.value.category is Category.LLM_REFUSAL
        assert len(talk.questions) == 1
        assert caught.value.use is not None

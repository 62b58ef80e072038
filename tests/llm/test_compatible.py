"""Servers that speak the same protocol but can do less, as Ollama and vLLM: probed once, read with tolerance."""

from __future__ import annotations

import asyncio
import json

from tests.support.talking import HOME, said, site, talking

from domainscout.demo.model_server import Asked, Says

ANSWER = {"values": [said("service", "widget rental")]}


def plain_server(asked: Asked) -> Says:
    """Ignores the schema, as Ollama does: prose for the probe, a fenced answer, no count of tokens."""
    if not asked.domain:
        return Says(text="Blue.", count=False)
    return Says(text=f"Sure!\n```json\n{json.dumps(ANSWER)}\n```", count=False)


def strict_server(asked: Asked) -> Says:
    """Refuses what it does not know."""
    if "output_config" in asked.body:
        return Says(status=400, error="invalid_request_error", message="output_config: extra inputs are not permitted")
    return Says(text=ANSWER)


async def test_a_server_that_ignores_the_schema_gets_it_in_the_prompt(tmp_path):
    async with talking(tmp_path, plain_server, model="llama3.2:3b", anthropic_api_key=None) as talk:
        filled, _ = await talk.fill(site())
        await talk.fill(site(HOME.replace("1987", "1988")))
        assert [finding.value for finding in filled.findings] == ["widget rental"]
        assert len(talk.server.asked) - len(talk.questions) == 1
        assert all("output_config" not in asked.body for asked in talk.questions)
        assert all('"properties"' in asked.system for asked in talk.questions)
        assert filled.use.input_tokens > 500
        assert filled.use.cost_usd == 0


async def test_a_server_that_refuses_the_schema_is_asked_without(tmp_path):
    async with talking(tmp_path, strict_server, model="some-model") as talk:
        filled, _ = await talk.fill(site())
        assert filled.findings
        assert len(talk.server.asked) == 2


async def test_a_server_that_constrains_answers_gets_the_schema_as_a_parameter(tmp_path):
    async with talking(tmp_path, lambda asked: Says(text=ANSWER), model="some-model") as talk:
        await talk.fill(site())
        assert all(asked.structured for asked in talk.server.asked)
        assert '"properties"' not in talk.questions[0].system


async def test_a_gateway_to_a_known_model_is_not_probed(tmp_path):
    async with talking(tmp_path, lambda asked: Says(text=ANSWER)) as talk:
        await talk.fill(site())
        assert len(talk.server.asked) == len(talk.questions) == 1
        assert talk.questions[0].structured


async def test_what_a_known_model_refuses_is_left_out_from_then_on(tmp_path):
    def script(asked: Asked) -> Says:
        if "effort" in asked.body.get("output_config", {}):
            return Says(status=400, error="invalid_request_error", message="This model does not support effort.")
        return Says(text=ANSWER)

    async with talking(tmp_path, script) as talk:
        sites = [site(HOME.replace("1987", str(number))) for number in range(4)]
        filled = await asyncio.gather(*(talk.fill(one) for one in sites))
        assert all(answer.findings for answer, _ in filled)
        await talk.fill(site())
        assert "effort" not in talk.questions[-1].body["output_config"]
        assert all(asked.structured for asked in talk.questions)


async def test_a_gateway_that_refuses_the_schema_is_asked_without(tmp_path):
    async with talking(tmp_path, strict_server) as talk:
        filled, _ = await talk.fill(site())
        assert filled.findings
        assert [asked.structured for asked in talk.questions] == [True, False]


async def test_the_address_may_end_in_the_version(tmp_path):
    async with talking(tmp_path, lambda asked: Says(text=ANSWER)) as talk:
        url = f"{talk.server.url}/v1/"
        async with talking(tmp_path / "two", lambda asked: Says(text=ANSWER), anthropic_base_url=url) as other:
            filled, _ = await other.fill(site())
            assert filled.findings
            assert talk.server.asked

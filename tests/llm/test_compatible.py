"""Servers that speak the same protocol but can do less, as Ollama and vLLM: probed once, read with tolerance."""

from __future__ import annotations

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


async def test_the_address_may_end_in_the_version(tmp_path):
    async with talking(tmp_path, lambda asked: Says(text=ANSWER)) as talk:
        url = f"{talk.server.url}/v1/"
        async with talking(tmp_path / "two", lambda asked: Says(text=ANSWER), anthropic_base_url=url) as other:
            filled, _ = await other.fill(site())
            assert filled.findings
            assert talk.server.asked

"""What is asked, what is kept, what comes back."""

from __future__ import annotations

import re

import pytest
from tests.support.talking import HOME, KEY, answering, said, site, talking, target

from domainscout import __version__
from domainscout.demo.model_server import Asked, Says, Script
from domainscout.extract.sic import hierarchy
from domainscout.llm import PROMPT_VERSION
from domainscout.llm.grounding import DOUBT
from domainscout.records import Field


async def test_values_come_back_as_findings_with_their_evidence(tmp_path):
    answer = {"values": [said("service", "widget rental", "widget design, widget repair and widget rental")]}
    async with talking(tmp_path, answering(answer)) as talk:
        filled, _ = await talk.fill(site())
        (finding,) = filled.findings
        assert (finding.field, finding.value) == (Field.SERVICES, "widget rental")
        assert finding.evidence.url == "https://acme.example.co.uk/"
        assert finding.evidence.quote == "widget design, widget repair and widget rental"
        assert finding.evidence.method == "llm"
        assert finding.evidence.reader == f"{__version__}+claude-haiku-5-5/{PROMPT_VERSION}"
        assert filled.use.input_tokens > 500
        assert filled.use.cost_usd > 0


async def test_the_request_is_one_cached_block_of_rules_a_schema_and_the_pages(tmp_path):
    async with talking(tmp_path, answering({"values": []})) as talk:
        await talk.fill(site())
        (asked,) = talk.questions
        assert asked.headers["Authorization"] == f"Bearer {KEY}"
        assert asked.body["system"][0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
        assert asked.body["output_config"]["format"]["type"] == "json_schema"
        assert "temperature" not in asked.body
        assert "tools" not in asked.body
        assert KEY not in str(asked.body)
        assert "garden widgets of steel" in asked.messages[0]
        assert "+442079460958" in asked.messages[0].partition("Pages (data")[0]


async def test_an_unchanged_site_costs_no_call(tmp_path):
    answer = {"values": [said("service", "widget rental")]}
    async with talking(tmp_path, answering(answer)) as talk:
        first, _ = await talk.fill(site())
        again, _ = await talk.fill(site())
        assert len(talk.questions) == 1
        assert again.findings == first.findings
        assert (again.use.model, again.use.input_tokens, again.use.cost_usd) == ("claude-haiku-5-5", 0, 0.0)
        await talk.fill(site(HOME.replace("rental", "leasing")))
        assert len(talk.questions) == 2


async def test_another_model_is_asked_anew(tmp_path):
    for model in ("claude-haiku-5-5", "claude-haiku-4-5"):
        async with talking(tmp_path, answering({"values": []}), model=model) as talk:
            await talk.fill(site())
            assert len(talk.questions) == 1


async def test_hidden_text_is_not_sent_and_a_repeated_line_once(tmp_path):
    html = HOME.replace("<footer>", "<p style='display:none'>hidden words</p><!-- comment words --><footer>")
    pages = {"/": html, "/about": html, "/contact": html.replace("1987", "1988")}
    async with talking(tmp_path, answering({"values": []})) as talk:
        await talk.fill(site(pages))
        text = talk.questions[0].messages[0]
        assert "hidden words" not in text
        assert "comment words" not in text
        assert text.count("widget design, widget repair") == 1


async def test_a_huge_site_stays_within_the_tokens_of_a_domain(tmp_path):
    words = "".join(f"<p>Paragraph {n} of many with call 020 7946 0{n % 900 + 100} words</p>" for n in range(3000))
    pages = {"/": HOME, **{f"/page-{n}": f"<body>{n}{words}</body>" for n in range(12)}}
    async with talking(tmp_path, answering({"values": []}), llm_input_tokens=4000) as talk:
        await talk.fill(site(pages))
        assert talk.questions[0].tokens <= 4000


async def test_agreement_of_rules_and_model_is_surer_than_either(tmp_path):
    answer = {"values": [said("email", "info@acme.example.co.uk")]}
    async with talking(tmp_path, answering(answer)) as talk:
        filled, understood = await talk.fill(site())
        alone = next(e for e in understood.resolved.evidence if e.field == "emails[0]")
        both = next(e for e in understood.with_more(filled.findings).evidence if e.field == "emails[0]")
        assert both.confidence > alone.confidence


async def test_a_doubt_drops_a_weak_value_but_not_a_strong_one(tmp_path):
    async with talking(tmp_path, answering({"wrong": ["+442079460958", "info@acme.example.co.uk"]})) as talk:
        filled, understood = await talk.fill(site())
        assert {finding.confidence for finding in filled.findings} == {-DOUBT}
        strong = [f for f in understood.extraction.findings if f.field is Field.EMAILS]
        resolved = understood.with_more([*filled.findings, *strong, *strong])
        assert resolved.values["emails"] == ["info@acme.example.co.uk"]


async def test_an_industry_is_a_number_on_the_list_or_a_code_on_it(tmp_path):
    quote = "Acme Widgets makes garden widgets of steel"

    def choosing(number: int | None) -> Script:
        def script(asked: Asked) -> Says:
            offered = re.findall(r"(?m)^(c\d\d) (\d{5}) ", asked.messages[0])
            chosen = offered[-1][number] if number is not None else "99999"
            return Says(text={"industry": {"sic": chosen, "support": [{"page": 1, "quote": quote}]}})

        return script

    codes = []
    for number in (0, 1, None):
        async with talking(tmp_path / str(number), choosing(number)) as talk:
            filled, _ = await talk.fill(site())
            codes.append([finding.value for finding in filled.findings])
    assert codes[0] == codes[1]
    assert len(codes[0]) == 1
    assert codes[2] == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Garden widget maker", False),  # nothing in it tells the code that was chosen
        ("Metal garden widgets", True),  # metal is of the code, the rest of the page
        ("Metal submarine widgets", False),  # no submarine is anywhere
        ("Metal widgets, call 020 7946 0111", False),
        ("Metal activities", True),
        ("Service company", False),
        ("", False),
    ],
)
async def test_the_words_for_an_industry_speak_of_its_code_and_stand_on_the_pages(tmp_path, name, kept):
    quote = "Acme Widgets makes garden widgets of steel"
    metal = site(HOME.replace("garden widgets of steel", "garden widgets of steel and other metal products"))

    def script(asked: Asked) -> Says:
        offered = re.findall(r"(?m)^(c\d\d) (\d{5}) .*\bmetal\b", asked.messages[0])
        industry = {"sic": offered[0][0], "name": name, "support": [{"page": 1, "quote": quote}]}
        return Says(text={"industry": industry} if asked.domain else {"values": []})

    async with talking(tmp_path, script) as talk:
        profile = await talk.profile(metal)
    division = hierarchy(profile.sic_code)
    assert division is not None
    assert profile.industry == (name if kept else division.industry)
    assert [line.quote for line in profile.evidence if line.field == "industry"] == ([quote] if kept else [])
    assert profile.sector == division.sector


async def test_no_key_and_no_server_means_no_model(tmp_path):
    from domainscout.llm import open_model
    from domainscout.settings import load_settings
    from domainscout.store import open_store

    settings = load_settings({"data_dir": tmp_path})
    async with open_store(settings) as store, open_model(settings, store) as model:
        assert model is None


async def test_spending_is_kept_by_job(tmp_path):
    async with talking(tmp_path, answering({"values": []})) as talk:
        await talk.fill(site(), target(job_id="j-one"))
        spent = await talk.store.spend.of_job("j-one")
        assert spent.reserved == 0
        assert abs(spent.spent / 1e9 - talk.server.cost_usd) < 1e-7
        assert (await talk.store.spend.of_day()).spent == spent.spent

"""From pages to a profile: what is put together, what a model may add, and why a profile is partial."""

from __future__ import annotations

from tests.support.talking import HOME, page, site, target

from domainscout.compose import OFF_LOOP_BYTES, Shortfall, profile_of, understand
from domainscout.errors import Category
from domainscout.profile import Status
from domainscout.records import Evidence, Field, Finding, Site

PROMISE = "widget repair"


def said(field: Field, value: str, confidence: float = 0.9) -> Finding:
    evidence = Evidence(url="https://acme.example.co.uk/", quote=value, method="llm")
    return Finding(field=field, value=value, evidence=evidence, confidence=confidence)


async def test_a_site_is_read_to_values_with_quotes_and_times() -> None:
    understood = await understand(site())
    profile = profile_of(target(), site(), understood.resolved)
    assert profile.company_name == "Acme Widgets"
    assert [phone.number for phone in profile.phones] == ["+442079460958"]
    assert profile.status is Status.DONE
    assert {line.field for line in profile.evidence} >= {"company_name", "phones[0]"}
    assert {"prepare", "extract phones", "resolve"} <= understood.timings.keys()


async def test_large_sites_read_in_a_thread_say_the_same() -> None:
    small = site()
    large = Site(domain=small.domain, pages=(page(HOME + " " * OFF_LOOP_BYTES),))
    values = [(await understand(one)).resolved.values for one in (small, large)]
    assert values[0] == values[1]


async def test_findings_of_a_model_are_added_or_stand_alone_but_for_what_only_rules_can_tell() -> None:
    understood = await understand(site())
    more = [said(Field.TAGS, PROMISE)]
    assert understood.with_more(more).values[Field.TAGS][-1] == PROMISE
    alone = understood.with_more(more, alone=True).values
    assert Field.PHONES not in alone
    assert alone[Field.LANGUAGE] == "en"


async def test_a_value_without_its_quote_on_the_page_is_left_out() -> None:
    understood = await understand(site())
    assert "zeppelins" not in understood.with_more([said(Field.TAGS, "zeppelins")]).values.get(Field.TAGS, [])


async def test_a_shortfall_makes_a_profile_partial_and_notes_are_told_once() -> None:
    understood = await understand(site())
    shortfall = Shortfall(category=Category.LLM_BUDGET, words="the job's budget is spent")
    profile = profile_of(target(), site(), understood.resolved, shortfall=shortfall, notes=["one", "two", "one"])
    assert (profile.status, profile.error_category) == (Status.PARTIAL, Category.LLM_BUDGET)
    assert profile.error == "the job's budget is spent"
    assert [note for note in profile.notes if note in ("one", "two")] == ["one", "two"]

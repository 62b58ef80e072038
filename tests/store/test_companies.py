"""What a finished attempt leaves behind, and how it is read again: companies, versions, pages, timeline, views."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests.support.outcomes import done, failed, page, partial, retried, store_settings

from domainscout.errors import Category
from domainscout.profile import Address, EvidenceLine, ModelUse, Person, Phone, Profile, Social, Status
from domainscout.records import JobState
from domainscout.store import open_store

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def crawl(store, submit, *outcomes_of, domain="acme.example"):
    """One crawl of a domain for each function from target to outcome."""
    jobs = []
    for outcome_of in outcomes_of:
        jobs.append(await submit(domain, max_age_s=0))
        (target,) = await store.targets.feed(1)
        assert await store.targets.commit([outcome_of(target)]) == [True]
    return jobs


async def test_a_company_comes_back_as_it_was_saved(store, submit):
    values = {
        "company_name": "Büro „Größe“ & Söhne \U0001f600",
        "phones": [Phone(number="+442079460958", label="Call 'us'")],
        "addresses": [Address(full="1 High St, Leeds", city="Leeds", country="GB", hq=True)],
        "evidence": [
            EvidenceLine(
                field="company_name",
                value="x",
                url="https://acme.example/",
                quote='"q"\n\\',
                method="meta",
                confidence=1,
            )
        ],
    }
    (job,) = await crawl(store, submit, lambda target: done(target, **values))
    company = await store.companies.get("acme.example")
    assert company.profile.company_name == values["company_name"]
    assert company.profile.evidence == values["evidence"]
    assert (company.job_id, company.first_seen_at) == (job.id, company.crawled_at)
    row = await store.read(lambda conn: conn.execute(text("SELECT * FROM companies")).one())
    assert (row.company_name, row.city, row.country, row.phone) == (
        values["company_name"],
        "Leeds",
        "GB",
        "+442079460958",
    )


async def test_a_failure_does_not_take_away_the_profile_of_an_earlier_crawl(store, submit):
    await crawl(store, submit, lambda t: done(t, company_name="Acme"), failed)
    assert (await store.companies.get("acme.example")).profile.company_name == "Acme"


async def test_an_older_profile_is_kept_only_when_something_changed(store, submit):
    await crawl(
        store,
        submit,
        lambda t: done(t, at=LONG_AGO, company_name="Acme", phones=[Phone(number="+442079460001")]),
        lambda t: done(t, at=LONG_AGO + timedelta(days=1), company_name="Acme", phones=[Phone(number="+442079460001")]),
        lambda t: done(
            t, at=LONG_AGO + timedelta(days=2), company_name="Acme Ltd", phones=[Phone(number="+442079460002")]
        ),
    )
    company = await store.companies.get("acme.example")
    assert (company.first_seen_at, company.changed_at) == (LONG_AGO, LONG_AGO + timedelta(days=2))
    newest, first = await store.companies.history("acme.example")
    assert first.changes == ()
    assert first.crawled_at == LONG_AGO + timedelta(days=1), "the last crawl that still said so"
    changes = {change.path: (change.before, change.after) for change in newest.changes}
    assert changes["company_name"] == ("Acme", "Acme Ltd")
    removed, added = [change for change in newest.changes if change.path == "phones[0]"]
    assert removed.before["number"] == "+442079460001"
    assert added.after["number"] == "+442079460002"


async def test_order_of_lists_and_cost_of_the_crawl_are_no_change(store, submit):
    await crawl(
        store,
        submit,
        lambda t: done(t, at=LONG_AGO, social=Social(x="https://x.com/acme")),
        lambda t: done(t, social=Social(x="https://x.com/acme"), seconds=9, bytes=5, llm=ModelUse(cost_usd=1)),
    )
    assert len(await store.companies.history("acme.example")) == 1
    assert (await store.companies.get("acme.example")).changed_at == LONG_AGO


async def test_another_reading_of_the_same_pages_replaces_a_profile(store, submit):
    (job,) = await crawl(store, submit, lambda t: partial(t, Category.LLM_AUTH))
    company = await store.companies.get("acme.example")
    better = company.profile.model_copy(
        update={"company_name": "Acme", "status": Status.DONE, "error_category": None, "error": None}
    )
    assert await store.companies.revise(better, reader="2+big", use=ModelUse(input_tokens=10, cost_usd=0.5))
    revised = await store.companies.get("acme.example")
    assert (revised.profile.company_name, revised.reader) == ("Acme", "2+big")
    counts = await store.numbers.counts(job.id)
    assert (counts.done, counts.partial) == (1, 0)
    assert (await store.numbers.progress(job.id)).cost_usd == pytest.approx(0.501)
    assert not await store.companies.revise(Profile(domain="none.example", crawled_at=datetime.now(UTC)))
    stale = better.model_copy(update={"crawled_at": company.crawled_at - timedelta(seconds=1)})
    assert not await store.companies.revise(stale)


async def test_the_timeline_names_every_attempt(store, submit):
    await crawl(store, submit, failed, retried)
    (again,) = await store.targets.feed(1)
    await store.targets.commit([done(again)])
    timeline = await store.companies.attempts("acme.example")
    assert [(attempt.outcome, attempt.category) for attempt in timeline] == [
        ("failed", Category.DNS),
        ("retry", Category.HTTP),
        ("done", None),
    ]
    assert timeline[0].worker == "box-1"


async def test_pages_come_back_with_their_validators_and_the_old_ones_go(store, submit):
    first = (
        page(
            "https://acme.example/",
            "<h1>Grüße</h1>" * 500,
            headers={"etag": '"1"', "last-modified": "Mon"},
            digest="d1",
        ),
        page("https://acme.example/old", cookies=("sid",)),
    )
    second = (page("https://acme.example/new"), page("https://acme.example/", "<h1>New</h1>"))
    await crawl(store, submit, lambda t: done(t, pages=first))
    known = await store.pages.known("acme.example")
    assert list(known) == ["https://acme.example/", "https://acme.example/old"]
    home = known["https://acme.example/"]
    assert (home.etag, home.last_modified, home.digest, home.html) == ('"1"', "Mon", "d1", "<h1>Grüße</h1>" * 500)
    assert known["https://acme.example/old"].cookies == ("sid",)
    (listed, _) = await store.pages.listing("acme.example")
    assert listed.kept_bytes < listed.size_bytes / 10
    await crawl(store, submit, lambda t: done(t, pages=second))
    assert [kept.url for kept in await store.pages.site("acme.example")] == [kept.url for kept in second]
    assert (await store.pages.site("acme.example"))[1].html == "<h1>New</h1>"


async def test_pages_are_not_kept_when_the_settings_say_so(tmp_path):
    async with open_store(store_settings(tmp_path, keep_pages=False)) as store:
        job = await store.jobs.create("list")
        await store.targets.add(job.id, ["acme.example"])
        (target,) = await store.targets.feed(1)
        await store.targets.commit([done(target, pages=(page("https://acme.example/"),))])
        assert await store.pages.known("acme.example") == {}
        assert await store.pages.site("acme.example") == ()


async def test_the_classic_tables_are_views_over_the_profiles(store, submit):
    values = {
        "company_name": "Acme",
        "phones": [Phone(number="+442079460958")],
        "faxes": ["+442079460959"],
        "emails": ["info@acme.example"],
        "addresses": [Address(full="1 High St", country="GB", hq=True)],
        "hours": ["Mon-Fri 9:00-17:00"],
        "social": Social(linkedin="https://www.linkedin.com/company/acme"),
        "people": [Person(name="Jo Bloggs", title="Director")],
        "sic_code": "62020",
        "certifications": ["ISO 9001"],
        "services": ["Repairs"],
        "products": ["Pumps"],
        "llm": ModelUse(model="m", cost_usd=0.25),
    }
    await crawl(store, submit, lambda t: done(t, **values))

    def rows(conn, view):
        return [tuple(row) for row in conn.execute(text(f"SELECT * FROM {view}"))]

    seen = {
        view: await store.read(rows, view)
        for view in (
            "contact_information",
            "company_information",
            "social_media",
            "people_information",
            "description_industry",
            "certifications",
            "services",
            "metrics",
        )
    }
    assert [row[1:3] for row in seen["contact_information"]] == [
        ("phone", "+442079460958"),
        ("fax", "+442079460959"),
        ("email", "info@acme.example"),
        ("address", "1 High St"),
        ("hours", "Mon-Fri 9:00-17:00"),
    ]
    assert seen["social_media"] == [("acme.example", "linkedin", "https://www.linkedin.com/company/acme")]
    assert seen["people_information"][0][1:4] == (1, "Jo Bloggs", "Director")
    assert seen["certifications"] == [("acme.example", 1, "ISO 9001")]
    assert [row[1:] for row in seen["services"]] == [("service", 1, "Repairs"), ("product", 1, "Pumps")]
    assert seen["description_industry"][0][3] == "62020"
    assert seen["company_information"][0][3] == "Acme"
    assert seen["metrics"][0][-1] == 0.25


async def test_text_of_the_web_cannot_break_a_batch(store, submit):
    nasty = '\u2028"\\\x00\x1b\ufffd</script>\U0010ffff'
    job = await submit("a.example", "b.example")
    a, b = await store.targets.feed(10)
    await store.targets.commit([done(a, long_description=nasty, tags=[nasty]), failed(b, error="\ud800 " + "e" * 5000)])
    assert (await store.companies.get("a.example")).profile.long_description == nasty
    (error,) = await store.numbers.errors(job.id)
    assert len(error.error) == 1000
    assert (await store.jobs.get(job.id)).state is JobState.FINISHED


async def test_a_stream_of_a_job_holds_every_outcome(store, submit):
    earlier = await submit("shared.example")
    (shared,) = await store.targets.feed(1)
    await store.targets.commit([done(shared, company_name="Shared")])
    job = await submit("shared.example", "ok.example", "bad.example", "gone.example", "later.example")
    fed = {target.domain: target for target in await store.targets.feed(3)}
    await store.targets.commit([done(fed["ok.example"], company_name="Fine"), failed(fed["bad.example"])])
    rows = [row async for batch in store.companies.stream(job.id, batch=2) for row in batch]
    assert [(row["domain"], row["status"], row["job"], row["company_name"]) for row in rows] == [
        ("shared.example", "skipped", job.id, "Shared"),
        ("ok.example", "done", job.id, "Fine"),
        ("bad.example", "failed", job.id, None),
    ]
    assert (rows[2]["error_category"], rows[2]["error"]) == ("dns", "no such name")
    for row in rows:
        Profile.model_validate(row)
    only = [row["domain"] async for batch in store.companies.stream(job.id, statuses=[Status.FAILED]) for row in batch]
    assert only == ["bad.example"]
    everything = [row async for batch in store.companies.stream(batch=1) for row in batch]
    assert [(row["domain"], row["job"]) for row in everything] == [
        ("ok.example", job.id),
        ("shared.example", earlier.id),
        ("bad.example", job.id),
    ]


async def test_changed_since_leaves_out_what_says_the_same(store, submit):
    await crawl(store, submit, lambda t: done(t, at=LONG_AGO, company_name="A"), domain="same.example")
    await crawl(store, submit, lambda t: done(t, company_name="A"), domain="same.example")
    await crawl(store, submit, lambda t: done(t, company_name="B"), domain="new.example")
    since = LONG_AGO + timedelta(days=1)
    rows = [row["domain"] async for batch in store.companies.stream(changed_since=since) for row in batch]
    assert rows == ["new.example"]


async def test_profiles_of_an_earlier_version_get_the_fields_of_today(store, submit):
    await crawl(store, submit, lambda t: done(t, company_name="A"))

    def age(conn):
        profile = json.loads(conn.execute(text("SELECT profile FROM companies")).scalar_one())
        del profile["notes"], profile["tags"]
        conn.execute(text("UPDATE companies SET profile = :p"), {"p": json.dumps(profile | {"gone": 1})})

    await store.write(age)
    (row,) = [row async for batch in store.companies.stream() for row in batch]
    assert (row["tags"], row["notes"]) == ([], [])
    Profile.model_validate(row)


async def test_domains_are_completed(store, submit):
    for domain in ("acme.example", "acorn.example", "beta.example"):
        await crawl(store, submit, done, domain=domain)
    assert await store.companies.domains("ac") == ["acme.example", "acorn.example"]
    assert await store.companies.count() == 3

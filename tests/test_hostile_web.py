"""Every host of the hostile web meets its row of the table, and nothing forbidden is ever asked for."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest
from tests.hostile import TABLE
from tests.hostile.client import HostileWeb, hostile_web
from tests.hostile.rows import Row

from domainscout.addresses import why_not
from domainscout.crawl import crawl
from domainscout.errors import AttemptError
from domainscout.fetch import open_fetcher
from domainscout.records import Site

SURROGATES = re.compile("[\ud800-\udfff]")
ROWS = [row for row in TABLE.values() if not row.internal]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileWeb]:
    with hostile_web(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@dataclass(frozen=True)
class Outcome:
    """What became of a host, small enough to keep a few hundred of them."""

    status: str
    category: str | None
    what: str
    has_text: bool = True
    lacks_text: bool = True
    clean: bool = True
    redirected_to: str | None = None


@dataclass(frozen=True)
class Crawled:
    outcomes: dict[str, Outcome]
    seconds: float
    grown_bytes: int


@pytest.fixture(scope="module")
def crawled(web: HostileWeb) -> Crawled:
    """All hosts in one go, ten at a time."""
    return asyncio.run(_crawl_all(web))


async def _crawl_all(web: HostileWeb) -> Crawled:
    settings = web.settings()
    outcomes: dict[str, Outcome] = {}
    gate = asyncio.Semaphore(10)
    process = psutil.Process()
    started, before, peak = time.monotonic(), process.memory_info().rss, 0

    async with open_fetcher(settings) as fetcher:

        async def one(row: Row) -> None:
            nonlocal peak
            async with gate:
                try:
                    outcomes[row.host] = _outcome(row, await crawl(row.host, fetcher=fetcher, settings=settings))
                except AttemptError as error:
                    outcomes[row.host] = Outcome("failed", error.category, error.what)
            peak = max(peak, process.memory_info().rss)

        await asyncio.gather(*(one(row) for row in ROWS))
    return Crawled(outcomes, time.monotonic() - started, peak - before)


def _outcome(row: Row, site: Site) -> Outcome:
    text = "\n".join(page.html for page in site.pages)
    return Outcome(
        "partial" if site.partial else "done",
        site.partial,
        f"{site.notes} {site.missed[:3]}",
        has_text=row.text is None or row.text in text,
        lacks_text=row.not_text is None or row.not_text not in text,
        clean="\0" not in text and not SURROGATES.search(text),
        redirected_to=site.redirected_to,
    )


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.host)
def test_a_host_meets_its_row(row: Row, crawled: Crawled) -> None:
    outcome = crawled.outcomes[row.host]
    assert outcome.status in row.status, f"{row.does}: {outcome}"
    if outcome.status == "failed" or row.status == ("partial",):
        assert row.category is None or outcome.category in row.category.split("/"), f"{row.does}: {outcome}"
    if outcome.status == "failed":
        assert row.message is None or row.message in outcome.what
        return
    assert outcome.has_text, f"{row.does}: {outcome}"
    assert outcome.lacks_text
    assert outcome.clean
    assert outcome.redirected_to == row.redirected_to


def test_no_host_gets_more_requests_than_its_row_says(crawled: Crawled, web: HostileWeb) -> None:
    arrived: dict[str, int] = defaultdict(int)
    for request in web.requests():
        if request["path"] is not None:
            arrived[request["host"].removeprefix("www.")] += 1
    too_many = {row.host: arrived[row.host] for row in ROWS if row.requests and arrived[row.host] > row.requests}
    assert not too_many


def test_nothing_forbidden_was_asked_for(crawled: Crawled, web: HostileWeb) -> None:
    """The mapping sends every dial to this web: a forbidden one would have arrived here."""
    hosts = {request["host"] for request in web.requests() if request["host"]}
    assert not {host for host in hosts if why_not(host)}
    assert not {host for host in hosts if host.startswith(("port-22-target", "port-8080-target"))}


def test_one_request_at_a_time_a_host(crawled: Crawled, web: HostileWeb) -> None:
    assert max(request["at_once"] for request in web.requests()) == 1


def test_robots_txt_comes_first(crawled: Crawled, web: HostileWeb) -> None:
    first: dict[tuple[str, str], str] = {}
    for request in web.requests():
        if request["path"] is not None:
            first.setdefault((request["scheme"], request["host"]), request["path"])
    early = {host for (_, host), path in first.items() if path != "/robots.txt"} - {"aia.test", "aia-bad.test"}
    assert not early


def test_it_is_quick_and_small(crawled: Crawled) -> None:
    assert crawled.seconds < 400
    assert crawled.grown_bytes < 150 * 1024 * 1024

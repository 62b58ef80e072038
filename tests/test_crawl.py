"""The order of requests: origins, robots first, page choice, manners, coming again, and our own network."""

from __future__ import annotations

import asyncio
import itertools
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.web import Asked, Web, answer, small_web

from domainscout.crawl import crawl
from domainscout.crawl.reading import KeptDocuments
from domainscout.errors import AttemptError, Category, NetworkDown
from domainscout.fetch import open_fetcher
from domainscout.markup import Document
from domainscout.records import KnownPage, PageKind, Site

TEXT = "We build and repair wooden boats on the river, and have done so since our grandmother's days. " * 4


def page(title: str, *links: tuple[str, str]) -> str:
    anchors = "".join(f"<a href='{href}'>{text}</a> " for href, text in links)
    return f"<html lang=en><title>{title}</title><body><nav>{anchors}</nav><h1>{title}</h1><p>{TEXT}</p></body></html>"


MENU = (("/contact", "Contact us"), ("/about", "About"), ("/team", "Our team"), ("/services", "Services"),
        ("/imprint", "Imprint"), ("/blog/boats", "Ten boats you must see"), ("/secret/plans", "Plans"))  # fmt: skip
SITE = {path: page(path, *MENU) for path, _ in MENU} | {"/": page("Boats", *MENU)}
ROBOTS = answer("User-agent: *\nDisallow: /secret", kind="text/plain")


async def visited(web: Web, domain: str, **more: object) -> Site:
    settings = web.settings(**more)
    async with open_fetcher(settings) as fetcher:
        return await crawl(domain, fetcher=fetcher, settings=settings)


async def test_the_pages_that_matter_come_first_and_say_what_they_are() -> None:
    async with small_web({"boats.test": SITE}) as web:
        site = await visited(web, "boats.test", max_pages=6)
    assert [page.kind for page in site.pages] == [
        PageKind.HOME,
        PageKind.CONTACT,
        PageKind.ABOUT,
        PageKind.TEAM,
        PageKind.LEGAL,
        PageKind.SERVICES,
    ]
    assert site.pages[0].parsed.title == "Boats"


async def test_stages_are_told() -> None:
    stages: list[str] = []
    async with small_web({"boats.test": SITE}) as web:
        settings = web.settings(max_pages=3)
        async with open_fetcher(settings) as fetcher:
            await crawl("boats.test", fetcher=fetcher, settings=settings, stage=stages.append)
    assert stages == ["fetch", "page 2/3", "page 3/3"]


async def test_every_stage_is_timed_and_no_second_counted_twice() -> None:
    async with small_web({"boats.test": SITE}, latency_s=0.05) as web:
        site = await visited(web, "boats.test", max_pages=3)
    assert set(site.timings) == {"dns", "connect", "fetch", "decode", "parse", "choose"}
    assert all(site.timings[stage] > 0 for stage in ("connect", "decode", "parse", "choose"))
    assert site.timings["fetch"] >= 3 * 0.05
    assert sum(site.timings.values()) <= site.seconds


async def test_manners() -> None:
    """Never two requests at once to a host, gaps of the delay, robots.txt first, nothing disallowed, an honest name."""
    hosts = [f"boats{number}.test" for number in range(4)]
    sites = {host: SITE | {"/robots.txt": ROBOTS} for host in hosts}
    async with small_web(sites, latency_s=0.1) as web:
        settings = web.settings(host_delay=0.3)
        async with open_fetcher(settings) as fetcher:
            await asyncio.gather(*(crawl(host, fetcher=fetcher, settings=settings) for host in hosts))
    for host in hosts:
        asked = [one for one in web.log if one.host.removeprefix("www.") == host]
        assert len(asked) > 5
        assert asked[0].path == "/robots.txt"
        assert max(one.at_once for one in asked) == 1
        assert all(later.came - earlier.came >= 0.3 for earlier, later in itertools.pairwise(asked))
        assert not any(one.path.startswith("/secret") for one in asked)
        assert all("domainscout/" in one.headers["user-agent"] and "http" in one.headers["user-agent"] for one in asked)


async def test_a_host_that_hangs_up_on_a_kept_connection_is_left_alone_for_its_delay_before_it_is_asked_again() -> None:
    seen: list[str] = []

    async def host(asked: Asked) -> bytes:
        seen.append(asked.path)
        if asked.path == "/" and seen.count("/") == 1:
            raise ConnectionResetError
        return ROBOTS if asked.path == "/robots.txt" else answer(page("Boats"))

    async with small_web({"boats.test": host}) as web:
        site = await visited(web, "boats.test", host_delay=0.3)
    assert len(site.pages) == 1
    assert seen[:3] == ["/robots.txt", "/", "/"]
    assert all(later.came - earlier.came >= 0.3 for earlier, later in itertools.pairwise(web.log))


async def test_two_crawls_share_one_hosts_patience() -> None:
    """Two domains that move to one host still ask it one by one."""
    sites = {name: {"/": answer("", "301 Moved", Location="http://boats.test/")} for name in ("old1.test", "old2.test")}
    async with small_web(sites | {"boats.test": SITE}, latency_s=0.05) as web:
        settings = web.settings(host_delay=0.1, max_pages=3)
        async with open_fetcher(settings) as fetcher:
            found = await asyncio.gather(*(crawl(name, fetcher=fetcher, settings=settings) for name in sites))
    asked = [one for one in web.log if one.host == "boats.test"]
    assert max(one.at_once for one in asked) == 1
    assert all(later.came - earlier.came >= 0.1 for earlier, later in itertools.pairwise(asked))
    assert [site.redirected_to for site in found] == ["boats.test", "boats.test"]


async def test_crawl_delay_wins_when_longer() -> None:
    robots = answer("User-agent: *\nCrawl-delay: 0.4", kind="text/plain")
    async with small_web({"boats.test": SITE | {"/robots.txt": robots}}) as web:
        await visited(web, "boats.test", max_pages=3)
    times = [one.came for one in web.log]
    assert all(later - earlier >= 0.4 for earlier, later in itertools.pairwise(times[1:]))


async def test_robots_decision_is_told() -> None:
    closed = {"/robots.txt": answer("User-agent: *\nDisallow: /", kind="text/plain")}
    async with small_web(
        {"open.test": SITE, "closed.test": SITE | closed, "ruled.test": SITE | {"/robots.txt": ROBOTS}}
    ) as web:
        assert (await visited(web, "open.test")).robots == "no robots.txt (404)"
        ruled = await visited(web, "ruled.test")
        assert ruled.robots == "allowed by robots.txt"
        assert any(missed.category is Category.ROBOTS for missed in ruled.missed)
        with pytest.raises(AttemptError) as caught:
            await visited(web, "closed.test")
    assert caught.value.category is Category.ROBOTS
    assert not caught.value.heals
    assert web.paths("closed.test") == ["/robots.txt"]


async def test_a_long_retry_after_puts_the_domain_back() -> None:
    busy = answer("later", "503 Service Unavailable", Retry_After="600")
    async with small_web({"busy.test": {"/": busy}}) as web:
        with pytest.raises(AttemptError) as caught:
            await visited(web, "busy.test")
    assert caught.value.retry_after_s == 600
    assert caught.value.heals
    assert len([path for path in web.paths("busy.test") if path == "/"]) == 1


async def test_an_inner_429_ends_the_visit_but_keeps_what_there_is() -> None:
    site = SITE | {"/contact": answer("slow down", "429 Too Many Requests", Retry_After="600")}
    async with small_web({"busy.test": site}) as web:
        found = await visited(web, "busy.test")
    assert found.partial is Category.HTTP
    assert len(found.pages) == 1
    assert web.paths("busy.test")[-1] == "/contact"


async def test_a_sitemap_helps_where_the_menu_is_a_script() -> None:
    locs = "".join(f"<url><loc>http://menu.test{path}</loc></url>" for path, _ in MENU)
    site = SITE | {"/": page("Menu"), "/sitemap.xml": answer(f"<urlset>{locs}</urlset>", kind="application/xml")}
    async with small_web({"menu.test": site}) as web:
        found = await visited(web, "menu.test")
    assert {PageKind.CONTACT, PageKind.TEAM, PageKind.ABOUT} <= {page.kind for page in found.pages}


async def test_bytes_of_a_domain_are_capped() -> None:
    big = {path: body + "<p>" + "boats " * 20_000 + path for path, body in SITE.items()}
    async with small_web({"big.test": big}) as web:
        found = await visited(web, "big.test", domain_bytes=300_000)
    assert found.partial is Category.SIZE
    assert found.bytes <= 300_000 + 1


async def test_time_of_a_domain_is_capped() -> None:
    site = SITE | {f"/more{number}": page("More", *MENU) for number in range(40)}
    site["/"] = page("Boats", *MENU, *((path, "Our boats") for path in site if path != "/"))
    async with small_web({"slow.test": site}, latency_s=1.0) as web:
        found = await visited(web, "slow.test", domain_timeout=5.0, max_pages=50)
    assert found.partial is Category.TIMEOUT
    # Nobody who went on would have been done by then.
    assert found.seconds < 5.0 + 10.0


def remembered(site: Site) -> dict[str, KnownPage]:
    return {page.url: page.known for page in site.pages}


async def conditional(asked: Asked) -> bytes:
    body = SITE.get(asked.path)
    if body is None:
        return answer("none", "404 Not Found")
    if asked.headers.get("if-none-match") == '"v1"':
        return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
    return answer(body, ETag='"v1"')


async def test_coming_again_costs_conditional_requests_only() -> None:
    async with small_web({"boats.test": conditional}) as web:
        settings = web.settings()
        async with open_fetcher(settings) as fetcher:
            first = await crawl("boats.test", fetcher=fetcher, settings=settings)
            before = len(web.log)
            again = await crawl("boats.test", fetcher=fetcher, settings=settings, known=remembered(first))
    assert again.unchanged
    assert not first.unchanged
    assert all(page.not_modified for page in again.pages)
    assert [page.html for page in again.pages] == [page.html for page in first.pages]
    assert again.bytes == 0
    assert all(asked.headers.get("if-none-match") for asked in web.log[before:] if asked.path in SITE)


async def test_links_that_led_nowhere_are_not_asked_for_again_at_once() -> None:
    """A complete crawl is repeated page by page; when a page changed, links count anew."""
    site = {"/": page("Boats", ("/contact", "Contact"), ("/team", "Team"), ("/about", "About"))}
    site |= {"/contact": page("Contact", ("/staff", "Our staff"))}
    async with small_web({"boats.test": site}) as web:
        settings = web.settings()
        async with open_fetcher(settings) as fetcher:
            known = remembered(await crawl("boats.test", fetcher=fetcher, settings=settings))
            before = len(web.log)
            again = await crawl("boats.test", fetcher=fetcher, settings=settings, known=known, complete=True)
            assert [asked.path for asked in web.log[before:]] == ["/", "/contact"]
            assert again.unchanged
            old = {url: replace(one, fetched_at=one.fetched_at - timedelta(days=40)) for url, one in known.items()}
            before = len(web.log)
            await crawl("boats.test", fetcher=fetcher, settings=settings, known=old, complete=True)
            assert "/team" in [asked.path for asked in web.log[before:]]
            site["/contact"] = page("New contact", ("/staff", "Our staff"))
            before = len(web.log)
            changed = await crawl("boats.test", fetcher=fetcher, settings=settings, known=known, complete=True)
    assert "/team" in [asked.path for asked in web.log[before:]]
    assert not changed.unchanged


async def test_equal_content_without_validators_is_unchanged_too() -> None:
    async with small_web({"boats.test": SITE}) as web:
        settings = web.settings()
        async with open_fetcher(settings) as fetcher:
            first = await crawl("boats.test", fetcher=fetcher, settings=settings)
            known = remembered(first)
            again = await crawl("boats.test", fetcher=fetcher, settings=settings, known=known)
            url = first.pages[-1].url
            known[url] = replace(known[url], digest="another")
            changed = await crawl("boats.test", fetcher=fetcher, settings=settings, known=known)
    assert again.unchanged
    assert not changed.unchanged


async def test_a_name_that_does_not_exist_is_looked_up_once_more() -> None:
    looked: list[str] = []

    async def lookup(name: str) -> list[str]:
        looked.append(name)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with small_web({}) as web:
        settings = web.settings().model_copy(update={"connect_to": ()})
        async with open_fetcher(settings, lookup=lookup) as fetcher:
            with pytest.raises(AttemptError) as caught:
                await crawl("nowhere.test", fetcher=fetcher, settings=settings)
    assert caught.value.category is Category.DNS
    assert not caught.value.heals
    assert looked.count("nowhere.test") == 2
    assert "www.nowhere.test" in looked


@pytest.mark.parametrize(
    ("code", "heals"),
    [(socket.EAI_AGAIN, True), (socket.EAI_NODATA, False), (socket.EAI_FAIL, True)],
)
async def test_name_server_troubles(code: int, heals: bool) -> None:
    async def lookup(name: str) -> list[str]:
        raise socket.gaierror(code, "trouble")

    async with small_web({}) as web:
        settings = web.settings().model_copy(update={"connect_to": ()})
        async with open_fetcher(settings, lookup=lookup) as fetcher:
            with pytest.raises(AttemptError) as caught:
                await crawl("trouble.test", fetcher=fetcher, settings=settings)
    assert caught.value.category is Category.DNS
    assert caught.value.heals is heals


async def test_name_servers_that_never_answer() -> None:
    async def lookup(name: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with small_web({}) as web:
        settings = web.settings(page_timeout=0.3).model_copy(update={"connect_to": ()})
        async with open_fetcher(settings, lookup=lookup) as fetcher:
            with pytest.raises(AttemptError) as caught:
                await crawl("silent.test", fetcher=fetcher, settings=settings)
    assert caught.value.category is Category.DNS
    assert caught.value.heals


async def test_our_own_network_is_noticed_and_nobody_is_charged() -> None:
    """Sites answer, then nothing does, then they answer again."""
    names = [f"boats{number}.test" for number in range(12)]
    async with small_web(dict.fromkeys(names, SITE)) as web:
        settings = web.settings(max_pages=2)
        async with open_fetcher(settings) as fetcher:
            await crawl(names[0], fetcher=fetcher, settings=settings)
            server_port = web.port
            dead = settings.model_copy(update={"connect_to": (f"::127.0.0.1:{web.closed_port}",)})
            async with open_fetcher(dead) as offline:
                offline.network.connected(("127.0.0.1", web.closed_port))
                charged = 0
                for name in names[1:]:
                    try:
                        await crawl(name, fetcher=offline, settings=dead)
                    except NetworkDown:
                        continue
                    except AttemptError:
                        charged += 1
                assert charged <= 2
                assert not await offline.network.probe()
                offline.network.connected(("127.0.0.1", server_port))
                await asyncio.sleep(1.05)
                assert await offline.network.probe()


@pytest.mark.parametrize("ours", [True, False])
async def test_a_site_that_goes_away_in_the_middle_is_asked_whose_fault_it_is(ours: bool) -> None:
    """When our network goes, its domain is put back; when only the site goes, what there is of it counts."""

    async def one_answer_a_connection(asked: Asked) -> bytes:
        return answer(SITE.get(asked.path, ""), "200 OK" if asked.path in SITE else "404 Gone", Connection="close")

    async with small_web({"boats.test": one_answer_a_connection}) as web:
        settings = web.settings()
        async with open_fetcher(settings) as fetcher:

            def gone(stage: str) -> None:
                if stage == "page 3/12":
                    assert web.server is not None
                    web.server.close()
                    fetcher.network.connected(("127.0.0.1", web.closed_port if ours else other))

            async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.close()

            async with await asyncio.start_server(nothing, "127.0.0.1", 0) as server:
                other = server.sockets[0].getsockname()[1]
                if ours:
                    with pytest.raises(NetworkDown):
                        await crawl("boats.test", fetcher=fetcher, settings=settings, stage=gone)
                else:
                    found = await crawl("boats.test", fetcher=fetcher, settings=settings, stage=gone)
                    assert found.partial is Category.CONNECT


async def test_a_few_dead_domains_are_not_our_network() -> None:
    async with small_web({"boats.test": SITE}) as web:
        settings = web.settings(max_pages=1).model_copy(
            update={"connect_to": (f"boats.test:80:127.0.0.1:{web.port}", f"::127.0.0.1:{web.closed_port}")}
        )
        async with open_fetcher(settings) as fetcher:
            await crawl("boats.test", fetcher=fetcher, settings=settings)
            for number in range(8):
                with pytest.raises(AttemptError):
                    await crawl(f"dead{number}.test", fetcher=fetcher, settings=settings)


def test_documents_are_kept_parsed_within_a_budget_of_the_process() -> None:
    first, second = (Document(f"<p>{'word ' * 20}{number}</p>", "https://acme.example/") for number in (1, 2))
    kept = KeptDocuments(budget_chars=len(first.html) + 10)
    assert kept.keep(first) is first
    assert kept.keep(second) is None
    del first
    assert kept.keep(second) is second


async def test_what_links_lead_to_costs_a_page_each_whatever_it_is() -> None:
    """Copies, redirects to what was read, dead links of no promise: twelve requests for pages and no more."""
    links = tuple((f"/p{number}", f"Page {number}") for number in range(100))
    sites = {
        "same.test": dict.fromkeys(["/", *(path for path, _ in links)], page("One page", *links)),
        "home.test": {"/": page("Home", *links)} | {path: answer("", "302 Found", Location="/") for path, _ in links},
        "dead.test": {"/": page("Dead", *links)},
    }
    async with small_web(sites) as web:
        for domain in sites:
            assert len((await visited(web, domain)).pages) == 1
            assert len([path for path in web.paths(domain) if path not in ("/robots.txt", "/sitemap.xml")]) == 12


async def test_dead_links_to_what_matters_do_not_cost_the_living_ones() -> None:
    links = (*((f"/contact{number}", "Contact us") for number in range(5)), ("/about", "About us"))
    many = (*links, *((f"/p{number}", f"Page {number}") for number in range(9)))
    site = {"/": page("Boats", *many), "/about": page("About")} | {f"/p{n}": page(f"Page {n}") for n in range(9)}
    async with small_web({"boats.test": site}) as web:
        found = await visited(web, "boats.test")
    assert len(found.pages) == 11


async def test_a_refresh_header_is_followed() -> None:
    site = {"/": answer("<p>Moment</p>", Refresh="0; url=/real"), "/real": page("Boats")}
    async with small_web({"boats.test": site}) as web:
        found = await visited(web, "boats.test")
    assert found.pages[0].url.endswith("/real")


async def test_a_page_that_is_a_frame_of_another_company_has_moved_there() -> None:
    frame = "<html><frameset cols='*'><frame src='http://new.test/'></frameset></html>"
    async with small_web({"old.test": {"/": frame}, "new.test": SITE}) as web:
        found = await visited(web, "old.test", max_pages=1)
    assert found.redirected_to == "new.test"


@pytest.mark.parametrize(("second", "reached"), [("/real", True), ("/other", False)])
async def test_two_locations_are_one_only_when_they_are_the_same(second: str, reached: bool) -> None:
    twice = answer("", "302 Found", Location="/real").replace(
        b"Location: /real", b"Location: /real\r\nLocation: " + second.encode()
    )
    async with small_web({"boats.test": {"/": twice, "/real": page("Boats"), "/other": page("Other")}}) as web:
        if reached:
            assert (await visited(web, "boats.test", max_pages=1)).pages[0].url.endswith("/real")
            return
        with pytest.raises(AttemptError) as caught:
            await visited(web, "boats.test", max_pages=1)
    assert caught.value.category is Category.REDIRECT


async def test_a_long_robots_txt_is_not_remembered_by_the_process() -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /secret{number}\n" for number in range(5000))
    site = SITE | {"/robots.txt": answer(rules, kind="text/plain")}
    async with small_web({"boats.test": site, "small.test": SITE | {"/robots.txt": ROBOTS}}) as web:
        settings = web.settings(max_pages=2)
        async with open_fetcher(settings) as fetcher:
            for domain in ("boats.test", "small.test"):
                await crawl(domain, fetcher=fetcher, settings=settings)
            assert list(fetcher.shelf["robots"]) == ["http://small.test"]

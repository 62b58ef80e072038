"""Which link next: languages, places, traps; and how many of the pages that matter are reached on real sites."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout.crawl import crawl
from domainscout.errors import AttemptError
from domainscout.fetch import open_fetcher
from domainscout.frontier import Frontier, page_key, read_sign
from domainscout.frontier.shape import is_trap, sibling_url, tidy
from domainscout.frontier.signs import plain, read_path
from domainscout.records import PageKind
from domainscout.settings import CrawlSettings

SHARED = Path(__file__).parents[2] / "shared"
LEAST_REACHED = 0.97

WORDS = [
    ("Contact us", PageKind.CONTACT),
    ("Kontakt", PageKind.CONTACT),
    ("Nous contacter", PageKind.CONTACT),
    ("Contacto", PageKind.CONTACT),
    ("Contatti", PageKind.CONTACT),
    ("Neem contact op", PageKind.CONTACT),
    ("Fale conosco", PageKind.CONTACT),
    ("Skontaktuj się", PageKind.CONTACT),
    ("Get in touch", PageKind.CONTACT),
    ("About us", PageKind.ABOUT),
    ("Über uns", PageKind.ABOUT),
    ("Qui sommes-nous", PageKind.ABOUT),
    ("Quiénes somos", PageKind.ABOUT),
    ("Chi siamo", PageKind.ABOUT),
    ("Over ons", PageKind.ABOUT),
    ("Quem somos", PageKind.ABOUT),
    ("O nas", PageKind.ABOUT),
    ("Om os", PageKind.ABOUT),
    ("À propos", PageKind.ABOUT),
    ("Our team", PageKind.TEAM),
    ("Unser Team", PageKind.TEAM),
    ("Notre équipe", PageKind.TEAM),
    ("Equipo", PageKind.TEAM),
    ("Il team", PageKind.TEAM),
    ("Medewerkers", PageKind.TEAM),
    ("Nossa equipe", PageKind.TEAM),
    ("Zespół", PageKind.TEAM),
    ("Meet the directors", PageKind.TEAM),
    ("Mitarbeiter", PageKind.TEAM),
    ("Services", PageKind.SERVICES),
    ("Leistungen", PageKind.SERVICES),
    ("Prestations", PageKind.SERVICES),
    ("Servicios", PageKind.SERVICES),
    ("Servizi", PageKind.SERVICES),
    ("Diensten", PageKind.SERVICES),
    ("Serviços", PageKind.SERVICES),
    ("Usługi", PageKind.SERVICES),
    ("What we do", PageKind.SERVICES),
    ("Impressum", PageKind.LEGAL),
    ("Imprint", PageKind.LEGAL),
    ("Mentions légales", PageKind.LEGAL),
    ("Aviso legal", PageKind.LEGAL),
    ("Note legali", PageKind.LEGAL),
    ("Colofon", PageKind.LEGAL),
    ("Locations", PageKind.LOCATIONS),
    ("Standorte", PageKind.LOCATIONS),
    ("Nos agences", PageKind.LOCATIONS),
    ("Dónde estamos", PageKind.LOCATIONS),
    ("Dove siamo", PageKind.LOCATIONS),
    ("Vestigingen", PageKind.LOCATIONS),
    ("Como chegar", PageKind.LOCATIONS),
    ("Dojazd", PageKind.LOCATIONS),
    ("Anfahrt", PageKind.LOCATIONS),
    ("Gallery", PageKind.OTHER),
    ("Login", PageKind.OTHER),
    ("Fuse board", PageKind.OTHER),
]


@pytest.mark.parametrize(("words", "kind"), WORDS)
def test_words_tell_the_kind(words: str, kind: PageKind) -> None:
    sign = read_sign(plain(words))
    assert sign.kind is kind or (kind is PageKind.OTHER and sign.strength < 0.6)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/contact.html", PageKind.CONTACT),
        ("/AboutUs.aspx", PageKind.ABOUT),
        ("/company/our-team/", PageKind.TEAM),
        ("/de/impressum", PageKind.LEGAL),
        ("/%C3%BCber-uns", PageKind.ABOUT),
        ("/leistungen/dach", PageKind.SERVICES),
        ("/x/y/z", PageKind.OTHER),
    ],
)
def test_paths_tell_the_kind(path: str, kind: PageKind) -> None:
    assert read_path(path)[0].kind is kind


def test_an_article_about_contact_is_no_contact_page() -> None:
    frontier = Frontier("https://a.test/", max_depth=2)
    frontier.add(
        [
            ("https://a.test/blog/2024/05/how-to-contact-your-team", "How to contact your team", "main"),
            ("https://a.test/boats", "Boats", "nav"),
        ],
        1,
    )
    first = frontier.next()
    assert first is not None
    assert first.url == "https://a.test/boats"


def test_links_are_fetched_in_the_home_pages_form() -> None:
    frontier = Frontier("https://www.a.test/", max_depth=2)
    frontier.add(
        [("http://a.test/contact?utm_source=x#y", "Contact", "nav"), ("https://www.a.test/contact/", "C", "nav")], 1
    )
    taken = [frontier.next(), frontier.next()]
    assert taken[0] is not None
    assert taken[0].url == "https://www.a.test/contact"
    assert taken[1] is None


@pytest.mark.parametrize(
    "url",
    [
        "https://b.test/contact",
        "https://a.test/file.pdf",
        "https://a.test/a/b/a/b/a/b",
        "https://a.test/?date=2024-01-01",
        "https://a.test/x?a=1&b=2&c=3&d=4",
        "https://a.test/" + "x/" * 9,
        "https://a.test/" + "x" * 500,
        "https://a.test/p?replytocom=7",
        "https://a.test:8080/contact",
        "javascript:void(0)",
        "https://a.test/",
    ],
)
def test_what_is_never_fetched(url: str) -> None:
    frontier = Frontier("https://a.test/", max_depth=2)
    frontier.add([(url, "Contact us", "nav")], 1)
    assert frontier.next() is None


def test_depth_ends() -> None:
    frontier = Frontier("https://a.test/", max_depth=2)
    assert frontier.add([("https://a.test/contact", "Contact", "nav")], 3) == 0


def test_session_ids_and_tracking_go() -> None:
    assert tidy("https://a.test/x?PHPSESSID=abc&id=7&utm_medium=y") == "https://a.test/x?id=7"
    assert tidy("https://a.test/x;jsessionid=ABC?y=1") == "https://a.test/x?y=1"
    assert page_key("https://www.a.test/x/index.html") == page_key("http://a.test/x/")


def test_siblings() -> None:
    assert sibling_url("https://a.test/about") == "https://a.test/about.html"
    assert sibling_url("https://a.test/about.html") == "https://a.test/about"
    assert sibling_url("https://a.test/about/index.html") == "https://a.test/about/"
    assert sibling_url("https://a.test/about.php") is None


def test_a_language_switch_is_not_worth_a_page() -> None:
    frontier = Frontier("https://a.test/", max_depth=2, language="en")
    frontier.add(
        [
            ("https://a.test/de/kontakt", "Kontakt", "nav"),
            ("https://a.test/contact", "Contact", "nav"),
            ("https://a.test/de/", "Deutsch", "nav"),
            ("https://a.test/prices", "Prices", "nav"),
        ],
        1,
    )
    order = [candidate.url for candidate in iter(frontier.next, None)]
    assert order[0] == "https://a.test/contact"
    assert order[-1] == "https://a.test/de/"


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=40), st.sampled_from(["nav", "main"])), max_size=30))
def test_no_link_breaks_it_and_none_leaves_the_site(links: list[tuple[str, str, str]]) -> None:
    frontier = Frontier("https://a.test/", max_depth=2)
    frontier.add([(f"https://a.test/{url}", text, place) for url, text, place in links] + links, 1)
    seen = set()
    while (candidate := frontier.next()) is not None:
        assert candidate.url.startswith("https://a.test/")
        assert not is_trap(candidate.url)
        assert page_key(candidate.url) not in seen
        seen.add(page_key(candidate.url))


@pytest.mark.skipif(not (SHARED / "tools" / "replay.py").exists(), reason="no corpus of real sites here")
@pytest.mark.parametrize("corpus", ["business", "modern"])
def test_pages_that_matter_are_reached_on_real_sites(corpus: str, tmp_path: Path) -> None:
    reached, all_of_them = asyncio.run(_reached(SHARED / "corpus" / corpus, tmp_path))
    print(f"{corpus}: {reached} of {all_of_them} contact, about and team pages = {reached / all_of_them:.1%}")
    assert reached / all_of_them >= LEAST_REACHED


async def _reached(corpus: Path, folder: Path) -> tuple[int, int]:
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        str(SHARED / "tools" / "replay.py"),
        "--corpus",
        str(corpus),
        "--https-port",
        "0",
        "--http-port",
        "0",
        "--ca-out",
        str(folder / "ca.pem"),
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    try:
        ready = json.loads(await server.stdout.readline())
        settings = CrawlSettings(
            connect_to=(f":443:127.0.0.1:{ready['https']}", f":80:127.0.0.1:{ready['http']}"),
            ca_file=folder / "ca.pem",
            host_delay=0,
        )
        sites = [json.loads(path.read_text()) for path in sorted(corpus.glob("sites/*/site.json"))]
        async with open_fetcher(settings) as fetcher:
            counts = await asyncio.gather(*(_of_one(site, fetcher, settings) for site in sites))
    finally:
        server.terminate()
        await server.wait()
    return sum(count[0] for count in counts), sum(count[1] for count in counts)


async def _of_one(site: dict[str, Any], fetcher: Any, settings: CrawlSettings) -> tuple[int, int]:
    try:
        found = {page_key(page.url) for page in (await crawl(site["domain"], fetcher=fetcher, settings=settings)).pages}
    except AttemptError:
        found = set()
    wanted = [
        page
        for page in site["pages"]
        if page["kind"] in ("contact", "about", "team") and page.get("linked") is not False
    ]
    reached = 0
    for page in wanted:
        origin = page["url"].split("/", 3)
        keys = {page_key(page["url"]), *(page_key(f"{origin[0]}//{origin[2]}{a}") for a in page.get("aliases", ()))}
        reached += bool(keys & found)
    return reached, len(wanted)

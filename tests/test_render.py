"""Script-only pages in a real Chromium: rendered under the crawler's rules, and never past them."""

from __future__ import annotations

import pytest
from tests.support.web import answer, small_web

from domainscout.crawl import crawl
from domainscout.errors import AttemptError, Category
from domainscout.fetch import open_fetcher
from domainscout.records import PageKind
from domainscout.render import browser_path

pytest.importorskip("playwright")
needs_browser = pytest.mark.skipif(browser_path(None) is None, reason="no Chromium on PATH")

SHELL = (
    "<html lang=en><head><title>Boats</title><script defer src=/app.js></script></head>"
    "<body><div id=root></div></body></html>"
)
SCRIPT = """
const words = "We build and repair wooden boats on the river, call +44 20 7946 0123. ".repeat(5);
const tries = ["http://10.0.0.1/", "http://127.0.0.1/", "http://169.254.169.254/latest", "http://elsewhere.test/data",
               "http://localhost/", "file:///etc/passwd", "http://boats.test:22/", "/secret"];
tries.forEach(url => { fetch(url).catch(() => 0); new Image().src = url; });
try { new WebSocket("ws://127.0.0.1/"); } catch (e) {}
fetch("/data.json").then(found => found.json()).then(data => {
  document.getElementById("root").innerHTML =
    `<p>Page ${location.pathname}</p><nav><a href="/contact">Contact us</a></nav><h1>${data.name}</h1><p>${words}</p>`;
});
"""
SITE = {
    "/": SHELL,
    "/app.js": answer(SCRIPT, kind="text/javascript"),
    "/data.json": answer('{"name": "Example Boats Ltd"}', kind="application/json"),
    "/contact": SHELL,
    "/robots.txt": answer("User-agent: *\nDisallow: /secret", kind="text/plain"),
}


@needs_browser
async def test_a_shell_is_rendered_and_nothing_else_is_reached() -> None:
    async with small_web({"boats.test": SITE, "elsewhere.test": {"/data": "x"}}) as web:
        settings = web.settings(page_timeout=60.0, domain_timeout=180.0)
        async with open_fetcher(settings) as fetcher:
            site = await crawl("boats.test", fetcher=fetcher, settings=settings)
    assert "Example Boats Ltd" in site.pages[0].html
    assert [page.kind for page in site.pages] == [PageKind.HOME, PageKind.CONTACT]
    assert {asked.host for asked in web.log} <= {"boats.test", "www.boats.test"}
    assert {"/", "/app.js", "/data.json", "/contact"} <= set(web.paths("boats.test"))
    assert "/secret" not in web.paths("boats.test")
    assert max(asked.at_once for asked in web.log) == 1


@needs_browser
async def test_a_page_whose_script_never_ends_is_left_alone() -> None:
    site = {"/": SHELL, "/app.js": answer("for (;;) {}", kind="text/javascript")}
    async with small_web({"boats.test": site}) as web:
        settings = web.settings(page_timeout=4.0)
        async with open_fetcher(settings) as fetcher:
            with pytest.raises(AttemptError) as caught:
                await crawl("boats.test", fetcher=fetcher, settings=settings)
    assert caught.value.category is Category.EMPTY


async def test_without_a_browser_a_shell_is_empty_and_says_what_helps() -> None:
    async with small_web({"boats.test": SITE}) as web:
        settings = web.settings(browser="/nowhere/chromium")
        async with open_fetcher(settings) as fetcher:
            with pytest.raises(AttemptError) as caught:
                await crawl("boats.test", fetcher=fetcher, settings=settings)
    assert caught.value.category is Category.EMPTY
    assert "domainscout[browser]" in caught.value.what

"""Hosts that are traps: sites without end, one page under many names."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from tests.hostile.rows import Exchange, company, http, moved, row


async def calendar(x: Exchange) -> bytes:
    number = int(x.path.rpartition("/")[2]) if x.path.rpartition("/")[2].isdigit() else 0
    links = "".join(f"<a href=/calendar/{number + n}>Month {number + n}</a> " for n in range(1, 30))
    return http(company(f"<p>Day {number}</p>{links}"))


async def sessions(x: Exchange) -> bytes:
    links = "".join(f"<a href='/page{n}?sid={x.number}{n}&PHPSESSID=x{x.number}'>Page {n}</a> " for n in range(40))
    return http(company(f"<p>Visit {x.number}</p>{links}"))


async def deeper(x: Exchange) -> bytes:
    return http(company(f"<p>{quote(x.path)} {x.number}</p><a href=next/>Deeper</a> <a href=other/>Other</a>"))


async def queries(x: Exchange) -> bytes:
    links = "".join(f"<a href='?sort=a&dir={n}&filter={x.number}'>Sorted {n}</a>" for n in range(200))
    return http(company(f"<p>List {x.number}</p>{links}"))


async def all_new(x: Exchange) -> bytes:
    links = "".join(f"<a href=/r{x.number * 100 + n}>Random {n}</a> " for n in range(100))
    return http(company(f"<p>Number {x.number}</p>{links}"))


async def same_everywhere(x: Exchange) -> bytes:
    return http(company("".join(f"<a href=/p{n}>Page {n}</a> " for n in range(300))))


async def all_missing(x: Exchange) -> bytes:
    links = "".join(f"<a href=/contact{n}>Contact {n}</a> " for n in range(300))
    return http(company(links)) if x.path == "/" else http("no", "404 Not Found")


async def subdomains(x: Exchange) -> bytes:
    return http(company("".join(f"<a href='https://s{n}.subdomains.test/'>Branch {n}</a>" for n in range(500))))


MILLION = company("".join(f"<a href=/l{n}>Link {n}</a>" for n in range(120_000)))

row("trap-calendar.test", "a calendar without end", "done", answer=calendar, requests=13)
row("trap-sessions.test", "session ids in every link", "done", answer=sessions, requests=13)
row("trap-deeper.test", "relative links that go ever deeper", "done", answer=deeper, requests=14)
row("trap-queries.test", "filters without end", "done", answer=queries, requests=13)
row("trap-new.test", "a hundred new links on every page", "done", answer=all_new, requests=14)
row("trap-same.test", "one page under 300 names", "done", answer=same_everywhere, requests=14)
row("trap-missing.test", "300 links that lead nowhere", "done", answer=all_missing, requests=26)
row("trap-subdomains.test", "500 subdomains", "done", answer=subdomains, requests=60)
row("million-links.test", "120,000 links on a page", "done/partial", answer=http(MILLION), requests=14)

# More traps -------------------------------------------------------------------------------------------------------


def anchors(*paths: str) -> str:
    return "".join(f"<a href='{path}'>Page {n}</a> " for n, path in enumerate(paths))


async def path_sessions(x: Exchange) -> bytes:
    here = f"(S({x.number:08x}))"
    return http(company(f"<p>Visit</p>{anchors(*(f'/{here}/p{n};jsessionid={x.number:032X}' for n in range(40)))}"))


async def languages(x: Exchange) -> bytes:
    codes = ("de", "fr", "es", "it", "nl", "pl", "ja", "zh", "ru", "ar", "pt", "sv", "da", "fi", "cs", "hu", "tr", "ko")
    links = "".join(f"<a href='?lang={c}' hreflang={c}>{c}</a><a href='/{c}/'>{c}</a>" for c in codes)
    head = "".join(f"<link rel=alternate hreflang={c} href='/{c}/'>" for c in codes)
    return http(company(f"<p>{quote(x.path)}</p>{links}", head=head))


async def prints(x: Exchange) -> bytes:
    if x.path == "/":
        return http(
            company("".join(f"<a href='/p{n}'>Page {n}</a><a href='/p{n}?print=1'>Print</a>" for n in range(5)))
        )
    return http(company(f"<p>{quote(x.path.partition('?')[0])}</p>"))


async def capitals(x: Exchange) -> bytes:
    spelled = (
        "/contact",
        "/Contact",
        "/CONTACT",
        "/contact/",
        "//contact",
        "/./contact",
        "/x/../contact",
        "/contact?",
        "/contact#a",
    )
    if x.path == "/":
        return http(
            company("".join(f"<a href='{s}'>Contact</a>" for s in (*spelled, "/%63ontact", "/contact/index.html")))
        )
    return http(company("<p>Write to us at 1 Example Street.</p>"))


async def pages_on(x: Exchange) -> bytes:
    number = int(x.path.rpartition("=")[2] or 1) if "page=" in x.path else 1
    return http(company(f"<p>Page {number}</p>{anchors(*(f'/list?page={number + n}' for n in range(1, 20)))}"))


async def back_home(x: Exchange) -> bytes:
    if x.path == "/":
        return http(company(anchors(*(f"/contact{n}" for n in range(60)))))
    return moved("/")


async def random_hosts(x: Exchange) -> bytes:
    return http(
        company("".join(f"<a href='https://r{x.number}{n}.random-hosts.test/contact'>Contact</a>" for n in range(80)))
    )


async def never_same(x: Exchange) -> bytes:
    return http(
        company(f"<p>It is {x.number * 7919} o'clock</p>{anchors(*(f'/contact?t={x.number}{n}' for n in range(50)))}")
    )


async def form_answers(x: Exchange) -> bytes:
    links = "".join(f"<a href='/search?q=gate{n}&colour={n % 7}&size={n % 5}&page={n}'>Find</a>" for n in range(300))
    return http(company(f"<p>{x.number}</p>{links}"))


async def slow_site(x: Exchange) -> bytes:
    await asyncio.sleep(2.5 if x.path != "/" else 0.1)
    return http(company(f"<p>{quote(x.path)}</p>{anchors(*(f'/contact/{n}' for n in range(40)))}"))


async def hanging_inside(x: Exchange) -> bytes:
    if x.path != "/":
        await asyncio.sleep(30)
    return http(company(anchors("/contact", "/about", "/team", "/services", "/imprint")))


async def dead_inside(x: Exchange) -> bytes | None:
    return http(company(anchors("/contact", "/about", "/team"))) if x.path == "/" else None


async def files_only(x: Exchange) -> bytes:
    if x.path == "/":
        return http(company(anchors(*(f"/contact-{n}" for n in range(40)))))
    return http(b"%PDF-1.7" + b"x" * 500_000, kind="application/pdf")


async def spam_links(x: Exchange) -> bytes:
    return http(
        company("".join(f"<a href='/contact/{'very-' * n}long-{n}'>Contact us about {n}</a>" for n in range(400)))
    )


async def encoded_deeper(x: Exchange) -> bytes:
    return http(company(f"<p>{x.number}</p><a href='{quote(x.path)}'>a</a><a href='{quote(quote(x.path))}%2f'>b</a>"))


async def big_everywhere(x: Exchange) -> bytes:
    words = f"<p>Gate {x.number} is nice and made by hand.</p>" * 45_000
    return http(company(anchors(*(f"/contact/{n}" for n in range(40))) + words))


row("trap-path-sessions.test", "session ids in paths", "done", answer=path_sessions, requests=14)
row("trap-languages.test", "eighteen languages, twice each", "done", answer=languages, requests=14)
row("trap-prints.test", "a print version of each page", "done", answer=prints, requests=14)
row("trap-capitals.test", "one page under eleven spellings", "done", answer=capitals, text="Example Street", requests=8)
row("trap-pages.test", "lists without end", "done", answer=pages_on, requests=14)
row("trap-home.test", "every page redirects to the home page", "done", answer=back_home, requests=14)
row("trap-random-hosts.test", "ever new subdomains", "done", answer=random_hosts, requests=60)
row("trap-clock.test", "pages that are never the same", "done", answer=never_same, requests=14)
row("trap-search.test", "answers of a search form", "done", answer=form_answers, requests=14)
row("trap-slow.test", "every page takes its time", "done/partial", "timeout", answer=slow_site, requests=14)
row("trap-hang.test", "every page but the first one hangs", "partial", "timeout", answer=hanging_inside, text="gates")
row(
    "trap-dead.test",
    "every page but the first one hangs up",
    "done/partial",
    "connect",
    answer=dead_inside,
    text="gates",
)
row("trap-files.test", "every page but the first one is a PDF", "done", answer=files_only, text="gates", requests=26)
row("trap-long.test", "links that get longer and longer", "done", answer=spam_links, requests=14)
row("trap-escapes.test", "links escaped again and again", "done", answer=encoded_deeper, requests=14)
row("trap-big.test", "every page is two megabytes", "partial", "size", answer=big_everywhere, text="gates", requests=14)

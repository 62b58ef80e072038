"""Hosts whose robots.txt or sitemap is odd."""

from __future__ import annotations

import asyncio
import gzip

from tests.hostile.rows import Answer, Exchange, company, http, moved, row

PAGE = http(company())


def robots(text: str | bytes, line: str = "200 OK", kind: str = "text/plain") -> bytes:
    return http(text, line, kind=kind)


async def hang(x: Exchange) -> None:
    await asyncio.sleep(30)


async def endless_robots(x: Exchange) -> bytes:
    body = b"User-agent: *\nDisallow: /private\n" + b"# nothing\n" * 70_000
    return robots(body)


row(
    "robots-all.test",
    "robots.txt forbids everything",
    "failed",
    "robots",
    answer=PAGE,
    requests=3,
    robots=robots("User-agent: *\nDisallow: /"),
)
row(
    "robots-us.test",
    "robots.txt forbids us by name",
    "failed",
    "robots",
    answer=PAGE,
    requests=1,
    robots=robots("User-agent: domainscout\nDisallow: /\n\nUser-agent: *\nAllow: /"),
)
row(
    "robots-others.test",
    "robots.txt forbids everybody but us",
    "done",
    answer=PAGE,
    text="gates",
    robots=robots("User-agent: *\nDisallow: /\n\nUser-agent: DomainScout\nAllow: /"),
)
row(
    "robots-home.test",
    "robots.txt forbids the home page only",
    "failed",
    "robots",
    answer=PAGE,
    requests=1,
    robots=robots("User-agent: *\nDisallow: /$"),
)
row("robots-500.test", "robots.txt answers 500", "failed", "robots", answer=PAGE, robots=robots("x", "500 Oops"))
row("robots-403.test", "robots.txt answers 403", "done", answer=PAGE, robots=robots("x", "403 No"), text="gates")
row(
    "robots-html.test",
    "robots.txt is a web page",
    "done",
    answer=PAGE,
    text="gates",
    robots=robots(company(), kind="text/html"),
)
row("robots-huge.test", "robots.txt of 700 KiB", "done", answer=PAGE, robots=endless_robots, text="gates")
row(
    "robots-mark.test",
    "robots.txt with a mark, CR lines and capitals",
    "failed",
    "robots",
    answer=PAGE,
    requests=1,
    robots=robots(b"\xef\xbb\xbfUSER-AGENT: *\rDISALLOW: /\r"),
)
row(
    "robots-binary.test",
    "robots.txt of random bytes",
    "done",
    answer=PAGE,
    text="gates",
    robots=robots(bytes(range(256)) * 40),
)
row(
    "robots-moved.test",
    "robots.txt lies elsewhere",
    "failed",
    "robots",
    answer=PAGE,
    robots=moved("https://robots-all.test/robots.txt"),
)
row(
    "robots-private.test",
    "robots.txt redirects to a private address",
    "failed",
    "private",
    answer=PAGE,
    requests=1,
    robots=moved("http://192.168.1.1/robots.txt"),
)
row(
    "robots-loop.test",
    "robots.txt redirects in a circle",
    "done",
    answer=PAGE,
    text="gates",
    robots=moved("/robots.txt"),
)
row("robots-reset.test", "robots.txt cannot be read", "failed", "connect", answer=PAGE, robots=lambda x: _reset(x))
row(
    "robots-delay.test",
    "Crawl-delay of an hour",
    "done",
    text="gates",
    requests=2,
    answer=http(company("<a href=/contact>Contact</a>")),
    robots=robots("User-agent: *\nCrawl-delay: 3600"),
)
row(
    "robots-silly-delay.test",
    "a Crawl-delay that is nonsense",
    "done",
    answer=PAGE,
    text="gates",
    robots=robots("User-agent: *\nCrawl-delay: nan\nCrawl-delay: -3\nCrawl-delay: soon"),
)
row(
    "robots-gzip.test",
    "robots.txt in gzip",
    "failed",
    "robots",
    answer=PAGE,
    robots=http(gzip.compress(b"User-agent: *\nDisallow: /"), headers=(("Content-Encoding", "gzip"),)),
)


async def _reset(x: Exchange) -> None:
    x.reset()


# More of robots.txt -----------------------------------------------------------------------------------------------

SHUT = "User-agent: *\nDisallow: /"
for name, text in {
    "wildcard": "User-agent: *\nDisallow: /*",
    "star-dollar": "User-agent: *\nDisallow: *$",
    "no-space": "User-agent:*\nDisallow:/",
    "groups": "User-agent: *\nDisallow: /a\n\nUser-agent: other\nAllow: /\n\nUser-agent: *\nDisallow: /",
    "many-agents": "User-agent: a\nUser-agent: domainscout\nUser-agent: b\nDisallow: /",
    "version": "User-agent: domainscout/9.9\nDisallow: /",
    "comment": "User-agent: * # all of you\nDisallow: / # everything",
    "junk-first": "Hello\n<this is> no rule\n: : :\n\0\nUser-agent: *\nDisallow: /",
    "blank-lines": "User-agent: *\n\n\n\nDisallow: /",
    "unknown-lines": "User-agent: *\nNoindex: /\nHost: x\nDisallow: /\nClean-param: a",
    "equal-allow": "User-agent: *\nDisallow: /\nAllow: /contact",
}.items():
    row(
        f"robots-{name}.test",
        f"robots.txt forbids, written as {text[:40]!r}",
        "failed",
        "robots",
        answer=PAGE,
        requests=1,
        robots=robots(text),
    )
for name, text in {
    "empty": "",
    "empty-rule": "User-agent: *\nDisallow:",
    "allow-home": "User-agent: *\nDisallow: /\nAllow: /$",
    "longest": "User-agent: *\nDisallow: /\nAllow: /\n",
    "others-only": "User-agent: somebot\nDisallow: /",
    "spaces": "User-agent: *\nDisallow: ",
    "long-token": "User-agent: domainscoutish\nDisallow: /",
    "no-agent": "Disallow: /",
    "query": "User-agent: *\nDisallow: /?",
    "stars": "User-agent: *\nDisallow: /" + "*a" * 3000 + "b$",
    "escapes": "User-agent: *\nDisallow: /%ZZ\nDisallow: /%\nDisallow: /\xff",
    "delay-negative": "User-agent: *\nCrawl-delay: -30",
    "delay-billion": "User-agent: *\nCrawl-delay: 1000000000",
    "delay-infinite": "User-agent: *\nCrawl-delay: inf",
    "delay-comma": "User-agent: *\nCrawl-delay: 0,1",
    "rate": "User-agent: *\nRequest-rate: 1/0\nVisit-time: 0600-9999",
}.items():
    row(
        f"robots-{name}.test",
        f"robots.txt allows, written as {text[:40]!r}",
        "done",
        answer=PAGE,
        text="gates",
        robots=robots(text),
    )
row(
    "robots-utf16.test",
    "robots.txt in UTF-16",
    "done/failed",
    "robots",
    answer=PAGE,
    robots=robots(SHUT.encode("utf-16")),
)
row(
    "robots-long-line.test",
    "robots.txt of one line of 3 MiB",
    "done",
    text="gates",
    answer=PAGE,
    robots=robots("User-agent: *" + "x" * 3_000_000),
)
row(
    "robots-rules.test",
    "robots.txt of 20,000 rules",
    "done",
    text="gates",
    answer=http(company("".join(f"<a href=/p{n}>Page {n}</a>" for n in range(300)))),
    robots=robots("User-agent: *\n" + "".join(f"Disallow: /x{n}*y\n" for n in range(20_000))),
)
row(
    "robots-agents.test",
    "robots.txt of 20,000 agents",
    "done",
    text="gates",
    answer=PAGE,
    robots=robots("".join(f"User-agent: a{n}\nDisallow: /\n" for n in range(20_000))),
)
row(
    "robots-200-json.test",
    "robots.txt is JSON",
    "done",
    text="gates",
    answer=PAGE,
    robots=robots('{"error": 404}', kind="application/json"),
)
row(
    "robots-type.test",
    "robots.txt as octets, forbidding",
    "failed",
    "robots",
    answer=PAGE,
    robots=robots(SHUT, kind="application/octet-stream"),
)
row(
    "robots-no-type.test",
    "robots.txt without a type, forbidding",
    "failed",
    "robots",
    answer=PAGE,
    robots=http(SHUT, kind=None),
)
row(
    "robots-204.test",
    "robots.txt answers 204",
    "done",
    text="gates",
    answer=PAGE,
    robots=b"HTTP/1.1 204 No Content\r\n\r\n",
)
row(
    "robots-401.test",
    "robots.txt answers 401",
    "done",
    text="gates",
    answer=PAGE,
    robots=robots("x", "401 Unauthorized"),
)
row("robots-410.test", "robots.txt answers 410", "done", text="gates", answer=PAGE, robots=robots("x", "410 Gone"))
row("robots-418.test", "robots.txt answers 418", "done", text="gates", answer=PAGE, robots=robots("x", "418 Teapot"))
row("robots-503.test", "robots.txt answers 503", "failed", "robots", answer=PAGE, robots=robots("x", "503 Busy"))
row("robots-599.test", "robots.txt answers 599", "failed", "robots", answer=PAGE, robots=robots("x", "599 Whatever"))
row(
    "robots-429.test",
    "robots.txt answers 429",
    "failed",
    "http",
    answer=PAGE,
    robots=robots("x", "429 Too Many Requests"),
)
row(
    "robots-304.test",
    "robots.txt answers 304",
    "done/failed",
    "protocol/robots",
    answer=PAGE,
    robots=b"HTTP/1.1 304 Not Modified\r\n\r\n",
)
row(
    "robots-302-home.test",
    "robots.txt redirects to the home page",
    "done",
    text="gates",
    answer=PAGE,
    robots=moved("/"),
)
row(
    "robots-no-location.test",
    "robots.txt redirects nowhere",
    "done",
    text="gates",
    answer=PAGE,
    robots=http("", "302 Found"),
)
row(
    "robots-file.test",
    "robots.txt redirects to file:",
    "done",
    text="gates",
    answer=PAGE,
    robots=moved("file:///etc/passwd"),
)
row(
    "robots-metadata.test",
    "robots.txt redirects to cloud metadata",
    "failed",
    "private",
    requests=1,
    answer=PAGE,
    robots=moved("http://0xa9fea9fe/robots.txt"),
)
row(
    "robots-port.test",
    "robots.txt redirects to port 8080",
    "failed",
    "private",
    requests=1,
    answer=PAGE,
    robots=moved("http://robots-port.test:8080/robots.txt"),
)
row(
    "robots-cut.test",
    "robots.txt that breaks off",
    "failed/done",
    "connect/robots",
    answer=PAGE,
    robots=http(SHUT, length=9000, headers=(("Connection", "close"),)),
)
row(
    "robots-bad-gzip.test",
    "robots.txt says gzip and is not",
    "done/failed",
    "decode/robots",
    answer=PAGE,
    robots=http("User-agent: *\nAllow: /", headers=(("Content-Encoding", "gzip"),), kind="text/plain"),
)
row("robots-drip.test", "robots.txt in drops", "failed", "timeout", answer=PAGE, robots=lambda x: drops(x))
row("robots-endless.test", "robots.txt without end", "done", text="gates", answer=PAGE, robots=lambda x: comments(x))
row(
    "robots-image.test",
    "robots.txt is an image",
    "done",
    text="gates",
    answer=PAGE,
    robots=robots(b"\x89PNG\r\n\x1a\n" + b"\0" * 900, kind="image/png"),
)


async def drops(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\n")
    await x.drip(b"User-agent: *\nAllow: /\n" * 300, 1, 0.25)


async def comments(x: Exchange) -> None:
    await x.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nUser-agent: *\nDisallow: /private\n"
    )
    for _ in range(100_000):
        await x.send(b"# and so on\n" * 1000)


# Sitemaps ---------------------------------------------------------------------------------------------------------

CONTACT = http(company("<p>Write to us at 1 Example Street.</p>", title="Contact"))


def mapped(body: bytes | str, kind: str = "application/xml", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A home page without links, and a sitemap."""

    async def handler(x: Exchange) -> bytes:
        if x.path == "/":
            return PAGE
        if x.path.startswith("/sitemap"):
            return http(body, kind=kind, headers=headers)
        return CONTACT if x.path == "/contact" else http("none", "404 Not Found")

    return handler


def locs(host: str, *paths: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>https://{host}{path}</loc></url>" for path in paths) + "</urlset>"


def sitemap(
    name: str, does: str, body: bytes | str, text: str = "Example Street", status: str = "done", **more: object
) -> None:
    row(f"sitemap-{name}.test", does, status, answer=mapped(body, **more), text=text, requests=30)  # type: ignore[arg-type]


sitemap("plain", "a sitemap", locs("sitemap-plain.test", "/contact"))
sitemap(
    "gz",
    "a sitemap in a gzip file",
    gzip.compress(locs("sitemap-gz.test", "/contact").encode()),
    kind="application/gzip",
)
sitemap(
    "gz-bomb",
    "a gzip file of a sitemap of 100 MB",
    gzip.compress(locs("sitemap-gz-bomb.test", "/contact").encode() + b" " * 100_000_000, 1),
    kind="application/gzip",
)
sitemap(
    "encoded-bomb",
    "a sitemap of 100 MB in gzip",
    gzip.compress(locs("sitemap-encoded-bomb.test", "/contact").encode() + b" " * 100_000_000, 1),
    headers=(("Content-Encoding", "gzip"),),
)
sitemap(
    "loop",
    "a sitemap that names itself",
    "<sitemapindex><sitemap><loc>https://sitemap-loop.test/sitemap.xml</loc></sitemap></sitemapindex>",
    text="gates",
)
sitemap(
    "deep",
    "sitemaps of sitemaps without end",
    "<sitemapindex>"
    + "".join(f"<sitemap><loc>https://sitemap-deep.test/sitemap{n}.xml</loc></sitemap>" for n in range(5000))
    + "</sitemapindex>",
    text="gates",
)
sitemap(
    "million",
    "a sitemap of a million addresses",
    locs("sitemap-million.test", "/contact", *(f"/p{n}" for n in range(60_000))),
)
sitemap("html", "a sitemap that is a web page", company(), text="gates", kind="text/html")
sitemap("broken", "a sitemap that is cut off", locs("sitemap-broken.test", "/contact")[:-12])
sitemap(
    "bomb",
    "a sitemap of entities that multiply",
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + locs("sitemap-bomb.test", "/contact", "/&b;&b;&b;"),
)
sitemap(
    "file",
    "a sitemap of files",
    "<urlset><url><loc>file:///etc/passwd</loc></url><url><loc>javascript:x</loc></url></urlset>",
    text="gates",
)
sitemap(
    "others", "a sitemap of other people's pages", locs("new-name.test", *(f"/{n}" for n in range(50))), text="gates"
)
sitemap(
    "text",
    "a sitemap of plain lines",
    "https://sitemap-text.test/contact\nhttps://sitemap-text.test/x\n",
    text="gates",
    kind="text/plain",
)
sitemap(
    "odd",
    "a sitemap of odd addresses",
    "<urlset><url><loc> https://sitemap-odd.test/contact </loc></url><url><loc>http://[</loc></url>"
    "<url><loc>https://sitemap-odd.test:99999/</loc></url><url><loc></loc></url><url><loc>/team</loc></url></urlset>",
)
row(
    "sitemap-lines.test",
    "robots.txt names 10,000 sitemaps",
    "done",
    text="gates",
    answer=mapped("", kind="text/xml"),
    requests=8,
    robots=robots(
        "User-agent: *\nAllow: /\n"
        + "".join(f"Sitemap: https://sitemap-lines.test/sitemap{n}.xml\n" for n in range(10_000))
    ),
)

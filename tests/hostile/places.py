"""Hosts that send us places: redirects of all kinds, to forbidden addresses in every spelling, and traps."""

from __future__ import annotations

from urllib.parse import quote

from tests.hostile.rows import Exchange, company, http, moved, row

PAGE = http(company())

# Redirects --------------------------------------------------------------------------------------------------------


async def hops(x: Exchange) -> bytes:
    number = int(x.path.strip("/") or 0)
    return moved(f"/{number + 1}") if number < 4 else PAGE


async def many_hops(x: Exchange) -> bytes:
    return moved(f"/{int(x.path.strip('/') or 0) + 1}")


async def circle(x: Exchange) -> bytes:
    return moved("/b" if x.path == "/a" else "/a")


async def ping_pong(x: Exchange) -> bytes:
    return moved(f"{'http' if x.scheme == 'https' else 'https'}://{x.host}/")


async def cookie_wall(x: Exchange) -> bytes:
    if "seen=1" in x.headers.get("cookie", ""):
        return PAGE
    return http("", "302 Found", (("Location", x.path), ("Set-Cookie", "seen=1; Path=/; Secure")))


async def cookie_loop(x: Exchange) -> bytes:
    return http("", "302 Found", (("Location", "/"), ("Set-Cookie", f"visit={x.number}; Path=/")))


async def only(x: Exchange, path: str, there: bytes, elsewhere: bytes) -> bytes:
    return there if x.path == path else elsewhere


def at(path: str, answer: bytes, otherwise: bytes):  # type: ignore[no-untyped-def]
    async def handler(x: Exchange) -> bytes:
        if x.path == "/":
            return otherwise
        return answer if x.path == path else http("none", "404 Not Found")

    return handler


row("hops-4.test", "four redirects, then a page", "done", answer=hops, text="gates")
row("hops-30.test", "redirects without end", "failed", "redirect", answer=many_hops, requests=8)
row("self.test", "redirects to itself", "failed", "redirect", answer=moved("/"))
row("circle.test", "redirects in a circle", "failed", "redirect", answer=circle)
row("ping-pong.test", "https to http and back", "failed", "redirect", answer=ping_pong)
row("no-location.test", "302 without Location", "failed", "redirect", answer=http("", "302 Found"))
row("empty-location.test", "302 with an empty Location", "failed", "redirect", answer=moved(""))
row("to-file.test", "redirects to file:", "failed", "redirect", answer=moved("file:///etc/passwd"))
row("to-script.test", "redirects to javascript:", "failed", "redirect", answer=moved("javascript:alert(1)"))
row("to-data.test", "redirects to data:", "failed", "redirect", answer=moved("data:text/html,hello"))
row("to-ftp.test", "redirects to ftp:", "failed", "redirect", answer=moved("ftp://ftp.example.com/"))
row("to-gopher.test", "redirects to gopher:", "failed", "redirect", answer=moved("gopher://example.com/1"))
row("to-nonsense.test", "redirects to nonsense", "failed", "redirect", answer=moved("http://[not an address/"))
row("relative.test", "a relative redirect", "done", answer=at("/home/", PAGE, moved("home/")), text="gates")
row(
    "protocol-relative.test",
    "a redirect without scheme",
    "done",
    text="gates",
    answer=at("/x", PAGE, moved("//protocol-relative.test/x")),
)
row(
    "capitals.test",
    "a redirect in capitals",
    "done",
    text="gates",
    answer=at("/x", PAGE, moved("HTTPS://CAPITALS.TEST/x")),
)
row(
    "credentials.test",
    "a redirect with a password",
    "done",
    text="gates",
    answer=at("/x", PAGE, moved("https://user:secret@credentials.test/x")),
)
row(
    "unicode-path.test",
    "a redirect with raw UTF-8",
    "done",
    text="gates",
    answer=at("/caf%C3%A9", PAGE, moved("/café".encode().decode("latin-1"))),
)
row(
    "spaces.test",
    "a redirect with spaces around and within",
    "done",
    text="gates",
    answer=at("/a%20b", PAGE, moved("  /a b ")),
)
row("fragment.test", "a redirect with a fragment", "done", answer=at("/x", PAGE, moved("/x#top")), text="gates")
row("cookie-wall.test", "wants its cookie before it answers", "done", answer=cookie_wall, text="gates")
row("cookie-loop.test", "a new cookie and a redirect, for ever", "failed", "redirect", answer=cookie_loop, requests=8)
row(
    "old-name.test",
    "the company moved to another domain",
    "done",
    answer=moved("https://new-name.test/", "301 Moved"),
    redirected_to="new-name.test",
    text="gates",
)
row("new-name.test", "where old-name.test went", "done", answer=PAGE, text="gates")
row("www-only.test", "redirects to its www name", "done", answer=moved("https://www.www-only.test/"), text="gates")
row("www.www-only.test", "the www half of www-only.test", "done", answer=PAGE, internal=True)
row(
    "to-dead.test", "redirects to a name that hangs up", "failed", "connect", answer=moved("https://nobody-there.test/")
)
row(
    "refresh.test",
    "a meta refresh to its real home page",
    "done",
    text="gates",
    answer=at("/home", PAGE, http("<meta http-equiv=Refresh content='0; URL=/home'>")),
)
row(
    "refresh-quoted.test",
    "a meta refresh in quotes, without url=",
    "done",
    text="gates",
    answer=at("/home", PAGE, http("""<meta http-equiv="refresh" content="1;'/home'"><p>Moment</p>""")),
)
row(
    "refresh-self.test",
    "a page that renews itself",
    "done",
    text="gates",
    answer=http(company(head="<meta http-equiv=refresh content='5; url=/'>")),
)
row(
    "refresh-late.test",
    "a page that renews itself after minutes",
    "done",
    text="gates",
    answer=http(company(head="<meta http-equiv=refresh content='300; url=https://elsewhere.test/'>")),
)
row(
    "refresh-noscript.test",
    "a refresh for readers without scripts",
    "done",
    text="gates",
    answer=http(company(head="<noscript><meta http-equiv=refresh content='0; url=/no-script'></noscript>")),
)
row(
    "refresh-loop.test",
    "meta refreshes in a circle",
    "failed",
    "redirect",
    answer=at(
        "/b",
        http("<meta http-equiv=refresh content='0; url=/'>"),
        http("<meta http-equiv=refresh content='0; url=/b'>"),
    ),
)
row(
    "script-move.test",
    "a script that moves on at once",
    "done",
    text="gates",
    answer=at("/home", PAGE, http("<html><script>window.location.href = '/home';</script></html>")),
)
row(
    "frames.test",
    "a frameset",
    "done",
    text="gates",
    answer=at(
        "/main.html",
        PAGE,
        http("<html><frameset cols='20%,80%'><frame src=menu.html><frame src=main.html></frameset></html>"),
    ),
)

# Forbidden places -------------------------------------------------------------------------------------------------

FORBIDDEN = {
    "loopback": "http://127.0.0.1/",
    "loopback-high": "http://127.9.8.7/",
    "zero": "http://0.0.0.0/",
    "decimal": "http://2130706433/",
    "hex": "http://0x7f000001/",
    "hex-parts": "http://0x7f.0.0.0x1/",
    "octal": "http://0177.0.0.1/",
    "short": "http://127.1/",
    "full-width": "http://１２７.０.０.１/",
    "circled": "http://①②⑦.0.0.1/",
    "ideographic-dots": "http://127。0。0。1/",
    "escaped": "http://%31%32%37.0.0.1/",
    "dot": "http://127.0.0.1./",
    "v6-loopback": "http://[::1]/",
    "v6-mapped": "http://[::ffff:127.0.0.1]/",
    "v6-mapped-hex": "http://[::ffff:7f00:1]/",
    "v6-compatible": "http://[::127.0.0.1]/",
    "v6-nat64": "http://[64:ff9b::127.0.0.1]/",
    "v6-6to4": "http://[2002:7f00:1::]/",
    "v6-teredo": "http://[2001:0:7f00:1::]/",
    "v6-local": "http://[fe80::1]/",
    "v6-zone": "http://[fe80::1%25lo]/",
    "v6-unique": "http://[fd00::1]/",
    "v6-site": "http://[fec0::1]/",
    "v6-multicast": "http://[ff02::1]/",
    "private-10": "http://10.0.0.5/",
    "private-172": "http://172.16.0.1/",
    "private-192": "http://192.168.0.1/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata-azure": "http://168.63.129.16/",
    "metadata-name": "http://metadata.google.internal/",
    "cgnat": "http://100.64.0.1/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "localhost": "http://localhost/",
    "localhost-sub": "http://app.localhost/",
    "local": "http://printer.local/",
    "single": "http://intranet/",
    "onion": "http://exampleonionexampleonion.onion/",
    "port-22": "http://port-22-target.test:22/",
    "port-8080": "https://port-8080-target.test:8080/",
    "password": "http://user:pw@127.0.0.1/",
    "at-trick": "http://good.test@127.0.0.1/",
    "https-literal": "https://127.0.0.1/",
}
"""Where a site may try to send us; each is refused before anything is dialled."""

for name, place in FORBIDDEN.items():
    row(
        f"to-{name}.test",
        f"redirects to {place}",
        "failed",
        "private",
        requests=2,
        answer=moved(place.encode().decode("latin-1")),
    )
row(
    "to-backslash.test",
    "redirects to http:\\\\127.0.0.1",
    "failed",
    "private/redirect/http",
    answer=moved("http:\\\\127.0.0.1\\"),
)
row(
    "to-tabs.test",
    "redirects to an address with a tab in it",
    "failed",
    "private/redirect/protocol",
    answer=moved("http://127.0.\t0.1/"),
)
row(
    "refresh-private.test",
    "a meta refresh to a private address",
    "failed",
    "private",
    requests=2,
    answer=http("<meta http-equiv=refresh content='0; url=http://10.1.2.3/'><p>Moment please</p>"),
)
row(
    "refresh-metadata.test",
    "a meta refresh to cloud metadata in decimal",
    "failed",
    "private",
    requests=2,
    answer=http("<meta http-equiv=refresh content='0; url=http://2852039166/latest'>"),
)
row(
    "frame-private.test",
    "a frameset of private frames",
    "failed",
    "private",
    requests=2,
    answer=http("<html><frameset><frame src='http://127.0.0.1/'><frame src='http://[::1]/'></frameset></html>"),
)
row(
    "links-private.test",
    "links to private addresses",
    "done",
    text="gates",
    requests=3,
    answer=http(company("".join(f"<a href='{place}'>Contact us</a>" for place in FORBIDDEN.values()))),
)
row(
    "base-private.test",
    "a base at a private address",
    "done",
    text="gates",
    requests=3,
    answer=http(
        company("<a href=contact>Contact</a><a href=/about>About us</a>", head="<base href='http://127.0.0.1/'>")
    ),
)


async def sitemap(x: Exchange) -> bytes:
    if x.path == "/":
        return PAGE
    if x.path == "/sitemap.xml":
        return http(
            "<urlset><url><loc>http://10.0.0.5/contact</loc></url><url><loc>https://sitemap-private.test/contact</loc></url>"
            "<url><loc>http://[::1]/about</loc></url></urlset>",
            kind="application/xml",
        )
    return http(company("<p>Write to us at 1 Example Street.</p>", title="Contact"))


row("sitemap-private.test", "a sitemap of private addresses", "done", answer=sitemap, text="Example Street")
row(
    "sitemap-elsewhere.test",
    "robots.txt names a sitemap at a private address",
    "done",
    answer=PAGE,
    text="gates",
    robots=http("User-agent: *\nAllow: /\nSitemap: http://169.254.169.254/sitemap.xml", kind="text/plain"),
)
row(
    "inner-away.test",
    "its contact page redirects to another domain",
    "done",
    text="gates",
    answer=at("/contact", moved("https://new-name.test/"), http(company("<a href=/contact>Contact</a>"))),
)

# Traps ------------------------------------------------------------------------------------------------------------


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
row("trap-new.test", "a hundred new links on every page", "done", answer=all_new, requests=13)
row("trap-same.test", "one page under 300 names", "done", answer=same_everywhere, requests=25)
row("trap-missing.test", "300 links that lead nowhere", "done", answer=all_missing, requests=26)
row("trap-subdomains.test", "500 subdomains", "done", answer=subdomains, requests=60)
row("million-links.test", "120,000 links on a page", "done/partial", answer=http(MILLION), requests=26)

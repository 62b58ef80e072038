"""Hosts that redirect: in circles, for ever, to nonsense, by header, meta tag, script and frame."""

from __future__ import annotations

import asyncio

from tests.hostile.rows import Answer, Exchange, at, company, http, moved, row

PAGE = http(company())


def arrives(host: str, does: str, path: str, sends: bytes) -> None:
    """A host that sends us to a path of its own, where the page is."""
    row(host, does, "done", answer=at(path, PAGE, sends), text="gates")


def stays(host: str, does: str, answer: Answer) -> None:
    """A host whose first answer is the page, whatever it says beside."""
    row(host, does, "done", answer=answer, text="gates")


def stops(host: str, does: str, location: str, category: str = "redirect") -> None:
    """A host that sends us where nobody goes."""
    row(host, does, "failed", category, answer=moved(location))


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


row("hops-4.test", "four redirects, then a page", "done", answer=hops, text="gates")
row("hops-30.test", "redirects without end", "failed", "redirect", answer=many_hops, requests=8)
stops("self.test", "redirects to itself", "/")
row("circle.test", "redirects in a circle", "failed", "redirect", answer=circle)
row("ping-pong.test", "https to http and back", "failed", "redirect", answer=ping_pong)
row("no-location.test", "302 without Location", "failed", "redirect", answer=http("", "302 Found"))
stops("empty-location.test", "302 with an empty Location", "")
stops("to-file.test", "redirects to file:", "file:///etc/passwd")
stops("to-script.test", "redirects to javascript:", "javascript:alert(1)")
stops("to-data.test", "redirects to data:", "data:text/html,hello")
stops("to-ftp.test", "redirects to ftp:", "ftp://ftp.example.com/")
stops("to-gopher.test", "redirects to gopher:", "gopher://example.com/1")
stops("to-nonsense.test", "redirects to nonsense", "http://[not an address/")
arrives("relative.test", "a relative redirect", "/home/", moved("home/"))
arrives("protocol-relative.test", "a redirect without scheme", "/x", moved("//protocol-relative.test/x"))
arrives("capitals.test", "a redirect in capitals", "/x", moved("HTTPS://CAPITALS.TEST/x"))
arrives("credentials.test", "a redirect with a password", "/x", moved("https://user:secret@credentials.test/x"))
arrives("unicode-path.test", "a redirect with raw UTF-8", "/caf%C3%A9", moved("/café".encode().decode("latin-1")))
arrives("spaces.test", "a redirect with spaces around and within", "/a%20b", moved("  /a b "))
arrives("fragment.test", "a redirect with a fragment", "/x", moved("/x#top"))
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
stops("to-dead.test", "redirects to a name that hangs up", "https://nobody-there.test/", "connect")
arrives(
    "refresh.test",
    "a meta refresh to its real home page",
    "/home",
    http("<meta http-equiv=Refresh content='0; URL=/home'>"),
)
arrives(
    "refresh-quoted.test",
    "a meta refresh in quotes, without url=",
    "/home",
    http("""<meta http-equiv="refresh" content="1;'/home'"><p>Moment</p>"""),
)
stays(
    "refresh-self.test", "a page that renews itself", http(company(head="<meta http-equiv=refresh content='5; url=/'>"))
)
stays(
    "refresh-late.test",
    "a page that renews itself after minutes",
    http(company(head="<meta http-equiv=refresh content='300; url=https://elsewhere.test/'>")),
)
stays(
    "refresh-noscript.test",
    "a refresh for readers without scripts",
    http(company(head="<noscript><meta http-equiv=refresh content='0; url=/no-script'></noscript>")),
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
arrives(
    "script-move.test",
    "a script that moves on at once",
    "/home",
    http("<html><script>window.location.href = '/home';</script></html>"),
)
arrives(
    "frames.test",
    "a frameset",
    "/main.html",
    http("<html><frameset cols='20%,80%'><frame src=menu.html><frame src=main.html></frameset></html>"),
)

# More redirects ---------------------------------------------------------------------------------------------------

REAL = "/home"


async def five(x: Exchange) -> bytes:
    number = int(x.path.strip("/") or 0)
    return moved(f"/{number + 1}") if number < 5 else PAGE


async def six(x: Exchange) -> bytes:
    number = int(x.path.strip("/") or 0)
    return moved(f"/{number + 1}") if number < 6 else PAGE


async def growing(x: Exchange) -> bytes:
    return moved(f"{x.path}{'&' if '?' in x.path else '?'}again={x.number}")


async def www_circle(x: Exchange) -> bytes:
    bare = x.host.removeprefix("www.")
    return moved(f"https://{bare if x.host.startswith('www.') else 'www.' + bare}/")


async def downgrade(x: Exchange) -> bytes:
    return PAGE if x.scheme == "http" else moved(f"http://{x.host}/")


async def slow_hops(x: Exchange) -> bytes:
    await asyncio.sleep(4)
    return moved(f"/{x.number}")


def locations(*values: str) -> bytes:
    return http("moved", "302 Found", tuple(("Location", value) for value in values))


row("hops-5.test", "five redirects, then a page", "done", answer=five, text="gates")
row("hops-6.test", "six redirects, then a page", "failed", "redirect", answer=six)
row("growing.test", "redirects that grow", "failed", "redirect", answer=growing, requests=10)
row(
    "www-circle.test",
    "the name and its www name send us to each other",
    "failed",
    "redirect",
    answer=www_circle,
    requests=20,
)
row("www.www-circle.test", "the www half of www-circle.test", "failed", "redirect", answer=www_circle, internal=True)
row("downgrade.test", "https sends us to http", "done", answer=downgrade, text="gates")
row("slow-hops.test", "each redirect takes four seconds", "failed", "redirect/timeout", answer=slow_hops)
stops("there-and-back.test", "another company's domain sends us back", "https://and-back.test/")
row(
    "and-back.test",
    "the other half of there-and-back.test",
    "failed",
    "redirect",
    answer=moved("https://there-and-back.test/"),
    internal=True,
)
row(
    "to-expired.test",
    "redirects to a certificate that expired",
    "failed",
    "tls",
    answer=moved("https://tls-expired.test/"),
    message="expired",
)
stops("to-closed.test", "redirects to where robots.txt forbids", "https://robots-all.test/", "robots")
stops("to-missing.test", "redirects to a page that is not there", "/nowhere", "http")
row(
    "to-private-late.test",
    "redirects to a private address at the third hop",
    "failed",
    "private",
    requests=4,
    answer=lambda x: late(x),
)
arrives("location-twice.test", "the same Location twice", REAL, locations(REAL, REAL))
row("location-two.test", "two different Locations", "failed", "redirect", answer=locations("/a", "/b"))
row(
    "location-private-second.test",
    "two Locations, one of them private",
    "failed",
    "redirect/private",
    answer=locations("/a", "http://10.0.0.1/"),
)
arrives("location-comma.test", "a Location with commas", "/a,b,%20c", moved("/a,b,%20c"))
stops("location-fragment.test", "a Location of a fragment only", "#top")
stops("location-dot.test", "a Location of a dot", ".")
arrives("location-dots.test", "a Location above the root", REAL, moved("../../../home"))
stops("location-long.test", "a Location of 50,000 letters", "/" + "x" * 50_000, "redirect/http/size")
stops("location-slashes.test", "a Location of slashes", "//////", "redirect/private/http")
stops("location-no-host.test", "a Location without a host", "https:///", "redirect/private")
stops("location-scheme-only.test", "a Location of a scheme", "https:")
stops("location-mailto.test", "redirects to mailto:", "mailto:info@example.com")
stops("location-tel.test", "redirects to tel:", "tel:+442079460123")
stops("location-about.test", "redirects to about:blank", "about:blank")
stops("location-blob.test", "redirects to blob:", "blob:https://location-blob.test/1-2-3")
stops("location-source.test", "redirects to view-source:", "view-source:https://location-source.test/home")
stops("location-intent.test", "redirects to an app", "intent://x#Intent;scheme=https;end")
row(
    "location-control.test",
    "a Location with control characters",
    "failed/done",
    "redirect/protocol/http",
    answer=moved("/a\x01\x1bb"),
)
stops("location-nul.test", "a Location with a NUL", "/a\0b", "redirect/protocol/http")
stops(
    "location-header.test", "a Location that smuggles a header", "/a%0d%0aSet-Cookie:%20x=1", "redirect/protocol/http"
)
arrives("location-tab.test", "a Location with tabs", REAL, moved("/ho\tme"))
row(
    "location-idn.test",
    "redirects to an internationalised name",
    "done",
    redirected_to="xn--bcher-kva.test",
    text="gates",
    answer=moved("https://b\u00fccher.test/".encode().decode("latin-1")),
)
arrives(
    "location-dot-host.test",
    "redirects to its name with a dot behind",
    REAL,
    moved("https://location-dot-host.test./home"),
)
arrives("location-port.test", "redirects to its port, spelled out", REAL, moved("https://location-port.test:443/home"))
stops("location-odd-port.test", "redirects to port 0", "https://location-odd-port.test:0/", "private/redirect")
stops("location-big-port.test", "redirects to port 99999", "https://location-big-port.test:99999/", "private/redirect")
stops(
    "location-long-host.test",
    "redirects to a name of 300 letters",
    "https://" + "a" * 300 + ".test/",
    "redirect/private/dns",
)
stops("location-empty-label.test", "redirects to a name with two dots", "https://a..test/", "redirect/private")
stops(
    "location-bad-punycode.test",
    "redirects to punycode that is none",
    "https://xn--\u00fc-0.test/".encode().decode("latin-1"),
    "redirect/private/connect/dns",
)
arrives("location-latin1.test", "a Location in Latin-1", "/caf%E9", moved("/caf\xe9"))
arrives("location-escapes.test", "a Location with broken escapes", "/100%25", moved("/100%"))
row("location-query.test", "a Location of a query", "done", text="gates", answer=lambda x: wants_query(x))
stays("location-201.test", "201 with a Location", http(company(), "201 Created", (("Location", "/nowhere"),)))
stays("location-200.test", "200 with a Location", http(company(), headers=(("Location", "http://10.0.0.1/"),)))
arrives(
    "moved-page.test",
    "a redirect with a page of its own",
    REAL,
    http(company(title="Moved"), "301 Moved", (("Location", REAL),)),
)
arrives("status-307.test", "307", REAL, moved(REAL, "307 Temporary"))
arrives("status-308.test", "308", REAL, moved(REAL, "308 Permanent"))
arrives("status-303.test", "303", REAL, moved(REAL, "303 See Other"))
row(
    "login-wall.test",
    "sends everybody to a login",
    "done",
    text="gates",
    answer=at("/login?next=/", http(company("<form><input type=password></form>")), moved("/login?next=/")),
)
stops("consent-wall.test", "sends everybody to another domain to consent", "https://consent-wall-2.test/")
row("consent-wall-2.test", "the wall", "failed", "redirect", answer=moved("https://consent-wall.test/"), internal=True)

# Refreshes by header, meta tag and script -------------------------------------------------------------------------


def refreshing(value: str, body: str = "") -> bytes:
    return http(body or "<p>Moment</p>", headers=(("Refresh", value),))


arrives("refresh-header.test", "a Refresh header", REAL, refreshing("0; url=/home"))
arrives("refresh-header-bare.test", "a Refresh header without url=", REAL, refreshing("0;/home"))
row(
    "refresh-header-late.test",
    "a Refresh header of minutes",
    "done",
    text="gates",
    answer=refreshing("600; url=https://elsewhere.test/", company()),
)
row("refresh-header-self.test", "a Refresh header to itself", "done", text="gates", answer=refreshing("1", company()))
row(
    "refresh-header-private.test",
    "a Refresh header to a private address",
    "failed",
    "private",
    requests=2,
    answer=refreshing("0; url=http://10.0.0.1/"),
)
row(
    "refresh-header-odd.test",
    "a Refresh header of nonsense",
    "done",
    text="gates",
    answer=refreshing(";;;url=;==", company()),
)
row(
    "refresh-zero-self.test",
    "a page that renews itself at once, and says nothing",
    "failed",
    "redirect/empty",
    requests=8,
    answer=http("<meta http-equiv=refresh content='0; url=/'>"),
)
stays("refresh-no-url.test", "a refresh without address", http(company(head="<meta http-equiv=refresh content=0>")))
stays(
    "refresh-script.test",
    "a refresh to javascript:",
    http(company(head="<meta http-equiv=refresh content='0;url=javascript:alert(1)'>")),
)
row(
    "refresh-data.test",
    "a refresh to data:",
    "failed/done",
    "redirect",
    answer=http("<meta http-equiv=refresh content='0;url=data:text/html,x'><p>x</p>"),
)
row(
    "refresh-many.test",
    "a thousand refreshes",
    "done",
    text="gates",
    requests=10,
    answer=at("/0", PAGE, http("".join(f"<meta http-equiv=refresh content='{n}; url=/{n}'>" for n in range(1000)))),
)
row("refresh-chain.test", "refreshes without end", "failed", "redirect", requests=8, answer=lambda x: refresh_chain(x))
row(
    "refresh-away.test",
    "a refresh to another domain",
    "done",
    text="gates",
    redirected_to="new-name.test",
    answer=http("<meta http-equiv=refresh content='0;url=https://new-name.test/'>"),
)
arrives(
    "refresh-body.test",
    "a refresh in the body, in capitals",
    REAL,
    http("<BODY><META HTTP-EQUIV='REFRESH' CONTENT='0;URL=\"/home\"'></BODY>"),
)
row(
    "refresh-comment.test",
    "a refresh in a comment",
    "done",
    text="gates",
    requests=3,
    answer=http(company("<!-- <meta http-equiv=refresh content='0;url=/nowhere'> -->")),
)
stays(
    "refresh-odd.test",
    "refreshes of nonsense",
    http(
        company(
            head="".join(
                f"<meta http-equiv=refresh content='{c}'>"
                for c in (
                    "",
                    ";",
                    "url",
                    "x;y",
                    "0;url=",
                    "1e9;url=/x",
                    "-1;url=/x",
                    "..;url=/x",
                    "9" * 5000 + ";url=/x",
                )
            )
        )
    ),
)
arrives(
    "script-replace.test", "a script that replaces the page", REAL, http("<script>location.replace('/home')</script>")
)
arrives(
    "script-timeout.test",
    "a script that moves on after a while",
    REAL,
    http("<script>setTimeout(function(){window.location='/home'}, 100)</script>"),
)
arrives("script-onload.test", "a body that moves on", REAL, http("<body onload=\"location.href='/home'\"></body>"))
row(
    "script-private.test",
    "a script to a private address",
    "failed",
    "private",
    requests=2,
    answer=http("<script>window.location='http://192.168.0.1/'</script>"),
)
row(
    "script-loop.test",
    "a script that comes again",
    "failed",
    "redirect/empty",
    requests=8,
    answer=http("<script>location.href='/'</script>"),
)

# Frames -----------------------------------------------------------------------------------------------------------


def frames(*sources: str, more: str = "") -> bytes:
    return http(
        "<html><frameset cols='*'>" + "".join(f"<frame src='{s}'>" for s in sources) + f"</frameset>{more}</html>"
    )


row(
    "frames-nested.test", "framesets in framesets", "done", text="gates", answer=lambda x: nested_frames(x), requests=26
)
row("frames-self.test", "a frameset of itself", "failed", "empty/redirect", requests=6, answer=frames("/", "/#x"))
row("frames-gone.test", "a frameset of pages that are gone", "failed", "http/empty", answer=frames("/a", "/b"))
row(
    "frames-away.test",
    "nothing but a frame of another domain",
    "done",
    redirected_to="new-name.test",
    text="gates",
    answer=frames("https://new-name.test/"),
)
row("frames-many.test", "a thousand frames", "done", text="gates", requests=26, answer=lambda x: many_frames(x))
row(
    "frames-no-source.test",
    "frames without source",
    "failed",
    "empty",
    answer=http("<frameset><frame><frame src=''></frameset>"),
)
arrives(
    "noframes.test",
    "a frameset with words for those without",
    "/m",
    frames("/m", more="<noframes><body>Our gates are nice</body></noframes>"),
)
arrives("iframe.test", "a page that is an iframe", REAL, http("<html><body><iframe src=/home></iframe></body></html>"))
row(
    "iframe-private.test",
    "iframes of private addresses",
    "done",
    text="gates",
    requests=3,
    answer=http(
        company(
            "<iframe src=http://127.0.0.1/></iframe><iframe src=//[::1]/></iframe>"
            "<object data=http://10.0.0.1/></object><embed src=http://169.254.169.254/>"
        )
    ),
)
row(
    "iframe-srcdoc.test",
    "a page in an attribute",
    "done/failed",
    "empty",
    answer=http("<iframe srcdoc='<p>We make gates</p>'></iframe>"),
)


async def late(x: Exchange) -> bytes:
    return moved({"/": "/a", "/a": "/b"}.get(x.path, "http://[::ffff:10.0.0.9]/"))


async def wants_query(x: Exchange) -> bytes:
    return PAGE if x.path == "/?lang=en" else moved("?lang=en")


async def refresh_chain(x: Exchange) -> bytes:
    return http(f"<meta http-equiv=refresh content='0; url=/{int(x.path.strip('/') or 0) + 1}'>")


async def nested_frames(x: Exchange) -> bytes:
    depth = int(x.path.strip("/") or 0)
    return frames(f"/{depth + 1}") if depth < 2 else PAGE


async def many_frames(x: Exchange) -> bytes:
    if x.path == "/":
        return frames(*(f"/{n}" for n in range(1000)))
    return http(company(f"<p>Frame {x.path}</p>"))

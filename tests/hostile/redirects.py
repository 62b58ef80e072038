"""Hosts that redirect: in circles, for ever, to nonsense, by header, meta tag, script and frame."""

from __future__ import annotations

import asyncio

from tests.hostile.rows import Exchange, at, company, http, moved, row

PAGE = http(company())


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


async def to_www(x: Exchange) -> bytes:
    return moved("https://www.apex-only.test/")


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
row(
    "there-and-back.test",
    "another company's domain sends us back",
    "failed",
    "redirect",
    answer=moved("https://and-back.test/"),
)
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
row(
    "to-closed.test",
    "redirects to where robots.txt forbids",
    "failed",
    "robots",
    answer=moved("https://robots-all.test/"),
)
row("to-missing.test", "redirects to a page that is not there", "failed", "http", answer=moved("/nowhere"))
row(
    "to-private-late.test",
    "redirects to a private address at the third hop",
    "failed",
    "private",
    requests=4,
    answer=lambda x: late(x),
)
row(
    "location-twice.test", "the same Location twice", "done", text="gates", answer=at(REAL, PAGE, locations(REAL, REAL))
)
row("location-two.test", "two different Locations", "failed", "redirect", answer=locations("/a", "/b"))
row(
    "location-private-second.test",
    "two Locations, one of them private",
    "failed",
    "redirect/private",
    answer=locations("/a", "http://10.0.0.1/"),
)
row(
    "location-comma.test",
    "a Location with commas",
    "done",
    text="gates",
    answer=at("/a,b,%20c", PAGE, moved("/a,b,%20c")),
)
row("location-fragment.test", "a Location of a fragment only", "failed", "redirect", answer=moved("#top"))
row("location-dot.test", "a Location of a dot", "failed", "redirect", answer=moved("."))
row(
    "location-dots.test",
    "a Location above the root",
    "done",
    text="gates",
    answer=at(REAL, PAGE, moved("../../../home")),
)
row(
    "location-long.test",
    "a Location of 50,000 letters",
    "failed",
    "redirect/http/size",
    answer=moved("/" + "x" * 50_000),
)
row("location-slashes.test", "a Location of slashes", "failed", "redirect/private/http", answer=moved("//////"))
row("location-no-host.test", "a Location without a host", "failed", "redirect/private", answer=moved("https:///"))
row("location-scheme-only.test", "a Location of a scheme", "failed", "redirect", answer=moved("https:"))
row("location-mailto.test", "redirects to mailto:", "failed", "redirect", answer=moved("mailto:info@example.com"))
row("location-tel.test", "redirects to tel:", "failed", "redirect", answer=moved("tel:+442079460123"))
row("location-about.test", "redirects to about:blank", "failed", "redirect", answer=moved("about:blank"))
row(
    "location-blob.test",
    "redirects to blob:",
    "failed",
    "redirect",
    answer=moved("blob:https://location-blob.test/1-2-3"),
)
row(
    "location-source.test",
    "redirects to view-source:",
    "failed",
    "redirect",
    answer=moved("view-source:https://location-source.test/home"),
)
row(
    "location-intent.test",
    "redirects to an app",
    "failed",
    "redirect",
    answer=moved("intent://x#Intent;scheme=https;end"),
)
row(
    "location-control.test",
    "a Location with control characters",
    "failed/done",
    "redirect/protocol/http",
    answer=moved("/a\x01\x1bb"),
)
row("location-nul.test", "a Location with a NUL", "failed", "redirect/protocol/http", answer=moved("/a\0b"))
row(
    "location-header.test",
    "a Location that smuggles a header",
    "failed",
    "redirect/protocol/http",
    answer=moved("/a%0d%0aSet-Cookie:%20x=1"),
)
row("location-tab.test", "a Location with tabs", "done", text="gates", answer=at(REAL, PAGE, moved("/ho\tme")))
row(
    "location-idn.test",
    "redirects to an internationalised name",
    "done",
    redirected_to="xn--bcher-kva.test",
    text="gates",
    answer=moved("https://b\u00fccher.test/".encode().decode("latin-1")),
)
row(
    "location-dot-host.test",
    "redirects to its name with a dot behind",
    "done",
    text="gates",
    answer=at(REAL, PAGE, moved("https://location-dot-host.test./home")),
)
row(
    "location-port.test",
    "redirects to its port, spelled out",
    "done",
    text="gates",
    answer=at(REAL, PAGE, moved("https://location-port.test:443/home")),
)
row(
    "location-odd-port.test",
    "redirects to port 0",
    "failed",
    "private/redirect",
    answer=moved("https://location-odd-port.test:0/"),
)
row(
    "location-big-port.test",
    "redirects to port 99999",
    "failed",
    "private/redirect",
    answer=moved("https://location-big-port.test:99999/"),
)
row(
    "location-long-host.test",
    "redirects to a name of 300 letters",
    "failed",
    "redirect/private/dns",
    answer=moved("https://" + "a" * 300 + ".test/"),
)
row(
    "location-empty-label.test",
    "redirects to a name with two dots",
    "failed",
    "redirect/private",
    answer=moved("https://a..test/"),
)
row(
    "location-bad-punycode.test",
    "redirects to punycode that is none",
    "failed",
    "redirect/private/connect/dns",
    answer=moved("https://xn--\u00fc-0.test/".encode().decode("latin-1")),
)
row(
    "location-latin1.test", "a Location in Latin-1", "done", text="gates", answer=at("/caf%E9", PAGE, moved("/caf\xe9"))
)
row(
    "location-escapes.test",
    "a Location with broken escapes",
    "done",
    text="gates",
    answer=at("/100%25", PAGE, moved("/100%")),
)
row("location-query.test", "a Location of a query", "done", text="gates", answer=lambda x: wants_query(x))
row(
    "location-201.test",
    "201 with a Location",
    "done",
    text="gates",
    answer=http(company(), "201 Created", (("Location", "/nowhere"),)),
)
row(
    "location-200.test",
    "200 with a Location",
    "done",
    text="gates",
    answer=http(company(), headers=(("Location", "http://10.0.0.1/"),)),
)
row(
    "moved-page.test",
    "a redirect with a page of its own",
    "done",
    text="gates",
    answer=at(REAL, PAGE, http(company(title="Moved"), "301 Moved", (("Location", REAL),))),
)
row("status-307.test", "307", "done", text="gates", answer=at(REAL, PAGE, moved(REAL, "307 Temporary")))
row("status-308.test", "308", "done", text="gates", answer=at(REAL, PAGE, moved(REAL, "308 Permanent")))
row("status-303.test", "303", "done", text="gates", answer=at(REAL, PAGE, moved(REAL, "303 See Other")))
row(
    "login-wall.test",
    "sends everybody to a login",
    "done",
    text="gates",
    answer=at("/login?next=/", http(company("<form><input type=password></form>")), moved("/login?next=/")),
)
row(
    "consent-wall.test",
    "sends everybody to another domain to consent",
    "failed",
    "redirect",
    answer=moved("https://consent-wall-2.test/"),
)
row("consent-wall-2.test", "the wall", "failed", "redirect", answer=moved("https://consent-wall.test/"), internal=True)

# Refreshes by header, meta tag and script -------------------------------------------------------------------------


def refreshing(value: str, body: str = "") -> bytes:
    return http(body or "<p>Moment</p>", headers=(("Refresh", value),))


row("refresh-header.test", "a Refresh header", "done", text="gates", answer=at(REAL, PAGE, refreshing("0; url=/home")))
row(
    "refresh-header-bare.test",
    "a Refresh header without url=",
    "done",
    text="gates",
    answer=at(REAL, PAGE, refreshing("0;/home")),
)
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
row(
    "refresh-no-url.test",
    "a refresh without address",
    "done",
    text="gates",
    answer=http(company(head="<meta http-equiv=refresh content=0>")),
)
row(
    "refresh-script.test",
    "a refresh to javascript:",
    "done",
    text="gates",
    answer=http(company(head="<meta http-equiv=refresh content='0;url=javascript:alert(1)'>")),
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
row(
    "refresh-body.test",
    "a refresh in the body, in capitals",
    "done",
    text="gates",
    answer=at(REAL, PAGE, http("<BODY><META HTTP-EQUIV='REFRESH' CONTENT='0;URL=\"/home\"'></BODY>")),
)
row(
    "refresh-comment.test",
    "a refresh in a comment",
    "done",
    text="gates",
    requests=3,
    answer=http(company("<!-- <meta http-equiv=refresh content='0;url=/nowhere'> -->")),
)
row(
    "refresh-odd.test",
    "refreshes of nonsense",
    "done",
    text="gates",
    answer=http(
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
row(
    "script-replace.test",
    "a script that replaces the page",
    "done",
    text="gates",
    answer=at(REAL, PAGE, http("<script>location.replace('/home')</script>")),
)
row(
    "script-timeout.test",
    "a script that moves on after a while",
    "done",
    text="gates",
    answer=at(REAL, PAGE, http("<script>setTimeout(function(){window.location='/home'}, 100)</script>")),
)
row(
    "script-onload.test",
    "a body that moves on",
    "done",
    text="gates",
    answer=at(REAL, PAGE, http("<body onload=\"location.href='/home'\"></body>")),
)
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
row(
    "noframes.test",
    "a frameset with words for those without",
    "done",
    text="gates",
    answer=at("/m", PAGE, frames("/m", more="<noframes><body>Our gates are nice</body></noframes>")),
)
row(
    "iframe.test",
    "a page that is an iframe",
    "done",
    text="gates",
    answer=at(REAL, PAGE, http("<html><body><iframe src=/home></iframe></body></html>")),
)
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

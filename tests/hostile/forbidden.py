"""Hosts that send us to addresses that must not be dialled, in every spelling and by every way."""

from __future__ import annotations

from tests.hostile.rows import Exchange, at, company, http, moved, row

PAGE = http(company())

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

# More ways there --------------------------------------------------------------------------------------------------

MORE_FORBIDDEN = {
    "short-10": "http://10.1/",
    "short-172": "http://172.1048577/",
    "octal-10": "http://012.0.0.1/",
    "hex-10": "http://0xa.0x0.0x0.0x1/",
    "mixed": "http://0x7f.0.1/",
    "leading-zeros": "http://0000000177.0.0.01/",
    "overflow-dots": "http://127.0.0.1../",
    "mapped-10": "http://[::ffff:10.0.0.1]/",
    "mapped-long": "http://[0:0:0:0:0:ffff:0a00:0001]/",
    "mapped-metadata": "http://[::ffff:a9fe:a9fe]/",
    "translated": "http://[::ffff:0:127.0.0.1]/",
    "nat64-local": "http://[64:ff9b:1::a00:1]/",
    "6to4-10": "http://[2002:a00:1::1]/",
    "isatap": "http://[2600::5efe:a00:1]/",
    "aws-v6": "http://[fd00:ec2::254]/latest/",
    "v6-unspecified": "http://[::]/",
    "v6-documentation": "http://[2001:db8::1]/",
    "v6-zone-raw": "http://[fe80::1%eth0]/",
    "discard": "http://[100::1]/",
    "full-width-dots": "http://127．0．0．1/",
    "full-width-10": "http://１０.０.０.１/",
    "bold-digits": "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/",
    "soft-hyphen": "http://127\u00ad.0.0.1/",
    "zero-width": "http://127\u200b.0.0.1/",
    "escaped-localhost": "http://%6cocalhost/",
    "full-width-localhost": "http://ｌｏｃａｌｈｏｓｔ/",
    "localhost-dot": "http://localhost./",
    "localdomain": "http://host.localdomain/",
    "docker": "http://host.docker.internal/",
    "kubernetes": "http://kubernetes.default.svc.cluster.local/",
    "alibaba": "http://100.100.100.200/latest/meta-data/",
    "benchmark": "http://198.18.0.1/",
    "reserved": "http://240.0.0.1/",
    "test-net": "http://192.0.2.1/",
    "at-long": "https://good.test:443@10.0.0.1/",
    "backslash-at": "https://good.test\\@127.0.0.1/",
    "hash-at": "http://127.0.0.1#@good.test/",
    "port-25": "http://port-22-target.test:25/",
    "port-6379": "http://port-22-target.test:6379/",
    "home-arpa": "http://router.home.arpa/",
    "lan": "http://nas.lan/",
    "reverse": "http://1.0.0.127.in-addr.arpa/",
}
for name, place in MORE_FORBIDDEN.items():
    row(
        f"to-{name}.test",
        f"redirects to {place}",
        "failed",
        "private/redirect" if name in ("overflow-dots", "v6-zone-raw", "backslash-at") else "private",
        requests=2,
        answer=moved(place.encode().decode("latin-1")),
    )
ALL_FORBIDDEN = [*FORBIDDEN.values(), *MORE_FORBIDDEN.values()]
row(
    "images-private.test",
    "images, styles, forms and scripts at private addresses",
    "done",
    text="gates",
    requests=3,
    answer=http(
        company(
            "".join(
                f"<img src='{p}' srcset='{p} 2x'><link rel=stylesheet href='{p}'><script src='{p}'></script>"
                f"<form action='{p}'></form><a ping='{p}' href='#'>x</a><video src='{p}' poster='{p}'></video>"
                for p in ALL_FORBIDDEN
            )
        )
    ),
)
row(
    "hints-private.test",
    "canonical, alternate, next, preconnect and Link headers to private addresses",
    "done",
    text="gates",
    requests=3,
    answer=http(
        company(
            head="".join(
                f"<link rel='{rel}' href='http://10.0.0.1/'>"
                for rel in (
                    "canonical",
                    "alternate",
                    "next",
                    "preconnect",
                    "dns-prefetch",
                    "prerender",
                    "icon",
                    "amphtml",
                )
            )
        ),
        headers=(("Link", "<http://10.0.0.1/>; rel=canonical"), ("Content-Location", "http://10.0.0.1/")),
    ),
)
row(
    "structured-private.test",
    "structured data that names private addresses",
    "done",
    text="gates",
    requests=3,
    answer=http(
        company(
            '<script type="application/ld+json">{"@context":"http://127.0.0.1/","@type":"Organization",'
            '"url":"http://10.0.0.1/","logo":"http://169.254.169.254/logo.png","sameAs":["http://[::1]/"]}</script>'
        )
    ),
)
row(
    "rebound.test",
    "every page redirects to a private address but the home page",
    "done",
    text="gates",
    answer=at(
        "/contact",
        moved("http://192.168.0.1/contact"),
        http(company("<a href=/contact>Contact</a><a href='//10.0.0.1/about'>About</a>")),
    ),
)
row(
    "base-script.test",
    "a base of javascript:",
    "done",
    text="Example Street",
    answer=at(
        "/contact",
        http(company("<p>1 Example Street</p>")),
        http(company("<a href=/contact>Contact</a>", head="<base href='javascript:alert(1)'>")),
    ),
)
row(
    "base-elsewhere.test",
    "a base of somebody else",
    "done",
    text="gates",
    requests=3,
    answer=http(company("<a href=contact>Contact</a>", head="<base href='https://new-name.test/'>")),
)
row(
    "base-late.test",
    "two bases, the second one private",
    "done",
    text="Example Street",
    answer=at(
        "/en/contact",
        http(company("<p>1 Example Street</p>")),
        http(company("<a href=contact>Contact</a><base href='http://10.0.0.1/'>", head="<base href='/en/'>")),
    ),
)

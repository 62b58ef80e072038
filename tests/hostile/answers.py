"""Hosts that misbehave in HTTP: statuses, types, encodings, charsets, robots.txt."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from functools import cache
from typing import Any

import brotli
import zstandard
from tests.hostile.rows import Answer, Exchange, company, http, moved, row

PAGE = http(company())
MIB = 1024 * 1024


def status(line: str) -> bytes:
    return http(company(title="Something is wrong"), line)


for number, words in [
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (410, "Gone"),
    (418, "I'm a teapot"),
    (451, "Unavailable"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (504, "Gateway Timeout"),
    (522, "Origin is away"),
    (599, "Whatever"),
    (999, "Request denied"),
]:
    row(f"status-{number}.test", f"answers {number}", "failed", "http", answer=status(f"{number} {words}"))
row("status-201.test", "a page with 201", "done", answer=status("201 Created"), text="gates")
row("status-203.test", "a page with 203", "done", answer=status("203 Non-Authoritative"), text="gates")
row("status-204.test", "answers 204", "failed", "empty", answer=b"HTTP/1.1 204 No Content\r\n\r\n")
row("status-206.test", "a part nobody asked for", "done/partial", answer=status("206 Partial Content"), text="gates")
row("status-300.test", "300 without a choice", "failed", "redirect", answer=http("", "300 Multiple Choices"))
row("status-304.test", "304 to a first request", "failed", "protocol", answer=b"HTTP/1.1 304 Not Modified\r\n\r\n")
row(
    "status-101.test",
    "switches protocols unasked",
    "failed",
    "protocol",
    answer=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n",
)


async def heals(x: Exchange) -> bytes:
    return PAGE if x.number > 2 else http("busy", "503 Service Unavailable", (("Retry-After", "1"),))


async def heals_by_date(x: Exchange) -> bytes:
    at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 1))
    return PAGE if x.number > 2 else http("busy", "503 Service Unavailable", (("Retry-After", at),))


row("busy-then-well.test", "503 with Retry-After 1, then well", "done", answer=heals, text="gates")
row("busy-until.test", "503 with a date, then well", "done", answer=heals_by_date, text="gates")
row(
    "busy-long.test",
    "503, come back in an hour",
    "failed",
    "http",
    answer=http("busy", "503 Service Unavailable", (("Retry-After", "3600"),)),
)
row("too-many.test", "429 without saying when", "failed", "http", answer=http("slow down", "429 Too Many Requests"))
row(
    "too-many-long.test",
    "429, come back in an hour",
    "failed",
    "http",
    answer=http("slow down", "429 Too Many Requests", (("Retry-After", "3600"),)),
)
row(
    "silly-retry.test",
    "503 with a Retry-After that is nonsense",
    "failed",
    "http",
    answer=http("busy", "503 Service Unavailable", (("Retry-After", "soon; or 1e99999"),)),
)
row(
    "all-503.test",
    "503 to everything, robots.txt too",
    "failed",
    "robots",
    answer=http("x", "503 Sorry"),
    robots=http("x", "503 Sorry"),
)

# Bodies -----------------------------------------------------------------------------------------------------------


def encoded(body: bytes, encoding: str) -> bytes:
    return http(body, headers=(("Content-Encoding", encoding),))


TEXT = company().encode()


def packed(encoding: str, packer: Any, end: str) -> Answer:
    """A page and 100 MiB of one letter in that encoding; made when somebody asks for it."""

    @cache
    def body() -> bytes:
        process = getattr(packer, "compress", None) or packer.process
        parts = [process(TEXT), *(process(b"A" * MIB) for _ in range(100)), getattr(packer, end)()]
        return encoded(b"".join(parts), encoding)

    async def handler(x: Exchange) -> bytes:
        return await asyncio.to_thread(body)

    return handler


GZIP_BOMB = packed("gzip", zlib.compressobj(1, zlib.DEFLATED, 31), "flush")
BROTLI_BOMB = packed("br", brotli.Compressor(quality=1), "finish")
ZSTD_BOMB = packed("zstd", zstandard.ZstdCompressor(level=1).compressobj(), "flush")

row(
    "gzip-bomb.test",
    "100 MiB in a gzip of 400 KiB",
    "partial",
    "size",
    answer=GZIP_BOMB,
    text="gates",
)
row(
    "brotli-bomb.test",
    "100 MiB in a few hundred bytes of brotli",
    "partial",
    "size",
    answer=BROTLI_BOMB,
    text="gates",
)
row("zstd-bomb.test", "100 MiB in a little zstd", "partial", "size", answer=ZSTD_BOMB, text="gates")
row("gzip.test", "a page in gzip", "done", answer=encoded(gzip.compress(TEXT), "gzip"), text="gates")
row(
    "gzip-members.test",
    "a page in three gzip members",
    "done",
    text="gates",
    answer=encoded(b"".join(gzip.compress(TEXT[n * 200 : n * 200 + 200]) for n in range(9)), "gzip"),
)
row(
    "gzip-cut.test",
    "a gzip that ends too early",
    "done/partial",
    text="gates",
    answer=encoded(gzip.compress(TEXT)[:-60], "gzip"),
)
row(
    "gzip-damaged.test",
    "a gzip that is damaged at its end",
    "done/partial",
    text="gates",
    answer=encoded(gzip.compress(TEXT * 3)[:-8] + b"\0" * 8, "gzip"),
)
row("brotli.test", "a page in brotli", "done", answer=encoded(brotli.compress(TEXT), "br"), text="gates")
row("zstd.test", "a page in zstd", "done", answer=encoded(zstandard.compress(TEXT), "zstd"), text="gates")
row("deflate.test", "a page in deflate", "done", answer=encoded(zlib.compress(TEXT), "deflate"), text="gates")
row(
    "deflate-raw.test",
    "a page in deflate without its frame",
    "done",
    text="gates",
    answer=encoded(zlib.compress(TEXT)[2:-4], "deflate"),
)
row(
    "gzip-twice.test",
    "gzip in gzip",
    "failed",
    "decode",
    answer=encoded(gzip.compress(gzip.compress(TEXT)), "gzip, gzip"),
)
row("not-gzip.test", "says gzip and is not", "failed", "decode", answer=encoded(TEXT, "gzip"))
row("odd-encoding.test", "an encoding nobody knows", "failed", "decode", answer=encoded(TEXT, "sdch"))
row(
    "upper-encoding.test",
    "GZIP in capitals, and identity",
    "done",
    text="gates",
    answer=encoded(gzip.compress(TEXT), "identity, GZIP"),
)

row("pdf.test", "a PDF", "failed", "type", answer=http(b"%PDF-1.7 " + b"x" * 900, kind="application/pdf"))
row("pdf-as-html.test", "a PDF that says it is HTML", "failed", "type", answer=http(b"%PDF-1.7 " + b"x" * 900))
row("image.test", "an image", "failed", "type", answer=http(b"\x89PNG\r\n\x1a\n" + b"\0" * 900, kind="image/png"))
row(
    "image-as-html.test",
    "an image that says it is HTML",
    "failed",
    "type",
    answer=http(b"\x89PNG\r\n\x1a\n" + b"\0" * 900),
)
row(
    "zip-as-html.test",
    "an archive that says it is HTML",
    "failed",
    "type",
    answer=http(b"PK\x03\x04" + b"\0\xff" * 900),
)
row("gzip-as-html.test", "a gzip without saying so", "failed", "type", answer=http(gzip.compress(TEXT)))
row("json.test", "JSON", "failed", "type", answer=http('{"company": "Example"}', kind="application/json"))
row("text.test", "plain text", "failed", "type", answer=http("just words " * 60, kind="text/plain"))
row("html-as-text.test", "HTML that says it is text", "done", answer=http(company(), kind="text/plain"), text="gates")
row(
    "html-as-octets.test",
    "HTML as octets",
    "done",
    answer=http(company(), kind="application/octet-stream"),
    text="gates",
)
row("no-type.test", "no Content-Type", "done", answer=http(company(), kind=None), text="gates")
row("xhtml.test", "XHTML", "done", answer=http(company(), kind="application/xhtml+xml"), text="gates")
row("odd-type.test", "a Content-Type that is nonsense", "done/failed", "type", answer=http(company(), kind=";;;=,"))
row(
    "attachment.test",
    "a page as an attachment",
    "done",
    text="gates",
    answer=http(company(), headers=(("Content-Disposition", "attachment; filename=x.exe"),)),
)
row("empty.test", "an empty page", "failed", "empty", answer=http(b""))
row("blank.test", "a page of white space", "failed", "empty", answer=http(b" \r\n\t" * 400))
row("no-text.test", "a page of empty tags", "failed", "empty", answer=http("<html><body><div></div></body></html>"))
row("nul-only.test", "a page of NUL bytes", "failed", "empty/decode/type", answer=http(b"\0" * 4000))

# Charsets ---------------------------------------------------------------------------------------------------------

NAME = "Société Générale d'Échafaudage"
PAGE_FR = company(f"<p>{NAME} – œuvres</p>").replace("<meta charset=utf-8>", "{}")


def charset(body: bytes, label: str | None) -> bytes:
    return http(body, kind="text/html" + (f"; charset={label}" if label else ""))


row("utf16.test", "UTF-16 with its mark", "done", answer=charset(PAGE_FR.encode("utf-16"), None), text=NAME)
row(
    "utf16be.test",
    "UTF-16, big end first, with its mark",
    "done",
    text=NAME,
    answer=charset(b"\xfe\xff" + PAGE_FR.encode("utf-16-be"), "utf-8"),
)
row(
    "utf16-bare.test",
    "UTF-16 without mark or label",
    "done",
    answer=charset(PAGE_FR.encode("utf-16-le"), None),
    text=NAME,
)
row(
    "utf8-mark.test",
    "UTF-8 with its mark, labelled Latin-1",
    "done",
    text=NAME,
    answer=charset(b"\xef\xbb\xbf" + PAGE_FR.encode(), "iso-8859-1"),
)
row(
    "latin1.test",
    "windows-1252 labelled iso-8859-1",
    "done",
    text="– œuvres",
    answer=charset(PAGE_FR.encode("cp1252"), "iso-8859-1"),
)
row(
    "latin1-meta.test",
    "windows-1252 labelled in a meta tag",
    "done",
    text=NAME,
    answer=charset(PAGE_FR.replace("{}", "<meta charset=latin1>").encode("cp1252"), None),
)
row(
    "meta-late.test",
    "the label in an http-equiv after a comment",
    "done",
    text=NAME,
    answer=charset(
        PAGE_FR.replace(
            "{}",
            "<!-- <meta charset=koi8-r> --><meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>",
        ).encode("cp1252"),
        None,
    ),
)
row(
    "unlabelled.test",
    "windows-1252 without a label",
    "done",
    text="Soci",
    answer=charset(PAGE_FR.encode("cp1252"), None),
)
row(
    "shift-jis.test",
    "Shift_JIS",
    "done",
    text="株式会社",
    answer=charset(company("<p>株式会社 お問い合わせ</p>").encode("cp932"), "Shift_JIS"),
)
row(
    "gb2312.test",
    "GBK labelled gb2312",
    "done",
    text="有限公司",
    answer=charset(company("<p>某某有限公司 镕</p>").encode("gb18030"), "gb2312"),
)
row(
    "koi8.test",
    "KOI8-R",
    "done",
    text="Контакты",
    answer=charset(company("<p>Контакты</p>").encode("koi8-r"), "koi8-r"),
)
row(
    "wrong-label.test",
    "UTF-8 that is windows-1252",
    "done",
    text="Soci",
    answer=charset(PAGE_FR.encode("cp1252"), "utf-8"),
)
row(
    "utf7.test",
    "labelled UTF-7, which no browser reads",
    "done",
    text="gates",
    not_text="<script>alert",
    answer=charset(company("<p>+ADw-script+AD4-alert(1)</p>").encode(), "utf-7"),
)
row(
    "odd-label.test",
    "a label that names a Python codec",
    "done",
    text="gates",
    answer=charset(company().encode(), "rot13"),
)
row(
    "long-label.test",
    "a label of 5,000 characters",
    "done",
    text="gates",
    answer=charset(company().encode(), "x" * 5000),
)
row(
    "bad-utf8.test",
    "bytes that are no UTF-8 in between",
    "done",
    text="garden gates",
    answer=http(company().encode().replace(b"by hand", b"by \xff\xfe\xc0 hand")),
)
row(
    "cut-utf8.test",
    "ends in the middle of a character",
    "done",
    answer=http((company() + "é").encode()[:-1]),
    text="gates",
)
row(
    "nul.test",
    "NUL bytes in between",
    "done",
    text="garden gates",
    not_text="\0",
    answer=http(company().encode().replace(b"garden", b"gar\0den")),
)
row(
    "surrogates.test",
    "references to lone surrogates",
    "done",
    text="gates",
    answer=http(company("<p>&#xD800;&#xDFFF; &#0; &#x110000;</p>")),
)
row(
    "controls.test",
    "control characters and bidi marks",
    "done",
    text="garden gates",
    answer=http(company("<p>\x01\x02\x1b[31m\u202eetihw\u202c</p>")),
)

# robots.txt -------------------------------------------------------------------------------------------------------


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

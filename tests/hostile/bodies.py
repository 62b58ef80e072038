"""Hosts that misbehave in content encodings and types."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from functools import cache
from typing import Any

import brotli
import zstandard
from tests.hostile.rows import Answer, Exchange, company, http, row

MIB = 1024 * 1024


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

# More encodings ---------------------------------------------------------------------------------------------------

GZIPPED = gzip.compress(TEXT)
BROTLIED = brotli.compress(TEXT)
ZSTDED = zstandard.compress(TEXT)
LONG = company("".join(f"<p>Gate {n} of {n * 7919 % 1000} kinds.</p>" for n in range(4000))).encode()

row(
    "gzip-tail.test",
    "a gzip with garbage behind it",
    "done",
    answer=encoded(GZIPPED + b"\0garbage" * 50, "gzip"),
    text="gates",
)
row(
    "brotli-tail.test",
    "brotli with garbage behind it",
    "done",
    answer=encoded(BROTLIED + b"\0garbage" * 50, "br"),
    text="gates",
)
row(
    "zstd-tail.test",
    "zstd with garbage behind it",
    "done",
    answer=encoded(ZSTDED + b"\0garbage" * 50, "zstd"),
    text="gates",
)
row(
    "brotli-cut.test",
    "brotli that ends too early",
    "done/partial",
    text="gates",
    answer=encoded(brotli.compress(LONG)[:-2000], "br"),
)
row(
    "zstd-cut.test",
    "zstd that ends too early",
    "done/partial/failed",
    "decode",
    answer=encoded(zstandard.compress(LONG)[:-2000], "zstd"),
)
row(
    "deflate-tail.test",
    "deflate with garbage behind it",
    "done",
    answer=encoded(zlib.compress(TEXT) + b"xx" * 99, "deflate"),
    text="gates",
)
row(
    "gzip-tiny-members.test",
    "20,000 empty gzip members, then a page",
    "done/partial/failed",
    "decode/empty",
    answer=encoded(gzip.compress(b"") * 20_000 + GZIPPED, "gzip"),
)
row("gzip-empty.test", "a gzip of nothing", "failed", "empty/decode", answer=encoded(gzip.compress(b""), "gzip"))
row("gzip-no-bytes.test", "says gzip and sends nothing", "failed", "empty/decode", answer=encoded(b"", "gzip"))
row(
    "gzip-head-only.test",
    "the first ten bytes of a gzip",
    "failed",
    "empty/decode",
    answer=encoded(GZIPPED[:10], "gzip"),
)
row(
    "gzip-named.test",
    "a gzip with a name and a comment",
    "done",
    text="gates",
    answer=encoded(
        GZIPPED[:3] + b"\x18" + GZIPPED[4:10] + b"n" * 5000 + b"\0" + b"c" * 5000 + b"\0" + GZIPPED[10:], "gzip"
    ),
)
row("x-gzip.test", "x-gzip", "done", answer=encoded(GZIPPED, "x-gzip"), text="gates")
row("br-is-gzip.test", "says brotli, sends gzip", "failed", "decode", answer=encoded(GZIPPED, "br"))
row("gzip-is-br.test", "says gzip, sends brotli", "failed", "decode", answer=encoded(BROTLIED, "gzip"))
row("zstd-is-text.test", "says zstd, sends text", "failed", "decode", answer=encoded(TEXT, "zstd"))
row("br-is-text.test", "says brotli, sends text", "failed", "decode", answer=encoded(TEXT, "br"))
row("deflate-is-gzip.test", "says deflate, sends gzip", "done/failed", "decode", answer=encoded(GZIPPED, "deflate"))
row(
    "gzip-double.test",
    "gzip in gzip, told once",
    "failed",
    "type/decode",
    answer=encoded(gzip.compress(GZIPPED), "gzip"),
)
row("gzip-br.test", "brotli in gzip", "failed", "decode", answer=encoded(gzip.compress(BROTLIED), "br, gzip"))
row("compress.test", "an encoding of old", "failed", "decode", answer=encoded(b"\x1f\x9d\x90" + TEXT, "compress"))
row("encoding-flood.test", "a thousand encodings", "failed", "decode", answer=encoded(TEXT, ", ".join(["gzip"] * 1000)))
for label in ("none", "utf-8", "binary", "8bit", "iso-8859-1", "identity, identity", "text/html", "UTF8"):
    name = label.replace("/", "-").replace(", ", "-").lower()
    row(
        f"encoding-{name}.test",
        f"a charset or the like as Content-Encoding: {label}",
        "done",
        answer=encoded(TEXT, label),
        text="gates",
    )
DEFLATE_BOMB = packed("deflate", zlib.compressobj(1), "flush")
row("deflate-bomb.test", "100 MiB in deflate", "partial", "size", answer=DEFLATE_BOMB, text="gates")
row(
    "bomb-everywhere.test",
    "a bomb behind every link",
    "partial",
    "size",
    text="gates",
    requests=14,
    answer=lambda x: bombs(x),
    robots=encoded(gzip.compress(b"User-agent: *\nAllow: /\n" + b"#" * 30_000_000), "gzip"),
)


async def bombs(x: Exchange) -> bytes:
    if x.path == "/":
        return http(company("".join(f"<a href=/contact{n}>Contact {n}</a>" for n in range(30))))
    assert callable(GZIP_BOMB)
    return await GZIP_BOMB(x) or b""


WINDOW = zstandard.ZstdCompressor(
    compression_params=zstandard.ZstdCompressionParameters.from_level(3, window_log=27, enable_ldm=True)
)
row(
    "zstd-window.test",
    "zstd with a window of 128 MiB",
    "failed",
    "decode",
    answer=lambda x: wide_zstd(x),
)


async def wide_zstd(x: Exchange) -> bytes:
    body = TEXT + b"A" * (20 * MIB)
    process = WINDOW.compressobj()
    return encoded(process.compress(body) + process.flush(), "zstd")


row(
    "zstd-skippable.test",
    "zstd with a frame to skip",
    "done",
    text="gates",
    answer=encoded(b"\x50\x2a\x4d\x18\x08\x00\x00\x00skipped!" + ZSTDED, "zstd"),
)

# More types -------------------------------------------------------------------------------------------------------

for name, kind in {
    "svg": "image/svg+xml",
    "js": "application/javascript",
    "css": "text/css",
    "csv": "text/csv",
    "calendar": "text/calendar",
    "vcard": "text/vcard",
    "mail": "message/rfc822",
    "mhtml": "multipart/related; boundary=x",
    "multipart": "multipart/x-mixed-replace; boundary=x",
    "events": "text/event-stream",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "font": "font/woff2",
    "wasm": "application/wasm",
    "zip": "application/zip",
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ld": "application/ld+json",
    "feed": "application/rss+xml",
    "manifest": "application/manifest+json",
    "download": "application/x-msdownload",
}.items():
    row(
        f"type-{name}.test",
        f"a home page of {kind}",
        "failed",
        "type",
        answer=http(b"words and bytes " * 40, kind=kind),
    )

SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><text>We make garden gates</text></svg>"
RSS = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>Gates</title><item><title>x</title></item></channel></rss>"
)
XHTML = (
    "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' "
    "'http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd'>\n"
) + company().removeprefix("<!doctype html>").replace("<html ", "<html xmlns='http://www.w3.org/1999/xhtml' ")

row("svg-as-xml.test", "an SVG as XML", "failed", "type", answer=http(SVG, kind="text/xml"))
row("feed-as-xml.test", "a feed as XML", "failed", "type", answer=http(RSS, kind="text/xml"))
row("feed-as-html.test", "a feed that says it is HTML", "done/failed", "type/empty", answer=http(RSS))
row("svg-as-html.test", "an SVG that says it is HTML", "done/failed", "type/empty", answer=http(SVG))
row(
    "xhtml-prolog.test", "XHTML with its prolog", "done", text="gates", answer=http(XHTML, kind="application/xhtml+xml")
)
row("xhtml-as-xml.test", "XHTML as application/xml", "done", text="gates", answer=http(XHTML, kind="application/xml"))
row("xhtml-as-html.test", "XHTML as HTML", "done", text="gates", answer=http(XHTML))
row(
    "wap.test",
    "a page for phones of old",
    "done/failed",
    "type",
    answer=http("<?xml version='1.0'?><wml><card><p>gates</p></card></wml>", kind="text/vnd.wap.wml"),
)
row("type-capitals.test", "TEXT/HTML", "done", text="gates", answer=http(company(), kind="TEXT/HTML; CHARSET=UTF-8"))
row(
    "type-html-comma.test",
    "text/html, text/html",
    "done",
    text="gates",
    answer=http(company(), kind="text/html, text/html"),
)
row("type-html.test", "a type of html only", "done/failed", "type", answer=http(company(), kind="html"))
row("type-long.test", "a type of 20,000 letters", "failed/done", "type", answer=http(company(), kind="x" * 20_000))
row(
    "json-as-html.test",
    "JSON that says it is HTML",
    "done/failed",
    "type/empty",
    answer=http('{"error":"no","code":7}'),
)
row("gif-no-type.test", "a GIF without a type", "failed", "type", answer=http(b"GIF89a" + b"\1\0" * 500, kind=None))
row(
    "webp-as-html.test",
    "a WebP that says it is HTML",
    "failed",
    "type",
    answer=http(b"RIFF\x24\0\0\0WEBPVP8 " + b"\7" * 500),
)
row(
    "mp4-as-html.test",
    "a film that says it is HTML",
    "failed",
    "type",
    answer=http(b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20),
)
row(
    "noise-as-html.test",
    "noise that says it is HTML",
    "failed",
    "type/decode/empty",
    answer=http(bytes((n * n * 7 + n // 3) % 256 for n in range(6000))),
)
row(
    "word-as-html.test",
    "an old Word file that says it is HTML",
    "failed",
    "type",
    answer=http(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + bytes(range(256)) * 10),
)
row("rtf-as-html.test", "RTF that says it is HTML", "done/failed", "type", answer=http(b"{\\rtf1\\ansi Hello}" * 20))
row("text-empty.test", "an empty text", "failed", "empty/type", answer=http(b"", kind="text/plain"))
row("pdf-empty.test", "an empty PDF", "failed", "type/empty", answer=http(b"", kind="application/pdf"))


async def film(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nConnection: close\r\n\r\n")
    for _ in range(100_000):
        await x.send(b"\0" * 65_536)


async def events(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    await x.drip(b"data: tick\n\n" * 1000, 12, 0.2)


row("endless-film.test", "a film without end", "failed", "type", answer=film)
row("endless-events.test", "events without end", "failed", "type", answer=events)

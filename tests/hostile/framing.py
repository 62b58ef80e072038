"""Hosts that misbehave in how they frame an answer: status line, headers, lengths, chunks."""

from __future__ import annotations

import asyncio

from tests.hostile.rows import Exchange, company, http, row, then_closes

PAGE = http(company())
HEAD, _, BODY = PAGE.partition(b"\r\n\r\n")
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"


async def endless_continue(x: Exchange) -> None:
    for _ in range(3000):
        await x.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
        await asyncio.sleep(0.02)


async def endless_headers(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(200_000):
        await x.send(b"X-Flood-%d: %s\r\n" % (number, b"a" * 100))


async def two_answers(x: Exchange) -> bytes:
    return PAGE + PAGE


async def pauses_between_chunks(x: Exchange) -> bytes:
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    body = company().encode()
    for start in range(0, len(body), 200):
        part = body[start : start + 200]
        await x.send(b"%x\r\n%s\r\n" % (len(part), part))
        await asyncio.sleep(0.05)
    return b"0\r\nTrailer: yes\r\n\r\n"


row("short-length.test", "announces less than it sends", "done/partial/failed", answer=http(company(), length=300))
row("negative-length.test", "Content-Length: -5", "failed", "protocol", answer=http(company(), length=-5))
row(
    "two-lengths.test",
    "two different Content-Lengths",
    "failed",
    "protocol",
    answer=http(company(), headers=(("Content-Length", "3"),)),
)
row(
    "word-length.test",
    "a Content-Length that is a word",
    "failed",
    "protocol",
    answer=PAGE.replace(b"Content-Length: ", b"Content-Length: many"),
)
row(
    "bad-chunks.test",
    "chunks whose sizes are no numbers",
    "failed",
    "protocol",
    answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
)
row("slow-chunks.test", "chunks with pauses and a trailer", "done", answer=pauses_between_chunks, text="gates")
row(
    "garbage.test", "answers bytes that are no HTTP", "failed", "protocol", answer=b"\x00\x01\x02\x03 hello\r\n\r\n" * 9
)
row("http09.test", "a page without status line and headers", "failed", "protocol", answer=company().encode())
row("ssh.test", "greets like another protocol", "failed", "protocol", answer=b"SSH-2.0-OpenSSH_9.2\r\n")
row("word-status.test", "a status that is a word", "failed", "protocol", answer=PAGE.replace(b"200 OK", b"fine OK"))
row("no-reason.test", "a status line without reason", "done", answer=PAGE.replace(b"200 OK", b"200"), text="gates")
row("lf-only.test", "lines that end in LF only", "done/failed", answer=PAGE.replace(b"\r\n", b"\n"))
row("pipelined.test", "answers twice to one request", "done/failed", answer=two_answers)
row("endless-100.test", "100 Continue for ever", "failed", "timeout", answer=endless_continue)
row("endless-headers.test", "headers without end", "failed", "size", answer=endless_headers)
row(
    "many-headers.test",
    "6,000 small headers",
    "failed",
    "size",
    answer=http(company(), headers=tuple((f"X-{n}", "12345678") for n in range(6000))),
)
row(
    "huge-header.test",
    "one header of 200 KiB",
    "failed",
    "size",
    answer=http(company(), headers=(("X-A", "a" * 200_000),)),
)
row(
    "large-header.test",
    "one header of 20 KiB, within the limit",
    "done",
    text="gates",
    answer=http(company(), headers=(("Content-Security-Policy", "default-src 'self' " * 1000),)),
)
row(
    "many-cookies.test",
    "300 cookies",
    "done",
    text="gates",
    answer=http(company(), headers=tuple(("Set-Cookie", f"c{n}={n}; Path=/") for n in range(300))),
)
row(
    "odd-headers.test",
    "header values in Latin-1 and control characters",
    "done/failed",
    text=None,
    answer=http(company(), headers=(("X-Ort", "M\xfcnchen"), ("X-Tab", "a\tb"))),
)
row(
    "folded-header.test",
    "a header folded over two lines",
    "done/failed",
    answer=http(company(), headers=(("X-Folded", "one\r\n two"),)),
)

# Lengths and chunks -----------------------------------------------------------------------------------------------


def chunks(body: bytes, size: int = 200) -> bytes:
    """A body in chunks, without the last one."""
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


LAST = b"0\r\n\r\n"
TEXT = company().encode()

row("chunks.test", "a page in chunks", "done", answer=CHUNKED + b"\r\n" + chunks(TEXT) + LAST, text="gates")
row(
    "tiny-chunks.test",
    "a page in chunks of one byte",
    "done",
    text="gates",
    answer=CHUNKED + b"\r\n" + chunks(TEXT, 1) + LAST,
)
row(
    "chunks-cut.test",
    "chunks that end without the last one",
    "done/partial",
    "connect",
    text="gates",
    answer=CHUNKED + b"Connection: close\r\n\r\n" + chunks(TEXT),
)
row(
    "chunk-overflow.test",
    "a chunk of 2^64 bytes",
    "failed/partial",
    "protocol/connect",
    answer=CHUNKED + b"Connection: close\r\n\r\nffffffffffffffffff\r\n" + TEXT,
)
row(
    "chunk-negative.test",
    "a chunk of -5 bytes",
    "failed",
    "protocol",
    answer=CHUNKED + b"Connection: close\r\n\r\n-5\r\n" + TEXT,
)
row(
    "chunk-extension.test",
    "chunk extensions of 100 KiB",
    "done/failed",
    "protocol/size/timeout",
    answer=CHUNKED + b"\r\n%x;%s\r\n%s\r\n" % (len(TEXT), b"a=b;" * 25_000, TEXT) + LAST,
)
row(
    "chunk-garbage.test",
    "chunks, then bytes that are none",
    "partial/failed",
    "connect/protocol",
    answer=CHUNKED + b"Connection: close\r\n\r\n" + chunks(TEXT) + b"nonsense here\r\n" * 20,
)
row(
    "both-lengths.test",
    "Content-Length and chunks",
    "done/failed",
    "protocol",
    answer=CHUNKED + b"Content-Length: 5\r\n\r\n" + chunks(TEXT) + LAST,
)
row(
    "same-lengths.test",
    "the same Content-Length twice",
    "done/failed",
    "protocol",
    answer=http(company(), headers=(("Content-Length", str(len(TEXT))),)),
)
row(
    "chunked-odd.test",
    "a Transfer-Encoding of many words",
    "done/failed",
    "protocol/decode",
    answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: identity, x, chunked\r\n\r\n"
    + chunks(TEXT)
    + LAST,
)
row(
    "chunked-capitals.test",
    "Transfer-Encoding: CHUNKED",
    "done",
    text="gates",
    answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n" + chunks(TEXT) + LAST,
)
row(
    "chunked-1.0.test",
    "chunks in HTTP/1.0",
    "done/partial/failed",
    "protocol/connect",
    answer=CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Connection: close\r\n\r\n" + chunks(TEXT) + LAST,
)
row(
    "length-huge.test",
    "a Content-Length of thirty digits",
    "failed/partial",
    "protocol/connect/size",
    answer=http(company(), headers=(("Connection", "close"),)).replace(
        b"Content-Length: %d" % len(TEXT), b"Content-Length: " + b"9" * 30
    ),
)
row(
    "length-plus.test",
    "a Content-Length with a plus",
    "failed/done",
    "protocol",
    answer=PAGE.replace(b"Content-Length: ", b"Content-Length: +"),
)
row(
    "length-zero.test",
    "a Content-Length of 0 before a page",
    "failed",
    "empty/protocol",
    answer=http(company(), length=0, headers=(("Connection", "close"),)),
)


async def endless_trailers(x: Exchange) -> None:
    await x.send(CHUNKED + b"\r\n" + chunks(TEXT) + b"0\r\n")
    for number in range(100_000):
        await x.send(b"X-Trailer-%d: %s\r\n" % (number, b"a" * 100))


async def endless_chunks(x: Exchange) -> None:
    await x.send(CHUNKED + b"\r\n" + chunks(TEXT))
    for _ in range(40_000):
        await x.send(b"1\r\n \r\n" * 500)


row(
    "endless-trailers.test",
    "trailers without end",
    "done/partial/failed",
    "size/connect/protocol",
    answer=endless_trailers,
)
row(
    "endless-chunks.test",
    "chunks of one byte without end",
    "partial",
    "size/timeout",
    answer=endless_chunks,
    text="gates",
)

# Versions and status lines ----------------------------------------------------------------------------------------

row(
    "http10.test",
    "HTTP/1.0 without a length",
    "done",
    text="gates",
    answer=b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + TEXT,
)
for version in ("HTTP/2.0", "HTTP/3.7", "HTTP/1.7", "http/1.1", "ICY", "HTTP/1.10", "HTTP 1.1", "RTSP/1.0"):
    name = version.lower().replace("/", "-").replace(" ", "-space-").replace(".", "")
    status = "done/failed" if version in ("HTTP/1.7", "HTTP/2.0", "http/1.1", "RTSP/1.0") else "failed"
    name += "-capitals" if version.isupper() and version.lower() == "http/1.1" else ""
    row(
        f"version-{name}.test",
        f"answers as {version}",
        status,
        "protocol",
        answer=PAGE.replace(b"HTTP/1.1", version.encode()),
    )
row(
    "h2.test",
    "speaks HTTP/2 unasked",
    "failed",
    "protocol",
    answer=b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00\x00\x05\x00\xff\xff\xff",
)
row("empty-lines.test", "blank lines before its answer", "done/failed", "protocol", answer=b"\r\n\r\n" + PAGE)
row(
    "long-reason.test",
    "a reason of 100 KiB",
    "failed",
    "size",
    answer=PAGE.replace(b"200 OK", b"200 " + b"very " * 20_000),
)
row(
    "binary-reason.test",
    "a reason that is no text",
    "done/failed",
    "protocol",
    answer=PAGE.replace(b"200 OK", b"200 \xff\xfe\x01"),
)
row(
    "only-status.test",
    "a status line and nothing more",
    "failed",
    "connect/protocol",
    answer=then_closes(b"HTTP/1.1 200 OK\r\n"),
)
row(
    "half-head.test", "half of a head, then silence closes", "failed", "connect/protocol", answer=then_closes(HEAD[:40])
)
row(
    "telnet.test",
    "greets like a mail server",
    "failed",
    "protocol",
    answer=b"220 mail.example ESMTP ready\r\n" * 3,
)
row("nul-answer.test", "NUL bytes for an answer", "failed", "protocol", answer=then_closes(b"\0" * 5000))
row(
    "endless-line.test",
    "a status line without end",
    "failed",
    "size/protocol",
    answer=then_closes(b"HTTP/1.1 200 " + b"x" * 3_000_000),
)

# Headers ----------------------------------------------------------------------------------------------------------


def headed(line: bytes) -> bytes:
    return HEAD + b"\r\n" + line + b"\r\n\r\n" + BODY


for name, line in {
    "no-colon": b"This is no header",
    "nul": b"X-Nul: a\0b",
    "nul-name": b"X-N\0l: a",
    "bare-cr": b"X-Split: a\rSet-Cookie: evil=1",
    "no-name": b": nameless",
    "space-name": b"X Y : z",
    "space-colon": b"X-Space : z",
    "binary-name": b"X-\xff\xfe: z",
    "escape": b"X-Escape: \x1b[2J",
    "vertical-tab": b"X-Tab: \x0b\x0c",
    "emoji": "X-Mood: \U0001f600".encode(),
    "long-name": b"X-" + b"a" * 30_000 + b": b",
}.items():
    row(f"header-{name}.test", f"a header: {line[:24]!r}", "done/failed", "protocol", answer=headed(line))
row(
    "header-100k.test",
    "one header of 100 KiB",
    "failed",
    "size",
    answer=headed(b"X-Long: " + b"a" * 102_400),
)
row(
    "header-63k.test",
    "headers of 63 KiB, within the limit",
    "done",
    text="gates",
    answer=headed(b"\r\n".join(b"X-%d: %s" % (n, b"a" * 1000) for n in range(62))),
)
row(
    "header-66k.test",
    "headers of 66 KiB, beyond the limit",
    "failed",
    "size",
    answer=headed(b"\r\n".join(b"X-%d: %s" % (n, b"a" * 1000) for n in range(66))),
)
row(
    "header-10000.test",
    "10,000 headers",
    "failed",
    "size",
    answer=headed(b"\r\n".join(b"X-%d: y" % n for n in range(10_000))),
)
row(
    "two-types.test",
    "two Content-Types",
    "done",
    text="gates",
    answer=http(company(), headers=(("Content-Type", "text/html"),)),
)
row(
    "cookie-odd.test",
    "cookies of every odd kind",
    "done",
    text="gates",
    answer=http(
        company("<a href=/contact>Contact</a>"),
        headers=(
            ("Set-Cookie", ""),
            ("Set-Cookie", "=nameless"),
            ("Set-Cookie", "no-value"),
            ("Set-Cookie", "a b=c d; Path"),
            ("Set-Cookie", "bell=\x07\x1b; Path=/"),
            ("Set-Cookie", 'quoted="a; b"; Path=/'),
            ("Set-Cookie", "far=1; Domain=com; Path=/"),
            ("Set-Cookie", "other=1; Domain=somebody-else.test"),
            ("Set-Cookie", "when=1; Expires=Thu, 99 Xyz 9999 99:99:99 GMT; Max-Age=abc"),
            ("Set-Cookie", "umlaut=\xe4\xf6"),
            ("Set-Cookie", "long=" + "x" * 9000),
        ),
    ),
)
row(
    "cookie-flood.test",
    "sixty cookies of a KiB on every page",
    "done",
    text="gates",
    answer=http(
        company("<a href=/contact>Contact</a>"),
        headers=tuple(("Set-Cookie", f"c{n}={'v' * 960}; Path=/") for n in range(60)),
    ),
)

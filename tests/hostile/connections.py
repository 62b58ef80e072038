"""Hosts that misbehave below HTTP: slow, hanging, resetting, lying about lengths, and every trouble with TLS."""

from __future__ import annotations

import asyncio

from tests.hostile.rows import FILES, Exchange, company, http, row

PAGE = http(company())
HEAD, _, BODY = PAGE.partition(b"\r\n\r\n")
UNSIZED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"


async def slow_headers(x: Exchange) -> None:
    await x.drip(HEAD, 1, 0.25)


async def slow_page(x: Exchange) -> None:
    await x.send(HEAD + b"\r\n\r\n")
    await x.drip(BODY, 120, 0.1)


async def drip(x: Exchange) -> None:
    await x.send(HEAD + b"\r\n\r\n")
    await x.drip(BODY, 1, 0.25)


async def hang(x: Exchange) -> None:
    await asyncio.sleep(30)


async def hang_after_half(x: Exchange) -> None:
    page = http(company("<p>More about gates and fences.</p>" * 40), length=100_000)
    await x.send(page)
    await asyncio.sleep(30)


async def reset(x: Exchange) -> None:
    x.reset()


async def close(x: Exchange) -> None:
    return None


async def reset_in_body(x: Exchange) -> None:
    await x.send(http(company("<p>More about gates and fences.</p>" * 40), length=100_000))
    await asyncio.sleep(0.1)
    x.reset()


async def flaky(x: Exchange) -> bytes | None:
    return PAGE if x.number > 2 and x.path == "/" else None


async def endless_continue(x: Exchange) -> None:
    for _ in range(3000):
        await x.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
        await asyncio.sleep(0.02)


async def endless_headers(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(200_000):
        await x.send(b"X-Flood-%d: %s\r\n" % (number, b"a" * 100))


async def endless_body(x: Exchange) -> None:
    await x.send(UNSIZED + company().encode())
    for _ in range(20_000):
        await x.send(b"<p>and so on and so forth</p>" * 100)


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


def files(x: Exchange) -> bytes:
    body = FILES.get(x.path, b"this is no certificate")
    return http(body, kind="application/pkix-cert")


async def aia(x: Exchange) -> bytes:
    return files(x)


row("slow-headers.test", "a header byte every quarter second", "failed", "timeout", answer=slow_headers)
row("slow-page.test", "a page in small pieces, but in time", "done", answer=slow_page, text="garden gates")
row("drip.test", "a byte of the page every quarter second", "failed", "timeout", answer=drip)
row("hang.test", "takes the request and never answers", "failed", "timeout", answer=hang)
row("hang-robots.test", "never answers robots.txt", "failed", "timeout", answer=PAGE, robots=hang, requests=1)
row("hang-half.test", "half of the page, then nothing", "partial", "timeout", answer=hang_after_half, text="gates")
row("silent-tls.test", "takes TLS connections and says nothing", "failed", "timeout", answer=PAGE, tls="silent")
row("reset.test", "resets after the request", "failed", "connect", answer=reset, robots=reset)
row("close.test", "closes after the request", "failed", "connect", answer=close, robots=close)
row("reset-body.test", "resets in the middle of the page", "partial", "connect", answer=reset_in_body, text="gates")
row("flaky.test", "closes on the first request for its page", "done", answer=flaky)
row(
    "long-length.test",
    "announces more than it sends",
    "partial",
    "connect",
    answer=http(company(), length=90_000, headers=(("Connection", "close"),)),
    text="gates",
)
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
row("endless-body.test", "a page that never ends", "partial", "size", answer=endless_body, text="gates")
row(
    "huge-page.test",
    "a page of 5 MiB",
    "partial",
    "size",
    text="gates",
    answer=http(company("<p>More about gates.</p>" * 220_000)),
)

row("tls-expired.test", "its certificate expired", "failed", "tls", answer=PAGE, tls="expired", message="expired")
row(
    "tls-future.test",
    "its certificate is not valid yet",
    "failed",
    "tls",
    answer=PAGE,
    tls="future",
    message="not valid yet",
)
row(
    "tls-name.test",
    "its certificate is for another name",
    "failed",
    "tls",
    answer=PAGE,
    tls="wrong-name",
    message="wrong name",
)
row(
    "tls-self.test",
    "its certificate is self-signed",
    "failed",
    "tls",
    answer=PAGE,
    tls="self-signed",
    message="self-signed",
)
row(
    "tls-untrusted.test", "its authority is unknown", "failed", "tls", answer=PAGE, tls="untrusted", message="untrusted"
)
row("tls-old.test", "speaks TLS 1.1 at most", "failed", "tls", answer=PAGE, tls="old", message="old protocol")
row(
    "tls-no-intermediate.test",
    "sends no intermediate, says nothing of it",
    "failed",
    "tls",
    answer=PAGE,
    tls="no-intermediate",
    message="issuer",
)
row("tls-aia.test", "sends no intermediate, but says where it is", "done", answer=PAGE, tls="aia", text="gates")
row(
    "tls-aia-private.test",
    "says the intermediate is at a private address",
    "failed",
    "tls",
    answer=PAGE,
    tls="aia-private",
)
row("tls-aia-wrong.test", "says the intermediate is where nonsense is", "failed", "tls", answer=PAGE, tls="aia-wrong")
row("tls-aia-rogue.test", "offers an unknown root by AIA", "failed", "tls", answer=PAGE, tls="aia-rogue")
row("aia.test", "serves certificates", "failed", "type", answer=aia, internal=True)
row("tls-www.test", "its certificate is for the www name only", "done", answer=PAGE, tls="wrong-name", text="gates")
row("www.tls-www.test", "the good half of tls-www.test", "done", answer=PAGE, internal=True)
row("plain-only.test", "hangs up on TLS, http works", "done", answer=PAGE, tls="plain", text="gates")
row("http-on-443.test", "speaks plain http on port 443, http works", "done", answer=PAGE, tls="http", text="gates")

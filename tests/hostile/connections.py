"""Hosts that misbehave below HTTP: slow, hanging, resetting, lying about lengths."""

from __future__ import annotations

import asyncio
import gzip

from tests.hostile.rows import Exchange, company, http, row

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


async def endless_body(x: Exchange) -> None:
    await x.send(UNSIZED + company().encode())
    for _ in range(20_000):
        await x.send(b"<p>and so on and so forth</p>" * 100)


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
row("endless-body.test", "a page that never ends", "partial", "size", answer=endless_body, text="gates")
row(
    "huge-page.test",
    "a page of 5 MiB",
    "partial",
    "size",
    text="gates",
    answer=http(company("<p>More about gates.</p>" * 220_000)),
)

# More of it -------------------------------------------------------------------------------------------------------


async def slow_second(x: Exchange) -> None:
    """A byte a second."""
    await x.drip(PAGE, 1, 1.0)


async def headers_then_reset(x: Exchange) -> None:
    await x.send(HEAD + b"\r\n\r\n")
    await asyncio.sleep(0.05)
    x.reset()


async def headers_then_close(x: Exchange) -> None:
    await x.send(HEAD + b"\r\n\r\n")


async def half_head_then_reset(x: Exchange) -> None:
    await x.send(HEAD[:30])
    await asyncio.sleep(0.05)
    x.reset()


async def half_head_then_hang(x: Exchange) -> None:
    await x.send(HEAD[:30])
    await asyncio.sleep(30)


async def headers_then_hang(x: Exchange) -> None:
    await x.send(HEAD + b"\r\n\r\n")
    await asyncio.sleep(30)


async def whole_then_hang(x: Exchange) -> None:
    await x.send(UNSIZED.replace(b"Connection: close\r\n", b"") + BODY)
    await asyncio.sleep(30)


async def slow_then_fast(x: Exchange) -> bytes:
    await asyncio.sleep(3)
    return PAGE


async def one_answer_a_connection(x: Exchange) -> None:
    """Says nothing of closing, and closes."""
    await x.send(http(company(f"<p>Number {x.number}</p><a href=/contact>Contact</a><a href=/about>About</a>")))


async def every_second_resets(x: Exchange) -> bytes | None:
    if x.number % 2 == 0:
        x.reset()
        return None
    return http(company(f"<p>{x.path}</p><a href=/contact>Contact</a><a href=/about>About</a>"))


async def unasked(x: Exchange) -> bytes:
    """An answer, and another one that nobody asked for."""
    return http(company("<a href=/contact>Contact</a>")) + http(company(title="Nobody asked for this"))


async def gzip_drip(x: Exchange) -> None:
    packed = gzip.compress(BODY)
    await x.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        % len(packed)
    )
    await x.drip(packed, 1, 0.25)


async def endless_hints(x: Exchange) -> None:
    for _ in range(2000):
        await x.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
        await asyncio.sleep(0.05)


async def slow_robots(x: Exchange) -> bytes:
    await asyncio.sleep(2)
    return http("User-agent: *\nAllow: /", kind="text/plain")


row("byte-a-second.test", "a byte a second from the start", "failed", "timeout", answer=slow_second)
row("reset-after-head.test", "resets after the headers", "failed", "connect", answer=headers_then_reset)
row("close-after-head.test", "closes after the headers", "failed", "connect/empty", answer=headers_then_close)
row(
    "reset-in-head.test",
    "resets in the middle of the headers",
    "failed",
    "connect/protocol",
    answer=half_head_then_reset,
)
row("hang-in-head.test", "hangs in the middle of the headers", "failed", "timeout", answer=half_head_then_hang)
row("hang-after-head.test", "hangs after the headers", "failed", "timeout", answer=headers_then_hang)
row(
    "never-closes.test",
    "a page without a length, on a connection that stays open",
    "partial/done",
    "timeout",
    answer=whole_then_hang,
    text="gates",
)
row("pauses.test", "thinks for three seconds", "done", answer=slow_then_fast, text="gates", robots=slow_robots)
row(
    "one-answer.test",
    "closes after each answer without saying so",
    "done",
    answer=one_answer_a_connection,
    text="gates",
)
row(
    "every-second.test",
    "resets every second request",
    "done/partial",
    "connect",
    answer=every_second_resets,
    text="gates",
)
row("unasked.test", "answers that nobody asked for", "done", answer=unasked, text="gates", not_text="Nobody asked")
row("gzip-drip.test", "a gzip in drops", "failed", "timeout", answer=gzip_drip)
row("endless-103.test", "103 Early Hints for ever", "failed", "timeout", answer=endless_hints)

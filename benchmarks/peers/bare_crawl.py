"""The practical limit of one process: aiohttp GETs and selectolax text, nothing else.

    python bare_crawl.py HTTP_PORT PATHS_FILE [--fetch-only]

PATHS_FILE holds one "host path" a line. Prints {"pages", "seconds", "rss_mib"}.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

import aiohttp
from selectolax.lexbor import LexborHTMLParser


async def crawl(port: int, requests: list[tuple[str, str]], concurrency: int, parse: bool) -> int:
    """Fetch all, `concurrency` at a time; returns how many gave text."""
    queue = iter(requests)
    got = 0

    async def lane(session: aiohttp.ClientSession) -> None:
        nonlocal got
        for host, path in queue:
            async with session.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host}) as response:
                body = await response.text()
            got += bool(_text(body) if parse else body)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:
        await asyncio.gather(*(lane(session) for _ in range(concurrency)))
    return got


def _text(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(separator=" ") if body is not None else ""


def main() -> None:
    """Run once and print the figures."""
    requests = [tuple(line.split()) for line in Path(sys.argv[2]).read_text().splitlines()]
    started = time.perf_counter()
    pages = asyncio.run(crawl(int(sys.argv[1]), requests, 50, "--fetch-only" not in sys.argv))  # type: ignore[arg-type]
    seconds = time.perf_counter() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pages": pages, "seconds": seconds, "rss_mib": rss}))


if __name__ == "__main__":
    main()

"""The scripted model server with a fixed answer time, in a process of its own; it answers with sentences of the pages.

    python -m benchmarks.model 4.0

Prints {"url": …} when ready and ends when its standard input closes. The answer to a question depends on nothing but
the question, so that runs can be compared profile by profile.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from domainscout.demo.model_server import Asked, Says, model_server


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running model server."""

    url: str

    def environment(self) -> Mapping[str, str]:
        """Variables with which domainscout talks to it; the key opens nothing."""
        return {"ANTHROPIC_BASE_URL": self.url, "ANTHROPIC_API_KEY": "benchmark-key-without-value"}


@contextlib.asynccontextmanager
async def running(*, latency_s: float) -> AsyncIterator[Server]:
    """Start the server in a process of its own and end it afterwards."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.model", str(latency_s), stdin=pipe, stdout=pipe
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield Server(url=json.loads(await process.stdout.readline())["url"])
    finally:
        process.stdin.close()
        await process.wait()


def answer(asked: Asked, latency_s: float) -> Says:
    """A tag and a description that rest on the first sentence of the pages."""
    pages = asked.messages[0] if asked.messages else ""
    sentence = next(iter(re.findall(r"(?m)^[A-Z][^\n<>|]{40,160}[.]", pages)), "")
    said = {"text": sentence, "support": [{"page": 1, "quote": sentence}]} if sentence else None
    return Says(
        text={
            "values": [],
            "addresses": [],
            "people": [],
            "short_description": said,
            "long_description": None,
            "industry": None,
            "wrong": [],
        },
        stall_s=latency_s,
    )


async def _serve(latency_s: float) -> None:
    async with model_server(lambda asked: answer(asked, latency_s)) as server:
        print(json.dumps({"url": server.url}), flush=True)
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _end_at_eof, ended)
        await ended.wait()


def _end_at_eof(ended: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        ended.set()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))

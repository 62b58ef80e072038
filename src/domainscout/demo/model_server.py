"""A Messages API server that answers by script, over real HTTP on loopback. A stand-in for a model, and says so.

Tests, benchmarks and `domainscout demo` use it to exercise everything around the model: it counts requests, tokens and
money as the real server would, and can limit, overload, stall, cut, refuse, break its JSON and run batches. It knows no
company: what it says is up to the script.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from aiohttp import web

CHARS_A_TOKEN = 3.5
"""The server's tokenizer: so many characters are one token."""

INPUT_USD, OUTPUT_USD = 0.10e-6, 0.50e-6
"""Dollars a token; writing to the prompt cache costs twice, reading from it a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived; `number` counts from 1."""

    number: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def system(self) -> str:
        """The system block."""
        system = self.body.get("system", "")
        return system if isinstance(system, str) else "".join(block.get("text", "") for block in system)

    @property
    def messages(self) -> list[str]:
        """The turns' texts."""
        return [_text_of(message.get("content", "")) for message in self.body.get("messages", [])]

    @property
    def domain(self) -> str:
        """The company that is asked about."""
        found = re.match(r"Company web site: (\S+)", self.messages[0] if self.messages else "")
        return found[1] if found else ""

    @property
    def structured(self) -> bool:
        """Whether the answer is to be constrained to a schema."""
        return bool((self.body.get("output_config") or {}).get("format"))

    @property
    def tokens(self) -> int:
        """Input tokens, the schema included."""
        schema = json.dumps(self.body.get("output_config") or "", separators=(",", ":"))
        return _tokens(self.system) + sum(map(_tokens, self.messages)) + (_tokens(schema) if self.structured else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What the server does with one request.

    Attributes:
        text: of the answer; a mapping is sent as JSON.
        status: other than 200 sends an error of this type instead.
        stall_s: seconds before the answer.
        cut: close the connection in the middle of the body.
        raw: this body instead of a message.
        content: these blocks instead of one text block.
        count: False leaves out the usage.
        kind: of a batch result: "succeeded", "errored", "expired" or "canceled".
    """

    text: str | Mapping[str, Any] = ""
    stop_reason: str | None = "end_turn"
    status: int = 200
    error: str = "api_error"
    message: str = "scripted"
    details: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    stall_s: float = 0.0
    cut: bool = False
    raw: str | None = None
    content: list[dict[str, Any]] | None = None
    count: bool = True
    kind: str = "succeeded"


Script = Callable[[Asked], Says | Awaitable[Says]]


@dataclass(slots=True, kw_only=True)
class _Batch:
    id: str
    requests: list[dict[str, Any]]
    created_at: datetime
    ended: bool = False


class ModelServer:
    """The server; `url` is what ANTHROPIC_BASE_URL should be."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.url = ""
        self.asked: list[Asked] = []
        self.input_tokens = 0
        self.output_tokens = 0
        self.cost_usd = 0.0
        self.in_flight = 0
        self.most_in_flight = 0
        self.batches: dict[str, _Batch] = {}
        self.batch_calls = 0
        self.end_batches_at_once = False
        self.drop_batch_replies = 0
        self._cached: set[str] = set()

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=300 * 1024 * 1024)
        app.router.add_post("/v1/messages", self._message)
        app.router.add_post("/v1/messages/count_tokens", self._count)
        app.router.add_post("/v1/messages/batches", self._create_batch)
        app.router.add_get("/v1/messages/batches", self._list_batches)
        app.router.add_get("/v1/messages/batches/{id}", self._retrieve)
        app.router.add_get("/v1/messages/batches/{id}/results", self._results)
        return app

    def end_batches(self) -> None:
        """Let every open batch end."""
        for batch in self.batches.values():
            batch.ended = True

    async def _message(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(number=len(self.asked) + 1, body=await request.json(), headers=dict(request.headers))
        self.asked.append(asked)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            says = await self._says(asked)
            if says.stall_s:
                await asyncio.sleep(says.stall_s)
            return await self._reply(request, asked, says)
        finally:
            self.in_flight -= 1

    async def _says(self, asked: Asked) -> Says:
        says = self.script(asked)
        return await says if isinstance(says, Awaitable) else says

    async def _reply(self, request: web.Request, asked: Asked, says: Says) -> web.StreamResponse:
        headers = {"request-id": f"req_{asked.number}", **says.headers}
        if says.status != 200:
            return web.json_response(_error(says), status=says.status, headers=headers)
        body = says.raw if says.raw is not None else json.dumps(self._charged(asked, says))
        if says.cut:
            return await _half(request, body)
        return web.Response(text=body, content_type="application/json", headers=headers)

    def _charged(self, asked: Asked, says: Says, share: float = 1.0) -> dict[str, Any]:
        """The message, its tokens and money counted."""
        text = says.text if isinstance(says.text, str) else json.dumps(says.text, ensure_ascii=False)
        content = says.content if says.content is not None else [{"type": "text", "text": text}]
        usage = self._usage(asked, _tokens(json.dumps(content)) if says.content else _tokens(text))
        self.cost_usd += share * (
            INPUT_USD * usage["input_tokens"]
            + 2 * INPUT_USD * usage["cache_creation_input_tokens"]
            + 0.1 * INPUT_USD * usage["cache_read_input_tokens"]
            + OUTPUT_USD * usage["output_tokens"]
        )
        message = {
            "id": f"msg_{asked.number}",
            "type": "message",
            "role": "assistant",
            "model": asked.body.get("model", ""),
            "content": content,
            "stop_reason": says.stop_reason,
            "stop_sequence": None,
        }
        return message | ({"usage": usage} if says.count else {})

    def _usage(self, asked: Asked, output_tokens: int) -> dict[str, int]:
        cached = _tokens(asked.system) if "cache_control" in json.dumps(asked.body.get("system", "")) else 0
        known = asked.system in self._cached
        if cached:
            self._cached.add(asked.system)
        self.input_tokens += asked.tokens
        self.output_tokens += output_tokens
        return {
            "input_tokens": asked.tokens - cached,
            "cache_creation_input_tokens": 0 if known else cached,
            "cache_read_input_tokens": cached if known else 0,
            "output_tokens": output_tokens,
        }

    async def _count(self, request: web.Request) -> web.Response:
        asked = Asked(number=0, body=await request.json(), headers={})
        return web.json_response({"input_tokens": asked.tokens})

    async def _create_batch(self, request: web.Request) -> web.StreamResponse:
        self.batch_calls += 1
        body = await request.json()
        batch = _Batch(
            id=f"msgbatch_{len(self.batches) + 1}",
            requests=body["requests"],
            created_at=datetime.now(UTC),
            ended=self.end_batches_at_once,
        )
        self.batches[batch.id] = batch
        if self.drop_batch_replies:
            self.drop_batch_replies -= 1
            return await _half(request, json.dumps(self._described(batch)))
        return web.json_response(self._described(batch))

    async def _list_batches(self, request: web.Request) -> web.Response:
        newest = sorted(self.batches.values(), key=lambda batch: batch.created_at, reverse=True)
        return web.json_response({"data": [self._described(batch) for batch in newest], "has_more": False})

    async def _retrieve(self, request: web.Request) -> web.Response:
        batch = self.batches.get(request.match_info["id"])
        if batch is None:
            return web.json_response(_error(Says(error="not_found_error", message="no such batch")), status=404)
        return web.json_response(self._described(batch))

    async def _results(self, request: web.Request) -> web.Response:
        batch = self.batches[request.match_info["id"]]
        lines = [json.dumps(await self._result(item)) for item in batch.requests]
        random.shuffle(lines)
        return web.Response(text="\n".join(lines) + "\n", content_type="application/binary")

    async def _result(self, item: dict[str, Any]) -> dict[str, Any]:
        asked = Asked(number=len(self.asked) + 1, body=item["params"], headers={})
        self.asked.append(asked)
        says = await self._says(asked)
        result: dict[str, Any] = {"type": says.kind}
        if says.kind == "succeeded":
            result["message"] = self._charged(asked, says, share=0.5)
        elif says.kind == "errored":
            result["error"] = _error(says)
        return {"custom_id": item["custom_id"], "result": result}

    def _described(self, batch: _Batch) -> dict[str, Any]:
        count = len(batch.requests)
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if batch.ended else "in_progress",
            "request_counts": {
                "processing": 0 if batch.ended else count,
                "succeeded": count if batch.ended else 0,
                "errored": 0,
                "canceled": 0,
                "expired": 0,
            },
            "created_at": batch.created_at.isoformat(),
            "expires_at": (batch.created_at + timedelta(hours=24)).isoformat(),
            "results_url": f"{self.url}/v1/messages/batches/{batch.id}/results" if batch.ended else None,
        }


@asynccontextmanager
async def model_server(script: Script, *, port: int = 0) -> AsyncIterator[ModelServer]:
    """Serve on 127.0.0.1 until the block ends; port 0 takes a free one."""
    server = ModelServer(script)
    runner = web.AppRunner(server.app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


async def _half(request: web.Request, body: str) -> web.StreamResponse:
    """The headers and half of the body, then the connection is gone."""
    response = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(body.encode()[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response


def _error(says: Says) -> dict[str, Any]:
    error: dict[str, Any] = {"type": says.error, "message": says.message}
    if says.details:
        error["details"] = dict(says.details)
    return {"type": "error", "error": error}


def _text_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(block.get("text", "") for block in content)


def _tokens(text: str) -> int:
    return ceil(len(text) / CHARS_A_TOKEN)

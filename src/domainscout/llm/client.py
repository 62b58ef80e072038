"""The edge to the Messages API: one request in, one reply out, every foreign error translated. Owns `anthropic`.

Does not decide about retries, money or truth. The SDK's own retries are off: it would sleep for any retry-after, and
each of its tries would cost money that nobody reserved.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import httpx2

from domainscout.errors import Category
from domainscout.llm.prices import Usage
from domainscout.llm.wire import Reply, Request, Trouble
from domainscout.settings import ModelSettings

PLACEHOLDER_KEY = "none"
"""What servers without keys get: the SDK wants one, and would otherwise look for it in places we do not own."""

CONNECT_S = 5.0
"""Seconds for a connection to the API."""

_ACCOUNT_CODES = ("spend_limit_reached", "billing", "credit", "insufficient_quota")
_ACCOUNT_WORDS = re.compile(
    r"credit balance|\b(?:api )?usage limits?\b|\bspend(?:ing)? (?:limit|cap)|plans & billing"
    r"|insufficient (?:credit|fund|quota)",
    re.I,
)
"""How servers say that money is at its end, where the error's type does not tell: it comes as 400 too, and as 429."""


class Client:
    """The Messages API of one server."""

    def __init__(self, api: anthropic.AsyncAnthropic, *, timeout_s: float, secret: str) -> None:
        self._api = api
        self._timeout_s = timeout_s
        self._secret = secret

    async def ask(self, request: Request) -> Reply:
        """Send one request, once.

        Raises:
            Trouble: there is no reply.
        """
        return read_message(await self._send(self._api.messages.with_raw_response.create, **request.params()))

    async def create_batch(self, requests: Sequence[tuple[str, Request]]) -> str:
        """Hand over requests with their ids to be answered within a day, at half price; returns the batch's id.

        Raises:
            Trouble: the batch was not accepted, or nobody knows (`billed`).
        """
        items = [{"custom_id": custom_id, "params": request.params()} for custom_id, request in requests]
        body, _ = await self._send(self._api.messages.batches.with_raw_response.create, requests=items)
        if not isinstance(body.get("id"), str):
            raise Trouble(Category.LLM_INVALID, "The server did not name the batch it created.", billed=True)
        return str(body["id"])

    async def batch_status(self, batch_id: str) -> str:
        """`in_progress`, `canceling` or `ended`.

        Raises:
            Trouble: the server did not say.
        """
        body, _ = await self._send(self._api.messages.batches.with_raw_response.retrieve, message_batch_id=batch_id)
        return str(body.get("processing_status", "in_progress"))

    async def recent_batches(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest batches of this account, newest first.

        Raises:
            Trouble: the server did not say.
        """
        body, _ = await self._send(self._api.messages.batches.with_raw_response.list, limit=limit)
        data = body.get("data")
        return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []

    async def batch_results(self, batch_id: str) -> AsyncIterator[tuple[str, Reply | Trouble]]:
        """Each request's id with its reply or trouble, in no order.

        Raises:
            Trouble: the results cannot be read.
        """
        try:
            lines = await self._api.messages.batches.results(batch_id, timeout=self._timeout_s)
            async for line in lines:
                yield _batch_line(line.to_dict())
        except (anthropic.AnthropicError, httpx2.HTTPError, ValueError) as error:
            raise self._translated(error) from None

    async def _send(self, call: Any, **params: Any) -> tuple[dict[str, Any], Mapping[str, str]]:
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await call(**params)
                text = await response.text()
        except TimeoutError:
            raise Trouble(
                Category.LLM_TIMEOUT, f"No answer within {self._timeout_s:g} s.", again=True, billed=True
            ) from None
        except (anthropic.AnthropicError, httpx2.HTTPError) as error:
            # The original is not chained: its message quotes the server, which may repeat the key.
            raise self._translated(error) from None
        try:
            body = json.loads(self._without_key(text))
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Trouble(Category.LLM_INVALID, "The server's answer is not a JSON object.", again=True, billed=True)
        return body, response.headers

    def _translated(self, error: Exception) -> Trouble:
        if isinstance(error, anthropic.APIStatusError):
            return self._refused(error)
        if isinstance(error, anthropic.APITimeoutError):
            return Trouble(
                Category.LLM_TIMEOUT, "The server does not answer.", again=True, billed=not _never_sent(error)
            )
        if isinstance(error, anthropic.APIConnectionError | httpx2.HTTPError):
            return Trouble(
                Category.LLM_TIMEOUT,
                "The connection to the server failed.",
                again=True,
                billed=not _never_sent(error),
                fix="domainscout doctor",
            )
        return Trouble(Category.LLM_INVALID, self._clean(str(error)), billed=True)

    def _refused(self, error: anthropic.APIStatusError) -> Trouble:
        status, said = error.status_code, self._clean(error.api_message or error.message)
        code = f"{error.type or ''} {error.error_code or ''}"
        wait_s = _retry_after(error.response.headers)
        never = error.response.headers.get("x-should-retry") == "false"
        spent = any(word in code for word in _ACCOUNT_CODES) or _ACCOUNT_WORDS.search(said)
        if status == 402 or (400 <= status < 500 and spent):
            words = f"The account has reached its limit ({said})."
            return Trouble(Category.LLM_BUDGET, words, lasting=True, fix="Raise the limit with the provider.")
        if status in (401, 403):
            words = f"The server refuses the key ({status})."
            return Trouble(Category.LLM_AUTH, words, lasting=True, fix="Check ANTHROPIC_API_KEY: domainscout doctor")
        if status == 404:
            words = f"The server does not know the model or address ({said})."
            return Trouble(Category.LLM_AUTH, words, lasting=True, fix="Check --model and ANTHROPIC_BASE_URL.")
        if status == 429:
            long = f" Come back in {wait_s:.0f} s." if wait_s and wait_s > 60 else ""
            words = f"The server says: too many requests.{long}"
            return Trouble(Category.LLM_RATE, words, again=not never, wait_s=wait_s)
        if status in (408, 504):
            return Trouble(
                Category.LLM_TIMEOUT, f"The server timed out ({status}).", again=not never, wait_s=wait_s, billed=True
            )
        if status == 409 or status >= 500:
            return Trouble(
                Category.LLM_OVERLOADED, f"The server is overloaded ({status}).", again=not never, wait_s=wait_s
            )
        return Trouble(
            Category.LLM_INVALID,
            f"The request was refused ({status}: {said}).",
            unknown=_unknown(said) if status in (400, 422) else "",
        )

    def _clean(self, text: str) -> str:
        """What a server said, short, on one line, without our key."""
        return " ".join(self._without_key(text).split())[:200].rstrip(".")

    def _without_key(self, text: str) -> str:
        """A server that repeats our key must not bring it into a profile, an error or the database."""
        return text.replace(self._secret, "********") if len(self._secret) > 3 else text


@asynccontextmanager
async def open_client(settings: ModelSettings) -> AsyncIterator[Client]:
    """Open the connections to the API, close them at the end."""
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else PLACEHOLDER_KEY
    async with anthropic.AsyncAnthropic(
        api_key=key,
        base_url=(settings.anthropic_base_url or "https://api.anthropic.com").rstrip("/").removesuffix("/v1"),
        timeout=anthropic.Timeout(settings.llm_timeout, connect=CONNECT_S),
        max_retries=0,
    ) as api:
        yield Client(api, timeout_s=settings.llm_timeout, secret=key if settings.anthropic_api_key else "")


def read_message(sent: tuple[dict[str, Any], Mapping[str, str]]) -> Reply:
    """A reply from the JSON of a message, whatever is missing in it."""
    body, headers = sent
    blocks = body.get("content")
    texts = [
        block["text"]
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str)
    ]
    used = body.get("usage")
    usage = used if isinstance(used, dict) else {}
    return Reply(
        text=next((text for text in texts if text.strip()), ""),
        stop_reason=str(body.get("stop_reason") or ""),
        usage=Usage(
            input_tokens=_count(usage.get("input_tokens")),
            output_tokens=_count(usage.get("output_tokens")),
            cache_write_tokens=_count(usage.get("cache_creation_input_tokens")),
            cache_read_tokens=_count(usage.get("cache_read_input_tokens")),
        ),
        headers=headers,
    )


def _batch_line(line: dict[str, Any]) -> tuple[str, Reply | Trouble]:
    result = line.get("result")
    result = result if isinstance(result, dict) else {}
    custom_id = str(line.get("custom_id", ""))
    if result.get("type") == "succeeded" and isinstance(result.get("message"), dict):
        return custom_id, read_message((result["message"], {}))
    kind = str(result.get("type") or "unreadable")
    error = result.get("error")
    inner = error.get("error") if isinstance(error, dict) else None
    code = inner.get("type") if isinstance(inner, dict) else None
    again = kind == "expired" or (kind == "errored" and code != "invalid_request_error")
    return custom_id, Trouble(
        Category.LLM_TIMEOUT if kind == "expired" else Category.LLM_INVALID,
        f"The request of the batch {kind}{f' ({code})' if code else ''}.",
        again=again,
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 40 else 0


def _never_sent(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
            return True
        seen = seen.__cause__
    return False


def _unknown(said: str) -> str:
    """Which part of the request a server did not take, by its words."""
    if "effort" in said:
        return "effort"
    refused = any(word in said for word in ("output_config", "json_schema", "cache_control"))
    return "structured" if refused else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks for: milliseconds, seconds or a date (RFC 9110 §10.2.3); None when it says nothing."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        with suppress(KeyError, ValueError):
            seconds = float(headers[name]) / unit
            if math.isfinite(seconds):
                return max(0.0, seconds)
    with suppress(KeyError, ValueError):
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time())
    return None

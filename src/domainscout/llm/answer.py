"""What the model may answer: one pydantic model, its JSON Schema for the API, and a tolerant reader of replies.

Owns the shape. Does not own whether a value is true (`grounding`). The schema is the same for every company, so that
servers compile it once: the SIC code is chosen as a number on the list that comes with the question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

MAX_REPLY = 200_000
"""Characters of a reply that are read: a longer one is not an answer of ours."""

MAX_CANDIDATES = 12
"""SIC codes offered at most, and members of the enum: the right one is rarely further down the list of the rules."""

CHOICES = tuple(f"c{number:02d}" for number in range(1, MAX_CANDIDATES + 1))
SECTORS = tuple("ABCDEFGHIJKLMNOPQRSTU")
"""Sections of UK SIC 2007."""


FIELDS = (
    "company_name", "legal_name", "acronym", "business_type", "logo_url", "phone", "phone_sales", "phone_support",
    "phone_mobile", "fax", "email", "hours", "social", "certification", "service", "product", "tag",
)  # fmt: skip
"""Fields whose values are plain texts."""


class Unreadable(Exception):
    """The reply is not an answer; the message says why, in words that the model can act on."""


def _one_of(choices: Sequence[str]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "string", "enum": list(choices)}, {"type": "null"}]})


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


def _usable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """The list without the entries that do not fit, unless none does: one slip of a small model costs one value."""
    entries = value if isinstance(value, list) else [] if value is None else [value]
    usable, error = [], None
    for entry in entries:
        try:
            usable += read([entry])
        except ValidationError as misfit:
            error = error or misfit
    if error is not None and not usable:
        raise ValueError(_first_error(error))
    return usable


def _number(value: Any) -> Any:
    """The page's number, or 0 where none is told: the quote is then looked for on every page."""
    if isinstance(value, str):
        digits = re.search(r"\d{1,4}", value)
        return int(digits[0]) if digits else 0
    return value if isinstance(value, int) else 0


def _singular(value: Any) -> Any:
    """A field by its name in the profile too: "phones" is phone."""
    if not isinstance(value, str) or value in FIELDS:
        return value
    name = value.strip().lower()
    return next((known for known in (name, name.removesuffix("s"), name.removesuffix("es")) if known in FIELDS), value)


def _nothing_as_blank(value: Any) -> Any:
    said = isinstance(value, str) and value.strip().lower() in ("null", "none", "n/a", "unknown")
    return "" if value is None or said else value


_SOME = WrapValidator(_usable)
Words = Annotated[str, BeforeValidator(_nothing_as_blank)]
"""A text; blank when nothing is said, in one of the usual ways of saying nothing."""


class Cited(_Part):
    """Where it stands: page number and verbatim, contiguous words of that page."""

    page: Annotated[int, BeforeValidator(_number)] = 0
    quote: Words = ""


class Value(Cited):
    """One value as the page writes it; a blank quote means that the value is copied word for word."""

    field: Annotated[Literal[FIELDS], BeforeValidator(_singular)]  # type: ignore[valid-type]
    value: str


class SaidAddress(Cited):
    """A postal address; parts that the page does not state are blank."""

    street: Words = ""
    city: Words = ""
    region: Words = ""
    postcode: Words = ""
    country: Words = ""


class SaidPerson(Cited):
    """Somebody who works for the company."""

    name: str
    title: Words = ""
    email: Words = ""


class Described(_Part):
    """Own words, with the sentences they rest on; blank when nothing can be said."""

    text: Words = ""
    support: Annotated[list[Cited], _SOME] = []


class Classified(_Part):
    """The industry: chosen from the list, and named in a few words, with the sentences it rests on.

    Whatever else than a choice is said is read too: servers that do not constrain answers let models say a code.
    """

    sic: Annotated[str | None, _one_of(CHOICES)] = None
    sector: Annotated[str | None, _one_of(SECTORS)] = None
    name: Words = ""
    support: Annotated[list[Cited], _SOME] = []


class Answer(_Part):
    """Everything the model may say about one company.

    Plain values stand in one list with their field's name: a list for each field would make the schema, which is part
    of every input, twice as long.
    """

    values: Annotated[list[Value], _SOME] = []
    addresses: Annotated[list[SaidAddress], _SOME] = []
    people: Annotated[list[SaidPerson], _SOME] = []
    short_description: Described | None = None
    long_description: Described | None = None
    industry: Classified | None = None
    wrong: Annotated[list[str], _SOME] = []


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of an answer: all fields required, so that a constrained server says null, not nothing.

    Without descriptions, which the rules of the prompt give: they would cost a tenth of the input.
    """
    whole = Answer.model_json_schema()
    definitions = {name: _strict(part) for name, part in whole.pop("$defs").items()}
    return {"$defs": definitions, **_strict(whole)}


def read_answer(reply: str) -> Answer:
    """The answer in a reply that may be fenced, surrounded by prose, doubled or slightly broken.

    Raises:
        Unreadable: there is no JSON object in it, or none that fits the schema.
    """
    if len(reply) > MAX_REPLY:
        raise Unreadable(f"The answer is {len(reply)} characters long; at most {MAX_REPLY} are read.")
    reason = "There is no JSON object in the answer."
    for value in _objects(reply.replace("\0", "")):
        try:
            answer = Answer.model_validate(value)
        except ValidationError as error:
            reason = _first_error(error)
            continue
        if any(name in value for name in Answer.model_fields):
            return answer
        reason = "The JSON object has none of the fields of the schema."
    raise Unreadable(reason)


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"Field {'.'.join(str(part) for part in first['loc'])}: {first['msg']}."[:300]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(strict=False)
    position, misses = 0, 0
    while misses < 20 and (start := text.find("{", position)) >= 0:
        try:
            value, position = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            value, position, misses = _repaired(text[start:]) if not misses else None, start + 1, misses + 1
        if isinstance(value, dict):
            yield value


def _repaired(text: str) -> Any:
    """The object when only trailing commas, comments or the closing fence are wrong."""
    text = re.sub(r"```\s*$", "", text.strip())
    text = re.sub(r"(?m)^\s*//[^\n]*$", "", text)
    text = re.sub(r",(\s*[}\]])", r"\1", text)
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key not in ("title", "default", "description")}
    if "properties" in kept:
        kept["properties"] = {name: _strict(part) for name, part in kept["properties"].items()}
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    if "items" in kept:
        kept["items"] = _strict(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(part) for part in kept["anyOf"]]
    return kept

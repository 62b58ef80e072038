"""Settings as command-line options: names, help texts and ranges come from `settings`, written once there.

`@command(...)` turns a function over a `Call` into a Typer command that also takes the options of the groups it names.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from domainscout.cli import moment
from domainscout.cli.hangup import read_enough
from domainscout.cli.helping import Command
from domainscout.cli.speech import Speech
from domainscout.settings import (
    CrawlSettings,
    FaceSettings,
    LogFormat,
    ModelSettings,
    QueueSettings,
    Settings,
    StoreSettings,
    load_settings,
)

NEVER_FLAGS = frozenset({"anthropic_api_key"})
"""Secrets come from the environment or a file."""

PANELS: dict[type[BaseModel], str] = {
    StoreSettings: "Data",
    QueueSettings: "Queue",
    CrawlSettings: "Crawling",
    ModelSettings: "Language model",
    FaceSettings: "Everywhere",
}
SHORT: dict[str, str] = {"concurrency": "-c"}
PLACES: tuple[str, ...] = ("data_dir", "database", "redis_url", "queue")
"""Options of every command that opens the database or Redis."""

STARTED_AFTER_S = 1.0
"""By then a command has imported what it needs, and begins to make garbage."""

Body = Callable[..., int | Awaitable[int | None] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One invocation: its settings, how to speak, and what was said on the command line (for child processes)."""

    settings: Settings
    speech: Speech
    flags: dict[str, Any]
    debug: bool


def command(
    app: typer.Typer,
    name: str,
    *,
    groups: tuple[type[BaseModel], ...] = (),
    fields: tuple[str, ...] = PLACES,
    panel: str = "",
    epilog: str | None = None,
) -> Callable[[Body], Body]:
    """Register a function as a command; its first parameter is the `Call`, the rest are its own options.

    Args:
        app: where to register it.
        name: the command's name.
        groups: settings groups offered as options in full.
        fields: single settings offered beside them.
        panel: heading in the list of commands.
        epilog: an example, shown below the options.
    """

    def register(body: Body) -> Body:
        offered = _offered(groups, fields)

        def call(**values: Any) -> None:
            flags = {field: _plain(values.pop(field)) for field in offered}
            said = {field: value for field, value in flags.items() if value is not None}
            speech = Speech(quiet=values.pop("quiet"), verbose=values.pop("verbose"), no_color=values.pop("no_color"))
            debug = values.pop("debug")
            settings = load_settings(said)
            speech.json_lines = settings.log_format is LogFormat.JSON
            if inspect.iscoroutinefunction(body) and not speech.quiet and not speech.json_lines:
                moment.begin()
            try:
                result = body(Call(settings=settings, speech=speech, flags=said, debug=debug), **values)
                code = asyncio.run(_awaited(result)) if inspect.isawaitable(result) else result
            except BrokenPipeError:
                # Caught here: the parser would make it a failure.
                read_enough()
                code = 0
            raise typer.Exit(int(code or 0))

        own = list(inspect.signature(body).parameters.values())[1:]
        hints = get_type_hints(body, include_extras=True)
        parameters = [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        parameters += [_parameter(field, info, group) for field, (info, group) in offered.items()]
        parameters += _COMMON
        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        call.__annotations__ = {p.name: p.annotation for p in parameters}
        call.__doc__ = body.__doc__
        call.__name__ = body.__name__
        app.command(name, cls=Command, rich_help_panel=panel or None, epilog=epilog)(call)
        return body

    return register


async def _awaited(result: Awaitable[int | None]) -> int | None:
    asyncio.get_running_loop().call_later(STARTED_AFTER_S, gc.enable)
    return await result


def _offered(
    groups: tuple[type[BaseModel], ...], fields: tuple[str, ...]
) -> dict[str, tuple[FieldInfo, type[BaseModel]]]:
    found: dict[str, tuple[FieldInfo, type[BaseModel]]] = {}
    for group in PANELS:
        for name, info in group.model_fields.items():
            wanted = group in groups or name in fields or name == "log_format"
            if wanted and name not in NEVER_FLAGS:
                found[name] = (info, group)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(value) or None
    return value


def _parameter(name: str, info: FieldInfo, group: type[BaseModel]) -> inspect.Parameter:
    flag = f"--{name.replace('_', '-')}"
    kind = _option_type(info.annotation)
    declared = [f"{flag}/--no-{flag[2:]}"] if kind is bool else [flag]
    if name in SHORT:
        declared.append(SHORT[name])
    option = typer.Option(
        *declared,
        help=_help(info),
        rich_help_panel=PANELS[group],
        show_default=False,
        metavar=_metavar(kind),
    )
    annotation: Any = Annotated[list[str] | None if kind is list else kind | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _option_type(annotation: Any) -> Any:
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)] if _is_union(annotation) else [annotation]
    kind = kinds[0]
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) is tuple or kind is tuple:
        return list
    if kind in (SecretStr, Path):
        # A path that is empty is the settings' to refuse: as a Path it would be this folder.
        return str
    return kind


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _help(info: FieldInfo) -> str:
    text = info.description or ""
    default = info.get_default()
    if default in (None, ()) or isinstance(default, bool | Path) or info.default_factory is not None:
        return text
    shown = default.value if isinstance(default, Enum) else default
    return f"{text} [default: {shown:g}]" if isinstance(shown, float) else f"{text} [default: {shown}]"


def _metavar(kind: Any) -> str | None:
    return "NUMBER" if kind is float else None


def _common(name: str, declared: tuple[str, ...], text: str) -> inspect.Parameter:
    option = typer.Option(*declared, help=text, rich_help_panel="Everywhere", show_default=False)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, option])


_COMMON = [
    _common("quiet", ("--quiet", "-q"), "only results and errors"),
    _common("verbose", ("--verbose", "-v"), "more detail in messages"),
    _common("no_color", ("--no-color",), "no colours (as NO_COLOR=1)"),
    _common("debug", ("--debug",), "tracebacks instead of sentences"),
]

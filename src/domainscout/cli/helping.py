"""How `--help` looks: options in groups of one subject, commands in the order of a day's work."""

from __future__ import annotations

from enum import Enum
from typing import Any

from typer.core import TyperCommand, TyperGroup

from domainscout.cli.commands import HOMES

METAVARS = {
    "--name": "NAME",
    "--column": "NAME",
    "--max-age": "AGE",
    "--older-than": "AGE",
    "--budget": "USD",
    "--max-fail": "PERCENT",
    "--output": "FILE",
    "--rejects": "FILE",
    "--csv": "FILE",
    "--ca-file": "FILE",
    "--data-dir": "FOLDER",
    "--seconds": "SECONDS",
    "--interval": "SECONDS",
    "--timeout": "SECONDS",
    "--job": "ID",
    "--status": "STATUS",
    "--fields": "NAMES",
    "--changed-since": "WHEN",
    "--category": "CATEGORY",
    "--connect-to": "RULE",
    "--redis-url": "URL",
    "--database": "URL",
    "--proxy": "URL",
    "--anthropic-base-url": "URL",
}
OWN = "Options"


class Command(TyperCommand):
    """A command whose options are listed by subject."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Flags, then the arguments as the help names them."""
        parameters: list[Any] = self.get_params(ctx)
        return ["[OPTIONS]", *(p.metavar or p.name for p in parameters if p.param_type_name == "argument")]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, own options, then those of each group of settings."""
        panels: dict[str, list[tuple[str, str]]] = {"Arguments": [], OWN: []}
        parameters: list[Any] = self.get_params(ctx)
        for parameter in parameters:
            if parameter.param_type_name == "argument":
                panels["Arguments"].append((parameter.metavar or parameter.name, parameter.help or ""))
                continue
            panel = getattr(parameter, "rich_help_panel", None) or OWN
            everywhere = parameter.name == "help" or panel == "Everywhere"
            panels.setdefault("Everywhere" if everywhere else panel, []).append(_record(parameter))
        if "Everywhere" in panels:
            panels["Everywhere"] = panels.pop("Everywhere")
        for title, rows in panels.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=34)


class Commands(TyperGroup):
    """The commands by subject."""

    def list_commands(self, ctx: object) -> list[str]:
        """Names as they are listed."""
        return [name for name in HOMES if name in self.commands]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A section a subject."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            panel = getattr(command, "rich_help_panel", None) or "Commands"
            panels.setdefault(panel, []).append((name.ljust(10), command.get_short_help_str(200)))
        for title, rows in panels.items():
            with formatter.section(title):
                formatter.write_dl(rows)


def _record(parameter: Any) -> tuple[str, str]:
    """An option's left and right column."""
    names = ", ".join(sorted(parameter.opts, key=len))
    if parameter.secondary_opts:
        names += " / " + ", ".join(parameter.secondary_opts)
    if not parameter.is_flag:
        names += f" {_metavar(parameter)}"
    text = parameter.help or ""
    default = parameter.default
    if default not in (None, False, True, (), []) and "[default" not in text:
        text += f" [default: {default:g}]" if isinstance(default, float) else f" [default: {default}]"
    return names, text


def _metavar(parameter: Any) -> str:
    for name in parameter.opts:
        if name in METAVARS:
            return METAVARS[name]
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(choice.value) for choice in kind)
    return "NUMBER" if kind is float else "N" if kind is int else "TEXT"

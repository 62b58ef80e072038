"""Turns the parser's complaints into our own: what was wrong, why, and the command line that would have been right."""

from __future__ import annotations

import difflib
import re
from typing import Any

from domainscout.errors import UsageError

CUTOFF = 0.5


def explained(error: Exception, program: Any) -> UsageError | None:
    """Our words for an error of the parser; None when it is none of the parser's."""
    if not hasattr(error, "format_message"):
        return None
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "domainscout")
    message = " ".join(error.format_message().split())
    if unknown := re.search(r"No such command '([^']*)'", message):
        return _command(unknown[1], list(program.commands))
    if flag := getattr(error, "option_name", None):
        if type(error).__name__ == "NoSuchOption":
            return _flag(str(flag), context, path)
        return UsageError(f"{message.rstrip('.')}.", why=f"{flag} takes a value.", fix=_right(context, path))
    if type(error).__name__ == "MissingParameter":
        name = getattr(getattr(error, "param", None), "human_readable_name", "an argument")
        return UsageError(f"{name} is missing.", why=f"`{path}` needs it.", fix=_right(context, path))
    return UsageError(f"{message.rstrip('.')}.", why=_kind(error), fix=_right(context, path))


def _command(name: str, names: list[str]) -> UsageError:
    close = difflib.get_close_matches(name, names, n=1, cutoff=CUTOFF)
    if close:
        return UsageError(
            f"There is no command '{name}'.", why=f"Did you mean '{close[0]}'?", fix=f"domainscout {close[0]} --help"
        )
    return UsageError(f"There is no command '{name}'.", why=f"There are: {', '.join(names)}.", fix="domainscout --help")


def _flag(flag: str, context: Any, path: str) -> UsageError:
    known = [name for parameter in context.command.params for name in getattr(parameter, "opts", ())]
    known = [name for name in known if name.startswith("--")]
    close = difflib.get_close_matches(flag, known, n=1, cutoff=CUTOFF)
    why = f"Did you mean {close[0]}?" if close else "It may belong to another command."
    return UsageError(f"`{path}` has no flag {flag}.", why=why, fix=f"{path} --help")


def _kind(error: Exception) -> str:
    parameter = getattr(error, "param", None)
    words = getattr(parameter, "help", None)
    return f"It means: {words}." if words else ""


def _right(context: Any, path: str) -> str:
    """The example of the command, else its help."""
    epilog = getattr(getattr(context, "command", None), "epilog", None) or ""
    example = epilog.partition("Example:")[2].strip()
    return f"{example}   (all flags: {path} --help)" if example else f"{path} --help"

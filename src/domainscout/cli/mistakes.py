"""Turns the parser's complaints into our own: what was wrong, why, and the command line that would have been right."""

from __future__ import annotations

import difflib
import re
import sys
from typing import Any

from domainscout.errors import UsageError

CUTOFF = 0.6

MEANT = {
    "add": "submit", "check": "doctor", "clean": "purge", "crawl": "run", "delete": "cancel", "dump": "export",
    "enqueue": "submit", "get": "show", "health": "doctor", "info": "show", "jobs": "status", "list": "status",
    "ls": "status", "queue": "status", "rm": "cancel", "save": "export", "scan": "run", "scrape": "run",
    "settings": "config", "setup": "doctor", "start": "work", "stats": "status", "stop": "cancel", "top": "monitor",
    "try": "demo", "watch": "monitor", "worker": "work", "workers": "monitor",
}  # fmt: skip
"""What other programs call our commands."""
FLAGS = ("version",)
"""What other programs make commands of."""

_WORDS = (
    (re.compile(r"Invalid value for '([^']*)'(?: / '[^']*')?: "), r"\1 cannot be used: "),
    (re.compile(r"Value error, "), ""),
    (re.compile(r"Input should be a valid (\w+), unable to parse string as an? \w+"), r"it takes a \1"),
    (re.compile(r"Input should be "), "it must be "),
    (re.compile(r"\bit takes a integer"), "it takes a whole number"),
)


def explained(error: Exception, program: Any) -> UsageError | None:
    """Our words for an error of the parser; None when it is none of the parser's."""
    if not hasattr(error, "format_message"):
        return None
    context = getattr(error, "ctx", None)
    command = getattr(context, "command", None) or _command_said(program)
    path = getattr(context, "command_path", None) or " ".join(filter(None, ("domainscout", _name(command))))
    message = " ".join(error.format_message().split()).rstrip(".")
    if unknown := re.search(r"No such command '([^']*)'", message):
        return _command(unknown[1], program.list_commands(None))
    if flag := getattr(error, "option_name", None):
        if type(error).__name__ == "NoSuchOption":
            return _flag(str(flag), command, path, program)
        takes = "takes no value" if "does not take a value" in message else "takes a value, and there is none"
        return UsageError(f"{flag} {takes}.", why=_meaning(command, flag), fix=_right(command))
    if type(error).__name__ == "MissingParameter":
        parameter: Any = getattr(error, "param", None)
        name = getattr(parameter, "metavar", None) or getattr(parameter, "human_readable_name", "an argument")
        return UsageError(f"{name} is missing.", why=f"`{path}` needs {parameter.help or name}.", fix=_right(command))
    if extra := re.search(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", message):
        return _extra(extra[1], command, path)
    return _value(error, message, command)


def _command(name: str, names: list[str]) -> UsageError:
    if name in FLAGS:
        return UsageError(f"There is no command '{name}'.", why="It is a flag.", fix=f"domainscout --{name}")
    close = [MEANT[name]] if name in MEANT else difflib.get_close_matches(name, names, n=1, cutoff=CUTOFF)
    if close:
        return UsageError(
            f"There is no command '{name}'.", why=f"Did you mean '{close[0]}'?", fix=f"domainscout {close[0]} --help"
        )
    return UsageError(f"There is no command '{name}'.", why=f"There are: {', '.join(names)}.", fix="domainscout --help")


def _flag(flag: str, command: Any, path: str, program: Any) -> UsageError:
    what, fix = f"`{path}` has no flag {flag}.", f"{path} --help"
    owner = _owner(flag, program)
    if owner and _name(command) is None:
        return UsageError(what, why="Flags stand behind the command.", fix=f"domainscout {owner} {flag}")
    known = [name for parameter in command.params for name in getattr(parameter, "opts", ())]
    arguments = {p.name: p.metavar for p in command.params if p.param_type_name == "argument"}
    if (name := flag.lstrip("-")) in arguments:
        return UsageError(what, why="It is given without a flag.", fix=f"{path} {arguments[name]}")
    close = difflib.get_close_matches(flag, [name for name in known if name.startswith("--")], n=1, cutoff=CUTOFF)
    if close and owner is None:
        return UsageError(what, why=f"Did you mean {close[0]}?", fix=fix)
    return UsageError(what, why=f"`domainscout {owner}` has one." if owner else "No command has one.", fix=fix)


def _owner(flag: str, program: Any) -> str | None:
    """The first command that has this flag: the one that was named, if it has."""
    said = _command_said(program)
    names = [name for name in (_name(said), *program.list_commands(None)) if name in program.commands]
    return next((n for n in names if any(flag in getattr(p, "opts", ()) for p in program.commands[n].params)), None)


def _extra(words: str, command: Any, path: str) -> UsageError:
    takes = " ".join(p.metavar or p.name for p in command.params if p.param_type_name == "argument")
    why = f"`{path}` takes {takes} and no more." if takes else f"`{path}` takes flags only."
    return UsageError(f"'{words}' is too much.", why=why, fix=_right(command))


def _value(error: Exception, message: str, command: Any) -> UsageError:
    for pattern, words in _WORDS:
        message = pattern.sub(words, message)
    why = _meaning_of(getattr(error, "param", None))
    if listed := re.search(r"'([^']*)' is not one of (.*)", message):
        choices = re.findall(r"'([^']*)'", listed[2])
        message = message[: listed.start()] + f"'{listed[1]}' is none of its words"
        near = difflib.get_close_matches(listed[1].lower(), choices, n=1, cutoff=CUTOFF)
        why = f"Did you mean {near[0]}?" if near else f"Possible: {', '.join(choices)}."
    return UsageError(f"{message}.", why=why, fix=_right(command))


def _meaning(command: Any, flag: str) -> str:
    return next((_meaning_of(p) for p in command.params if flag in getattr(p, "opts", ())), "")


def _meaning_of(parameter: Any) -> str:
    words = getattr(parameter, "help", None)
    return f"It means: {words}." if words else ""


def _command_said(program: Any) -> Any:
    """The command on the command line: some complaints of the parser do not name it."""
    return next((program.commands[word] for word in sys.argv[1:] if word in program.commands), program)


def _name(command: Any) -> str | None:
    name = getattr(command, "name", None)
    return None if name == "domainscout" else name


def _right(command: Any) -> str:
    """The example of the command, and where the rest is told."""
    all_flags = " ".join(filter(None, ("domainscout", _name(command), "--help")))
    example = (getattr(command, "epilog", None) or "").partition("Example:")[2].strip()
    return f"{example}   (all flags: {all_flags})" if example else all_flags

"""The Typer application and its entry point: which commands exist, and how whatever goes wrong reaches the shell."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.core import TyperGroup

from domainscout import __version__
from domainscout.cli.speech import tell
from domainscout.errors import DomainscoutError, ExitCode, UsageError

INTRO = f"""Company domains in, company profiles out: every value with the page and the words it came from.

Example:  domainscout run domains.txt -o companies.csv

Version {__version__}. Try it without a network: domainscout demo
"""


class Commands(TyperGroup):
    """Commands in the order of a day's work, not of the alphabet."""

    def list_commands(self, ctx: object) -> list[str]:
        """Names as registered."""
        return list(self.commands)


app = typer.Typer(
    name="domainscout",
    cls=Commands,
    help=INTRO,
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        from domainscout.cli.versions import versions

        print(versions())
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="versions of the parts, then exit")
    ] = False,
) -> None:
    """Print help when no command is given."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


def main() -> None:
    """Entry point of the `domainscout` command."""
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves except with `--debug`."""
    from domainscout.cli import commands  # noqa: F401 - registers them

    try:
        result = typer.main.get_command(app).main(args=list(arguments), prog_name="domainscout", standalone_mode=False)
        sys.stdout.flush()
    except DomainscoutError as error:
        if "--debug" in arguments:
            raise
        tell(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("Stopped.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - the last wall: a person gets a sentence, not a traceback
        return _unexpected(error, arguments)
    return int(result or 0)


def _unexpected(error: Exception, arguments: Sequence[str]) -> int:
    if hasattr(error, "format_message"):
        tell(_usage(error.format_message(), arguments))
        return ExitCode.USAGE
    if "--debug" in arguments:
        raise error
    tell(
        DomainscoutError(
            f"Something unexpected happened: {type(error).__name__}: {error}",
            why="This is a bug in domainscout.",
            fix=f"domainscout {' '.join(arguments)} --debug   (and report what it prints)",
        )
    )
    return ExitCode.UNEXPECTED


def _usage(message: str, arguments: Sequence[str]) -> UsageError:
    names = [*typer.main.get_command(app).commands]  # type: ignore[attr-defined]
    command = next((word for word in arguments if word in names), "")
    guess = ""
    if unknown := re.search(r"No such command '([^']*)'", message):
        close = difflib.get_close_matches(unknown[1], names, n=1, cutoff=0.5)
        guess = f"domainscout {close[0]} --help" if close else ""
    message = re.sub(
        r"\s*Did you mean.*|\s*\(Possible options: (.*)\)", lambda m: f" Did you mean {m[1]}?" if m[1] else "", message
    )
    return UsageError(message.strip(), fix=guess or f"domainscout {command + ' ' if command else ''}--help")

"""The Typer application and its entry point: which commands exist, and how whatever goes wrong reaches the shell."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from domainscout import __version__, signals
from domainscout.cli import moment
from domainscout.cli.commands import HOMES, register
from domainscout.cli.hangup import let_go_of_the_rest, read_enough, survive_hangup
from domainscout.cli.helping import Commands
from domainscout.cli.speech import tell
from domainscout.errors import DomainscoutError, ExitCode

INTRO = f"""Example:  domainscout run domains.txt -o companies.csv

Company domains in, company profiles out: every value with the page and the words it came from.
Without a network: domainscout demo.  Version {__version__}.
"""

COMPLETE = "_DOMAINSCOUT_COMPLETE"


app = typer.Typer(
    name="domainscout",
    cls=Commands,
    help=INTRO,
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    rich_markup_mode=None,
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
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="versions of the parts, then exit")
    ] = False,
) -> None:
    """Print help when no command is given."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


def main() -> None:
    """Entry point of the `domainscout` command."""
    # What is imported stays: looking through it for garbage costs a tenth of the start. `options` switches it on again.
    gc.disable()
    # Nobody else's plugins have business in our records, and looking for some reads every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    survive_hangup()
    if "--debug" not in sys.argv:
        _hush()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signals.wanted(number):
            signal.signal(number, _terminated)
    code = run(sys.argv[1:])
    # The interpreter would look through it once more at its end, which is a fifth of a short command.
    gc.freeze()
    raise SystemExit(code)


def _hush() -> None:
    """Let the interpreter's own complaints wait for `--debug`: tracebacks, beside what we say of the cause."""
    sys.unraisablehook = lambda _: None
    logging.getLogger("asyncio").disabled = True
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _terminated(number: int, _frame: object) -> None:
    """Leave in order, so that the last user of the embedded server shuts it down; workers have their own handler."""
    raise SystemExit(128 + number)


def program(only: str | None = None) -> Any:
    """The command tree; with `only`, a tree of that command alone if there is one: building all takes 30 ms."""
    register(only)
    known = sorted(app.registered_commands, key=lambda info: list(HOMES).index(info.name or ""))
    app.registered_commands = [info for info in known if info.name == only] or known
    try:
        return typer.main.get_command(app)
    finally:
        app.registered_commands = known


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves except with `--debug`."""
    debug = "--debug" in arguments
    try:
        result = _called(list(arguments))
        sys.stdout.flush()
    except DomainscoutError as error:
        if debug:
            raise
        tell(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        moment.over()
        print("Stopped. What was finished is saved: the same command goes on from there.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        read_enough()
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - the last wall: a person gets a sentence, not a traceback
        return _unexpected(error, arguments, debug=debug)
    finally:
        moment.over()
    return int(result or 0)


def _called(arguments: list[str]) -> Any:
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:2], "--help"]
    if COMPLETE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
        return program().main(args=arguments, prog_name="domainscout", complete_var=COMPLETE, standalone_mode=False)
    only = arguments[0] if arguments else None
    return program(only).main(args=arguments, prog_name="domainscout", standalone_mode=False)


def _unexpected(error: Exception, arguments: Sequence[str], *, debug: bool) -> int:
    from domainscout.cli.mistakes import explained
    from domainscout.cli.refusals import unforeseen

    if (mistake := explained(error, program())) is not None:
        tell(mistake)
        return mistake.exit_code
    if debug:
        raise error
    tell(unforeseen(error, arguments))
    let_go_of_the_rest()
    return ExitCode.UNEXPECTED

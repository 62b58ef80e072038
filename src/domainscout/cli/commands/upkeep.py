"""`doctor`, `config`, `demo`, `completion`: the program itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from domainscout.cli.app import app
from domainscout.cli.options import Call, command
from domainscout.settings import CrawlSettings, ModelSettings, QueueSettings, StoreSettings

PANEL = "The program"
EVERYTHING = (StoreSettings, QueueSettings, CrawlSettings, ModelSettings)

Json = Annotated[bool, typer.Option("--json", help="for machines: JSON on standard output")]


class Shell(StrEnum):
    """Shells with completion."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


@command(app, "doctor", groups=EVERYTHING, panel=PANEL, epilog="Example:  domainscout doctor")
async def doctor(call: Call, json: Json = False) -> int:
    """Check everything domainscout stands on, and say what to fix.

    Redis, database, clock, disk, limits, TLS, DNS, address guard, model: each ok, warn or fail.
    """
    from domainscout.cli.upkeep import tell_health

    return await tell_health(call, json=json)


@command(app, "config", groups=EVERYTHING, panel=PANEL, epilog="Example:  domainscout config --json")
def config(call: Call, json: Json = False) -> int:
    """Print every setting, its value and where that came from."""
    from domainscout.cli.upkeep import tell_settings

    return tell_settings(call, json=json)


@command(app, "demo", fields=("data_dir",), panel=PANEL, epilog="Example:  domainscout demo")
async def demo(
    call: Call,
    serve: Annotated[bool, typer.Option("--serve", help="only serve the made-up sites, until Ctrl-C")] = False,
    llm: Annotated[bool, typer.Option("--llm", help="with a stand-in for a language model, also served here")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="also export the profiles")] = None,
) -> int:
    """Made-up companies through the whole pipeline: no network, no key."""
    from domainscout.cli.demonstrating import demonstrate, serve_sites

    return await (serve_sites(call) if serve else demonstrate(call, output=output, with_model=llm))


@command(app, "completion", fields=(), panel=PANEL, epilog='Example:  eval "$(domainscout completion bash)"')
def completion(
    call: Call,
    shell: Annotated[
        Shell,
        typer.Argument(help="bash, zsh, fish or powershell", metavar="SHELL", show_default=False, case_sensitive=False),
    ],
) -> int:
    """Print the completion script of a shell."""
    from domainscout.cli.upkeep import completion_script

    call.speech.data(completion_script(shell.value))
    return 0

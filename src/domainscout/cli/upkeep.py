"""`doctor`, `config` and `completion` as words or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from domainscout.cli.folding import folded, harmless
from domainscout.cli.options import Call
from domainscout.errors import ExitCode

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


async def tell_health(call: Call, *, json: bool) -> int:
    """A line a check as it ends; the exit code is that of the first failure."""
    from rich.text import Text

    from domainscout.doctor import State, examine, exit_code

    checks = []
    async for check in examine(call.settings):
        checks.append(check)
        if json:
            continue
        words = f"{check.state:4}  {check.name:14}  {check.text}" + (f"\n{'':22}fix: {check.fix}" if check.fix else "")
        line = Text(folded(harmless(words), call.speech.width, indent=22))
        line.stylize(COLOURS[check.state], 0, 4)
        call.speech.out.print(line, soft_wrap=True)
    code = exit_code(checks)
    if json:
        call.speech.json({"ok": code == ExitCode.OK, "checks": [asdict(check) for check in checks]})
    else:
        troubled = sum(check.state is not State.OK for check in checks)
        call.speech.say(f"{len(checks)} checks, {troubled} to look at." if troubled else "All is well.")
    return code


def tell_settings(call: Call, *, json: bool) -> int:
    """Every setting with its origin."""
    from domainscout.settings import origins

    found = origins(call.flags)
    if json:
        said = [
            {key: part for key, part in asdict(one).items() if key != "data"} | {"value": one.data} for one in found
        ]
        call.speech.json({"settings": said})
        return ExitCode.OK
    name_width = max(len(origin.name) for origin in found)
    value_width = min(44, max(len(origin.value) for origin in found))
    for origin in found:
        call.speech.data(f"{origin.name:{name_width}}  {origin.value:{value_width}}  {origin.origin}")
    return ExitCode.OK


def completion_script(shell: str) -> str:
    """The script that makes a shell ask the program what could come next."""
    from typer._completion_shared import get_completion_script

    script: Any = get_completion_script(
        prog_name="domainscout",
        complete_var="_DOMAINSCOUT_COMPLETE",
        shell="pwsh" if shell == "powershell" else shell,
    )
    return str(script)

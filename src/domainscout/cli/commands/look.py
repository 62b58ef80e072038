"""`status`, `monitor`, `show`: look without touching anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from domainscout.cli.app import app
from domainscout.cli.completing import domains, job_ids
from domainscout.cli.options import Call, command

PANEL = "Looking"

Json = Annotated[bool, typer.Option("--json", help="for machines: JSON on standard output")]


@command(app, "status", panel=PANEL, epilog="Example:  domainscout status j-7f3k --follow")
async def status(
    call: Call,
    job: Annotated[
        str | None,
        typer.Argument(
            help="a job's id; all jobs without", metavar="[JOB]", show_default=False, autocompletion=job_ids
        ),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="stay until it is finished")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="list what failed or is partial, with reasons")] = False,
    json: Json = False,
) -> int:
    """All jobs, or one: counts, rate, what failed and why."""
    from domainscout.cli.standing import tell_status

    return await tell_status(call, job, follow=follow, failed=failed, json=json)


@command(app, "monitor", panel=PANEL, epilog="Example:  domainscout monitor --seconds 600 --csv monitor.csv")
async def monitor(
    call: Call,
    seconds: Annotated[float | None, typer.Option("--seconds", min=0.1, help="end by itself with a summary")] = None,
    interval: Annotated[float, typer.Option("--interval", min=0.1, max=3600, help="seconds between figures")] = 1.0,
    csv: Annotated[Path | None, typer.Option("--csv", help="write a row each interval to this file")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="a line each interval instead of tables")] = False,
    json: Annotated[bool, typer.Option("--json", help="for machines: a JSON line each interval")] = False,
) -> int:
    """CPU, memory, queue and workers, live.

    Keys: q quit, p pause, s sort. Without a terminal: a line each interval.
    """
    from domainscout.cli.watching import watch

    return await watch(call, seconds=seconds, interval_s=interval, csv_file=csv, plain=plain, json=json)


@command(app, "show", panel=PANEL, epilog="Example:  domainscout show example.com")
async def show(
    call: Call,
    domain: Annotated[
        str, typer.Argument(help="a company's domain", metavar="DOMAIN", show_default=False, autocompletion=domains)
    ],
    history: Annotated[
        bool, typer.Option("--history", help="only what changed between crawls, field by field")
    ] = False,
    json: Json = False,
) -> int:
    """One company, each value with the page and the words it came from."""
    from domainscout.cli.showing import show_company

    return await show_company(call, domain, history=history, json=json)

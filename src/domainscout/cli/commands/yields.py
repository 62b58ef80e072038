"""`export`, `schema`: the data and its shape."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer

from domainscout.cli.app import app
from domainscout.cli.completing import job_ids
from domainscout.cli.options import Call, command

PANEL = "The data"


@command(app, "export", panel=PANEL, epilog="Example:  domainscout export -o companies.xlsx")
async def export(
    call: Call,
    job: Annotated[
        str | None,
        typer.Argument(
            help="a job's id; all companies without", metavar="[JOB]", show_default=False, autocompletion=job_ids
        ),
    ] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help="jsonl, csv, xlsx or parquet; else by the file's ending")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="file; without: standard output")] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="only these: done, partial, failed, skipped")
    ] = None,
    changed_since: Annotated[
        str | None, typer.Option("--changed-since", help="a date, or a duration such as 7d")
    ] = None,
    fields: Annotated[str | None, typer.Option("--fields", help="only these fields, comma-separated")] = None,
    json: Annotated[bool, typer.Option("--json", help="the same as --format jsonl")] = False,
) -> int:
    """The profiles as JSON lines, CSV, Excel or Parquet."""
    from domainscout.cli.yielding import export_to

    file_format = "jsonl" if json else file_format
    return await export_to(
        call, job, file_format=file_format, output=output, statuses=status, changed_since=changed_since, fields=fields
    )


@command(app, "schema", fields=(), panel=PANEL)
def schema(call: Call) -> int:
    """Print the JSON Schema of a company profile."""
    from domainscout.profile import Profile

    call.speech.data(json_text.dumps(Profile.model_json_schema(by_alias=True), indent=2, ensure_ascii=False))
    return 0

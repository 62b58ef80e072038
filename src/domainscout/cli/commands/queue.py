"""`run`, `submit`, `work`, `reextract`: targets in, profiles out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from domainscout.cli.app import app
from domainscout.cli.completing import job_ids
from domainscout.cli.options import Call, command
from domainscout.settings import CrawlSettings, ModelSettings, QueueSettings, StoreSettings

PANEL = "The job"

Files = Annotated[
    list[str], typer.Argument(help="files with domains, or - for standard input", metavar="FILE...", show_default=False)
]
Name = Annotated[str | None, typer.Option("--name", help="what to call the job")]
Column = Annotated[str | None, typer.Option("--column", help="CSV column that holds the domains")]
FromEmails = Annotated[bool, typer.Option("--from-emails", help="take the domains of e-mail addresses")]
Rejects = Annotated[Path | None, typer.Option("--rejects", help="write refused lines here (CSV)")]
MaxAge = Annotated[
    str, typer.Option("--max-age", help="share results of earlier jobs younger than this; 0: crawl anew")
]
NewJob = Annotated[bool, typer.Option("--new-job", help="start anew even if this file was submitted before")]
Budget = Annotated[
    float | None, typer.Option("--budget", min=0, max=1_000_000, help="cap on model spending of this job, USD")
]
MaxFail = Annotated[
    float | None,
    typer.Option("--max-fail", min=0, max=100, help="percent of failed targets above which the exit code is 7"),
]
Batch = Annotated[bool, typer.Option("--llm-batch", help="send model calls by the batch interface at half price")]


@command(
    app, "run", groups=(StoreSettings, QueueSettings, CrawlSettings, ModelSettings), panel=PANEL,
    epilog="Example:  domainscout run domains.txt -o companies.csv",
)  # fmt: skip
async def run(
    call: Call,
    files: Files,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="also export the job to this file")] = None,
    name: Name = None,
    column: Column = None,
    from_emails: FromEmails = False,
    rejects: Rejects = None,
    max_age: MaxAge = "7d",
    new_job: NewJob = False,
    budget: Budget = None,
    max_fail: MaxFail = None,
) -> int:
    """The whole job in one process: submit, work, wait, summary."""
    from domainscout.cli.jobs import options_of, submitted
    from domainscout.cli.working import run_job

    options = options_of(max_age=max_age, budget=budget)
    return await run_job(
        call,
        lambda services: submitted(
            call, services, files, name=name, column=column, from_emails=from_emails,
            rejects=rejects, options=options, new_job=new_job, command="run",
        ),
        output=output,
        max_fail=max_fail if max_fail is not None else call.settings.max_fail,
    )  # fmt: skip


@command(app, "submit", panel=PANEL, epilog="Example:  domainscout submit domains.txt")
async def submit(
    call: Call,
    files: Files,
    name: Name = None,
    column: Column = None,
    from_emails: FromEmails = False,
    rejects: Rejects = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and report only")] = False,
    max_age: MaxAge = "7d",
    new_job: NewJob = False,
    budget: Budget = None,
    llm_batch: Batch = False,
    wait: Annotated[bool, typer.Option("--wait", help="stay until the job is finished")] = False,
    wait_timeout: Annotated[
        float | None, typer.Option("--timeout", min=0, help="seconds to wait at most (exit 8)")
    ] = None,
    max_fail: MaxFail = None,
) -> int:
    """Queue the domains of files; prints the job's id."""
    from domainscout.cli.jobs import options_of, submit_job

    options = options_of(max_age=max_age, budget=budget, llm_batch=llm_batch)
    return await submit_job(
        call, files, name=name, column=column, from_emails=from_emails, rejects=rejects, dry_run=dry_run,
        options=options, new_job=new_job, wait=wait, timeout_s=wait_timeout,
        max_fail=max_fail if max_fail is not None else call.settings.max_fail,
    )  # fmt: skip


@command(
    app, "work", groups=(StoreSettings, QueueSettings, CrawlSettings, ModelSettings), panel=PANEL,
    epilog="Example:  domainscout work --concurrency 5",
)  # fmt: skip
async def work(
    call: Call,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="end when nothing is left to do")] = False,
    job: Annotated[str | None, typer.Option("--job", help="work on this job only", autocompletion=job_ids)] = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="rules only, whatever the settings say")] = False,
) -> int:
    """Take work until stopped.

    Ctrl-C once finishes what is begun, twice stops now and gives it back.
    """
    from domainscout.cli.working import supervise_workers, work_here
    from domainscout.settings import load_settings

    if no_llm:
        call = Call(
            settings=load_settings({**call.flags, "extractor": "rules"}),
            speech=call.speech,
            flags={**call.flags, "extractor": "rules"},
            debug=call.debug,
        )
    if call.settings.processes > 1:
        return await supervise_workers(call, sys.argv[1:], job=job)
    return await work_here(call, until_empty=until_empty, job=job)


@command(
    app, "reextract", fields=("data_dir", "database", "concurrency"), groups=(ModelSettings,), panel=PANEL,
    epilog="Example:  domainscout reextract j-7f3k --model claude-haiku-5-5",
)  # fmt: skip
async def reextract(
    call: Call,
    name: Annotated[str, typer.Argument(help="a job's id, or a domain", metavar="JOB|DOMAIN", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="for machines: a JSON line a domain")] = False,
) -> int:
    """Read the stored pages again: newer rules, another model.

    No request goes to any site. Profiles are replaced; each value says which program, model and prompt read it.
    """
    from domainscout.cli.rereading import reextract_named

    return await reextract_named(call, name, json=json)

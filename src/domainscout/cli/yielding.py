"""`export` from the command line's words: formats, dates, field lists, and progress for large files."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from domainscout.cli.jobs import seconds_of
from domainscout.cli.options import Call
from domainscout.cli.progress import eta
from domainscout.errors import ExitCode, UsageError
from domainscout.profile import Status

if TYPE_CHECKING:
    from domainscout.export import Progress

SAY_EVERY_S = 2.0


async def export_to(
    call: Call,
    job: str | None,
    *,
    file_format: str | None,
    output: Path | None,
    statuses: list[str] | None,
    changed_since: str | None,
    fields: str | None,
) -> int:
    """Write the profiles and say how many."""
    from domainscout.cli.reports import number
    from domainscout.export import Format, export, refuse_early
    from domainscout.store import open_store

    output = None if output == Path("-") else output
    if fields is not None and not fields.strip(" ,"):
        raise UsageError("--fields names no field.", why="", fix="domainscout export --fields domain,phones")
    if output is not None and not file_format:
        refuse_early(output)
    started = said = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal said
        if output is not None and time.monotonic() - said >= SAY_EVERY_S:
            said = time.monotonic()
            left = eta(progress.total - progress.rows, progress.rows / (said - started))
            call.speech.say(f"{progress.rows:,}/{progress.total:,} profiles · {left}")

    async with open_store(call.settings, create=False) as store:
        report = await export(
            store,
            job=job,
            format=Format(_chosen(file_format, "--format", [f.value for f in Format])) if file_format else None,
            output=output,
            statuses=[Status(_chosen(s, "--status", [v.value for v in Status])) for s in statuses or ()],
            changed_since=moment_of(changed_since) if changed_since else None,
            fields=[name.strip() for name in (fields or "").split(",") if name.strip()],
            progress=tell,
        )
    if output is not None:
        call.speech.say(f"Saved     {number(report.rows, 'profile')} · {_size(report.size_bytes)} → {output}")
    elif not report.rows:
        call.speech.say("No profiles yet.  Next: domainscout status")
    return ExitCode.OK


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024:.0f} kB" if size_bytes < 2**20 else f"{size_bytes / 2**20:.1f} MB"


def moment_of(text: str) -> datetime:
    """A date (2026-11-01, with a time if wanted) or an age such as 7d.

    Raises:
        UsageError: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            return datetime.now(UTC) - timedelta(seconds=seconds_of(text))
        except UsageError as error:
            raise UsageError(
                f"'{text}' is neither a date nor a duration.",
                why="Write a date such as 2026-11-01, or an age such as 7d.",
                fix="For example: domainscout export --changed-since 7d",
            ) from error
    return found if found.tzinfo else found.astimezone()


def _chosen(text: str, flag: str, choices: list[str]) -> str:
    if text.lower() in choices:
        return text.lower()
    raise UsageError(
        f"'{text}' cannot be used with {flag}.",
        why=f"Possible: {', '.join(choices)}.",
        fix=f"domainscout export {flag} {choices[0]}",
    )

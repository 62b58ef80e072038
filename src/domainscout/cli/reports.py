"""The words of `submit`, of the end of a job, and of `status`: figures in, text out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from domainscout.cli.progress import bar, eta, shown
from domainscout.records import Counts, Job

if TYPE_CHECKING:
    from domainscout.intake import Report
    from domainscout.store import Store
    from domainscout.store.numbers import FailureGroup, Progress, RecentError

OUTCOMES = ("done", "partial", "failed", "skipped", "cancelled")


def submit_report(report: Report, *, rejects: Path | None) -> str:
    """What was read, what became of it, and what to type next."""
    lines = [
        f"Read      {source.name} · {source.lines:,} lines · {source.encoding}"
        + (f' · column "{source.column}"' if source.column else "")
        for source in report.sources
    ]
    lines.append("        ".join(filter(None, (_accepted(report), _skipped(report), _rejected(report, rejects)))))
    if report.job is None:
        return "\n".join([*lines, "Nothing was queued (dry run).  Next: the same without --dry-run"])
    job = report.job.id
    state = "continued" if report.continued else "queued"
    nothing = " · nothing new" if report.continued and not report.accepted else ""
    lines.append(
        f"Job       {job}  {state}{nothing}       "
        f"Next: domainscout work --concurrency 5   ·   watch: domainscout status {job} --follow"
    )
    return "\n".join(lines)


def _accepted(report: Report) -> str:
    return f"Accepted  {report.accepted:,} {'domain' if report.accepted == 1 else 'domains'}"


def _skipped(report: Report) -> str:
    days = report.job.options.max_age_s / 86400 if report.job else 7.0
    parts = [f"{report.duplicates:,} duplicates"] if report.duplicates else []
    parts += [f"{report.fresh:,} fresh (< {days:g} d)"] if report.fresh else []
    parts += [f"{report.known:,} already in this job"] if report.known else []
    return f"Skipped {' · '.join(parts)}" if parts else ""


def _rejected(report: Report, rejects: Path | None) -> str:
    if not report.rejected:
        return ""
    first = report.first_rejects[0]
    where = f" → {rejects}" if rejects else ""
    return f'Rejected {report.rejected:,} lines{where} (line {first.line} "{first.text[:60]}": {first.reason})'


async def job_summary(
    store: Store, job: str | None, *, output: Path | None = None, command: str = "domainscout work"
) -> str:
    """Totals, failures by category, cost, and the next command (`command` when something is left to do)."""
    progress = await store.numbers.progress(job)
    counts = progress.counts
    lines = [f"{'Stopped ' if counts.unfinished else 'Finished'}  {totals(counts)}"]
    lines += failure_lines(await store.numbers.failures(job), job)
    if progress.cost_usd:
        lines.append(f"Spent     ${progress.cost_usd:.4f} on {progress.input_tokens + progress.output_tokens:,} tokens")
    if counts.unfinished:
        lines.append(f"Left      {counts.unfinished:,} to do.  Next: {command}")
    elif output is None:
        lines.append(f"Next      domainscout export {f'{job} ' if job else ''}-o companies.csv")
    return "\n".join(lines)


def totals(counts: Counts) -> str:
    """Counts of a job in one line, zeros left out."""
    parts = [f"{getattr(counts, name):,} {name}" for name in OUTCOMES if getattr(counts, name)]
    return f"{counts.finished:,}/{counts.submitted:,}" + (" · " + " · ".join(parts) if parts else "")


def failure_lines(failures: Iterable[FailureGroup], job: str | None, *, width: int = 120) -> list[str]:
    """A line a reason, with an example, and how to retry those that failed."""
    lines = []
    for group in failures:
        example = f"   e.g. {shown(group.example_domain)}" if group.example_domain else ""
        error = f": {' '.join(group.example_error.split())}" if group.example_domain and group.example_error else ""
        lines.append(cut(f"  {group.state:8} {group.category:10} {group.count:7,}{example}{error}", width))
        if group.state == "failed" and job:
            lines.append(f"           retry these: domainscout retry {job} --category {group.category}")
    return lines


def jobs_table(jobs: Iterable[Job], counts: dict[str, Counts], *, width: int) -> list[str]:
    """All jobs, newest first, a line each."""
    head = f"{'JOB':8} {'STATE':9} {'SIZE':>9} {'DONE':>9} {'PARTIAL':>8} {'FAILED':>8} {'LEFT':>9}  NAME"
    lines = [cut(head, width)]
    for job in jobs:
        n = counts.get(job.id, Counts())
        line = (
            f"{job.id:8} {job.state:9} {n.submitted:9,} {n.done + n.skipped:9,} {n.partial:8,} {n.failed:8,} "
            f"{n.unfinished:9,}  {job.name}"
        )
        lines.append(cut(line, width))
    return lines


def job_lines(
    job: Job,
    progress: Progress,
    failures: list[FailureGroup],
    errors: list[RecentError],
    *,
    workers: int,
    width: int,
) -> list[str]:
    """One job in full."""
    counts = progress.counts
    rate = progress.finished_1m / 60 or progress.finished_5m / 300
    finished = f", finished {job.finished_at:%Y-%m-%d %H:%M} UTC" if job.finished_at else ""
    lines = [
        f"{job.id}  {job.state}  {job.name}  submitted {job.created_at:%Y-%m-%d %H:%M} UTC{finished}",
        f"{bar(counts, 24)} {totals(counts)}",
        f"waiting {counts.waiting:,} · queued {counts.queued:,} · retrying {progress.retrying:,} · {workers} workers · "
        f"{rate:.1f}/s · {eta(counts.unfinished, rate)}",
        _sum_rule(counts),
        f"{progress.pages:,} pages · {progress.bytes / 2**20:,.1f} MiB · ${progress.cost_usd:.4f}",
    ]
    lines += _fill_lines(progress, width)
    if failures:
        lines += ["", "Why not done", *failure_lines(failures, job.id, width=width)]
    if errors:
        lines += ["", "Latest errors"]
        lines += [f"  {e.at:%H:%M:%S} {shown(e.domain)} {e.outcome} {e.category}: {e.error or ''}" for e in errors]
    lines += ["", f"Next: {_next(job, counts, workers)}"]
    return [cut(line, width) for line in lines]


def _sum_rule(counts: Counts) -> str:
    parts = " + ".join(f"{getattr(counts, name):,} {name}" for name in OUTCOMES)
    verdict = "holds" if counts.holds else "IS BROKEN: domainscout doctor"
    return f"sum rule {verdict}: {counts.submitted:,} = {parts} + {counts.unfinished:,} to do"


def _fill_lines(progress: Progress, width: int) -> list[str]:
    """Shares of profiles that have a value, field by field, wrapped between fields."""
    if not progress.profiles:
        return []
    lines = ["filled"]
    for name, share in sorted(progress.fill.items(), key=lambda item: (-item[1], item[0])):
        word = f"  {name} {share:.0%}"
        if len(lines[-1]) + len(word) > width:
            lines.append("      ")
        lines[-1] += word
    return lines


def _next(job: Job, counts: Counts, workers: int) -> str:
    if job.state == "paused":
        return f"domainscout resume {job.id}"
    if counts.unfinished:
        return f"domainscout status {job.id} --follow" if workers else "domainscout work"
    return f"domainscout export {job.id} -o companies.csv"


def cut(line: str, width: int) -> str:
    """The line in at most so many columns."""
    return line if len(line) <= width else line[: max(1, width - 1)] + "…"

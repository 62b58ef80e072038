"""The words of `submit`, of the end of a job, and of `status`: figures in, text out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
    skipped = [f"{report.duplicates:,} duplicates"] if report.duplicates else []
    skipped += [f"{report.fresh:,} fresh"] if report.fresh else []
    skipped += [f"{report.known:,} already in this job"] if report.known else []
    accepted = f"Accepted  {report.accepted:,} domains"
    if skipped:
        accepted += f"        Skipped {' · '.join(skipped)}"
    if report.rejected:
        first = report.first_rejects[0]
        where = f" → {rejects}" if rejects else ""
        accepted += (
            f'       Rejected {report.rejected:,} lines{where} (line {first.line} "{first.text}": {first.reason})'
        )
    lines.append(accepted)
    if report.job is None:
        return "\n".join([*lines, "Nothing was queued (dry run)."])
    job = report.job.id
    state = "continued" if report.resumed else "queued"
    nothing = "  nothing new" if report.resumed and not report.accepted else ""
    lines.append(
        f"Job       {job}  {state}{nothing}       "
        f"Next: domainscout work --concurrency 5   ·   watch: domainscout status {job} --follow"
    )
    return "\n".join(lines)


async def job_summary(store: Store, job: str | None, *, output: Path | None = None) -> str:
    """Totals, failures by category, cost, and the next command."""
    progress = await store.numbers.progress(job)
    failures = await store.numbers.failures(job)
    lines = [f"Finished  {totals(progress.counts)}"]
    lines += failure_lines(failures, job)
    if progress.cost_usd:
        lines.append(f"Spent     ${progress.cost_usd:.4f} on {progress.input_tokens + progress.output_tokens:,} tokens")
    left = progress.counts.unfinished
    if left:
        lines.append(f"Left      {left:,} to do.  Next: domainscout work")
    elif output is None:
        lines.append(f"Next      domainscout export {job or ''} -o companies.csv".replace("  -o", " -o"))
    return "\n".join(lines)


def totals(counts: Counts) -> str:
    """Counts of a job in one line, zeros left out."""
    parts = [f"{getattr(counts, name):,} {name}" for name in OUTCOMES if getattr(counts, name)]
    return f"{counts.finished:,}/{counts.submitted:,}" + (" · " + " · ".join(parts) if parts else "")


def failure_lines(failures: list[FailureGroup], job: str | None) -> list[str]:
    """A line a reason, with an example, and how to retry those that failed."""
    lines = []
    for group in failures:
        example = f"   e.g. {group.example_domain}: {group.example_error or ''}" if group.example_domain else ""
        lines.append(f"  {group.state:8} {group.category:10} {group.count:7,}{example}"[:200])
        if group.state == "failed" and job:
            lines.append(f"           retry these: domainscout retry {job} --category {group.category}")
    return lines


def jobs_table(jobs: list[Job], counts: dict[str, Counts]) -> list[str]:
    """All jobs, newest first, a line each."""
    lines = [f"{'JOB':10} {'STATE':10} {'SUBMITTED':>10} {'DONE':>9} {'PARTIAL':>8} {'FAILED':>8} {'LEFT':>10}  NAME"]
    for job in jobs:
        n = counts.get(job.id, Counts())
        lines.append(
            f"{job.id:10} {job.state:10} {n.submitted:10,} {n.done + n.skipped:9,} {n.partial:8,} {n.failed:8,} "
            f"{n.unfinished:10,}  {job.name}"
        )
    return lines


def job_lines(job: Job, progress: Progress, failures: list[FailureGroup], errors: list[RecentError]) -> list[str]:
    """One job in full."""
    from domainscout.cli.live import bar, eta

    counts = progress.counts
    rate = progress.finished_1m / 60 or progress.finished_5m / 300
    rule = "holds" if counts.holds else "BROKEN: run domainscout doctor"
    lines = [
        f"{job.id}  {job.state}  {job.name}  submitted {job.created_at:%Y-%m-%d %H:%M} UTC"
        + (f", finished {job.finished_at:%Y-%m-%d %H:%M} UTC" if job.finished_at else ""),
        f"{bar(counts, 30)} {totals(counts)}",
        f"waiting {counts.waiting:,} · queued {counts.queued:,} · retrying {progress.retrying:,} · "
        f"{rate:.1f}/s · {eta(counts.unfinished, rate)}",
        f"sum rule {rule}: {counts.submitted:,} = {counts.finished:,} finished + {counts.unfinished:,} to do",
        f"{progress.pages:,} pages · {progress.bytes / 2**20:,.1f} MiB · ${progress.cost_usd:.4f}",
    ]
    if progress.profiles:
        fill = sorted(progress.fill.items(), key=lambda item: -item[1])
        lines.append("filled  " + " · ".join(f"{name} {share:.0%}" for name, share in fill))
    if failures:
        lines += ["", "Why not done:", *failure_lines(failures, job.id)]
    if errors:
        lines += ["", "Latest errors:"]
        lines += [f"  {e.at:%H:%M:%S} {e.domain} {e.outcome} {e.category}: {e.error or ''}"[:200] for e in errors]
    return lines

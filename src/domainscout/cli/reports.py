"""The words of `submit`, of the end of a job, and of `status`: figures in, text out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from domainscout.cli.folding import folded, harmless
from domainscout.cli.progress import bar, eta, shown
from domainscout.records import Counts, Job

if TYPE_CHECKING:
    from domainscout.intake import Report
    from domainscout.store import Store
    from domainscout.store.numbers import FailureGroup, Progress, RecentError

SUMMARY_CHARS = 300
"""Of one reason in a summary, which is folded to the terminal afterwards."""

OUTCOMES = ("done", "partial", "failed", "skipped", "cancelled")


def submit_report(report: Report, *, rejects: Path | None, command: str = "submit") -> str:
    """What was read, what became of it, and (after `submit`) what to type next."""
    lines = [
        f"Read      {source.name} · {number(source.lines, 'line')} · {source.encoding}"
        + (f' · column "{source.column}"' if source.column else "")
        for source in report.sources
    ]
    lines.append("        ".join(filter(None, (_accepted(report), _skipped(report), _rejected(report, rejects)))))
    if report.job is None:
        return "\n".join([*lines, "Nothing was queued (dry run).  Next: the same without --dry-run"])
    job = report.job.id
    state = "continued" if report.continued else "queued"
    nothing = " · nothing new" if report.continued and not report.accepted else ""
    told = f"Job       {job}  {state}{nothing}"
    if report.job.finished_at is not None:
        told += f", finished       Next: domainscout export {job} -o companies.csv"
        told += f"   ·   crawl again: domainscout {command} --new-job --max-age 0" if report.continued else ""
    elif command == "submit":
        told += f"       Next: domainscout work --concurrency 5   ·   watch: domainscout status {job} --follow"
    lines.append(told)
    return "\n".join(lines)


def _accepted(report: Report) -> str:
    return f"Accepted  {number(report.accepted, 'domain')}"


def _skipped(report: Report) -> str:
    days = report.job.options.max_age_s / 86400 if report.job else 7.0
    parts = [number(report.duplicates, "duplicate")] if report.duplicates else []
    parts += [f"{report.fresh:,} fresh (< {days:g} d)"] if report.fresh else []
    parts += [f"{report.known:,} already in this job"] if report.known else []
    return f"Skipped {' · '.join(parts)}" if parts else ""


def _rejected(report: Report, rejects: Path | None) -> str:
    if not report.rejected:
        return ""
    first = report.first_rejects[0]
    where = f" → {rejects}" if rejects else ""
    return f'Rejected {number(report.rejected, "line")}{where} (line {first.line} "{first.text[:60]}": {first.reason})'


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the jobs stood at `at` (monotonic seconds), so that a worker can tell what came about since."""

    at: float
    counts: Counts
    failures: Sequence[FailureGroup]
    cost_usd: float
    tokens: int

    def since(self, before: Standing) -> Standing:
        """What came about after `before`."""
        known = {(group.state, group.category): group.count for group in before.failures}
        groups = [replace(g, count=g.count - known.get((g.state, g.category), 0)) for g in self.failures]
        return Standing(
            at=self.at,
            counts=self.counts.since(before.counts),
            failures=[group for group in groups if group.count > 0],
            cost_usd=self.cost_usd - before.cost_usd,
            tokens=self.tokens - before.tokens,
        )


async def standing(store: Store, job: str | None) -> Standing:
    """How a job stands now; None: all of them."""
    progress = await store.numbers.progress(job)
    return Standing(
        at=time.monotonic(),
        counts=progress.counts,
        failures=await store.numbers.failures(job),
        cost_usd=progress.cost_usd,
        tokens=progress.input_tokens + progress.output_tokens,
    )


async def job_summary(
    store: Store,
    job: str | None,
    *,
    before: Standing | None = None,
    output: Path | None = None,
    command: str = "domainscout work",
) -> str:
    """Totals, failures by category, cost, and the next command (`command` when something is left to do).

    Args:
        store: the database.
        job: which; None: all, less what `before` had already.
        before: taken when the work began.
        output: where the profiles were written to already.
        command: goes on with what is left.
    """
    now = await standing(store, job)
    took = f" · {duration(now.at - before.at)}" if before else ""
    now = now.since(before) if before and job is None else now
    counts = now.counts
    if not counts.submitted:
        return "Finished  there was nothing to do.  Next: domainscout submit domains.txt"
    lines = [f"{'Stopped ' if counts.unfinished else 'Finished'}  {totals(counts)}{took}"]
    lines += failure_lines(now.failures, job, width=SUMMARY_CHARS)
    if now.cost_usd:
        lines.append(f"Spent     ${now.cost_usd:.4f} on {now.tokens:,} tokens")
    if counts.unfinished:
        resume = await _resuming(store, job, counts.unfinished)
        lines.append(f"Left      {counts.unfinished:,} to do.  Next: {resume or command}")
    elif output is None:
        lines.append(f"Next      domainscout export {f'{job} ' if job else ''}-o companies.csv")
    return "\n".join(lines)


def number(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def totals(counts: Counts) -> str:
    """Counts of a job in one line, zeros left out."""
    parts = [f"{getattr(counts, name):,} {name}" for name in OUTCOMES if getattr(counts, name)]
    return f"{counts.finished:,}/{counts.submitted:,}" + (" · " + " · ".join(parts) if parts else "")


def failure_lines(failures: Iterable[FailureGroup], job: str | None, *, width: int = 120) -> list[str]:
    """A line a reason, with an example, and how to retry those that failed."""
    lines = []
    for group in failures:
        example = f"  e.g. {shown(group.example_domain)}" if group.example_domain else ""
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
    finished = ""
    if job.finished_at:
        took = duration((job.finished_at - job.created_at).total_seconds())
        finished = f", finished {job.finished_at:%Y-%m-%d %H:%M} UTC ({took} later)"
    lines = [
        f"{job.id}  {job.state}  {job.name}  submitted {job.created_at:%Y-%m-%d %H:%M} UTC{finished}",
        f"{bar(counts, 24)} {totals(counts)}",
    ]
    if counts.unfinished:
        lines.append(
            f"waiting {counts.waiting:,} · queued {counts.queued:,} · retrying {progress.retrying:,} · "
            f"{number(workers, 'worker')} · {progress.rate:.1f}/s · {eta(counts.unfinished, progress.rate)}"
        )
    spent = f" · ${progress.cost_usd:.4f} for {progress.input_tokens + progress.output_tokens:,} tokens"
    lines += [
        _sum_rule(counts),
        f"{progress.pages:,} pages · {progress.bytes / 2**20:,.1f} MiB{spent if progress.cost_usd else ''}",
    ]
    if progress.recovered:
        lines.append(f"recovered {progress.recovered:,} from workers that died")
    lines += _fill_lines(progress, width)
    if failures:
        lines += ["", "Why not done", *failure_lines(failures, job.id, width=width)]
    if errors:
        lines += ["", "Latest errors"]
        lines += [f"  {e.at:%H:%M:%S} {shown(e.domain)} {e.outcome} {e.category}: {e.error or ''}" for e in errors]
    lines += ["", f"Next: {_next(job, counts, workers)}"]
    return [folded(harmless(line), width, indent=4) for line in lines]


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


async def _resuming(store: Store, job: str | None, left: int) -> str | None:
    """How to go on where everything left is of paused jobs."""
    paused = [one.id for one in await store.jobs.list() if one.state == "paused" and job in (None, one.id)]
    if not paused:
        return None
    counts = await store.numbers.counts_by_job()
    waiting = [one for one in paused if counts.get(one, Counts()).unfinished]
    return f"domainscout resume {waiting[0]}" if sum(counts[one].unfinished for one in waiting) == left else None


def cut(line: str, width: int) -> str:
    """The line in at most so many columns, without characters that command a terminal."""
    line = harmless(line)
    return line if len(line) <= width else line[: max(1, width - 1)] + "…"

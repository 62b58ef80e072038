"""How progress looks: pure functions from counts, rate and heartbeats to text. Owns no clock and no screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from domainscout.records import Counts, ScoutState, WorkerBeat

if TYPE_CHECKING:
    from rich.console import RenderableType

BUSY_LINES = 8
MIB = 2**20


def block(counts: Counts, rate: float, beats: Sequence[WorkerBeat] | None, *, width: int, now: float) -> RenderableType:
    """The live block: a bar, the figures, and a line a busy scout.

    Args:
        counts: of the job.
        rate: targets a second.
        beats: the workers to tell of; None: Redis does not answer.
        width: columns of the terminal.
        now: Unix seconds.
    """
    from rich.console import Group
    from rich.text import Text

    cells = 24 if width >= 100 else 12
    first, *rest = fitted(parts(counts, rate, beats), width - cells - 3, width - 3)
    lines = [Text.assemble(" ", (bar(counts, cells), "green"), " ", first)]
    lines += [Text(f"   {line}") for line in rest]
    # A scout keeps its line for as long as there is one for each: lines that change places cannot be read.
    busy = list(enumerate(_busy(beats), 1))
    if len(busy) > BUSY_LINES:
        longest = sorted(busy, key=lambda one: one[1].since)[:BUSY_LINES]
        busy, left_out = sorted(longest, key=lambda one: one[0]), len(busy) - BUSY_LINES
    else:
        left_out = 0
    for number, scout in busy:
        age = max(0.0, now - scout.since)
        lines.append(Text(f"{number:2} {shown(scout.domain or '')} {scout.stage} {age:.1f}s", style="dim"))
    if left_out:
        lines.append(Text(f"   … and {left_out} more", style="dim"))
    for line in lines:
        line.no_wrap = True
        line.overflow = "ellipsis"
    return Group(*lines)


def bar(counts: Counts, width: int) -> str:
    """A bar of so many cells for the finished share."""
    return bar_of(counts.finished / counts.submitted if counts.submitted else 0.0, width)


def bar_of(share: float, width: int) -> str:
    """A bar of so many cells for a share from 0 to 1."""
    full = int(share * width)
    half = "▌" if full < width and share * width - full >= 0.5 else ""
    return "█" * full + half + "·" * (width - full - len(half))


def parts(counts: Counts, rate: float, beats: Sequence[WorkerBeat] | None) -> list[str]:
    """Figures of the moment, most important first."""
    found = [f"{counts.finished:,}/{counts.submitted:,}  {rate:.1f}/s  {eta(counts.unfinished, rate)}"]
    found.append(f"done {counts.done:,} partial {counts.partial:,} failed {counts.failed:,}")
    if counts.skipped:
        found.append(f"skipped {counts.skipped:,}")
    if beats is None:
        return [*found, "redis AWAY"]
    if living := [beat for beat in beats if beat.state != "lost"]:
        found.append(f"{len(_busy(living))} busy")
        if cost := sum(beat.cost_usd for beat in beats):
            found.append(f"${cost:.2f}")
        memory = sum(beat.rss_bytes for beat in living) / MIB
        if memory:
            found.append(f"{memory:.0f} MB {sum(beat.cpu_pct for beat in living):.0f} %")
    if lost := len(beats) - len(living):
        found.append(f"{lost} lost")
    return found


def plain_line(counts: Counts, rate: float, beats: Sequence[WorkerBeat] | None) -> str:
    """The same without a bar, for logs and pipes."""
    return " | ".join(parts(counts, rate, beats))


def progress_figures(counts: Counts, rate: float) -> dict[str, Any]:
    """The same for machines."""
    return {**counts.figures(), "rate": round(rate, 3)}


def fitted(texts: Iterable[str], first: int, others: int) -> list[str]:
    """Join texts by bars into lines of at most so many columns; a text is never broken."""
    lines: list[str] = []
    for text in texts:
        room = first if len(lines) <= 1 else others
        if lines and len(lines[-1]) + 3 + len(text) <= room:
            lines[-1] += f" │ {text}"
        else:
            lines.append(text)
    return lines


def eta(left: int, rate: float) -> str:
    """The time that is left as a range, because a rate is never that sure."""
    if not left:
        return "ETA now"
    if rate <= 0:
        return "ETA –"
    low, high = left / rate * 0.9, left / rate * 1.1
    for unit, seconds in (("h", 3600.0), ("min", 60.0)):
        if low >= 2 * seconds:
            return _range(low / seconds, high / seconds, unit)
    return _range(low, high, "s")


def _range(low: float, high: float, unit: str) -> str:
    least, most = f"{low:.0f}", f"{high:.0f}"
    return f"ETA {least} {unit}" if least == most else f"ETA {least}–{most} {unit}"


def shown(domain: str) -> str:
    """A domain as people write it: bücher.example rather than xn--bcher-kva.example."""
    if "xn--" not in domain:
        return domain
    from domainscout.domains import display

    return display(domain)


def _busy(beats: Iterable[WorkerBeat] | None) -> list[ScoutState]:
    return [scout for beat in beats or () if beat.state != "lost" for scout in beat.scouts if scout.domain]

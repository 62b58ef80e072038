"""How the monitor looks: pure functions from figures to Rich renderables. Fits any width from 80 columns up.

Narrow terminals lose columns, least important first; nothing wraps. Colour never carries a meaning alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.text import Text

from domainscout.domains import display
from domainscout.monitor.history import MIB, History, Sample, Summary, in_flight, is_living
from domainscout.records import QueueStats, Snapshot, WorkerBeat

BLOCKS = "▁▂▃▄▅▆▇█"

SORTS: Mapping[str, Callable[[WorkerBeat], tuple[float, str]]] = {
    "name": lambda beat: (0.0, beat.name),
    "cpu": lambda beat: (-beat.cpu_pct, beat.name),
    "memory": lambda beat: (-float(beat.rss_bytes), beat.name),
    "done": lambda beat: (-float(beat.done + beat.partial), beat.name),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds the figures of one picture.

    Attributes:
        width: columns of the terminal; `height` its lines, None for no limit.
        seconds: how long the whole watch lasts; None: until stopped.
        system: CPU percent of the machine and share of its memory in use, both 0 to 100; None: not measured.
        keys: whether keys are obeyed, so that a line may name them.
    """

    width: int = 120
    height: int | None = None
    seconds: float | None = None
    sort: str = "name"
    paused: bool = False
    keys: bool = False
    system: tuple[float, float] | None = None


def view(history: History, frame: Frame) -> RenderableType:
    """The whole picture of the latest snapshot and what led to it."""
    snapshot = history.latest
    if snapshot is None:
        return Text("waiting for the first figures …")
    sample = history.samples[-1]
    lines: list[RenderableType] = [
        _headline(sample, frame),
        _queue_line(history, snapshot, sample, frame.width),
        _service_line(snapshot, sample, frame),
    ]
    if snapshot.failures:
        lines.append(_cut(_failures(snapshot)))
    lines.append(Text(""))
    room = None if frame.height is None else max(1, frame.height - len(lines) - 4)
    lines.append(_workers(history, snapshot, frame, room))
    if frame.keys:
        lines.append(Text(f"q quit · p {'go on' if frame.paused else 'pause'} · s sort ({frame.sort})", style="dim"))
    return Group(*lines)


def sparkline(values: Sequence[float], cells: int, *, top: float | None = None) -> str:
    """The latest values as a row of blocks, the highest (or `top`) a full one; padded on the left."""
    shown = list(values)[-cells:]
    high = max([*shown, 0.0]) if top is None else top
    full = high or 1.0
    row = "".join(BLOCKS[min(7, max(0, int(value / full * 7.999)))] for value in shown)
    return row.rjust(cells)


def plain_line(sample: Sample) -> str:
    """One line a refresh, for logs and pipes."""
    return (
        f"{sample.ts_utc} workers {sample.workers} cpu {sample.cpu_pct_total:.0f}% rss {sample.rss_mb_total:.0f}MB "
        f"queue {sample.queue} in_flight {sample.in_flight} retrying {sample.retrying} done {sample.done} "
        f"partial {sample.partial} failed {sample.failed} rate {sample.rate_1m:.2f}/s redis {sample.redis_mb:.0f}MB "
        f"db {sample.db_mb:.0f}MB ${sample.cost_usd:.4f}"
    )


def summary_line(summary: Summary, *, saved: str = "") -> str:
    """The end of a watch in one line."""
    parts = [
        f"{summary.seconds:.0f} s",
        f"{summary.finished:,} done",
        f"{summary.rate:.2f}/s",
        f"CPU avg {summary.cpu_avg:.0f} % max {summary.cpu_max:.0f} %",
        f"RSS avg {summary.rss_avg:.0f} max {summary.rss_max:.0f} MB",
        f"queue {summary.queue_before:,} → {summary.queue_after:,}",
    ]
    if saved:
        parts.append(f"saved {saved} ({summary.samples:,} rows)")
    return "── end ── " + " · ".join(parts)


def clock(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def _headline(sample: Sample, frame: Frame) -> Text:
    title = "domainscout monitor" + ("  PAUSED" if frame.paused else "")
    time = clock(sample.elapsed_s) + (f" / {clock(frame.seconds)}" if frame.seconds else "")
    gap = max(1, frame.width - len(title) - len(time) - 1)
    return _cut(Text.assemble((title, "bold"), " " * gap, time))


def _queue_line(history: History, snapshot: Snapshot, sample: Sample, width: int) -> Text:
    cells = 5 if width < 100 else 8 if width < 130 else 16
    finished = sample.done + sample.partial + sample.failed
    retrying = "retrying" if width >= 100 else "retry"
    share = 100 * sample.failed / finished if finished else 0.0
    oldest = f"  oldest {_age(snapshot.queue.oldest_s)}" if snapshot.queue and width >= 100 else ""
    five = f" (5 min {snapshot.rate_5m:.1f})" if width >= 110 else ""
    return _cut(
        Text.assemble(
            "queue ", (f"{sample.queue:,}", "bold"), " ", (sparkline(history.series("queue"), cells), "cyan"),
            f"  in flight {in_flight(snapshot):,}  {retrying} {sample.retrying:,}{oldest} │ ",
            "rate ", (f"{sample.rate_1m:.1f}/s", "bold"), five, " ",
            (sparkline(history.series("rate_1m"), cells), "green"),
            f" │ failed {share:.1f} %",
        )
    )  # fmt: skip


def _service_line(snapshot: Snapshot, sample: Sample, frame: Frame) -> Text:
    counts = snapshot.counts
    parts = [f"done {counts.done:,}  partial {counts.partial:,}  failed {counts.failed:,}"]
    parts.append(_redis(snapshot.queue, wide=frame.width >= 110))
    wal = f" + WAL {snapshot.wal_bytes / MIB:.0f}" if frame.width >= 110 else ""
    parts.append(f"db {snapshot.database_bytes / MIB:.0f}{wal} MB")
    parts.append(f"${snapshot.cost_usd:.2f}")
    if frame.system is not None:
        cpu, memory = frame.system
        parts.append(f"{'machine CPU' if frame.width >= 100 else 'CPU'} {cpu:.0f} % mem {memory:.0f} %")
    return _cut(Text(" │ ".join(parts)))


def _redis(queue: QueueStats | None, *, wide: bool) -> str:
    if queue is None:
        return "redis AWAY"
    return f"redis {queue.memory_bytes / MIB:.0f} MB" + (f" {queue.ops_per_s:,} ops/s" if wide else "")


def _failures(snapshot: Snapshot) -> Text:
    ranked = sorted(snapshot.failures.items(), key=lambda item: -item[1])
    return Text("failures  " + "  ".join(f"{name} {count:,}" for name, count in ranked), style="dim")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column and the least terminal width at which it is shown."""

    title: str
    least: int
    cell: Callable[[WorkerBeat, History, float], str]
    right: bool = True


def _now(beat: WorkerBeat, _: History, __: float) -> str:
    if not is_living(beat):
        return "–"
    busy = sorted((s for s in beat.scouts if s.domain), key=lambda s: s.since)
    return f"{display(busy[0].domain or '')} {busy[0].stage}" if busy else "idle"


COLUMNS = (
    _Column(title="WORKER", least=0, cell=lambda b, h, now: b.name, right=False),
    _Column(title="HOST", least=150, cell=lambda b, h, now: b.host, right=False),
    _Column(title="STATE", least=0, cell=lambda b, h, now: b.state, right=False),
    _Column(title="CPU%", least=0, cell=lambda b, h, now: f"{b.cpu_pct:.0f}"),
    _Column(title="", least=100, cell=lambda b, h, now: sparkline(h.cpu(b.name), 8, top=100.0), right=False),
    _Column(title="RSS MB", least=0, cell=lambda b, h, now: f"{b.rss_bytes / MIB:.0f}"),
    _Column(title="SLOTS", least=0, cell=lambda b, h, now: f"{sum(bool(s.domain) for s in b.scouts)}/{b.slots}"),
    _Column(title="DONE", least=0, cell=lambda b, h, now: f"{b.done + b.partial:,}"),
    _Column(title="FAIL", least=0, cell=lambda b, h, now: f"{b.failed:,}"),
    _Column(title="/MIN", least=0, cell=lambda b, h, now: f"{h.per_minute(b.name):.0f}"),
    _Column(title="LAG ms", least=110, cell=lambda b, h, now: f"{b.lag_ms:.0f}"),
    _Column(title="NOW", least=0, cell=_now, right=False),
    _Column(title="SEEN", least=0, cell=lambda b, h, now: _age(now - b.seen)),
)


def _workers(history: History, snapshot: Snapshot, frame: Frame, room: int | None) -> RenderableType:
    if snapshot.queue is None:
        return Text("Redis does not answer: the workers cannot be heard. They go on by themselves.", style="red")
    if not snapshot.workers:
        return Text("No workers. Start one: domainscout work", style="yellow")
    beats = sorted(snapshot.workers, key=SORTS[frame.sort])
    shown = beats if room is None or len(beats) <= room else beats[:room]
    now = snapshot.at.timestamp()
    columns = [column for column in COLUMNS if frame.width >= column.least]
    rows = [[column.cell(beat, history, now) for column in columns] for beat in shown]
    rows.append(_total_row(columns, snapshot))
    widths = [max(len(column.title), *(cell_len(row[i]) for row in rows)) for i, column in enumerate(columns)]
    elastic = next(i for i, column in enumerate(columns) if column.title == "NOW")
    others = sum(widths) - widths[elastic] + 2 * (len(columns) - 1)
    widths[elastic] = max(8, min(widths[elastic], frame.width - others))
    # Lines of text, not a Rich table: fifty rows of a table took 25 ms to draw, these take 5 (2026-11).
    lines = [_line([column.title for column in columns], columns, widths, "bold")]
    for beat, row in zip(shown, rows, strict=False):
        lines.append(_line(row, columns, widths, "" if beat.state == "ok" else "yellow" if is_living(beat) else "red"))
    lines.append(_line(rows[-1], columns, widths, "bold"))
    if len(shown) < len(beats):
        lines.append(Text(f"… and {len(beats) - len(shown)} more workers", style="dim"))
    return Group(*lines)


def _line(cells: Sequence[str], columns: Sequence[_Column], widths: Sequence[int], style: str) -> Text:
    parts = []
    for cell, column, width in zip(cells, columns, widths, strict=True):
        fitting = cell if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"
        space = " " * (width - cell_len(fitting))
        parts.append(space + fitting if column.right else fitting + space)
    return _cut(Text("  ".join(parts).rstrip(), style=style))


def _total_row(columns: Sequence[_Column], snapshot: Snapshot) -> list[str]:
    """Sums over the living workers; averages of CPU and memory in the last column."""
    living = [beat for beat in snapshot.workers if is_living(beat)]
    number = len(living) or 1
    cpu, rss = sum(b.cpu_pct for b in living), sum(b.rss_bytes for b in living) / MIB
    values = {
        "WORKER": f"{len(living)} living",
        "CPU%": f"{cpu:.0f}",
        "RSS MB": f"{rss:.0f}",
        "SLOTS": f"{sum(bool(s.domain) for b in living for s in b.scouts)}/{sum(b.slots for b in living)}",
        "DONE": f"{sum(b.done + b.partial for b in living):,}",
        "FAIL": f"{sum(b.failed for b in living):,}",
        "NOW": f"avg {cpu / number:.0f} % {rss / number:.0f} MB",
    }
    return [values.get(column.title, "") for column in columns]


def _age(seconds: float) -> str:
    seconds = max(0.0, seconds)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"


def _cut(text: Text) -> Text:
    text.no_wrap = True
    text.overflow = "ellipsis"
    return text

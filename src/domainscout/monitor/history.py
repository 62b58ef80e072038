"""The last minutes of snapshots as figures: one sample each, sparkline rows, and the summary of a whole watch."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from domainscout.records import Snapshot, WorkerBeat

MIB = 2**20
KEPT_SAMPLES = 300
RATE_WINDOW_S = 60.0

CSV_COLUMNS = (
    "ts_utc",
    "elapsed_s",
    "workers",
    "cpu_pct_total",
    "cpu_pct_avg",
    "rss_mb_total",
    "rss_mb_avg",
    "queue",
    "in_flight",
    "retrying",
    "done",
    "partial",
    "failed",
    "rate_1m",
    "redis_mb",
    "db_mb",
    "cost_usd",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One row of the CSV: totals and averages over the living workers. Sizes in MiB, CPU in percent of one core."""

    ts_utc: str
    elapsed_s: float
    workers: int
    cpu_pct_total: float
    cpu_pct_avg: float
    rss_mb_total: float
    rss_mb_avg: float
    queue: int
    in_flight: int
    retrying: int
    done: int
    partial: int
    failed: int
    rate_1m: float
    redis_mb: float
    db_mb: float
    cost_usd: float

    def row(self) -> list[str]:
        """The values in the order of `CSV_COLUMNS`."""
        return [str(getattr(self, name)) for name in CSV_COLUMNS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a watch of some length saw."""

    seconds: float
    finished: int
    rate: float
    cpu_avg: float
    cpu_max: float
    rss_avg: float
    rss_max: float
    queue_before: int
    queue_after: int
    samples: int


@dataclass(slots=True)
class _Track:
    """What is remembered of one worker: CPU figures, and (time, finished) pairs of the last minute."""

    cpu: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_SAMPLES))
    finished: deque[tuple[float, int]] = field(default_factory=deque)


@dataclass(slots=True)
class _Sums:
    """Averages and peaks over the whole watch, which may be longer than what is kept."""

    samples: int = 0
    cpu: float = 0.0
    cpu_max: float = 0.0
    rss: float = 0.0
    rss_max: float = 0.0


class History:
    """Snapshots of the last minutes; `add` each one in turn."""

    def __init__(self) -> None:
        self.samples: deque[Sample] = deque(maxlen=KEPT_SAMPLES)
        self.latest: Snapshot | None = None
        self._first: Snapshot | None = None
        self._first_sample: Sample | None = None
        self._tracks: dict[str, _Track] = {}
        self._sums = _Sums()
        self._end: Snapshot | None = None

    def add(self, snapshot: Snapshot) -> Sample:
        """Remember a snapshot; returns its row."""
        first = self._first = self._first or snapshot
        sample = sample_of(snapshot, elapsed_s=(snapshot.at - first.at).total_seconds())
        self._first_sample = self._first_sample or sample
        self.latest = snapshot
        self.samples.append(sample)
        self._follow(snapshot)
        sums = self._sums
        sums.samples += 1
        sums.cpu += sample.cpu_pct_total
        sums.cpu_max = max(sums.cpu_max, sample.cpu_pct_total)
        sums.rss += sample.rss_mb_total
        sums.rss_max = max(sums.rss_max, sample.rss_mb_total)
        return sample

    def end(self, snapshot: Snapshot) -> None:
        """What the watch ended with: counts for the summary, no further row."""
        self._end = snapshot

    def cpu(self, worker: str) -> Sequence[float]:
        """CPU percents of one worker, oldest first."""
        track = self._tracks.get(worker)
        return list(track.cpu) if track else ()

    def per_minute(self, worker: str) -> float:
        """Targets a minute that one worker finished, over the last minute it was watched."""
        track = self._tracks.get(worker)
        if track is None or len(track.finished) < 2:
            return 0.0
        (then, before), (now, after) = track.finished[0], track.finished[-1]
        return (after - before) / (now - then) * 60 if now > then else 0.0

    def series(self, name: str) -> list[float]:
        """One column of the samples, oldest first."""
        return [float(getattr(sample, name)) for sample in self.samples]

    def summary(self) -> Summary:
        """The whole watch. There must be at least one snapshot."""
        first, last, sums = self._first, self._end or self.latest, self._sums
        if first is None or last is None or self._first_sample is None:
            raise ValueError("nothing was watched yet")
        seconds = (last.at - first.at).total_seconds()
        finished = worked(last) - worked(first)
        return Summary(
            seconds=seconds,
            finished=finished,
            rate=finished / seconds if seconds else 0.0,
            cpu_avg=sums.cpu / sums.samples,
            cpu_max=sums.cpu_max,
            rss_avg=sums.rss / sums.samples,
            rss_max=sums.rss_max,
            queue_before=self._first_sample.queue,
            queue_after=sample_of(last, elapsed_s=seconds).queue,
            samples=sums.samples,
        )

    def _follow(self, snapshot: Snapshot) -> None:
        if snapshot.queue is None:
            return
        present = {beat.name for beat in snapshot.workers}
        for gone in self._tracks.keys() - present:
            del self._tracks[gone]
        for beat in snapshot.workers:
            track = self._tracks.setdefault(beat.name, _Track())
            track.cpu.append(beat.cpu_pct if is_living(beat) else 0.0)
            if track.finished and track.finished[-1][0] == beat.seen:
                continue
            track.finished.append((beat.seen, beat.done + beat.partial + beat.failed))
            while len(track.finished) > 2 and beat.seen - track.finished[0][0] > RATE_WINDOW_S:
                track.finished.popleft()


def worked(snapshot: Snapshot) -> int:
    """Targets that have an outcome of work."""
    counts = snapshot.counts
    return counts.done + counts.partial + counts.failed


def is_living(beat: WorkerBeat) -> bool:
    """Whether the worker was heard of lately."""
    return beat.state != "lost"


def in_flight(snapshot: Snapshot) -> int:
    """Targets that a worker holds: as Redis says, else as the workers do."""
    if snapshot.queue is not None:
        return snapshot.queue.in_flight
    return sum(scout.domain is not None for beat in snapshot.workers for scout in beat.scouts)


def sample_of(snapshot: Snapshot, *, elapsed_s: float) -> Sample:
    """A snapshot as one row of figures."""
    living = [beat for beat in snapshot.workers if is_living(beat)]
    number = len(living) or 1
    cpu = sum(beat.cpu_pct for beat in living)
    rss = sum(beat.rss_bytes for beat in living) / MIB
    flying = in_flight(snapshot)
    counts = snapshot.counts
    return Sample(
        ts_utc=snapshot.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        elapsed_s=round(elapsed_s, 1),
        workers=len(living),
        cpu_pct_total=round(cpu, 1),
        cpu_pct_avg=round(cpu / number, 1),
        rss_mb_total=round(rss, 1),
        rss_mb_avg=round(rss / number, 1),
        queue=max(0, counts.unfinished - flying),
        in_flight=flying,
        retrying=snapshot.retrying,
        done=counts.done,
        partial=counts.partial,
        failed=counts.failed,
        rate_1m=round(snapshot.rate_1m, 2),
        redis_mb=round(snapshot.queue.memory_bytes / MIB, 1) if snapshot.queue else 0.0,
        db_mb=round((snapshot.database_bytes + snapshot.wal_bytes) / MIB, 1),
        cost_usd=round(snapshot.cost_usd, 4),
    )

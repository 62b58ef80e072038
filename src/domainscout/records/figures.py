"""What is told of the work while it goes on: heartbeats, the queue, and the snapshot of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domainscout.records.jobs import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutState:
    """What one scout is doing now; `since` in Unix seconds. The target is named so that nobody thinks it lost."""

    domain: str | None
    stage: str
    since: float
    target_id: int = 0
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerBeat:
    """One heartbeat of a worker process: measured by the process itself.

    Attributes:
        cpu_pct: of one core, since the last beat.
        lag_ms: how late the event loop ran its timer, worst since the last beat.
        seen: Unix seconds, by the clock of Redis.
        lease_s: how long this worker's claims last without renewal.
    """

    name: str
    pid: int
    host: str
    version: str
    started: float
    seen: float
    slots: int
    scouts: tuple[ScoutState, ...]
    done: int
    partial: int
    failed: int
    cpu_pct: float
    rss_bytes: int
    lag_ms: float
    cost_usd: float
    state: str = "ok"
    lease_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """What Redis says: sizes in bytes, `oldest_s` the age of the oldest entry nobody has taken."""

    unread: int
    in_flight: int
    oldest_s: float
    memory_bytes: int
    ops_per_s: int
    server: str
    appendonly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The counts that `status` prints once and `monitor` draws repeatedly."""

    at: datetime
    counts: Counts
    retrying: int
    failures: Mapping[str, int]
    rate_1m: float
    rate_5m: float
    cost_usd: float
    database_bytes: int
    wal_bytes: int
    queue: QueueStats | None
    workers: tuple[WorkerBeat, ...]

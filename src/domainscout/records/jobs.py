"""Jobs and their targets: what a `submit` created, where each domain of it stands, and how many stand where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


class TargetState(StrEnum):
    """Where a target stands. WAITING and QUEUED are unfinished, the rest is final."""

    WAITING = "waiting"
    QUEUED = "queued"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """What may happen to a job's targets."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What one `submit` asked for, kept with the job and obeyed by every worker.

    Attributes:
        max_age_s: results of earlier jobs younger than this are shared; 0 crawls anew.
        budget_usd: cap on model spending of this job; None for no cap of its own.
        llm_batch: send model calls by the batch interface.
    """

    max_age_s: float = 7 * 86400.0
    budget_usd: float | None = None
    llm_batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one `submit` created."""

    id: str
    name: str
    state: JobState
    size: int
    options: JobOptions
    created_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One domain of one job.

    Attributes:
        attempt: the fence: grows by one whenever the target is put back, whoever was at fault. First is 1.
        charged: attempts that count against the limit: faults of the site, not ours.
        crashes: how often the worker died while it held this target alone.
        suspect: its last owner died; it must run alone in its process.
        returned: it was taken once and came back without an outcome, through no fault of its own.
    """

    id: int
    job_id: str
    domain: str
    attempt: int
    charged: int = 0
    crashes: int = 0
    suspect: bool = False
    returned: bool = False
    max_age_s: float = 7 * 86400.0
    budget_usd: float | None = None
    llm_batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A target leased to this worker until settled or expired.

    Attributes:
        stream: the stream the entry was read from.
        entry_id: id of the entry in that stream.
    """

    target_id: int
    attempt: int
    stream: str
    entry_id: str


class Lane(StrEnum):
    """Which stream a target travels in, the first one first: what our own faults interrupted does not queue up again,
    small jobs do not wait behind huge ones, suspects run alone."""

    AGAIN = "again"
    EXPRESS = "express"
    BULK = "bulk"
    SOLO = "solo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Targets by state of one job, or of all. The sum rule: submitted equals the sum of the rest."""

    submitted: int = 0
    waiting: int = 0
    queued: int = 0
    done: int = 0
    partial: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0

    @property
    def unfinished(self) -> int:
        """Targets without an outcome yet."""
        return self.waiting + self.queued

    @property
    def finished(self) -> int:
        """Targets with an outcome."""
        return self.done + self.partial + self.failed + self.skipped + self.cancelled

    def figures(self) -> dict[str, int]:
        """The counts for machines, in the words of the sum rule: `queued` are those of `waiting` that Redis has."""
        return asdict(self) | {"waiting": self.unfinished}

    def since(self, before: Counts) -> Counts:
        """What came to an end after `before` was counted, and what is left; a retried target is only left."""
        ended = {
            name: max(0, getattr(self, name) - getattr(before, name))
            for name in ("done", "partial", "failed", "skipped", "cancelled")
        }
        return Counts(
            submitted=self.unfinished + sum(ended.values()), waiting=self.waiting, queued=self.queued, **ended
        )

    @property
    def holds(self) -> bool:
        """Whether the sum rule holds."""
        return self.submitted == self.unfinished + self.finished

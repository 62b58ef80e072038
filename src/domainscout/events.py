"""What a worker tells whoever watches it: one small record an event, each with words for a log line.

Owns the vocabulary between the worker and its watchers (live block, logs, tests). Knows neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domainscout.errors import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A scout took a target."""

    domain: str
    target_id: int
    attempt: int

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.domain} started, attempt {self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A target has its outcome, and the outcome is committed.

    Attributes:
        seconds: the attempt itself.
        store_s: from the end of the attempt to its commit, the wait for other commits included.
    """

    domain: str
    status: str
    category: Category | None
    seconds: float
    store_s: float
    pages: int
    cost_usd: float

    @property
    def words(self) -> str:
        """One line for a log."""
        why = f" ({self.category})" if self.category else ""
        pages = "1 page" if self.pages == 1 else f"{self.pages} pages"
        return f"{self.domain} {self.status}{why}, {pages} in {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlanned:
    """An attempt failed and the target comes back; `charged` attempts are used up so far."""

    domain: str
    category: Category | None
    after_s: float
    charged: int

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.domain} failed ({self.category}), attempt {self.charged}; again in {self.after_s:.0f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A result came too late: the target was put back, finished or cancelled meanwhile. Nothing was written."""

    domain: str
    attempt: int

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.domain} attempt {self.attempt} came too late and changed nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLost:
    """Another worker fell silent while it held targets; they come back when its lease is over, `within_s` from now."""

    worker: str
    count: int
    within_s: float

    @property
    def words(self) -> str:
        """One line for a log."""
        what = "the domain it had comes" if self.count == 1 else f"the {self.count} domains it had come"
        return f"{self.worker} is lost, {what} back within {self.within_s:.0f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A claim whose lease had run out was taken from its owner and put back."""

    domain: str
    worker: str
    suspect: bool

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.domain} recovered from {self.worker}" + (", will run alone" if self.suspect else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """Targets went back to the database at nobody's cost."""

    count: int
    why: str

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.count} put back: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseLost:
    """Another worker took this target over while we were at it; our attempt is stopped."""

    domain: str

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.domain} was taken over by another worker, stopped here"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAway:
    """Redis, the database or the network does not answer; told once an outage."""

    service: str
    error: str

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.service} away, waiting: {self.error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBack:
    """The service answers again."""

    service: str
    seconds: float

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.service} away {self.seconds:.0f} s, back"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopBlocked:
    """A domain kept the whole process from running; `where` is the innermost line of code."""

    domain: str
    seconds: float
    where: str

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"{self.domain} blocks this worker for {self.seconds:.1f} s at {self.where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A domain whose last worker died runs alone in this process."""

    domain: str
    crashes: int

    @property
    def words(self) -> str:
        """One line for a log."""
        so_far = f", {self.crashes}× alone so far" if self.crashes else ""
        return f"{self.domain} runs alone: the worker that had it died{so_far}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draining:
    """The worker was asked to stop and finishes what it holds."""

    finishing: int
    grace_s: float

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"finishing {self.finishing}, Ctrl-C again to stop now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The worker has ended; `released` targets went back to the queue unfinished."""

    released: int

    @property
    def words(self) -> str:
        """One line for a log."""
        return f"stopped, {self.released} released" if self.released else "stopped"


Event = (
    Started
    | Finished
    | RetryPlanned
    | Outdated
    | WorkerLost
    | Recovered
    | PutBack
    | LeaseLost
    | ServiceAway
    | ServiceBack
    | LoopBlocked
    | Alone
    | Draining
    | Stopped
)
Observer = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """The observer of those who do not watch."""

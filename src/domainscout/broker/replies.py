"""What the broker answers: targets with their leases, and what became of those."""

from __future__ import annotations

from dataclasses import dataclass

from domainscout.records import Claim, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A target and the lease on it."""

    target: Target
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one claim brought, and whether suspects wait for a process of their own."""

    held: tuple[Held, ...]
    suspects_wait: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A claim whose lease ran out, and the worker that had it."""

    held: Held
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What became of our leases: those others have now, and those the stream no longer knows."""

    taken: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """Entries of one stream: not handed out yet, and handed out but not settled."""

    unread: int
    in_flight: int

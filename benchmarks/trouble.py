"""What every scenario of the long chaos run needs: a supply of work, the plan of a worker, and the final count."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.arena import Arena
from tests.support.worker_process import Plan

LEASE_S = 3.0
GRACE_S = 5.0
RECOVERY_SLACK_S = 15.0

Figures = dict[str, Any]


@dataclass
class Supply:
    """Keeps a queue from running dry while trouble is made: what happens to idle workers proves nothing."""

    place: Arena
    names: Iterator[str]
    size: int
    targets: int = 0

    async def top_up(self) -> None:
        """Submit the next wave when less than half of one is left."""
        if await self.place.store.targets.unfinished() >= self.size / 2:
            return
        wave = list(itertools.islice(self.names, self.size))
        assert wave, f"only {self.targets} domains, and {len(self.place.kills)} kills so far"
        await self.place.submit(wave)
        self.targets += len(wave)


def companies() -> Iterator[str]:
    """Names without an end."""
    return (f"company{number}.example" for number in itertools.count())


async def counted(place: Arena, targets: int, *, may_fail: int = 0, slack_s: float = RECOVERY_SLACK_S) -> Figures:
    """Everything counted; what must always hold is asserted here."""
    counts = await place.counts()
    failed = await place.failed()
    assert counts.submitted == targets, counts
    assert counts.unfinished == 0, counts
    assert len(failed) <= may_fail, failed
    recoveries = place.recoveries_s()
    works = place.works()
    worst = max(recoveries, default=0.0)
    assert worst <= LEASE_S + slack_s, f"{worst:.1f} s from a kill to the outcome"
    return {
        "targets": targets,
        "done": counts.done,
        "failed": counts.failed,
        "lost": targets - counts.finished,
        "kills": len(place.kills),
        "interrupted": len(recoveries),
        "begun_more_than_once": sum(times > 1 for times in works.values()),
        "recovery_s": {"median": statistics.median(recoveries) if recoveries else 0.0, "worst": worst},
        "suspects_run_alone": len(place.ledger.of("Alone")),
    }


def plan_of(**changes: Any) -> Plan:
    """What every worker does, but for these."""
    return Plan(data_dir="", lease=LEASE_S, until_empty=False, **{"grace": GRACE_S, **changes})

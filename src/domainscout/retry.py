"""Whether a failed attempt is worth another, and when: a pure rule from error and count to a decision.

Owns the back-off table. Knows nothing of queues and databases: the decision is a value that others carry out.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

from domainscout.errors import AttemptError
from domainscout.records import Attempt, Decision, GiveUp, Outcome, Retry, Target
from domainscout.settings import QueueSettings

LONGEST_RETRY_AFTER_S = 86_400.0
"""A site may ask us to stay away for a day; one that asks for more is believed for a day."""


def decide(error: AttemptError, charged: int, settings: QueueSettings, *, jitter: float | None = None) -> Decision:
    """Say what becomes of a target whose attempt has just failed.

    Args:
        error: what ended the attempt; `heals` says whether the same request may succeed later.
        charged: attempts that count against the limit, this one included (1 = the first).
        jitter: 0 to 1 places the wait between half and the whole back-off; None draws it.

    Returns:
        `Retry` with seconds to wait, at least what the site asked for, or `GiveUp` with the error's category.
    """
    if not error.heals or charged >= settings.attempts:
        return GiveUp(category=error.category)
    draw = random.random() if jitter is None else jitter
    asked = min(error.retry_after_s or 0.0, LONGEST_RETRY_AFTER_S)
    return Retry(after_s=max(asked, backoff_s(charged, settings) * (0.5 + draw / 2)))


def failed(target: Target, started: datetime, error: AttemptError, *, worker: str, settings: QueueSettings) -> Outcome:
    """The outcome of an attempt that came to nothing, retried or given up as `decide` says; it is charged."""
    decision = decide(error, target.charged + 1, settings)
    attempt = Attempt(
        target_id=target.id,
        job_id=target.job_id,
        domain=target.domain,
        attempt=target.attempt,
        worker=worker,
        started_at=started,
        finished_at=datetime.now(UTC),
        outcome="retry" if isinstance(decision, Retry) else "failed",
        category=error.category,
        error=str(error),
    )
    return Outcome(target=target, attempt=attempt, status=None, decision=decision)


def backoff_s(charged: int, settings: QueueSettings) -> float:
    """Longest seconds before the attempt that follows the `charged`-th failure: doubling, up to `backoff_max`."""
    doublings = min(max(charged - 1, 0), 32)
    return min(settings.backoff * 2.0**doublings, settings.backoff_max)

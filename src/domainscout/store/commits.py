"""What a finished attempt writes, for hundreds of outcomes at once: target, attempt, company, older version, pages,
counters.

All of it in the transaction of the group, fenced by the attempt number: an outcome whose target has been put back or
cancelled meanwhile writes nothing at all. Owns these statements; who calls them is in `targets`.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from domainscout.records import Outcome, Retry, TargetState
from domainscout.store import jobs
from domainscout.store.codec import now_stamp, packed, stamp
from domainscout.store.pages import save_pages
from domainscout.store.prepared import Prepared

TICKS_KEPT_S = 3600
"""Seconds of finishing rates that are kept."""

ERROR_CHARS = 1000
"""Characters of an error that are kept."""


def save_outcomes(conn: Connection, prepared: list[Prepared]) -> list[bool]:
    """Write those outcomes whose attempt still counts.

    Returns:
        For each whether it did.
    """
    counted, flags = _fenced(conn, prepared)
    if counted:
        _write_targets(conn, counted)
        _write_attempts(conn, counted)
        _write_companies(conn, [item for item in counted if item.profile is not None])
        save_pages(conn, [item.outcome for item in counted if item.profile is not None])
        _write_counters(conn, counted)
        jobs.finish(conn, {item.outcome.target.job_id for item in counted})
    return flags


def _fenced(conn: Connection, prepared: list[Prepared]) -> tuple[list[Prepared], list[bool]]:
    held = conn.execute(_HELD, {"keys": packed([item.key for item in prepared])}).scalar_one()
    open_keys = set(map(tuple, json.loads(held)))
    counted, flags = [], []
    for item in prepared:
        flags.append(item.key in open_keys)
        if item.key in open_keys:
            open_keys.discard(item.key)
            counted.append(item)
    return counted, flags


_HELD = text(
    """
    SELECT json_group_array(json_array(t.id, t.attempt)) FROM json_each(:keys) k
    CROSS JOIN targets t ON t.id = json_extract(k.value, '$[0]')
    WHERE t.attempt = json_extract(k.value, '$[1]') AND t.state = 'queued'
    """
)


def _write_targets(conn: Connection, counted: list[Prepared]) -> None:
    now = time.time()
    conn.execute(_TARGETS, {"rows": packed([_target_row(item.outcome, now) for item in counted]), "now": now})


def _target_row(outcome: Outcome, now: float) -> list[Any]:
    """The new state of a target, as `_TARGETS` unfolds it."""
    attempt = outcome.attempt
    category = None if attempt.category is None else attempt.category.value
    retry = isinstance(outcome.decision, Retry)
    if isinstance(outcome.decision, Retry):
        state, due_at, category = TargetState.WAITING.value, now + max(0.0, outcome.decision.after_s), None
    elif outcome.decision is not None:
        state, due_at, category = TargetState.FAILED.value, 0.0, outcome.decision.category.value
    else:
        assert outcome.status is not None
        state, due_at = outcome.status.value, 0.0
    return [
        outcome.target.id,
        state,
        int(retry),
        int(outcome.charge),
        due_at,
        category,
        _clean(attempt.error),
        None if retry else stamp(attempt.finished_at),
        (attempt.finished_at - attempt.started_at).total_seconds(),
        attempt.pages,
        attempt.bytes,
    ]


def _clean(error: str | None) -> str | None:
    """Words of a foreign error as they may be stored: valid UTF-8 without NUL, of bounded length."""
    return None if error is None else error[:ERROR_CHARS].encode("utf-8", "replace").decode().replace("\0", "")


def _unfolded(*columns: str) -> str:
    """The rows of the JSON parameter as a table `r`."""
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    return f"WITH r ({', '.join(columns)}) AS MATERIALIZED (SELECT {values} FROM json_each(:rows))"


_TARGETS = text(
    _unfolded(
        "id",
        "state",
        "retry",
        "charge",
        "due_at",
        "category",
        "error",
        "finished_at",
        "seconds",
        "pages",
        "bytes",
    )
    + """
    UPDATE targets SET state = r.state, attempt = targets.attempt + r.retry, charged = targets.charged + r.charge,
        due_at = r.due_at, put_at = CASE WHEN r.retry THEN :now ELSE 0 END, category = r.category, error = r.error,
        suspect = 0, finished_at = r.finished_at, seconds = r.seconds, pages = r.pages, bytes = r.bytes
    FROM r WHERE targets.id = r.id
    """
)


def _write_attempts(conn: Connection, counted: list[Prepared]) -> None:
    rows = []
    for item in counted:
        attempt = item.outcome.attempt
        rows.append(
            [
                item.outcome.target.id,
                item.outcome.target.attempt,
                item.outcome.target.job_id,
                item.outcome.target.domain,
                attempt.worker,
                stamp(attempt.started_at),
                stamp(attempt.finished_at),
                attempt.outcome,
                None if attempt.category is None else attempt.category.value,
                _clean(attempt.error),
                attempt.pages,
                attempt.bytes,
                attempt.model,
                attempt.input_tokens,
                attempt.output_tokens,
                attempt.cost_usd,
                attempt.robots,
                int(attempt.unchanged),
                packed(dict(attempt.timings)),
            ]
        )
    conn.execute(_ATTEMPTS, {"rows": packed(rows)})


_ATTEMPT_COLUMNS = (
    "target_id",
    "attempt",
    "job_id",
    "domain",
    "worker",
    "started_at",
    "finished_at",
    "outcome",
    "category",
    "error",
    "pages",
    "bytes",
    "model",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "robots",
    "unchanged",
    "timings",
)
_ATTEMPTS = text(
    f"INSERT OR REPLACE INTO attempts ({', '.join(_ATTEMPT_COLUMNS)}) {_unfolded(*_ATTEMPT_COLUMNS)} SELECT * FROM r"
)


def _write_companies(conn: Connection, saved: Sequence[Prepared]) -> None:
    if not saved:
        return
    rows = []
    for item in saved:
        profile = item.outcome.profile
        assert profile is not None
        assert item.profile is not None
        rows.append(
            [
                item.outcome.target.domain,
                item.outcome.target.job_id,
                item.outcome.reader,
                item.profile.digest,
                stamp(profile.crawled_at),
                item.profile.content,
            ]
        )
    write_companies(conn, rows)


def write_companies(conn: Connection, rows: Sequence[Sequence[Any]]) -> None:
    """Save companies, keeping the older profile where it said something else.

    Args:
        conn: inside a transaction.
        rows: domain, job, reader, digest, time of the crawl, profile as JSON.
    """
    values = {"rows": packed(rows), "at": now_stamp()}
    conn.execute(_VERSIONS, values)
    conn.execute(_COMPANIES, values)


_COMPANY = _unfolded("domain", "job_id", "reader", "digest", "crawled_at", "profile")
_VERSIONS = text(
    f"""
    INSERT OR IGNORE INTO company_versions (domain, crawled_at, replaced_at, digest, profile) {_COMPANY}
    SELECT c.domain, c.crawled_at, :at, c.digest, c.profile
    FROM r CROSS JOIN companies c ON c.domain = r.domain WHERE c.digest <> r.digest
    """
)
_COMPANIES = text(
    f"""
    INSERT INTO companies (domain, job_id, status, error_category, company_name, legal_name, country, city, phone,
        email, language, sic_code, industry, sector, redirected_to, first_seen_at, crawled_at, changed_at, reader,
        digest, profile)
    {_COMPANY}
    SELECT domain, job_id, json_extract(profile, '$.status'), json_extract(profile, '$.error_category'),
        json_extract(profile, '$.company_name'), json_extract(profile, '$.legal_name'),
        json_extract(profile, '$.addresses[0].country'), json_extract(profile, '$.addresses[0].city'),
        json_extract(profile, '$.phones[0].number'), json_extract(profile, '$.emails[0]'),
        json_extract(profile, '$.language'), json_extract(profile, '$.sic_code'), json_extract(profile, '$.industry'),
        json_extract(profile, '$.sector'), json_extract(profile, '$.redirected_to'),
        crawled_at, crawled_at, crawled_at, reader, digest, profile
    FROM r WHERE true
    ON CONFLICT (domain) DO UPDATE SET
        changed_at = iif(companies.digest = excluded.digest, companies.changed_at, excluded.crawled_at),
        job_id = excluded.job_id, status = excluded.status, error_category = excluded.error_category,
        company_name = excluded.company_name, legal_name = excluded.legal_name, country = excluded.country,
        city = excluded.city, phone = excluded.phone, email = excluded.email, language = excluded.language,
        sic_code = excluded.sic_code, industry = excluded.industry, sector = excluded.sector,
        redirected_to = excluded.redirected_to, crawled_at = excluded.crawled_at, reader = excluded.reader,
        digest = excluded.digest, profile = excluded.profile
    """
)


def _write_counters(conn: Connection, counted: list[Prepared]) -> None:
    totals: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0, 0.0, 0])
    finished: Counter[str] = Counter()
    filled: Counter[tuple[str, str]] = Counter()
    for item in counted:
        job_id, attempt = item.outcome.target.job_id, item.outcome.attempt
        profiles = int(item.profile is not None)
        gains = (
            attempt.pages,
            attempt.bytes,
            attempt.input_tokens,
            attempt.output_tokens,
            attempt.cost_usd,
            profiles,
        )
        totals[job_id] = [old + gain for old, gain in zip(totals[job_id], gains, strict=True)]
        finished[job_id] += not isinstance(item.outcome.decision, Retry)
        filled.update((job_id, field) for field in item.filled)
    second = int(time.time())
    conn.execute(_TOTALS, {"rows": packed([[job_id, *gains] for job_id, gains in totals.items()])})
    conn.execute(_TICKS, {"rows": packed([[second, job_id, n] for job_id, n in finished.items() if n])})
    conn.execute(_FORGET_TICKS, {"before": second - TICKS_KEPT_S})
    if filled:
        conn.execute(_FILLS, {"rows": packed([[job_id, field, n] for (job_id, field), n in filled.items()])})


_TOTALS = text(
    _unfolded("job_id", "pages", "bytes", "input_tokens", "output_tokens", "cost_usd", "profiles")
    + """
    UPDATE jobs SET pages = jobs.pages + r.pages, bytes = jobs.bytes + r.bytes,
        input_tokens = jobs.input_tokens + r.input_tokens, output_tokens = jobs.output_tokens + r.output_tokens,
        cost_usd = jobs.cost_usd + r.cost_usd, profiles = jobs.profiles + r.profiles
    FROM r WHERE jobs.id = r.job_id
    """
)
_TICKS = text(
    f"INSERT INTO ticks (second, job_id, n) {_unfolded('second', 'job_id', 'n')} SELECT * FROM r WHERE true "
    "ON CONFLICT (second, job_id) DO UPDATE SET n = n + excluded.n"
)
_FORGET_TICKS = text("DELETE FROM ticks WHERE second < :before")
_FILLS = text(
    f"INSERT INTO fills (job_id, field, n) {_unfolded('job_id', 'field', 'n')} SELECT * FROM r WHERE true "
    "ON CONFLICT (job_id, field) DO UPDATE SET n = n + excluded.n"
)

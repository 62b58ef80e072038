"""Profiles as export writes them, a batch at a time: of a job, of every company, of domains that only ever failed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from domainscout.errors import Category
from domainscout.profile import Profile, Status
from domainscout.store.codec import moment

Rows = tuple[list[dict[str, Any]], Any]
"""Profiles of one batch, and where the next one begins (None: there is none)."""


def of_job(
    conn: Connection, job: str | None, statuses: str | None, since: str | None, after: int | None, batch: int
) -> Rows:
    """Every target of a job that has an outcome, in the order of submission."""
    if after is None and _purged(conn, job):
        return _of_purged_job(conn, job, statuses, since)
    rows = conn.execute(
        text(
            """
            SELECT t.id, t.domain, t.state, t.category, t.error, t.finished_at, t.seconds, t.pages, t.bytes,
                c.profile, c.changed_at
            FROM (SELECT * FROM targets WHERE id > :after AND job_id = :job AND finished_at IS NOT NULL
                    AND state <> 'cancelled'
                    AND (:statuses IS NULL OR state IN (SELECT value FROM json_each(:statuses)))
                  ORDER BY id LIMIT :batch) t
            LEFT JOIN companies c ON c.domain = t.domain AND t.state <> 'failed'
            ORDER BY t.id
            """
        ),
        {"job": job, "statuses": statuses, "after": after or 0, "batch": batch},
    ).all()
    kept = [row for row in rows if since is None or (row.changed_at or row.finished_at) >= since]
    return [_line(row, job) for row in kept], rows[-1].id if len(rows) == batch else None


def _purged(conn: Connection, job: str | None) -> bool:
    row = conn.execute(text("SELECT purged_at FROM jobs WHERE id = :job"), {"job": job}).first()
    return row is not None and row.purged_at is not None


def _of_purged_job(conn: Connection, job: str | None, statuses: str | None, since: str | None) -> Rows:
    """Targets are gone, companies never are: those this job was the last to crawl."""
    rows = conn.execute(
        text(
            """
            SELECT profile FROM companies WHERE job_id = :job AND (:since IS NULL OR changed_at >= :since)
                AND (:statuses IS NULL OR status IN (SELECT value FROM json_each(:statuses))) ORDER BY domain
            """
        ),
        {"job": job, "since": since, "statuses": statuses},
    )
    return [_public(row.profile) for row in rows], None


def _line(row: Any, job: str | None) -> dict[str, Any]:
    """The profile of a target: its company's, under this job's name and outcome; without one, why there is none."""
    if row.profile is None:
        profile = Profile(
            domain=row.domain,
            job=job,
            status=Status(row.state),
            error_category=None if row.category is None else Category(row.category),
            error=row.error,
            crawled_at=moment(row.finished_at),
            seconds=row.seconds,
            pages=row.pages,
            bytes=row.bytes,
        )
        return profile.model_dump(mode="json", by_alias=True)
    return _public(row.profile) | {"job": job, "status": row.state}


def _public(profile: str) -> dict[str, Any]:
    """A stored profile with every field of today, also when an earlier version has written it."""
    found = json.loads(profile)
    return {name: found.get(name, default) for name, default in _DEFAULTS.items()}


_DEFAULTS = Profile(domain="", crawled_at=datetime.fromtimestamp(0, UTC)).model_dump(mode="json", by_alias=True)


def of_companies(
    conn: Connection, _job: str | None, statuses: str | None, since: str | None, after: str | None, batch: int
) -> Rows:
    """Every company, in order of domain."""
    rows = conn.execute(
        text(
            """
            SELECT domain, profile FROM companies WHERE domain > :after AND (:since IS NULL OR changed_at >= :since)
                AND (:statuses IS NULL OR status IN (SELECT value FROM json_each(:statuses)))
            ORDER BY domain LIMIT :batch
            """
        ),
        {"statuses": statuses, "since": since, "after": after or "", "batch": batch},
    ).all()
    return [_public(row.profile) for row in rows], rows[-1].domain if len(rows) == batch else None


def of_failures(
    conn: Connection, _job: str | None, statuses: str | None, since: str | None, after: str | None, batch: int
) -> Rows:
    """Domains whose latest target failed and that have no company."""
    rows = conn.execute(
        text(
            """
            SELECT t.domain, t.job_id, t.state, t.category, t.error, t.finished_at, t.seconds, t.pages, t.bytes,
                NULL AS profile, max(t.id)
            FROM targets t INDEXED BY ix_targets_troubled_domains
            WHERE t.category IS NOT NULL AND t.domain > :after AND t.state = 'failed'
                AND (:since IS NULL OR t.finished_at >= :since)
                AND (:statuses IS NULL OR 'failed' IN (SELECT value FROM json_each(:statuses)))
                AND NOT EXISTS (SELECT 1 FROM companies c WHERE c.domain = t.domain)
            GROUP BY t.domain ORDER BY t.domain LIMIT :batch
            """
        ),
        {"statuses": statuses, "since": since, "after": after or "", "batch": batch},
    ).all()
    return [_line(row, row.job_id) for row in rows], rows[-1].domain if len(rows) == batch else None

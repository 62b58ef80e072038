"""Jobs: what a `submit` created, whether it may run, when it was finished. Owns the `jobs` table and the steering of
targets as a whole (cancel, pause, resume, retry, purge). Single targets are in `targets`."""

from __future__ import annotations

import difflib
import secrets
from typing import Any

from sqlalchemy import Connection, text

from domainscout.errors import Category, UsageError
from domainscout.records import Job, JobOptions, JobState
from domainscout.store.codec import (
    moment,
    now_stamp,
    optional_moment,
    options_of,
    options_text,
    packed,
    past_stamp,
)
from domainscout.store.database import Database

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""Letters and digits of job ids that cannot be mistaken for each other."""

_COLUMNS = "id, name, state, size, options, created_at, finished_at"


class Jobs:
    """The jobs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, name: str, *, identity: str | None = None, options: JobOptions | None = None, new: bool = False
    ) -> Job:
        """A new job, or the earlier one of the same input.

        Args:
            name: for people.
            identity: equal for equal inputs; the latest job that has it and is not cancelled goes on, with the options
                given now.
            options: what every worker obeys.
            new: a new job even when the input was submitted before.
        """
        return await self._database.write(create, name, identity, options or JobOptions(), new)

    async def seal(self, job_id: str) -> Job:
        """Say that the submission is complete: only then can the job be finished. On the disk when it returns."""
        return await self._database.write_durably(seal, job_id)

    async def get(self, job_id: str) -> Job:
        """The job with this id.

        Raises:
            UsageError: there is none; names the most similar one.
        """
        return await self._database.read(get, job_id)

    async def with_identity(self, identity: str) -> Job | None:
        """The job that `create` would continue."""
        return await self._database.read(with_identity, identity)

    async def list(self) -> list[Job]:
        """Jobs, newest first."""
        return await self._database.read(list_jobs)

    async def stopped(self) -> set[str]:
        """Ids of the paused and cancelled jobs: their targets are not to be crawled now."""
        return await self._database.read(stopped)

    async def cancel(self, job_id: str, *, dry_run: bool = False) -> int:
        """Give up every unfinished target at once, those in flight too: their late commits are fenced.

        Returns:
            The number of targets concerned (with `dry_run`: that would be).
        """
        return await self._database.write(cancel, job_id, dry_run)

    async def pause(self, job_id: str, *, dry_run: bool = False) -> int:
        """Feed no more targets of this job. Returns the number of unfinished targets."""
        return await self._database.write(set_state, job_id, JobState.PAUSED, dry_run)

    async def resume(self, job_id: str, *, dry_run: bool = False) -> int:
        """Feed them again. Returns the number of unfinished targets."""
        return await self._database.write(set_state, job_id, JobState.ACTIVE, dry_run)

    async def retry(self, job_id: str, category: Category | None = None, *, dry_run: bool = False) -> int:
        """Start failed targets afresh, with all their attempts.

        Args:
            job_id: whose targets.
            category: only targets with this category, partial ones too; None: all failed ones.
            dry_run: count only.
        """
        return await self._database.write(retry, job_id, category, dry_run)

    async def purge(self, older_than_s: float, *, dry_run: bool = False) -> int:
        """Remove targets and attempts of jobs finished longer ago than this. Companies, pages and final counts stay.

        Returns:
            The number of jobs concerned.
        """
        return await self._database.write(purge, older_than_s, dry_run)


def job_of(row: Any) -> Job:
    """A row of `_COLUMNS` as a record."""
    return Job(
        id=row.id,
        name=row.name,
        state=JobState(row.state),
        size=row.size,
        options=options_of(row.options),
        created_at=moment(row.created_at),
        finished_at=optional_moment(row.finished_at),
    )


def create(conn: Connection, name: str, identity: str | None, options: JobOptions, new: bool) -> Job:
    """See `Jobs.create`."""
    known = None if new or identity is None else with_identity(conn, identity)
    if known is not None:
        conn.execute(
            text("UPDATE jobs SET options = :options WHERE id = :id"),
            {"id": known.id, "options": options_text(options)},
        )
        return get(conn, known.id)
    if new and identity is not None:
        conn.execute(text("UPDATE jobs SET identity = NULL WHERE identity = :identity"), {"identity": identity})
    job_id = _free_id(conn)
    conn.execute(
        text(
            "INSERT INTO jobs (id, name, identity, options, created_at) "
            "VALUES (:id, :name, :identity, :options, :created_at)"
        ),
        {"id": job_id, "name": name, "identity": identity, "options": options_text(options), "created_at": now_stamp()},
    )
    return get(conn, job_id)


def _free_id(conn: Connection) -> str:
    for length in (4, 4, 4, 5, 6, 8, 12):
        job_id = "j-" + "".join(secrets.choice(_ALPHABET) for _ in range(length))
        if conn.execute(text("SELECT 1 FROM jobs WHERE id = :id"), {"id": job_id}).first() is None:
            return job_id
    raise AssertionError("no free job id in 10^17")


def seal(conn: Connection, job_id: str) -> Job:
    """See `Jobs.seal`."""
    conn.execute(text("UPDATE jobs SET sealed = 1 WHERE id = :id"), {"id": job_id})
    finish(conn, {job_id})
    return get(conn, job_id)


def get(conn: Connection, job_id: str) -> Job:
    """See `Jobs.get`."""
    row = conn.execute(text(f"SELECT {_COLUMNS} FROM jobs WHERE id = :id"), {"id": job_id}).first()
    if row is None:
        raise _unknown(conn, job_id)
    return job_of(row)


def _unknown(conn: Connection, job_id: str) -> UsageError:
    known = [row.id for row in conn.execute(text("SELECT id FROM jobs ORDER BY created_at DESC LIMIT 1000"))]
    near = difflib.get_close_matches(job_id, known, n=1, cutoff=0.5)
    if near:
        return UsageError(f"There is no job '{job_id}'.", why=f"Did you mean {near[0]}?", fix="domainscout status")
    why = f"The latest one is {known[0]}." if known else "This database has no jobs yet."
    fix = "domainscout status" if known else "domainscout submit domains.txt"
    return UsageError(f"There is no job '{job_id}'.", why=why, fix=fix)


def with_identity(conn: Connection, identity: str) -> Job | None:
    """See `Jobs.with_identity`."""
    row = conn.execute(
        text(
            f"SELECT {_COLUMNS} FROM jobs WHERE identity = :identity AND state <> 'cancelled' "
            "ORDER BY created_at DESC LIMIT 1"
        ),
        {"identity": identity},
    ).first()
    return None if row is None else job_of(row)


def list_jobs(conn: Connection) -> list[Job]:
    """See `Jobs.list`."""
    rows = conn.execute(text(f"SELECT {_COLUMNS} FROM jobs ORDER BY created_at DESC, id"))
    return [job_of(row) for row in rows]


def stopped(conn: Connection) -> set[str]:
    """See `Jobs.stopped`."""
    return {row.id for row in conn.execute(text("SELECT id FROM jobs WHERE state IN ('paused', 'cancelled')"))}


def unfinished(conn: Connection, job_id: str | None) -> int:
    """Targets without an outcome, of one job or of all."""
    row = conn.execute(
        text(
            "SELECT ifnull(sum(n), 0) FROM tallies WHERE state IN ('waiting', 'queued') "
            "AND (:job IS NULL OR job_id = :job)"
        ),
        {"job": job_id},
    ).one()
    return int(row[0])


def finish(conn: Connection, job_ids: set[str]) -> None:
    """Stamp those of these jobs that have just become complete. Whoever commits the last outcome does it, once."""
    conn.execute(
        text(
            """
            UPDATE jobs SET state = 'finished', finished_at = :at
            WHERE id IN (SELECT value FROM json_each(:jobs))
                AND sealed = 1 AND finished_at IS NULL AND state IN ('active', 'paused')
                AND NOT EXISTS (SELECT 1 FROM tallies t
                    WHERE t.job_id = jobs.id AND t.state IN ('waiting', 'queued') AND t.n > 0)
            """
        ),
        {"jobs": packed(sorted(job_ids)), "at": now_stamp()},
    )


def cancel(conn: Connection, job_id: str, dry_run: bool) -> int:
    """See `Jobs.cancel`."""
    job = get(conn, job_id)
    count = unfinished(conn, job_id)
    if dry_run or job.state in (JobState.FINISHED, JobState.CANCELLED):
        return count
    conn.execute(
        text(
            """
            UPDATE targets SET state = 'cancelled', category = 'cancelled', attempt = attempt + 1, finished_at = :at
            WHERE job_id = :job AND state IN ('waiting', 'queued')
            """
        ),
        {"job": job_id, "at": now_stamp()},
    )
    conn.execute(
        text("UPDATE jobs SET state = 'cancelled', finished_at = :at WHERE id = :job"),
        {"job": job_id, "at": now_stamp()},
    )
    return count


def set_state(conn: Connection, job_id: str, state: JobState, dry_run: bool) -> int:
    """See `Jobs.pause` and `Jobs.resume`."""
    job = get(conn, job_id)
    if job.state in (JobState.FINISHED, JobState.CANCELLED):
        verb = "pause" if state is JobState.PAUSED else "resume"
        raise UsageError(
            f"Job {job_id} is {job.state}: there is nothing to {verb}.",
            fix=f"domainscout retry {job_id}" + (" --category cancelled" if job.state is JobState.CANCELLED else ""),
        )
    if not dry_run:
        conn.execute(text("UPDATE jobs SET state = :state WHERE id = :job"), {"job": job_id, "state": state.value})
    return unfinished(conn, job_id)


def retry(conn: Connection, job_id: str, category: Category | None, dry_run: bool) -> int:
    """See `Jobs.retry`."""
    get(conn, job_id)
    chosen = (
        "job_id = :job AND state = 'failed' AND category IS NOT NULL"
        if category is None
        else "job_id = :job AND state IN ('failed', 'partial', 'cancelled') AND category = :category"
    )
    values = {"job": job_id, "category": None if category is None else category.value}
    count = int(conn.execute(text(f"SELECT count(*) FROM targets WHERE {chosen}"), values).scalar_one())
    if dry_run or not count:
        return count
    conn.execute(
        text(
            f"""
            UPDATE targets SET state = 'waiting', attempt = attempt + 1, charged = 0, crashes = 0, suspect = 0,
                due_at = 0, put_at = 0, category = NULL, error = NULL, finished_at = NULL
            WHERE {chosen}
            """
        ),
        values,
    )
    conn.execute(text("UPDATE jobs SET state = 'active', finished_at = NULL WHERE id = :job"), values)
    return count


def purge(conn: Connection, older_than_s: float, dry_run: bool) -> int:
    """See `Jobs.purge`."""
    rows = conn.execute(
        text("SELECT id FROM jobs WHERE purged_at IS NULL AND finished_at IS NOT NULL AND finished_at <= :before"),
        {"before": past_stamp(older_than_s)},
    )
    ids = [row.id for row in rows]
    if dry_run:
        return len(ids)
    for job_id in ids:
        _forget(conn, job_id)
    return len(ids)


def _forget(conn: Connection, job_id: str) -> None:
    """Delete the rows of a job; the counters, which follow every deletion, are put back as the final record."""
    final = conn.execute(
        text("SELECT state, category, n FROM tallies WHERE job_id = :job AND n > 0"), {"job": job_id}
    ).all()
    conn.execute(text("DELETE FROM attempts WHERE job_id = :job"), {"job": job_id})
    conn.execute(text("DELETE FROM targets WHERE job_id = :job"), {"job": job_id})
    for row in final:
        conn.execute(
            text("UPDATE tallies SET n = :n WHERE job_id = :job AND state = :state AND category = :category"),
            {"job": job_id, "state": row.state, "category": row.category, "n": row.n},
        )
    conn.execute(
        text("UPDATE jobs SET purged_at = :at, identity = NULL WHERE id = :job"),
        {"job": job_id, "at": now_stamp()},
    )

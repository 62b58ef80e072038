"""Companies as they are read: one by domain with its timeline and history, or all of a job in a stream for the export.

Owns reading of `companies`, `company_versions` and `attempts`; they are written in `commits`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from domainscout.errors import Category
from domainscout.profile import ModelUse, Profile, Status
from domainscout.records import Attempt
from domainscout.store.codec import moment, packed, stamp
from domainscout.store.commits import write_companies
from domainscout.store.database import Database
from domainscout.store.exported import of_companies, of_failures, of_job
from domainscout.store.prepared import CONTENT, profile_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What is known of one domain: the latest profile, since when it has said so, and what program read it."""

    domain: str
    profile: Profile
    first_seen_at: datetime
    crawled_at: datetime
    changed_at: datetime
    job_id: str
    reader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that differs between two profiles; `path` as in evidence, for example phones[0].number."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A profile as it was crawled at that time, and what was different from the one before it (empty for the first)."""

    crawled_at: datetime
    profile: Profile
    changes: tuple[Change, ...]


class Companies:
    """The companies of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, domain: str) -> Company | None:
        """The company of this canonical domain."""
        return await self._database.read(get, domain)

    async def attempts(self, domain: str) -> list[Attempt]:
        """Every attempt at this domain, oldest first."""
        return await self._database.read(attempts, domain)

    async def history(self, domain: str) -> list[Version]:
        """Every profile of this domain that differed from the one before, newest first."""
        return await self._database.read(history, domain)

    async def revise(self, profile: Profile, *, reader: str = "", use: ModelUse | None = None) -> bool:
        """Replace the profile of a crawled domain by another reading of the same pages, outside of any attempt.

        Args:
            profile: the new reading; its status becomes that of the target it came from.
            reader: program version and model that read the pages.
            use: what this reading cost, charged to the job.

        Returns:
            False when the domain has no profile yet, or a newer crawl has saved one meanwhile.
        """
        return await self._database.write(revise, profile, reader, use or ModelUse())

    async def domains(self, prefix: str = "", limit: int = 100) -> list[str]:
        """Domains that begin so, in order: for a guess at a misspelt one."""
        return await self._database.read(domains, prefix, limit)

    async def count(self) -> int:
        """How many companies there are."""
        return await self._database.read(count)

    async def stream(
        self,
        job: str | None = None,
        *,
        statuses: Sequence[Status] = (),
        changed_since: datetime | None = None,
        batch: int = 500,
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Profiles as export writes them, a batch at a time: memory stays flat.

        Of a job: every target with an outcome but cancelled ones, in the order of submission. A skipped target carries
        the profile of the earlier job, a failed one a profile without values that says why. Without a job: every
        company, then the domains that only ever failed, each in order of domain.

        Args:
            job: only this one.
            statuses: only these; empty: all.
            changed_since: only profiles whose values changed at this time or later, and failures since then.
            batch: profiles at a time.
        """
        wanted = packed([status.value for status in statuses]) if statuses else None
        since = None if changed_since is None else stamp(changed_since)
        sources = [of_failures, of_companies] if job is None else [of_job]
        while sources:
            source, after = sources.pop(), None
            while True:
                rows, after = await self._database.read(source, job, wanted, since, after, batch)
                if rows:
                    yield rows
                if after is None:
                    break


def get(conn: Connection, domain: str) -> Company | None:
    """See `Companies.get`."""
    row = conn.execute(
        text(
            "SELECT profile, first_seen_at, crawled_at, changed_at, job_id, reader FROM companies "
            "WHERE domain = :domain"
        ),
        {"domain": domain},
    ).first()
    if row is None:
        return None
    return Company(
        domain=domain,
        profile=Profile.model_validate_json(row.profile),
        first_seen_at=moment(row.first_seen_at),
        crawled_at=moment(row.crawled_at),
        changed_at=moment(row.changed_at),
        job_id=row.job_id,
        reader=row.reader,
    )


def revise(conn: Connection, profile: Profile, reader: str, use: ModelUse) -> bool:
    """See `Companies.revise`."""
    company = get(conn, profile.domain)
    if company is None or company.crawled_at > profile.crawled_at:
        return False
    kept = profile_text(profile)
    write_companies(
        conn, [[profile.domain, company.job_id, reader, kept.digest, stamp(profile.crawled_at), kept.content]]
    )
    category = None if profile.error_category is None else profile.error_category.value
    conn.execute(
        text(
            "UPDATE targets SET state = :state, category = :category, error = :error "
            "WHERE job_id = :job AND domain = :domain AND state IN ('done', 'partial')"
        ),
        {
            "state": profile.status.value,
            "category": category,
            "error": profile.error,
            "job": company.job_id,
            "domain": profile.domain,
        },
    )
    conn.execute(
        text(
            "UPDATE jobs SET input_tokens = input_tokens + :input, output_tokens = output_tokens + :output, "
            "cost_usd = cost_usd + :cost WHERE id = :job"
        ),
        {"input": use.input_tokens, "output": use.output_tokens, "cost": use.cost_usd, "job": company.job_id},
    )
    return True


def attempts(conn: Connection, domain: str) -> list[Attempt]:
    """See `Companies.attempts`."""
    rows = conn.execute(
        text("SELECT * FROM attempts WHERE domain = :domain ORDER BY finished_at, attempt"), {"domain": domain}
    )
    return [
        Attempt(
            target_id=row.target_id,
            job_id=row.job_id,
            domain=row.domain,
            attempt=row.attempt,
            worker=row.worker,
            started_at=moment(row.started_at),
            finished_at=moment(row.finished_at),
            outcome=row.outcome,
            category=None if row.category is None else Category(row.category),
            error=row.error,
            pages=row.pages,
            bytes=row.bytes,
            model=row.model,
            input_tokens=row.input_tokens,
            output_tokens=row.output_tokens,
            cost_usd=row.cost_usd,
            robots=row.robots,
            unchanged=bool(row.unchanged),
            timings=json.loads(row.timings),
        )
        for row in rows
    ]


def history(conn: Connection, domain: str) -> list[Version]:
    """See `Companies.history`."""
    rows = conn.execute(
        text(
            """
            SELECT crawled_at, profile FROM company_versions WHERE domain = :domain
            UNION ALL SELECT crawled_at, profile FROM companies WHERE domain = :domain
            ORDER BY crawled_at
            """
        ),
        {"domain": domain},
    ).all()
    versions, before = [], None
    for row in rows:
        content = json.loads(row.profile)
        versions.append(
            Version(
                crawled_at=moment(row.crawled_at),
                profile=Profile.model_validate(content),
                changes=() if before is None else tuple(changes(before, content)),
            )
        )
        before = content
    return versions[::-1]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What two profiles say differently, field by field; list entries are compared as a set, so order does not
    count."""
    found: list[Change] = []
    for name in CONTENT:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) and isinstance(new, list):
            found += [Change(path=f"{name}[{place}]", before=item, after=None) for place, item in _only(old, new)]
            found += [Change(path=f"{name}[{place}]", before=None, after=item) for place, item in _only(new, old)]
        elif isinstance(old, dict) and isinstance(new, dict):
            keys = [key for key in new if old.get(key) != new.get(key)]
            found += [Change(path=f"{name}.{key}", before=old.get(key), after=new.get(key)) for key in keys]
        else:
            found.append(Change(path=name, before=old, after=new))
    return found


def _only(here: list[Any], there: list[Any]) -> list[tuple[int, Any]]:
    return [(place, item) for place, item in enumerate(here) if item not in there]


def domains(conn: Connection, prefix: str, limit: int) -> list[str]:
    """See `Companies.domains`."""
    rows = conn.execute(
        text("SELECT domain FROM companies WHERE domain >= :prefix AND domain < :end ORDER BY domain LIMIT :limit"),
        {"prefix": prefix, "end": prefix + "\U0010ffff", "limit": limit},
    )
    return [row.domain for row in rows]


def count(conn: Connection) -> int:
    """See `Companies.count`."""
    return int(conn.execute(text("SELECT count(*) FROM companies")).scalar_one())

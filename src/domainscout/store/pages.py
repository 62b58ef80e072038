"""Page sources kept for conditional requests and re-extraction. Owns the `pages` table and its compression."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, text

from domainscout.records import KnownPage, Outcome, Page, PageKind
from domainscout.store.codec import moment, packed, stamp
from domainscout.store.database import Database

LEVEL = 3
"""Zstandard level: 6 to 1 on company pages at 300 MB/s; level 9 saved 6 % more and took five times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """What is listed of a page; `kept_bytes` is its size in the database, `size_bytes` its size as sent."""

    url: str
    kind: PageKind
    status: int
    fetched_at: datetime
    size_bytes: int
    kept_bytes: int
    truncated: bool


class Pages:
    """The kept pages of one database."""

    def __init__(self, database: Database, keep: bool) -> None:
        self._database = database
        self.keep = keep

    async def known(self, domain: str) -> dict[str, KnownPage]:
        """Pages of the latest crawl by address; empty when pages are not kept."""
        if not self.keep:
            return {}
        return {page.url: page.known for page in await self.site(domain)}

    async def site(self, domain: str) -> tuple[Page, ...]:
        """Pages of the latest crawl with their sources, in the order of that crawl."""
        return await self._database.read(load_pages, domain)

    async def listing(self, domain: str) -> list[PageRow]:
        """The same without the sources."""
        return await self._database.read(list_pages, domain)


def save_pages(conn: Connection, outcomes: Sequence[Outcome]) -> None:
    """Replace the pages of each domain by those of its latest crawl; unmodified ones keep their stored source."""
    with_pages = [outcome for outcome in outcomes if outcome.pages]
    if not with_pages:
        return
    present = [[outcome.target.domain, [page.url for page in outcome.pages]] for outcome in with_pages]
    conn.execute(_FORGET, {"rows": packed(present)})
    # One for all: made anew for each page, its tables took longer than the page.
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    rows = [
        _row(outcome.target.domain, position, page, compressor)
        for outcome in with_pages
        for position, page in enumerate(outcome.pages)
    ]
    conn.execute(_SAVE, rows)


def _row(domain: str, position: int, page: Page, compressor: zstandard.ZstdCompressor) -> dict[str, Any]:
    return {
        "domain": domain,
        "url": page.url,
        "position": position,
        "kind": page.kind.value,
        "status": page.status,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "digest": page.digest,
        "headers": packed(dict(page.headers)),
        "cookies": packed(list(page.cookies)),
        "size_bytes": page.size_bytes,
        "truncated": int(page.truncated),
        "fetched_at": stamp(page.fetched_at),
        "html": compressor.compress(page.html.encode("utf-8", "replace")),
    }


_FORGET = text(
    """
    DELETE FROM pages WHERE rowid IN (
        SELECT p.rowid FROM json_each(:rows) r CROSS JOIN pages p ON p.domain = json_extract(r.value, '$[0]')
        WHERE p.url NOT IN (SELECT value FROM json_each(r.value, '$[1]')))
    """
)
_SAVE = text(
    """
    INSERT INTO pages (domain, url, position, kind, status, etag, last_modified, digest, headers, cookies, size_bytes,
        truncated, fetched_at, html)
    VALUES (:domain, :url, :position, :kind, :status, :etag, :last_modified, :digest, :headers, :cookies, :size_bytes,
        :truncated, :fetched_at, :html)
    ON CONFLICT (domain, url) DO UPDATE SET position = excluded.position, kind = excluded.kind,
        status = excluded.status, etag = excluded.etag, last_modified = excluded.last_modified,
        digest = excluded.digest, headers = excluded.headers, cookies = excluded.cookies,
        size_bytes = excluded.size_bytes, truncated = excluded.truncated, fetched_at = excluded.fetched_at,
        html = excluded.html
    """
)


def load_pages(conn: Connection, domain: str) -> tuple[Page, ...]:
    """See `Pages.site`."""
    rows = conn.execute(text("SELECT * FROM pages WHERE domain = :domain ORDER BY position"), {"domain": domain})
    return tuple(_page(row) for row in rows)


def _page(row: Any) -> Page:
    return Page(
        url=row.url,
        kind=PageKind(row.kind),
        html=zstandard.decompress(row.html).decode(),
        status=row.status,
        headers=json.loads(row.headers),
        cookies=tuple(json.loads(row.cookies)),
        fetched_at=moment(row.fetched_at),
        size_bytes=row.size_bytes,
        digest=row.digest,
        truncated=bool(row.truncated),
    )


def list_pages(conn: Connection, domain: str) -> list[PageRow]:
    """See `Pages.listing`."""
    rows = conn.execute(
        text(
            "SELECT url, kind, status, fetched_at, size_bytes, length(html) AS kept, truncated FROM pages "
            "WHERE domain = :domain ORDER BY position"
        ),
        {"domain": domain},
    )
    return [
        PageRow(
            url=row.url,
            kind=PageKind(row.kind),
            status=row.status,
            fetched_at=moment(row.fetched_at),
            size_bytes=row.size_bytes,
            kept_bytes=row.kept,
            truncated=bool(row.truncated),
        )
        for row in rows
    ]

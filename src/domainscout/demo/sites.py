"""Folders of made-up sites: `sites/<domain>/site.json`, their pages, and what a reader should find on them.

Owns the format of those folders. Names use reserved domains, phone numbers are those reserved for fiction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent


class Trouble(StrEnum):
    """What is wrong with a site's server."""

    NONE = "none"
    BUSY = "busy"
    EXPIRED_CERTIFICATE = "expired-certificate"
    WRONG_NAME = "wrong-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpSite:
    """One company's pages by path.

    Attributes:
        home: the address that other spellings (www, http) are redirected to.
        pages: bodies by path, as bytes.
        busy_times: so many first requests are answered 503, with Retry-After of `retry_after_s` seconds.
    """

    domain: str
    home: str
    pages: Mapping[str, bytes]
    content_types: Mapping[str, str] = field(default_factory=dict)
    trouble: Trouble = Trouble.NONE
    busy_times: int = 0
    retry_after_s: int = 1

    def alias(self, number: int) -> MadeUpSite:
        """The same pages under another name, links to itself rewritten."""
        return self.renamed(f"shop{number}-{self.domain}")

    def renamed(self, name: str) -> MadeUpSite:
        """The same pages under this name, links to itself rewritten."""
        old, new = f"//{self.domain}".encode(), f"//{name}".encode()
        return replace(
            self,
            domain=name,
            home=self.home.replace(f"//{self.domain}", f"//{name}"),
            pages={path: body.replace(old, new) for path, body in self.pages.items()},
        )


def load(folder: Path = HERE / "sites", *, repeat: int = 1) -> tuple[MadeUpSite, ...]:
    """Every site of a folder, by domain; `repeat` adds so many less one aliases `shopN-<domain>` of each."""
    found = [_site(path) for path in sorted(folder.glob("*/site.json"))]
    return tuple(found + [site.alias(number) for number in range(1, repeat) for site in found])


def gold(path: Path = HERE / "gold.jsonl") -> dict[str, dict[str, Any]]:
    """What stands on the sites, by domain: fields that are labelled and their accepted values."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["domain"]: row for row in rows}


def _site(path: Path) -> MadeUpSite:
    told = json.loads(path.read_text(encoding="utf-8"))
    pages = {_path_of(page["url"]): (path.parent / page["file"]).read_bytes() for page in told["pages"]}
    types = {_path_of(page["url"]): page["content_type"] for page in told["pages"]}
    for name in ("robots.txt", "sitemap.xml"):
        if (beside := path.parent / name).exists():
            pages[f"/{name}"] = beside.read_bytes()
            types[f"/{name}"] = "text/plain" if name.endswith("txt") else "application/xml"
    trouble = told.get("trouble", {})
    return MadeUpSite(
        domain=told["domain"],
        home=told["home"],
        pages=pages,
        content_types=types,
        trouble=Trouble(trouble.get("kind", "none")),
        busy_times=trouble.get("times", 0),
        retry_after_s=trouble.get("retry_after_s", 1),
    )


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

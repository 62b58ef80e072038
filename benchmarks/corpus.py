"""Labelled sites on disk, as the crawler would have returned them, and their profiles by the rules alone.

Owns the reading of corpus folders (sites/<domain>/site.json, pages, gold.jsonl) and their digest; no measure.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import domainscout.demo
from domainscout.compose import chosen
from domainscout.extract import extract
from domainscout.extract.base import Reading
from domainscout.extract.sic import derived
from domainscout.profile import Profile
from domainscout.records import Field, Page, PageKind, Site

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "corpus"
OWN = Path(domainscout.demo.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A folder of labelled sites. `scorer` is the script that came with it; None for the project's own sites."""

    name: str
    folder: Path
    gold: list[dict[str, Any]]
    scorer: Path | None

    @property
    def digest(self) -> str:
        """Hex digest of labels and pages: equal for equal corpora."""
        found = hashlib.sha256((self.folder / "gold.jsonl").read_bytes())
        for path in sorted((self.folder / "sites").rglob("*.*")):
            if path.is_file():
                found.update(hashlib.sha256(path.read_bytes()).digest())
        return found.hexdigest()[:16]

    def sites(self) -> list[Site]:
        """All labelled sites."""
        return [load_site(self.folder / "sites" / row["domain"]) for row in self.gold]


def corpora(folders: list[Path], half: int | None = None) -> list[Corpus]:
    """The corpora in these folders; without folders the shared ones, else the project's own sites."""
    chosen = folders or [SHARED / name for name in ("business", "modern") if (SHARED / name).is_dir()] or [OWN]
    return [_corpus(folder, half) for folder in chosen]


def _corpus(folder: Path, half: int | None) -> Corpus:
    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines() if line.strip()]
    gold = [row for row in gold if half is None or half_of(row["domain"]) == half]
    scorer = folder.resolve().parent / "score.py"
    name = "own" if folder.resolve() == OWN.resolve() else folder.resolve().name
    return Corpus(name=name, folder=folder, gold=gold, scorer=scorer if scorer.exists() else None)


def half_of(domain: str) -> int:
    """Which half of an open corpus a domain is in, for cross-checks."""
    return hashlib.sha256(f"half:{domain}".encode()).digest()[0] % 2


def load_site(folder: Path) -> Site:
    """A corpus folder as the crawler would have returned it, home page first."""
    meta = json.loads((folder / "site.json").read_text())
    pages = [_page(folder, entry) for entry in meta["pages"] if (folder / entry["file"]).exists()]
    home = meta["home"].rstrip("/")
    pages.sort(key=lambda p: (p.url.rstrip("/") != home, p.kind is not PageKind.HOME))
    return Site(domain=meta["domain"], pages=tuple(pages[:12]))


def _page(folder: Path, entry: dict[str, Any]) -> Page:
    raw = (folder / entry["file"]).read_bytes()
    content_type = entry.get("content_type", "text/html")
    kind = entry.get("section") or entry.get("kind", "other")
    html = raw.decode(content_type.partition("charset=")[2] or "utf-8", "replace").replace("\0", "")
    return Page(
        url=entry["url"],
        kind=PageKind(kind) if kind in set(PageKind) else PageKind.OTHER,
        html=html if "html" in content_type else "",
        fetched_at=datetime.now(UTC),
        size_bytes=len(raw),
    )


def timed_read(site: Site) -> tuple[Profile, dict[str, float]]:
    """The profile of a site and the seconds of processor time each stage took."""
    started = time.process_time()
    reading = Reading(site)
    parsed = time.process_time()
    extraction = extract(reading)
    extracted = time.process_time()
    resolved = chosen(reading, extraction.findings)
    timings = {"parse": parsed - started, "resolve": time.process_time() - extracted}
    # Extractors tell wall time; on a busy machine their shares are right and their sum is not.
    share = (extracted - parsed) / (sum(extraction.timings.values()) or 1.0)
    timings |= {name: seconds * share for name, seconds in extraction.timings.items()}
    for note in extraction.notes:
        print(f"{site.domain}: {note}", file=sys.stderr)
    if resolved.unsupported:
        print(f"{site.domain}: {resolved.unsupported} findings without a located quote", file=sys.stderr)
    values = {**resolved.values, **derived(resolved.values.get(Field.SIC_CODE))}
    profile = Profile(domain=site.domain, crawled_at=datetime.now(UTC), evidence=resolved.evidence, **values)
    return profile, timings

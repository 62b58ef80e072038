"""Extraction quality without a network: corpus folders → findings → profiles → score.

    python -m benchmarks.quality ../shared/corpus/modern [--details FILE] [--field phones] [--half 0|1]

Reads the stored pages directly (no crawl), so a rule is tried in seconds. Figures that count come from a full crawl.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from domainscout.extract import extract
from domainscout.extract.base import Reading
from domainscout.profile import Profile
from domainscout.records import Page, PageKind, Site
from domainscout.resolve import resolve


def load_site(folder: Path) -> Site:
    """A corpus folder as the crawler would have returned it, home page first."""
    meta = json.loads((folder / "site.json").read_text())
    pages = []
    for entry in meta["pages"]:
        raw = (folder / entry["file"]).read_bytes()
        charset = entry.get("content_type", "").partition("charset=")[2] or "utf-8"
        kind = entry.get("section") or entry["kind"]
        pages.append(
            Page(
                url=entry["url"],
                kind=PageKind(kind) if kind in set(PageKind) else PageKind.OTHER,
                html=raw.decode(charset, "replace").replace("\0", "")
                if "html" in entry.get("content_type", "html")
                else "",
                fetched_at=datetime.now(UTC),
                size_bytes=len(raw),
            )
        )
    pages.sort(key=lambda p: (p.url.rstrip("/") != meta["home"].rstrip("/"), p.kind is not PageKind.HOME))
    return Site(domain=meta["domain"], pages=tuple(pages[:12]))


def read_site(site: Site) -> Profile:
    """Extract and resolve one site."""
    reading = Reading(site)
    extraction = extract(reading)
    resolved = resolve(extraction.findings, reading.has_quote)
    for note in extraction.notes:
        print(f"{site.domain}: {note}", file=sys.stderr)
    return Profile(domain=site.domain, crawled_at=datetime.now(UTC), evidence=resolved.evidence, **resolved.values)


def half_of(domain: str) -> int:
    """Which half of the open corpus a domain is in, for cross-checks."""
    return hashlib.sha256(f"half:{domain}".encode()).digest()[0] % 2


def main() -> None:
    """Print the score of one corpus, and how long reading took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--details", type=Path, help="misses and extras, one JSON object a line")
    parser.add_argument("--field", help="print the details of this field")
    parser.add_argument("--half", type=int, choices=(0, 1), help="one half of the domains only")
    parser.add_argument("-o", "--output", type=Path, help="keep the profiles here")
    args = parser.parse_args()
    gold = [json.loads(line) for line in (args.corpus / "gold.jsonl").read_text().splitlines() if line.strip()]
    if args.half is not None:
        gold = [row for row in gold if half_of(row["domain"]) == args.half]
    sites = [load_site(args.corpus / "sites" / row["domain"]) for row in gold]
    started = time.perf_counter()
    profiles = [read_site(site) for site in sites]
    seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        gold_file, found, details = (Path(folder) / n for n in ("gold.jsonl", "found.jsonl", "details.jsonl"))
        gold_file.write_text("".join(json.dumps(row) + "\n" for row in gold))
        found.write_text("".join(profile.model_dump_json() + "\n" for profile in profiles))
        if args.output:
            args.output.write_text(found.read_text())
        score = args.corpus.parent / "score.py"
        subprocess.run([sys.executable, score, gold_file, found, "--details", details], check=True)
        if args.details:
            args.details.write_text(details.read_text())
        if args.field:
            for line in details.read_text().splitlines():
                if json.loads(line)["field"] == args.field:
                    print(line)
    pages = sum(len(site.pages) for site in sites)
    print(f"{pages} pages in {seconds:.2f} s: {pages / seconds:.0f} pages/s")


if __name__ == "__main__":
    main()

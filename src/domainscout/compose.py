"""From the pages of a site to a profile: read, extract, resolve, and put the chosen values into one record.

Shared by the scout (fresh pages) and re-extraction (stored pages). Owns no rule and does no I/O.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domainscout.errors import Category
from domainscout.extract import Extraction, extract
from domainscout.extract.base import Reading
from domainscout.extract.sic import derived
from domainscout.extract.witnesses import Witnesses
from domainscout.memory import alone
from domainscout.profile import ModelUse, Profile, Status
from domainscout.records import Field, Finding, Site, Target
from domainscout.resolve import Resolved, resolve

OFF_LOOP_BYTES = 512 * 1024
"""Sites larger than this are read in a thread: reading them would hold up every other scout for 50 ms and more."""


RULES_ONLY = frozenset([Field.LANGUAGE, Field.TECH_STACK])
"""Read from markup that a language model is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A site as the rules read it; `timings` are seconds a stage: prepare, each extractor, resolve."""

    reading: Reading
    extraction: Extraction
    resolved: Resolved
    timings: Mapping[str, float]

    def with_more(self, findings: Sequence[Finding], *, alone: bool = False) -> Resolved:
        """The resolved values when these findings are added to those of the rules.

        Args:
            alone: they stand alone, but for what only rules can tell.
        """
        rules = [one for one in self.extraction.findings if not alone or one.field in RULES_ONLY]
        return chosen(self.reading, [*rules, *findings])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Why a profile is partial."""

    category: Category
    words: str


def chosen(reading: Reading, findings: Sequence[Finding]) -> Resolved:
    """The values of a site: each with a quote that stands there and a witness that is not doubtful."""
    return resolve(findings, reading.has_quote, Witnesses(reading, findings).lacking)


async def understand(site: Site) -> Understanding:
    """Read a site by all rules; a large one is read in a thread."""
    if sum(page.size_bytes for page in site.pages) > OFF_LOOP_BYTES:
        return await alone(_understand, site)
    return _understand(site)


def profile_of(
    target: Target,
    site: Site,
    resolved: Resolved,
    *,
    shortfall: Shortfall | None = None,
    use: ModelUse | None = None,
    notes: Iterable[str] = (),
) -> Profile:
    """The profile of one site: partial with the category of its shortfall, else done."""
    return Profile.model_validate(
        {
            **derived(resolved.values.get(Field.SIC_CODE)),
            **resolved.values,  # an industry in the company's own words goes before the division of its code
            "domain": target.domain,
            "job": target.job_id,
            "status": Status.PARTIAL if shortfall else Status.DONE,
            "error_category": shortfall.category if shortfall else None,
            "error": shortfall.words if shortfall else None,
            "crawled_at": datetime.now(UTC),
            "seconds": round(site.seconds, 3),
            "pages": len(site.pages),
            "bytes": site.bytes,
            "redirected_to": site.redirected_to,
            "llm": use or ModelUse(),
            "notes": list(dict.fromkeys([*site.notes, *resolved.notes, *notes])),
            "evidence": resolved.evidence,
        }
    )


def _understand(site: Site) -> Understanding:
    started = time.perf_counter()
    reading = Reading(site)
    prepared = time.perf_counter()
    extraction = extract(reading)
    extracted = time.perf_counter()
    resolved = chosen(reading, extraction.findings)
    timings = {
        "prepare": prepared - started,
        **{f"extract {name}": seconds for name, seconds in extraction.timings.items()},
        "resolve": time.perf_counter() - extracted,
    }
    return Understanding(reading=reading, extraction=extraction, resolved=resolved, timings=timings)

"""Finds the extractors (every module of this package with an `EXTRACTOR`) and runs them, cheapest first.

A bug in one extractor costs its own findings and leaves a note, never the domain.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from dataclasses import dataclass, field
from functools import cache

from domainscout.extract.base import Extractor, Reading
from domainscout.records import Finding


@dataclass(slots=True, kw_only=True)
class Extraction:
    """Findings of all extractors, notes of those that failed, seconds each took."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)


@cache
def extractors() -> tuple[Extractor, ...]:
    """All extractors of this package, cheapest first."""
    found = []
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        extractor = getattr(importlib.import_module(module.name), "EXTRACTOR", None)
        if extractor is not None:
            found.append(extractor)
    return tuple(sorted(found, key=lambda e: (e.cost, e.name)))


def extract(reading: Reading) -> Extraction:
    """Run every extractor over the site."""
    result = Extraction()
    for extractor in extractors():
        started = time.perf_counter()
        try:
            result.findings.extend(extractor.read(reading))
        except Exception as error:  # noqa: BLE001 - a bug in one rule must not cost the domain
            result.notes.append(f"extractor {extractor.name} failed: {type(error).__name__}: {error}")
        result.timings[extractor.name] = time.perf_counter() - started
    result.notes += [f"not read, gives orders to machines: {text[:80]!r} on {url}" for url, text in reading.orders[:5]]
    return result

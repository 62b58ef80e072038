"""UK SIC 2007: what stands above a code, and the closed list of sectors. Owns uk-sic-codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache

import uk_sic_codes
import uk_sic_codes.data

from domainscout.extract._word_lists import lines_of

CODES: Mapping[str, str] = uk_sic_codes.data.CODES
"""The official text of each of the 731 codes."""
SECTORS: tuple[str, ...] = tuple(uk_sic_codes.data.SECTIONS.values())
"""The closed list of sectors: the sections of UK SIC 2007."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SicPath:
    """The official text of a code and what stands above it."""

    sic_text: str
    sub_industry: str
    industry: str
    sector: str


def hierarchy(code: str) -> SicPath | None:
    """Text, sub-industry, industry (division) and sector (section) of a code; None where there is no such code."""
    found = uk_sic_codes.lookup(code)
    if found is None:
        return None
    plain = re.sub(r"\s*(?:n\.e\.c\.?|\(.*?\)|activities)\s*$", "", found.description).strip(" ,")
    return SicPath(
        sic_text=found.description, sub_industry=plain, industry=_divisions()[found.division], sector=found.section_name
    )


def derived(code: str | None) -> dict[str, str]:
    """The profile fields that follow from a code: sic_text, sub_industry, industry, sector; empty without one."""
    path = hierarchy(code) if code else None
    return {} if path is None else asdict(path)


@cache
def _divisions() -> dict[str, str]:
    return {line[:2]: line[3:] for line in lines_of("sic_divisions.txt")}

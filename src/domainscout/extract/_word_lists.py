"""Lists that are data: files of this package, a line an entry. Owns how they are read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def lines_of(file: str) -> list[str]:
    """The lines of a file in `data/` that say something; those that begin with "#" are comments."""
    lines = files("domainscout.extract").joinpath(f"data/{file}").read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@cache
def words_of(file: str) -> frozenset[str]:
    """The words of a file in `data/`, parted by blanks."""
    return frozenset(word for line in lines_of(file) for word in line.split())

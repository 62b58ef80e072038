"""Lists of words that are data: files of this package with words parted by blanks, and comments."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def words_of(file: str) -> frozenset[str]:
    """The words of a file in `data/`; lines that begin with "#" are comments."""
    lines = files("domainscout.extract").joinpath(f"data/{file}").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())

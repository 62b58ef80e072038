"""Text in comparable forms, and addresses made absolute. Owns no parsing."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/[^\s\\\x00-\x20\x7f-\uffff]*)?", re.I)
_PLAIN_PATH = re.compile(r"/?[A-Za-z0-9_][A-Za-z0-9_./%~+,=&?@-]*")
_BASE = re.compile(r"(https?://[A-Za-z0-9.-]+(?::\d{1,5})?)(/(?:[^?#]*/)?)?", re.I)
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")
_CONTROL = re.compile(r"[\t\r\n]")


def fold(text: str) -> str:
    """Whitespace of all kinds folded to single spaces, invisible characters gone."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def are_lines_apart(before: str, after: str) -> bool:
    """Whether texts of neighbouring elements are lines of their own, though no blank stands between their tags.

    "Ann Example" in one element and "Director" in the next are lines of their own by the style sheet; a word that is
    cut into elements to colour its letters goes on in small letters, a number in digits.
    """
    left, right = before[-1], after[0]
    if left.isdigit():
        return right.isalpha()
    return (left.islower() or left == ")") and (right.isupper() or right.isdigit())


def fold_quote(text: str) -> str:
    """A text in the form in which quotes are compared: whitespace, case, quotation marks and dashes folded."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u201c", '"').replace("\u201d", '"')
        text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return " ".join(text.split()).casefold()


class Resolver:
    """Makes the addresses of one page absolute, each once. Knows no document, so that nothing keeps one alive."""

    __slots__ = ("_found", "base")

    def __init__(self, base: str) -> None:
        self.base = base
        self._found: dict[str, str | None] = {}

    def __call__(self, href: str) -> str | None:
        """The absolute http(s) address, without fragment; None where there is none."""
        found = self._found
        if href not in found:
            found[href] = absolute(self.base, href)
        return found[href]


def absolute(base: str, href: str) -> str | None:
    """The absolute http(s) address, fragment removed; None for other schemes and nonsense."""
    href = href.strip()
    if not href:
        return None
    if href[0] in "hH" and _PLAIN_URL.fullmatch(href) and not _DOTS.search(href):
        return href.partition("#")[0]
    if (
        ":" not in href
        and "//" not in href
        and _PLAIN_PATH.fullmatch(href)
        and not _DOTS.search(f"/{href}")
        and (at := _BASE.match(base))
    ):
        return at[1] + href if href[0] == "/" else f"{at[1]}{at[2] or '/'}{href}"
    href = _CONTROL.sub("", href)
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        _ = parts.port
    except ValueError:
        return None
    return url.partition("#")[0].replace(" ", "%20")

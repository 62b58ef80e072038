"""Text in comparable forms, and addresses made absolute. Owns no parsing."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_PRINTABLE = "\u034f"
"""The only one of these that Python calls printable."""
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# No re.I: ignoring case, "s", "k" and "i" have relatives beyond ASCII, and few addresses would be plain.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/(?:[!-:<-\[\]-~]*[!-:<->@-\[\]-~])?)?")
_PLAIN_PATH = re.compile(r"/?[A-Za-z0-9_](?:[A-Za-z0-9_./%~+,=&?@-]*[A-Za-z0-9_./%~+,=&@-])?|/")
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.I | re.A)
_BASE = re.compile(r"(https?://[A-Za-z0-9.-]+(?::\d{1,5})?)(/(?:[^?#]*/)?)?", re.I)
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")
_CONTROL = re.compile(r"[\t\r\n]")


def fold(text: str) -> str:
    """Whitespace of all kinds folded to single spaces, invisible and control characters gone."""
    folded = " ".join(text.split())
    if folded.isprintable() and (folded.isascii() or _PRINTABLE not in folded):
        return folded
    if not folded.isascii():
        folded = " ".join(_INVISIBLE.sub("", text).split())
    return folded if folded.isprintable() else _UNPRINTABLE.sub("", folded)


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
    text = fold(text)
    if not text.isascii():
        text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u201c", '"').replace("\u201d", '"')
        text = _DASHES.sub("-", text)
    return text.casefold()


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
    plain = href.partition("#")[0] if "#" in href else href
    if not plain:
        return base if href and _PLAIN_URL.fullmatch(base) and "#" not in base else _joined(base, href)
    if plain[0] == "h" and _PLAIN_URL.fullmatch(plain) and not _DOTS.search(plain):
        return plain
    if ":" in plain:
        return None if _OTHER_SCHEME.match(plain) else _joined(base, href)
    if (
        "//" not in plain
        and _PLAIN_PATH.fullmatch(plain)
        and not _DOTS.search(f"/{plain}")
        and (at := _BASE.match(base))
    ):
        return at[1] + plain if plain[0] == "/" else f"{at[1]}{at[2] or '/'}{plain}"
    return _joined(base, href)


def _joined(base: str, href: str) -> str | None:
    """The absolute address, worked out by the book: five times as slow as seeing that it is plain."""
    if not href:
        return None
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

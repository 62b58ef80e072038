"""The shape of addresses: which are the same page, which are traps, which language version. Pure string work."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from domainscout.frontier.words import (
    BINARY,
    LANGUAGES,
    PAGING_KEYS,
    SESSION_KEYS,
    TRACKING_KEYS,
    TRAP_KEYS,
)
from domainscout.memory import remembered

MAX_URL = 400
"""Characters: longer addresses are made by machines for machines."""

MAX_SEGMENTS = 8
MAX_REPEATS = 2
"""How often one segment may stand in a path: /a/b/a/b/a is a loop of relative links."""

MAX_QUERY = 3
"""Query parameters beyond which an address is a form's answer."""

_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|php\d?|aspx?|jsp|cfm|shtml)$", re.I)
_PATH_SESSION = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?#]*", re.I)
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-f]{16,}", re.I)
_DATED = re.compile(r"/(?:19|20)\d\d[/-](?:0?\d|1[0-2])(?:[/-]|$)")


def tidy(url: str) -> str:
    """The address without session ids and tracking parameters."""
    if "?" not in url and ";" not in url:
        return url
    parts = urlsplit(url)
    path = _PATH_SESSION.sub("", parts.path)
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50) if query.count("&") < 50 else []
        kept = [(key, value) for key, value in pairs if not _is_noise(key.lower())]
        if len(kept) != len(pairs):
            query = urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, path or "/", query, ""))


def _is_noise(key: str) -> bool:
    return key in SESSION_KEYS or key in TRACKING_KEYS or key.startswith("utm_")


@remembered(maxsize=1024)
def page_key(url: str) -> str:
    """What two addresses of one page have in common: scheme, www., index files, final slash, order of parameters."""
    parts = urlsplit(tidy(url))
    host = parts.netloc.lower().removeprefix("www.")
    path = _INDEX.sub("/", parts.path or "/").rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{host}{path}?{query}" if query else host + path


def shape_key(url: str) -> str:
    """What near-identical pages have in common: digits and long hexadecimal runs do not count, nor do values."""
    parts = urlsplit(url)
    path = _DIGITS.sub("#", _HEX.sub("#", parts.path))
    keys = "&".join(sorted(pair.partition("=")[0] for pair in parts.query.split("&"))) if parts.query else ""
    return f"{path}?{keys}"


def sibling_url(url: str) -> str | None:
    """Another spelling of a page that is not there: sites move between servers with and without .html."""
    parts = urlsplit(url)
    path = parts.path
    if parts.query or path == "/":
        return None
    stripped = _INDEX.sub("/", path)
    if stripped != path:
        other = stripped
    elif path.endswith((".html", ".htm")):
        other = path.rpartition(".")[0]
    elif path.endswith("/"):
        other = path[:-1]
    elif "." in path.rpartition("/")[2]:
        return None
    else:
        other = path + ".html"
    return urlunsplit((parts.scheme, parts.netloc, other, "", ""))


def is_trap(url: str) -> bool:
    """Whether an address looks like one of endlessly many: calendars, filters, repeated segments, huge addresses."""
    if len(url) > MAX_URL:
        return True
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return True
    if len(segments) > MAX_REPEATS and any(segments.count(one) > MAX_REPEATS for one in set(segments)):
        return True
    if not parts.query:
        return False
    keys = [pair.partition("=")[0].lower() for pair in parts.query.split("&")]
    return len(keys) > MAX_QUERY or any(key in TRAP_KEYS and key not in PAGING_KEYS for key in keys)


def is_binary(path: str) -> bool:
    """Whether the path ends like a file that is no page."""
    name = path.rpartition("/")[2]
    dot = name.rpartition(".")
    return bool(dot[1]) and dot[2].lower() in BINARY


def is_paged(url: str) -> bool:
    """Whether an address is a further page of a list."""
    query = urlsplit(url).query
    return bool(query) and any(pair.partition("=")[0].lower() in PAGING_KEYS for pair in query.split("&"))


def is_dated(path: str) -> bool:
    """Whether the path carries a year and month, as articles do."""
    return _DATED.search(path) is not None


def language_of(segments: list[str]) -> str | None:
    """The language that the first segment of a path names: /de/, /en-gb/; None when it names none."""
    if not segments:
        return None
    first = segments[0].lower().replace("_", "-")
    code = first.partition("-")[0]
    if len(code) == 2 and code in LANGUAGES and len(first) in (2, 5):
        return code
    return None

"""What robots.txt says, by RFC 9309. Owns protego.

Reads rules from an answer; asking for robots.txt, and asking nothing else first, is the crawler's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from domainscout.fetch import text_of

MAX_BYTES = 500 * 1024
"""Of robots.txt that are read. Source: RFC 9309 §2.5."""

FRESH_S = 24 * 3600.0
"""Rules are kept that long. Source: RFC 9309 §2.4."""

FRESH_FAILURE_S = 3600.0
"""A server error is kept that long at most."""

_TOKEN = re.compile(r"[A-Za-z_-]+")
_VERSIONED = re.compile(r"^(\s*user-agent\s*:\s*[a-z_-]+)/[\w.]*", re.I | re.M)
"""A name with its version, as in User-Agent headers: only the name counts."""

_MAX_SITEMAPS = 10
_MAX_LINE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one origin's robots.txt says to us.

    Attributes:
        words: the decision for a person, for example "no robots.txt (404)".
        delay_s: Crawl-delay in seconds, 0 when there is none.
        sitemaps: addresses as written.
        status: of the answer; 0 when there was none.
        size_bytes: of the file, for whoever remembers it.
    """

    words: str
    agent: str
    delay_s: float = 0.0
    sitemaps: Sequence[str] = ()
    parsed: Protego | None = None
    closed: bool = False
    status: int = 200
    size_bytes: int = 0

    def allows(self, url: str) -> bool:
        """Whether we may fetch that address. robots.txt itself always may be."""
        if self.closed:
            return urlsplit(url).path == "/robots.txt"
        if self.parsed is None or urlsplit(url).path == "/robots.txt":
            return True
        return bool(self.parsed.can_fetch(url, self.agent))


def product_token(agent: str) -> str:
    """The name by which robots.txt addresses us: the letters a User-Agent begins with. Source: RFC 9309 §2.2.1."""
    match = _TOKEN.match(agent)
    return match[0].lower() if match else "*"


def read_rules(status: int, body: bytes, content_type: str, agent: str) -> Rules:
    """The rules of an answer to GET /robots.txt.

    Args:
        status: after redirects; 2xx is parsed, 5xx forbids everything, the rest allows everything.
        body: content encoding undone; only the first 500 KiB count.
        content_type: for the charset.
        agent: our User-Agent header.
    """
    token = product_token(agent)
    if status >= 500:
        return Rules(
            words=f"everything disallowed: robots.txt answered {status}", agent=token, closed=True, status=status
        )
    if not 200 <= status < 300:
        return Rules(words=f"no robots.txt ({status})", agent=token, status=status)
    text = text_of(body[:MAX_BYTES], "" if "utf" in content_type.lower() else content_type)
    if len(body) > MAX_BYTES:
        text = text.rpartition("\n")[0]
    if text.lstrip()[:1] == "<":
        return Rules(words="no robots.txt (a web page instead)", agent=token, status=status)
    text = "\n".join(line[:_MAX_LINE] for line in re.split(r"\r\n|\r|\n", text))
    text = _VERSIONED.sub(r"\1", text)
    try:
        parsed = Protego.parse(text)
    except (ValueError, TypeError, RecursionError, IndexError, AttributeError):
        return Rules(words="allowed: robots.txt cannot be read", agent=token, status=status)
    return Rules(
        words="allowed by robots.txt",
        agent=token,
        delay_s=_delay(parsed, token),
        sitemaps=tuple(str(found) for found in list(parsed.sitemaps)[:_MAX_SITEMAPS]),
        parsed=parsed,
        status=status,
        size_bytes=len(body),
    )


def _delay(parsed: Protego, token: str) -> float:
    try:
        delay = float(parsed.crawl_delay(token) or 0.0)
    except (TypeError, ValueError):
        return 0.0
    return delay if 0.0 < delay < float("inf") else 0.0

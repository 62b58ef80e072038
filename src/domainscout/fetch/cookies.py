"""Cookies of one visit, by registrable domain: kept because some sites loop without them, bounded, never stored."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from domainscout.addresses import registrable

MAX_COOKIES = 50
MAX_VALUE = 4096
MAX_LINE = 8192
MAX_HEADER = 8192


class Cookies:
    """The jar of a visit."""

    def __init__(self) -> None:
        self._jars: dict[str, dict[str, str]] = {}

    def keep(self, lines: list[str], host: str) -> tuple[str, ...]:
        """Take over `Set-Cookie` lines of a host; returns the names that were set or removed."""
        jar = self._jars.setdefault(registrable(host), {})
        names: dict[str, None] = {}
        for line in lines[:MAX_COOKIES]:
            parsed: SimpleCookie = SimpleCookie()
            try:
                parsed.load(line[:MAX_LINE])
            except CookieError:
                continue
            for name, morsel in parsed.items():
                names[name] = None
                value = morsel.coded_value
                if morsel["max-age"] in ("0", "-1") or not value:
                    jar.pop(name, None)
                elif len(jar) < MAX_COOKIES and len(value) <= MAX_VALUE and (name + value).isascii():
                    jar[name] = value
        return tuple(names)

    def header(self, host: str) -> str:
        """What a host is sent; empty where it has set nothing."""
        jar = self._jars.get(registrable(host)) if self._jars else None
        return "; ".join(f"{name}={value}" for name, value in jar.items())[:MAX_HEADER] if jar else ""

    def of(self, host: str) -> tuple[tuple[str, str], ...]:
        """Names and values for a host, in order."""
        return tuple(sorted(self._jars.get(registrable(host), {}).items()))

"""From a line that somebody typed or exported to one canonical host, or to a sentence that says why there is none.

Canonical is the bare host: ASCII (A-labels of IDNA 2008 after the UTS-46 mapping), lower case, without scheme,
credentials, port, path, trailing dot and leading "www.". Ten spellings of one site give one host, and
`canonical(canonical(x))` is `canonical(x)`. Pure: no network, no files but the Public Suffix List that comes as a
package.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from urllib.parse import unquote

import idna
from publicsuffixlist import PublicSuffixList

Verdict = tuple[str | None, str | None]
"""The canonical host and no reason, or no host and the reason."""

LINE_LIMIT = 2000
"""Longest line, in characters, that may name a domain: browsers' addresses end about there."""

HOST_LIMIT = 253
LABEL_LIMIT = 63
"""Octets of a host name and of one label of it (RFC 1035 §2.3.4)."""

SPECIAL = {
    "localhost": "localhost",
    "local": ".local names exist only in one's own network",
    "internal": ".internal names exist only in one's own network",
    "onion": ".onion names cannot be reached without Tor",
    "invalid": ".invalid names never exist",
    "arpa": ".arpa names have no websites",
    "alt": ".alt names are outside of the DNS",
}
"""Names without a public website (RFC 6761, 6762, 7686, 9476). `.test` and `.example` are let through: people try with
them."""

# fmt: off
FREE_MAIL = frozenset(
    {
        "126.com", "163.com", "aol.com", "bigpond.com", "bluewin.ch", "bt.com", "btinternet.com", "cox.net",
        "earthlink.net", "fastmail.com", "fastmail.fm", "free.fr", "freenet.de", "gmail.com", "gmx.at",
        "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com",
        "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hushmail.com", "icloud.com", "inbox.com",
        "laposte.net", "libero.it", "live.co.uk", "live.com", "live.fr", "live.nl", "mac.com", "mail.com",
        "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "ntlworld.com", "o2.pl", "online.de",
        "orange.fr", "outlook.com", "outlook.de", "outlook.es", "outlook.fr", "outlook.it", "pm.me",
        "posteo.de", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "rocketmail.com",
        "sbcglobal.net", "sfr.fr", "shaw.ca", "sky.com", "t-online.de", "talktalk.net", "tiscali.it",
        "tutanota.com", "verizon.net", "virgilio.it", "virginmedia.com", "wanadoo.fr", "web.de", "wp.pl",
        "yahoo.ca", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.au", "yahoo.com.br", "yahoo.de",
        "yahoo.es", "yahoo.fr", "yahoo.in", "yahoo.it", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
    }
)
# fmt: on
"""Hosts of mailboxes that anybody can have: such an address says nothing about its owner's company."""

_PLAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = " \t\r\n\f\v\xa0\u200b\u200e\u200f\u2060\ufeff"
_WRAPPING = _INVISIBLE + "\"'<>`“”‘’«»"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys((0x3002, 0xFF61), ".")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?=//)", re.IGNORECASE)
_BROKEN_HTTP = re.compile(r"https?:/?(?!/)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(mailto|tel|fax|sms|javascript|data|file|about|urn|skype|callto):", re.IGNORECASE)
_EMAIL = re.compile(r"(?:mailto:)?[^\s@/:?#]+@[^\s@/:?#]+", re.IGNORECASE)
_EMAIL_WITHIN = re.compile(r"[^\s<>@,;:\"'()\[\]]+@([^\s<>@,;:\"'()\[\]/?#]+)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


class NotADomain(ValueError):
    """The line names no company website; the message says why."""


def canonical(line: str) -> str:
    """The canonical host that a line names.

    Raises:
        NotADomain: it names none; the message is a reason for people.
    """
    host, reason = verdict(line)
    if host is None:
        raise NotADomain(reason)
    return host


def verdict(line: str) -> Verdict:
    """As `canonical`, without raising: about 3 µs for a plain host name, which is what a million lines mostly are."""
    plain = line.strip().lower()
    if len(plain) <= HOST_LIMIT and "xn--" not in plain and _PLAIN.fullmatch(plain):
        return _settled(plain)
    return _careful(line)


def email_verdict(line: str) -> Verdict:
    """The company's host behind an e-mail address, or behind whatever else the line names."""
    found = _EMAIL_WITHIN.search(line.translate(_FULL_WIDTH)) if len(line) <= LINE_LIMIT and "://" not in line else None
    if found is None:
        return verdict(line)
    host, reason = verdict(found[1].rstrip("."))
    if host in FREE_MAIL:
        return None, f"free-mail provider ({host})"
    return host, reason


def display(host: str) -> str:
    """The host as people write it: A-labels become letters where that is possible."""
    return ".".join(_letters(label) for label in host.split(".")) if "xn--" in host else host


def _letters(label: str) -> str:
    try:
        return idna.ulabel(label) if label.startswith("xn--") else label
    except (idna.IDNAError, UnicodeError):
        return label


@cache
def _suffixes() -> PublicSuffixList:
    """Rules of registries only: under github.io somebody's own site begins one label later, under co.uk it cannot."""
    return PublicSuffixList(only_icann=True)


def _settled(host: str) -> Verdict:
    """The last steps, on a host that is well formed: the "www." off, names nobody can have refused."""
    while host.startswith("www.") and "." in host[4:] and _suffixes().privatesuffix(host[4:]):
        host = host[4:]
    special = SPECIAL.get(host.rpartition(".")[2])
    if special:
        return None, special
    if not _suffixes().privatesuffix(host):
        return None, f"a public suffix, not a domain: {host}"
    return host, None


def _careful(line: str) -> Verdict:
    """The long way: one reason after the other, in the order in which people would give them."""
    if len(line) > LINE_LIMIT:
        return None, f"too long ({len(line):,} characters)"
    text = line.translate(_FULL_WIDTH).strip(_WRAPPING).rstrip(",;" + _WRAPPING).replace("\\", "/")
    if not text:
        return None, "empty"
    if _CONTROL.search(text):
        return None, "control character"
    if _EMAIL.fullmatch(text):
        return None, "e-mail address (--from-emails takes its domain)"
    for step in (_without_scheme, _host_part, _without_port, _ascii):
        text, reason = step(text)
        if reason:
            return None, reason
    reason = _why_no_host(text)
    return (None, reason) if reason else _settled(text)


Step = tuple[str, str | None]
"""What is left of the text, and a reason to stop."""


def _without_scheme(text: str) -> Step:
    found = _SCHEME.match(text)
    if found:
        if found[1].lower() not in ("http", "https"):
            return text, f"not a web address ({found[1].lower()}:)"
        return text[found.end() :].lstrip("/"), None
    other = _OTHER_SCHEME.match(text)
    if other:
        return text, f"not a web address ({other[1].lower()}:)"
    return _BROKEN_HTTP.sub("", text, count=1).lstrip("/"), None


def _host_part(text: str) -> Step:
    """Without path, query, fragment and credentials."""
    authority = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    if "%" in authority:
        authority = unquote(authority)
    if _CONTROL.search(authority):
        return authority, "control character"
    if not authority:
        return authority, "no host name in it"
    return authority, None


def _without_port(text: str) -> Step:
    if text.startswith("[") or _is_address(text):
        return text, "IP address"
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, None
    if ":" in host or not (port == "" or (port.isascii() and port.isdigit() and int(port) < 65536)):
        return text, "not a host name (':')"
    return host, None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _ascii(text: str) -> Step:
    """UTS-46 mapping, then A-labels. Labels that are ASCII already are left to the DNS: `r3---sn` is in use."""
    text = text.strip(_INVISIBLE)
    if text.isascii() and "xn--" not in text.lower():
        return text.lower().removesuffix("."), None
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False).removesuffix(".")
        return ".".join(_a_label(label) for label in mapped.split(".")), None
    except (idna.IDNAError, UnicodeError) as error:
        return text, f"not a valid international name: {error}"


def _a_label(label: str) -> str:
    if label.startswith("xn--"):
        label = idna.ulabel(label)
    elif label.isascii():
        return label
    return idna.alabel(label).decode()


def _why_no_host(host: str) -> str | None:
    """What is wrong with an ASCII host name, if anything."""
    labels = host.split(".")
    checks: tuple[tuple[bool, Callable[[], str]], ...] = (
        (not host, lambda: "no host name in it"),
        (any(char.isspace() for char in host), lambda: "not a host name (spaces)"),
        (_NUMBER.fullmatch(labels[-1]) is not None, lambda: "IP address"),
        (host == "localhost", lambda: "localhost"),
        (len(labels) == 1, lambda: "a single word without a dot"),
        ("" in labels, lambda: "two dots in a row, or a dot at the start"),
        (len(host) > HOST_LIMIT, lambda: f"too long for a host name ({len(host)} characters)"),
        (max(map(len, labels)) > LABEL_LIMIT, lambda: f"too long between two dots (over {LABEL_LIMIT} characters)"),
    )
    for wrong, words in checks:
        if wrong:
            return words()
    bad = next((label for label in labels if not _LABEL.fullmatch(label)), None)
    return None if bad is None else f"not a host name ({bad[:40]!r})"

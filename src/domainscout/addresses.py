"""May this address be dialled? Judges hosts as written, in any spelling, and the addresses that names resolve to.

Pure rules without I/O: whoever dials (`fetch`) asks here before and at every connection. Owns the list of special
addresses and names, and the registrable domain of a host.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote, urlsplit, urlunsplit

import idna
from publicsuffixlist import PublicSuffixList

from domainscout.memory import remembered

IP = IPv4Address | IPv6Address

PORTS = frozenset([80, 443])
"""The only ports of other people that we dial."""

_DENIED_V4 = [
    (IPv4Network(network), name)
    for network, name in [
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),
        ("169.254.0.0/16", "link-local or cloud metadata"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
    ]
]
"""Source: IANA IPv4 Special-Purpose Address Registry, and the addresses clouds serve their metadata from."""

_GLOBAL_V6 = IPv6Network("2000::/3")
_DENIED_V6 = [
    (IPv6Network(network), name)
    for network, name in [
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::ffff:0:0:0/96", "IPv4-translated"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("fc00::/7", "unique local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "protocol assignments or Teredo"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
    ]
]
"""Source: IANA IPv6 Special-Purpose Address Registry. Whatever lies outside 2000::/3 is denied anyway."""

_ISATAP = (0x00005EFE, 0x02005EFE)

_SPECIAL_SUFFIXES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "onion",
    "i2p",
    "alt",
    "invalid",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
)
"""Source: RFC 6761, 6762, 7686, 8375, 9476, ICANN's .internal, and names in wide private use."""

_PLAIN_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\Z")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\Z")


def literal(host: str) -> IP | None:
    """The address a host spells out, in any way a resolver or browser would understand; None for a name.

    Understands dotted, short (127.1), decimal, hexadecimal and octal parts, full-width digits and dots, percent
    escapes, a trailing dot, brackets, and zone ids. Source: WHATWG URL, host parsing; inet_aton(3).
    """
    text = _spelled(host)
    if text.startswith("[") or ":" in text:
        try:
            return IPv6Address(text.strip("[]").partition("%")[0])
        except ValueError:
            return None
    return _legacy_v4(text)


def canonical_host(host: str) -> str | None:
    """A host as it is dialled and compared: lower-case ASCII name, or the usual spelling of an address.

    Returns:
        None where the host is nonsense: empty, too long, forbidden characters, a number that is no address.
    """
    if _PLAIN_HOST.match(host) and not host[-1].isdigit() and ".." not in host and len(host) <= 253:
        labels = host.split(".")
        if not labels[-1].startswith("0x") and "xn--" not in host and all(0 < len(label) <= 63 for label in labels):
            return host
    text = _spelled(host)
    if text.startswith("[") != text.endswith("]"):
        return None
    address = literal(text)
    if address is not None:
        return f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    if ":" in text or "[" in text:
        return None
    return _name(text)


def canonical_url(url: str) -> str | None:
    """An http(s) address with canonical host, no credentials, no default port, no fragment; None for nonsense."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.netloc:
        return None
    netloc = parts.netloc.rpartition("@")[2]
    raw = netloc.rpartition(":")[0] if port is not None or netloc.endswith(":") else netloc
    host = canonical_host(raw)
    if host is None:
        return None
    if port is not None and port != (443 if scheme == "https" else 80):
        host = f"{host}:{port}"
    return urlunsplit((scheme, host, parts.path or "/", parts.query, ""))


def why_not(host: str, port: int | None = None) -> str | None:
    """Why a host, as written in an address, must not be dialled; None where it may.

    Judges the spelling only: what a harmless name resolves to is judged by `why_not_ip` when it is dialled.
    """
    if port is not None and port not in PORTS:
        return f"port {port} is not 80 or 443"
    address = literal(host)
    if address is not None:
        return why_not_ip(address)
    name = canonical_host(host)
    if name is None:
        return "not a valid host name"
    name = name.rstrip(".")
    if "." not in name:
        return f"{name} is not a public name"
    for suffix in _SPECIAL_SUFFIXES:
        if name == suffix or name.endswith("." + suffix):
            return f".{suffix} names are not public"
    return None


def why_not_ip(address: IP | str) -> str | None:
    """Why an address must not be dialled; None where it is an ordinary public unicast address."""
    try:
        ip = ip_address(address.partition("%")[0]) if isinstance(address, str) else address
    except ValueError:
        return "not an address"
    if isinstance(ip, IPv4Address):
        for network4, name in _DENIED_V4:
            if ip in network4:
                return f"{ip} is {name}"
        return None if ip.is_global else f"{ip} is not public"
    for network6, name in _DENIED_V6:
        if ip in network6:
            return f"{ip} is {name}"
    if ip not in _GLOBAL_V6 or not ip.is_global:
        return f"{ip} is not public"
    if (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        return f"{ip} is ISATAP"
    return None


@remembered(maxsize=4096)
def registrable(host: str) -> str:
    """The domain that was registered: example.co.uk for shop.example.co.uk; the host itself for addresses.

    Hosts of a shared platform (name.github.io) count as domains of their own.
    """
    host = host.rstrip(".").lower()
    if host.startswith("[") or _legacy_v4(host) is not None:
        return host
    return str(_suffixes().privatesuffix(host) or host)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _spelled(host: str) -> str:
    """The host with escapes, compatibility characters and the trailing dot undone, lower case."""
    if "%" in host and not host.startswith("["):
        host = unquote(host)
    if not host.isascii():
        host = unicodedata.normalize("NFKC", _DOTS.sub(".", host)).replace("\u00ad", "").replace("\u200b", "")
    host = host.strip().lower()
    return host[:-1] if host.endswith(".") and len(host) > 1 else host


def _legacy_v4(text: str) -> IPv4Address | None:
    parts = text.split(".")
    if parts and not parts[-1]:
        parts.pop()
    if not 1 <= len(parts) <= 4 or not all(_NUMBER.match(part) for part in parts):
        return None
    numbers: list[int] = []
    for part in parts:
        try:
            numbers.append(_number(part))
        except ValueError:
            return None
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        return None
    value = numbers[-1]
    for position, number in enumerate(numbers[:-1]):
        value += number << (8 * (3 - position))
    return IPv4Address(value)


def _number(part: str) -> int:
    if len(part) > 40:
        raise ValueError
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    if len(part) > 1 and part[0] == "0":
        return int(part, 8)
    return int(part)


def _name(text: str) -> str | None:
    """A name in ASCII by UTS-46 and IDNA 2008; lenient about underscores and odd hyphens, as browsers are."""
    if not text or len(text) > 1000 or ".." in text:
        return None
    if text.isascii():
        ascii_name = text
    else:
        try:
            ascii_name = idna.encode(text, uts46=True, transitional=False).decode()
        except (idna.IDNAError, UnicodeError):
            return None
    last = ascii_name.rpartition(".")[2]
    if not _PLAIN_HOST.match(ascii_name) or len(ascii_name) > 253 or last.isdigit() or _NUMBER.match(last):
        return None
    if any(not 0 < len(label) <= 63 for label in ascii_name.split(".")):
        return None
    return ascii_name

"""E-mail addresses of the company. Owns the question whose address it is.

Where addresses stand on a page is `_mail_places`, how masks are undone `_unmask`.
"""

from __future__ import annotations

from collections import defaultdict

from domainscout.extract._mail_hosts import is_free, is_placeholder, related
from domainscout.extract._mail_places import Seen, seen_on, telling
from domainscout.extract._others import lines_of_others
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.records import Field, Finding

_STUCK = frozenset(
    ("email", "mail", "e-mail", "emailus", "mailto", "contact", "address", "courriel", "correo", "or", "to")
)


_MAX_COMPARED = 300
"""Addresses that every other one is compared with: a list of thousands of them must not take seconds."""


def read(reading: Reading) -> list[Finding]:
    """The company's own addresses, and free-mail or sister-domain addresses that it gives as contact."""
    seen: dict[str, list[Seen]] = defaultdict(list)
    others = lines_of_others(reading)
    known = telling(reading)
    for page in reading.pages:
        for one in seen_on(page, known, reading.domain, others[page.document]):
            seen[one.address].append(one)
    found: list[Finding] = []
    compared = list(seen)[:_MAX_COMPARED]
    for address, group in seen.items():
        if any(other != address and (_grown(address, other) or _slip(address, other, reading)) for other in compared):
            continue
        if not any(one.linked for one in group) and any(_labelled(address, other, seen[other]) for other in compared):
            continue
        sure = _whose(address, group, reading)
        if sure:
            found += [_finding(one, round(one.sure * sure, 3)) for one in sorted(group, key=lambda s: -s.sure)[:2]]
    return found


def _finding(one: Seen, sure: float) -> Finding:
    return finding(Field.EMAILS, one.address, url=one.url, quote=one.quote, method=one.method, confidence=sure)


def _grown(address: str, other: str) -> bool:
    """Whether it is another address with a neighbouring word stuck to it ("Emailinfo@…", "….comPhone")."""
    before = address[: -len(other)]
    return (address.endswith(other) and (before in _STUCK or before.replace("-", "").replace(".", "").isdigit())) or (
        address.startswith(other) and address[len(other) :].isalnum()
    )


def _labelled(address: str, other: str, group: list[Seen]) -> bool:
    """Whether it is an address with its label stuck to it ("Bookingsanna@…"), which the page's link shows to be so."""
    return (
        address.endswith(other)
        and len(address) >= len(other) + 4
        and address[: -len(other)].isalpha()
        and any(one.linked for one in group)
    )


def _slip(address: str, other: str, reading: Reading) -> bool:
    """Whether it is another address with one character of its host left out ("info@acme.cm").

    The site's own domain is no slip, and with or without a hyphen are two domains that a company may both have.
    """
    user, _, host = address.partition("@")
    name, _, right = other.partition("@")
    return (
        user == name
        and len(right) == len(host) + 1
        and host != reading.domain
        and any(right[:i] + right[i + 1 :] == host for i in range(len(right)) if right[i] != "-")
    )


def _whose(address: str, group: list[Seen], reading: Reading) -> float:
    """How sure the address is the company's: 1 on its own domain, less elsewhere, 0 for others and placeholders."""
    user, _, host = address.partition("@")
    own = related(host, reading.domain)
    if is_placeholder(user, host) and not own:
        return 0.0
    if own:
        return 1.0
    if all(one.other for one in group):
        return 0.0
    return 0.95 if is_free(host) else 0.8


EXTRACTOR = Extractor(name="emails", fields=frozenset({Field.EMAILS}), cost=0.2, read=read)

"""Hosts and names of e-mail addresses: free mail, placeholders, and what belongs to a domain."""

from __future__ import annotations

import re

from domainscout.extract._word_lists import words_of

_PLACEHOLDER_HOST = re.compile(
    r"(?:^|\.)(?:domain|yourdomain|your-domain|mydomain|yoursite|yourcompany|company|email|mail|youremail|"
    r"website|site|server|test|sentry|sentry-next|wixpress|"
    r"address|provider|host|empresa|tudominio|dominio|votredomaine|domaine|beispiel|musterfirma|firma|esempio|"
    r"ejemplo|exemple|exemplo)"
    r"\.(?:com|co\.uk|net|org|io|de|fr|es|it|nl|pt|pl|cz|dk|br|tld|invalid)$|^(?:www\.)?example\.(?:com|org|"
    r"net)$|\.(?:png|jpe?g|gif|svg|webp|css|js|html?|php|aspx?|pdf|wixpress\.com|invalid|local|tld)$|^x+\.|"
    r"^sentry\.io$|\.sentry\.io$",
    re.I,
)


def is_free(host: str) -> bool:
    """Whether people of any company may have their mail there."""
    return host in words_of("free_mail_hosts.txt")


def is_placeholder(user: str, host: str) -> bool:
    """Whether an address stands for one that the reader is to fill in."""
    return user in words_of("placeholder_users.txt") or _PLACEHOLDER_HOST.search(host) is not None


def related(host: str, domain: str) -> bool:
    """Whether a host is the company's too: the same, above or below its domain, or its name under another ending."""
    if host == domain or host.endswith("." + domain) or domain.endswith("." + host):
        return True
    return _name(host) == _name(domain)


def _name(host: str) -> str:
    parts = host.lower().split(".")
    if len(parts) > 2 and parts[-2] in ("co", "com", "org", "net", "gov", "ac", "edu") and len(parts[-1]) == 2:
        return parts[-3]
    return parts[-2] if len(parts) > 1 else parts[0]

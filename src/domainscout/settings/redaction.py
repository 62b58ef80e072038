"""Values as they may be shown: secrets are stars, passwords in URLs too."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr


def masked(value: object) -> str:
    """A value as it may be shown: secrets become stars, passwords in URLs too."""
    if value is None:
        return "–"
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return redact_url(secret) if "://" in secret else "********"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    text = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    return redact_url(text) if "://" in text else text


def redact_url(url: str) -> str:
    """The URL with its password replaced by stars; of what is no URL, whatever may be one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return re.sub(r"(://[^@]*?:)[^@]*@", r"\1********@", url)
    if not parts.password:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:********@{host}"))

"""What `--version` says: the program and the parts a bug report needs."""

from __future__ import annotations

import platform
import sqlite3
import subprocess
from importlib.metadata import version

from domainscout import __version__


def versions() -> str:
    """A line a part; the Redis server is asked for its own version, never started."""
    return "\n".join(
        (
            f"domainscout {__version__}",
            f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
            f"SQLite {sqlite3.sqlite_version}",
            f"Redis client {version('redis')}, server {_server()}",
            f"anthropic {version('anthropic')}",
        )
    )


def _server() -> str:
    from domainscout.embedded import server_binary

    binary = server_binary()
    if binary is None:
        return "not found"
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=5, check=False).stdout
    return said.strip().split(" sha=")[0] or "unknown"

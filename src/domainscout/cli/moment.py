"""A word on a terminal while a command loads what it needs, taken away by whatever is said first.

Owns the one line that may stand there. Nobody should look at an empty screen for longer than 0.3 s.
"""

from __future__ import annotations

import os
import sys

_WORDS = "one moment …"
_standing = False


def begin() -> None:
    """Say that there is something to wait for, where standard error is a terminal that can take it back."""
    global _standing
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        sys.stderr.write(_WORDS)
        sys.stderr.flush()
        _standing = True


def over() -> None:
    """Take it away, if it stands."""
    global _standing
    if _standing:
        _standing = False
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

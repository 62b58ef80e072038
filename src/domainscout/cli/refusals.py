"""What nobody foresaw, in words: refusals of the system, a damaged installation, and bugs. All of them exit with 1."""

from __future__ import annotations

import errno
import shlex
from collections.abc import Sequence

from domainscout.errors import DomainscoutError

_SYSTEM: dict[int, tuple[str, str, str]] = {
    errno.EMFILE: ("Too many files are open.", "The limit of this shell is too low.", "ulimit -n 4096   (then again)"),
    errno.ENFILE: ("Too many files are open.", "The limit of the whole system is reached.", "sysctl fs.file-nr"),
    errno.ENOSPC: ("The output cannot be written: no space is left.", "The disk is full.", "df -h"),
    errno.EDQUOT: ("The output cannot be written: no space is left.", "Your share of the disk is used up.", "quota -s"),
    errno.EIO: ("The output cannot be written.", "The terminal or the disk is gone.", "domainscout doctor"),
    errno.ENOMEM: ("There is not enough memory.", "The system gives no more.", "free -h"),
}


def unforeseen(error: Exception, arguments: Sequence[str]) -> DomainscoutError:
    """What to tell a person about an exception that nothing else explained."""
    if isinstance(error, OSError):
        return _from_system(error)
    if isinstance(error, MemoryError):
        return _told(errno.ENOMEM)
    if isinstance(error, ImportError):
        return DomainscoutError(
            f"A part of the installation cannot be loaded: {error}.",
            why="It is damaged, or was changed while the program ran.",
            fix="pip install --force-reinstall domainscout   (then: domainscout --version)",
        )
    words = ": ".join(filter(None, (type(error).__name__, str(error))))
    return DomainscoutError(
        f"Something unexpected happened: {words}",
        why="This is a bug in domainscout.",
        fix=f"{shlex.join(['domainscout', *arguments])} --debug   (and report what it prints)",
    )


def _from_system(error: OSError) -> DomainscoutError:
    if error.errno in _SYSTEM:
        return _told(error.errno)
    where = f" {error.filename}" if error.filename else ""
    return DomainscoutError(
        f"The system refused:{where} {(error.strerror or str(error)).lower()}.",
        why="A file, folder or socket cannot be used.",
        fix="domainscout doctor",
    )


def _told(number: int) -> DomainscoutError:
    what, why, fix = _SYSTEM[number]
    return DomainscoutError(what, why=why, fix=fix)

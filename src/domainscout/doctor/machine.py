"""Checks of the machine: disk, limits, certificates, names, and that the guard refuses what must not be dialled."""

from __future__ import annotations

import asyncio
import resource
import shutil
import socket
import ssl
from pathlib import Path

import psutil

from domainscout.addresses import why_not
from domainscout.doctor.verdicts import MIB, Check, fail, ok, warn
from domainscout.errors import ExitCode
from domainscout.settings import Settings

DISK_WARN, DISK_FAIL = 1024 * MIB, 100 * MIB
"""Less than the first: a job of thousands of domains may not end; than the second: none is worth its beginning."""
OWN_FILES, FILES_A_SLOT = 64, 20
"""Open files of the process itself, and open sockets and files that one slot may need at its worst."""
RESOLVE_TIMEOUT_S = 3.0
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smbfs", "smb3", "9p", "fuse.sshfs", "afs"})
MUST_NOT_DIAL = (
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00::1]",
    "168.63.129.16",
)
"""Spellings of addresses that the guard must refuse."""


async def disk(settings: Settings) -> list[Check]:
    """Room, and whether the file system can carry a database."""
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = []
    if free < DISK_FAIL:
        found.append(fail("disk", f"{free / MIB:.0f} MB free", f"free space on {folder}", ExitCode.STORAGE))
    elif free < DISK_WARN:
        found.append(warn("disk", f"only {free / MIB:.0f} MB free", f"free space on {folder}"))
    else:
        found.append(ok("disk", f"{free / MIB / 1024:.1f} GB free in {folder}"))
    kind = _file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        fix = "--data-dir on a local disk: locks and shared memory of SQLite need one"
        found.append(warn("file system", f"{folder} is on a network file system ({kind})", fix))
    return found


def _file_system(folder: Path) -> str:
    parts = [part for part in psutil.disk_partitions(all=True) if folder.resolve().is_relative_to(part.mountpoint)]
    return max(parts, key=lambda part: len(part.mountpoint)).fstype if parts else ""


async def limits(settings: Settings) -> list[Check]:
    """Open files."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = OWN_FILES + FILES_A_SLOT * settings.concurrency
    if soft < needed:
        text = f"{soft} open files are allowed, {settings.concurrency} slots may need {needed}"
        return [warn("limits", text, f"ulimit -n {needed}")]
    return [ok("limits", f"{soft:,} open files, enough for {settings.concurrency} slots a process")]


async def tls(settings: Settings) -> list[Check]:
    """Trusted certificates."""
    number = len(ssl.create_default_context().get_ca_certs())
    found = []
    if number:
        found.append(ok("TLS roots", f"{number} trusted certificates"))
    else:
        found.append(_roots_on_demand())
    if settings.ca_file is not None:
        found.append(_own_authority(settings.ca_file))
    return found


def _roots_on_demand() -> Check:
    """Roots may lie in a folder that is only looked into when a certificate needs one."""
    paths = ssl.get_default_verify_paths()
    place = paths.cafile or paths.capath
    if place and Path(place).exists():
        return ok("TLS roots", f"loaded on demand from {place}")
    return fail("TLS roots", "no trusted certificates are installed", "install ca-certificates")


def _own_authority(path: Path) -> Check:
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        return fail("TLS roots", f"{path}: {error}", "--ca-file with a PEM file that can be read", ExitCode.USAGE)
    return ok("TLS roots", f"and those of {path}")


async def dns(_: Settings) -> list[Check]:
    """Whether names are resolved."""
    try:
        async with asyncio.timeout(RESOLVE_TIMEOUT_S):
            await asyncio.get_running_loop().getaddrinfo("example.com", 443, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError) as error:
        text = f"example.com cannot be resolved ({error or 'no answer in time'})"
        return [warn("DNS", text, "check the network; not needed for --connect-to and demo")]
    return [ok("DNS", "example.com is resolved")]


async def guard(settings: Settings) -> list[Check]:
    """Whether private addresses are refused in every spelling."""
    open_doors = [host for host in MUST_NOT_DIAL if why_not(host, 443) is None]
    if open_doors:
        return [fail("address guard", f"would dial {', '.join(open_doors)}", "please report this: it is a bug")]
    if settings.allow_private:
        return [warn("address guard", "switched off by --allow-private", "leave it on for sites of strangers")]
    return [ok("address guard", f"refuses {len(MUST_NOT_DIAL)} spellings of private addresses")]

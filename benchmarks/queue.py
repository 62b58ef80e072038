"""Enqueue and work rates, targets that do nothing and targets of 20 ms, beside bare redis-py and other queues.

    python -m benchmarks queue [--targets 20000] [--rounds 3] [--peers bare,batched,taskiq,saq,arq]

Every run is a process of its own against one loopback server that is emptied between runs; rounds alternate. Only our
figures include a database commit a target. Other queues run in environments of their own (`environments`); one that
cannot be installed is left out and named.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.environments import PACKAGES, interpreter
from domainscout.embedded import server_binary

PEERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "domainscout": ("our_queue", ()),
    "domainscout, no profile row": ("our_queue", ("--no-profile",)),
    "sleep alone": ("bare_sleep", ()),
    "bare": ("bare_queue", ()),
    "batched": ("bare_queue", ("--batched",)),
    "taskiq": ("taskiq_queue", ()),
    "saq": ("saq_queue", ()),
    "arq": ("arq_queue", ()),
}
"""Module of `peers` and its further arguments."""
OURS = {"domainscout", "sleep alone"}
"""Measured whatever peers are asked for."""
TIMEOUT_S = 60
ROOT = Path(__file__).parents[1]


@contextmanager
def loopback_server() -> Iterator[str]:
    """A server of this benchmark's own on a free port, without persistence."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="ds-")
    command = [str(server_binary()), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _say(port, b"PING\r\n")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _say(port: int, words: bytes) -> bytes:
    deadline = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(words)
                return connection.recv(64)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def measure(peer: str, url: str, targets: int, concurrency: int, work_s: float) -> dict[str, Any] | None:
    """One run of one peer; None when it failed, with the reason on standard error."""
    module, extra = PEERS[peer]
    _say(int(url.rsplit(":", 1)[1].split("/")[0]), b"FLUSHALL\r\n")
    arguments = [url, str(targets), str(concurrency), str(work_s), *extra]
    python = interpreter(peer) if peer in PACKAGES else sys.executable
    command = [str(python), "-m", f"benchmarks.peers.{module}", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        print(f"{peer}: did not finish {targets} targets within {TIMEOUT_S} s", file=sys.stderr)
        return None
    if done.returncode != 0:
        print(f"{peer}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    # A queue that promises each at least once may do one twice; ours counts outcomes, which stand once.
    done_all = figures["targets"] == targets if peer in OURS else figures["targets"] >= targets
    assert done_all, f"{peer} finished {figures['targets']} of {targets}"
    return figures


def run(argv: list[str]) -> int:
    """Measure all, print the table, keep the figures."""
    parser = argparse.ArgumentParser(prog="benchmarks queue", description=__doc__)
    parser.add_argument("--targets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(name for name in PEERS if name not in OURS))
    options = parser.parse_args(argv)
    names = ["domainscout", "sleep alone", *(name for name in PEERS if name in options.peers and name not in OURS)]
    installed = [name for name in names if name not in PACKAGES or interpreter(name)]
    # What sleeping itself takes on this machine is the ideal that can be reached.
    timed = [name for name in installed if name in {"domainscout", "sleep alone", "bare", "taskiq"}]
    installed.remove("sleep alone")
    with loopback_server() as url:
        figures = {
            "no-op, 100 slots": _compare(installed, url, options.targets, 100, 0.0, options.rounds),
            "20 ms, 5 slots": _compare(timed, url, min(options.targets, 2500), 5, 0.020, options.rounds),
            "20 ms, 100 slots": _compare(timed, url, options.targets, 100, 0.020, options.rounds),
        }
    for title, rows in figures.items():
        print(f"\n{title}\n")
        print(results.table(*_table(rows)))
    results.save("queue", {"targets": options.targets, "rates": figures})
    return 0


def _compare(
    names: list[str], url: str, targets: int, concurrency: int, work_s: float, rounds: int
) -> dict[str, dict[str, Any]]:
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            if (figures := measure(name, url, targets, concurrency, work_s)) is not None:
                runs[name].append(figures)
    return {name: _summary(found) for name, found in runs.items() if found}


def _summary(found: list[dict[str, Any]]) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "work_per_s": results.spread([one["targets"] / one["work_s"] for one in found]),
    }
    if "enqueue_s" in found[0]:
        summary["enqueue_per_s"] = results.spread([one["targets"] / one["enqueue_s"] for one in found])
    if "rss_mib" in found[0]:
        summary["rss_mib_before_first_page"] = max(one["rss_mib"] for one in found)
    return summary


def share_of_sleep(rows: dict[str, dict[str, Any]], name: str) -> str:
    """How much of the rate that sleeping alone allows; a dash where nobody sleeps."""
    if "sleep alone" not in rows:
        return "–"
    return f"{rows[name]['work_per_s']['median'] / rows['sleep alone']['work_per_s']['median']:.1%}"


def _table(rows: dict[str, dict[str, Any]]) -> tuple[list[list[object]], list[str]]:
    header = ["", "work/s", "least", "most", "of sleep alone", "enqueue/s", "RSS MiB"]
    return [
        [
            name,
            one["work_per_s"]["median"],
            one["work_per_s"]["min"],
            one["work_per_s"]["max"],
            share_of_sleep(rows, name),
            one["enqueue_per_s"]["median"] if "enqueue_per_s" in one else "–",
            one.get("rss_mib_before_first_page", "–"),
        ]
        for name, one in rows.items()
    ], header

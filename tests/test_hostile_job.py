"""The whole hostile web as one job of the real program: every host meets its row, quickly and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from tests.hostile import TABLE
from tests.hostile.client import HostileWeb, hostile_web

from domainscout.addresses import why_not

ROWS = [row for row in TABLE.values() if not row.internal]
PUT_BACK = {row.host for row in ROWS if row.put_back}
"""Hosts that ask us to come back in an hour: they wait, and are no outcome of this run."""

MOST_SECONDS = 400
MOST_MIB = 250


def test_the_hostile_web_in_one_job(tmp_path: Path) -> None:
    with hostile_web(tmp_path) as web:
        seconds, peak_mib, said = _run(web, tmp_path)
        asked = {request["host"] for request in web.requests() if request["host"]}
    profiles = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    found = {profile["domain"]: profile for profile in profiles}
    wrong = [text for row in ROWS if row.host not in PUT_BACK and (text := _wrong(row, found.get(row.host)))]
    print(f"{len(found)} hosts in {seconds:.0f} s, worker at most {peak_mib:.0f} MiB")
    assert not wrong, wrong
    assert len(profiles) == len(found)
    assert {row.host for row in ROWS} - set(found) <= PUT_BACK
    assert "Traceback" not in said
    assert not {host for host in asked if why_not(host)}
    assert seconds < MOST_SECONDS
    assert peak_mib < MOST_MIB


def _run(web: HostileWeb, folder: Path) -> tuple[float, float, str]:
    names = folder / "hosts.txt"
    names.write_text("".join(f"{row.host}\n" for row in ROWS))
    command = [sys.executable, "-m", "domainscout", "run", str(names), "--data-dir", str(folder / "data")]
    command += [f"--connect-to={rule}" for rule in web.connect_to] + ["--ca-file", str(web.ca_file)]
    command += ["--host-delay", "0", "--extractor", "rules", "--concurrency", "10", "-o", str(folder / "out.jsonl")]
    command += ["--page-timeout", "6", "--domain-timeout", "25"]
    started, peak = time.monotonic(), 0.0
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        watched = psutil.Process(process.pid)
        while process.poll() is None and time.monotonic() - started < MOST_SECONDS + 60:
            peak = max(peak, _rss_mib(watched))
            time.sleep(0.1)
        if process.poll() is None:
            process.kill()
        process.wait()
    return time.monotonic() - started, peak, (folder / "said.txt").read_text()


def _rss_mib(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def _wrong(row: Any, profile: dict[str, Any] | None) -> str:
    """What of a profile is not as its row says; empty when all is."""
    if profile is None:
        return f"{row.host}: no outcome"
    if profile["status"] not in row.status:
        return f"{row.host}: {profile['status']} {profile['error_category']} {profile['error']}"
    if profile["status"] == "failed" and row.category and profile["error_category"] not in row.category.split("/"):
        return f"{row.host}: {profile['error_category']} {profile['error']}"
    if profile["redirected_to"] != row.redirected_to and profile["status"] != "failed":
        return f"{row.host}: redirected to {profile['redirected_to']}"
    if "Attack At Dawn" in json.dumps({**profile, "notes": []}):
        return f"{row.host}: took orders, or read what is hidden"
    return ""

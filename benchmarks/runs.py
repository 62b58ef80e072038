"""One job through the real command line, in a data folder of its own: what it took and what came out.

Everything is measured from outside or by the program's own heartbeats and attempts; nothing is estimated.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "domainscout")

VOLATILE = ("job", "crawled_at", "seconds", "llm", "bytes")
"""Profile fields that differ between two runs over the same site and say nothing about the company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one job took and gave.

    Attributes:
        wall_s: the work command, start-up and shutdown included.
        busy_s: first claim to last commit, from the attempts.
        rss_mib: largest resident set of any of its processes.
        beats: means and peaks over the monitor's rows (its numbers are the workers' own heartbeats).
        samples: those rows, as numbers, while workers lived.
        store_s: for each target, seconds from the end of its attempt to its commit.
        timings: for each attempt, seconds a stage.
    """

    domains: int
    wall_s: float
    busy_s: float
    rss_mib: float
    pages: int
    outcomes: dict[str, int]
    profiles: dict[str, dict[str, Any]] = field(repr=False)
    beats: dict[str, float]
    samples: list[dict[str, float]] = field(repr=False)
    store_s: list[float] = field(repr=False)
    timings: list[dict[str, float]] = field(repr=False)
    cost_usd: float

    @property
    def success(self) -> float:
        """Share of domains that are done or partial."""
        return sum(self.outcomes.get(name, 0) for name in ("done", "partial", "skipped")) / max(1, self.domains)

    @property
    def per_minute(self) -> float:
        """Domains a minute between the first claim and the last commit."""
        return 60 * self.domains / self.busy_s if self.busy_s else 0.0


async def job(
    domains: Sequence[str],
    folder: Path,
    *flags: str,
    concurrency: int,
    processes: int = 1,
    environment: Mapping[str, str] | None = None,
    monitor: bool = True,
) -> Run:
    """Submit the domains and work them off with those flags; `folder` must not hold an earlier job."""
    folder.mkdir(parents=True, exist_ok=True)
    names = folder / "domains.txt"
    names.write_text("".join(f"{name}\n" for name in domains))
    env = {**os.environ, **(environment or {}), "DOMAINSCOUT_DATA_DIR": str(folder / "data")}
    await command("submit", str(names), env=env)
    watch = await _monitor(folder, env) if monitor else None
    started = time.perf_counter()
    work = ("work", "--until-empty", "--concurrency", str(concurrency), "--processes", str(processes))
    log = await ended(*work, "--log-format", "json", *flags, env=env)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if watch is not None:
        watch.terminate()
        await watch.wait()
    exported = await command("export", "--format", "jsonl", env=env)
    profiles = {row["domain"]: row for row in map(json.loads, exported.splitlines())}
    busy, pages, cost, timings = _attempts(folder / "data" / "domainscout.db")
    samples = _samples(folder / "monitor.csv")
    return Run(
        domains=len(domains),
        wall_s=wall,
        busy_s=busy,
        rss_mib=after.ru_maxrss / 1024,
        pages=pages,
        outcomes=_tally(row["status"] for row in profiles.values()),
        profiles=profiles,
        beats=_beats(samples),
        samples=samples,
        store_s=[line["store_s"] for line in map(json.loads, log.splitlines()) if line.get("event") == "Finished"],
        timings=timings,
        cost_usd=cost,
    )


async def command(*arguments: str, env: Mapping[str, str]) -> str:
    """Run one command of the program and return its standard output.

    Raises:
        RuntimeError: it ended with another code than 0.
    """
    return (await _ran(*arguments, env=env))[0]


async def ended(*arguments: str, env: Mapping[str, str]) -> str:
    """Run one command of the program and return what it wrote to standard error.

    Raises:
        RuntimeError: it ended with another code than 0.
    """
    return (await _ran(*arguments, env=env))[1]


async def _ran(*arguments: str, env: Mapping[str, str]) -> tuple[str, str]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, env=dict(env), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    if process.returncode:
        raise RuntimeError(
            f"domainscout {' '.join(arguments)} ended with {process.returncode}:\n{err.decode()[-2000:]}"
        )
    return out.decode(), err.decode()


def differences(left: Mapping[str, dict[str, Any]], right: Mapping[str, dict[str, Any]]) -> list[str]:
    """Where two runs disagree on a company, as "domain: field", volatile fields aside."""
    found = [f"{domain}: missing on one side" for domain in left.keys() ^ right.keys()]
    for domain in left.keys() & right.keys():
        one, two = left[domain], right[domain]
        found += [f"{domain}: {name}" for name in one if name not in VOLATILE and one[name] != two.get(name)]
    return sorted(found)


async def _monitor(folder: Path, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    arguments = ("--plain", "--seconds", "3600", "--interval", "1", "--csv", str(folder / "monitor.csv"))
    nothing = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *COMMAND, "monitor", *arguments, env=dict(env), stdin=nothing, stdout=nothing, stderr=nothing
    )


def _attempts(database: Path) -> tuple[float, int, float, list[dict[str, float]]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT started_at, finished_at, pages, cost_usd, timings FROM attempts").fetchall()
    if not rows:
        return 0.0, 0, 0.0, []
    start = min(_moment(row[0]) for row in rows)
    end = max(_moment(row[1]) for row in rows)
    timings = [json.loads(row[4] or "{}") for row in rows]
    return end - start, sum(row[2] for row in rows), sum(row[3] or 0.0 for row in rows), timings


def _moment(value: str | float) -> float:
    return value if isinstance(value, int | float) else datetime.fromisoformat(value).timestamp()


def _samples(path: Path) -> list[dict[str, float]]:
    if not path.exists():
        return []
    with path.open() as lines:
        rows = [row for row in csv.DictReader(lines) if row.get("workers") not in (None, "", "0")]
    return [{name: float(value) for name, value in row.items() if value and name != "ts_utc"} for row in rows]


def _beats(samples: list[dict[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("cpu_pct_total", "rss_mb_total"):
        values = [row[name] for row in samples if name in row]
        if values:
            found[f"{name}_avg"] = statistics.fmean(values)
            found[f"{name}_max"] = max(values)
    return found


def _tally(values: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts

"""The monitor's figures and pictures, from made-up snapshots: nothing moves here but the numbers."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from domainscout.monitor import CSV_COLUMNS, SORTS, Frame, History, plain_line, summary_line, view
from domainscout.monitor.view import sparkline
from domainscout.records import Counts, QueueStats, ScoutState, Snapshot, WorkerBeat

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MIB = 2**20


def worker(number: int, at: float, *, done: int = 100, cpu: float = 50.0, state: str = "ok") -> WorkerBeat:
    return WorkerBeat(
        name=f"box{number % 3}-{4700 + number}",
        pid=4700 + number,
        host=f"box{number % 3}",
        version="0.1.0",
        started=at - 100,
        seen=at - 1,
        slots=5,
        scouts=tuple(ScoutState(domain=f"firm{n}.example", stage="page 3/12", since=at - n) for n in range(5)),
        done=done,
        partial=0,
        failed=3,
        cpu_pct=cpu,
        rss_bytes=100 * MIB,
        lag_ms=2.0,
        cost_usd=0.0,
        state=state,
    )


def snapshot(
    second: int = 0, *, workers: tuple[WorkerBeat, ...] = (), done: int = 0, queue: bool = True, size: int = 9412
) -> Snapshot:
    return Snapshot(
        at=START + timedelta(seconds=second),
        counts=Counts(submitted=size, waiting=size - 25 - done, queued=25, done=done),
        retrying=14,
        failures={"dns": 120, "timeout": 81},
        rate_1m=3.1,
        rate_5m=3.0,
        cost_usd=1.84,
        database_bytes=88 * MIB,
        wal_bytes=4 * MIB,
        queue=QueueStats(
            unread=20, in_flight=5, oldest_s=3.0, memory_bytes=14 * MIB, ops_per_s=410, server="valkey", appendonly=True
        )
        if queue
        else None,
        workers=workers,
    )


def watched(*snapshots: Snapshot) -> History:
    history = History()
    for one in snapshots:
        history.add(one)
    return history


def drawn(history: History, *, width: int, color: bool = False, **frame: object) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=color, no_color=not color, legacy_windows=False)
    console.print(view(history, Frame(width=width, **frame)))  # type: ignore[arg-type]
    return out.getvalue()


def busy_house(number: int) -> History:
    at = START.timestamp()
    return watched(
        *(
            snapshot(s, workers=tuple(worker(n, at + s, done=100 + 3 * s) for n in range(number)), done=100 + s)
            for s in range(30)
        )
    )


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("number", [0, 1, 50])
def test_no_line_is_wider_than_the_terminal_and_none_wraps(width: int, number: int) -> None:
    history = busy_house(number)
    picture = drawn(history, width=width, keys=True, seconds=600.0, system=(12.0, 34.0)).splitlines()
    assert max(map(len, picture)) <= width
    # head, queue, services, failures, a blank line, keys; the table has a head and a total
    assert len(picture) == 6 + (number + 2 if number else 1)


def test_the_picture_is_the_same_for_the_same_figures() -> None:
    history = busy_house(3)
    assert drawn(history, width=120) == drawn(history, width=120)


def test_it_says_what_matters() -> None:
    picture = drawn(busy_house(2), width=120, seconds=600.0)
    for words in ("00:00:29 / 00:10:00", "queue 9,278", "in flight 5", "retrying 14", "rate 3.1/s", "dns 120"):
        assert words in picture
    assert "redis 14 MB" in picture
    assert "firm4.example page 3/12" in picture
    assert "2 living" in picture


def test_columns_go_least_important_first() -> None:
    history = busy_house(1)
    assert "HOST" in drawn(history, width=200)
    assert "LAG ms" in drawn(history, width=120)
    narrow = drawn(history, width=80)
    assert "HOST" not in narrow
    for column in ("WORKER", "STATE", "CPU%", "RSS MB", "DONE", "SEEN", "NOW"):
        assert column in narrow


def test_a_short_screen_shows_fewer_workers_and_says_so() -> None:
    picture = drawn(busy_house(50), width=120, height=24, keys=True).splitlines()
    assert len(picture) <= 24
    assert any("more workers" in line for line in picture)


def test_lost_workers_are_shown_and_do_not_count() -> None:
    at = START.timestamp()
    history = watched(snapshot(workers=(worker(1, at), worker(2, at, state="lost"))))
    assert "lost" in drawn(history, width=80)
    assert (history.samples[-1].workers, history.samples[-1].rss_mb_total) == (1, 100.0)


def test_redis_away_is_said_and_nothing_breaks() -> None:
    picture = drawn(watched(snapshot(queue=False)), width=80)
    assert "redis AWAY" in picture
    assert "Redis does not answer" in picture
    assert "No workers" not in picture, "nobody knows that while Redis is away"
    assert "No workers. Start one: domainscout work" in drawn(watched(snapshot()), width=80)


def test_what_was_known_of_a_worker_outlives_an_absence_of_redis() -> None:
    at = START.timestamp()
    history = watched(snapshot(0, workers=(worker(1, at),)), snapshot(1, queue=False), snapshot(2))
    assert history.cpu("box1-4701") == ()
    history = watched(snapshot(0, workers=(worker(1, at),)), snapshot(1, queue=False))
    assert list(history.cpu("box1-4701")) == [50.0]


def test_names_are_shown_as_people_write_them_and_wide_ones_do_not_push_the_columns() -> None:
    at = START.timestamp()
    busy = worker(1, at)
    for name, seen in (("xn--bcher-kva.example", "bücher.example"), ("xn--fsqu00a.example", "例子.example")):
        scouts = (ScoutState(domain=name, stage="fetch", since=at),)
        picture = drawn(watched(snapshot(workers=(replace(busy, scouts=scouts), worker(2, at)))), width=80)
        assert seen in picture
        rows = [line for line in picture.splitlines() if line.startswith("box")]
        assert len({cell_len(row) for row in rows}) == 1, "every row ends with its last column"


def test_no_color_and_no_escape_codes() -> None:
    history = busy_house(2)
    assert "\x1b" not in drawn(history, width=120)
    assert "\x1b[" in drawn(history, width=120, color=True)


@pytest.mark.parametrize("sort", SORTS)
def test_sorting(sort: str) -> None:
    at = START.timestamp()
    history = watched(snapshot(workers=(worker(1, at, cpu=1.0, done=1), worker(2, at, cpu=99.0, done=999))))
    picture = drawn(history, width=120, sort=sort)
    first = "box1-4701" if sort in {"name", "memory"} else "box2-4702"
    assert picture.index(first) == min(picture.index("box1-4701"), picture.index("box2-4702"))


def test_sparkline_scales_and_pads() -> None:
    assert sparkline([0, 1, 2, 4], 6) == "  ▁▂▄█"
    assert sparkline([50, 100], 2, top=100) == "▄█"
    assert sparkline([], 3) == "   "
    assert sparkline([0, 0], 2) == "▁▁"


def test_a_row_has_the_columns_of_the_contract() -> None:
    history = busy_house(2)
    row = dict(zip(CSV_COLUMNS, history.samples[-1].row(), strict=True))
    assert row["ts_utc"] == "2026-11-23T12:00:29Z"
    assert (row["elapsed_s"], row["workers"], row["cpu_pct_total"], row["cpu_pct_avg"]) == (
        "29.0",
        "2",
        "100.0",
        "50.0",
    )
    assert (row["queue"], row["in_flight"], row["rate_1m"], row["db_mb"]) == ("9278", "5", "3.1", "92.0")


def test_the_rate_of_a_worker_is_over_what_was_watched() -> None:
    history = busy_house(1)
    assert history.per_minute("box0-4700") == pytest.approx(180.0)
    assert history.per_minute("nobody") == 0.0


def test_the_summary_spans_the_whole_watch_not_just_what_is_kept() -> None:
    at = START.timestamp()
    loads = [100.0] * 400 + [0.0] * 400
    history = watched(
        *(snapshot(s, workers=(worker(1, at + s, cpu=cpu),), done=s) for s, cpu in enumerate(loads)),
    )
    summary = history.summary()
    assert (summary.samples, summary.cpu_avg, summary.cpu_max) == (800, 50.0, 100.0)
    assert (summary.finished, summary.rate) == (799, 1.0)
    words = summary_line(summary, saved="monitor.csv")
    assert words.startswith("── end ── 799 s · 799 done · 1.00/s · CPU avg 50 % max 100 %")
    assert words.endswith("queue 9,407 → 8,608 · saved monitor.csv (800 rows)")


def test_the_summary_goes_to_the_end_of_the_watch_not_to_its_last_row() -> None:
    history = watched(snapshot(0), snapshot(1, done=5))
    history.end(snapshot(2, done=20))
    summary = history.summary()
    assert (summary.seconds, summary.finished, summary.samples) == (2.0, 20, 2)
    assert (summary.queue_before, summary.queue_after) == (9407, 9387)


def test_the_plain_line_is_one_line() -> None:
    assert "\n" not in plain_line(busy_house(2).samples[-1])


def test_fifty_workers_are_drawn_within_a_tenth_of_a_second() -> None:
    history = busy_house(50)
    began = time.process_time()
    drawn(history, width=200)
    assert time.process_time() - began < 0.1

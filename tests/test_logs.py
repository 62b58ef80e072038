"""Which event is a line at which level, and how lines look."""

from __future__ import annotations

import json

from domainscout.errors import Category
from domainscout.events import Finished, ServiceAway, Started
from domainscout.logs import Level, open_log
from domainscout.settings import LogFormat

STARTED = Started(domain="acme.example", target_id=1, attempt=1)
FINISHED = Finished(
    domain="acme.example",
    status="partial",
    category=Category.TIMEOUT,
    seconds=3.14,
    store_s=0.01,
    pages=4,
    cost_usd=0.0,
)
AWAY = ServiceAway(service="redis", error="refused")


def lines(style: LogFormat, least: Level) -> list[str]:
    written: list[str] = []
    log = open_log(style, written.append, least=least)
    for event in (STARTED, FINISHED, AWAY):
        log(event)
    return written


def test_a_finished_domain_is_one_line_and_a_started_one_none() -> None:
    told = lines(LogFormat.TEXT, Level.INFO)
    assert len(told) == 2
    assert told[0].endswith("acme.example partial (timeout), 4 pages in 3.1 s")


def test_detail_and_silence_are_levels() -> None:
    assert len(lines(LogFormat.TEXT, Level.DEBUG)) == 3
    assert [line.split("  ")[1] for line in lines(LogFormat.TEXT, Level.WARNING)] == [AWAY.words]


def test_json_lines_carry_every_figure() -> None:
    told = json.loads(lines(LogFormat.JSON, Level.INFO)[0])
    assert (told["level"], told["event"], told["domain"]) == ("info", "Finished", "acme.example")
    assert (told["category"], told["pages"], told["seconds"]) == ("timeout", 4, 3.14)
    assert told["ts"].endswith("Z")


def test_people_read_names_as_they_are_written_and_machines_as_they_are_looked_up() -> None:
    event = Started(domain="xn--bcher-kva.example", target_id=1, attempt=1)
    written: list[str] = []
    open_log(LogFormat.TEXT, written.append, least=Level.DEBUG)(event)
    open_log(LogFormat.JSON, written.append, least=Level.DEBUG)(event)
    assert "bücher.example started" in written[0]
    assert json.loads(written[1])["domain"] == "xn--bcher-kva.example"

"""Several workers on one screen: what is told, and how often."""

from __future__ import annotations

import pytest

from domainscout.cli.hearing import Listener
from domainscout.cli.options import Call
from domainscout.cli.speech import Speech
from domainscout.events import Draining, Finished, ServiceAway
from domainscout.logs import json_line
from domainscout.settings import load_settings

DONE = json_line(
    Finished(domain="acme.example", status="done", category=None, seconds=1.0, pages=3, cost_usd=0.0, store_s=0.0)
)
AWAY = json_line(ServiceAway(service="redis", error="refused"))


class Screen:
    """Stands for the progress of the command: collects what is printed above the block."""

    def __init__(self, *, moves: bool) -> None:
        self.moves = moves
        self.lines: list[str] = []

    def print_above(self, line: str) -> None:
        self.lines.append(line)


def heard(*lines: str, moves: bool = True, json: bool = False) -> list[str]:
    screen = Screen(moves=moves)
    settings = load_settings({"log_format": "json"} if json else {})
    listener = Listener(Call(settings=settings, speech=Speech(), flags={}, debug=False), screen)  # type: ignore[arg-type]
    for line in lines:
        listener(line)
    return screen.lines


def test_finished_domains_scroll_by_on_a_terminal_and_not_in_a_pipe() -> None:
    (line,) = heard(DONE)
    assert line.endswith("  acme.example done, 3 pages in 1.0 s")
    assert heard(DONE, moves=False) == []


def test_an_outage_that_every_worker_tells_is_told_once() -> None:
    (line,) = heard(AWAY, AWAY, AWAY, moves=False)
    assert line.endswith("redis away, waiting: refused")


def test_words_that_are_no_log_line_come_through_as_they_are() -> None:
    assert heard("Error  The disk is full.", '["no", "event"]', moves=False) == [
        "Error  The disk is full.",
        '["no", "event"]',
    ]


def test_the_end_of_each_worker_is_not_told_beside_that_of_all() -> None:
    assert heard(json_line(Draining(finishing=3, grace_s=25.0))) == []


@pytest.mark.parametrize("line", [DONE, AWAY])
def test_log_lines_stay_log_lines_where_they_are_wanted(line: str) -> None:
    assert heard(line, line, json=True, moves=False) == [line, line]

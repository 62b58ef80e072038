"""Lines that fit a terminal and cannot command it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from domainscout.cli.folding import folded, harmless

JOB = (
    "Job       j-7f3k  queued       Next: domainscout work --concurrency 5   ·   "
    "watch: domainscout status j-7f3k --follow"
)


def test_a_long_line_breaks_between_its_parts_and_goes_on_under_its_text() -> None:
    assert folded(JOB, 80).splitlines() == [
        "Job       j-7f3k  queued       Next: domainscout work --concurrency 5",
        "          watch: domainscout status j-7f3k --follow",
    ]
    assert folded("worker box-1 · 5 slots · redis ok · database ok · Ctrl-C to finish", 44).splitlines() == [
        "worker box-1 · 5 slots · redis ok",
        "  database ok · Ctrl-C to finish",
    ]


def test_without_parts_it_breaks_between_words_under_an_indent() -> None:
    words = "warn  DNS            example.com cannot be resolved (Name or service not known)"
    assert folded(words, 60, indent=21).splitlines() == [
        "warn  DNS            example.com cannot be resolved (Name or",
        " " * 21 + "service not known)",
    ]


def test_what_fits_stays_as_it_is() -> None:
    assert folded(JOB, len(JOB)) == JOB
    assert folded("a\n  b   ·   c", 80) == "a\n  b   ·   c"


@given(st.text(alphabet=" ab·例\n", max_size=200), st.integers(min_value=10, max_value=60))
def test_no_line_is_too_wide_unless_one_word_is_and_nothing_is_lost(text: str, width: int) -> None:
    lines = folded(text, width).split("\n")
    longest = max((cell_len(word) for word in text.split()), default=0)
    assert all(cell_len(line) <= max(width, longest + 26) for line in lines)
    letters = "".join(text.split()).replace("·", "")
    assert "".join("".join(lines).split()).replace("·", "") == letters


@pytest.mark.parametrize("text", ["\x1b[31mred", "\x9b2J", "\x07", "\x00", "\x7f", "a\rb"])
def test_what_would_command_the_terminal_is_shown_as_a_fault(text: str) -> None:
    shown = harmless(text)
    assert "\ufffd" in shown
    assert shown.isprintable()


def test_marks_that_turn_the_direction_of_writing_are_left_out() -> None:
    assert harmless("moc\u202eelpmaxe\u2066.") == "mocelpmaxe."
    assert harmless("Zürich\t東京\n") == "Zürich\t東京\n"

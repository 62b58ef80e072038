"""The benchmark report: what was measured anew is new, the rest stays as it stood."""

import pytest
from benchmarks import report, results

OLD = """# What was measured

Made by `python -m benchmarks report`; edit nothing here.

## First question

old first

<sub>yesterday</sub>

## Second question

old second

<sub>yesterday</sub>
"""
MACHINE = {"date": "today", "cpus": 2, "memory_gib": 4, "system": "Linux", "python": "3", "load_before": 0}


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The report, in a folder of its own, with two sections of which the second has new figures."""
    monkeypatch.setattr(report, "REPORT", tmp_path / "REPORT.md")
    monkeypatch.setattr(report, "README", tmp_path / "README.md")
    sections = {name: (f"{name} question", lambda figures: figures["text"]) for name in ("First", "Second", "Third")}
    monkeypatch.setattr(report, "SECTIONS", sections)
    found = {"Second": {"text": "new second", "benchmark": "second", "machine": MACHINE}}
    monkeypatch.setattr(results, "load", found.get)
    return tmp_path / "REPORT.md", found


def test_sections_without_new_figures_stay(written):
    path, _ = written
    path.write_text(OLD)
    assert report.run([]) == 0
    text = path.read_text()
    assert "old first" in text
    assert "new second" in text
    assert "old second" not in text
    assert text.index("old first") < text.index("new second")
    assert "Third" not in text
    once = text
    assert report.run([]) == 0
    assert path.read_text() == once


def test_a_first_report_has_what_was_measured(written):
    path, _ = written
    assert report.run([]) == 0
    assert "new second" in path.read_text()


def test_without_figures_nothing_is_written(written, capsys):
    path, found = written
    path.write_text(OLD)
    found.clear()
    assert report.run([]) == 1
    assert "python -m benchmarks compare" in capsys.readouterr().out
    assert path.read_text() == OLD

"""Writes REPORT.md with pictures, and the figures between the markers of the main README, from the newest results.

    python -m benchmarks report

Needs the `bench` extra for the pictures. Nothing is measured here and no figure is typed by hand. A section whose
question was not asked again stays as the report has it, with its own date.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks import compare, results
from benchmarks.sections import SECTIONS

HERE = Path(__file__).parent
REPORT = HERE / "REPORT.md"
README = HERE.parent / "README.md"
HEAD = "# What was measured\n\nMade by `python -m benchmarks report`; edit nothing here.\n\n"
BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"


def run(argv: list[str]) -> int:
    """Write the report from whatever results exist; exit 1 where there are none."""
    argparse.ArgumentParser(prog="benchmarks report", description=__doc__).parse_args(argv)
    before = _sections(REPORT.read_text()) if REPORT.exists() else {}
    parts = {title: section for name in SECTIONS for title, section in [_section(name)] if section}
    if not parts:
        print("No results yet: run python -m benchmarks compare first.")
        return 1
    kept = [section for title, _ in SECTIONS.values() if (section := parts.get(title) or before.get(title))]
    REPORT.write_text(HEAD + "\n\n".join(kept) + "\n")
    pasted = _paste(README)
    print(f"Wrote {REPORT}" + (" and the README's figures" if pasted else "") + f": {', '.join(parts)}")
    return 0


def _section(name: str) -> tuple[str, str]:
    """The title of a section and its text from the newest results; no text where there are none."""
    title, body = SECTIONS[name]
    figures = results.load(name)
    return title, "" if figures is None else f"## {title}\n\n{body(figures)}\n\n{_footnote(figures)}"


def _sections(report: str) -> dict[str, str]:
    """The sections of a report that was written before, by title."""
    parts = report.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.strip()}" for part in parts}


def _footnote(figures: dict[str, Any]) -> str:
    on = figures["machine"]
    return (
        f"<sub>`python -m benchmarks {figures['benchmark']}` · {on['date']} · {on['cpus']} cores, "
        f"{on['memory_gib']} GiB, {on['system']}, Python {on['python']} · load before: {on['load_before']}</sub>"
    )


def _paste(readme: Path) -> bool:
    """Put the comparison between the README's markers; False where there is nothing to put, or nowhere."""
    figures = results.load("compare")
    if figures is None or not readme.exists():
        return False
    text = readme.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        return False
    rows = [compare.row_of(row)[:7] for row in figures["rows"]]
    words = (
        f"{figures['domains']} made-up companies, pages after {figures['latency_ms']:.0f} ms, a model that takes "
        f"{figures['model_s']:.0f} s a company, on loopback; 5x2 is two processes of five. "
        "More in [benchmarks/REPORT.md](benchmarks/REPORT.md)."
    )
    table = results.table(rows, compare.HEADER[:7])
    readme.write_text(f"{before}{BEGIN}\n{table}\n\n{words}\n{_footnote(figures)}\n{END}{after}")
    return True

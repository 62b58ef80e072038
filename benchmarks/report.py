"""Writes REPORT.md with pictures, and the figures between the markers of the main README, from the newest results.

    python -m benchmarks report

Needs the `bench` extra for the pictures. Nothing is measured here and no figure is typed by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import compare, results

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
README = HERE.parent / "README.md"
BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"


def run(argv: list[str]) -> int:
    """Write the report from whatever results exist; exit 1 where there are none."""
    parts = [section for section in (_section(name) for name in SECTIONS) if section]
    if not parts:
        print("No results yet: run python -m benchmarks compare first.")
        return 1
    text = "# What was measured\n\nMade by `python -m benchmarks report`; edit nothing here.\n\n" + "\n\n".join(parts)
    (HERE / "REPORT.md").write_text(text + "\n")
    _paste(README)
    print(f"Wrote {HERE / 'REPORT.md'}" + (" and the README's figures" if README.exists() else ""))
    return 0


def _section(name: str) -> str:
    figures = results.load(name)
    if figures is None:
        return ""
    title, body = SECTIONS[name]
    return f"## {title}\n\n{body(figures)}\n\n{_footnote(figures)}"


def _footnote(figures: dict[str, Any]) -> str:
    on = figures["machine"]
    return (
        f"<sub>`python -m benchmarks {figures['benchmark']}` · {on['date']} · {on['cpus']} cores, "
        f"{on['memory_gib']} GiB, {on['system']}, Python {on['python']} · load before: {on['load_before']}</sub>"
    )


def _compare(figures: dict[str, Any]) -> str:
    rows = [compare.row_of(row) for row in figures["rows"]]
    old = figures["old"]
    first = figures["rows"][0]
    five = _at(figures, "5", "per_minute")
    classic = [
        ("throughput (domains/min)", old["sequential_per_min"], first["per_minute"], five),
        *(
            (f"{n} domains (s)", *(60 * n / rate for rate in (old["sequential_per_min"], first["per_minute"], five)))
            for n in (5, 10, 50)
        ),
        ("speed-up of five workers", f"{old['reached']} (hoped {old['hoped']})", 1.0, _at(figures, "5", "speed_up")),
    ]
    return "\n\n".join(
        (
            f"{figures['domains']} domains, page latency lognormal with mean {figures['latency_ms']:.0f} ms, "
            f"one model call of {figures['model_s']:.0f} s a company.",
            results.table(rows, compare.HEADER),
            "In the form of the old comparison (old figures: five other domains, the sequential run an estimate):",
            results.table(classic, ("", "old sequential", "one at a time", "five at a time")),
            _picture(
                "compare",
                "domains in flight",
                "speed-up",
                {"measured": _points(figures), "ideal": [(x, x) for x, _ in _points(figures)]},
                log=True,
            ),
        )
    )


def _at(figures: dict[str, Any], setting: str, name: str) -> float:
    return next((float(row[name]) for row in figures["rows"] if row["setting"] == setting), float("nan"))


def _points(figures: dict[str, Any]) -> list[tuple[float, float]]:
    return [(int(r["setting"]), r["speed_up"]) for r in figures["rows"] if r["setting"].isdigit()]


def _crawl(figures: dict[str, Any]) -> str:
    rows = [
        (name, f["pages_s"]["median"], f"{f['pages_s']['min']:.0f}–{f['pages_s']['max']:.0f}", f["rss_mib"])
        for name, f in figures["rates"].items()
    ]
    head = (
        f"{figures['pages']} pages of {figures['sites']} hosts, {figures['concurrency']} at a time, loopback, medians."
    )
    return f"{head}\n\n{results.table(rows, ('', 'pages/s', 'spread', 'peak RSS MiB'))}"


def _rows(*columns: str) -> Any:
    def body(figures: dict[str, Any]) -> str:
        return results.table(
            [[row[c] for c in columns] for row in figures["rows"]], [c.replace("_", " ") for c in columns]
        )

    return body


def _profile(figures: dict[str, Any]) -> str:
    rows = [(name, f["median_ms"], f["mean_ms"], f"{f['share']:.0%}") for name, f in figures["stages"].items()]
    head = f"{figures['pages']} pages of {figures['domains']} domains, one scout, no latency."
    return f"{head}\n\n{results.table(rows, ('stage', 'median ms', 'mean ms', 'share'))}"


def _as_saved(figures: dict[str, Any]) -> str:
    table = figures.get("table")
    return str(table) if table else ""


SECTIONS: dict[str, tuple[str, Any]] = {
    "compare": ("One after the other against in parallel", _compare),
    "crawl": ("Pages a second of one process", _crawl),
    "queue": ("Queue: targets a second", _as_saved),
    "scale": (
        "From a thousand to a million targets",
        _rows("targets", "submit_s", "submit_us_each", "submit_rss_mib", "database_mib", "redis_mib", "status_ms"),
    ),
    "memory": ("Memory", _rows("concurrency", "rss_mib_avg", "rss_mib_peak", "per_minute")),
    "quality": ("Extraction quality", _as_saved),
    "tokens": ("Model input", _as_saved),
    "profile": ("Where the time of one domain goes", _profile),
    "soak": ("Hostile web for minutes", _as_saved),
    "chaos": ("Kills, restarts, wipes", _as_saved),
}


def _picture(name: str, x: str, y: str, lines: dict[str, list[tuple[float, float]]], *, log: bool = False) -> str:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    PICTURES.mkdir(exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(6, 3.5))
    for label, points in lines.items():
        axes.plot([p[0] for p in points], [p[1] for p in points], "o-" if label == "measured" else "--", label=label)
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(PICTURES / f"{name}.svg")
    pyplot.close(figure)
    return f"![{name}](pictures/{name}.svg)"


def _paste(readme: Path) -> None:
    figures = results.load("compare")
    if figures is None or not readme.exists():
        return
    text = readme.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        rows = [compare.row_of(row)[:6] for row in figures["rows"]]
        table = results.table(rows, compare.HEADER[:6])
        readme.write_text(f"{before}{BEGIN}\n{table}\n\n{_footnote(figures)}\n{END}{after}")

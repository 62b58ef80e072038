"""What the report says of each benchmark: the saved figures of one as Markdown, with its pictures.

Measures nothing and types no figure by hand. `report` puts the sections together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import compare, pictures, results
from benchmarks.crawl import OURS, SCRAPY, SCRAPY_FOLLOWING
from benchmarks.queue import share_of_sleep

Figures = dict[str, Any]


def compared(figures: Figures) -> str:
    """Sequential against parallel, also in the form of the old comparison."""
    old, first = figures["old"], figures["rows"][0]
    five, reached = (_at(figures, "5", name) for name in ("per_minute", "speed_up"))
    rates = (old["sequential_per_min"], first["per_minute"], five)
    classic = [
        ("throughput (domains/min)", *rates),
        *((f"{n} domains (s)", *(60 * n / rate for rate in rates)) for n in (5, 10, 50)),
        ("speed-up of five at a time", f"{old['reached']} (hoped {old['hoped']})", 1.0, reached),
    ]
    points = [(int(r["setting"]), r["speed_up"]) for r in figures["rows"] if r["setting"].isdigit()]
    return _paragraphs(
        f"{figures['domains']} domains, page latency lognormal with mean {figures['latency_ms']:.0f} ms, "
        f"one model call of {figures['model_s']:.0f} s a company. 5x2 is two processes of five.",
        results.table([compare.row_of(row) for row in figures["rows"]], compare.HEADER),
        "In the form of the old comparison (old figures: five other domains, the sequential run an estimate; "
        f"five domains took {old['five_domains_s']} s):",
        results.table(classic, ("", "old sequential", "one at a time", "five at a time")),
        pictures.curves(
            "compare", "domains in flight", "speed-up", {"measured": points, "ideal": [(x, x) for x, _ in points]}
        ),
    )


def crawled(figures: Figures) -> str:
    """Pages a second beside the bare loop and Scrapy, and where ours go."""
    rates = figures["rates"]
    rows = [
        (name, f["pages_s"]["median"], f"{f['pages_s']['min']:.0f}–{f['pages_s']['max']:.0f}", f["rss_mib"])
        for name, f in rates.items()
    ]
    broken = figures["breakdown_ms"]
    return _paragraphs(
        f"{figures['pages']} pages of {figures['sites']} hosts, {figures['concurrency']} at a time, loopback, no TLS, "
        "medians. Only domainscout reads names, phones, people and the rest; the others take the text. It and the "
        "second Scrapy find the pages by robots.txt and links; the others are given a list of addresses.",
        results.table(rows, ("", "pages/s", "spread", "peak RSS MiB")),
        pictures.bars("crawl", "pages a second", {name: f["pages_s"]["median"] for name, f in rates.items()}),
        "Milliseconds a page of one process, from the attempts' own timings:",
        results.table([(name, ms, f"{ms / broken['whole']:.0%}") for name, ms in broken.items()], ("", "ms", "share")),
        _beside_scrapy(rates, broken),
    )


def _beside_scrapy(rates: Figures, broken: dict[str, float]) -> str:
    """What stands between us and the pages a second of a crawler that reads nothing."""
    if SCRAPY not in rates:
        return ""
    theirs, following, ours = (rates[name]["pages_s"]["median"] for name in (SCRAPY, SCRAPY_FOLLOWING, OURS))
    rules = sum(ms for name, ms in broken.items() if name in ("parse", "prepare") or name.startswith("extract"))
    words = (
        f"One process does {ours / theirs:.2f} times Scrapy's pages, {ours / following:.2f} times where Scrapy too has "
        f"to find them: its whole page takes {1000 / theirs:.2f} ms, our rules alone {rules:.2f}. They are interpreted "
        "code over every line of a page, spread over twenty fields with no step above a tenth of the whole, so the way "
        "to more pages is more processes"
    )
    several = [rate["pages_s"]["median"] for name, rate in rates.items() if name.startswith(OURS) and name != OURS]
    return words + (f": two do {several[0] / ours:.2f} times one." if several else ".")


def queued(figures: Figures) -> str:
    """Enqueue and work rates beside other queues."""
    header = ("", "work/s", "least", "most", "of sleep alone", "enqueue/s")
    parts = [
        f"{figures['targets']:,} targets a run; only domainscout's figures include a database commit a target. Of five "
        "targets of 20 ms at once, 250 a second are the ideal on paper; the event loop rounds its timers up to whole "
        "milliseconds, so that sleeping alone, with no queue at all, comes to less."
    ]
    for title, rows in figures["rates"].items():
        table = [
            (
                name,
                *(one["work_per_s"][key] for key in ("median", "min", "max")),
                share_of_sleep(rows, name),
                one["enqueue_per_s"]["median"] if "enqueue_per_s" in one else "–",
            )
            for name, one in rows.items()
        ]
        parts += [f"**{title}**", results.table(table, header)]
    return _paragraphs(*parts)


def scaled(figures: Figures) -> str:
    """How cost grows with the number of targets."""
    columns = {
        "targets": "targets", "submit_s": "submit s", "submit_us_each": "submit µs a target",
        "submit_rss_mib": "submit RSS MiB", "database_mib": "database MiB", "redis_mib": "Redis MiB",
        "status_ms": "status ms", "monitor_ms": "monitor ms", "work_us_start": "work µs a target, first tenth",
        "work_us_end": "last tenth", "cpu_us_start": "CPU µs a target, first tenth", "cpu_us_end": "last tenth of CPU",
    }  # fmt: skip
    rows = [[row.get(name, "–") for name in columns] for row in figures["rows"]]
    curves = {
        "submit": [(row["targets"], row["submit_us_each"]) for row in figures["rows"]],
        "work": [(row["targets"], row["work_us_end"]) for row in figures["rows"] if "work_us_end" in row],
    }
    return _paragraphs(
        "Targets that do nothing, a hundred scouts, every outcome committed.",
        results.table(rows, list(columns.values())),
        pictures.curves("scale", "targets", "microseconds a target", curves, log_y=False),
    )


def remembered(figures: Figures) -> str:
    """Memory at several concurrencies, over time."""
    columns = ("concurrency", "rss_mib_avg", "rss_mib_peak", "per_minute")
    lines = {f"{row['concurrency']} at once": row["rss_mib_over_time"] for row in figures["rows"]}
    return _paragraphs(
        f"Sites with pages of {figures['page_kib']} KiB; one more scout costs {figures['mib_a_scout']:.2f} MiB.",
        results.table([[row[c] for c in columns] for row in figures["rows"]], [c.replace("_", " ") for c in columns]),
        pictures.curves("memory", "seconds", "RSS MiB", lines, log_x=False, log_y=False, marks=False),
    )


def read(figures: Figures) -> str:
    """Extraction quality beside what is wanted and the pinned floors."""
    parts = ["F1 of the rules alone over stored pages (hours: recall), what is wanted, and the pinned floor."]
    for name, one in figures["corpora"].items():
        floors = one["floors"].get("figures", {})
        rows = [
            (field, f"{figure:.3f}", _three(one["wanted"].get(field)), _three(floors.get(field)))
            for field, figure in one["figures"].items()
        ]
        parts += [f"**{name}**", results.table(rows, ("", "reached", "wanted", "floor"))]
        if "speed" in one:
            speed = one["speed"]
            parts.append(
                f"{speed['pages']} pages, {speed['pages_s']:.0f} pages/s of processor time with parsing, "
                f"{speed['extractors_pages_s']:.0f} by the extractors alone, "
                f"99th percentile {speed['p99_ms']:.1f} ms, slowest {speed['max_ms']:.1f} ms a page."
            )
    speeds = [one["speed"] for one in figures["corpora"].values() if "speed" in one]
    if len(speeds) > 1:
        seconds = sum(speed["pages"] / speed["extractors_pages_s"] for speed in speeds)
        rate = sum(speed["pages"] for speed in speeds) / seconds
        parts.append(f"Over both: the extractors alone {rate:.0f} pages/s, each page read once.")
    return _paragraphs(*parts)


def asked(figures: Figures) -> str:
    """What the model reads a company, and what it adds to the rules."""
    parts = ["Against a stand-in that answers from the labels and mixes in invented values."]
    for name, one in figures["corpora"].items():
        tokens = one["tokens"]
        parts += [
            f"**{name}**: {one['companies']} companies, {tokens['median']:.0f} input tokens a company (median; "
            f"p90 {tokens['p90']:.0f}, most {tokens['max']:.0f}), ${one['cost_usd_each']:.5f} each; "
            f"{one['invented']} values invented, {one['stored_inventions']} of them stored.",
            results.table(
                [(field, _three(rules), _three(hybrid)) for field, (rules, hybrid) in one["fields"].items()],
                ("", "rules", "hybrid"),
            ),
        ]
    return _paragraphs(*parts)


def profiled(figures: Figures) -> str:
    """Stages of one domain."""
    rows = [(name, f["median_ms"], f["mean_ms"], f"{f['share']:.0%}") for name, f in figures["stages"].items()]
    return _paragraphs(
        f"{figures['pages']} pages of {figures['domains']} domains, one scout, no latency. A commit runs beside the "
        "next target: its time is no part of the whole.",
        results.table(rows, ("stage", "median ms", "mean ms", "share")),
    )


def soaked(figures: Figures) -> str:
    """Memory over minutes of hostile web."""
    return _paragraphs(
        f"{figures['crawls']:,} crawls of hostile hosts in {figures['minutes']} minutes: "
        f"{figures['rss_mib_first']} MiB after the warm-up, {figures['rss_mib_last']} MiB at the end, "
        f"slope {figures['slope_mib_per_hour']} MiB an hour.",
        pictures.curves(
            "soak", "seconds", "RSS MiB", {"RSS": figures["rss_mib_over_time"]}, log_x=False, log_y=False, marks=False
        ),
    )


def survived(figures: Figures) -> str:
    """Kills, restarts, wipes: what became of every target."""
    rows: list[Sequence[object]] = []
    for scenario, one in figures.items():
        if not isinstance(one, dict) or scenario == "machine":
            continue
        inner = {name: value for name, value in one.items() if isinstance(value, dict) and "targets" in value}
        for name, row in inner.items() or {"": one}.items():
            rows.append(_survival(f"{scenario} {name}".strip(), row))
    header = ("", "targets", "kills", "lost", "failed", "begun twice", "worst recovery s", "more")
    return _paragraphs("Every target counted row by row at the end of each scenario.", results.table(rows, header))


def _survival(name: str, row: Figures) -> Sequence[object]:
    worst = row.get("recovery_s", {}).get("worst", "–")
    shown = ("restarts", "wipes", "signals", "suspects_run_alone", "innocents_failed")
    more = ", ".join(f"{row[key]} {key.replace('_', ' ')}" for key in shown if row.get(key) is not None)
    if "exit_s" in row:
        more += f", slowest exit {row['exit_s']['max']:.1f} s"
    return (
        name, row.get("targets", "–"), row.get("kills", "–"), row.get("lost", "–"), row.get("failed", "–"),
        row.get("begun_more_than_once", "–"), worst, more,
    )  # fmt: skip


SECTIONS: dict[str, tuple[str, Callable[[Figures], str]]] = {
    "compare": ("One after the other against in parallel", compared),
    "crawl": ("Pages a second of one process", crawled),
    "queue": ("Queue: targets a second", queued),
    "scale": ("From a thousand to a million targets", scaled),
    "memory": ("Memory", remembered),
    "quality": ("Extraction quality", read),
    "tokens": ("The model", asked),
    "profile": ("Where the time of one domain goes", profiled),
    "soak": ("Hostile web for minutes", soaked),
    "chaos": ("Kills, restarts, wipes", survived),
}


def _at(figures: Figures, setting: str, name: str) -> float:
    return next((float(row[name]) for row in figures["rows"] if row["setting"] == setting), float("nan"))


def _three(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.3f}"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)

"""Extraction quality: F1 a field against the wanted figures and pinned floors, calibration, speed.

    python -m benchmarks quality [CORPUS …] [--field phones] [--details FILE] [--half 0|1]   rules over stored pages
    python -m benchmarks quality CORPUS --predictions export.jsonl                           a full crawl's export
    python -m benchmarks quality --calibration --speed                                       more tables
    python -m benchmarks quality --pin [--lower]                                             raise (or lower) the floors

Without folders it takes the shared corpora, or the project's own made-up sites where those are absent. Exits 1 when a
figure is below its floor.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.corpus import OWN, Corpus, corpora, timed_read
from benchmarks.matching import RECALL_ONLY, Score, right_or_wrong, scored
from domainscout.memory import settle
from domainscout.profile import Profile

FLOORS = Path(__file__).with_name("quality_floors.json")
SLACK = 0.0005
"""Floors are kept to three digits."""
WANTED: dict[str, dict[str, float]] = {
    "business": {
        "company_name": 0.92,
        "phones": 0.97,
        "faxes": 0.96,
        "emails": 0.98,
        "addresses": 0.88,
        "people": 0.75,
        "titles": 0.85,
        "social": 0.98,
        "hours": 0.90,
        "macro": 0.92,
    },
    "modern": {
        "company_name": 0.92,
        "phones": 0.93,
        "emails": 0.97,
        "addresses": 0.85,
        "people": 0.70,
        "titles": 0.85,
        "social": 0.95,
        "hours": 0.85,
        "certifications": 0.75,
        "services": 0.60,
        "logo_url": 0.85,
        "sic_code": 0.55,
        "macro": 0.80,
    },
}
"""What the rules alone should reach on a full crawl."""
LEFT_OUT = {"modern": ("industry", "faxes")}
"""Fields that do not count for the mean: judgement, and too few values."""
READING = ("parse", "resolve")
"""Stages beside the extractors."""
BUCKETS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.01)


def run(argv: list[str]) -> int:
    """Measure and print; 1 when something fell below its floor."""
    args = _parsed(argv)
    fell = False
    measured: dict[str, dict[str, Any]] = {}
    for corpus in corpora(args.corpora, args.half):
        profiles, timings = _profiles(corpus, args.predictions)
        rows = [profile.model_dump(mode="json", by_alias=True) for profile in profiles]
        score = scored(corpus, rows)
        figures = _figures(corpus, score)
        floors = _floors().get(corpus.name, {}) if args.half is None else {}
        fell |= _print_table(corpus, score, figures, floors)
        measured[corpus.name] = {"figures": figures, "wanted": WANTED.get(corpus.name, {}), "floors": floors}
        if timings:
            measured[corpus.name]["speed"] = _print_speed(timings)
        if args.calibration:
            _print_calibration(corpus, profiles)
        _details(args, score)
        if args.output:
            args.output.write_text("".join(json.dumps(row) + "\n" for row in rows))
        if args.pin:
            _pin(corpus, figures, lower=args.lower)
    if args.speed:
        from benchmarks.huge_pages import worst_page_ms

        fell |= worst_page_ms() > 250
    if args.half is None:
        results.save("quality", {"corpora": measured})
    return int(fell and not args.pin)


def _parsed(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path, nargs="*", metavar="CORPUS")
    parser.add_argument("--predictions", type=Path, help="score this export (JSON lines) instead of the stored pages")
    parser.add_argument("--details", type=Path, help="write misses and extras here, one JSON object a line")
    parser.add_argument("--field", help="print the misses and extras of this field")
    parser.add_argument("--half", type=int, choices=(0, 1), help="one half of the domains only")
    parser.add_argument("--calibration", action="store_true", help="how often values of each confidence are right")
    parser.add_argument("--speed", action="store_true", help="pages of up to 2 MiB made to be slow")
    parser.add_argument("--pin", action="store_true", help="raise the floors to these figures")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower floors too")
    parser.add_argument("-o", "--output", type=Path, help="keep the profiles here")
    return parser.parse_args(argv)


def _profiles(corpus: Corpus, predictions: Path | None) -> tuple[list[Profile], list[tuple[int, dict[str, float]]]]:
    """Profiles by domain, and (pages, seconds by stage) of each site when read here."""
    if predictions is not None:
        lines = [line for line in predictions.read_text().splitlines() if line.strip()]
        return [Profile.model_validate_json(line) for line in lines], []
    for made_up in corpora([OWN])[0].sites():
        timed_read(made_up)  # tables and the rules for a country's numbers are loaded once a process
    settle()  # as a worker does: what is loaded is spared from the search for garbage
    sites = corpus.sites()
    read = [(site, *timed_read(site)) for site in sites]
    return [profile for _, profile, _ in read], [(len(site.pages), timings) for site, _, timings in read]


def _figures(corpus: Corpus, score: Score) -> dict[str, float]:
    found = {name: figure for name, tally in score.fields.items() if (figure := tally.figure(name)) is not None}
    if score.title_share is not None:
        found["titles"] = score.title_share
    found["macro"] = score.macro(LEFT_OUT.get(corpus.name, ()))
    return {name: round(figure, 3) for name, figure in found.items()}


def _print_table(corpus: Corpus, score: Score, figures: dict[str, float], floors: dict[str, Any]) -> bool:
    wanted = WANTED.get(corpus.name, {})
    pinned = floors.get("figures", {})
    if floors and floors["digest"] != corpus.digest:
        print(f"{corpus.name}: other sites than the floors were pinned with; pin again with --pin")
    header = (
        f"{corpus.name:26}{'gold':>6}{'found':>7}{'right':>7}{'prec':>8}{'recall':>8}{'F1':>8}{'wanted':>8}{'floor':>8}"
    )
    print(header)
    fell = False
    for name, figure in figures.items():
        tally = score.fields.get(name)
        counts = f"{tally.gold:6}{tally.predicted:7}{tally.right:7}" if tally else " " * 20
        rates = _rate(tally.right, tally.predicted) + _rate(tally.right, tally.gold) if tally else " " * 16
        floor = pinned.get(name)
        below = floor is not None and figure < floor - SLACK
        fell |= below
        mark = "  BELOW ITS FLOOR" if below else "  short" if figure < wanted.get(name, 0.0) - SLACK else ""
        label = f"{name} (recall)" if name in RECALL_ONLY else name
        print(f"{label:26}{counts}{rates}{figure:8.3f}{_shown(wanted.get(name))}{_shown(floor)}{mark}")
    return fell


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:8.3f}" if whole else f"{'–':>8}"


def _shown(value: float | None) -> str:
    return f"{'–':>8}" if value is None else f"{value:8.3f}"


def _print_speed(timings: list[tuple[int, dict[str, float]]]) -> dict[str, float]:
    pages = sum(count for count, _ in timings)
    stages: dict[str, float] = defaultdict(float)
    for _, row in timings:
        for stage, seconds in row.items():
            stages[stage] += seconds
    total = sum(stages.values())
    each = sorted(sum(row.values()) / count for count, row in timings for _ in range(count))
    p99 = statistics.quantiles(each, n=100)[98] if len(each) > 1 else each[0]
    shares = ", ".join(f"{s} {t / pages * 1000:.2f}" for s, t in sorted(stages.items(), key=lambda i: -i[1]))
    median = 1 / statistics.median(each)
    print(f"{pages} pages in {total:.2f} s of processor time, each read once, tables loaded before: ", end="")
    print(f"{pages / total:.0f} pages/s, half of the pages at {median:.0f} or more; ", end="")
    extracting = total - sum(stages[stage] for stage in READING)
    print(f"extractors alone {pages / extracting:.0f} pages/s; ", end="")
    print(f"p99 {p99 * 1000:.1f} ms, max {each[-1] * 1000:.1f} ms")
    print(f"ms a page: {shares}\n")
    return {
        "pages": pages,
        "pages_s": pages / total,
        "extractors_pages_s": pages / extracting,
        "median_pages_s": median,
        "p99_ms": p99 * 1000,
        "max_ms": each[-1] * 1000,
    }


def _print_calibration(corpus: Corpus, profiles: Sequence[Profile]) -> None:
    """How many of the values stated with a confidence are right, by bucket; the last bucket should be 0.95 or more."""
    tally: dict[str, dict[float, list[bool]]] = defaultdict(lambda: defaultdict(list))
    gold = {row["domain"]: row for row in corpus.gold}
    for profile in profiles:
        for name, confidence, right in _judged(corpus, gold.get(profile.domain, {}), profile):
            bucket = max(edge for edge in BUCKETS if edge <= confidence)
            tally[name][bucket].append(right)
            tally["ALL"][bucket].append(right)
    print(f"{'right of those stated at':26}" + "".join(f"{f'{a:.1f}-{b:.1f}':>16}" for a, b in _edges()))
    for name, buckets in sorted(tally.items()):
        cells = []
        for low, _ in _edges():
            judged = buckets.get(low, [])
            cells.append(f"{sum(judged) / len(judged):.3f} of {len(judged):4}" if judged else "–")
        print(f"{name:26}" + "".join(f"{cell:>16}" for cell in cells))
    print()


def _edges() -> list[tuple[float, float]]:
    return [(a, min(b, 1.0)) for a, b in itertools.pairwise(BUCKETS)]


def _judged(corpus: Corpus, gold: dict[str, Any], profile: Profile) -> list[tuple[str, float, bool]]:
    row = profile.model_dump(mode="json", by_alias=True)
    found = []
    for line in profile.evidence:
        name, _, rest = line.field.replace("[", ".").replace("]", "").partition(".")
        value = row[name] if not rest else row[name][int(rest)] if rest.isdigit() else (rest, row[name][rest])
        if name in ("phones", "faxes") and isinstance(value, dict):
            value = value["number"]
        verdict = right_or_wrong(corpus, gold, name, [value])
        if verdict:
            found.append((name, line.confidence, verdict[0]))
    return found


def _details(args: argparse.Namespace, score: Score) -> None:
    if args.details:
        args.details.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in score.details))
    for row in score.details:
        if row["field"] == args.field:
            print(json.dumps(row, ensure_ascii=False))


def _floors() -> dict[str, Any]:
    return json.loads(FLOORS.read_text()) if FLOORS.exists() else {}


def _pin(corpus: Corpus, figures: dict[str, float], *, lower: bool) -> None:
    floors = _floors()
    old = floors.get(corpus.name, {}).get("figures", {})
    kept = {name: figure if lower else max(figure, old.get(name, 0.0)) for name, figure in figures.items()}
    floors[corpus.name] = {"digest": corpus.digest, "figures": kept}
    FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))

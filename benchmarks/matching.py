"""Which predicted values are right: the corpus's own score.py where there is one, else a plain comparison of our own.

Gives per field (gold, predicted, right) and, for calibration, right or wrong for each predicted value.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from benchmarks.corpus import Corpus
from domainscout.markup import fold_quote

RECALL_ONLY = ("hours", "short_description_contains")
LISTS = ("phones", "faxes", "emails", "addresses", "people", "certifications", "services")
SINGLES = ("company_name", "logo_url", "sic_code")


@dataclass(slots=True)
class Tally:
    """Counts of one field: values labelled, predicted, right."""

    gold: int = 0
    predicted: int = 0
    right: int = 0

    def figure(self, name: str) -> float | None:
        """F1, or recall where that is all that is labelled."""
        if name in RECALL_ONLY:
            return self.right / self.gold if self.gold else None
        both = self.gold + self.predicted
        return 2 * self.right / both if both else None


@dataclass(slots=True)
class Score:
    """Tallies by field, misses and extras."""

    fields: dict[str, Tally] = field(default_factory=dict)
    details: list[dict[str, Any]] = field(default_factory=list)
    title_share: float | None = None

    def macro(self, without: Iterable[str] = ()) -> float:
        """Mean F1 over the scored fields."""
        names = [n for n in self.fields if n not in (*RECALL_ONLY, *without)]
        values = [v for n in names if (v := self.fields[n].figure(n)) is not None]
        return sum(values) / len(values) if values else 0.0


def scored(corpus: Corpus, predictions: list[dict[str, Any]]) -> Score:
    """The score of predictions (profiles as exported) against a corpus."""
    return _by_script(corpus, predictions) if corpus.scorer else _by_ourselves(corpus.gold, predictions)


def _by_script(corpus: Corpus, predictions: list[dict[str, Any]]) -> Score:
    assert corpus.scorer is not None
    script = _load(corpus.scorer)
    gold = [{name: [] if value is None else value for name, value in row.items()} for row in corpus.gold]
    result, details = script.score(gold, [script.plain_items(dict(row)) for row in predictions])
    score = Score(details=details, title_share=result["fields"].get("people", {}).get("title_ok"))
    for name, row in result["fields"].items():
        if name != "company_name_loose":
            score.fields[name] = Tally(row["gold"], row["predicted"], row["tp"])
    return score


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def right_or_wrong(corpus: Corpus, gold: dict[str, Any], name: str, values: list[Any]) -> list[bool] | None:
    """For each predicted value of a field of one domain whether it is right; None where the field was not labelled."""
    if name not in gold or name in RECALL_ONLY:
        return None
    wanted = [] if gold[name] is None else gold[name]
    if corpus.scorer is not None:
        script = _load(corpus.scorer)
        if name == "company_name":
            return [script.name_ok(wanted, value, True) for value in values]
        if name == "social":
            return [bool(script.score_field(name, wanted, dict([value]))[2]) for value in values]
        single = name in ("logo_url", "sic_code")
        pool = wanted if single or name not in LISTS else [*wanted, *(gold.get(f"{name}_optional") or [])]
        return [bool(script.score_field(name, pool, value if single else [value])[2]) for value in values]
    return [any(_same(name, one, value) for one in _listed(wanted)) for value in values]


def _by_ourselves(gold: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> Score:
    score = Score()
    by_domain = {row["domain"]: row for row in predictions}
    for row in gold:
        mine = by_domain.get(row["domain"], {})
        for name in (*SINGLES, *LISTS, "hours", "social"):
            if name in row:
                _count(score, row["domain"], name, row[name], mine.get(name))
    return score


def _count(score: Score, domain: str, name: str, wanted: Any, found: Any) -> None:
    tally = score.fields.setdefault(name, Tally())
    values = list(_listed(found))
    spare = [list(_listed(wanted))] if name in SINGLES and wanted else [[one] for one in _listed(wanted)]
    tally.gold += len(spare)
    tally.predicted += len(values)
    extra = []
    for value in values:
        hit = next((group for group in spare if any(_same(name, one, value) for one in group)), None)
        if hit is None:
            extra.append(value)
        else:
            spare.remove(hit)
            tally.right += 1
    if spare or extra:
        score.details.append({"domain": domain, "field": name, "missed": spare, "extra": extra})


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [(key, one) for key, one in value.items() if one]
    return list(value) if isinstance(value, list) else [value] if value else []


def _same(name: str, one: Any, other: Any) -> bool:
    return _COMPARE.get(name, _same_text)(one, other)


def _plain(value: Any) -> str:
    text = value.get("name") or value.get("number") or value.get("full") if isinstance(value, dict) else value
    return re.sub(r"[^\w]+", " ", fold_quote(str(text))).strip()


def _same_text(one: Any, other: Any) -> bool:
    return _plain(one) == _plain(other)


def _same_hours(one: Any, other: Any) -> bool:
    return set(re.findall(r"\d+", str(one))) <= set(re.findall(r"\d+", str(other)))


def _same_address(one: Any, other: Any) -> bool:
    codes = [re.sub(r"\W", "", str(a.get("postcode") or "")).lower() for a in (one, other)]
    streets = [set(_plain(a.get("street") or "").split()) for a in (one, other)]
    return codes[0] == codes[1] and len(streets[0] & streets[1]) * 2 >= len(streets[0])


def _same_account(one: Any, other: Any) -> bool:
    return bool(one[0] == other[0] and _bare(one[1]) == _bare(other[1]))


def _bare(url: str) -> str:
    parts = urlsplit(url.lower())
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/")


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "addresses": _same_address,
    "social": _same_account,
    "hours": _same_hours,
}

"""Company name, legal name and acronym: many weak witnesses, one spelling that most of them agree on.

A page title is not a name, nor is a web designer's credit: what counts is agreement between structured data, site name,
title parts that repeat, copyright line, logo, legal sentences and the domain itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from domainscout.extract._name_cleaning import Candidate
from domainscout.extract._spelled_names import named_like_domain
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.extract.legal_forms import has_legal, strip_legal
from domainscout.extract.name_sources import candidates
from domainscout.literals import word_starting
from domainscout.memory import remembered
from domainscout.records import Field, Finding

WEIGHTS = {
    "organisation": 3.0,
    "other_organisation": 0.6,
    "site": 2.0,
    "legal": 1.0,
    "alternate": 0.4,
    "site_name": 2.2,
    "app_name": 1.0,
    "author": 0.3,
    "title": 1.2,
    "whole_title": 0.9,
    "joined_title": 0.4,
    "title_piece": 0.5,
    "spelled": 1.2,
    "logo": 1.6,
    "home_link": 1.3,
    "header": 0.6,
    "heading": 0.6,
    "copyright": 2.4,
    "legal_line": 0.8,
    "imprint": 1.5,
}
"""How much one witness counts; set by hand, checked on halves of the corpora (2026-11)."""

_METHOD = {
    "organisation": "jsonld",
    "site": "jsonld",
    "legal": "jsonld",
    "alternate": "jsonld",
    "site_name": "meta",
    "app_name": "meta",
}


_COMPANY_WORD = re.compile(
    "(?:"
    + word_starting(
        r"""
        group associates partners company co clinic practice law\x20(?:firm|offices?) solicitors services systems
        solutions restaurant cafe salon studios? builders plumbing electrical engineering agency school hotel inn farm
        bakery motors garage centre center kanzlei praxis team shop store enterprises industries technologies cabinet
        autohaus
        """
    )
    + r")\b"
)
_OCCUPATION = re.compile(
    "(?:"
    + word_starting(
        """
        attorneys? lawyers? advisors? planners? dealers? specialists? experts? contractors? electricians? plumbers
        dentists? accountants? best top leading affordable your our we in near for
        """
    )
    + r")\b"
)
"""Both for texts in lower case."""
_SITE_ADDRESS = re.compile(r"^\S+\.(?:com|net|org|co\.uk|us|info|biz|eu|de|fr|it|es|uk|ca|io|co)$", re.I)


@dataclass(slots=True)
class _Group:
    """Spellings of one name."""

    key: str
    spellings: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    score: float = 0.0

    @property
    def all(self) -> list[Candidate]:
        return [one for group in self.spellings.values() for one in group]


def read(reading: Reading) -> list[Finding]:
    """Name, legal name and acronym of the site."""
    label = domain_label(reading.domain)
    found = [*candidates(reading), *named_like_domain(reading, label)]
    groups = _grouped(found)
    if not groups:
        return []
    for group in groups.values():
        group.score = _score(group, label, len(reading.pages))
    _lend(groups)
    ranked = sorted(groups.values(), key=lambda g: -g.score)
    best = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    chosen = _spelling(best)
    results = [_finding(Field.COMPANY_NAME, chosen, _confidence(best, second))]
    results += _legal_name(found, best, label)
    results += _acronym(reading, chosen.text, label)
    return results


def squash(text: str) -> str:
    """Letters and digits only, accents gone, lower case: how a name looks in a domain."""
    plain = _without_accents(text.replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", plain.lower().replace("&", "and"))


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@remembered(maxsize=1024)
def words_of(text: str) -> tuple[str, ...]:
    """Comparable words of a name: no case, accents, punctuation, legal form or leading article."""
    plain = _without_accents(strip_legal(text)).lower().replace("&", " and ").replace("'", "").replace("’", "")
    found = tuple(re.findall(r"[^\W_]+", plain))
    return found[1:] if len(found) > 1 and found[0] == "the" else found


def domain_label(domain: str) -> str:
    """The part of a host that its owner chose."""
    parts = domain.removeprefix("www.").split(".")
    if len(parts) > 2 and parts[-2] in ("co", "com", "org", "net", "github", "ac", "gov", "ltd", "plc", "me"):
        return squash(parts[-3])
    return squash(parts[-2] if len(parts) > 1 else parts[0])


def likeness(text: str, label: str) -> float:
    """How much of a domain's label a name explains, 0 to 1."""
    words = words_of(text)
    flat = "".join(words)
    if not flat or not label:
        return 0.0
    variants = {flat, flat.replace("and", ""), squash(text)}
    if label in variants:
        return 1.0
    initials = "".join(w[0] for w in words)
    if len(words) > 2 and initials == label:
        return 0.8
    best = 0.0
    for one in variants:
        if len(one) >= 4 and one in label:
            best = max(best, len(one) / len(label))
        elif len(label) >= 3 and label in one:
            best = max(best, 0.35 + 0.6 * len(label) / len(one))
    in_label = sum(len(w) for w in words if len(w) > 2 and w in label)
    return max(best, 0.8 * min(in_label / len(label), in_label / len(flat)))


def _grouped(found: Iterable[Candidate]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for one in found:
        key = " ".join(words_of(one.text))
        if not key:
            continue
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Group(key)
        group.spellings[one.text].append(one)
    return groups


def _score(group: _Group, label: str, pages: int) -> float:
    urls: dict[str, set[str]] = defaultdict(set)
    for one in group.all:
        urls[one.source].add(one.url)
    score = 0.0
    for source, where in urls.items():
        share = len(where) / pages
        score += WEIGHTS[source] * (0.6 + 0.4 * share) * (1.0 if source != "title" else 0.6 + 1.2 * share)
    like = max(
        0.0 if _SITE_ADDRESS.search(text) and text.islower() else likeness(text, label) for text in group.spellings
    )
    return (score + 3.0 * like * min(1.0, score + 0.4)) * _sounds_like_a_name(group)


def _sounds_like_a_name(group: _Group) -> float:
    """A factor around 1: company words speak for a text; occupations, site addresses and long phrases against it."""
    text = next(iter(group.spellings))
    factor = 1.0 if len(group.key.split()) <= 6 else 0.6
    lowered = text.lower()
    if _COMPANY_WORD.search(lowered) or has_legal(text):
        factor *= 1.15
    elif _OCCUPATION.search(lowered) or "," in text:
        factor *= 0.75
    if all(_SITE_ADDRESS.search(one) and one.islower() for one in group.spellings):
        factor *= 0.5
    return factor


def _lend(groups: dict[str, _Group]) -> None:
    """A name that begins another ("Acme" and "Acme Plumbing") lends it part of its weight, and the other way round."""
    best_first = sorted(((group.score, key) for key, group in groups.items() if group.score > 0), reverse=True)
    own = [(other, f"{other} ", score) for score, other in best_first]
    for key, group in groups.items():
        begun, ended = f"{key} ", f" {key}"
        kin = (
            score
            for other, opened, score in own
            if other.startswith(begun) or key.startswith(opened) or other.endswith(ended)
        )
        group.score += 0.35 * next(kin, 0.0)


def _spelling(group: _Group) -> Candidate:
    def rank(item: tuple[str, list[Candidate]]) -> float:
        text, found = item
        weight = sum({one.source: WEIGHTS[one.source] for one in found}.values()) + 0.2 * math.log(len(found))
        if text.isupper() and len(text) > 5:
            weight *= 0.5
        if text.islower():
            weight *= 0.7
        if has_legal(text):
            weight *= 0.6
        return weight

    _, found = max(group.spellings.items(), key=rank)
    return max(found, key=lambda one: WEIGHTS[one.source])


def _confidence(best: _Group, second: float) -> float:
    sources = {one.source for one in best.all}
    base = 0.35 + 0.1 * min(len(sources), 4) + 0.02 * min(best.score, 8.0)
    lead = min(1.0, (best.score - second) / max(best.score, 1e-9) * 2.0)
    return round(min(0.97, base * (0.75 + 0.25 * lead)), 3)


def _legal_name(found: list[Candidate], best: _Group, label: str) -> list[Finding]:
    tally: dict[str, list[Candidate]] = defaultdict(list)
    for one in found:
        if has_legal(one.text) and one.source not in ("title", "whole_title", "joined_title", "logo", "heading"):
            tally[one.text].append(one)
    name_words = set(best.key.split())

    def worth(item: tuple[str, list[Candidate]]) -> float:
        text, group = item
        weight = sum({one.source: WEIGHTS[one.source] for one in group}.values())
        shared = len(name_words & set(words_of(text))) / max(1, len(name_words))
        return weight + 2.0 * shared + 2.0 * likeness(text, label)

    if not tally:
        return []
    text, group = max(tally.items(), key=worth)
    value = worth((text, group))
    related = bool(name_words & set(words_of(text))) or likeness(text, label) > 0.4
    stated = any(one.source == "legal" for one in group)
    if (value < 2.2 and not stated) or not (
        related or any(one.source in ("imprint", "legal", "copyright") for one in group)
    ):
        return []
    top = max(group, key=lambda one: WEIGHTS[one.source])
    return [_finding(Field.LEGAL_NAME, top, round(min(0.95, 0.5 + 0.08 * value), 3))]


def _acronym(reading: Reading, name: str, label: str) -> list[Finding]:
    words = [
        w
        for w in re.findall(r"[^\W_]+", strip_legal(name))
        if w.lower() not in ("of", "the", "and", "for", "de", "la", "und", "et", "y", "di", "e")
    ]
    if len(words) < 2:
        return []
    initials = "".join(w[0] for w in words).upper()
    if not 2 <= len(initials) <= 7:
        return []
    holders = [read for read in reading.pages if initials in read.document.text]
    if not holders:
        return []
    pattern = re.compile(rf"(?<![\w&]){re.escape(initials)}(?![\w&])")
    bracket = re.compile(re.escape(words[-1]) + r"[^()]{0,20}\(\s*[\"“]?" + re.escape(initials) + r"[\"”]?\s*\)", re.I)
    for read_page in holders:
        for line in read_page.document.lines:
            if initials in line.text and len(line.text) < 3000:
                if match := bracket.search(line.text):
                    return [_made(initials, read_page.url, match[0], 0.93)]
                if initials.lower() == label and pattern.search(line.text):
                    return [_made(initials, read_page.url, initials, 0.85)]
    return []


def _made(value: str, url: str, quote: str, confidence: float) -> Finding:
    return finding(Field.ACRONYM, value, url=url, quote=quote, method="rules:names", confidence=confidence)


def _finding(field_: Field, one: Candidate, confidence: float) -> Finding:
    return finding(
        field_,
        one.text,
        url=one.url,
        quote=one.quote,
        method=_METHOD.get(one.source, "rules:names"),
        confidence=confidence,
    )


EXTRACTOR = Extractor(
    name="names", fields=frozenset({Field.COMPANY_NAME, Field.LEGAL_NAME, Field.ACRONYM}), cost=0.1, read=read
)

"""Chooses among findings: agreement raises confidence, the better-founded value wins, unquoted values are dropped.

Pure: no I/O, no knowledge of how a value was found. One function a shape of field (one value, many values, social).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from domainscout.markup import fold_quote
from domainscout.profile import Address, EvidenceLine, Person, Phone, Social
from domainscout.records import Account, Field, Finding

DOUBTFUL = 0.35
"""A value that something speaks against needs this much to stay."""

MAX_DOUBTS = 5
"""Notes on values that only doubtful text states."""
OTHER_VALUE = 0.3
"""A competing value this well founded is worth a note."""
CEILING = {
    Field.SERVICES: 0.85,
    Field.PRODUCTS: 0.85,
    Field.CERTIFICATIONS: 0.89,
    Field.LOGO_URL: 0.89,
}
"""What agreement can reach at most: repeats of one menu or badge are not independent witnesses. Set so that of all
values stated at 0.9 or more at least 95 % are right (benchmarks/quality.py --calibration, 2026-11)."""
_NEAR = frozenset([Field.SERVICES, Field.PRODUCTS, Field.CERTIFICATIONS, Field.TAGS, Field.TECH_STACK])
_HONORIFIC = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|rev|herr|frau|dipl|ing|med|mag|dott|dott\.ssa|m|mme|sr|sra|don|"
    r"doña)\b\.?[\s-]*)+"
)

HasQuote = Callable[[str, str], bool]
LacksWitness = Callable[[Finding], bool]

SINGLE = (
    Field.COMPANY_NAME,
    Field.LEGAL_NAME,
    Field.ACRONYM,
    Field.LOGO_URL,
    Field.BUSINESS_TYPE,
    Field.SHORT_DESCRIPTION,
    Field.LONG_DESCRIPTION,
    Field.LANGUAGE,
    Field.SIC_CODE,
    Field.INDUSTRY,
)
_PROSE = (Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION)
MANY = (
    Field.PHONES,
    Field.FAXES,
    Field.EMAILS,
    Field.ADDRESSES,
    Field.HOURS,
    Field.PEOPLE,
    Field.CERTIFICATIONS,
    Field.PRODUCTS,
    Field.SERVICES,
    Field.TAGS,
    Field.TECH_STACK,
)


@dataclass(slots=True, kw_only=True)
class Resolved:
    """Values by profile field name, with their evidence and remarks on conflicts.

    Attributes:
        unsupported: findings dropped because their quote stands nowhere.
        doubtful: values dropped because only doubtful text states them.
    """

    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[EvidenceLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsupported: int = 0
    doubtful: int = 0


def resolve(
    findings: Iterable[Finding], has_quote: HasQuote, lacks_witness: LacksWitness = lambda _: False
) -> Resolved:
    """Choose the values of a profile.

    Args:
        findings: from all extractors, in any order.
        has_quote: whether a quote stands on the page with that address; findings without are dropped and counted.
        lacks_witness: whether only doubtful text states the value; such findings are dropped, counted and noted.
    """
    result = Resolved()
    by_field: dict[Field, list[Finding]] = defaultdict(list)
    doubtful: dict[tuple[Field, str], Finding] = {}
    for one in findings:
        if lacks_witness(one):
            doubtful.setdefault((one.field, _key(one)), one)
        elif has_quote(one.evidence.url, one.evidence.quote):
            by_field[one.field].append(one)
        else:
            result.unsupported += 1
    refused = [fold_quote(one.evidence.quote) for one in doubtful.values() if one.evidence.quote]
    for name in _PROSE:
        by_field[name] = list(_untold(by_field[name], refused)) if refused else by_field[name]
    for name in SINGLE:
        _single(name, by_field[name], result)
    for name in MANY:
        _many(name, by_field[name], result)
    _social(by_field[Field.SOCIAL], result)
    result.doubtful = len(doubtful)
    result.notes += [_doubt(one) for one in [*doubtful.values()][:MAX_DOUBTS]]
    return result


def agreed(confidences: Iterable[float]) -> float:
    """Confidence of a value that several findings state: independent chances of being wrong, kept below certainty."""
    wrong = 1.0
    for confidence in sorted(confidences, reverse=True)[:3]:
        wrong *= 1.0 - confidence
    return round(min(1.0 - wrong, 0.99), 3)


def weight(findings: Iterable[Finding]) -> float:
    """How sure a value is: what speaks for it, less what speaks against it (findings with negative confidence)."""
    confidences = [finding.confidence for finding in findings]
    sure = agreed(c for c in confidences if c > 0)
    against = [-c for c in confidences if c < 0]
    return round(sure * (1.0 - agreed(against)), 3) if against else sure


def same(value: object) -> str:
    """The key under which two findings state the same value."""
    match value:
        case Phone():
            return value.number
        case Person():
            return _person_key(value.name)
        case Address():
            return fold_quote(f"{value.postcode or ''}|{value.street or value.full}").replace(" ", "")
        case Account():
            return value.url.lower().rstrip("/")
        case _:
            return fold_quote(str(value))


def _person_key(name: str) -> str:
    """First and last word of a name: "Dr. Jane Q. Smith" is Jane Smith."""
    words = [word for word in re.findall(r"[^\W\d_]+", _HONORIFIC.sub("", fold_quote(name))) if len(word) > 1]
    return f"{words[0]} {words[-1]}" if words else fold_quote(name)


def _near(text: str) -> str:
    """The key of a short label: "Boiler Repairs" and "boiler repair" are one service."""
    words = re.findall(r"\w+", fold_quote(text).replace("&", " and "))
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
    )


def _key(one: Finding) -> str:
    return _near(one.value) if one.field in _NEAR and isinstance(one.value, str) else same(one.value)


@dataclass(frozen=True, slots=True)
class _Group:
    """Findings that state one value, the surest first, and how sure they make it together."""

    findings: list[Finding]
    weight: float

    @property
    def best(self) -> Finding:
        return self.findings[0]


def _grouped(findings: list[Finding]) -> list[_Group]:
    """Findings that state the same value together, the surest value first; doubtful ones are left out."""
    groups: list[list[Finding]] = []
    by_key: dict[str, list[Finding]] = {}
    for one in findings:
        key = _key(one)
        group = by_key.get(key) or _alike(one.value, groups)
        if group is None:
            groups.append(group := [])
        by_key.setdefault(key, group).append(one)
    weighed = [_Group(sorted(group, key=lambda f: -f.confidence), weight(group)) for group in groups]
    return sorted(filter(_stands, weighed), key=lambda group: -group.weight)


def _stands(group: _Group) -> bool:
    return group.best.confidence > 0 and (group.findings[-1].confidence > 0 or group.weight >= DOUBTFUL)


def _alike(value: object, groups: list[list[Finding]]) -> list[Finding] | None:
    """The group of an address that is the same place in other words; other values must be equal."""
    if not isinstance(value, Address):
        return None
    for group in groups:
        if any(isinstance(one.value, Address) and same_place(value, one.value) for one in group):
            return group
    return None


def same_place(one: Address, other: Address) -> bool:
    """Whether two addresses name one place: equal postcodes, or equal cities where one has no postcode, and the streets
    differ in nothing but extra words and endings.
    """
    codes = _words(one.postcode or ""), _words(other.postcode or "")
    if all(codes):
        if codes[0] != codes[1]:
            return False
    elif not one.city or _words(one.city) != _words(other.city or ""):
        return False
    left, right = _words(one.street or ""), _words(other.street or "")
    if not left or not right:
        return True
    shorter, longer = sorted((left, right), key=len)
    numbers = [{word for word in words if word[0].isdigit()} for words in (left, right)]
    nested = numbers[0] <= numbers[1] or numbers[1] <= numbers[0]
    shared = {word[:6] for word in shorter} & {word[:6] for word in longer}
    return nested and len(shared) * 10 >= len(shorter) * 6


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold_quote(text)))


def _untold(findings: list[Finding], refused: list[str]) -> Iterator[Finding]:
    """Descriptions without the lines that tell a refused value: what is not stored is not told by the way either."""
    for one in findings:
        lines = str(one.value).split("\n")
        kept = [line for line in lines if not any(quote in fold_quote(line) for quote in refused)]
        if len(kept) == len(lines):
            yield one
        elif any(fold_quote(one.evidence.quote) in fold_quote(line) for line in kept):
            yield replace(one, value="\n".join(kept))


def _single(name: Field, findings: list[Finding], result: Resolved) -> None:
    groups = _grouped(findings)
    if not groups:
        return
    result.values[name] = groups[0].best.value
    result.evidence.append(_line(name, groups[0]))
    for other in groups[1:3]:
        if name not in _PROSE and other.weight >= OTHER_VALUE:
            shown = _shown(other.best.value)
            result.notes.append(f"{name}: another value was found, {shown[:80]!r} on {other.best.evidence.url}")


def _many(name: Field, findings: list[Finding], result: Resolved) -> None:
    groups = _grouped(findings)
    if groups:
        result.values[name] = [_merged(group.findings) for group in groups]
        result.evidence += [_line(f"{name}[{i}]", group) for i, group in enumerate(groups)]


def _merged(group: list[Finding]) -> object:
    """The surest statement of a value; a person's missing title, e-mail and link come from the others."""
    best = group[0].value
    if not isinstance(best, Person):
        return best
    missing: dict[str, str] = {}
    for part in ("title", "email", "url"):
        if getattr(best, part) is None:
            others = (getattr(one.value, part, None) for one in group[1:] if one.confidence > 0)
            if found := next((other for other in others if other), None):
                missing[part] = found
    return best.model_copy(update=missing) if missing else best


def _social(findings: list[Finding], result: Resolved) -> None:
    accounts: dict[str, str] = {}
    for group in _grouped(findings):
        account = group.best.value
        if isinstance(account, Account) and account.network not in accounts:
            accounts[account.network] = account.url
            result.evidence.append(_line(f"social.{account.network}", group))
    result.values[Field.SOCIAL] = Social(**accounts)


def _doubt(one: Finding) -> str:
    shown = _shown(one.value)[:80]
    return (
        f"{one.field}: not stored, only stated in text that seems to speak to machines: {shown!r} on {one.evidence.url}"
    )


def _line(path: str, group: _Group) -> EvidenceLine:
    best = group.best
    return EvidenceLine(
        field=path,
        value=_shown(best.value),
        url=best.evidence.url,
        quote=best.evidence.quote,
        method=best.evidence.method,
        reader=best.evidence.reader,
        confidence=min(group.weight, CEILING.get(best.field, 1.0)),
    )


def _shown(value: object) -> str:
    match value:
        case Phone():
            return value.number
        case Person():
            return value.name if value.title is None else f"{value.name}, {value.title}"
        case Address():
            return value.full
        case Account():
            return value.url
        case _:
            return str(value)

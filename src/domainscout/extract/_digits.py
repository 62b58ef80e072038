"""Finds and parses telephone numbers in a string. Owns `phonenumbers`, candidate shapes and how a run of digits is cut.

Knows nothing of pages, labels or whose number it is: that is `phones`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from domainscout.memory import remembered

RUN = re.compile(r"\d(?:(?:[ \t\u00a0]{0,3}[\n().\[\]/\-\u2010-\u2015\u2212·•_~*|]){0,3}[ \t\u00a0]{0,3}\d){6,120}")
"""A run of digits with the separators people use; bounded everywhere, digits and separators never overlap.

Long enough for a column of bare numbers: a run that ends within a number would lose it.
"""

_VANITY = re.compile(
    r"(?<![\w+])(?<!\d[-. ])(?:\+?1[-. ]{0,2})?\(?([2-9]\d\d)\)?[-. ]{1,3}(?=[A-Z\d.-]{0,8}[A-Z])"
    r"([A-Z\d]{3}[-. ]?[A-Z\d]{4}|[A-Z\d]{2,6}[-.][A-Z\d]{1,5}|[A-Z\d]{7,10})(?![\w-])"
)
_MAYBE_VANITY = re.compile(r"[2-9]\d\d\)?[-. ]{1,3}(?=[A-Z\d.-]{0,8}[A-Z])[A-Z\d]{2}")
"""Cheap test for a text that could hold such a number: it begins with a digit, so the search skips what is none."""
_GLUED_BEFORE = re.compile(r"[\w$€£#@%=&]\Z|\d[.,/-]\Z|[A-Z][-/.]\Z")
_ENTRY_ENDS = re.compile(r"[\n|·•]")
"""What parts a number from digits that belong to something else."""
_LABEL_BEFORE = re.compile(r"(?:tel|fax|ph|phone|mob|mobile|cell|call|[tfpm])\.?\Z", re.I)
_GLUED_AFTER = re.compile(r"[@%€£$]|[A-WYZ](?![a-z])|[a-wyz](?![a-z])|_")
"""Digits that touch letters or signs of money belong to a code or a price, unless a label stands before them."""
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_TOLL_FREE = frozenset(("800", "888", "877", "866", "855", "844", "833"))
_GROUP = re.compile(r"\d+")
_DATE = re.compile(
    r"^\(?(?:(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:[0-2]?\d|3[01])|"
    r"(?:[0-3]?\d)([-./ ])(?:[0-3]?\d)\2(?:19|20)\d\d)\b"
)
_MAX_NUMBER = 100
"""Characters in which one number is looked for."""

_MAX_VANITIES = 600
"""Possible numbers in letters of one text that are looked at."""
_MAX_GROUPS = 16
"""Groups of digits in a line of a run; more are columns of figures."""
_ALL_GROUPS = 6_000
"""Groups of digits of one page that are looked at; tables of figures have more."""
_GROUPS_A_RUN = 10
"""What a run of fewer groups counts: each is cut and parsed."""
_MAX_KEPT = 2_000
"""Characters of a text whose numbers are remembered."""
_YEARS = re.compile(r"^\(?(?:19|20)\d\d\s*[-\u2010-\u2015/]\s*(?:19|20)\d\d\)?$")
_TRUNKED = frozenset(
    [
        "GB",
        "DE",
        "AT",
        "CH",
        "FR",
        "NL",
        "BE",
        "IE",
        "AU",
        "NZ",
        "SE",
        "FI",
        "TR",
        "ZA",
        "RO",
        "SK",
        "JP",
        "IL",
        "KE",
        "NG",
        "BG",
        "HR",
        "SI",
        "UA",
    ]
)
"""Countries whose domestic numbers are written with a leading 0."""
_NANP_SHAPE = re.compile(
    r"^(?:\+?1[-. \u2010-\u2015/(]{0,3})?(?:\([2-9]\d\d\)|\[[2-9]\d\d\]|[2-9]\d\d)[\s)./\-\u2010-\u2015·•_~*|]{0,4}"
    r"[2-9]\d\d[\s./\-\u2010-\u2015·•_~*|]{0,4}\d{4}$"
)

_LOCAL = re.compile(r" ?(?:[,/&]| or\b| and\b| und\b| et\b| y\b| e\b) ?(\d{5,8}|\d{3,4}[ -]\d{3,4})(?![\d/-]|[ .-]\d)")
_FOREIGN_AREA = re.compile(r"\((?:\d{1,2}|\d{4,})\)")
"""An area code in brackets that North America does not have: "(65) 6555 0123"."""


class Number(NamedTuple):
    """A valid number: `e164`, where it stands in the searched string, and whether its shape alone is convincing.

    Attributes:
        sure: international form, or separators as this country writes them; bare digits are not sure.
        mobile: only mobile telephones have such numbers.
        run: where the run of digits that holds the number begins.
    """

    e164: str
    start: int
    end: int
    sure: bool
    mobile: bool
    run: int = 0

    def moved(self, by: int) -> Number:
        """The same number in a text that the searched one is a part of, from that place on."""
        return Number(self.e164, self.start + by, self.end + by, self.sure, self.mobile, self.run + by)


def numbers(text: str, regions: Sequence[str]) -> tuple[Number, ...]:
    """Valid numbers in a text: those in figures in order, then those in letters.

    Args:
        text: visible text; lines are separated by newlines, a number may be split over two of them.
        regions: countries to read domestic numbers in, most likely first.
    """
    return _searched(text, tuple(regions))[0]


def numbers_within(text: str, spans: Iterable[tuple[int, int]], regions: Sequence[str]) -> Iterator[Number]:
    """Valid numbers in parts of a text, each part read by itself; equal ones are read once.

    Args:
        spans: from where to where the parts go: whole lines, together where a number may go on in the next one.
    """
    left, where = _ALL_GROUPS, tuple(regions)
    for start, end in spans:
        found, groups = _searched(text[start:end], where)
        left -= groups
        if left < 0:
            return
        yield from [number.moved(start) for number in found]


def _searched(text: str, regions: tuple[str, ...]) -> tuple[tuple[Number, ...], int]:
    """The numbers of a text and how many groups of digits were looked at."""
    return _searched_once(text, regions) if len(text) <= _MAX_KEPT else _search(text, regions)


@remembered(maxsize=1024)
def _searched_once(text: str, regions: tuple[str, ...]) -> tuple[tuple[Number, ...], int]:
    return _search(text, regions)


def _search(text: str, regions: tuple[str, ...]) -> tuple[tuple[Number, ...], int]:
    found: list[Number] = []
    left = _ALL_GROUPS
    for begin, end in _runs(text):
        start = begin
        while start and text[start - 1] in "+([" and begin - start < 3:
            start -= 1
        left -= max(len(_GROUP.findall(text, begin, end)), _GROUPS_A_RUN)
        if left < 0:
            break
        for cut in _cut_once(text[start:end], regions, _is_glued(text, start, end)):
            number = cut.moved(start)
            found += (number, *_local_second(text, number))
    if _MAYBE_VANITY.search(text):
        for match in islice(_VANITY.finditer(text), _MAX_VANITIES):
            if (vanity := _vanity(match, regions)) is not None:
                found.append(vanity)
    return tuple(found), _ALL_GROUPS - left


def _is_glued(text: str, start: int, end: int) -> bool:
    """Whether a run of digits touches letters or signs, so that it is part of something else."""
    if start and not text[start - 1].isspace():
        before = text[max(0, start - 8) : start]
        if _GLUED_BEFORE.search(before) and not _LABEL_BEFORE.search(before):
            return True
    return _GLUED_AFTER.match(text, end) is not None


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where runs of digits begin and end; one of the greatest length ends with a line, not within a number."""
    position = 0
    while (match := RUN.search(text, position)) is not None:
        position = match.end()
        if position - match.start() > 120 and text[position : position + 1].strip():
            line = text.rfind("\n", match.start() + 20, position)
            position = line if line > 0 else position
        yield match.start(), position


def one(text: str, regions: Sequence[str]) -> Number | None:
    """The number that the whole string is, as in a tel: link or structured data; None when it is none."""
    text = text[:_MAX_NUMBER]
    cleaned = re.sub(r"[^\d+]", "", text.translate(_KEYS) if re.search(r"\d{3}.*[A-Z]{3}", text) else text)
    if cleaned.startswith("+"):
        cleaned = re.sub(r"^(\+(?:44|49|33|61|31|32|41|43|353|64))0(?=\d{8})", r"\1", cleaned)
    parsed = _parsed(cleaned[:25], tuple(regions), True)
    return Number(parsed[0], 0, len(text), cleaned.startswith("+"), parsed[1]) if parsed else None


@remembered(maxsize=1024)
def _cut_once(run: str, regions: tuple[str, ...], glued: bool) -> tuple[Number, ...]:
    """The numbers of a run, places counted from its beginning: headers and footers repeat on every page of a site."""
    return tuple(_cut(run, 0, regions, glued))


def _cut(run: str, offset: int, regions: Sequence[str], glued: bool) -> Iterator[Number]:
    """Numbers of one run of digits: the whole, else the longest valid pieces from the left, else nothing."""
    if _YEARS.match(run):
        return
    if glued:
        entry = _ENTRY_ENDS.search(run)
        if entry is not None:
            yield from _cut(run[entry.end() :], offset + entry.end(), regions, False)
        return
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(run)]
    if len(groups) > _MAX_GROUPS and _crowded(run):
        return
    first = 0
    found: Number | None = None
    while first < len(groups):
        if found is not None:
            second = _abbreviated(run, groups[first], found, offset, regions)
            if second is not None:
                yield second
                found, first = None, first + 1
                continue
        last, number = _longest(run, offset, groups, first, regions)
        if number is None:
            first = _after_foreign(run, groups, first)
            found = None
        else:
            yield number
            found, first = number, last + 1


def _after_foreign(run: str, groups: list[tuple[int, int]], first: int) -> int:
    """The group to go on with after one that begins no number: the rest of "+44 …" is no number of this country."""
    if "+" not in run[max(0, groups[first][0] - 2) : groups[first][0]]:
        return first + 1
    for at in range(first + 1, len(groups)):
        if re.search(r"[\n/+]", run[groups[at - 1][1] : groups[at][0]]):
            return at
    return len(groups)


def _crowded(run: str) -> bool:
    """Whether a line of a run holds so many groups that they are figures."""
    return any(len(_GROUP.findall(line)) > _MAX_GROUPS for line in run.split("\n"))


def _longest(
    run: str, offset: int, groups: list[tuple[int, int]], first: int, regions: Sequence[str]
) -> tuple[int, Number | None]:
    digits = 0
    last = first
    while last < len(groups) and digits + groups[last][1] - groups[last][0] <= 15:
        digits += groups[last][1] - groups[last][0]
        last += 1
    start = groups[first][0]
    while start and run[start - 1] in "+([":
        start -= 1
    last = _next_begins(run, groups, first, last, regions)
    for end in range(last - 1, first - 1, -1):
        piece = run[start : groups[end][1]]
        if sum(c.isdigit() for c in piece) < 7 or ("\n" in piece and not _splits_well(piece)):
            continue
        number = _read(piece, offset + start, regions, whole=_fills_line(run, groups, first, end), run=offset)
        if number is not None:
            return end, number
    return first, None


def _next_begins(run: str, groups: list[tuple[int, int]], first: int, last: int, regions: Sequence[str]) -> int:
    """Where a second number with a leading 0 begins ("030 427 26 27 / 030 42 01 01"), else `last`.

    Countries whose numbers have no fixed length would take both as one.
    """
    digits = 0
    for at in range(first, last):
        begin, end = groups[at]
        if digits >= 7 and run[begin] == "0" and end - begin >= 3:
            rest = re.sub(r"\D", "", run[begin : groups[min(at + 6, len(groups)) - 1][1]])[:11]
            head = re.sub(r"[^\d+]", "", run[max(0, groups[first][0] - 1) : groups[at - 1][1]])
            if len(rest) >= 7 and _parsed(head, tuple(regions), False):
                return at
        digits += end - begin
    return last


def _fills_line(run: str, groups: list[tuple[int, int]], first: int, end: int) -> bool:
    begins = first == 0 or "\n" in run[groups[first - 1][1] : groups[first][0]]
    return begins and (end == len(groups) - 1 or "\n" in run[groups[end][1] : groups[end + 1][0]])


def _splits_well(piece: str) -> bool:
    """Whether a number over two lines is one number: the first line is its beginning, not a number of its own."""
    head, _, tail = piece.partition("\n")
    return "\n" not in tail and sum(c.isdigit() for c in head) <= 6 and head.strip()[:1] in "+(0"


def _read(piece: str, start: int, regions: Sequence[str], *, whole: bool, run: int) -> Number | None:
    if _DATE.match(piece):
        return None
    international = piece.lstrip("([").startswith("+")
    for country in (None,) if international else regions:
        sure = international or _looks_domestic(piece, country or "")
        if not sure and not (
            (piece.isdigit() and len(piece) >= 8)
            or (whole and not (country in ("US", "CA") and _FOREIGN_AREA.search(piece)))
        ):
            continue
        text = re.sub(r"\(0\)", "", piece) if international else piece
        parsed = _parsed(re.sub(r"[^\d+]", "", text), (country or "",), international)
        if parsed:
            return Number(parsed[0], start, start + len(piece), sure, parsed[1], run)
    return None


def _looks_domestic(piece: str, country: str) -> bool:
    digits = re.sub(r"\D", "", piece)
    if digits.startswith("00") and len(digits) > 10:
        return True
    if country in ("US", "CA"):
        return bool(_NANP_SHAPE.match(piece)) and not piece.isdigit()
    if country == "AU" and re.match(r"1[38]00", digits):
        return len(digits) == 10
    if country in _TRUNKED:
        return digits.startswith("0") and (len(piece) > len(digits) or len(digits) == 11)
    if re.search(r"[.]\d\d?$|^\d{1,2}[./]", piece):
        return False
    return len(piece) > len(digits) and len(digits) >= 8


def _abbreviated(
    run: str, group: tuple[int, int], before: Number, offset: int, regions: Sequence[str]
) -> Number | None:
    """The second number of "020 7946 0958 / 59": the first one with its last digits replaced."""
    size = group[1] - group[0]
    gap = run[before.end - offset : group[0]]
    continues = re.match(r"[ ().-]{0,3}\d", run[group[1] :])
    if not (1 <= size <= 4 and "/" in gap and "\n" not in gap and "(" not in gap) or continues:
        return None
    parsed = _parsed(before.e164[:-size] + run[group[0] : group[1]], ("",), True)
    return Number(parsed[0], offset + group[0], offset + group[1], True, parsed[1], offset) if parsed else None


def _local_second(text: str, before: Number) -> Iterator[Number]:
    """The second number of "(212) 555-0110, 555-0111": without the area code that the first one gives."""
    match = _LOCAL.match(text, before.end)
    if match is None or match.start(1) == before.end:
        return
    digits = re.sub(r"\D", "", match[1])
    size = 0
    for group in reversed(_GROUP.findall(text[before.start : before.end])):
        size += len(group)
        if size >= len(digits):
            break
    if size != len(digits) or len(before.e164) - size < 4:
        return
    parsed = _parsed(before.e164[:-size] + digits, ("",), True)
    if parsed and parsed[0] != before.e164:
        yield Number(parsed[0], match.start(1), match.end(1), True, parsed[1], match.start(1))


def with_extension(text: str, number: Number, extension: str) -> str | None:
    """The number whose last digits are an extension instead: "-13" behind "07531 5550-0"; None where it is none.

    Args:
        text: the number as it is written; the group behind its last hyphen is its own extension.
    """
    own = re.search(r"[-\u2013/]\s?(\d{1,4})$", text)
    parsed = _parsed(number.e164[: -len(own[1] if own else extension)] + extension, ("",), True)
    return parsed[0] if parsed else None


def _vanity(match: re.Match[str], regions: Sequence[str]) -> Number | None:
    letters = re.sub(r"[^A-Z\d]", "", match[2])
    if len(letters) < 7 or sum(c.isalpha() for c in letters) < 3 or not ({"US", "CA"} & set(regions)):
        return None
    if match[1] not in _TOLL_FREE and regions[0] not in ("US", "CA"):
        return None
    parsed = _parsed("+1" + match[1] + letters.translate(_KEYS)[:7], ("",), True)
    return (
        Number(
            parsed[0],
            match.start(),
            match.end(),
            match[1] in _TOLL_FREE or letters[:3].isdigit(),
            parsed[1],
            match.start(),
        )
        if parsed
        else None
    )


@remembered(maxsize=1024)
def _parsed(digits: str, regions: tuple[str, ...], _international: bool) -> tuple[str, bool] | None:
    _keep_patterns()
    for region in regions:
        try:
            number = phonenumbers.parse(digits, region or None)
        except phonenumbers.NumberParseException:
            continue
        kind = phonenumbers.number_type(number)
        if kind != PhoneNumberType.UNKNOWN:  # exactly the valid numbers have a type
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return e164, kind == PhoneNumberType.MOBILE
    return None


@cache
def _keep_patterns() -> None:
    """A worker meets numbers of all countries; their patterns push each other out of the cache of `re` (512)."""
    phonenumbers.enable_pattern_cache()

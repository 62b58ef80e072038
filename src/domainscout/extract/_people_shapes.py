"""Judgements on the lines of a site that all readers of people share: is it a name, a title, a heading for people?

Each text is judged once a site: menus and footers repeat on every page. Owns no rule about what stands beside what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from domainscout.extract._people_openings import MAX_OPENING, is_team_page, opening, opens_without_heading
from domainscout.extract._people_praise import HEADING as PRAISE
from domainscout.extract._people_words import plain
from domainscout.extract._person_names import (
    EDGE,
    MAX_TITLE,
    PersonName,
    is_honorific,
    is_ordinary,
    is_title,
    leading_name,
    name_of,
    never_first,
    opens_in_small_letters,
)
from domainscout.extract.base import ReadPage
from domainscout.markup import Line, Place

NOT_TITLE = re.compile(
    r"@|https?:|www\.|\d{3}|\bphone\b|\btel\b|\bemail\b|e-mail|"
    r"\b(?:head|representative|branch|regional) office\b(?! (?:manager|admin))",
    re.I,
)
CONTACT = re.compile(
    r"@|\+?\d[\d\s()./-]{6,}\d|\bphone\b|\btel\b|\bmobile?\b|\bemail\b|e-mail|\bext(?:ension)?\b", re.I
)
_ANDS = ("and", "&", "und", "et", "y", "e", "en")
_AND = re.compile(rf"^(?:{'|'.join(_ANDS)}) (?=[A-Z])|(?<=\w) (?:{'|'.join(_ANDS)})$")
"""Names in a list that goes over several lines: "Ann Example and", "and Bob Example"."""
_PARTS = re.compile(r", (?:and |und |et |y |e |& )?|,| (?:and|und|et|y|e|&) ")
"""Between the names of a line that holds nothing else."""
_SHORT_LABEL = re.compile(
    r"(Inh\.|Inhaber(?:in)?|Prop\.|Proprietor|GF|Geschäftsführer(?:in)?|Owner|Titular|Titolare|Eigenaar)\s+"
)
"""Labels that stand right before the name, without a colon."""
_SMALL_TITLES = ("dr", "ir. ", "adw.", "r.pr.", "mgr ", "lek.", "ing.", "mr. ", "mw. ", "dhr. ", "ds. ")
"""Titles of address that pages write small, before a name."""
_AND_BEFORE = tuple(f"{word} " for word in _ANDS)
_AND_AFTER = tuple(f" {word}" for word in _ANDS)
_ANDS_BEGIN = frozenset(word[0] for word in _ANDS)
_ANDS_END = frozenset(word[-1] for word in _ANDS)
_SEPARATOR = re.compile(r"[,|:;(–—·•.-](?<!\S[-·•.])(?:(?<!\.)|\.{2,}\s)")
"""Between a person and a title; hyphens and dots only behind a blank, and of points a row."""
_TITLE_END = re.compile(
    r"\s[·|•–—-]\s|\s\.{3}|:|\d{3}|\(|\s(?:and|&|und|et|y|e)\s(?=(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau|M|Mme)\b)"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a text is by itself, wherever it stands.

    Attributes:
        name: the person it names, when it is nothing but a name.
        several: the people it names, when it is nothing but three names or more, parted by commas.
        opens: "team" when it opens a part about people as a heading, else "".
        pair: a person with what stands beside the name on the line.
        label: the folded label of a legal notice it begins with, else "".
    """

    name: PersonName | None = None
    several: tuple[PersonName, ...] = ()
    opens: str = ""
    pair: Pair | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A person and the text beside the name on one line.

    Attributes:
        title: the title, None where the text beside the name is none.
        beside: that text as it stands.
        name_first: whether the name comes first.
        titled: whether the title is one by its words; "Year 1" before a teacher's name is one only among the team.
    """

    name: PersonName
    title: str | None
    beside: str
    name_first: bool
    titled: bool = True


class Spot(NamedTuple):
    """A line of a page that may tell of people, with its index and the section it stands in."""

    at: int
    line: Line
    look: Look
    kind: str


_DULL = Look()
MAX_LINE = 160
MAX_LEFT = 72
"""Characters within which the first separator of a line stands that parts a person from a title."""
MAX_LOOKS = 1_500
"""Texts judged anew on one page: a page of ten thousand capitalised lines is a directory, not a team."""


class Shapes:
    """Judgements on short texts, made once a site.

    Args:
        opening: the lines that may open a part of a page or begin with a label, as `opening_lines` gives them.

    Attributes:
        known: gives what a text is by itself, when that was judged before.
        told: the lines whose sentences have been read.
    """

    def __init__(self, opening: set[str]) -> None:
        self._opening = opening
        self._looks: dict[str, Look] = {}
        self.known = self._looks.get
        self._titles: dict[str, bool] = {}
        self._praises: dict[str, bool] = {}
        self.told: set[str] = set()

    @property
    def judged(self) -> int:
        """How many texts were judged so far."""
        return len(self._looks)

    def look(self, text: str) -> Look:
        """What a text is by itself."""
        found = self._looks.get(text)
        if found is None:
            opens = text in self._opening and (len(text) <= MAX_OPENING or ":" in text)
            found = self._looks[text] = _looked(text, opens=opens)
        return found

    def praises(self, text: str) -> bool:
        """Whether a heading opens praise by customers."""
        if text not in self._praises:
            self._praises[text] = len(text) <= 90 and bool(PRAISE.search(plain(text)))
        return self._praises[text]

    def title(self, text: str) -> bool:
        """Whether a line is nothing but a job title."""
        if len(text) > MAX_TITLE:
            return False
        if text not in self._titles:
            self._titles[text] = is_title(text) and not NOT_TITLE.search(text) and not _names_somebody(text)
        return self._titles[text]


def spots(page: ReadPage, shapes: Shapes, others: frozenset[int] = frozenset()) -> list[Spot]:
    """The short lines of a page that may tell of people, outside praise and what is said of others."""
    base = "team" if is_team_page(page) else ""
    kind, level = base, 9
    found: list[Spot] = []
    judged = shapes.judged + MAX_LOOKS
    for at, line in enumerate(page.document.lines):
        text = line.text
        look = shapes.known(text)
        if look is None:
            if not 3 < len(text) <= MAX_LINE:
                continue
            if shapes.judged > judged:
                break
            look = shapes.look(text)
        if look is _DULL and not line.level:
            continue
        opens = look.opens or ("praise" if line.level and shapes.praises(text) else "")
        if look is _DULL and not opens:
            if line.level and kind != base and line.level <= level and not shapes.title(text):
                kind, level = base, 9
            continue
        aside = line.place is Place.NAV or line.place is Place.FOOTER
        if opens and not aside and (line.level or opens_without_heading(text)):
            kind, level = opens, line.level or 7
        elif line.level and kind != base and line.level <= level and look.name is None and not shapes.title(text):
            kind, level = base, 9
        if kind != "praise" and at not in others and (look.name or look.pair or look.label or look.several):
            found.append(Spot(at, line, look, "" if line.place is Place.FOOTER else kind))
    return found


def _looked(text: str, *, opens: bool) -> Look:
    if not opens and text.partition(" ")[0] in _dull_openers() and not _SEPARATOR.search(text, 4):
        return _DULL
    opened, label = opening(plain(text)) if opens else ("", "")
    listed = _without_and(text)
    first = listed[0]
    if " " not in text or not (
        first.isupper() or first in EDGE or (first.islower() and plain(text[:8]).startswith(_SMALL_TITLES))
    ):
        return Look(opens=opened, label=label) if opened or label else _DULL
    name = name_of(listed)
    if name is not None and _SHORT_LABEL.match(listed):
        name = None
    several = _several(text) if not (name or label) and text.count(",") > 1 else ()
    pair = None if name or label or several or text[-1] in "?!" else _paired(text)
    return Look(name, several, opened, pair, label) if name or opened or pair or label or several else _DULL


@cache
def _dull_openers() -> frozenset[str]:
    """First words of lines that tell of nobody, unless something parts them in two."""
    words = map(str.capitalize, never_first())
    return frozenset(word for word in words if not _SHORT_LABEL.match(f"{word} "))


def _several(text: str) -> tuple[PersonName, ...]:
    """The people in a line of nothing but names, most of them with common given names."""
    people: list[PersonName] = []
    for part in _PARTS.split(text.rstrip(".")):
        name = name_of(part.strip())
        if name is None:
            return ()
        people.append(name)
    return tuple(people) if 2 * sum(name.known for name in people) > len(people) else ()


def _without_and(text: str) -> str:
    """A line without the "and" that it begins or ends with."""
    first, last = text[0], text[-1]  # told apart first: most texts neither begin nor end so
    begins = first in _ANDS_BEGIN and text.startswith(_AND_BEFORE)
    return _AND.sub("", text) if begins or (last in _ANDS_END and text.endswith(_AND_AFTER)) else text


def _paired(text: str) -> Pair | None:
    if text[0] in "IPGOTE" and (short := _SHORT_LABEL.match(text)):
        name = name_of(text[short.end() :])
        if name is not None and name.known:
            return Pair(name, short[1], text[short.end() :], False)
    match = _SEPARATOR.search(text, 4, MAX_LEFT)
    if match is not None and match.start() == 4 and match[0] in "-·•":
        match = _SEPARATOR.search(text, 5, MAX_LEFT)
    if match is None:
        return None
    left, right = text[: match.start()].rstrip(), text[match.end() :].strip(" )")
    if not right:
        return None
    name = name_of(left)
    if name is not None:
        return Pair(name, _title_part(right), right, True)
    if right[0].islower() and not opens_in_small_letters(right):
        return None
    if right[0] not in EDGE and is_ordinary(right.partition(" ")[0]):
        return None
    titled = is_title(left) and not NOT_TITLE.search(left)
    name = leading_name(right) if titled or _is_addressed(right) else None
    if name is not None and name.known:
        return Pair(name, left.strip(), right, False, titled=titled)
    return None


def _is_addressed(text: str) -> bool:
    """Whether a text is a name with a title of address and nothing else: "Miss Ann Example"."""
    first, _, rest = text.partition(" ")
    return bool(rest) and len(text) < 50 and is_honorific(first) and name_of(text) is not None


def _title_part(right: str) -> str | None:
    """The title at the beginning of what follows a name; a phone or a company after it is cut off."""
    cut = _TITLE_END.split(right, maxsplit=1)[0]
    for text in (cut,) if "..." in right or re.search(r"\b(?:Dr|Prof|Mrs?|Ms)\b", right) else (right, cut):
        bare = text.strip(" ,;:-–—|+(")
        if is_title(bare) and not NOT_TITLE.search(bare):
            return bare[:MAX_TITLE]
    return None


def _names_somebody(text: str) -> bool:
    name = name_of(re.split(r"[,(]", text, maxsplit=1)[0].rstrip()) if "," in text or "(" in text else None
    return name is not None and name.known

"""Judgements on the lines of a site that all readers of people share: is it a name, a title, a heading for people?

Each text is judged once a site: menus and footers repeat on every page. Owns no rule about what stands beside what.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from domainscout.extract._people_praise import HEADING as PRAISE
from domainscout.extract._people_words import plain, team_headings, words_of
from domainscout.extract._person_names import MAX_NAME, MAX_TITLE, PersonName, has_title_word, is_title, name_of
from domainscout.extract.base import ReadPage
from domainscout.markup import Line, Place
from domainscout.records import PageKind

NOT_TITLE = re.compile(r"@|https?:|www\.|\d{3}|\bphone\b|\btel\b|\bemail\b|e-mail", re.I)
CONTACT = re.compile(
    r"@|\+?\d[\d\s()./-]{6,}\d|\bphone\b|\btel\b|\bmobile?\b|\bemail\b|e-mail|\bext(?:ension)?\b", re.I
)
_TEAM = re.compile(
    r"^(?:meet|our|the|unser\w*|notre|nuestro|il nostro|ons|vores|nas[ez]*) .{0,30}\b(?:team|staff|doctors?|dentists?|"
    r"attorneys|lawyers|people|equipe|equipo|experts)\b|\b(?:staff|team|doctors|hygienists|assistants) (?:at|of) |"
    r"\bproviders serving\b",
)
_STOPS = frozenset(
    ["with", "who", "that", "for", "at", "in", "from", "by", "on", "to", "since", "based", "working", "serving", "specialising", "specializing", "has", "is", "was", "mit", "der", "die", "das", "fur", "bei", "im", "qui", "avec", "chez", "dans", "que", "con", "en", "per", "che", "presso"]
)
_BREAKS = frozenset(["with", "who", "that", "which", "because", "where", "when", "whose"])


class Shapes:
    """Judgements on short texts, made once a site."""

    def __init__(self) -> None:
        self._names: dict[str, PersonName | None] = {}
        self._titles: dict[str, bool] = {}
        self._sections: dict[str, str] = {}

    def name(self, text: str) -> PersonName | None:
        """The person a line names, when it is nothing but a name."""
        if not 5 <= len(text) <= MAX_NAME:
            return None
        if text not in self._names:
            self._names[text] = name_of(text)
        return self._names[text]

    def title(self, text: str) -> bool:
        """Whether a line is nothing but a job title."""
        if len(text) > MAX_TITLE:
            return False
        if text not in self._titles:
            self._titles[text] = is_title(text) and not NOT_TITLE.search(text) and not self._names_somebody(text)
        return self._titles[text]

    def _names_somebody(self, text: str) -> bool:
        name = self.name(text.partition(",")[0]) if "," in text else None
        return name is not None and name.known

    def section(self, text: str) -> str:
        """What a heading opens: "team", "praise" or ""."""
        if len(text) > 90:
            return ""
        if text not in self._sections:
            self._sections[text] = _opened(plain(text).strip(" :.!?…"))
        return self._sections[text]


class Section:
    """Follows the headings of a page: are we among the team, among praise, or elsewhere?"""

    def __init__(self, page: ReadPage) -> None:
        self.base = "team" if is_team_page(page) else ""
        self.kind = self.base
        self.level = 9

    def turn(self, line: Line, shapes: Shapes) -> None:
        """Take note of a line that may be a heading."""
        if line.place in (Place.NAV, Place.FOOTER) or not (line.level or len(line.text) < 60):
            return
        opened = shapes.section(line.text)
        if opened and (line.level or opened == "team"):
            self.kind, self.level = opened, line.level or 7
        elif line.level and line.level <= self.level and self.kind != self.base:
            if shapes.name(line.text) is None and not shapes.title(line.text):
                self.kind, self.level = self.base, 9


def _opened(text: str) -> str:
    if text in team_headings() or _TEAM.search(text):
        return "team"
    return "praise" if PRAISE.search(text) else ""


def is_team_page(page: ReadPage) -> bool:
    """Whether a page is about the people of the company, by its kind or its address."""
    if page.kind is PageKind.TEAM:
        return True
    if page.kind in (PageKind.HOME, PageKind.LEGAL):
        return False
    stem = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
    return plain(unquote(stem)).replace("-", " ").replace("_", " ") in team_headings()


def title_phrase(text: str) -> str | None:
    """The words of a sentence up to the last word of a trade: "eye surgeon" of "eye surgeon with a special interest"."""
    kept: list[str] = []
    last = 0
    for word in text.split(maxsplit=9)[:9]:
        bare = word.strip(",.;:()–—")
        folded = plain(bare)
        if folded in _BREAKS or (folded in _STOPS and last):
            break
        kept.append(bare if word[-1:] in ",.;:()" else word)
        if has_title_word(words_of(bare)):
            last = len(kept)
        if (word[-1:] in ".;:)" and len(word) > 3) or (word[-1:] == "," and last):
            break
    return " ".join(kept[:last]) if last else None


def title_in_bio(text: str) -> str | None:
    """The trade in the first sentence of a biography: "Ann is an experienced counsellor working with …"."""
    match = re.search(r"\b(?:is|was|as|has been)\s+(?:an?|the|our)\s+([\w ,'/-]{3,90})", text[:260])
    return title_phrase(match[1]) if match else None

"""What opens a part of a page about people: headings for a team, labels of legal notices, pages of their own.

Knows no names; what stands below an opening is for the readers of people.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote, urlsplit

from domainscout.extract._lines import Question, words_of_site
from domainscout.extract._people_words import listed, manager_labels, plain, team_headings
from domainscout.extract._person_names import has_title_word
from domainscout.extract.base import Reading, ReadPage
from domainscout.records import PageKind

_TEAM = re.compile(
    r"^(?:meet|our|the|unser\w*|notre|nuestro|il nostro|ons|vores|nas[ez]*) .{0,30}\b(?:team|staff|doctors?|dentists?|"
    r"attorneys|lawyers|people|equipe|equipo|experts|"
    r"vets|nurses|surgeons|solicitors|therapists|teachers|crew)\b|"
    r"\b(?:staff|team|doctors|hygienists|assistants) (?:at|of) |"
    r"\bproviders serving\b",
)
_TEAM_WORDS = listed(
    """
    team staff doctor doctors dentist dentists attorneys lawyers people equipe equipo experts hygienists assistants
    providers vets nurses surgeons solicitors therapists teachers crew team: staff:
    """
)
_MEET = re.compile(
    r"^(?:meet |our |the |your |unsere? |nos |nuestr[oa]s |i nostri |le nostre |onze |nasi )(?:our |your |the )?(\w+)$"
)
MAX_OPENING = 90
"""Characters of a line that opens a part of a page; a label may begin a longer one."""
_SOME_TEAM = re.compile("team")
_MEETING = listed("meet our the your unser unsere nos nuestros nuestras i le onze nasi")
"""What such a line begins with."""
_UNDER_LAW = re.compile(
    r"(?:,? (?:gemass|gem\.|i\. ?s\. ?d\.|i\. ?s\. ?v\.|im sinne|nach|laut|selon|au sens|ai sensi)(?!\w).*| \(.*)$"
)
"""The paragraph that a label of a legal notice rests on: "Verantwortlich i.S.d. § 18 Abs. 2 MStV"."""


def opens_without_heading(text: str) -> bool:
    """Whether a plain line opens a part about people; "The Masters" in small print labels a post."""
    return len(text) < 60 and (not text.startswith("The ") or plain(text).strip(" :.") in team_headings())


def opening_lines(reading: Reading) -> set[str]:
    """The lines of a site with a word that could open a part about people, or be the label of a legal notice."""
    return words_of_site(reading).answering(_OPENING)


@cache
def _opening_words() -> frozenset[str]:
    """The folded parts of words of which every such line holds one, but for those that end in "team"."""
    phrases = *team_headings(), *manager_labels(), *_TEAM_WORDS, *_MEETING
    return frozenset(part for text in phrases for part in re.findall(r"[^\W_]+", text)[:1])


_OPENING = Question(_opening_words, like=_SOME_TEAM)


def opening(folded: str) -> tuple[str, str]:
    """What kind of part a line opens, and the label it begins with."""
    opened = _opened(folded.strip(" :.!?…")) if len(folded) <= MAX_OPENING else ""
    return opened, _label(folded) if ":" in folded or len(folded) < 60 else ""


def _label(folded: str) -> str:
    """The label of a legal notice that a line begins with, else ""."""
    label = folded.partition(":")[0].strip(" *•-–—")
    if label.partition(" ")[0].rstrip(",") not in _label_openers():
        return ""
    label = _UNDER_LAW.sub("", label)
    return label if label in manager_labels() else ""


@cache
def _label_openers() -> frozenset[str]:
    return frozenset(label.partition(" ")[0] for label in manager_labels())


def _opened(text: str) -> str:
    if text in team_headings():
        return "team"
    if not _TEAM_WORDS.isdisjoint(text.split()) and _TEAM.search(text):
        return "team"
    if text.count(" ") > 2:
        return ""
    match = _MEET.match(text)
    return "team" if text.endswith("team") or (match and _are_people(match[1])) else ""


def _are_people(word: str) -> bool:
    """Whether a word is the plural of a trade or office: founders, Zahnärzte, avocats."""
    singular = word.removesuffix("s")
    return word != singular and has_title_word([singular])


def is_team_page(page: ReadPage) -> bool:
    """Whether a page is about the people of the company, by its kind or its address."""
    if page.kind is PageKind.TEAM:
        return True
    if page.kind in (PageKind.HOME, PageKind.LEGAL):
        return False
    stem = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
    return plain(unquote(stem)).replace("-", " ").replace("_", " ") in team_headings()

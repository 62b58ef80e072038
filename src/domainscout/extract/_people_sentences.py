"""People in running text: "founded by …", "… is our managing director", "Practice manager …", "I'm …".

Only a known given name or a title of address opens a name here: running text is full of capitalised words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from domainscout.extract._people_cards import Shapes, _praised, leading_name, title_phrase
from domainscout.extract._people_mention import Mention
from domainscout.extract._people_words import given_names, words_of
from domainscout.extract._person_names import has_title_word
from domainscout.extract.base import ReadPage
from domainscout.records import PageKind

_DOCTORS = frozenset(["Dr", "Dr.", "Prof.", "Ing.", "MUDr.", "Mgr.", "dr", "JUDr."])
_FOUNDED = re.compile(
    r"(?:(founded|started|established|created|set up|gegründet|fondée?|créée?|fundad[oa]|cread[oa]|fondat[oa]|opgericht|założon[ay]|založen[ao]?|grundlagt)|"
    r"(owned|inhabergeführt)|led|run|headed|managed|operated|geführt|geleitet|dirigée?|dirigid[oa]|gestit[oa]|diretta?|geleid)"
    r"(?:\s+(?:and|und|et|y|e|&)\s+\w+)?(?:\s+in\s+\d{4}|\s+\d{4})?\s+(?:by|von|par|por|da|door|przez|af|od)\s+(?:\w+\s+){0,4}$",
    re.I,
)
_FOUNDER_FIRST = re.compile(r"\b(?:by|von|par|por|da|door|af)\s+$", re.I)
_SELF = re.compile(
    r"(?:\bI[’']?m|\bI am|my name is|\bich bin|mein name ist|je suis|je m[’']appelle|mi chiamo|me llamo|\bsoy|jmenuji se|jsem|nazywam się|jestem|jeg hedder|jag heter|ik ben|"
    r"mijn naam is|meu nome é|chamo-me|eu sou|^meet|^about)\s+$",
    re.I,
)
_IS = re.compile(
    r"^\s*(?:,|–|—|\s-\s|\(|(?:\([^)]{2,20}\)\s*)?\s+(?:is|was|ist|est|es|è|é|jest|je|er|är|is also|serves as|works as|has been))\s*"
    r"(?:(?:a|an|the|our|your|also|one of|ein|eine|der|die|unser|unsere|un|une|le|la|notre|el|il|lo|o|um|uma|een|de|en|et)\s+)*",
    re.I,
)
_FOUNDS = re.compile(
    r"^\s+(?:founded|established|started|set up|gründete|a fondé|a créé|fundó|fondò|ha fondato|założył|založil)\b", re.I
)
_PAGES = (PageKind.HOME, PageKind.ABOUT, PageKind.TEAM, PageKind.CONTACT, PageKind.LEGAL)
MIN_LINE = 12
MAX_LINE = 2_000


def sentence_mentions(page: ReadPage, shapes: Shapes) -> list[Mention]:
    """Everybody whom running text of a page names as one of the company."""
    found: list[Mention] = []
    openers = _openers()
    lines = page.document.lines
    for at, line in enumerate(lines):
        text = line.text
        if len(text) < MIN_LINE:
            continue
        words = text[:MAX_LINE].split() if text.isascii() else _bare(text[:MAX_LINE]).split()
        if openers.isdisjoint(words) or shapes.name(text) is not None:
            continue
        if text[0] in '"“”„«' or _praised(lines, at):
            continue
        found += _in_line(page, text[:MAX_LINE], words)
    return found


@cache
def _openers() -> frozenset[str]:
    return frozenset(name.capitalize() for name in given_names() if len(name) > 2) | _DOCTORS


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _in_line(page: ReadPage, text: str, words: list[str]) -> list[Mention]:
    openers = _openers()
    found = []
    skip_until = 0
    for match in re.finditer(r"\S+", text):
        if match.start() < skip_until:
            continue
        word = match[0].lstrip("(\"“'")
        if (word if word.isascii() else _bare(word)).rstrip(",.") not in openers and word not in _DOCTORS:
            continue
        start = match.end() - len(word)
        name = _cut_name(text[start : start + 80])
        if name is None:
            continue
        person, length = name
        skip_until = start + length
        mention = _judged(page, text, start, start + length, person)
        if mention is not None:
            found.append(mention)
    return found


def _cut_name(text: str):  # type: ignore[no-untyped-def]
    """The name at the start of a text and how many characters it takes."""
    match = re.match(r"(?:\S+\s+){1,6}?(?=[^\w\s]|[a-zà-ž]|$)|(?:\S+\s*){2,6}", text)
    person = leading_name(re.split(r"[,;:()–—!?\"”]|\.\s(?=[A-Z][a-z]{3})|['’]s\b", text, maxsplit=1)[0])
    if person is None or not (person.known or person.honorific) or match is None:
        return None
    last = person.shown.split()[-1]
    at = text.lower().find(last.lower())
    return (person, at + len(last)) if at >= 0 else None


def _judged(page: ReadPage, text: str, start: int, end: int, person):  # type: ignore[no-untyped-def]
    before, after = text[max(0, start - 90) : start], text[end : end + 140]
    title = _after_title(after)
    sure = 0.0
    rule = "sentence"
    if match := _FOUNDED.search(before):
        title = title or ("Founder" if match[1] else "Owner" if match[2] else None)
        sure = 0.9
    elif _FOUNDS.match(after):
        title, sure = title or "Founder", 0.8
    elif _SELF.search(before):
        sure = 0.85
    elif lead := _before_title(before):
        title, sure = title or lead, 0.8
    elif title:
        sure = 0.75
    if not sure or (page.kind not in _PAGES and sure < 0.8):
        return None
    quote = text[max(0, start - (len(before) if sure >= 0.8 and not title else 0)) : end + (len(after) if title else 0)]
    lead_in = before if _FOUNDED.search(before) or _before_title(before) or _SELF.search(before) else ""
    quote = text[start - len(lead_in) : end + (after.find(title) + len(title) if title and title in after else 0)]
    return Mention(name=person, title=title, url=page.url, quote=quote.strip(), rule=rule, confidence=sure)


def _after_title(after: str) -> str | None:
    match = _IS.match(after)
    if match is None or not match[0].strip():
        return None
    return title_phrase(after[match.end() :])


def _before_title(before: str) -> str | None:
    """The capitalised title that ends right before the name: "Practice Leader", "Rechtsanwalt", "owner"."""
    words = re.split(r"[.,;:!?()]\s", before)[-1].split()[-4:]
    if not words or not before.endswith(" "):
        return None
    last = words[-1].rstrip(",")
    if not has_title_word(words_of(last)):
        return None
    kept = [last]
    for word in reversed(words[:-1]):
        if not (word[:1].isupper() or word in ("&", "and", "/", "und", "et")) or word.lower() in (
            "our",
            "the",
            "your",
            "by",
            "and",
        ):
            break
        kept.insert(0, word)
    return " ".join(kept)

"""People in running text: "founded by …", "… is our managing director", "Practice manager …", "I'm …".

Only a known given name or a title of address opens a name here: running text is full of capitalised words. After
"founded by" and the like any name will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from domainscout.extract._lines import Question, words_of_site
from domainscout.extract._people_mention import Mention
from domainscout.extract._people_praise import praised, works_elsewhere
from domainscout.extract._people_shapes import Shapes
from domainscout.extract._people_words import bare, given_names, listed, ordinary_words, plain, words_of
from domainscout.extract._person_names import PersonName, has_title_word, is_title, leading_name, name_of
from domainscout.extract._title_phrases import title_phrase
from domainscout.extract.base import Reading, ReadPage
from domainscout.extract.legal_forms import LEGAL_FORM
from domainscout.literals import any_of
from domainscout.records import PageKind

_DOCTORS = frozenset(["Dr", "Dr.", "Prof.", "Ing.", "MUDr.", "Mgr.", "dr", "JUDr."])
_BY = re.compile(
    r"\b(?i:(?P<founded>founded|started|established|created|set up|gegründet|fondée?|créée?|fundad[oa]|cread[oa]|"
    r"fondat[oa]|opgericht|założon[ay]|založen[ao]?|grundlagt)|(?P<owned>owned|inhabergeführt)|led|run|headed|managed|"
    r"operated|geführt|geleitet|dirigée?|dirigid[oa]|gestit[oa]|diretta?|geleid)"
    r"(?:\s+(?:and|und|et|y|e|&)\s+\w{3,12})?(?:\s+(?:in|en|nel|em))?(?:\s+\d{4})?\s+(?:by|von|par|por|da|door|przez|af|od)\s+"
    r"(?:(?:the|its|our|[a-z-]{3,20})\s+){0,3}"
)
_DOING = re.compile(
    any_of(
        """
        founded started established created set gegründet fondé créé fundad cread fondat opgericht założon założen
        grundlagt owned inhabergeführt led run headed managed operated geführt geleitet dirig gestit dirett geleid
        """
    )
)
"""Parts of the words before "by"; cheap."""
_BEFORE_BY = 60
"""Characters before "by" in which such a word stands."""
_ANY_BY = re.compile(r"\s(?:by|von|par|por|da|door|przez|af|od)\s")
_BY_WORDS = listed("by von par por da door przez af od")
_SELF = re.compile(
    r"(?:\bI[’']?m|\bI am|my name is|\bich bin|mein name ist|je suis|je m[’']appelle|mi chiamo|me llamo|\bsoy|"
    r"jmenuji se|\bjsem|nazywam się|jestem|jeg hedder|jag heter|ik ben|mijn naam is|meu nome é|chamo-me|eu sou|"
    r"^meet|^about)\s+$",
    re.I,
)
_SELF_ENDS = (
    *("m", "is", "bin", "ist", "suis", "appelle", "chiamo", "llamo", "soy", "se", "się", "jestem", "hedder", "heter"),
    *("ben", "é", "me", "sou", "meet", "about"),
)
"""What such words end with; cheap."""
_REACH = re.compile(r"\b(?:contact|call|e-?mail|ask for|speak to|speak with|ring|phone|text|write to)\s+$", re.I)
_REACH_ENDS = ("contact", "call", "mail", "for", "to", "with", "ring", "phone", "text")
_ROLE_IS = re.compile(
    r"\b((?:(?!our|the|your|their|its|his|her|is|and)\w{4,15} )?(?:owner|director|manager)|"
    r"inhaber|inhaberin|geschäftsführer|titular|responsable|propietari[oa]|gérante?|"
    r"właścicielem|titolare|responsabile|majitel|jednatel|właściciel|proprietário|eigenaar|indehaver)\b[^.,;:]{0,40}\s"
    r"(?:is|ist|est|es|è|é|je|jest|er)\s+$",
    re.I,
)
_IS_ENDS = ("is", "ist", "est", "es", "è", "é", "je", "jest", "er")
_LABELLED = re.compile(
    r"(?:^|[|·•,;(]\s?)(Inh\.|Inhaber(?:in)?|Prop\.|Proprietor|GF|Geschäftsführer(?:in)?|Titolare|Gérante?):?\s+$"
)
"""A label between bars: "Example Physio · Inh. Ann Example · …"."""
_OUR = re.compile(r"\b(?:[Oo]ur|[Tt]he)\s((?:[A-Z]?[\w-]+\s){0,3}[\w-]+),\s+$")
"""The office that a name stands in apposition to: "our surveyor, Ann Example, …"."""
_ROLE_OF = re.compile(r"\b((?:[A-Z][\w-]+\s+){0,2}[A-Z]?[\w-]+)\s+(?:of|at|von|de|di)\s+[^.,;]{3,50},\s+$")
_IS = re.compile(
    r"^\s*(?:,|–|—|\s-\s|\(|(?:\([^)]{2,20}\)\s*)?\s+(?:is also|is|was|ist|est|es|è|é|jest|je|er|är|serves as|works as|"
    r"has been))\s*(?:(?:a|an|the|our|your|also|one of|ein|eine|der|die|unser|unsere|un|une|le|la|notre|el|il|lo|o|um|"
    r"uma|een|de|en|et|currently)\s+)*",
    re.I,
)
_IS_SAID = re.compile(r"\s+(?:is|was|has|joined|ist|est|es|è|é|jest|je|er|är)\b")
"""Something is said of one person: a title before the others' names is not that one's."""
_FOUNDS = re.compile(
    r"^(?:, who [^.!?]{0,150},)?\s+(?:founded|established|started|set up|gründete|a fondé|a créé|fundó|fondò|"
    r"ha fondato|założył|založil)\b",
    re.I,
)
_JOINS = re.compile(
    r"^,?\s+(?:also )?joined (?:the|our|his|her) (?:practice|firm|company|team|business|clinic|family)\b"
)
_DOES = re.compile(
    r"^,?\s+(?:who )?(?:now )?(?:heads(?: up)?|leads|runs|manages|oversees|looks after|is in charge of|"
    r"is responsible for|"
    r"leitet|führt|dirige|gère|gestiona|gestisce|prowadzi)\b"
)
"""What people of a company do in it."""
_JOINED = re.compile(r"(?:and|und|et|y|e|en|with|who|which|where)\b")
_LATER = re.compile(
    r"^(?P<gap>[^.!?]{0,150}?)\b(?:became|was (?:appointed|named|elected|promoted to)|(?:now |currently )?serves as|"
    r"took over as|works as|joined(?: [^.!?]{0,40}?)? as|wurde|est devenue?|diventa|werd)\s+"
    r"(?:(?:the|our|a|an|zum|zur|le|la|il)\s+)?",
    re.I,
)
"""What somebody became, said after something else: "Ann Example started in 1984 and became president"."""
_DEGREES = re.compile(
    r"^,?\s*(?:M\.?D|D\.?D\.?S|D\.?M\.?D|Ph\.?D|D\.?V\.?M|D\.?O|O\.?D|D\.?C|R\.?N|C\.?P\.?A|R\.?D\.?H)\b\.?"
)
_CUT = re.compile(r"[,;:()–—!?\"”·|]|(?<=\w\w)\.\s|['’]s\b|\s[-]\s|\d")
_ADDRESS = re.compile(r"(?:(?:Dr|Prof|Ing|Mgr|Mr|Mrs|Ms|MUDr|JUDr|Dipl)\.?\s+)+")
_REACHED = re.compile(r"^\s*[(:,–-]?\s*(?:\+?\d[\d\s()./-]{7,}|[\w.+-]+@\w)")
_COUPLE = re.compile(r"(?:[a-z-]{3,12} )?([A-Z][\w'’-]+) (?:and|&|und|et|y|e|en) (?=([A-Z]))")
"""The first given name of a couple: "brothers Ann and Bob Example"."""
_PARTNER = re.compile(r"(?:^|\s)([A-Z][a-zà-ž'’-]+) (?:and|&|und|et|y|e|en) $")
_ANOTHER = re.compile(r",? (?:and|&|und|et|y|e|en) (?=[A-Z])")
_AMONG = re.compile(r"(?:, (?:(?:and|und|et|y|e|en) )?| (?:and|&|und|et|y|e|en) )(?=[A-Z])")
_GOES_ON = re.compile(r" (?:[A-Z&]|and [A-Z])")
"""A name goes on after what looked like a person's: "Example Vale Care Ltd"."""
_BEFORE_GIVEN = re.compile(r"(?:^|[\s(])((?:Mr|Mrs|Ms|Miss|Rev|Revd|Dr|[A-Z])\.?\s+)$")
"""An initial or a title of address that belongs to the name."""
_NO_TITLE = listed("our the your by ask meet call contact email with from and:")
_AUTHORITY = re.compile(r"datenschutz|aufsichtsbehörde|garante|cnil|commissioner|ombudsman", re.I)
_THEIRS = re.compile(
    r"(?:\bwhose|\b(?:says|dice|dit|sagt|zegt) (?:its|their|su|son|sa|leur|dessen|deren)|\bcuyo|\bcuya|\bdont l[ea]) "
    r"[^.,;:]{3,40}$"
)
"""Somebody of another house: "a club whose chairman Bob Example …"."""
_OWN_PAGES = (PageKind.HOME, PageKind.ABOUT, PageKind.TEAM, PageKind.CONTACT)
_PAGES = (PageKind.HOME, PageKind.ABOUT, PageKind.TEAM, PageKind.CONTACT, PageKind.LEGAL)
MIN_LINE = 12
MAX_LINE = 2_000
MAX_SENTENCES = 300
"""Lines with a possible name that are read on one page: bounds the time of a page of 2 MiB."""

_LOOK_BACK = 90
MAX_CLAUSE = 6
"""Words of a sentence before a name that may all be the title: "Owner and head designer"."""


def naming_lines(reading: Reading) -> set[str]:
    """The lines of a site with a word that could open a name, or stand before one."""
    return words_of_site(reading).answering(_NAMING)


def sentence_mentions(
    page: ReadPage, shapes: Shapes, naming: set[str], others: frozenset[int] = frozenset()
) -> list[Mention]:
    """Everybody whom running text of a page names as one of the company.

    Args:
        naming: the lines that are worth reading, as `naming_lines` gives them.
        others: indexes of the lines that speak of others.
    """
    found: list[Mention] = []
    told = shapes.told
    lines = page.document.lines
    left = MAX_SENTENCES
    for at, line in enumerate(lines):
        text = line.text
        if text not in naming or len(text) < MIN_LINE or text in told or at in others:
            continue
        if not left:
            break
        told.add(text)
        text = text[:MAX_LINE]
        words = text.split()
        opened = _opening(text, words)
        by = None if _BY_WORDS.isdisjoint(words) or not _may_say_by(text) else _BY.search(text)
        if not (opened or by) or text[0] in '"“”„«' or (len(text) < 60 and shapes.look(text).name is not None):
            continue
        left -= 1
        told_of = [*(_by(page, text, by) if by else ()), *(_in_line(page, text, opened) if opened else ())]
        if told_of and not praised(lines, at):
            found += told_of
    return found


def _may_say_by(text: str) -> bool:
    """Whether a text could say by whom the company was founded or is run; cheap."""
    places = (match.start() for match in _ANY_BY.finditer(text))
    return any(_DOING.search(text[max(0, place - _BEFORE_BY) : place].lower()) for place in places)


def _opening(text: str, words: list[str]) -> frozenset[str]:
    """The words of a text, as they stand there, that could open a name."""
    openers = _openers()
    found = openers.intersection(words)
    return found if text.isascii() else found.union([w for w in words if not w.isascii() and bare(w) in openers])


@cache
def _openers() -> frozenset[str]:
    return frozenset(name.capitalize() for name in given_names() if len(name) > 2) | _DOCTORS


@cache
def _opening_words() -> frozenset[str]:
    """The folded parts of all words that make a line worth reading."""
    return frozenset(re.findall(r"[^\W_]+", plain(" ".join(_openers() | _BY_WORDS))))


_NAMING = Question(_opening_words)


def _by(page: ReadPage, text: str, match: re.Match[str]) -> Iterator[Mention]:
    """Who founded, owns or runs the company: one, or two joined by "and"."""
    start, end = match.end(), match.end()
    role = "Founder" if match["founded"] else "Owner" if match["owned"] else None
    couple = _COUPLE.match(text, start)
    if couple is not None and plain(couple[1]) in given_names():
        start = couple.start(2)
    names: list[PersonName] = []
    while len(names) < 4:
        name, length = _cut_name(text[start : start + 80])
        if name is None or (not name.known and _GOES_ON.match(text, start + length)):
            break
        if couple is not None and not names and (first := name_of(f"{couple[1]} {name.shown.split()[-1]}")):
            names.append(first)
        names.append(name)
        end = start + length
        joined = _ANOTHER.match(text, end)
        if joined is None:
            break
        start = joined.end()
    title, until = _after_title(text, end) if len(names) == 1 else (None, end)
    quote = text[match.start() : until]
    for name in names:
        sure = 0.9 if name.known else 0.75
        yield Mention(name=name, title=title or role, url=page.url, quote=quote, rule="by", confidence=sure)


def _in_line(page: ReadPage, text: str, opened: frozenset[str]) -> Iterator[Mention]:
    done = 0
    for start in sorted(place for word in opened for place in _places(text, word)):
        if start < done or text[max(0, start - 8) : start].rstrip("(\"“'")[-1:].strip():
            continue
        if initial := _BEFORE_GIVEN.search(text[max(0, start - 8) : start]):
            start -= len(initial[1])
        name, length = _cut_name(text[start : start + 80])
        if name is None and (couple := _couple(text, start)):
            (name, other), done = couple
            mention = _judged(page, text, start, done, name)
            if mention is not None:
                yield mention
                yield replace(mention, name=other)
            continue
        if name is None or not (name.known or name.honorific):
            continue
        done = start + length
        partner = _partner(text, start, name)
        mention = (
            None if _is_of_company(text, done) else _judged(page, text, partner[1] if partner else start, done, name)
        )
        if mention is not None:
            yield mention
            if partner:
                yield replace(mention, name=partner[0])
            elif mention.title and mention.quote.startswith(f"{mention.title} {name.shown}"):
                yield from _others_with_title(text, done, mention)


def _is_of_company(text: str, end: int) -> bool:
    """Whether what looked like a person's name goes on as a company's: "Example Trading Ltd"."""
    return LEGAL_FORM.match(text, end + 1) is not None


def _others_with_title(text: str, end: int, mention: Mention) -> Iterator[Mention]:
    """Who shares the title that stands before the first name: "our directors Ann Example and Bob Sample"."""
    begun = text.rfind(mention.quote, 0, end)
    while (joined := _AMONG.match(text, end)) is not None:
        name, length = _cut_name(text[joined.end() : joined.end() + 80])
        if name is None or not name.known or _is_of_company(text, joined.end() + length):
            return
        end = joined.end() + length
        if _IS_SAID.match(text, end):
            return
        yield replace(mention, name=name, quote=text[begun:end] if begun >= 0 else mention.quote)


def _couple(text: str, start: int) -> tuple[tuple[PersonName, PersonName], int] | None:
    """Two who share a surname, the second given name unknown: "Ann and Rarely Example"; and where they end."""
    match = _COUPLE.match(text, start)
    if match is None or match.start(1) != start:
        return None
    second, length = _cut_name(text[match.start(2) : match.start(2) + 60])
    first = name_of(f"{match[1]} {second.shown.split()[-1]}") if second is not None and len(second.parts) == 2 else None
    if first is None or second is None or not first.known:
        return None
    return (first, second), match.start(2) + length


def _partner(text: str, start: int, name: PersonName) -> tuple[PersonName, int] | None:
    """Who shares the surname, and where: the first of "Ann and Bob Example"."""
    match = _PARTNER.search(text[max(0, start - 24) : start])
    if match is None or plain(match[1]) not in given_names():
        return None
    first = name_of(f"{match[1]} {name.shown.split()[-1]}")
    return (first, start - len(match[0].lstrip())) if first is not None and first.known else None


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word stands, up to the next blank."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if end == len(text) or text[end].isspace():
            yield start
        start = text.find(word, end)


def _cut_name(text: str) -> tuple[PersonName | None, int]:
    """The name at the start of a text and how many characters it takes."""
    title = _ADDRESS.match(text)
    skip = title.end() if title else 0
    name = leading_name(text[:skip] + _CUT.split(text[skip:], maxsplit=1)[0])
    if name is None:
        return None, 0
    last = name.shown.split()[-1]
    at = text.lower().find(last.lower(), skip)
    if at < 0:
        return None, 0
    end = at + len(last)
    letters = text.find(name.degrees, end, end + len(name.degrees) + 3) if name.degrees else -1
    return name, letters + len(name.degrees) if letters >= 0 else end


def _judged(page: ReadPage, text: str, start: int, end: int, name: PersonName) -> Mention | None:
    before, after = text[max(0, start - _LOOK_BACK) : start], text[end : end + 220]
    if _THEIRS.search(before):
        return None
    if _AUTHORITY.search(before) or _AUTHORITY.search(after[:60]):
        return None
    title, title_end = _after_title(text, end)
    if title and works_elsewhere(page, text[max(0, title_end - len(title)) : title_end + 60], title):
        return None
    lead = _lead(before)
    if lead is not None:
        role, begin, sure = lead
        title, begin = title or role, start - len(before) + begin
        end = title_end
    elif founds := _FOUNDS.match(after):
        title, sure, begin, end = title or "Founder", 0.8, start, end + founds.end()
    elif title:
        sure, begin, end = 0.75, start, title_end
    elif later := _became(text, end):
        title, end = later
        sure, begin = 0.75, start
    elif page.kind in _OWN_PAGES and _DOES.match(after):
        sure, begin = 0.7, start
    elif name.degrees or _DEGREES.match(after) or _JOINS.match(after):
        sure, begin = 0.65, start
    elif len(text) < 90 and _REACHED.match(after):
        sure, begin = 0.7, start
    elif name.known and page.kind in _OWN_PAGES and _names_the_host(name, page.url):
        sure, begin = 0.65, start
    else:
        return None
    if page.kind not in _PAGES and sure < 0.8:
        sure -= 0.2
    return Mention(
        name=name, title=title, url=page.url, quote=text[begin:end].strip(), rule="sentence", confidence=sure
    )


def _became(text: str, end: int) -> tuple[str, int] | None:
    """The office that somebody took later in the sentence, and where the words for it end."""
    match = _LATER.match(text[end : end + 220])
    if match is None or not _openers().isdisjoint(bare(match["gap"]).split()):
        return None
    phrase = title_phrase(text[end + match.end() : end + match.end() + 90])
    if phrase is None:
        return None
    at = text.find(phrase, end + match.end())
    return (phrase, at + len(phrase)) if at >= 0 else None


def _names_the_host(name: PersonName, url: str) -> bool:
    """Whether the company bears the surname: who is told of there is its head."""
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(url).hostname or "").removeprefix("www.").rpartition(".")[0])
    last = re.sub(r"[^a-z]", "", name.parts[-1])
    return len(last) > 4 and last in host and last not in ordinary_words()


def _lead(before: str) -> tuple[str | None, int, float] | None:
    """What the words before a name say: a role or None, where it begins, how sure it makes us."""
    if match := _LABELLED.search(before):
        return match[1], match.start(1), 0.8
    last = before.rstrip().lower()
    if last.endswith(_SELF_ENDS) and (match := _SELF.search(before)):
        return None, match.start(), 0.85
    if last.endswith(_IS_ENDS) and (match := _ROLE_IS.search(before)):
        return match[1].capitalize(), match.start(), 0.8
    if last.endswith(","):
        if (match := _ROLE_OF.search(before)) and has_title_word(words_of(match[1])):
            return match[1], match.start(), 0.75
        if (match := _OUR.search(before)) and has_title_word(words_of(match[1].split()[-1])):
            return match[1], before.rfind(match[1]), 0.75
    if role := _before_title(before):
        return role, before.rfind(role), 0.8
    if last.endswith(_REACH_ENDS) and (match := _REACH.search(before)):
        return None, match.start(), 0.7
    return None


def _after_title(text: str, end: int) -> tuple[str | None, int]:
    """The title that follows a name, and where it ends."""
    after = text[end : end + 140]
    match = _IS.match(after)
    if match is None or not match[0].strip():
        rest = after.strip(" \u00b7|")
        if (
            len(text) < 90
            and len(rest) > 2
            and not re.search(r"\d{3}|@", rest)
            and rest[0].isupper()
            and is_title(rest)
        ):
            phrase = re.split(r"\s[·|•–—-]\s", rest, maxsplit=1)[0]
            return (phrase, end + after.find(phrase) + len(phrase)) if is_title(phrase) else (None, end)
        return None, end
    phrase = None if _JOINED.match(after, match.end()) else title_phrase(after[match.end() :])
    if phrase is None:
        return None, end
    at = after.find(phrase)
    return phrase, end + (at + len(phrase) if at >= 0 else 0)


def _before_title(before: str) -> str | None:
    """The title that ends right before the name: "Practice Leader", "Rechtsanwalt", "owner", "Owner and founder:"."""
    if not before.endswith(" "):
        return None
    clear = re.sub(r"(?: ?:)?(?: (?:M|Mme|Mr|Mrs|Ms|Miss|Dr|Sr|Sra|Sig|Herrn?|Frau|Ing)\.?){0,2} $", "", before)
    if clear[-1:] in ",;.":
        return None
    clause = re.split(r"[.,;!?()]\s", clear)[-1].split()
    words = clause[-4:]
    if 1 < len(clause) <= MAX_CLAUSE and _is_all_title(clause):
        return " ".join(clause).rstrip(":")
    if not words or not (has_title_word(words_of(words[-1])) or has_title_word(words_of(words[-1].removesuffix("s")))):
        return None
    kept = [words[-1].rstrip(":")]
    for word in reversed(words[:-1]):
        if word.lower() in _NO_TITLE or not (word[0].isupper() or word in ("&", "and", "/", "und", "et")):
            break
        kept.insert(0, word)
    return " ".join(kept)


def _is_all_title(words: list[str]) -> bool:
    """Whether words that open a sentence are nothing but a title: the first one is an office, and so is the last."""
    if not words[0][0].isupper() or any(word.lower() in _NO_TITLE for word in words):
        return False
    return has_title_word(words_of(words[0])) and has_title_word(words_of(words[-1]))

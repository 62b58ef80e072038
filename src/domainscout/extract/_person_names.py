"""Is this short text a person's name, or a job title? Owns the shape of both; knows nothing of pages.

A shape alone proves little ("Kitchen Fitting" has the shape of a name): callers ask for a known given name, or for a
title or other people beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from domainscout.extract._people_words import (
    given_names,
    listed,
    ordinary_words,
    plain,
    surnames,
    title_endings,
    title_words,
    words_of,
)
from domainscout.memory import remembered

MAX_NAME = 60
MAX_TITLE = 90

_HONORIFICS = """
mr mrs ms miss mx mw dhr drs ds dr doctor prof professor sir dame lady rev revd reverend cllr fr capt hon herr frau ing
mgr bc
dipl dipl-ing jr judr mudr mvdr mddr phdr rndr paeddr thdr doc inz hab med dent vet mag di sr sra srta don dona dna dra
m mme mlle me maitre monsieur madame
sig sigra dott dottssa dott.ssa dr.ssa dssa avv geom arch rag shri smt adv advocate eng engr pan
pani pr mtro msgr monsignor deacon br lic uczelni uni-prof univ.-prof dr.-ing dipl.-kfm dipl.-kffr mba adw r.pr lek
ir drs fh
"""
HONORIFICS = frozenset(_HONORIFICS.split())
_GRADUATES = listed("ing inf kfm kffr kaufm kauffr wirt betriebsw bw phys chem biol psych ok oec math arch soz")
"""What stands behind "Dipl.-"."""
_PARTICLES = """
de del della dello di da das do dos du des van von vom der den zu zur zum ten ter te la le lo las los el al bin bint ben
ibn abu y e i af av st st. mac mc o d' ap
"""
PARTICLES = frozenset(_PARTICLES.split())
_SENTENCE_STARTS = """
we our you your if when how why what he she they this these it click read view contact call email meet about become
find get book the my his her their wir sie ihr ihre unsere unser nous notre nos votre nuestro nuestra
nuestros nuestras nostri
nasza by written posted for to with from see join ask all every not no
"""
_STARTS = frozenset(_SENTENCE_STARTS.split())
_SENTENCE = re.compile(r"\w\w\w\. [A-Z]|(?<=\w )(?:is|was|has|are|were|est|sont|ist|wird|wurde)(?= )")
"""The end of a sentence within a text, or a verb: no title holds one."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ`.-][^\W\d_]+)*\.?[ªº]?")
_DEGREE = re.compile(
    r"(?:[A-Z]\.?){2,6}|Ph\.?\s?D\.?|M\.?Sc\.?|B\.?Sc\.?|Dip\.?\w*|LL\.?[BM]\.?(?:\s?\(?[\w.]{2,6}\)?)?|Esq\.?|CSc\.?|DiS\.?|[Ii]ng\.?|[MB]\.\s?(?:Sc|A|Eng|Arch)\.?|P\.\s?Eng\.?|Jr\.?|Sr\.?"
)
_LETTERS = """
md dds dmd phd dvm do od dc dpm rn np pa pa-c rdh cpa cfa cfp ea esq jd llm mba msc bsc ma mph lcsw lmft lpc lmhc lmt
lac mft msw psyd dpt pt ot otr slp ccc-slp pe ra aia faia leed riba frics mrics rics facs frcs mrcs mrcgp bds mfds
mrcvs fcca acca fca aca cpim pmp cissp faap facp faafp fapa stl std mdiv edd dnb mbbs mbchb ms mch frcpc ccfp do facog
msn bsn fnp aprn crna cnm lpn bscn rmt rpn lcpc lcdc ncc cadc bcba slpa cdt cda llb bcl abom fapha pharmd
ba bcom beng meng bed pgce fcipd mcipd fcma cima
obe mbe cbe qc kc jp phr sphr cpp cmc bvsc bvms abr gri crs mcsp hcpc mchs
"""
LETTERS = frozenset(_LETTERS.split())
"""Letters after a name that stand without a comma."""
_NICKNAME = re.compile(r"\s*[(\"“'‘]([^\W\d_]{2,12})[)\"”'’]\s*(?=\S)|\s*\((?:Ret|Retd|retired|Hons)\.?\)\s*")
_MIXED_LETTERS = re.compile(r"[A-Z]{2,4}[a-z]{1,4}(?:[A-Z][a-z]*)*")
"""Degrees that begin with two capitals, as no name does: "BVetMed", "MVDr"."""
_ABBREVIATED = re.compile(r"(?:Dip|Cert|Adv)[A-Z][A-Za-z]{1,7}")
"""Diplomas and certificates: "DipPFS", "CertCII"."""
EDGE = " \t,;:.|·•–—-*'\"“”„‚»«›‹→✓✔"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as it stands on a page.

    Attributes:
        shown: the name without honorifics and degrees, in capitals only where the page has nothing else.
        parts: its folded words, particles and initials left out.
        known: the given name is a common one.
        honorific: a title of address or a degree stands with it.
        degrees: letters after the name ("MD, FACS"), else "".
    """

    shown: str
    parts: tuple[str, ...]
    known: bool
    honorific: bool
    degrees: str

    def is_same(self, other: PersonName) -> bool:
        """Whether two names are one person's: the same last name, and given names that do not differ."""
        if self.parts[-1] != other.parts[-1]:
            mine, theirs = set(self.parts), set(other.parts)
            return len(mine & theirs) >= 2 and (mine <= theirs or theirs <= mine)
        mine, theirs = set(self.parts[:-1]), set(other.parts[:-1])
        return mine <= theirs or theirs <= mine


def name_of(text: str) -> PersonName | None:
    """The person a short text names, when the whole of it has the shape of a name."""
    if not 4 <= len(text) <= MAX_NAME or " " not in text:
        return None
    if text[0] in EDGE or text[-1] in EDGE:
        text = text.strip(EDGE)
    first, _, rest = text.partition(" ")
    if not rest or rest.count(" ") > 7 or is_ordinary(first):
        return None
    if (rest[0].islower() and _is_small(rest.partition(" ")[0])) or ("," not in rest and _is_no_last(rest)):
        return None
    bare, degrees = _without_degrees(text)
    every = bare.split()
    tokens = list(every)
    while len(tokens) > 1 and is_honorific(tokens[0]):
        tokens.pop(0)
    if not 2 <= len(tokens) <= 5 or not _all_named(tokens):
        return None
    return _made(tokens, len(tokens) < len(every) or bool(degrees), degrees)


@remembered(maxsize=1024)
def is_honorific(token: str) -> bool:
    """Whether a word is a title of address: "Dr.", "Mrs", "Dipl.-Ing.", "(FH)"."""
    folded = plain(token).strip("().,")
    return folded in HONORIFICS or (folded[:4] == "dipl" and folded.rpartition("-")[2].strip(".") in _GRADUATES)


@remembered(maxsize=2048)
def is_ordinary(first: str) -> bool:
    """Whether a first word rules a name out: most capitalised lines of a page end here."""
    return plain(first).rstrip(".,:") in never_first() or first.isdigit()


@cache
def never_first() -> frozenset[str]:
    """Folded words that open no name."""
    others = ordinary_words() - given_names() - PARTICLES
    return frozenset(word for word in others if not is_honorific(word))


def _is_no_last(text: str) -> bool:
    """Whether the last word rules a name out, as that of most lines which look like one does: "Kitchen Fitting"."""
    return plain(text[text.rfind(" ") + 1 :]) in _never_last()


@remembered(maxsize=512)
def _is_small(word: str) -> bool:
    """Whether a later word in small letters rules a name out: neither a part of names nor a title of address."""
    return plain(word) not in PARTICLES and not is_honorific(word)


@cache
def _never_last() -> frozenset[str]:
    """Words that end no name: those of no surname, neither letters after a name nor a part of it."""
    return (ordinary_words() | title_words()) - surnames() - LETTERS - PARTICLES


def opens_in_small_letters(text: str) -> bool:
    """Whether the first word opens a name though it has no capital: "dr", "van"."""
    first = plain(text.partition(" ")[0])
    return first in PARTICLES or is_honorific(first)


def leading_name(text: str) -> PersonName | None:
    """The name at the beginning of a text, as long as it holds."""
    words = text.split(maxsplit=7)[:6]
    ends = (at for at, word in enumerate(words) if at and word.isalpha() and word.islower() and _is_small(word))
    for size in range(next(ends, len(words)), 1, -1):
        name = name_of(" ".join(words[:size]).rstrip(",;:."))
        if name is not None and (len(name.parts) < 4 or name.known):
            return name
    return None


def is_title(text: str) -> bool:
    """Whether a short text is a job title: short, with a word of the list of trades, and no sentence."""
    if not 2 <= len(text) <= MAX_TITLE or text[-1] in "?!…" or (text[-1] == "." and text.count(" ") > 5):
        return False
    words = words_of(text)
    if not words or len(words) > 11 or words[0] in _STARTS or not has_title_word(words):
        return False
    return _SENTENCE.search(text) is None


def has_title_word(words: list[str]) -> bool:
    """Whether a word of the list of trades and offices is among these folded words."""
    if not title_words().isdisjoint(words):
        return True
    if len(words) > 1 and words[-1] == "lead":
        return True
    endings = title_endings()
    return any(len(word) > 7 and word.endswith(endings) for word in words)


def _without_degrees(text: str) -> tuple[str, str]:
    text = text.removesuffix(" (Hons)")
    head, comma, rest = text.partition(",")
    if comma:
        parts = [part.strip() for part in rest.split(",")]
        if all(part and _DEGREE.fullmatch(part) for part in parts):
            return _NICKNAME.sub(" ", head).strip(), rest.strip()
        return text, ""
    last = text.rsplit(" ", 1)[-1]
    if _are_letters(last, text):
        head, more = _without_degrees(text[: -len(last)].strip())
        return head, f"{more} {last}".strip()
    if last[1:] != last[1:].lower() and last.lower() in LETTERS and text.count(" ") > 1 and not text.isupper():
        head, more = _without_degrees(text[: -len(last)].strip())
        return head, f"{more} {last}".strip()
    if text.count(" ") > 1 and "." in last[:-1] and len(last.replace(".", "")) > 1 and _DEGREE.fullmatch(last):
        return text[: -len(last)].strip(), last
    return (_NICKNAME.sub(" ", text).strip() if "(" in text or '"' in text or "“" in text else text), ""


def _are_letters(last: str, text: str) -> bool:
    """Whether a last word in capitals stands for a membership no list knows: "Ann Example MABCD", not "Jean DUPONT"."""
    if _ABBREVIATED.fullmatch(last):
        return text.count(" ") > 1
    if not last[:2].isupper():
        return False
    if _MIXED_LETTERS.fullmatch(last):
        return text.count(" ") > 1
    if not (len(last) > 2 and last.isupper() and last.isalpha() and last != "III"):
        return False
    before = text[: -len(last)].split()
    names = [word for word in before if not is_honorific(word)]
    mixed = [word for word in names if not word.isupper() or len(word) < 3]
    return len(mixed) > 1 and len(mixed[-1]) > 2 and plain(mixed[-1]) not in given_names()


def _all_named(tokens: list[str]) -> bool:
    full = 0
    given = False
    for place, token in enumerate(tokens):
        folded = plain(token)
        if folded in PARTICLES and (token.islower() or place):
            continue
        if not token[0].isupper() or not _TOKEN.fullmatch(token):
            return False
        if len(token.rstrip(".ªº")) <= 1:
            continue
        if (token[-1] == "." and len(token) > 4) or folded[:2] == "i'":
            return False
        if not full and folded in given_names():
            given = True
        elif (folded in ordinary_words() or folded in title_words()) and not (
            given and place == len(tokens) - 1 and folded in surnames()
        ):
            return False
        if not _cased(token):
            return False
        full += 1
    enough = 2 if len(tokens) == 2 and len(tokens[0].rstrip(".")) > 1 else 1
    return full >= enough and len(tokens[-1].rstrip(".")) > 1


def _cased(token: str) -> bool:
    """Capitals as names have them: Smith, McDonald, DeCota, O'Neil, Al-Amin, SMITH; not "PowerBI"."""
    if token[1:].islower() or token.isupper():
        return True
    capitals = sum(1 for c in token if c.isupper())
    return capitals <= 1 + sum(1 for c in token if c in "'’-.") + (1 if len(token) > 4 else 0)


def _made(tokens: list[str], honorific: bool, degrees: str) -> PersonName | None:
    full = [t for t in tokens if len(t.rstrip(".ªº")) > 1 and plain(t) not in PARTICLES]
    if not full or len({t.lower() for t in full}) < len(full):
        return None
    parts = tuple(plain(t).rstrip(".") for t in full)
    if _is_brand(full) and given_names().isdisjoint(parts[1:]):
        return None
    known = len(parts) > 1 and (parts[0] in given_names() or parts[0].partition("-")[0] in given_names())
    shown = " ".join(_titled(t) for t in tokens) if all(t.isupper() for t in full) else " ".join(tokens)
    return PersonName(shown, parts, known, honorific, degrees)


def _is_brand(full: list[str]) -> bool:
    """Whether only the first word is in capitals: "ABC Springfield" is a trade or a brand in a town."""
    return full[0].isupper() and full[0].isalpha() and len(full[0]) > 2 and not all(t.isupper() for t in full)


def _titled(token: str) -> str:
    if len(token) <= 2 or "." in token or token == "III":
        return token
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), token)

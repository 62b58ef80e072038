"""Is this short text a person's name, or a job title? Owns the shape of both; knows nothing of pages.

A shape alone proves little ("Kitchen Fitting" has the shape of a name): callers ask for a known given name or for a
title beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domainscout.extract._people_words import given_names, ordinary_words, plain, title_endings, title_words, words_of

MAX_NAME = 60
MAX_TITLE = 90

HONORIFICS = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "dame", "lady", "rev", "reverend", "fr", "capt", "hon", "herr", "frau", "ing", "mgr", "bc", "dipl", "dipl-ing", "jr.", "judr", "mudr", "mvdr", "mddr", "phdr", "rndr", "paeddr", "thdr", "doc", "inz", "hab", "med", "dent", "vet", "mag", "di", "sr", "sra", "srta", "don", "dona", "d", "dna", "dra", "m", "mme", "mlle", "me", "maitre", "monsieur", "madame", "sig", "sigra", "dott", "dottssa", "dott.ssa", "dr.ssa", "dssa", "avv", "geom", "arch", "rag", "shri", "smt", "adv", "advocate", "eng", "engr", "pan", "pani", "pr", "mtro", "lic", "uczelni", "uni-prof", "univ.-prof", "dr.-ing", "dipl.-kfm", "dipl.-kffr", "mba"]
)
PARTICLES = frozenset(
    ["de", "del", "della", "dello", "di", "da", "das", "do", "dos", "du", "des", "van", "von", "vom", "der", "den", "zu", "zur", "zum", "ten", "ter", "te", "la", "le", "lo", "las", "los", "el", "al", "bin", "bint", "ben", "ibn", "abu", "y", "e", "i", "of", "af", "av", "st", "st.", "mac", "mc", "o", "d'", "ap"]
)
_TOKEN = re.compile(r"[^\W\d_][^\W\d_]*(?:['’ʼ`.-][^\W\d_]+)*\.?[ªº]?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?){1,3}")
_DEGREE = re.compile(
    r"(?:[A-Z]\.?){2,6}|Ph\.?\s?D\.?|M\.?Sc\.?|B\.?Sc\.?|M\.?A\.?|Dip\.?\w*|LL\.?[BM]\.?(?:\s?\(?[\w.]{2,6}\)?)?|Esq\.?|MBA|CSc\.?|DiS\.?|Jr\.?|Sr\.?"
)
_NICKNAME = re.compile(r"\s*[(\"“'‘][^\W\d_]{2,12}[)\"”'’]\s*")
_EDGE = " \t,;:.|·•–—-*'\"“”„‚»«›‹→✓✔"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as it stands on a page.

    Attributes:
        shown: the name without honorifics and degrees, in capitals only where the page has nothing else.
        key: folded first and last name: two spellings of one person share it.
        known: the given name is a common one.
        honorific: a title of address or a degree stands with it.
        degrees: letters after the name ("MD, FACS"), else "".
    """

    shown: str
    key: str
    known: bool
    honorific: bool
    degrees: str


def name_of(text: str) -> PersonName | None:
    """The person a short text names, when the whole of it has the shape of a name."""
    if not 4 <= len(text) <= MAX_NAME or " " not in text:
        return None
    text = text.strip(_EDGE) if text[0] in _EDGE or text[-1] in _EDGE else text
    bare, degrees = _without_degrees(text)
    tokens = bare.split()
    while tokens and plain(tokens[0]).strip(".,") in HONORIFICS and len(tokens) > 1:
        tokens.pop(0)
    honorific = len(tokens) < len(bare.split())
    if not 2 <= len(tokens) <= 5 or not _all_named(tokens):
        return None
    return _made(tokens, honorific or bool(degrees), degrees)


def is_title(text: str) -> bool:
    """Whether a short text is a job title: short, with a word of the trade list, and no sentence."""
    if not 2 <= len(text) <= MAX_TITLE or text[-1] in "?!…" or (text[-1] == "." and text.count(" ") > 5):
        return False
    words = words_of(text)
    if not words or len(words) > 11:
        return False
    if words[0] in _SENTENCE_STARTS:
        return False
    return has_title_word(words)


def has_title_word(words: list[str]) -> bool:
    """Whether a word of the list of trades and offices is among these folded words."""
    known = title_words()
    if not known.isdisjoint(words):
        return True
    endings = title_endings()
    return any(len(word) > 7 and word.endswith(endings) for word in words)


_SENTENCE_STARTS = frozenset(
    ["we", "our", "you", "your", "if", "when", "how", "why", "what", "i", "he", "she", "they", "this", "these", "it", "click", "read", "view", "contact", "call", "email", "meet", "about", "become", "find", "get", "book", "wir", "sie", "ihr", "ihre", "unsere", "unser", "nous", "notre", "nos", "votre", "nuestro", "nuestra", "nuestros", "nuestras", "i", "nostri", "la", "nostra", "nossa", "naše", "nasza", "by", "written", "posted", "for", "to", "with", "from", "see", "join", "ask", "member-login"]
) - {"i"}


def _without_degrees(text: str) -> tuple[str, str]:
    head, comma, rest = text.partition(",")
    if comma:
        parts = [part.strip() for part in rest.split(",")]
        if all(part and _DEGREE.fullmatch(part) for part in parts):
            return _NICKNAME.sub(" ", head).strip(), rest.strip()
        return text, ""
    words = text.split()
    last = words[-1]
    if len(words) > 2 and "." in last[:-1] and _DEGREE.fullmatch(last) and len(last.replace(".", "")) > 1:
        return " ".join(words[:-1]), last
    return (_NICKNAME.sub(" ", text).strip() if "(" in text or '"' in text or "“" in text else text), ""


def _all_named(tokens: list[str]) -> bool:
    ordinary = ordinary_words()
    full = 0
    for token in tokens:
        if not _TOKEN.fullmatch(token):
            return False
        folded = plain(token)
        if folded in PARTICLES:
            continue
        if not token[0].isupper():
            return False
        if len(token.rstrip(".ªº")) <= 1:
            continue
        if token[-1] == "." and len(token) > 4:
            return False
        if folded in ordinary or folded in title_words():
            return False
        if not _cased(token):
            return False
        full += 1
    last = tokens[-1]
    return full >= (2 if len(tokens) == 2 and len(tokens[0].rstrip(".")) > 1 else 1) and len(last.rstrip(".")) > 1


def _cased(token: str) -> bool:
    """Capitals as names have them: Smith, McDonald, DeCota, O'Neil, Al-Amin, SMITH; not iPhone, WordPress-like PowerBI."""
    if token.isupper():
        return True
    capitals = sum(1 for c in token if c.isupper())
    return capitals <= 1 + sum(1 for c in token if c in "'’-.") + (1 if len(token) > 4 else 0)


def _made(tokens: list[str], honorific: bool, degrees: str) -> PersonName | None:
    full = [t for t in tokens if len(t.rstrip(".ªº")) > 1 and plain(t) not in PARTICLES]
    if not full:
        return None
    if len({t.lower() for t in full}) == 1 and len(full) > 1:
        return None
    first = plain(full[0])
    known = first in given_names() or first.partition("-")[0] in given_names()
    shown = " ".join(_titled(t) for t in tokens) if all(t.isupper() for t in full) else " ".join(tokens)
    key = f"{plain(tokens[0]).rstrip('.')[:1]}|{plain(full[-1])}"
    return PersonName(shown, key, known, honorific, degrees)


def _titled(token: str) -> str:
    if len(token) <= 2 or "." in token:
        return token
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), token)

"""The words around services: headings that promise them, headings that promise something else, texts that are none.

Owns loading the list in `data` and judging one short text. Owns no rule about pages.
"""

from __future__ import annotations

import re
from functools import cache

from domainscout.extract._people_words import listed, plain
from domainscout.extract._word_lists import lines_of
from domainscout.literals import word_starting
from domainscout.memory import remembered

MAX_LABEL = 64

_NUMBERED = re.compile(r"^(?:\(?\d{1,2}\s?(?:[./):]\s?|\s[–-]\s)|[a-z]{2,20}_[a-z_]{2,20}\s|[^\w(\"'„“«]{1,6})+")
_TAIL = re.compile(r"\s*(?:[→›»>+:;,.*|–—-]|learn more|read more|mehr erfahren)+\s*$", re.I)
_TAILS = tuple("→›»>+:;,.*|–—-")
_TAIL_WORDS = ("more", "hren")
"""What such a text ends with; cheap."""
_NEVER = re.compile(
    r"[@?!…|©★]|https?:|www\.|\d{4}|\d{3} \d\d|[€$£]\s?\d|\d\s?(?:€|kč|zł|[ap]m\b)|\.\s|\d{1,2}[:.]\d\d|"
    r"\b\d+\s*(?:%|years?|jahre|min|stars?)|\w_\w",
    re.I,
)
_SIGNS = re.compile(r"[@?!…|©★€$£_.:\d]")
"""Signs of which every text that is never a label by its signs holds one; few texts hold any."""
_NETWORKS = re.compile(
    "(?:"
    + word_starting(
        r"""
        facebook instagram linkedin youtube twitter tiktok pinterest whatsapp website\x20by powered\x20by
        """
    )
    + r")\b"
)
"""For folded texts."""
_CALLS = """
we our your my get call contact book why how what who when where see view find learn read request schedule meet click
follow download join start ready need have is are do can let tell ask come check choose discover explore visit about
from if it this that these i you no not welcome back all more serving trusted
warum wie was wer wir ihr ihre unser unsere jetzt mehr so sie pourquoi comment nos notre votre vos nous qui como nuestro
nuestra nuestros nuestras que conoce pide perche come chi scopri por nosso waarom hoe onze ons wat dlaczego jak nasz
nasza proc co kdo nase hvorfor hvordan vores sadan
"""
_CALL = re.compile(rf"(?:{'|'.join(_CALLS.split())}|il nostro|la nostra|i nostri)\b")
"""Words that open a slogan or a call, not the name of an offering."""


_OF = listed("of by at from for we di de del della da von der des bei fur van door voor que offered")
"""What joins a promise to the one who makes it: "Servizi di Esempio", "Services we offer"."""


_OTHER_HEADS = listed(
    "tips links faq faqs questions glossary news reviews testimonials articles sitemap form forms biographies login "
    "careers vacancies locations policy guidelines address"
)
"""Last words that name another kind of page: what stands before them only says of what."""


def _promise(bare: str) -> str:
    words = bare.split()
    for section in ("services", "products"):
        known = phrases(section)
        if bare in known:
            return section
        if 1 < len(words) <= 6 and any(" ".join(words[-n:]) in known for n in (1, 2, 3)) and not _CALL.match(bare):
            return section
        if 2 < len(words) <= 7 and any(" ".join(words[:n]) in known for n in (2, 3)):
            return section
        if 2 < len(words) <= 7 and words[0] in known and words[1] in _OF:
            return section
    return ""


@cache
def _promising() -> frozenset[str]:
    """Every word of a promise: a text without any promises nothing."""
    return frozenset(word for section in ("services", "products") for text in phrases(section) for word in text.split())


@cache
def phrases(section: str) -> frozenset[str]:
    """The folded phrases of a section of the list."""
    found: set[str] = set()
    here = ""
    for line in lines_of("service_words.txt"):
        if line.startswith("["):
            here = line.strip("[]")
        elif here == section:
            found.update(plain(part.strip()) for part in line.split("|"))
    return frozenset(found)


def names_an_offering(text: str) -> bool:
    """Whether a short text has a word in it for what companies sell or do: "Rooms", "Hochzeiten", "Repairs"."""
    return not phrases("nouns").isdisjoint(folded(text).replace("-", " ").split())


def folded(text: str) -> str:
    """A short text as it is compared with the list."""
    return plain(text).strip(" .:!?*•·-–—|→›»>+").replace(" and ", " & ")


def promises(text: str) -> str:
    """ "services", "products" or "": what a heading promises."""
    return _promised(text) if len(text) <= 60 and text.count(" ") <= 8 else ""


@remembered(maxsize=1024)
def _promised(text: str) -> str:
    bare = folded(text)
    return "" if _promising().isdisjoint(bare.split()) else _promise(bare)


def elsewhere(text: str) -> bool:
    """Whether a heading promises something that is no service."""
    bare = folded(text)
    if "?" in text:
        return True
    known = phrases("others")
    words = bare.split()
    return any(word in known for word in words) or any(" ".join(words[i : i + 2]) in known for i in range(len(words)))


def label(text: str) -> str | None:
    """The short name of an offering that a text is, without numbers and arrows; None when it is none."""
    return _label(text) if 3 <= len(text) <= MAX_LABEL + 16 else None


@remembered(maxsize=1024)
def _label(text: str) -> str | None:
    bare = _NUMBERED.sub("", text).strip()
    if bare.endswith(_TAILS) or bare[-4:].lower() in _TAIL_WORDS:
        bare = _TAIL.sub("", bare).strip()
    if not 3 <= len(bare) <= MAX_LABEL or bare.count(" ") > 7 or (_SIGNS.search(bare) and _NEVER.search(bare)):
        return None
    if text.rstrip().endswith(".") and bare.count(" ") >= 3:
        return None
    compared = folded(bare)
    if compared in phrases("generic") or compared in phrases("services") or _CALL.match(compared):
        return None
    if _NETWORKS.search(compared) or compared.rpartition(" ")[2] in _OTHER_HEADS:
        return None
    return bare if any(c.isalpha() for c in bare) else None

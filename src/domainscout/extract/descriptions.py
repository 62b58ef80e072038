"""Short and long description in the company's own words: meta, structured data, or the best sentences about itself.

Owns the choice of sentences: no slogans, cookie notices, menus or calls to action. Writes nothing of its own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from domainscout.extract._organisations import organisations
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.literals import anchored, any_text, word_starting
from domainscout.markup import Line, Place, fold
from domainscout.memory import remembered
from domainscout.orders.doubt import bids, speaks_of_storing
from domainscout.records import Field, Finding, PageKind

SHORT_MAX = 320
"""Characters of a short description, at most."""
GOOD = 0.9
"""With a description this good in the machine-readable parts, the text is not searched for a better one."""
MAX_PARAGRAPHS = 60
"""Paragraphs of one page that are looked at."""
_QUOTES = '"“”„«'
"""A paragraph that opens with one of these is what a customer says."""
LONG_MAX = 1500
"""Characters of a long description, at most."""


def _phrases(lines: list[str]) -> list[str]:
    return "|".join(lines).split("|")


_NOISE = re.compile(
    anchored(
        _phrases(
            [
                "cookie|javascript|privacy|all rights reserved|copyright|©|subscribe|newsletter|click here| log in",
                " login| sign in| sign up|add to cart|checkout|terms and|terms of|datenschutz| consent|your browser",
                "please fill|please enter|lorem ipsum|required field|get back to you|unsubscribe|rgpd|dsgvo|gdpr",
                "haftung für|streitbeilegung|mentions légales|aviso legal|please note|i'd like to receive",
                "receive emails|refunds",
            ]
        )
    )
)
"""Lower-case words of texts that are not about the company."""
_SELF = re.compile(
    any_text(
        _phrases(
            [
                " we are | we provide | we offer | we speciali| we design | we build | we help | we supply | we make ",
                " we have been | we deliver | we work | we serve | we create | we install | is a | is an | are a ",
                " are an | was founded| founded in| established in| our company| our firm| our team| our practice",
                " our family| our mission| our shop| our restaurant| our clinic| provides | providing | provider of ",
                " offers | offering | specialis| specializ| specialist| family-run| family run| family-owned",
                " family owned| based in | since 19| since 20| wir sind | wir bieten| unser unternehmen| unser team",
                " unser betrieb| ist ein| spezialisiert| seit 19| seit 20| nous sommes | nous proposons| notre ",
                " est un| spécialis| depuis | somos | ofrecemos| nuestr| es un| especialis| especializ| desde ",
                " siamo | offriamo| la nostra | è un| specializzat| dal 19| dal 20| oferecemos| nossa | é um",
                " wij zijn | wij bieden| ons bedrijf| is een | jsme | nabízíme| jesteśmy| oferujemy| vi er ",
                " vi tilbyder",
            ]
        )
    )
)
"""Lower-case words with which companies speak of themselves."""
_CALL = re.compile(
    "(?:"
    + word_starting(
        r"""
        call\x20(?:us|now|today) contact\x20us get\x20in\x20touch book\x20(?:now|online|today|a)
        order\x20(?:now|online) learn\x20more read\x20more find\x20out\x20more request\x20a free\x20quote shop\x20now
        visit\x20us jetzt\x20(?:anrufen|anfragen) rufen\x20sie kontaktieren\x20sie contactez appelez llámanos
        contáctanos chiamaci contattaci ligue bel\x20ons
        """
    )
    + r")\b"
)
"""What calls upon the reader, for texts in lower case."""
_CONTACT = re.compile(r"\d[\d ()./-]{7,}\d|@(?<=\w@)[\w-]{1,64}\.\w")
_REMARK = 260
"""Characters of a remark on what is stored, at most."""
_CONTACTS_MAX = 500
"""Characters of a paragraph up to which a number or a mailbox in it is what it is about."""
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bco\.)(?<!\bLtd\.)(?<!\bInc\.)"
    r"(?<!\be\.g\.)(?<!z\.B\.)(?<!z\. B\.)[\"”’)]?\s+(?=[\"“A-ZÀ-ÖØ-ÞŠŽČŘ0-9])"
)


@remembered(maxsize=512)
def _says(words: re.Pattern[str], text: str) -> bool:
    return words.search(f" {text.lower()} ") is not None


def read(reading: Reading) -> list[Finding]:
    """Short and long description, at most one each."""
    return [*_short(reading), *_long(reading)]


def sentences(text: str) -> list[str]:
    """Sentences of a text."""
    return [part for part in (p.strip() for p in _SENTENCE_END.split(text)) if part]


def _short(reading: Reading) -> Iterator[Finding]:
    best: tuple[float, Finding] | None = None
    for text, read_page, method, trust in _short_candidates(reading):
        if best is not None and best[0] > GOOD and method.startswith("rules"):
            break
        value = _first_sentences(text, SHORT_MAX)
        if not _is_description(value) or bids(value) or (tells_contact(value) and speaks_of_storing(value)):
            continue
        rank = trust + _quality(value)
        if best is None or rank > best[0]:
            confidence = round(min(0.95, 0.45 + 0.35 * rank), 3)
            made = finding(
                Field.SHORT_DESCRIPTION, value, url=read_page.url, quote=value, method=method, confidence=confidence
            )
            best = (rank, made)
    if best:
        yield best[1]


def _short_candidates(reading: Reading) -> Iterator[tuple[str, ReadPage, str, float]]:
    for number, read_page in enumerate(reading.pages):
        away = (
            0.0 if number == 0 or read_page.kind is PageKind.HOME else 0.15 if read_page.kind is PageKind.ABOUT else 0.4
        )
        meta = read_page.document.meta
        for key in ("description", "og:description", "twitter:description", "dc.description"):
            if text := meta.get(key):
                yield text, read_page, "meta", 0.8 - away
        for item in organisations(read_page):
            if isinstance(text := item.get("description"), str):
                yield fold(text), read_page, "jsonld", 0.75 - away / 2
        if away < 0.4:
            for line in itertools.islice(_paragraphs(read_page), 12):
                if _says(_SELF, line.text):
                    yield line.text, read_page, "rules:descriptions", 0.45 - away / 2


def _quality(text: str) -> float:
    """How much it sounds like a company telling what it is, about -1 to 1."""
    words = len(text.split())
    length = min(words, 30) / 30 * 0.4
    about = 0.3 if _says(_SELF, text) else 0.0
    calls = 0.25 * len(_CALL.findall(text.lower()))
    shout = 0.2 * text.count("!") + (0.4 if text.count(",") > 0.3 * words else 0.0)
    return length + about - min(calls, 0.5) - shout


@remembered(maxsize=512)
def _is_description(text: str) -> bool:
    words = text.split()
    if len(words) < 6 or len(text) < 40 or _says(_NOISE, text):
        return False
    sample = text[:200]
    return sum(map(str.isalpha, sample)) > 0.6 * len(sample) and not text.isupper()


def _first_sentences(text: str, limit: int) -> str:
    """One or two whole sentences from the beginning; a single over-long sentence ends at a word."""
    text = fold(text)
    kept = ""
    for number, sentence in enumerate(sentences(text)):
        end = text.find(sentence, len(kept)) + len(sentence)
        if number and (number > 1 or end > limit):
            break
        kept = text[:end]
    return kept if len(kept) <= limit + 80 else kept[: kept.rfind(" ", 0, limit)].rstrip(" ,;:-")


def _paragraphs(read_page: ReadPage) -> Iterator[Line]:
    seen = 0
    for line in read_page.document.lines:
        text = line.text
        if seen >= MAX_PARAGRAPHS:
            return
        if line.level or line.place in (Place.NAV, Place.FOOTER) or len(text) < 60 or len(text) > 4000:
            continue
        linked = sum(len(link.text) for link in line.links)
        if linked > 0.4 * len(text) or line.tag in ("blockquote", "button", "form", "figcaption", "label"):
            continue
        if text[0] in _QUOTES or not any(mark in text for mark in ".!?…:") or not _is_description(text):
            continue
        seen += 1
        yield line


def _long(reading: Reading) -> Iterator[Finding]:
    about = [r for r in reading.pages if r.kind is PageKind.ABOUT]
    home = [r for r in reading.pages[:1] if r not in about]
    best: tuple[float, ReadPage, list[str]] | None = None
    for read_page, bonus in [*((r, 1.0) for r in about[:3]), *((r, 0.0) for r in home)]:
        picked = _about_text(read_page)
        rank = bonus + min(sum(map(len, picked)), LONG_MAX) / LONG_MAX + 0.2 * sum(_says(_SELF, t) for t in picked[:5])
        if picked and (best is None or rank > best[0]):
            best = (rank, read_page, picked)
    if best is None:
        return
    _, read_page, picked = best
    text = "\n".join(picked)
    confidence = 0.85 if read_page.kind is PageKind.ABOUT else 0.7
    yield finding(
        Field.LONG_DESCRIPTION,
        text,
        url=read_page.url,
        quote=picked[0],
        method="rules:descriptions",
        confidence=confidence,
    )


def _about_text(read_page: ReadPage) -> list[str]:
    picked: list[str] = []
    size = 0
    started = False
    for line in _paragraphs(read_page):
        if not started and not _says(_SELF, line.text):
            continue
        started = True
        if line.text in picked or (len(line.text) < 160 and _CALL.search(line.text.lower())):
            continue
        if _speaks_to_others(line.text):
            continue
        room = LONG_MAX - size
        text = line.text if len(line.text) <= room else _upto(line.text, room)
        if text:
            picked.append(text)
            size += len(text)
        if room < len(line.text) or size > LONG_MAX - 100:
            break
    return picked


def _speaks_to_others(text: str) -> bool:
    """Whether a paragraph is there to tell a number or a mailbox, or to bid somebody something."""
    return len(text) < _CONTACTS_MAX and (tells_contact(text) or bids(text, plainly=len(text) < _REMARK))


def tells_contact(text: str) -> bool:
    """Whether a text tells a number or a mailbox."""
    return _CONTACT.search(text) is not None


def _upto(text: str, room: int) -> str:
    end = 0
    for sentence in sentences(text):
        after = text.find(sentence, end) + len(sentence)
        if after > room:
            break
        end = after
    return text[:end]


EXTRACTOR = Extractor(
    name="descriptions", fields=frozenset({Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION}), cost=0.3, read=read
)

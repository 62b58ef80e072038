"""The language of a site: what its pages declare, else what the small words of their text say.

Owns the telling apart of languages by their most frequent words (`data/stop_words.txt`): a table of 3 KB does it as
well here as a statistical model that takes a second and 40 MB to load (measured on both corpora, 2026-11).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

from domainscout.extract._word_lists import lines_of
from domainscout.extract.base import Extractor, Reading, finding
from domainscout.records import Field, Finding

SAMPLE = 1500
"""Characters of running text looked at."""
FEW_WORDS = 12
"""Words below which nothing is guessed."""

UNTRUE = 0.6
"""A page that declares English and reads this surely like another language is in the other."""

_OTHERS = frozenset(
    [
        *(
            "ja",
            "ko",
            "zh",
            "ar",
            "he",
            "th",
            "hi",
            "ga",
            "cy",
            "eu",
            "gl",
            "is",
            "sq",
            "mk",
            "sr",
            "bs",
            "mt",
            "fa",
            "ur",
        ),
        *("ur", "bn", "ta", "te", "vi", "id", "ms", "sw", "af", "hy", "ka", "kk", "nb", "nn", "lb", "fy"),
    ]
)
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)


def read(reading: Reading) -> list[Finding]:
    """The language most pages declare, the home page's in a tie; the text decides where none does or "en" is untrue."""
    declared = [(r.document.language, r) for r in reading.pages if r.document.language in known_languages()]
    if declared:
        counts = Counter(language for language, _ in declared)
        top = max(counts.values())
        language, where = next((one, r) for one, r in declared if counts[one] == top)
        assert language is not None
        guess = guessed(where.document.text) if language == "en" else None  # templates often say "en" untruly
        if guess is None or guess[0] == "en" or guess[1] < UNTRUE:
            quote = where.document.title or _quote(where.document.text) or language
            return [_made(language, where.url, quote, "meta", 0.95)]
        return [_made(guess[0], where.url, _quote(where.document.text), "rules:language", 0.85)]
    for read_page in reading.pages:
        guess = guessed(read_page.document.text)
        if guess:
            return [_made(guess[0], read_page.url, _quote(read_page.document.text), "rules:language", 0.9)]
    return []


def guessed(text: str) -> tuple[str, float] | None:
    """The likeliest language of a text and its share of the votes, 0 to 1; None where there is too little to tell."""
    sample = _running_text(text)
    for language, letters in () if sample.isascii() else _SCRIPTS:
        if len(letters.findall(sample)) * 5 > len(sample):
            return language, 1.0
    words = _WORD.findall(sample.lower())
    if len(words) < FEW_WORDS:
        return None
    votes: defaultdict[str, float] = defaultdict(float)
    table = _table()
    for word in words:
        for language, worth in table.get(word, ()):
            votes[language] += worth
    if not votes:
        return None
    first, second = (*sorted(votes.values(), reverse=True), 0.0)[:2]
    return max(votes, key=votes.__getitem__), first / (first + second)


@cache
def known_languages() -> frozenset[str]:
    """Codes that a page may declare; "us" and other slips are not among them."""
    return _OTHERS | {language for spoken in _table().values() for language, _ in spoken}


def _running_text(text: str) -> str:
    """The longest lines: menus and addresses tell little about a language."""
    lines = sorted(text[: 8 * SAMPLE].split("\n"), key=len, reverse=True)
    return " ".join(lines[:12])[:SAMPLE]


def _quote(text: str) -> str:
    return max(text[: 8 * SAMPLE].split("\n"), key=len)[:120].strip()


@cache
def _table() -> dict[str, tuple[tuple[str, float], ...]]:
    """Languages by word; a word that several share counts less for each."""
    by_word: dict[str, list[str]] = {}
    for line in lines_of("stop_words.txt"):
        language, *words = line.split()
        for word in dict.fromkeys(words):
            by_word.setdefault(word, []).append(language)
    return {word: tuple((one, 1.0 / len(spoken)) for one in spoken) for word, spoken in by_word.items()}


def _made(language: str, url: str, quote: str, method: str, confidence: float) -> Finding:
    return finding(Field.LANGUAGE, language, url=url, quote=quote, method=method, confidence=confidence)


EXTRACTOR = Extractor(name="language", fields=frozenset({Field.LANGUAGE}), cost=0.2, read=read)

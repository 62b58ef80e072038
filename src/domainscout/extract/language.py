"""The language of a site: what its pages declare, else what their text looks like (py3langid). Owns py3langid."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from domainscout.extract.base import Extractor, Reading, finding
from domainscout.records import Field, Finding

SAMPLE = 1200
"""Characters looked at where nothing is declared."""


def read(reading: Reading) -> list[Finding]:
    """The language most pages declare, the home page's in a tie; guessed from text where none does."""
    declared = [(r.document.language, r) for r in reading.pages if r.document.language]
    if declared:
        counts = Counter(language for language, _ in declared)
        top = max(counts.values())
        language, where = next((one, r) for one, r in declared if counts[one] == top)
        assert language is not None
        guess = _guess(where.document.text) if language == "en" else None
        if guess is None or guess[0] == language or guess[1] < 0.99:
            quote = where.document.title or language
            return [_made(language, where.url, quote, "meta", 0.95 if where.document.title else 0.9)]
        return [_made(guess[0], where.url, _sample_quote(where.document.text), "rules:language", 0.85)]
    for read_page in reading.pages:
        guess = _guess(read_page.document.text)
        if guess and guess[1] > 0.8:
            return [_made(guess[0], read_page.url, _sample_quote(read_page.document.text), "rules:language", 0.9)]
    return []


def _made(language: str, url: str, quote: str, method: str, confidence: float) -> Finding:
    return finding(Field.LANGUAGE, language, url=url, quote=quote, method=method, confidence=confidence)


def _sample_quote(text: str) -> str:
    longest = max(text[:SAMPLE].split("\n"), key=len)
    return longest[:120].strip()


def _guess(text: str) -> tuple[str, float] | None:
    sample = text[:SAMPLE]
    if len(sample) < 80:
        return None
    language, probability = _identifier().classify(sample)
    return str(language), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 80 ms and numpy: only when a page does not tell

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


EXTRACTOR = Extractor(name="language", fields=frozenset({Field.LANGUAGE}), cost=0.2, read=read)

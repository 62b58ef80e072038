"""The frontier of one site: candidates in, the next address to fetch out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from domainscout.addresses import canonical_url, registrable
from domainscout.frontier.shape import (
    is_binary,
    is_dated,
    is_paged,
    is_trap,
    language_of,
    page_key,
    shape_key,
    sibling_url,
    tidy,
)
from domainscout.frontier.signs import is_language_name, plain, read_path, read_sign
from domainscout.frontier.words import AVOIDED_HOSTS
from domainscout.records import PageKind

WORTH: dict[PageKind, float] = {
    PageKind.CONTACT: 100.0,
    PageKind.ABOUT: 92.0,
    PageKind.TEAM: 92.0,
    PageKind.LEGAL: 78.0,
    PageKind.LOCATIONS: 68.0,
    PageKind.SERVICES: 64.0,
    PageKind.HOME: 90.0,
    PageKind.OTHER: 22.0,
}
"""What a page of that kind is worth to a profile, before signs and place."""

FATIGUE: dict[PageKind, float] = {
    PageKind.CONTACT: 10.0,
    PageKind.ABOUT: 9.0,
    PageKind.TEAM: 7.0,
    PageKind.LEGAL: 26.0,
    PageKind.LOCATIONS: 12.0,
    PageKind.SERVICES: 12.0,
    PageKind.HOME: 5.0,
    PageKind.OTHER: 3.0,
}
"""What each page already taken of a kind takes off the next: a second contact page tells less than a first team."""

PLACE_BONUS = {"nav": 8.0, "header": 6.0, "footer": 4.0, "main": 0.0}

MAX_LINKS_A_PAGE = 2000
"""Links of a page that are looked at; a million of them are no reason to look at them all."""

MAX_CANDIDATES = 600
_SMALL_PRINT_WORTH = 15.0
_PROOF_WORTH = 44.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address worth fetching, with what it is thought to be."""

    url: str
    kind: PageKind
    score: float
    depth: int
    shape: str
    path: str


class Frontier:
    """Links seen, taken and still to take.

    Args:
        home: final address of the home page; links to its host are compared and fetched in its form.
        max_depth: link steps from the home page.
        language: of the home page, two letters, where known.
    """

    def __init__(self, home: str, *, max_depth: int, language: str | None = None) -> None:
        parts = urlsplit(home)
        self._scheme, self._host = parts.scheme, parts.netloc
        self._bare = parts.netloc.removeprefix("www.")
        self._domain = registrable(parts.hostname or "")
        self._max_depth = max_depth
        self._home_language = language_of([s for s in parts.path.split("/") if s]) or language
        self._candidates: dict[str, Candidate] = {}
        self._done: set[str] = {page_key(home)}
        self._seen: set[str] = set()
        self._kinds: Counter[PageKind] = Counter()
        self._shapes: Counter[str] = Counter()
        self._paths: Counter[str] = Counter()
        self._siblings: set[str] = set()

    def __len__(self) -> int:
        return len(self._candidates)

    def knows(self, kind: PageKind) -> bool:
        """Whether a page of that kind was taken or is waiting."""
        return self._kinds[kind] > 0 or any(candidate.kind is kind for candidate in self._candidates.values())

    def add(self, links: Iterable[tuple[str, str, str]], depth: int) -> int:
        """Consider the links of a page.

        Args:
            links: absolute address, words and place ("nav", "header", "main", "footer") of each.
            depth: link steps from the home page that their pages would have.

        Returns:
            How many new candidates they made.
        """
        if depth > self._max_depth:
            return 0
        before = len(self._candidates)
        for number, (url, text, place) in enumerate(links):
            if number >= MAX_LINKS_A_PAGE:
                break
            sighting = f"{url}\n{text}" if depth == 1 else url
            if sighting in self._seen:
                continue
            self._seen.add(sighting)
            self._consider(url, text, place, depth)
        if len(self._candidates) > MAX_CANDIDATES:
            best = sorted(self._candidates.items(), key=lambda item: -item[1].score)[:MAX_CANDIDATES]
            self._candidates = dict(best)
        return max(0, len(self._candidates) - before)

    def demand(self, url: str, kind: PageKind, depth: int) -> None:
        """Put an address first: a frame of a frameset."""
        own = self._own(url)
        if own is not None and (key := page_key(own)) not in self._done:
            self._candidates[key] = Candidate(own, kind, 200.0, depth, "", "")

    def next(self) -> Candidate | None:
        """Take the best candidate out; None when there is nothing left worth fetching."""
        if not self._candidates:
            return None
        key = max(self._candidates, key=self._rank)
        taken = self._candidates.pop(key)
        self._done.add(key)
        self._kinds[taken.kind] += 1
        self._shapes[taken.shape] += 1
        self._paths[taken.path] += 1
        return taken

    def sibling(self, missing: Candidate) -> Candidate | None:
        """Another spelling of an important page that was not there, once."""
        if missing.kind not in (PageKind.CONTACT, PageKind.ABOUT, PageKind.TEAM, PageKind.LEGAL):
            return None
        url = sibling_url(missing.url)
        if url is None or url in self._siblings:
            return None
        self._siblings.add(url)
        return replace(missing, url=url)

    def fetched(self, url: str) -> bool:
        """Note where a page really was; False when that page was there before."""
        key = page_key(url)
        self._candidates.pop(key, None)
        if key in self._done:
            return False
        self._done.add(key)
        return True

    def _rank(self, key: str) -> float:
        candidate = self._candidates[key]
        fatigue = self._kinds[candidate.kind] * FATIGUE[candidate.kind] + self._shapes[candidate.shape] * 8.0
        if self._paths:
            fatigue += self._paths[candidate.path] * 30.0
        return candidate.score - fatigue

    def _own(self, url: str) -> str | None:
        """The address in the home page's form; None when it is not this site's or no page."""
        canonical = canonical_url(tidy(url))
        if canonical is None:
            return None
        parts = urlsplit(canonical)
        if parts.netloc == self._host or parts.netloc.removeprefix("www.") == self._bare:
            if parts.scheme != self._scheme or parts.netloc != self._host:
                canonical = parts._replace(scheme=self._scheme, netloc=self._host).geturl()
            return canonical
        if registrable(parts.hostname or "") != self._domain or parts.port is not None:
            return None
        return canonical

    def _consider(self, url: str, text: str, place: str, depth: int) -> None:
        own = self._own(url)
        if own is None:
            return
        parts = urlsplit(own)
        if is_binary(parts.path) or is_trap(own):
            return
        key = page_key(own)
        if key in self._done:
            return
        kind, score = self._score(parts.path, parts.query, plain(text[:200]), place, depth)
        if parts.netloc != self._host:
            score -= 25.0
            if parts.netloc.partition(".")[0] in AVOIDED_HOSTS:
                score -= 40.0
        if is_paged(own):
            score -= 30.0
        known = self._candidates.get(key)
        if known is None or known.score < score:
            self._candidates[key] = Candidate(own, kind, score, depth, shape_key(own), parts.path)

    def _score(self, path: str, query: str, words: str, place: str, depth: int) -> tuple[PageKind, float]:
        by_path, avoided = read_path(path)
        by_words = read_sign(words)
        kind, score = PageKind.OTHER, WORTH[PageKind.OTHER]
        if by_path.kind is not PageKind.OTHER or by_words.kind is not PageKind.OTHER:
            path_score = WORTH[by_path.kind] * by_path.strength if by_path.strength else 0.0
            words_score = WORTH[by_words.kind] * by_words.strength if by_words.strength else 0.0
            kind = by_words.kind if words_score > path_score else by_path.kind
            score = max(path_score, words_score)
            if by_path.kind is by_words.kind:
                score += 12.0
            score = max(score, WORTH[PageKind.OTHER])
        elif by_path.small_print or by_words.small_print:
            score = _SMALL_PRINT_WORTH
        elif by_path.proof or by_words.proof:
            score = _PROOF_WORTH
        segments = [segment for segment in path.split("/") if segment]
        if avoided or is_dated(path):
            score = min(score, 40.0) * 0.4
            kind = PageKind.OTHER if len(segments) > 1 else kind
        score += PLACE_BONUS.get(place, 0.0) - 5.0 * max(0, len(segments) - 1) - 12.0 * (depth - 1)
        if query:
            score -= 4.0 * (query.count("&") + 1)
        return kind, score - self._language_cost(segments, words)

    def _language_cost(self, segments: list[str], words: str) -> float:
        """Another language's version of the pages tells nothing new."""
        language = language_of(segments)
        if language is not None and language != self._home_language:
            return 45.0 if self._home_language or len(segments) > 1 else 15.0
        return 20.0 if is_language_name(words) else 0.0

"""Names in the text that spell the domain: "Acme Road Tiles" on acmeroadtiles.com."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._lines import words_of_site
from domainscout.extract._name_cleaning import Candidate, made
from domainscout.extract.base import Reading

PAGES = 3
"""Pages looked at."""
MAX_LINE = 1_000
"""Characters of a line that is read."""


def named_like_domain(reading: Reading, label: str) -> Iterator[Candidate]:
    """Words of the text that spell the domain: "Acme Road Tiles" on acmeroadtiles.com."""
    if len(label) < 5:
        return
    words = words_of_site(reading)
    maybe = words.running_together(label)
    if "and" in label:
        maybe |= words.running_together(label.replace("and", ""))
    spelled: dict[str, list[str]] = {}
    for read in reading.pages[:PAGES]:
        for text in [line.text for line in read.document.lines if line.text in maybe]:
            if text not in spelled:
                spelled[text] = list(_spelled(text, label)) if len(text) < MAX_LINE else []
            for name in spelled[text]:
                yield from made(name, "spelled", read, name)


def _as_in_domain(lowered: str) -> str:
    joined = "".join(lowered.split()).replace("&", "and")
    for mark in ".,'’-–":
        joined = joined.replace(mark, "")
    return joined


_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|&")


_KIND = re.compile(
    r" (?:Centre|Center|Clinic|Practice|Services?|Studios?|Associates|Partners|Group|Company|Restaurant|Hotel|Inn|Shop|"
    r"Real Estate|Realty|Insurance|Roofing|Plumbing|Electric|Electrical|Construction|Landscaping|Motors|Garage|Dental|"
    r"Store|School|Academy|Institute|Foundation|Church)(?=$|[,.|:;!?]| [–—|(-])"
)
"""The word for the kind of house that a name ends in, which domains leave out."""


def _spelled(text: str, label: str) -> Iterator[str]:
    if label not in _as_in_domain(text.lower()):
        return
    words = list(_WORD.finditer(text))
    openers = (label[0], label[0].upper(), "&")
    for first, opener in enumerate(words):
        if text[opener.start()] not in openers or not label.startswith(_as_in_domain(opener[0][:3].lower())):
            continue
        joined = ""
        for word in words[first : first + 8]:
            joined += _as_in_domain(word[0].lower())
            if joined == label:
                end = word.end()
                if (more := _KIND.match(text, end)) and not opener[0].isupper():
                    end = more.end()
                name, after = text[opener.start() : end], text[end : end + 2].strip(" .")
                if name != name.lower() and after == after.strip("@"):
                    yield name
            if not label.startswith(joined):
                break

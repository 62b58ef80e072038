"""Names in the text that spell the domain: "Acme Road Tiles" on acmeroadtiles.com."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._lines import words_of_site
from domainscout.extract._name_cleaning import Candidate, made
from domainscout.extract.base import Reading


def named_like_domain(reading: Reading, label: str) -> Iterator[Candidate]:
    """Words of the text that spell the domain: "Acme Road Tiles" on acmeroadtiles.com."""
    if len(label) < 5:
        return
    begun = words_of_site(reading).spelling(label[:3])
    spelled: dict[str, list[str]] = {}
    for text in begun:
        lowered = text.lower()
        if len(lowered) < 1000 and label in _as_in_domain(lowered):
            spelled[text] = list(_spelled(text, label))
    for read in reading.pages[:3] if spelled else ():
        for line in read.document.lines:
            for name in spelled.get(line.text, ()):
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
    words = list(_WORD.finditer(text))
    opens = (label[0], "&") if label[0] == "a" else (label[0],)
    for first, opener in enumerate(words):
        if opener[0][0].lower() not in opens:
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

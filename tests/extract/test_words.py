"""The index of words and the patterns that skip: they must find what the plain question would find."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domainscout.extract._digits import numbers, numbers_within
from domainscout.extract._lines import MAX_INDEXED, Question, SiteWords, digit_spans
from domainscout.extract.base import Reading
from domainscout.extract.tech import technologies
from domainscout.literals import any_of
from domainscout.records import Page, PageKind, Site

LINES = ["Member of the Guild", "Über uns – “Café” & Bar", "© 2024 Example Ltd.", "Rezertifizierung", "plain text"]
ALPHABET = st.text("abcd.- (é", max_size=30)


def holding(words: frozenset[str]) -> Question:
    return Question(lambda: words)


def test_lines_are_found_by_words_whatever_their_case_accents_and_punctuation():
    words = SiteWords([*LINES, *LINES])
    assert words.answering(holding(frozenset(["guild", "ltd"]))) == {LINES[0], LINES[2]}
    assert words.answering(holding(frozenset(["cafe"]))) == {LINES[1]}
    assert words.answering(holding(frozenset(["gui"]))) == set()


def test_lines_are_found_by_parts_and_beginnings_of_words():
    words = SiteWords(LINES)
    assert words.answering(Question(like=re.compile(any_of("zertifi guil")))) == {"Rezertifizierung", LINES[0]}
    assert words.answering(Question(like=re.compile(rf"\n(?:{any_of('zertifi guil')})"))) == {LINES[0]}
    assert words.answering(Question(like=re.compile("©"))) == {LINES[2]}


def test_lines_too_long_to_be_indexed_are_always_given():
    long = "word " * MAX_INDEXED
    words = SiteWords([long, "short"])
    assert words.answering(holding(frozenset(["nothing"]))) == {long}
    assert words.answering(Question(like=re.compile("nothing"))) == {long}


def test_a_site_without_lines_holds_nothing():
    assert SiteWords([]).answering(holding(frozenset(["a"]))) == set()
    assert SiteWords([]).answering(Question(like=re.compile("a"))) == set()
    assert SiteWords([]).running_together("a") == set()


def test_lines_are_found_by_what_their_words_spell_together():
    words = SiteWords([*LINES, "Ex Ample, Tiles"])
    assert words.running_together("exampletiles") == {"Ex Ample, Tiles"}
    assert words.running_together("oftheguild") == {LINES[0]}


@given(st.lists(ALPHABET, max_size=5), st.text("abcd", min_size=1, max_size=3))
def test_parts_are_found_in_exactly_the_lines_with_such_a_word(lines, part):
    texts = [line for line in lines if "\n" not in line]
    expected = {text for text in texts if any(part in word for word in re.findall(r"[^\W_]+", text))}
    assert SiteWords(texts).answering(Question(like=re.compile(re.escape(part)))) == expected


def test_no_mark_of_a_technology_is_a_part_of_another():
    """One search finds all of them; what stands within another one would be passed over."""
    marks = [mark for one in technologies() for mark in one.markup]
    assert not [(one, other) for one in marks for other in marks if one != other and one in other]


LINES_WITH_NUMBERS = (
    "Call 020 7946 0018",
    "|",
    "020 7946 0019 today",
    "a line without any figures",
    "in 2024 or",
    "(020) 7946 0020, open 9-17",
    "another line without any",
    "or 020",
    "7946 0021",
)


def test_lines_with_digits_hold_the_same_numbers_as_the_whole_text():
    html = "".join(f"<p>{line}</p>" for line in LINES_WITH_NUMBERS)
    page = Page(url="https://example.co.uk/", kind=PageKind.HOME, html=html, fetched_at=datetime.now(UTC))
    reading = Reading(Site(domain="example.co.uk", pages=(page,)))
    document = reading.pages[0].document
    spans = digit_spans(reading, document)
    assert [document.text[start:end].count("\n") for start, end in spans] == [2, 1, 1]
    found = list(numbers_within(document.text, spans, ["GB"]))
    assert [number.e164[-2:] for number in found] == ["18", "19", "20", "21"]
    assert [(number.start, number.end) for number in found] == [
        (number.start, number.end) for number in numbers(document.text, ["GB"])
    ]

"""The index of words and the patterns that skip: they must find what the plain question would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout.extract._lines import MAX_INDEXED, Question, SiteWords
from domainscout.extract._literals import any_of, grouped, rarest, word_starting

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


@given(ALPHABET)
def test_patterns_put_together_find_where_the_plain_ones_do(text):
    for fast, plain in (
        (any_of("abc ab bd c.d"), r"abc|ab|bd|c\.d"),
        (word_starting("ab a.c bd"), r"\b(?:ab|a.c|bd)"),
        (grouped(r"ab?c|a(?:b|d)|[bd]c|c"), r"ab?c|a(?:b|d)|[bd]c|c"),
    ):
        first, second = re.search(fast, text), re.search(plain, text)
        assert (first and first.start()) == (second and second.start())


@pytest.mark.parametrize("pattern", ["mon(?:day)?s?|tues|mo|[úu]ter", "a|b(?:c|d)|a?x"])
def test_grouping_keeps_whole_words(pattern):
    for word in ("monday", "mondays", "mon", "tues", "mo", "uter", "úter", "a", "bc", "bd", "x", "ax", "tue", "b"):
        assert bool(re.fullmatch(grouped(pattern), word)) == bool(re.fullmatch(pattern, word))


def test_the_rarest_word_of_a_phrase_stands_in_it():
    phrases = ["website by", "professional indemnity", "site by"]
    kept = rarest(phrases).split()
    assert all(any(word in phrase for word in kept) for phrase in phrases)
    assert "professional" not in kept

"""Patterns of many literal words find what the plain ones find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout.literals import anchored, any_of, grouped, rarest, word_starting

ALPHABET = st.text("abcd.- (é", max_size=30)


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
    kept = rarest(phrases, {"professional", "site"}).split()
    assert all(any(word in phrase for word in kept) for phrase in phrases)
    assert "professional" not in kept


@given(st.lists(st.text("ab-=C", min_size=1, max_size=4), min_size=1, max_size=6), st.text("ab-=C", max_size=20))
def test_an_anchored_pattern_stands_where_one_of_the_texts_does(texts: list[str], text: str):
    found = re.search(anchored(texts), text)
    assert bool(found) == any(one in text for one in texts)


def test_an_anchored_pattern_begins_with_characters_that_are_rare_and_shared():
    pattern = anchored(["data-page", "web3forms", "quiz", "quay"])
    assert re.findall(pattern, "a data-page of web3forms: quiz, quay") == ["-page", "3forms", "quiz", "quay"]
    assert re.findall(anchored(["made by", "hosted by", "byte"]), "hosted by, made by; a byte") == ["by", "by", "byte"]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout.errors import AttemptError, Category
from domainscout.records import GiveUp, Retry
from domainscout.retry import LONGEST_RETRY_AFTER_S, backoff_s, decide
from domainscout.settings import QueueSettings

SETTINGS = QueueSettings(attempts=5, backoff=5.0, backoff_max=60.0)


def failure(*, heals: bool = True, retry_after_s: float | None = None) -> AttemptError:
    return AttemptError(Category.HTTP, "503", heals=heals, retry_after_s=retry_after_s)


@pytest.mark.parametrize(("charged", "expected"), [(1, 5.0), (2, 10.0), (3, 20.0), (4, 40.0), (9, 60.0), (4000, 60.0)])
def test_the_back_off_doubles_up_to_its_limit(charged: int, expected: float) -> None:
    assert backoff_s(charged, SETTINGS) == expected


@pytest.mark.parametrize(("jitter", "expected"), [(0.0, 5.0), (0.5, 7.5), (1.0, 10.0)])
def test_jitter_spreads_the_wait_over_its_upper_half(jitter: float, expected: float) -> None:
    assert decide(failure(), 2, SETTINGS, jitter=jitter) == Retry(after_s=expected)


def test_the_last_attempt_gives_up_with_the_category_of_the_error() -> None:
    assert isinstance(decide(failure(), 4, SETTINGS), Retry)
    assert decide(failure(), 5, SETTINGS) == GiveUp(category=Category.HTTP)


def test_what_does_not_heal_is_not_tried_again() -> None:
    assert decide(failure(heals=False), 1, SETTINGS) == GiveUp(category=Category.HTTP)


@pytest.mark.parametrize(
    ("asked", "expected"), [(None, 5.0), (1.0, 5.0), (120.0, 120.0), (10**9, LONGEST_RETRY_AFTER_S)]
)
def test_a_site_that_names_a_time_is_obeyed_up_to_a_day(asked: float | None, expected: float) -> None:
    assert decide(failure(retry_after_s=asked), 1, SETTINGS, jitter=1.0) == Retry(after_s=expected)


@given(charged=st.integers(1, 100), attempts=st.integers(1, 100), asked=st.none() | st.floats(0, 1e6))
def test_every_target_ends_and_no_wait_is_endless(charged: int, attempts: int, asked: float | None) -> None:
    settings = QueueSettings(attempts=attempts)
    decision = decide(failure(retry_after_s=asked), charged, settings)
    assert isinstance(decision, GiveUp) == (charged >= attempts)
    if isinstance(decision, Retry):
        assert 0 <= decision.after_s <= max(settings.backoff_max, LONGEST_RETRY_AFTER_S)

"""How much a caller may ask for: at once what a bucket holds, then as fast as it fills."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.api import allowance
from services.api.allowance import Allowance, Quota

QUOTA = Quota(name="requests", amount=5, window=10)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """Return the instant."""
        return self.at


def test_a_bucket_gives_what_it_holds_and_then_as_fast_as_it_fills() -> None:
    """And says what is left, when one more is there, and when all are."""
    clock = Clock()
    bucket = Allowance(QUOTA, clock)
    assert [bucket.take("a") for _ in range(6)] == [True] * 5 + [False]
    left = bucket.left("a")
    assert (left.tokens, left.next_in, left.whole_in) == (0, 2, 10)
    clock.at += 2
    assert [bucket.take("a") for _ in range(2)] == [True, False]
    clock.at += 1000
    assert bucket.left("a").tokens == 5


def test_each_caller_has_a_bucket_of_its_own() -> None:
    """What one uses up is no loss to another."""
    bucket = Allowance(QUOTA, Clock())
    while bucket.take("a"):
        pass
    assert bucket.take("b")
    assert QUOTA.policy == '"requests";q=5;w=10'


def test_no_more_callers_are_remembered_than_there_is_room_for() -> None:
    """Who has not asked for the longest time is forgotten first."""
    bucket = Allowance(QUOTA, Clock())
    for number in range(allowance.MOST_CALLERS + 5):
        bucket.take(str(number))
    assert len(bucket._buckets) == allowance.MOST_CALLERS
    assert "0" not in bucket._buckets


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=60))
def test_over_any_span_no_more_is_given_than_it_holds_and_has_filled(pauses: list[float]) -> None:
    """However the asking is spread."""
    clock = Clock()
    began, given_out = clock.at, 0
    bucket = Allowance(QUOTA, clock)
    for pause in pauses:
        clock.at += pause
        given_out += bucket.take("a")
        assert given_out <= QUOTA.amount + (clock.at - began) * QUOTA.amount / QUOTA.window + 1e-6

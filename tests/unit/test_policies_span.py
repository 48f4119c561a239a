"""Lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.policies.span import in_words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=43, hours=9), "43 days and 9 hours"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4), "1 day, 2 hours, 3 minutes and 4 seconds"),
        (timedelta(days=-1), "minus 1 day"),
    ],
)
def test_a_length_is_said_as_people_say_it(span: timedelta, words: str) -> None:
    """In a sentence nobody has to read a format."""
    assert in_words(span) == words

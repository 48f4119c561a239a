"""Instants and durations as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wire.moment import read_duration, read_instant, write_duration, write_instant

PARIS_SUMMER = timezone(timedelta(hours=2))


def test_instants_are_written_in_utc_with_z() -> None:
    """Whatever offset an instant came with, it is written in UTC; microseconds only when there are any."""
    assert write_instant(datetime(2026, 6, 1, 9, tzinfo=PARIS_SUMMER)) == "2026-06-01T07:00:00Z"
    assert write_instant(datetime(2026, 6, 1, 7, 0, 0, 1500, tzinfo=UTC)) == "2026-06-01T07:00:00.001500Z"


def test_a_naive_instant_is_not_written() -> None:
    """Nobody can say when a naive instant is."""
    with pytest.raises(ValueError, match="has no zone"):
        write_instant(datetime(2026, 6, 1, 9))  # noqa: DTZ001  # the point of the test


@pytest.mark.parametrize(
    "text", ["2026-06-01T09:00:00", "2026-06-01", "1700000000", 1700000000, "2026-06-01 09:00Z", None]
)
def test_what_is_no_instant_with_an_offset_is_not_read(text: object) -> None:
    """Numbers, dates and naive instants are refused instead of guessed."""
    with pytest.raises(ValueError, match="like 2026-03-02T08:00:00Z"):
        read_instant(text)


@pytest.mark.parametrize(
    "text", ["2027-02-29T09:00:00Z", "2027-04-01T24:00:00Z", "2027-04-01T09:00:00+25:00", "0000-01-01T00:00:00Z"]
)
def test_what_is_on_no_calendar_or_clock_is_said_plainly(text: str) -> None:
    """Neither the day, nor the hour, nor the offset there is not, in the words of a program."""
    with pytest.raises(ValueError, match=r"is on no calendar or clock; give one that is, like 2026-03-02T08:00:00Z$"):
        read_instant(text)


@given(st.datetimes(timezones=st.sampled_from([UTC, PARIS_SUMMER]), min_value=datetime(1900, 1, 1)))  # noqa: DTZ001
def test_instants_survive_the_way_there_and_back(at: datetime) -> None:
    """Reading what was written gives the same instant, in UTC."""
    assert read_instant(write_instant(at)) == at
    assert read_instant(write_instant(at)).tzinfo is UTC


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(hours=72), "P3D"),
        (timedelta(hours=36, seconds=5), "P1DT12H5S"),
        (timedelta(minutes=5), "PT5M"),
        (timedelta(seconds=-3), "-PT3S"),
        (timedelta(milliseconds=1500), "PT1.5S"),
        (timedelta(days=400), "P400D"),
        (timedelta(0), "PT0S"),
    ],
)
def test_durations_are_written_without_years_or_months(length: timedelta, text: str) -> None:
    """Days are days: a year has no fixed length."""
    assert write_duration(length) == text
    assert read_duration(text) == length


@given(st.timedeltas(min_value=timedelta(days=-9999), max_value=timedelta(days=9999)))
def test_durations_survive_the_way_there_and_back(length: timedelta) -> None:
    """Reading what was written gives the same length, to the microsecond and with its sign."""
    assert read_duration(write_duration(length)) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "P1Y", "P1M", "72", "72:00:00", "PT-3S", 72, None])
def test_what_is_no_duration_is_not_read(text: object) -> None:
    """Numbers, clock times, years and months are refused instead of guessed."""
    with pytest.raises(ValueError, match="should be a duration"):
        read_duration(text)


def test_other_spellings_of_a_duration_are_read() -> None:
    """Weeks, and hours beyond a day, are what people write."""
    assert read_duration("P2W") == timedelta(days=14)
    assert read_duration("PT72H") == timedelta(days=3)

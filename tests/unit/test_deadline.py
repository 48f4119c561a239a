"""Reckoning of instants: elapsed periods, calendar days, sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.calendar import CalendarTable, OutsideTable
from services.domain.deadline import NotReckonable, reckon, session_end, whole_second
from services.domain.procedure import Period, PeriodKind
from services.policies.calendar import calendar_table

ZONES = ("Africa/Algiers", "America/Bogota", "Asia/Kuala_Lumpur", "Europe/Amsterdam", "Europe/Paris")
TABLE: CalendarTable = calendar_table(ZONES, datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
SESSION = datetime(2027, 10, 20, 7, tzinfo=UTC)  # Wed 20 October 2027, 09:00 in Lyon


def days(count: int) -> Period:
    """Return a period of calendar days."""
    return Period(kind=PeriodKind.CALENDAR_DAYS, days=count)


def at(text: str) -> datetime:
    """Return an instant of 2026 or later."""
    return datetime.fromisoformat(text)


def test_elapsed_time_ignores_the_clock_change() -> None:
    """72 hours from Friday 15:00 in Lyon end on Monday at 16:00, because clocks changed (domain.md 8.5)."""
    opened = at("2026-03-27T14:00:00Z")
    period = Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=72))

    expiry = reckon(anchor=opened, period=period, zone="Europe/Paris", day_ends="17:00", table=TABLE)

    assert expiry == at("2026-03-30T14:00:00Z")
    assert TABLE.local(expiry, "Europe/Paris").hour == 16


def test_calendar_days_follow_the_clock() -> None:
    """The third day at 15:00 in Lyon is 13:00 UTC once summer time has begun (domain.md 8.5)."""
    reckoned = reckon(
        anchor=at("2026-03-27T14:00:00Z"), period=days(3), zone="Europe/Paris", day_ends="15:00", table=TABLE
    )

    assert reckoned == at("2026-03-30T13:00:00Z")


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Europe/Amsterdam", "2027-10-06T15:00:00Z"),
        ("Africa/Algiers", "2027-10-06T16:00:00Z"),
        ("America/Bogota", "2027-10-06T22:00:00Z"),
    ],
)
def test_contributions_are_due_fourteen_days_before_at_the_end_of_the_debtors_day(zone: str, due: str) -> None:
    """Each entity's own day ends at its own 17:00 (domain.md 8.12)."""
    reckoned = reckon(
        anchor=SESSION, period=days(-14), zone=zone, day_ends="17:00", table=TABLE, anchor_zone="Europe/Paris"
    )

    assert reckoned == at(due)


def test_the_day_of_a_session_is_that_of_the_venue() -> None:
    """A session on the morning of the 20th in Kuala Lumpur is on the 20th for Bogotá too, where it is the 19th."""
    morning = at("2027-10-20T01:00:00Z")
    mine = reckon(anchor=morning, period=days(-14), zone="America/Bogota", day_ends="17:00", table=TABLE)

    theirs = reckon(
        anchor=morning,
        period=days(-14),
        zone="America/Bogota",
        day_ends="17:00",
        table=TABLE,
        anchor_zone="Asia/Kuala_Lumpur",
    )

    assert mine == at("2027-10-05T22:00:00Z")
    assert theirs == at("2027-10-06T22:00:00Z")


def test_working_days_are_not_counted_without_working_weeks() -> None:
    """The kind is named, instead of days being counted wrongly."""
    period = Period(kind=PeriodKind.WORKING_DAYS, days=2)

    with pytest.raises(NotReckonable, match="working_days"):
        reckon(anchor=SESSION, period=period, zone="Europe/Paris", day_ends="17:00", table=TABLE)


def test_what_lies_beyond_the_table_is_not_reckoned() -> None:
    """A day after the pinned span has no instant."""
    with pytest.raises(OutsideTable):
        reckon(anchor=SESSION, period=days(900), zone="Europe/Paris", day_ends="17:00", table=TABLE)


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)))  # noqa: DTZ001
def test_instants_are_rounded_up_to_whole_seconds(exact: datetime) -> None:
    """Rounding never makes an act late, and never adds a whole second (domain.md DD-5)."""
    rounded = whole_second(exact)

    assert rounded.microsecond == 0
    assert timedelta(0) <= rounded - exact < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("starts", "session", "ends"),
    [
        ("2026-10-14T07:00:00Z", timedelta(days=2), "2026-10-15T15:00:00Z"),
        ("2026-10-24T07:00:00Z", timedelta(days=2), "2026-10-25T16:00:00Z"),
        ("2026-10-14T07:00:00Z", timedelta(hours=3), "2026-10-14T10:00:00Z"),
        ("2026-10-14T16:00:00Z", timedelta(days=1), "2026-10-15T16:00:00Z"),
    ],
)
def test_a_session_of_days_ends_when_its_last_day_does(starts: str, session: timedelta, ends: str) -> None:
    """Two days end on the second, over a clock change too; hours, or an evening's day, are elapsed."""
    assert session_end(starts=at(starts), session=session, zone="Europe/Paris", day_ends="17:00", table=TABLE) == at(
        ends
    )

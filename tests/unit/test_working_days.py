"""Working days: the stated instants of domain.md section 8, and what must hold of any calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.calendar import OutsideTable
from services.domain.deadline import NotReckonable, reckon
from services.domain.procedure import Period, PeriodKind
from services.domain.reckoning import reckon_for
from services.domain.working_calendar import Holiday, WorkingCalendar, WorkingWeek
from services.domain.working_days import (
    calendars_of,
    closing,
    nth_common_working_day,
    nth_working_day,
    whole_common_working_days,
)
from tests.unit.calendar_setting import (
    LONG_AGO,
    MEMBERS,
    ZONES,
    membership,
    pinned_table,
    utc,
    weeks_of,
)

EIGHT = calendars_of(membership(), MEMBERS, pinned_table())


def calendar(code: str, *holidays: date) -> WorkingCalendar:
    """Return the calendar of one entity, with holidays loaded."""
    return WorkingCalendar(zone=ZONES[code], weeks=weeks_of(code), holidays=(Holiday(name="Feast", on=holidays),))


def nth(code: str, anchor: str, n: int, *holidays: date) -> datetime:
    """Return the nth working day of one entity."""
    return nth_working_day(anchor=utc(anchor), n=n, calendar=calendar(code, *holidays), table=pinned_table()).at


def held(opened_at: str, expires_at: str) -> int:
    """Return the whole common working days of the eight members in a period."""
    return whole_common_working_days(
        opened_at=utc(opened_at), expires_at=utc(expires_at), calendars=EIGHT, table=pinned_table()
    )


@pytest.mark.parametrize(
    ("opened_at", "expires_at", "days"),
    [
        ("2026-03-02 08:00", "2026-03-05 08:00", 2),  # Monday
        ("2026-03-03 08:00", "2026-03-06 08:00", 2),
        ("2026-03-04 08:00", "2026-03-07 08:00", 1),
        ("2026-03-05 08:00", "2026-03-08 08:00", 0),
        ("2026-03-06 08:00", "2026-03-09 08:00", 0),  # Friday
        ("2026-03-27 14:00", "2026-03-30 14:00", 0),  # scenario 5
        ("2026-03-09 08:00", "2026-03-12 08:00", 2),  # scenario 4, the redraft
        ("2026-12-28 14:00", "2027-01-01 14:00", 3),  # scenario 8
        ("2027-06-28 07:00", "2027-07-01 07:00", 2),  # scenario 9
        ("2028-06-19 07:00", "2028-06-22 07:00", 2),  # scenario 20
        ("2026-03-02 08:00", "2026-03-02 07:00", 0),
    ],
)
def test_rule_d_counts_whole_common_working_days(opened_at: str, expires_at: str, days: int) -> None:
    """72 hours from 09:00 in Lyon hold two from Monday or Tuesday, one from Wednesday, none later (5.2 d)."""
    assert held(opened_at, expires_at) == days


def test_a_day_is_held_only_if_it_has_ended_everywhere() -> None:
    """Tuesday ends at 22:00Z, in Bogota, and an expiry at that instant holds it."""
    assert held("2026-03-02 08:00", "2026-03-03 21:59:59") == 0
    assert held("2026-03-02 08:00", "2026-03-03 22:00") == 1


def test_a_date_that_has_begun_somewhere_is_not_whole() -> None:
    """Opened on Monday in Lyon when it is Tuesday in Kuala Lumpur, a period does not hold Tuesday."""
    assert held("2026-03-02 18:00", "2026-03-03 22:00") == 0


def test_second_common_working_day_over_a_change_of_clocks() -> None:
    """Scenario 5: from Friday 27 March 2026 in Lyon it ends on Tuesday at 17:00 in Bogota."""
    end = nth_common_working_day(anchor=utc("2026-03-27 14:00"), n=2, calendars=EIGHT, table=pinned_table()).at

    assert end == utc("2026-03-31 22:00")


def test_deadlines_in_lyon_follow_the_clocks() -> None:
    """Scenario 5: the third day at 15:00 in Lyon is 13:00Z after the change."""
    period = Period(kind=PeriodKind.CALENDAR_DAYS, days=3)

    for reckoned in (
        reckon(
            anchor=utc("2026-03-27 14:00"), period=period, zone="Europe/Paris", day_ends="15:00", table=pinned_table()
        ),
        reckon_for(
            anchor=utc("2026-03-27 14:00"),
            period=period,
            calendar=calendar("INTERPOL"),
            day_ends="15:00",
            table=pinned_table(),
        ).at,
    ):
        assert reckoned == utc("2026-03-30 13:00")


def test_friday_saturday_weekend() -> None:
    """Scenario 6: five common working days of AFRIPOL and EUROPOL, of all eight, and of each alone."""
    anchor, table = utc("2026-02-05 12:00"), pinned_table()
    two = (calendar("AFRIPOL"), calendar("EUROPOL"))

    assert nth_common_working_day(anchor=anchor, n=5, calendars=two, table=table).at == utc("2026-02-16 16:00")
    assert nth_common_working_day(anchor=anchor, n=5, calendars=EIGHT, table=table).at == utc("2026-02-16 22:00")
    assert nth("AFRIPOL", "2026-02-05 12:00", 5) == nth("EUROPOL", "2026-02-05 12:00", 5) == utc("2026-02-12 16:00")
    assert nth("AFRIPOL", "2026-02-05 12:00", 1) == utc("2026-02-08 16:00")
    assert nth("EUROPOL", "2026-02-05 12:00", 1) == utc("2026-02-06 16:00")


@pytest.mark.parametrize(
    ("on", "ends_at"),
    [
        (date(2021, 12, 26), "2021-12-26 13:00"),
        (date(2021, 12, 31), None),
        (date(2022, 1, 2), None),
        (date(2022, 1, 3), "2022-01-03 13:00"),
        (date(2022, 1, 7), "2022-01-07 08:00"),
    ],
)
def test_working_week_changes(on: date, ends_at: str | None) -> None:
    """Scenario 7: GCCPOL's week changes with 2022, and Friday becomes a half day that ends at noon."""
    ends = closing(on=on, calendar=calendar("GCCPOL"), table=pinned_table())

    assert ends == (utc(ends_at) if ends_at else None)


def test_counting_over_a_change_of_week() -> None:
    """Scenario 7: with the new week known three working days end on Monday, with the old one alone on Sunday."""
    before = WorkingCalendar(zone="Asia/Dubai", weeks=weeks_of("GCCPOL")[:1])
    anchor, table = utc("2021-12-28 08:00"), pinned_table()

    assert nth("GCCPOL", "2021-12-28 08:00", 3) == utc("2022-01-03 13:00")
    assert nth_working_day(anchor=anchor, n=3, calendar=before, table=table).at == utc("2022-01-02 13:00")


def test_a_later_table_gives_the_answer_of_then() -> None:
    """Scenario 7: recomputed years later the count is the one of 2021."""
    later = pinned_table("2020-01-01", "2029-01-01")

    then = nth_working_day(anchor=utc("2021-12-28 08:00"), n=3, calendar=calendar("GCCPOL"), table=later)

    assert then.at == utc("2022-01-03 13:00")


def test_weeks_may_be_listed_in_any_order() -> None:
    """The latest week that has come holds, wherever it stands."""
    shuffled = WorkingCalendar(zone="Asia/Dubai", weeks=tuple(reversed(weeks_of("GCCPOL"))))

    assert closing(on=date(2022, 1, 2), calendar=shuffled, table=pinned_table()) is None
    assert closing(on=date(2021, 12, 26), calendar=shuffled, table=pinned_table()) is not None


@pytest.mark.parametrize(
    ("zone", "since"),
    [
        ("Asia/Dubai", "2022-01-06 20:00"),  # 00:00 there
        ("Asia/Dubai", "2022-01-06 23:00"),  # 00:00 in Paris
        ("America/Bogota", "2022-01-07 05:00"),
        ("America/Bogota", "2022-01-06 23:00"),
    ],
)
def test_a_week_holds_from_its_date_in_whichever_zone_it_was_dated(zone: str, since: str) -> None:
    """A week from Friday 7 January 2022 works that Friday, and the one before it Thursday the 6th still (DD-6)."""
    before = WorkingWeek(since=LONG_AGO, closes={4: "17:00"})
    weeks = (before, WorkingWeek(since=utc(since), closes={5: "17:00"}))
    changing = WorkingCalendar(zone=zone, weeks=weeks)

    assert closing(on=date(2022, 1, 6), calendar=changing, table=pinned_table()) is not None
    assert closing(on=date(2022, 1, 7), calendar=changing, table=pinned_table()) is not None


def test_counting_common_days_back_starts_before_the_anchor_everywhere() -> None:
    """On Tuesday in Kuala Lumpur it is Monday in Bogota: the common day before is Friday."""
    far_apart = (calendar("ASEANAPOL"), calendar("AMERIPOL"))

    before = nth_common_working_day(anchor=utc("2026-03-02 20:00"), n=-1, calendars=far_apart, table=pinned_table()).at

    assert before == utc("2026-02-27 22:00")


@pytest.mark.parametrize(
    ("code", "n", "ends_at"),
    [("AMERIPOL", 10, "2026-10-19 22:00"), ("AIMC", 10, "2026-10-19 16:00")],
)
def test_ten_own_working_days(code: str, n: int, ends_at: str) -> None:
    """Scenario 10: each recipient counts its own days from Monday 5 October 2026."""
    assert nth(code, "2026-10-05 10:00", n) == utc(ends_at)


def test_holidays_are_not_worked() -> None:
    """Scenarios 10 and 11: with Colombian holiday Monday 12 October the counts that pass it end a day later."""
    columbus = date(2026, 10, 12)

    assert nth("AMERIPOL", "2026-10-05 10:00", 10, columbus) == utc("2026-10-20 22:00")
    assert nth("AMERIPOL", "2026-09-30 22:00", 5, columbus) == utc("2026-10-07 22:00")
    assert nth("AMERIPOL", "2026-09-30 22:00", 10, columbus) == utc("2026-10-15 22:00")
    assert nth("AMERIPOL", "2026-09-30 22:00", 20, columbus) == utc("2026-10-29 22:00")


@pytest.mark.parametrize(
    ("code", "due", "n", "ends_at"),
    [
        ("AFRIPOL", "2026-10-01 16:00", 1, "2026-10-04 16:00"),
        ("AMERIPOL", "2026-10-01 22:00", 1, "2026-10-02 22:00"),
        ("AFRIPOL", "2026-09-29 16:00", 3, "2026-10-04 16:00"),
        ("AMERIPOL", "2026-09-29 22:00", 3, "2026-10-02 22:00"),
        ("AFRIPOL", "2026-09-29 16:00", -2, "2026-09-27 16:00"),
        ("AMERIPOL", "2026-09-29 22:00", -2, "2026-09-25 22:00"),
        ("AFRIPOL", "2026-09-30 16:00", 7, "2026-10-11 16:00"),
        ("AMERIPOL", "2026-09-30 22:00", 7, "2026-10-09 22:00"),
    ],
)
def test_where_weeks_differ(code: str, due: str, n: int, ends_at: str) -> None:
    """Scenario 11, variants: Sunday to Thursday against Monday to Friday."""
    assert nth(code, due, n) == utc(ends_at)


def test_what_cannot_be_counted_is_said() -> None:
    """No day zero, nobody's calendar, a week not known yet, a date beyond the table."""
    unknown = WorkingCalendar(zone="Europe/Paris", weeks=(WorkingWeek(since=utc("2026-06-01"), closes={1: "17:00"}),))
    idle = WorkingCalendar(zone="Europe/Paris", weeks=(WorkingWeek(since=LONG_AGO, closes={}),))
    table, anchor = pinned_table(), utc("2026-03-02 08:00")

    with pytest.raises(NotReckonable, match="at least one"):
        nth("EUROPOL", "2026-03-02 08:00", 0)
    with pytest.raises(NotReckonable, match="somebody's calendar"):
        nth_common_working_day(anchor=anchor, n=1, calendars=(), table=table)
    with pytest.raises(NotReckonable, match="no working week is known in Europe/Paris on 2026-03-03"):
        nth_working_day(anchor=anchor, n=1, calendar=unknown, table=table)
    with pytest.raises(OutsideTable):
        nth_working_day(anchor=anchor, n=1, calendar=idle, table=table)
    with pytest.raises(OutsideTable, match="outside the pinned table"):
        closing(
            on=date(2030, 12, 31),
            calendar=WorkingCalendar(zone="America/Bogota", weeks=(WorkingWeek(since=LONG_AGO, closes={2: "20:00"}),)),
            table=table,
        )


codes = st.sampled_from(MEMBERS)
counts = st.integers(1, 15)
holiday_sets = st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=15)
instants = st.integers(0, 3 * 365 * 86_400).map(lambda seconds: utc("2026-01-01") + timedelta(seconds=seconds))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Draw the calendar of one member with some holidays."""
    return calendar(draw(codes), *draw(holiday_sets))


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, counts, counts)
def test_counting_further_ends_later(some: WorkingCalendar, anchor: datetime, near: int, more: int) -> None:
    """Positive counts rise and lie after the anchor's date, negative ones mirror them."""

    def end(n: int) -> datetime:
        return nth_working_day(anchor=anchor, n=n, calendar=some, table=pinned_table()).at

    assert end(-near - more) < end(-near) < anchor < end(near) < end(near + more)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.timedeltas(timedelta(0), timedelta(days=9)), counts)
def test_a_later_anchor_never_ends_earlier(some: WorkingCalendar, anchor: datetime, later: timedelta, n: int) -> None:
    """Monotone in the anchor, before as after."""

    def end(at: datetime, n: int) -> datetime:
        return nth_working_day(anchor=at, n=n, calendar=some, table=pinned_table()).at

    assert end(anchor, n) <= end(anchor + later, n)
    assert end(anchor, -n) <= end(anchor + later, -n)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, counts, counts)
def test_counting_there_and_back(some: WorkingCalendar, anchor: datetime, n: int, more: int) -> None:
    """From the end of a working day n forward and n back is that end; counts add up."""

    def end(at: datetime, n: int) -> datetime:
        return nth_working_day(anchor=at, n=n, calendar=some, table=pinned_table()).at

    start = end(anchor, 1)

    assert end(end(start, n), -n) == start
    assert end(end(start, -n), n) == start
    assert end(end(start, n), more) == end(start, n + more)


@settings(max_examples=40, deadline=None)
@given(st.lists(calendars(), min_size=1, max_size=4), instants, st.integers(1, 6))
def test_a_common_working_day_is_worked_by_all(some: list[WorkingCalendar], anchor: datetime, n: int) -> None:
    """It ends at the latest close among them, and no earlier than for any of them alone."""
    table = pinned_table()
    end = nth_common_working_day(anchor=anchor, n=n, calendars=tuple(some), table=table).at

    nearby = [table.local(end, "Europe/Paris").date() + timedelta(days=days) for days in (-1, 0, 1)]
    closings = [[closing(on=on, calendar=one, table=table) for one in some] for on in nearby]
    assert any(None not in day and max(at for at in day if at) == end for day in closings)
    assert all(nth_working_day(anchor=anchor, n=n, calendar=one, table=table).at <= end for one in some)
    held_days = whole_common_working_days(opened_at=anchor, expires_at=end, calendars=tuple(some), table=table)
    just_less = whole_common_working_days(
        opened_at=anchor, expires_at=end - timedelta(seconds=1), calendars=tuple(some), table=table
    )
    assert (held_days, just_less) == (n, n - 1)

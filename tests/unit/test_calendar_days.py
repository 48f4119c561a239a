"""Deadlines of every kind on the debtor's own calendar, rounded as the rule says, with the reason (domain.md 5.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.calendar import CalendarTable
from services.domain.day import day_of
from services.domain.deadline import Reckoned
from services.domain.procedure import Period, PeriodKind, Rounding
from services.domain.reckoning import reckon_for
from services.domain.working_calendar import Holiday, WorkedDay, WorkingCalendar, WorkingWeek
from services.domain.working_days import nth_common_working_day, nth_working_day
from services.policies.calendar import calendar_table
from services.policies.zone import known_zones
from tests.unit.calendar_setting import LONG_AGO, MEMBERS, ZONES, kept, kept_table, pinned_table, utc

LATER, EARLIER, NONE = Rounding.LATER, Rounding.EARLIER, Rounding.NONE


def before(days: int) -> Period:
    """Return so many calendar days before."""
    return Period(kind=PeriodKind.CALENDAR_DAYS, days=-days)


def step(code: str, session: str, days: int, rounding: Rounding, *holidays: date) -> Reckoned:
    """Reckon a step of a session in Lyon for one debtor."""
    return reckon_for(
        anchor=utc(session),
        period=before(days),
        calendar=kept(code, *holidays),
        day_ends="17:00",
        table=pinned_table(),
        rounding=rounding,
        anchor_zone="Europe/Paris",
    )


@pytest.mark.parametrize(
    ("code", "session", "days", "rounding", "due_at"),
    [
        # scenario 12: an edition of Tue 15 June 2027
        ("INTERPOL", "2027-06-15 07:00", 120, EARLIER, "2027-02-15 16:00"),
        ("INTERPOL", "2027-06-15 07:00", 90, EARLIER, "2027-03-17 16:00"),
        ("INTERPOL", "2027-06-15 07:00", 30, LATER, "2027-05-17 15:00"),  # Sun 16 to Mon 17 May
        ("EUROPOL", "2027-06-15 07:00", 21, LATER, "2027-05-25 15:00"),
        ("AFRIPOL", "2027-06-15 07:00", 14, LATER, "2027-06-01 16:00"),
        # postponed to Wed 20 October
        ("INTERPOL", "2027-10-20 07:00", 30, LATER, "2027-09-20 15:00"),
        ("EUROPOL", "2027-10-20 07:00", 14, LATER, "2027-10-06 15:00"),
        ("AFRIPOL", "2027-10-20 07:00", 14, LATER, "2027-10-06 16:00"),
        ("AMERIPOL", "2027-10-20 07:00", 14, LATER, "2027-10-06 22:00"),
        # variant (i): to Sun 24 October
        ("INTERPOL", "2027-10-24 07:00", 30, LATER, "2027-09-24 15:00"),
        ("AFRIPOL", "2027-10-24 07:00", 21, LATER, "2027-10-03 16:00"),  # a Sunday is worked in Algiers
        ("EUROPOL", "2027-10-24 07:00", 21, LATER, "2027-10-04 15:00"),
        ("AFRIPOL", "2027-10-24 07:00", 14, LATER, "2027-10-10 16:00"),
        ("EUROPOL", "2027-10-24 07:00", 14, LATER, "2027-10-11 15:00"),
        ("INTERPOL", "2027-10-24 07:00", 120, EARLIER, "2027-06-25 15:00"),  # Sat 26 to Fri 25 June
        # variant (iii): a working group of Tue 9 March 2027
        ("INTERPOL", "2027-03-09 08:00", 42, EARLIER, "2027-01-26 16:00"),
        ("AFRIPOL", "2027-03-09 08:00", 10, LATER, "2027-02-28 16:00"),
        ("EUROPOL", "2027-03-09 08:00", 10, LATER, "2027-03-01 16:00"),
        # a half day ends at its own end: Fri 7 January 2022 in Abu Dhabi
        ("GCCPOL", "2022-01-21 08:00", 14, LATER, "2022-01-07 08:00"),
    ],
)
def test_scenario_12_steps_go_to_the_debtors_working_day(
    code: str, session: str, days: int, rounding: Rounding, due_at: str
) -> None:
    """Not less than so many days is rounded earlier, ordinary steps later, each in the debtor's own calendar."""
    assert step(code, session, days, rounding).at == utc(due_at)


def test_the_reason_says_from_where_to_where_and_why() -> None:
    """The sentence of the coordinator's desk, and the same with a feast and over the end of a month."""
    friday = reckon_for(
        anchor=utc("2026-09-30 12:00"),
        period=Period(kind=PeriodKind.CALENDAR_DAYS, days=2),
        calendar=kept("AFRIPOL"),
        day_ends="17:00",
        table=pinned_table(),
        rounding=LATER,
    )
    feast = step("AMERIPOL", "2026-10-26 13:00", 14, LATER, date(2026, 10, 12))
    month = step("EUROPOL", "2027-03-09 08:00", 10, LATER)
    plain = step("EUROPOL", "2027-06-15 07:00", 21, LATER)

    assert friday == Reckoned(at=utc("2026-10-04 16:00"), reason="moved from Fri 2 to Sun 4: weekend in Algiers")
    assert feast == Reckoned(at=utc("2026-10-13 22:00"), reason="moved from Mon 12 to Tue 13: Feast in Bogota")
    assert month.reason == "moved from Sat 27 Feb to Mon 1 Mar: weekend in The Hague"
    assert plain.reason == ""


def test_an_expected_feast_is_called_so() -> None:
    """Nobody has announced it yet."""
    eid = Holiday(name="Eid al-Fitr", expected=(date(2027, 3, 10),))
    calendar = replace(kept("GCCPOL"), holidays=(eid,))

    found = reckon_for(
        anchor=utc("2027-03-09 08:00"),
        period=Period(kind=PeriodKind.CALENDAR_DAYS, days=1),
        calendar=calendar,
        day_ends="17:00",
        table=pinned_table(),
        rounding=LATER,
    )

    assert found.reason == "moved from Wed 10 to Thu 11: Eid al-Fitr (expected) in Abu Dhabi"


def test_counts_say_what_they_passed_over() -> None:
    """Scenario 6 and 11: five common working days from Thu 5 February, and a Colombian feast in a ladder."""
    table = kept_table(AMERIPOL=(date(2026, 10, 12),))
    two = (table.calendars["AFRIPOL"], table.calendars["EUROPOL"])

    common = nth_common_working_day(anchor=utc("2026-02-05 12:00"), n=5, calendars=two, table=table)
    ladder = nth_working_day(anchor=utc("2026-10-07 22:00"), n=3, calendar=table.calendars["AMERIPOL"], table=table)

    assert common.at == utc("2026-02-16 16:00")
    assert common.reason.startswith("not counted: Fri 6 Feb (weekend in Algiers), Sat 7 Feb (weekend in Algiers and")
    assert "Sun 8 Feb (weekend in The Hague)" in common.reason
    assert ladder.at == utc("2026-10-13 22:00")
    assert ladder.reason == (
        "not counted: Sat 10 Oct (weekend in Bogota), Sun 11 Oct (weekend in Bogota), Mon 12 Oct (Feast in Bogota)"
    )


def test_many_days_passed_over_are_summed_up() -> None:
    """A reason stays one line people read."""
    table = kept_table()
    calendars = tuple(table.calendars[code] for code in MEMBERS)

    found = nth_common_working_day(anchor=utc("2026-02-05 12:00"), n=20, calendars=calendars, table=table)

    assert found.reason.endswith("and 9 more")
    assert "weekend in 7 places" in found.reason


def test_scenario_5_a_third_day_at_a_local_time() -> None:
    """Third day, 15:00 in Lyon, over the change of clocks: 13:00Z; rounded, it keeps its hour."""
    period = Period(kind=PeriodKind.NTH_DAY_AT, days=3, wall="15:00")

    def reckoned(anchor: str, rounding: Rounding) -> Reckoned:
        return reckon_for(
            anchor=utc(anchor),
            period=period,
            calendar=kept("INTERPOL"),
            day_ends="17:00",
            table=pinned_table(),
            rounding=rounding,
        )

    assert reckoned("2026-03-27 14:00", NONE).at == utc("2026-03-30 13:00")
    assert reckoned("2026-03-25 14:00", NONE).at == utc("2026-03-28 14:00")  # a Saturday
    assert reckoned("2026-03-25 14:00", LATER).at == utc("2026-03-30 13:00")
    assert reckoned("2026-03-25 14:00", EARLIER).at == utc("2026-03-27 14:00")


def test_an_elapsed_instant_stays_unless_its_day_is_free() -> None:
    """72 hours from Thursday end on Sunday; rounded they end with Friday or with Monday, at the closing hour."""
    period = Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=72))

    def reckoned(anchor: str, rounding: Rounding) -> datetime:
        return reckon_for(
            anchor=utc(anchor),
            period=period,
            calendar=kept("INTERPOL"),
            day_ends="17:00",
            table=pinned_table(),
            rounding=rounding,
        ).at

    assert reckoned("2026-03-02 08:00", LATER) == utc("2026-03-05 08:00")
    assert reckoned("2026-03-05 08:00", NONE) == utc("2026-03-08 08:00")
    assert reckoned("2026-03-05 08:00", LATER) == utc("2026-03-09 16:00")
    assert reckoned("2026-03-05 08:00", EARLIER) == utc("2026-03-06 16:00")


def test_a_make_up_day_is_worked_and_a_half_day_before_a_feast_ends_early() -> None:
    """Dates of their own go before week and feast."""
    calendar = replace(
        kept("SCO", date(2027, 2, 5)),
        worked=(
            WorkedDay(on=date(2027, 2, 6), closes="17:00", name="Make-up day"),
            WorkedDay(on=date(2027, 2, 5), closes="12:00", name="Half day"),
        ),
    )

    saturday = day_of(on=date(2027, 2, 6), calendar=calendar, table=pinned_table())
    half = day_of(on=date(2027, 2, 5), calendar=calendar, table=pinned_table())

    assert saturday.closes_at == utc("2027-02-06 09:00")
    assert (half.closes_at, half.is_half) == (utc("2027-02-05 04:00"), True)


# ---- what holds of any calendar, hour and zone

HOURS = st.sampled_from(["00:30", "02:30", "03:00", "09:00", "12:00", "17:00", "23:59"])
WEEKENDS = st.sets(st.integers(1, 7), min_size=1, max_size=6)
ANCHORS = st.integers(0, 4 * 365 * 86_400).map(lambda seconds: utc("2024-01-01") + timedelta(seconds=seconds))
SPAN = (utc("2022-06-01"), utc("2030-01-01"))


@pytest.fixture(scope="module")
def zones() -> dict[str, CalendarTable]:
    """Return a table of every zone of the release that changes its offset in some years, and of a few that do not."""
    tables = {name: calendar_table([name], *SPAN) for name in sorted(known_zones())}
    changing = {name: table for name, table in tables.items() if len(table.zones[name]) > 1}
    assert {"Africa/Casablanca", "America/Santiago", "Asia/Gaza", "Australia/Lord_Howe"} <= changing.keys()
    return changing | {name: tables[name] for name in ("Asia/Kathmandu", "Africa/Algiers", "Etc/GMT+12")}


def test_every_date_ends_at_its_hour_in_every_zone_that_changes(zones: dict[str, CalendarTable]) -> None:
    """Gaps, overlaps and the suspensions of Ramadan: a closing hour that exists is what clocks show then."""
    for name, table in zones.items():
        for since in (offset.since for offset in table.zones[name][1:]):
            for days in (-1, 0, 1):
                on = table.local(since, name).date() + timedelta(days=days)
                for hour in ("02:30", "17:00"):
                    weeks = (WorkingWeek(since=LONG_AGO, closes=dict.fromkeys(range(1, 8), hour)),)
                    calendar = WorkingCalendar(zone=name, weeks=weeks, place=name)
                    ends = day_of(on=on, calendar=calendar, table=table).closes_at
                    assert ends is not None
                    shown = table.local(ends, name)
                    is_gap = shown.strftime("%H:%M") != hour
                    assert shown.date() == on or is_gap
                    if is_gap:
                        ahead = datetime.fromisoformat(f"{on}T{hour}")
                        assert timedelta(0) < shown.replace(tzinfo=None) - ahead <= timedelta(hours=24), (
                            name,
                            on,
                            hour,
                        )


@settings(max_examples=150, deadline=None)
@given(
    code=st.sampled_from(sorted(ZONES)),
    free=WEEKENDS,
    hour=HOURS,
    feasts=st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=40),
    anchor=ANCHORS,
    days=st.integers(-200, 200),
)
def test_rounding_finds_the_nearest_worked_day_on_its_side(
    code: str, free: set[int], hour: str, feasts: frozenset[date], anchor: datetime, days: int
) -> None:
    """Weekend kinds, feasts and hours: a worked day is left alone, else the next one before or after is taken."""
    table = pinned_table()
    worked = {day: hour for day in range(1, 8) if day not in free}
    calendar = WorkingCalendar(
        zone=ZONES[code],
        weeks=(WorkingWeek(since=LONG_AGO, closes=worked),),
        holidays=(Holiday(name="Feast", on=tuple(sorted(feasts))),),
        place="There",
    )
    period = Period(kind=PeriodKind.CALENDAR_DAYS, days=days)

    def reckoned(rounding: Rounding) -> Reckoned:
        return reckon_for(
            anchor=anchor, period=period, calendar=calendar, day_ends="17:00", table=table, rounding=rounding
        )

    def is_worked(on: date) -> bool:
        return on.isoweekday() in worked and on not in feasts

    wanted = table.local(anchor, calendar.zone).date() + timedelta(days=days)
    for rounding, step_ in ((LATER, 1), (EARLIER, -1)):
        found = reckoned(rounding)
        on = wanted
        while not is_worked(on):
            on += timedelta(days=step_)
        assert table.local(found.at, calendar.zone).date() == on
        assert bool(found.reason) == (on != wanted)
        assert found.at.microsecond == 0
    assert reckoned(EARLIER).at <= reckoned(NONE).at <= reckoned(LATER).at or is_worked(wanted)


@settings(max_examples=60, deadline=None)
@given(anchor=ANCHORS, days=st.integers(1, 400))
def test_newer_zone_data_moves_nothing_reckoned_with_a_pinned_table(anchor: datetime, days: int) -> None:
    """Should Paris give up summer time, deadlines reckoned by then stand; only a newer table gives the hour after."""
    pinned, period = pinned_table(), Period(kind=PeriodKind.CALENDAR_DAYS, days=days)
    newer = replace(pinned, zones={**pinned.zones, "Europe/Paris": pinned.zones["Africa/Tunis"]})

    def reckoned(table: CalendarTable) -> datetime:
        return reckon_for(
            anchor=anchor,
            period=period,
            calendar=kept("INTERPOL"),
            day_ends="17:00",
            table=table,
            anchor_zone="Africa/Tunis",
        ).at

    then, now = reckoned(pinned), reckoned(newer)

    is_summer = pinned.local(then, "Europe/Paris").utcoffset() == timedelta(hours=2)
    assert now - then == timedelta(hours=1 if is_summer else 0)
    assert reckoned(pinned) == then


@settings(max_examples=60, deadline=None)
@given(anchor=ANCHORS, n=st.integers(-20, 20).filter(bool), code=st.sampled_from(MEMBERS))
def test_a_cut_of_a_table_reckons_as_the_whole_does(anchor: datetime, n: int, code: str) -> None:
    """A cycle pins a part of its body's table: within it nothing changes."""
    feasts = {"AMERIPOL": (date(2026, 10, 12), date(2025, 7, 20)), "AFRIPOL": (date(2026, 7, 5),)}
    whole = kept_table(**feasts)
    cut = whole.between(anchor - timedelta(days=60), anchor + timedelta(days=60))

    def end(table: CalendarTable) -> Reckoned:
        return nth_working_day(anchor=anchor, n=n, calendar=table.calendars[code], table=table)

    assert end(cut) == end(whole)
    assert cut.digest != whole.digest
    assert cut.between(cut.since, cut.until) is cut

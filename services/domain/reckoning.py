"""Reckoning for a debtor: every kind of deadline on its own calendar, rounded as the rule says (domain.md DD-4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from services.domain.calendar import CalendarTable
from services.domain.day import Day, day_of, moved_reason
from services.domain.deadline import NotReckonable, Reckoned, reckon, whole_second
from services.domain.procedure import Period, PeriodKind, Rounding
from services.domain.working_calendar import WorkingCalendar
from services.domain.working_days import nth_working_day


def reckon_for(  # noqa: PLR0913 - a deadline has these parts
    *,
    anchor: datetime,
    period: Period,
    calendar: WorkingCalendar,
    day_ends: str,
    table: CalendarTable,
    rounding: Rounding = Rounding.NONE,
    anchor_zone: str | None = None,
) -> Reckoned:
    """
    Return the UTC instant of a period that one debtor has to meet, and why it lies where it does.

    Working days are counted on the debtor's calendar. Other kinds give a date there, which ``rounding`` takes to the
    debtor's previous or next working day (domain.md DD-4). A day ends at its own closing hour, one that is not worked
    at ``day_ends`` (DD-2); an ``nth_day_at`` keeps its local time on the day it is moved to; an elapsed instant that
    moves goes to the end of that day. The anchor's date is read in ``anchor_zone``: for the steps of a session the
    venue's, else in the debtor's. A bare week, of before there were calendars, rounds nothing.

    Raises:
        NotReckonable: the kind concerns several calendars, or days cannot be told from one another.
        OutsideTable: the instant lies beyond the pinned table.
    """
    if period.kind is PeriodKind.COMMON_WORKING_DAYS:
        raise NotReckonable("common working days are those of several calendars, and here is one")
    if period.kind is PeriodKind.WORKING_DAYS:
        return nth_working_day(anchor=anchor, n=period.days, calendar=calendar, table=table)
    if not calendar.is_kept and period.kind is not PeriodKind.NTH_DAY_AT:
        zone = calendar.zone
        at = reckon(anchor=anchor, period=period, zone=zone, day_ends=day_ends, table=table, anchor_zone=anchor_zone)
        return Reckoned(at=at)
    wanted = _wanted(anchor, period, anchor_zone or calendar.zone, calendar, table)
    found, passed = _rounded(wanted, rounding, calendar, table)
    reason = moved_reason(wanted=wanted, found=found, passed=passed) if passed else ""
    if period.kind is PeriodKind.NTH_DAY_AT:
        return Reckoned(at=table.instant(found, time.fromisoformat(period.wall), calendar.zone), reason=reason)
    if period.kind is PeriodKind.ELAPSED and not passed:
        return Reckoned(at=whole_second(anchor + period.elapsed))
    return Reckoned(at=_end_of(found, calendar, day_ends, table), reason=reason)


def _wanted(
    anchor: datetime, period: Period, anchor_zone: str, calendar: WorkingCalendar, table: CalendarTable
) -> date:
    if period.kind is PeriodKind.ELAPSED:
        return table.local(whole_second(anchor + period.elapsed), calendar.zone).date()
    return table.local(anchor, anchor_zone).date() + timedelta(days=period.days)


def _rounded(
    wanted: date, rounding: Rounding, calendar: WorkingCalendar, table: CalendarTable
) -> tuple[date, tuple[Day, ...]]:
    """Return the date that a deadline goes to, and the days it passed over."""
    step = {Rounding.EARLIER: -1, Rounding.LATER: 1, Rounding.NONE: 0}[rounding]
    passed: tuple[Day, ...] = ()
    day = day_of(on=wanted, calendar=calendar, table=table) if step else None
    while day is not None and day.closes_at is None:
        passed = (*passed, day)
        day = day_of(on=day.on + timedelta(days=step), calendar=calendar, table=table)
    return (day.on if day else wanted), passed


def _end_of(on: date, calendar: WorkingCalendar, day_ends: str, table: CalendarTable) -> datetime:
    closes_at = day_of(on=on, calendar=calendar, table=table).closes_at
    return closes_at or table.instant(on, time.fromisoformat(day_ends), calendar.zone)

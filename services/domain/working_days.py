"""Working days: closings, nth and common working days of effective-dated calendars (domain.md 5.1 DD-1 to DD-3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice

from services.domain.calendar import CalendarTable
from services.domain.deadline import NotReckonable, reckon
from services.domain.membership import Delegation, Membership, WorkingWeek
from services.domain.procedure import Period, PeriodKind

NOON = time(12)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingCalendar:
    """Which days one delegation works: its zone, its effective-dated weeks, and the dates it does not (R1-4)."""

    zone: str
    weeks: tuple[WorkingWeek, ...]
    holidays: frozenset[date] = frozenset()


def calendar_of(delegation: Delegation, holidays: frozenset[date] = frozenset()) -> WorkingCalendar:
    """Return the calendar of a delegation, ``holidays`` being dates in its own zone."""
    return WorkingCalendar(zone=delegation.zone, weeks=delegation.weeks, holidays=holidays)


def calendars_of(membership: Membership, entities: tuple[str, ...]) -> tuple[WorkingCalendar, ...]:
    """Return the calendars of entities, each that of its first delegation, in whose place the entity is written to."""
    found = (membership.entity(code) for code in entities)
    return tuple(calendar_of(entity.delegations[0]) for entity in found if entity is not None)


def closing(*, on: date, calendar: WorkingCalendar, table: CalendarTable) -> datetime | None:
    """
    Return the UTC instant at which a working day ends; ``None`` if the date is not worked.

    A half day ends at its own end and is a working day like any other (domain.md DD-2).

    Raises:
        NotReckonable: no working week is known for that date.
        OutsideTable: the date lies beyond the pinned table.
    """
    wall = _week_on(on, calendar, table).closes.get(on.isoweekday())
    if wall is None or on in calendar.holidays:
        return None
    return table.instant(on, time.fromisoformat(wall), calendar.zone)


def nth_working_day(*, anchor: datetime, n: int, calendar: WorkingCalendar, table: CalendarTable) -> datetime:
    """
    Return the end of the nth working day of one calendar, in UTC; negative counts before the anchor.

    Counting starts on the day after (before) the anchor's local date in the calendar's own zone (domain.md DD-1).

    Raises:
        NotReckonable: ``n`` is zero, or no working week is known for a date passed.
        OutsideTable: the count leaves the pinned table.
    """
    return nth_common_working_day(anchor=anchor, n=n, calendars=(calendar,), table=table)


def nth_common_working_day(
    *, anchor: datetime, n: int, calendars: tuple[WorkingCalendar, ...], table: CalendarTable
) -> datetime:
    """
    Return the end of the nth date that every calendar works, at the latest close among them (domain.md DD-3).

    A date counts if it is later (for negative counts earlier) than the anchor's local date in every calendar.

    Raises:
        NotReckonable: ``n`` is zero, there is no calendar, or one knows no working week for a date passed.
        OutsideTable: the count leaves the pinned table.
    """
    if n == 0:
        raise NotReckonable("a count of working days is at least one, before or after")
    anchored = _local_dates(anchor, calendars, table)
    start, step = (max(anchored), 1) if n > 0 else (min(anchored), -1)
    ends = _common_closings((start + timedelta(days=step * nth) for nth in count(1)), calendars, table)
    return next(islice(ends, abs(n) - 1, None))


def whole_common_working_days(
    *, opened_at: datetime, expires_at: datetime, calendars: tuple[WorkingCalendar, ...], table: CalendarTable
) -> int:
    """
    Return how many whole common working days a period holds (domain.md 5.2 d).

    These are the dates later than the opening's local date in every calendar, worked in all, and ended by the expiry.

    Raises:
        NotReckonable: there is no calendar, or one knows no working week for a date in the period.
        OutsideTable: the period leaves the pinned table.
    """
    first = max(_local_dates(opened_at, calendars, table)) + timedelta(days=1)
    last = min(_local_dates(expires_at, calendars, table))
    dates = (first + timedelta(days=later) for later in range((last - first).days + 1))
    return sum(ends_at <= expires_at for ends_at in _common_closings(dates, calendars, table))


def reckon_for(
    *, anchor: datetime, period: Period, calendar: WorkingCalendar, day_ends: str, table: CalendarTable
) -> datetime:
    """
    Return the UTC instant of a period that one delegation counts: ``working_days`` on its calendar, others in its zone.

    Raises:
        NotReckonable: the kind concerns several calendars, or the working days cannot be counted.
        OutsideTable: the instant lies beyond the pinned table.
    """
    if period.kind is PeriodKind.WORKING_DAYS:
        return nth_working_day(anchor=anchor, n=period.days, calendar=calendar, table=table)
    return reckon(anchor=anchor, period=period, zone=calendar.zone, day_ends=day_ends, table=table)


def _common_closings(
    dates: Iterator[date], calendars: tuple[WorkingCalendar, ...], table: CalendarTable
) -> Iterator[datetime]:
    for on in dates:
        ends = [end for calendar in calendars if (end := closing(on=on, calendar=calendar, table=table)) is not None]
        if len(ends) == len(calendars):
            yield max(ends)


def _local_dates(at: datetime, calendars: tuple[WorkingCalendar, ...], table: CalendarTable) -> tuple[date, ...]:
    if not calendars:
        raise NotReckonable("working days are counted on somebody's calendar, and there is none")
    return tuple(table.local(at, calendar.zone).date() for calendar in calendars)


def _week_on(on: date, calendar: WorkingCalendar, table: CalendarTable) -> WorkingWeek:
    # Noon, because a change of week may be dated 00:00 in the delegation's zone or in the convenor's (DD-6): at noon of
    # the first new date both have come, at noon of the last old one neither has.
    midday = table.instant(on, NOON, calendar.zone)
    known = [week for week in calendar.weeks if week.since <= midday]
    if not known:
        raise NotReckonable(f"no working week is known in {calendar.zone} on {on.isoformat()}")
    return max(known, key=lambda week: week.since)

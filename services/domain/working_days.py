"""Working days: closings, nth and common working days of effective-dated calendars (domain.md 5.1 DD-1 to DD-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, islice

from services.domain.calendar import CalendarTable
from services.domain.day import Day, day_of, passed_reason
from services.domain.deadline import NotReckonable, Reckoned
from services.domain.membership import Delegation, Membership
from services.domain.working_calendar import WorkingCalendar


def calendar_of(delegation: Delegation, table: CalendarTable) -> WorkingCalendar:
    """Return the calendar of a delegation: the pinned table's, or its bare weeks where the table has none of it."""
    kept = table.calendars.get(delegation.code)
    return kept or WorkingCalendar(zone=delegation.zone, weeks=delegation.weeks)


def calendars_of(
    membership: Membership, entities: tuple[str, ...], table: CalendarTable
) -> tuple[WorkingCalendar, ...]:
    """Return the calendars of entities, each that of its first delegation, in whose place the entity is written to."""
    found = (membership.entity(code) for code in entities)
    return tuple(calendar_of(entity.delegations[0], table) for entity in found if entity is not None)


def closing(*, on: date, calendar: WorkingCalendar, table: CalendarTable) -> datetime | None:
    """
    Return the UTC instant at which a working day ends; ``None`` if the date is not worked.

    A half day ends at its own end and is a working day like any other (domain.md DD-2).

    Raises:
        NotReckonable: no working week is known for that date.
        OutsideTable: the date lies beyond the pinned table.
    """
    return day_of(on=on, calendar=calendar, table=table).closes_at


def nth_working_day(*, anchor: datetime, n: int, calendar: WorkingCalendar, table: CalendarTable) -> Reckoned:
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
) -> Reckoned:
    """
    Return the end of the nth date that every calendar works, at the latest close among them (domain.md DD-3).

    A date counts if it is later (for negative counts earlier) than the anchor's local date in every calendar. The
    reason names the dates passed over, if the calendars are ones that the register keeps.

    Raises:
        NotReckonable: ``n`` is zero, there is no calendar, or one knows no working week for a date passed.
        OutsideTable: the count leaves the pinned table.
    """
    if n == 0:
        raise NotReckonable("a count of working days is at least one, before or after")
    anchored = _local_dates(anchor, calendars, table)
    start, step = (max(anchored), 1) if n > 0 else (min(anchored), -1)
    passed: list[tuple[Day, ...]] = []
    ends = _common_closings((start + timedelta(days=step * nth) for nth in count(1)), calendars, table, passed)
    at = next(islice(ends, abs(n) - 1, None))
    is_kept = all(calendar.is_kept for calendar in calendars)
    return Reckoned(at=at, reason=passed_reason(passed) if is_kept else "")


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
    return sum(ends_at <= expires_at for ends_at in _common_closings(dates, calendars, table, []))


def _common_closings(
    dates: Iterator[date], calendars: tuple[WorkingCalendar, ...], table: CalendarTable, passed: list[tuple[Day, ...]]
) -> Iterator[datetime]:
    """Give where the common working days among dates end, and put those that are none into ``passed``."""
    for on in dates:
        days = tuple(day_of(on=on, calendar=calendar, table=table) for calendar in calendars)
        ends = [day.closes_at for day in days if day.closes_at is not None]
        if len(ends) == len(days):
            yield max(ends)
        else:
            passed.append(days)


def _local_dates(at: datetime, calendars: tuple[WorkingCalendar, ...], table: CalendarTable) -> tuple[date, ...]:
    if not calendars:
        raise NotReckonable("working days are counted on somebody's calendar, and there is none")
    return tuple(table.local(at, calendar.zone).date() for calendar in calendars)

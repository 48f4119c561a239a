"""Tells working calendars: as a whole, and what they say of a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from services.api.reading import Viewer
from services.domain.calendar import CalendarTable
from services.domain.day import WEEKDAYS, day_of
from services.domain.deadline import NotReckonable
from services.domain.membership import Delegation, Entity
from services.domain.working_calendar import WorkingCalendar
from services.policies.calendar import calendar_table
from services.policies.zone import midnight

DAY = timedelta(days=1)
#: the letters of days that are worked
WORKED = frozenset("wh")


def delegations(viewer: Viewer) -> Iterator[tuple[Entity, Delegation, WorkingCalendar]]:
    """Give every delegation with the calendar the register keeps of it, or its bare weeks."""
    for entity in viewer.register.membership.entities:
        for delegation in entity.delegations:
            yield entity, delegation, calendar_kept(viewer, delegation)


def calendar_kept(viewer: Viewer, delegation: Delegation) -> WorkingCalendar:
    """Return the calendar the register keeps of a delegation, or its bare weeks where it keeps none."""
    kept = viewer.register.calendars.get(delegation.code)
    return kept or WorkingCalendar(zone=delegation.zone, weeks=delegation.weeks, place=delegation.seat)


def calendar_told(entity: Entity, delegation: Delegation, calendar: WorkingCalendar) -> dict[str, Any]:
    """Return a calendar as a whole."""
    return {
        "delegation": delegation.code,
        "entity": entity.code,
        "place": calendar.place,
        "calendar_zone": calendar.zone,
        "reference": calendar.reference,
        "digest": calendar.digest,
        "source": calendar.source,
        "confidence": calendar.confidence,
        "weeks": calendar.weeks,
    }


def year_told(calendar: WorkingCalendar, year: int) -> dict[str, Any]:
    """Return what a calendar says of a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    start, end = midnight(first, calendar.zone), midnight(last + DAY, calendar.zone)
    table = calendar_table([calendar.zone], start - 2 * DAY, end + 2 * DAY)
    letters = {on: _letter(on, calendar, table) for on in (first + nth * DAY for nth in range((last - first).days + 1))}
    return {
        "year": year,
        "months": tuple("".join(each for on, each in letters.items() if on.month == month) for month in range(1, 13)),
        "working_days": sum(each in WORKED for each in letters.values()),
        "feasts": _feasts_of(calendar, first, last, table),
        "worked_days": [
            {"on": day.on, "weekday": WEEKDAYS[day.on.weekday()], "closes": day.closes, "name": day.name}
            for day in sorted(calendar.worked, key=lambda day: day.on)
            if first <= day.on <= last
        ],
    }


def _letter(on: date, calendar: WorkingCalendar, table: CalendarTable) -> str:
    try:
        day = day_of(on=on, calendar=calendar, table=table)
    except NotReckonable:
        return "o"  # before the first week that is known
    if day.closes_at is not None:
        return "h" if day.is_half else "w"
    holiday = calendar.holiday_on(on)
    if holiday is None:
        return "o"
    return "e" if on in holiday.expected else "f"


def _feasts_of(calendar: WorkingCalendar, first: date, last: date, table: CalendarTable) -> list[dict[str, Any]]:
    bare = WorkingCalendar(zone=calendar.zone, weeks=calendar.weeks)
    return [
        {
            "on": on,
            "weekday": WEEKDAYS[on.weekday()],
            "name": holiday.name,
            "is_expected": on in holiday.expected,
            "in_weekend": _letter(on, bare, table) not in WORKED,
            "source": holiday.source or calendar.source,
            "confidence": holiday.confidence or calendar.confidence,
        }
        for on, holiday in sorted(
            ((on, holiday) for holiday in calendar.holidays for on in holiday.dates if first <= on <= last),
            key=lambda each: (each[0], each[1].name),
        )
    ]

"""A day of a working calendar: until when it is worked, or why it is not, in words (domain.md DD-1 to DD-3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from services.domain.calendar import CalendarTable
from services.domain.deadline import NotReckonable
from services.domain.working_calendar import WorkingCalendar, WorkingWeek

NOON = time(12)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: a reason names so many days and places at the most
NAMED = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """
    A date in one delegation's calendar: it ends at ``closes_at`` (UTC) if it is worked, else ``why`` says why not.

    ``is_half`` marks one that ends before the others of its week do.
    """

    on: date
    place: str
    closes_at: datetime | None
    why: str = ""
    is_half: bool = False


def day_of(*, on: date, calendar: WorkingCalendar, table: CalendarTable) -> Day:
    """
    Return a date as a delegation keeps it: a worked day goes before a feast, and that before the week.

    Raises:
        NotReckonable: no working week is known for that date.
        OutsideTable: the date lies beyond the pinned table.
    """
    week = _week_on(on, calendar, table)
    extra, holiday = calendar.worked_on(on), calendar.holiday_on(on)
    wall = extra.closes if extra else week.closes.get(on.isoweekday())
    if wall is None:
        return Day(on=on, place=calendar.place, closes_at=None, why=holiday.name if holiday else "weekend")
    if holiday and not extra:
        expected = " (expected)" if on in holiday.expected else ""
        return Day(on=on, place=calendar.place, closes_at=None, why=f"{holiday.name}{expected}")
    return Day(
        on=on,
        place=calendar.place,
        closes_at=table.instant(on, time.fromisoformat(wall), calendar.zone),
        is_half=wall < max(week.closes.values(), default=wall),
    )


def moved_reason(*, wanted: date, found: date, passed: Iterable[Day]) -> str:
    """Say that a day moved, and why: ``moved from Fri 2 to Sun 4: weekend in Algiers``."""
    days = tuple(passed)
    whys = tuple(dict.fromkeys(day.why for day in days if day.closes_at is None))
    places = tuple(dict.fromkeys(day.place for day in days))
    span = f"moved from {_spoken(wanted, beside=found)} to {_spoken(found, beside=wanted)}"
    return f"{span}: {_joined(whys)} in {_joined(places)}"


def passed_reason(passed: Iterable[Sequence[Day]]) -> str:
    """Say which days were not counted, and where they are free: ``not counted: Fri 6 (weekend in Algiers)``."""
    said = [_idle(days) for days in passed]
    if not said:
        return ""
    more = f" and {len(said) - NAMED} more" if len(said) > NAMED else ""
    return f"not counted: {', '.join(said[:NAMED])}{more}"


def _idle(days: Sequence[Day]) -> str:
    idle = [day for day in days if day.closes_at is None]
    whys: dict[str, list[str]] = {}
    for day in idle:
        whys.setdefault(day.why, []).append(day.place)
    return f"{_spoken(idle[0].on)} ({', '.join(f'{why} in {_counted(places)}' for why, places in whys.items())})"


def _counted(places: Sequence[str]) -> str:
    return _joined(places) if len(places) <= NAMED // 2 else f"{len(places)} places"


def _spoken(on: date, *, beside: date | None = None) -> str:
    """Say a date as people do, with its month where the other one is of another, or where there is none."""
    day = f"{WEEKDAYS[on.weekday()]} {on.day}"
    return day if beside and (on.year, on.month) == (beside.year, beside.month) else f"{day} {MONTHS[on.month - 1]}"


def _joined(words: Sequence[str]) -> str:
    return " and ".join(words) if len(words) <= 2 else f"{', '.join(words[:-1])} and {words[-1]}"  # noqa: PLR2004


def _week_on(on: date, calendar: WorkingCalendar, table: CalendarTable) -> WorkingWeek:
    # Noon, because a change of week may be dated 00:00 in the delegation's zone or in the convenor's (DD-6): at noon of
    # the first new date both have come, at noon of the last old one neither has.
    midday = table.instant(on, NOON, calendar.zone)
    known = [week for week in calendar.weeks if week.since <= midday]
    if not known:
        raise NotReckonable(f"no working week is known in {calendar.zone} on {on.isoformat()}")
    return max(known, key=lambda week: week.since)

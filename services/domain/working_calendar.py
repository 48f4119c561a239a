"""Working calendars: which dates a delegation works, until when, and why not (domain.md R1-4, DD-2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.domain.field import added


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingWeek:
    """
    Working days of a delegation: ISO weekday 1 to 7 to closing hour ``HH:MM`` local (R1-4).

    ``half_days`` are weekdays among them. The week holds from ``since`` (UTC), 00:00 of its first day in the
    delegation's own zone, until the next one.
    """

    since: datetime
    closes: Mapping[int, str]
    half_days: tuple[int, ...] = ()
    source: str = ""
    confidence: str = "assumption"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holiday:
    """A feast and the local dates on which it keeps people from work; ``expected`` ones are not yet announced."""

    name: str
    on: tuple[date, ...] = added(())
    expected: tuple[date, ...] = added(())
    source: str = added("")
    confidence: str = added("")

    def between(self, first: date, last: date) -> Holiday:
        """Return the feast with its dates from ``first`` to ``last``, both included, and without its source."""
        return Holiday(
            name=self.name,
            on=tuple(each for each in self.on if first <= each <= last),
            expected=tuple(each for each in self.expected if first <= each <= last),
        )

    @property
    def dates(self) -> tuple[date, ...]:
        """Return all its dates, announced or expected."""
        return (*self.on, *self.expected)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedDay:
    """A date worked until ``closes`` local whatever week and feasts say: a make-up day, a half day before a feast."""

    on: date
    closes: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingCalendar:
    """
    One delegation's calendar: its zone, its effective-dated weeks, the feasts it keeps, the dates worked for them.

    ``place`` is where people say those days are free. ``reference`` names the edition it came from, with ``digest``;
    ``source`` and ``confidence`` stand for every feast that has none of its own.
    """

    zone: str
    weeks: tuple[WorkingWeek, ...]
    holidays: tuple[Holiday, ...] = ()
    worked: tuple[WorkedDay, ...] = ()
    place: str = ""
    reference: str = ""
    digest: str = ""
    source: str = added("")
    confidence: str = added("")

    @property
    def is_kept(self) -> bool:
        """Tell whether it is one of the calendars the register keeps, and not a bare week of before there were any."""
        return bool(self.place)

    def holiday_on(self, on: date) -> Holiday | None:
        """Return the feast that is kept on a date."""
        return next((holiday for holiday in self.holidays if on in holiday.on or on in holiday.expected), None)

    def worked_on(self, on: date) -> WorkedDay | None:
        """Return the day that is worked on a date whatever week and feasts say."""
        return next((day for day in self.worked if day.on == on), None)

    def between(self, first: date, last: date) -> WorkingCalendar:
        """Return the calendar with no feasts or worked days but those from ``first`` to ``last``, and no sources."""
        kept = (holiday.between(first, last) for holiday in self.holidays)
        return replace(
            self,
            weeks=tuple(replace(week, source="") for week in self.weeks),
            holidays=tuple(holiday for holiday in kept if holiday.dates),
            worked=tuple(day for day in self.worked if first <= day.on <= last),
            source="",
        )

    def changed(self, new: WorkingCalendar, *, since: date, starts_at: datetime) -> WorkingCalendar:
        """
        Return the calendar that is this one before a local date and ``new`` from then on (R1-4, effective-dated).

        ``starts_at`` is 00:00 of that date in the delegation's zone, in UTC.
        """
        holding = [week for week in new.weeks if week.since <= starts_at]
        begun = (replace(max(holding, key=lambda week: week.since), since=starts_at),) if holding else ()
        return replace(
            new,
            weeks=(
                *(week for week in self.weeks if week.since < starts_at),
                *begun,
                *(week for week in new.weeks if week.since > starts_at),
            ),
            holidays=_joined(self.holidays, new.holidays, since),
            worked=(*(d for d in self.worked if d.on < since), *(d for d in new.worked if d.on >= since)),
        )


def _joined(old: tuple[Holiday, ...], new: tuple[Holiday, ...], since: date) -> tuple[Holiday, ...]:
    """Return the feasts of the old calendar before a date with those of the new one from then on, each name once."""
    before = {holiday.name: holiday for holiday in old}
    after = {holiday.name: holiday for holiday in new}
    joined = (
        replace(
            after.get(name) or before[name],
            on=_switched(before.get(name), after.get(name), since, "on"),
            expected=_switched(before.get(name), after.get(name), since, "expected"),
        )
        for name in (*before, *(name for name in after if name not in before))
    )
    return tuple(holiday for holiday in joined if holiday.dates)


def _switched(old: Holiday | None, new: Holiday | None, since: date, which: str) -> tuple[date, ...]:
    earlier = (each for each in (getattr(old, which) if old else ()) if each < since)
    later = (each for each in (getattr(new, which) if new else ()) if each >= since)
    return (*earlier, *later)

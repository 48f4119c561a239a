"""Working calendars as files, ``policies/calendars/<delegation>@<version>.yaml``, and the values they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from services.domain.membership import Delegation, Membership
from services.domain.working_calendar import Holiday, WorkedDay, WorkingCalendar, WorkingWeek
from services.policies.fault import PolicyError
from services.policies.form import Form, parse_form, wrong
from services.policies.strict_yaml import Document, read_yaml
from services.policies.term import Code, Confidence, Day, FactForm, Text, WallTime
from services.policies.zone import midnight
from services.wire.canonical import digest

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ISO_WEEKDAYS: Final[dict[Weekday, int]] = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
FOLDER: Final = "calendars"
REFERENCE: Final = re.compile(r"(?P<code>[A-Z][A-Z0-9_]{1,39})@(?P<version>[1-9][0-9]{0,3})")
MOST_FEASTS: Final = 120
MOST_DATES: Final = 400

Dates = Annotated[tuple[Day, ...], Field(max_length=MOST_DATES)]


class WeekForm(FactForm):
    """A working week from 00:00 of a date in the delegation's own zone on; half days are among its days (R1-4)."""

    since: Annotated[Day, Field(description="the first date of the week, in the delegation's own zone")]
    until: Annotated[Day | None, Field(description="the date from which another week holds")] = None
    days: Annotated[tuple[Weekday, ...], Field(min_length=1, description="the days worked: mon to sun")]
    closes: Annotated[WallTime, Field(description="the local time at which those days end, such as 17:00")]
    half_days: dict[Weekday, WallTime] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _half_days_worked(self) -> Self:
        if len(set(self.days)) != len(self.days):
            wrong("a day stands twice in days", "name each day once")
        if idle := [day for day in self.half_days if day not in self.days]:
            wrong(f"{idle[0]} is a half day but not among the days worked", f"add {idle[0]} to days")
        if self.until is not None and self.until <= self.since:
            wrong(f"the week ends on {self.until}, before it begins", "give a later date, or leave until out")
        return self

    def week(self, zone: str) -> WorkingWeek:
        """Return the domain value for a delegation in a zone."""
        closes = dict.fromkeys(self.days, self.closes) | self.half_days
        return WorkingWeek(
            since=midnight(self.since, zone),
            closes={number: closes[day] for day, number in ISO_WEEKDAYS.items() if day in closes},
            half_days=tuple(number for day, number in ISO_WEEKDAYS.items() if day in self.half_days),
            source=self.source,
            confidence=self.confidence.value,
        )


class HolidayForm(Form):
    """The dates of one feast: announced, or expected as long as nobody has announced them."""

    on: Dates = ()
    expected: Dates = ()
    source: Text | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _once(self) -> Self:
        dates = (*self.on, *self.expected)
        if not dates:
            wrong("the feast has no date", "give one in on, or in expected")
        if twice := sorted({each for each in dates if dates.count(each) > 1}):
            wrong(f"{twice[0]} stands twice", "name each date once, in on or in expected")
        return self


class WorkedForm(Form):
    """A date that is worked whatever week and feasts say."""

    on: Day
    closes: WallTime
    name: Text


class CalendarForm(FactForm):
    """The working calendar of one delegation."""

    calendar: Annotated[Code, Field(description="the code of the delegation, such as AFRIPOL or SCO_SECRETARIAT")]
    version: Annotated[int, Field(ge=1, le=9999)]
    weeks: Annotated[tuple[WeekForm, ...], Field(min_length=1, max_length=40)]
    holidays: Annotated[dict[Text, HolidayForm], Field(max_length=MOST_FEASTS)] = Field(default_factory=dict)
    worked: Annotated[tuple[WorkedForm, ...], Field(max_length=MOST_DATES)] = ()

    @model_validator(mode="after")
    def _editions_in_order(self) -> Self:
        for earlier, later in pairwise(self.weeks):
            ends = earlier.until or later.since
            if later.since <= earlier.since or ends > later.since:
                wrong(
                    f"the week of {later.since} overlaps the one of {earlier.since}",
                    "put earlier weeks first, and end each where the next begins",
                )
            if ends < later.since:
                wrong(f"no week holds from {ends} to {later.since}", "end each week where the next begins")
        if self.weeks[-1].until is not None:
            wrong(f"no week holds from {self.weeks[-1].until} on", "leave until out of the last week")
        days = [each.on for each in self.worked]
        if twice := sorted({on for on in days if days.count(on) > 1}):
            wrong(f"{twice[0]} stands twice among the days worked", "name each date once")
        return self

    def working_calendar(self, *, zone: str, place: str, content_digest: str) -> WorkingCalendar:
        """Return the domain value for the delegation, whose zone and place the membership tells."""
        return WorkingCalendar(
            zone=zone,
            weeks=tuple(week.week(zone) for week in self.weeks),
            holidays=tuple(_holiday(name, form) for name, form in self.holidays.items()),
            worked=tuple(WorkedDay(on=day.on, closes=day.closes, name=day.name) for day in self.worked),
            place=place,
            reference=f"{self.calendar}@{self.version}",
            digest=content_digest,
            source=self.source,
            confidence=self.confidence.value,
        )


def load_calendars(folder: Path, membership: Membership) -> Mapping[str, WorkingCalendar]:
    """
    Read the newest calendar of every delegation.

    Raises:
        PolicyError: one is missing or wrong, or is of no delegation.
    """
    found = {code: load_calendar(folder, reference, membership) for code, reference in newest(folder).items()}
    for code in delegations_of(membership):
        if code not in found:
            where = str(folder / FOLDER / f"{code}@1.yaml")
            remedy = "every delegation has a calendar"
            raise PolicyError(file=where, line=1, key="", problem="there is no such file", remedy=remedy)
    return found


def load_calendar(folder: Path, reference: str, membership: Membership) -> WorkingCalendar:
    """
    Read a calendar by its reference, ``AFRIPOL@1``; its digest is that of the file's canonical content.

    Raises:
        PolicyError: there is no such file, or it does not have the form, or is of no delegation.
    """
    path = folder / FOLDER / f"{reference}.yaml"
    document = read_yaml(path)
    calendar = calendar_in(document, membership)
    if calendar.reference != path.stem:
        problem = f"this is {calendar.reference} in a file named {path.name}"
        raise document.error(("calendar",), problem, "give file and calendar the same name and version")
    return calendar


def calendar_in(document: Document, membership: Membership) -> WorkingCalendar:
    """
    Read the calendar that a document says.

    Raises:
        PolicyError: it does not have the form, or is of no delegation.
    """
    form = parse_form(document, CalendarForm)
    delegation = delegations_of(membership).get(form.calendar)
    if delegation is None:
        known = ", ".join(delegations_of(membership))
        raise document.error(("calendar",), f"there is no delegation {form.calendar}", f"name one of {known}")
    return form.working_calendar(zone=delegation.zone, place=delegation.seat, content_digest=digest(document.value))


def calendar_given(value: Any, membership: Membership) -> WorkingCalendar:
    """
    Read a calendar that somebody sends as a JSON value of the files' form.

    Raises:
        PolicyError: as for ``calendar_in``.
    """
    return calendar_in(Document(file="calendar", value=value, lines={(): 1}), membership)


def calendar_files(folder: Path) -> Iterator[tuple[str, int, Path]]:
    """Give delegation, version and path of every calendar file that is named as one."""
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        if named := REFERENCE.fullmatch(path.stem):
            yield named["code"], int(named["version"]), path


def newest(folder: Path) -> dict[str, str]:
    """Return the reference of the newest calendar of each delegation that has one."""
    versions: dict[str, int] = {}
    for code, version, _ in calendar_files(folder):
        versions[code] = max(version, versions.get(code, 0))
    return {code: f"{code}@{version}" for code, version in sorted(versions.items())}


def delegations_of(membership: Membership) -> dict[str, Delegation]:
    """Return every delegation by its code."""
    return {delegation.code: delegation for entity in membership.entities for delegation in entity.delegations}


def _holiday(name: str, form: HolidayForm) -> Holiday:
    return Holiday(
        name=name,
        on=tuple(sorted(form.on)),
        expected=tuple(sorted(form.expected)),
        source=form.source or "",
        confidence=form.confidence.value if form.confidence else "",
    )

"""Working calendars, as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.client.entity import Basis, WorkingWeek


@dataclass(frozen=True, kw_only=True, slots=True)
class Feast:
    """A date on which a feast keeps people from work; an expected one has not been announced."""

    on: date
    weekday: str
    name: str
    is_expected: bool
    in_weekend: bool
    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedDay:
    """A date worked until its own hour, whatever week and feasts say."""

    on: date
    weekday: str
    closes: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarItem(Basis):
    """The working calendar of a delegation, in the dates of ``calendar_zone``."""

    delegation: str
    entity: str
    place: str
    calendar_zone: str
    reference: str
    digest: str
    weeks: tuple[WorkingWeek, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar(CalendarItem):
    """
    A working calendar with what it says of one year.

    ``months`` are twelve words, a letter a day: w worked, h for half a day, o off by the week, f feast, e expected.
    """

    zone: str
    year: int
    months: tuple[str, ...]
    working_days: int
    feasts: tuple[Feast, ...]
    worked_days: tuple[WorkedDay, ...]

"""How working calendars are told."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.api.entity.schemas import BasisRead, WorkingWeekRead
from services.api.showing import Answer, Read


class FeastRead(Read):
    """A date on which a feast keeps people from work; an expected one has not been announced."""

    on: date
    weekday: str = Field(examples=["Mon"])
    name: str
    is_expected: bool
    in_weekend: bool = Field(description="The week would not work that date anyway.")
    source: str
    confidence: str


class WorkedDayRead(Read):
    """A date worked until its own hour, whatever week and feasts say."""

    on: date
    weekday: str
    closes: str = Field(description="The local closing hour.", examples=["12:00"])
    name: str


class CalendarItemRead(BasisRead):
    """The working calendar of a delegation."""

    delegation: str = Field(examples=["AFRIPOL"])
    entity: str
    place: str
    calendar_zone: str = Field(description="The IANA zone whose dates these are.", examples=["Africa/Algiers"])
    reference: str = Field(examples=["AFRIPOL@1"])
    digest: str
    weeks: tuple[WorkingWeekRead, ...]


class CalendarRead(CalendarItemRead, Answer):
    """A working calendar with what it says of one year."""

    year: int
    months: tuple[str, ...] = Field(
        description="Twelve words, a letter a day: w worked, h worked for half a day, o off by the week, f feast, "
        "e feast that is expected.",
        examples=[["fowwwwwoowwwwwoowwwwwoowwwwwoow"]],
    )
    working_days: int = Field(description="How many dates of the year are worked, half days among them.")
    feasts: tuple[FeastRead, ...]
    worked_days: tuple[WorkedDayRead, ...]

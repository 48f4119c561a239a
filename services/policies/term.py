"""The small terms that policy files are written in: codes, references, times of day, dates, durations, offsets."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, WithJsonSchema

from services.domain.membership import Basis
from services.domain.procedure import Period, PeriodKind
from services.policies.fault import CalendarError
from services.policies.form import Form, shown, wrong
from services.policies.zone import load_zone
from services.wire.moment import read_duration

_DAYS = re.compile(r"(-?)(\d{1,4})(cd|wd|cwd)")
_DAY_AT = re.compile(r"(-?)(?:P(\d{1,4})D|(\d{1,4})cd)@(([01]\d|2[0-3]):[0-5]\d)")
_KINDS = {
    "cd": PeriodKind.CALENDAR_DAYS,
    "wd": PeriodKind.WORKING_DAYS,
    "cwd": PeriodKind.COMMON_WORKING_DAYS,
}
_ISO_DAYS = re.compile(r"-?P(\d+W)?(\d+D)?")
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


class Confidence(StrEnum):
    """How sure a fact is: stated in a source document, read in public, known but not read again, or assumed."""

    STATED = "stated"
    PUBLIC = "public"
    KNOWLEDGE = "knowledge"
    ASSUMPTION = "assumption"


def _zone(name: str) -> str:
    try:
        load_zone(name)
    except CalendarError as error:
        wrong(error.problem, error.remedy)
    return name


def _wall(text: str) -> str:
    if not _WALL.fullmatch(text):
        wrong(f"found {text!r}", "should be a time of day, like 17:00")
    return text


def _length(value: object) -> timedelta:
    try:
        length = read_duration(value)
    except ValueError as error:
        wrong(f"found {shown(value)}", str(error))
    if length <= timedelta(0):
        wrong(f"found {shown(value)}", "should be longer than nothing")
    return length


def _date(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == len("2026-03-02") else "")
    except ValueError:
        wrong(f"found {shown(value)}", "should be a date, like 2026-03-02")


def read_offset(value: object) -> Period:
    """Read an offset: ``-10wd``, ``5cwd``, ``2cd``, ``P14D``, ``P3D@15:00`` or ``PT5S``."""
    if isinstance(value, str) and (found := _DAYS.fullmatch(value)):
        return Period(kind=_KINDS[found[3]], days=int(found[1] + found[2]))
    if isinstance(value, str) and (found := _DAY_AT.fullmatch(value)):
        return Period(kind=PeriodKind.NTH_DAY_AT, days=int(found[1] + (found[2] or found[3])), wall=found[4])
    try:
        length = read_duration(value)
    except ValueError:
        wrong(f"found {shown(value)}", "should be an offset, like -10wd, 5cwd, 2cd, P3D@15:00 or PT5S")
    if isinstance(value, str) and _ISO_DAYS.fullmatch(value):
        return Period(kind=PeriodKind.CALENDAR_DAYS, days=length.days)
    if isinstance(value, str) and "D" in value:
        wrong(f"found {shown(value)}", "should be days or an elapsed time, not both: P2D or PT48H")
    return Period(kind=PeriodKind.ELAPSED, elapsed=length)


def _before(value: object) -> Period:
    offset = read_offset(value)
    if offset.days > 0 or offset.elapsed > timedelta(0):
        wrong(f"found {shown(value)}", "should be negative: it is before")
    return offset


def _after(value: object) -> Period:
    offset = read_offset(value)
    if offset.days < 0 or offset.elapsed < timedelta(0):
        wrong(f"found {shown(value)}", "should be positive: it is after")
    return offset


def named(description: str, pattern: str) -> tuple[AfterValidator, WithJsonSchema]:
    """Return what makes a text one of a pattern, told by a description, in a form and in its schema."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            wrong(f"found {shown(text)}", f"should be {description}")
        return text

    return AfterValidator(check), _text_schema(description, pattern)


def _text_schema(description: str, pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$", "description": description})


_ISO = r"P(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?"

Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Code = Annotated[str, *named("a code in capitals, like EUROPOL", r"[A-Z][A-Z0-9_]{1,39}")]
BodyCode = Annotated[str, *named("a code in small letters, like wg-sc", r"[a-z][a-z0-9-]{0,39}")]
Reference = Annotated[str, *named("a name and a version, like wg-sc@1", r"[a-z][a-z0-9-]{0,39}@[1-9][0-9]{0,3}")]
TaskId = Annotated[str, *named("the id of a task, like SC-3a", r"[A-Z]{2}-[0-9]{1,2}[a-z]?")]
ZoneName = Annotated[str, AfterValidator(_zone)]
WallTime = Annotated[
    str, AfterValidator(_wall), _text_schema("a local time of day, like 17:00", r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
]
Day = Annotated[date, PlainValidator(_date), _text_schema("a date", r"\d{4}-\d\d-\d\d")]
Length = Annotated[timedelta, PlainValidator(_length), _text_schema("an ISO 8601 duration, like PT72H", _ISO)]
OffsetBefore = Annotated[
    Period,
    PlainValidator(_before),
    _text_schema("an offset before, like -10wd or -PT3S", rf"-\d+(wd|cd)|-{_ISO}"),
]
OffsetAfter = Annotated[
    Period, PlainValidator(_after), _text_schema("an offset after, like 3wd, 2cd or PT5S", rf"\d+(wd|cd)|{_ISO}")
]
StepOffset = Annotated[
    Period,
    PlainValidator(_after),
    _text_schema(
        "P14D and 14cd count days, 10wd working days of the debtor, 5cwd those common to all members; P3D@15:00 is a "
        "day at a local time, PT20S elapsed",
        rf"\d+(wd|cwd|cd)|(P\d+D|\d+cd)@([01]\d|2[0-3]):[0-5]\d|{_ISO}",
    ),
]


class FactForm(Form):
    """Facts that come from one source."""

    source: Annotated[Text, Field(description="where this comes from")]
    confidence: Annotated[Confidence, Field(description="stated, public, knowledge or assumption")]

    def basis(self) -> Basis:
        """Return the domain value of where the facts come from."""
        return Basis(source=self.source, confidence=self.confidence.value)

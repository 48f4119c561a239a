"""From a command's dataclass to the model of its request: texts plain, durations and periods spelt, nothing more."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import EnumType
from inspect import cleandoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, create_model
from pydantic_core import PydanticCustomError

from services.api.faults import CALENDAR, INVISIBLE, REFERENCE
from services.commands.calendars import read_date
from services.commands.fill import (
    LARGEST,
    LONGEST,
    LONGEST_OF,
    read_duration_within,
    read_instant_or_day,
    read_instant_within,
)
from services.commands.outside import Outside
from services.commands.prepare import MAX_PARAGRAPHS, read_period
from services.domain.message import Command, Content
from services.domain.procedure import Period, Procedure
from services.domain.working_calendar import WorkingCalendar
from services.wire.message import Malformed

LONGEST_WORD = 200
LONGEST_LIST = 200


class Request(BaseModel):
    """What is sent; a field that is not known here is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _read_with(read: Callable[[str], Any], kind: str, remedy: str) -> AfterValidator:
    def check(text: str) -> str:
        try:
            read(text)
        except Malformed as error:
            raise PydanticCustomError(kind, "{rule}", {"rule": error.faults[0].rule, "remedy": remedy}) from error
        except ValueError as error:
            raise PydanticCustomError(kind, "{rule}", {"rule": str(error), "remedy": remedy}) from error
        return text

    return AfterValidator(check)


InstantText = Annotated[
    str,
    _read_with(read_instant_within, "instant", "write it like 2026-03-02T08:00:00Z"),
    Field(
        max_length=40,
        json_schema_extra={"format": "date-time", "examples": ["2026-03-02T08:00:00Z"]},
        description="An instant with its offset (RFC 3339).",
    ),
]
InstantOrDayText = Annotated[
    str,
    _read_with(
        lambda text: read_instant_or_day(text, "UTC"), "instant", "write it like 2026-03-02T08:00:00Z or 2026-03-02"
    ),
    Field(
        max_length=40,
        examples=["2026-03-02", "2026-03-02T08:00:00Z"],
        description="An instant with its offset (RFC 3339), or a date: 00:00 of that day in the zone of the series.",
    ),
]
DurationText = Annotated[
    str,
    _read_with(read_duration_within, "duration", "give a length above zero, without years and months"),
    Field(max_length=40, examples=["PT72H"], description="An ISO 8601 duration, without years and months."),
]
PeriodText = Annotated[
    str,
    _read_with(read_period, "period", "write it like PT72H, or 10cwd for ten common working days"),
    Field(max_length=40, examples=["PT72H", "10cwd"], description="A duration, or so many common working days."),
]
ReferenceText = Annotated[
    str,
    Field(
        pattern=REFERENCE,
        examples=["exercise@1"],
        description="Name and version of a procedure.",
    ),
]
DateText = Annotated[
    str,
    _read_with(read_date, "date", "write it like 2026-10-12"),
    Field(max_length=10, json_schema_extra={"format": "date"}, examples=["2026-10-12"], description="A local date."),
]
CalendarGiven = Annotated[
    Annotated[str, Field(pattern=CALENDAR, examples=["AFRIPOL@2"])] | dict[str, Any],
    Field(description="A calendar of the policy files by name and version, or one written out as such a file is."),
]
Word = Annotated[str, Field(max_length=LONGEST_WORD, pattern=INVISIBLE)]


class OnBehalf(Request):
    """A paper act that the coordinator records for an entity (domain.md OB-1)."""

    entity: Word
    received_at: InstantText
    evidence: Annotated[str, Field(min_length=1, max_length=LONGEST)]


def request_model(
    command: type[Command], *, name: str, outside: Outside, placed: frozenset[str], is_record: bool
) -> type[BaseModel]:
    """
    Return the model of a command's request.

    ``placed`` are the fields that stand in the address. ``is_record`` tells whether it may be recorded on behalf of an
    entity, and with a waiver.
    """
    words = {field: word for word, field in outside.spelt.items()}
    left_out = placed | outside.completed.keys()
    hints = get_type_hints(command)
    taken: dict[str, Any] = {}
    for each in fields(command):
        if each.name in left_out:
            continue
        kind = _spelt_otherwise(each.name, outside) or asked_for(hints[each.name], each.name, name)
        taken[words.get(each.name, each.name)] = _field(each, kind, may_be_left_out=each.name in outside.optional)
    if is_record:
        taken["on_behalf"] = (OnBehalf | None, None)
        waiver = "The reason of a waiver, where a rule lets itself be waived."
        taken["waive"] = (Annotated[str, Field(min_length=1, max_length=LONGEST, description=waiver)] | None, None)
    return create_model(name, __base__=Request, __doc__=cleandoc(command.__doc__ or ""), **taken)


def _spelt_otherwise(name: str, outside: Outside) -> Any:
    """Return what is asked for where people do not send what the field's type says."""
    if name in outside.referenced:
        return ReferenceText
    return InstantOrDayText if name in outside.dated else None


def asked_for(hint: Any, name: str, owner: str) -> Any:
    """Return what is asked for where a command has a value of a type; ``owner`` begins the names of nested models."""
    simple = PLAIN.get(hint)
    if simple is not None:
        return simple
    if hint is Content:
        return Annotated[str, Field(min_length=1, max_length=LONGEST_OF.get(name, LONGEST))]
    if isinstance(hint, EnumType):
        members: Any = hint
        values = tuple(str(member.value) for member in members)
        return Literal[values]
    if is_dataclass(hint) and isinstance(hint, type):
        return _nested(hint, owner)
    return _several(hint, name, owner)


def _several(hint: Any, name: str, owner: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return asked_for(next(each for each in inner if each is not type(None)), name, owner) | None
    if origin is tuple:
        return Annotated[list[asked_for(inner[0], name, owner)], Field(max_length=LONGEST_LIST)]  # type: ignore[misc]
    if origin in (Mapping, dict):
        number = Annotated[str, Field(min_length=1, max_length=40, pattern=INVISIBLE)]
        kept = dict[number, asked_for(inner[1], "", owner)]  # type: ignore[misc,valid-type]
        return Annotated[kept, Field(min_length=1, max_length=MAX_PARAGRAPHS)]
    raise TypeError(f"{owner}.{name}: nobody outside can send a {hint}")


def _nested(hint: type[Any], owner: str) -> type[BaseModel]:
    hints = get_type_hints(hint)
    name = f"{owner}{hint.__name__}"
    taken: dict[str, Any] = {
        each.name: _field(each, asked_for(hints[each.name], each.name, name)) for each in fields(hint)
    }
    return create_model(name, __base__=Request, __doc__=cleandoc(hint.__doc__ or ""), **taken)


def _field(each: dataclasses.Field[Any], kind: Any, *, may_be_left_out: bool = False) -> tuple[Any, Any]:
    """Return a field as pydantic is told of it: with its default, and what may be nothing may be left out."""
    if each.default is not MISSING and each.default is not None:
        return kind, Field(default=list(each.default) if isinstance(each.default, tuple) else str(each.default))
    if each.default is None or may_be_left_out:
        return kind | None, None
    return kind, None if type(None) in get_args(kind) else ...


#: What stands outside for a type of the domain.
PLAIN: Mapping[Any, Any] = {
    datetime: InstantText,
    timedelta: DurationText,
    Period: PeriodText,
    Procedure: ReferenceText,
    WorkingCalendar: CalendarGiven,
    date: DateText,
    str: Word,
    int: Annotated[int, Field(strict=True, ge=0, le=LARGEST)],
    bool: StrictBool,
}

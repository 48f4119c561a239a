"""When a step happens: at an instant, so long after the step before, or so long from an instant of what a step made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.commands.fill import DAY, read_instant_within
from services.wire.moment import read_duration, write_duration, write_instant

_KNOWN = re.compile(r"([a-z][a-z0-9_]{0,39})\.([a-z_]{1,40})(?: *([+-]) *(P\S+))?")
#: What was meant for an instant, though it may be none.
INSTANT_LIKE = re.compile(r"\d{4}-\d\d-\d\dT")
RULE = "should be an instant like 2040-03-06T08:00:00Z, a time after the step before like +PT5H, or s1.expires -PT1S"
#: What an argument asks for that is an instant, and one that may be a date as well.
INSTANT = "instant"
INSTANT_OR_DAY = "instant|date"
FARTHEST = timedelta(days=366 * 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class At:
    """At an instant (UTC)."""

    instant: datetime

    def __str__(self) -> str:
        return write_instant(self.instant)


@dataclass(frozen=True, kw_only=True, slots=True)
class After:
    """So long after the step before."""

    by: timedelta

    def __str__(self) -> str:
        return f"+{write_duration(self.by)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class From:
    """So long after, or before if ``by`` is negative, an instant of what the step called ``alias`` made."""

    alias: str
    field: str
    by: timedelta = timedelta(0)

    def __str__(self) -> str:
        shift = write_duration(self.by) if self.by < timedelta(0) else f"+{write_duration(self.by)}"
        return f"{self.alias}.{self.field}" + (f" {shift}" if self.by else "")


Anchor = At | After | From


def is_instant(what: str, value: object) -> bool:
    """Tell whether a value stands for an instant: what is asked for is one, and it is no date."""
    is_day = isinstance(value, str) and DAY.fullmatch(value) is not None
    return what == INSTANT or (what == INSTANT_OR_DAY and not is_day)


def read_anchor(text: object) -> Anchor:
    """
    Read when something happens.

    Raises:
        ValueError: the text says no such thing.
    """
    text = text if isinstance(text, str) else ""
    if text.startswith("+"):
        return After(by=_length(text[1:]))
    if found := _KNOWN.fullmatch(text):
        alias, field, sign, length = found.groups()
        by = _length(length) if length else timedelta(0)
        return From(alias=alias, field=field, by=-by if sign == "-" else by)
    try:
        return At(instant=read_instant_within(text))
    except ValueError as error:
        raise ValueError(str(error) if INSTANT_LIKE.match(text) else RULE) from error


def _length(text: str) -> timedelta:
    try:
        length = read_duration(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(RULE) from error
    if not timedelta(0) <= length <= FARTHEST:
        raise ValueError("should be a length of time of no more than sixty years")
    return length

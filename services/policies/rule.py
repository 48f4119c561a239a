"""Recurrence rules: the part of RFC 5545 that a cadence may use, checked, and the wall times it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from dateutil.rrule import rrulestr

from services.policies.fault import CadenceError

#: a Monday of the first edition's year, in wall time: intervals longer than one are counted from here
EPOCH: Final = datetime(2016, 1, 4)  # noqa: DTZ001  # wall time has no zone yet

_UNITS: Final = {"WEEKLY": timedelta(weeks=1), "DAILY": timedelta(days=1), "HOURLY": timedelta(hours=1)}
_KEYS: Final = {
    "YEARLY": {"BYMONTH", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"},
    "MONTHLY": {"BYMONTH", "BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "WEEKLY": {"BYMONTH", "BYDAY"},
    "DAILY": {"BYMONTH", "BYDAY", "BYMONTHDAY"},
    "HOURLY": {"BYMONTH", "BYDAY", "BYMONTHDAY"},
}
_DAY_NAMED_BY: Final[Mapping[str, tuple[set[str], ...]]] = {
    "YEARLY": ({"BYYEARDAY"}, {"BYMONTH", "BYDAY"}, {"BYMONTH", "BYMONTHDAY"}, {"BYWEEKNO", "BYDAY"}),
    "MONTHLY": ({"BYDAY"}, {"BYMONTHDAY"}),
    "WEEKLY": ({"BYDAY"},),
    "DAILY": (set(),),
    "HOURLY": (set(),),
}
_REMEDIES: Final = {
    "COUNT": "leave it out; a series ends by command",
    "UNTIL": "leave it out; a series ends by command",
    "DTSTART": "leave it out; local_start and zone say when a session begins",
    "BYHOUR": "leave it out; local_start says when a session begins",
    "BYMINUTE": "leave it out; local_start says when a session begins",
    "BYSECOND": "leave it out; local_start says when a session begins",
    "WKST": "leave it out; weeks begin on Monday",
}
_LARGEST: Final = {
    "INTERVAL": 999, "BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366
}  # fmt: skip
_ONLY_POSITIVE: Final = {"INTERVAL", "BYMONTH"}
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}")
_WEEKDAY: Final = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)")
# The Gregorian calendar repeats every 400 years, weekdays included. Rules are searched that many cycles later, close to
# the last year there is, because a rule that never fires is searched to the end of time: decades, not eight millennia.
_CYCLE: Final = 400
_LAST_START: Final = 9999 - 13


def wall_times(text: str, near: datetime, wall: time) -> Iterator[datetime]:
    """
    Return the wall times (naive) a rule gives, in order, from some way before ``near`` on; ``wall`` is the time of day.

    Of an hourly rule ``wall`` gives minute and second. Intervals longer than one are counted from January 2016.

    Raises:
        CadenceError: the rule is none, or uses what a cadence may not.
    """
    parts = _checked(text)
    starts = _phased(parts["FREQ"], int(parts.get("INTERVAL", "1")), near, wall)
    shift = (_LAST_START - starts.year) // _CYCLE * _CYCLE
    rule = rrulestr(text.upper(), dtstart=starts.replace(year=starts.year + shift))
    return (at.replace(year=at.year - shift) for at in rule)


def is_within_day(text: str) -> bool:
    """Tell whether a rule gives several sessions a day."""
    return _checked(text)["FREQ"] == "HOURLY"


def _checked(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.upper().split(";")]
    parts = {key: value for key, _, value in pairs}
    frequency = parts.get("FREQ", "")
    if len(parts) != len(pairs) or frequency not in _KEYS:
        raise _wrong(f"{text!r} is no rule", f"begin with FREQ= and one of {', '.join(_KEYS)}, and give each part once")
    for key, value in parts.items():
        if key != "FREQ":
            _check_part(frequency, key, value)
    if not any(keys <= parts.keys() for keys in _DAY_NAMED_BY[frequency]):
        ways = " or ".join(" and ".join(sorted(keys, reverse=True)) for keys in _DAY_NAMED_BY[frequency])
        raise _wrong(f"{text} does not say on which day", f"add {ways}")
    return parts


def _check_part(frequency: str, key: str, value: str) -> None:
    if key not in _KEYS[frequency] | {"INTERVAL"}:
        raise _wrong(f"{key} is not taken with FREQ={frequency}", _REMEDIES.get(key, "leave it out"))
    for item in value.split(","):
        if key == "BYDAY":
            _check_weekday(frequency, item)
        elif not _NUMBER.fullmatch(item) or not _lowest(key) <= int(item) <= _LARGEST[key] or int(item) == 0:
            raise _wrong(f"{key}={item} is out of range", f"give {max(_lowest(key), 1)} to {_LARGEST[key]}")


def _check_weekday(frequency: str, item: str) -> None:
    found = _WEEKDAY.fullmatch(item)
    if not found or (found[1] and frequency not in {"YEARLY", "MONTHLY"}):
        raise _wrong(f"BYDAY={item} is no day of FREQ={frequency}", "give days like WE, or 2WE by month or year")


def _lowest(key: str) -> int:
    return 1 if key in _ONLY_POSITIVE else -_LARGEST[key]


def _phased(frequency: str, interval: int, near: datetime, wall: time) -> datetime:
    """Return a start of the rule a little before ``near``, in step with ``EPOCH``."""
    if frequency == "YEARLY":
        year = near.year - 1
        return datetime.combine(EPOCH.replace(year=year - (year - EPOCH.year) % interval, day=1), wall)
    if frequency == "MONTHLY":
        month = near.year * 12 + near.month - 2
        year, month = divmod(month - (month - EPOCH.year * 12) % interval, 12)
        return datetime.combine(EPOCH.replace(year=year, month=month + 1, day=1), wall)
    unit = _UNITS[frequency]
    epoch = datetime.combine(EPOCH, wall)
    steps = (near - epoch) // unit - 1
    return epoch + (steps - steps % interval) * unit


def _wrong(problem: str, remedy: str) -> CadenceError:
    return CadenceError(field="rrule", problem=problem, remedy=remedy)

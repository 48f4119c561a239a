"""Instants as calendars read them: wall time with the zone's name, and the zone spelt out beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from services.domain.calendar import OffsetSince
from services.policies.calendar import calendar_table
from services.policies.zone import load_zone

#: written without a zone's name, as instants in UTC
UTC_ZONES: Final = frozenset({"UTC", "Etc/UTC"})
_WALL: Final = "%Y%m%dT%H%M%S"


def utc_text(at: datetime) -> str:
    """Return an instant in UTC, with ``Z``."""
    return at.astimezone(UTC).strftime(f"{_WALL}Z")


def moment_line(name: str, at: datetime, zone: str) -> str:
    """
    Return a property whose value is an instant, in the wall time of a zone.

    One that comes twice, when clocks go back, should mean the first (RFC 5545 3.3.5), but calendars take it for the
    second: either is written in UTC, and so is every instant of zones that are UTC itself.
    """
    local = at.astimezone(load_zone(zone))
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    if zone in UTC_ZONES or comes_twice:
        return f"{name}:{utc_text(at)}"
    return f"{name};TZID={zone}:{local.strftime(_WALL)}"


@lru_cache(maxsize=256)
def zone_lines(zone: str, since: datetime, until: datetime) -> tuple[str, ...]:
    """
    Return the VTIMEZONE of a zone for [since, until): the offset held at its beginning, then one observance a change.

    Rules of recurrence are not used: they cannot say every zone's changes, and some clients misread lists of dates.

    Raises:
        CalendarError: the zone is unknown, or the span longer than twelve years.
    """
    offsets = calendar_table([zone], since, until).zones[zone]
    first = offsets[0]
    observances = [_observance(zone, first.since, first.seconds, first.seconds)]
    observances += [_changed(zone, before, after) for before, after in pairwise(offsets)]
    inner = (line for observance in observances for line in observance)
    return ("BEGIN:VTIMEZONE", f"TZID:{zone}", *inner, "END:VTIMEZONE")


def _changed(zone: str, before: OffsetSince, after: OffsetSince) -> tuple[str, ...]:
    return _observance(zone, after.since, before.seconds, after.seconds)


def _observance(zone: str, at: datetime, before: int, after: int) -> tuple[str, ...]:
    local = at.astimezone(load_zone(zone))
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    onset = at.replace(tzinfo=None) + timedelta(seconds=before)
    return (
        f"BEGIN:{kind}",
        f"DTSTART:{onset.strftime(_WALL)}",
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
        f"TZNAME:{local.tzname()}",
        f"END:{kind}",
    )


def _offset(seconds: int) -> str:
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")

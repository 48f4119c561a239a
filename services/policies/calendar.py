"""Calendar tables: the offsets of zones, taken once from one release of the zone data, for a bounded span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.domain.calendar import CalendarTable, OffsetSince, near
from services.domain.working_calendar import WorkingCalendar
from services.policies.fault import CalendarError
from services.policies.zone import TZDATA_RELEASE, load_zone
from services.wire.canonical import digest
from services.wire.message import to_json

LONGEST: Final = timedelta(days=12 * 366)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


def calendar_table(
    zones: Iterable[str], since: datetime, until: datetime, calendars: Mapping[str, WorkingCalendar] | None = None
) -> CalendarTable:
    """
    Return the offsets of the zones in [since, until), both aware, with the release they were taken from.

    With ``calendars``, by delegation, it holds what they say of that span too. Its digest is that of its canonical
    content.

    Raises:
        CalendarError: a zone is unknown, or the span is empty or longer than twelve years.
    """
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if not timedelta(0) < until - since <= LONGEST:
        raise CalendarError(
            field="until",
            problem=f"the table would run from {since.isoformat()} to {until.isoformat()}",
            remedy="give a span of more than nothing and at most twelve years",
        )
    offsets = {name: tuple(_offsets(load_zone(name), since, until)) for name in sorted(set(zones))}
    table = CalendarTable(
        digest="",
        tzdata=TZDATA_RELEASE,
        since=since,
        until=until,
        zones=offsets,
        calendars={code: near(each, since, until) for code, each in sorted((calendars or {}).items())},
    )
    return replace(table, digest=digest({name: part for name, part in to_json(table).items() if name != "digest"}))


def _offsets(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[OffsetSince]:
    """Walk the span by days and halve the day in which the offset changes; no zone changes twice in one."""
    held = _seconds(zone, since)
    yield OffsetSince(since=since, seconds=held)
    at = since
    while at < until:
        later = min(at + _DAY, until)
        if _seconds(zone, later - _SECOND) != held:
            changed = _first_change(zone, at, later, held)
            held = _seconds(zone, changed)
            yield OffsetSince(since=changed, seconds=held)
        at = later


def _first_change(zone: ZoneInfo, before: datetime, after: datetime, held: int) -> datetime:
    low, high = -1, int((after - before) / _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _seconds(zone, before + middle * _SECOND) == held:
            low = middle
        else:
            high = middle
    return before + high * _SECOND


def _seconds(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int((offset or timedelta(0)).total_seconds())

"""The calendar table a cycle pins: zone offsets and working calendars as known at one time, for a bounded span."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256

from services.domain.field import added_empty
from services.domain.working_calendar import WorkingCalendar

#: what a cut of a table keeps before and after the dates it is cut to: local dates are at most a day from UTC's
MARGIN = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class OffsetSince:
    """The offset from UTC, in seconds, that holds from ``since``."""

    since: datetime
    seconds: int


class OutsideTable(ValueError):
    """An instant lies outside the span of the pinned calendar table, or a zone is not in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarTable:
    """
    Offsets of the zones concerned in [since, until), so that newer zone data never moves a stored instant.

    ``tzdata`` names the release of the IANA data it was taken from; ``digest`` its canonical content. ``calendars`` are
    those of the delegations, by code; a table of before there were any has none.
    """

    digest: str
    tzdata: str
    since: datetime
    until: datetime
    zones: Mapping[str, tuple[OffsetSince, ...]]
    calendars: Mapping[str, WorkingCalendar] = added_empty(dict)

    def local(self, at: datetime, zone: str) -> datetime:
        """
        Return an instant as wall time of a zone, aware, with the fixed offset of that moment.

        Raises:
            OutsideTable: the zone or the instant is not covered.
        """
        offsets = self._offsets(zone)
        if not self.since <= at < self.until:
            raise OutsideTable(f"{at.isoformat()} is outside the pinned table, which ends {self.until.isoformat()}")
        held = offsets[max(bisect_right(offsets, at, key=lambda o: o.since) - 1, 0)]
        return at.astimezone(timezone(timedelta(seconds=held.seconds)))

    def instant(self, on: date, wall: time, zone: str) -> datetime:
        """
        Return the UTC instant of a wall time; the first of two in an overlap, shifted past the gap in a gap.

        Raises:
            OutsideTable: the zone or the instant is not covered.
        """
        offsets = self._offsets(zone)
        as_utc = datetime.combine(on, wall, UTC)
        ends = (*(o.since for o in offsets[1:]), self.until)
        for i, (held, end) in enumerate(zip(offsets, ends, strict=True)):
            found = as_utc - timedelta(seconds=held.seconds)
            if found >= end:
                continue
            if i and found < held.since:  # in the gap before this offset: the one before still counts
                found = as_utc - timedelta(seconds=offsets[i - 1].seconds)
            if found >= self.since:
                return found
            break
        raise OutsideTable(f"{on.isoformat()} {wall.isoformat()} in {zone} is outside the pinned table")

    def between(self, since: datetime, until: datetime) -> CalendarTable:
        """
        Return the part of the table in [since, until), as far as it reaches; one without calendars stays whole.

        A cut is named by what it was cut from: its ``digest`` is that of the whole with the bounds.
        """
        since, until = max(since, self.since), min(until, self.until)
        if not self.calendars or since >= until or (since, until) == (self.since, self.until):
            return self
        name = f"{self.digest} from {since.isoformat()} to {until.isoformat()}"
        return replace(
            self,
            digest=sha256(name.encode()).hexdigest(),
            since=since,
            until=until,
            zones={zone: _cut(offsets, since, until) for zone, offsets in self.zones.items()},
            calendars={code: near(each, since, until) for code, each in self.calendars.items()},
        )

    def with_calendar(self, code: str, calendar: WorkingCalendar) -> CalendarTable:
        """Return the table with another calendar of one delegation; its ``digest`` tells that too."""
        name = f"{self.digest} with {code} {calendar.reference} {calendar.digest}"
        kept = near(calendar, self.since, self.until)
        return replace(self, digest=sha256(name.encode()).hexdigest(), calendars={**self.calendars, code: kept})

    def _offsets(self, zone: str) -> tuple[OffsetSince, ...]:
        if zone not in self.zones:
            raise OutsideTable(f"zone {zone} is not in the pinned table")
        return self.zones[zone]


def _cut(offsets: tuple[OffsetSince, ...], since: datetime, until: datetime) -> tuple[OffsetSince, ...]:
    held = max(bisect_right(offsets, since, key=lambda each: each.since) - 1, 0)
    later = (each for each in offsets[held + 1 :] if each.since < until)
    return (OffsetSince(since=since, seconds=offsets[held].seconds), *later)


def near(calendar: WorkingCalendar, since: datetime, until: datetime) -> WorkingCalendar:
    """Return what a calendar says of the local dates of a span of instants."""
    return calendar.between((since - MARGIN).date(), (until + MARGIN).date())

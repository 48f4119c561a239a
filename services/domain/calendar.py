"""The calendar table a cycle pins: zone offsets as known at one release of the zone data, for a bounded span."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone


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

    ``tzdata`` names the release of the IANA data it was taken from; ``digest`` its canonical content.
    """

    digest: str
    tzdata: str
    since: datetime
    until: datetime
    zones: Mapping[str, tuple[OffsetSince, ...]]

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

    def _offsets(self, zone: str) -> tuple[OffsetSince, ...]:
        if zone not in self.zones:
            raise OutsideTable(f"zone {zone} is not in the pinned table")
        return self.zones[zone]

"""Builders for tests of days and deadlines: a calendar table from zone data, and the working weeks of domain.md 1.2."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.domain.calendar import CalendarTable, OffsetSince
from services.domain.membership import (
    Delegation,
    Entity,
    Membership,
    ParticipationStatus,
    StatusSince,
)
from services.domain.working_calendar import Holiday, WorkingCalendar, WorkingWeek

ZONES = {
    "INTERPOL": "Europe/Paris",
    "AFRIPOL": "Africa/Algiers",
    "AIMC": "Africa/Tunis",
    "AMERIPOL": "America/Bogota",
    "ASEANAPOL": "Asia/Kuala_Lumpur",
    "EUROPOL": "Europe/Amsterdam",
    "FRONTEX": "Europe/Warsaw",
    "GCCPOL": "Asia/Dubai",
    "UNODC": "Europe/Vienna",
    "SCO": "Asia/Shanghai",
    "ECO": "Asia/Tehran",
}
MEMBERS = ("INTERPOL", "AFRIPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "EUROPOL", "FRONTEX", "GCCPOL")
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
MONDAY_TO_FRIDAY = dict.fromkeys((1, 2, 3, 4, 5), "17:00")
SUNDAY_TO_THURSDAY = dict.fromkeys((7, 1, 2, 3, 4), "17:00")


def utc(text: str) -> datetime:
    """Read an instant: ``2026-09-30 22:00`` or with seconds, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@lru_cache
def pinned_table(since: str = "2015-01-01", until: str = "2031-01-01") -> CalendarTable:
    """Return the offsets of all zones between two dates, as the zone data of this machine knows them."""
    start, end = utc(since), utc(until)
    return CalendarTable(
        digest="table",
        tzdata="test",
        since=start,
        until=end,
        zones={zone: _offsets(ZoneInfo(zone), start, end) for zone in ZONES.values()},
    )


def weeks_of(code: str) -> tuple[WorkingWeek, ...]:
    """Return the working weeks of an entity, effective-dated."""
    if code == "AFRIPOL":
        return (WorkingWeek(since=LONG_AGO, closes=SUNDAY_TO_THURSDAY),)
    if code == "GCCPOL":
        new_week = MONDAY_TO_FRIDAY | {5: "12:00"}
        return (
            WorkingWeek(since=LONG_AGO, closes=SUNDAY_TO_THURSDAY),
            WorkingWeek(since=utc("2021-12-31 23:00"), closes=new_week, half_days=(5,)),
        )
    return (WorkingWeek(since=LONG_AGO, closes=MONDAY_TO_FRIDAY),)


PLACES = {"AFRIPOL": "Algiers", "AMERIPOL": "Bogota", "EUROPOL": "The Hague", "GCCPOL": "Abu Dhabi"}


def kept(code: str, *holidays: date, name: str = "Feast") -> WorkingCalendar:
    """Return the calendar of an entity as the register keeps one, with a feast on some dates."""
    return WorkingCalendar(
        zone=ZONES[code],
        weeks=weeks_of(code),
        holidays=(Holiday(name=name, on=holidays),) if holidays else (),
        place=PLACES.get(code, code.capitalize()),
        reference=f"{code}@1",
        digest=f"{code} {holidays}",
    )


def kept_table(**holidays: tuple[date, ...]) -> CalendarTable:
    """Return a table with everybody's calendar, and feasts of some."""
    return replace(pinned_table(), calendars={code: kept(code, *holidays.get(code, ())) for code in ZONES})


def membership() -> Membership:
    """Return the eight members, two observers and a guest."""
    return Membership(
        digest="membership",
        convenor="INTERPOL",
        convenor_zone="Europe/Paris",
        entities=tuple(_entity(code, zone) for code, zone in ZONES.items()),
    )


def _entity(code: str, zone: str) -> Entity:
    outside = ParticipationStatus.GUEST if code == "ECO" else ParticipationStatus.OBSERVER
    status = ParticipationStatus.MEMBER if code in MEMBERS else outside
    return Entity(
        code=code,
        names={"en": code},
        head_title="Head",
        statuses=(StatusSince(status=status, since=LONG_AGO),),
        delegations=(Delegation(code=code, names={"en": code}, seat=zone, zone=zone, weeks=weeks_of(code)),),
    )


def _offsets(zone: ZoneInfo, start: datetime, end: datetime) -> tuple[OffsetSince, ...]:
    found = [OffsetSince(since=start, seconds=_seconds(zone, start))]
    at = start
    while at < end:
        if _seconds(zone, at) != found[-1].seconds:
            found.append(OffsetSince(since=_change(zone, at - timedelta(days=1), at), seconds=_seconds(zone, at)))
        at += timedelta(days=1)
    return tuple(found)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _seconds(zone, middle) == _seconds(zone, before) else (before, middle)
    return after


def _seconds(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())

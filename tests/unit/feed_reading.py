"""A calendar read as RFC 5545 says, by no code of ours: lines unfolded, zones looked up, recurrences expanded."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr

WALL = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Line:
    """One content line."""

    name: str
    zone: str | None
    value: str


@dataclass(frozen=True)
class Happening:
    """Something that happens, as a calendar shows it."""

    uid: str
    starts: datetime
    ends: datetime
    summary: str
    status: str
    sequence: int


def lines_of(calendar: bytes) -> list[Line]:
    """Return the content lines, unfolded."""
    assert calendar.endswith(b"\r\n")
    found = []
    for text in calendar.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        name, _, value = text.partition(":")
        word, _, parameter = name.partition(";")
        found.append(Line(word, parameter.removeprefix("TZID=") if parameter.startswith("TZID=") else None, value))
    return found


def components(lines: list[Line], kind: str) -> Iterator[list[Line]]:
    """Give the lines of each component of a kind, those of components within it included."""
    inside: list[Line] | None = None
    for line in lines:
        if line == Line("BEGIN", None, kind):
            inside = []
        elif line == Line("END", None, kind) and inside is not None:
            yield inside
            inside = None
        elif inside is not None:
            inside.append(line)


@dataclass(frozen=True)
class ZoneRead:
    """A VTIMEZONE: the onsets of its observances in UTC, and the offsets from then on."""

    onsets: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]

    def offset(self, at: datetime) -> timedelta:
        """Return the offset that holds at an instant."""
        return self.offsets[max(bisect_right(self.onsets, at) - 1, 0)]

    def instant(self, wall: datetime) -> datetime:
        """Return the instant of a wall time, the first of two."""
        found = (wall.replace(tzinfo=UTC) - offset for offset in self.offsets)
        return min(at for at in found if at + self.offset(at) == wall.replace(tzinfo=UTC))


def zones_of(lines: list[Line]) -> Mapping[str, ZoneRead]:
    """Return the zones a calendar spells out."""
    return {
        next(line.value for line in zone if line.name == "TZID"): read_zone(zone)
        for zone in components(lines, "VTIMEZONE")
    }


def read_zone(zone: list[Line]) -> ZoneRead:
    """Read the observances of a zone."""
    found = []
    for observance in (*components(zone, "STANDARD"), *components(zone, "DAYLIGHT")):
        told = {line.name: line.value for line in observance}
        onset = datetime.strptime(told["DTSTART"], WALL).replace(tzinfo=UTC)
        found.append((onset - read_offset(told["TZOFFSETFROM"]), read_offset(told["TZOFFSETTO"])))
    found.sort()
    return ZoneRead(onsets=tuple(onset for onset, _ in found), offsets=tuple(offset for _, offset in found))


def read_offset(text: str) -> timedelta:
    """Read an offset from UTC."""
    parts = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", text)
    assert parts is not None
    length = timedelta(hours=int(parts[2]), minutes=int(parts[3]), seconds=int(parts[4] or 0))
    return -length if parts[1] == "-" else length


def happenings(calendar: bytes) -> list[Happening]:
    """Return everything that happens, in order: recurrences expanded, overridden ones in place of the planned."""
    lines = lines_of(calendar)
    zones = zones_of(lines)
    events = list(components(lines, "VEVENT"))
    overridden = {
        (value_of(event, "UID"), instant_of(line, zones))
        for event in events
        for line in event
        if line.name == "RECURRENCE-ID"
    }
    found = [each for event in events for each in expanded(event, zones, overridden)]
    return sorted(found, key=lambda each: (each.starts, each.uid))


def expanded(
    event: list[Line], zones: Mapping[str, ZoneRead], overridden: set[tuple[str, datetime]]
) -> Iterator[Happening]:
    """Give what one event stands for."""
    uid = value_of(event, "UID")
    begin = next(line for line in event if line.name == "DTSTART")
    starts = instant_of(begin, zones)
    length = next((instant_of(line, zones) for line in event if line.name == "DTEND"), starts) - starts
    length = next((read_duration(line.value) for line in event if line.name == "DURATION"), length)
    is_override = any(line.name == "RECURRENCE-ID" for line in event)
    for at in sorted(recurring(event, begin, zones)):
        if is_override or (uid, at) not in overridden:
            summary, status = value_of(event, "SUMMARY"), value_of(event, "STATUS", "")
            yield Happening(uid, at, at + length, summary, status, int(value_of(event, "SEQUENCE", "0")))


def recurring(event: list[Line], begin: Line, zones: Mapping[str, ZoneRead]) -> set[datetime]:
    """Return the instants an event starts at, by rule, additions and exceptions."""
    found = {instant_of(begin, zones)}
    rule = value_of(event, "RRULE", "")
    if rule:
        pattern, _, until = rule.partition(";UNTIL=")
        last = datetime.strptime(until, f"{WALL}Z").replace(tzinfo=UTC)
        for wall in rrulestr(pattern, dtstart=wall_of(begin.value)):
            at = instant_of(Line("", begin.zone, wall.strftime(WALL) + ("" if begin.zone else "Z")), zones)
            if at > last:
                break
            found.add(at)
    found |= {instant_of(line, zones) for line in event if line.name == "RDATE"}
    return found - {instant_of(line, zones) for line in event if line.name == "EXDATE"}


def instant_of(line: Line, zones: Mapping[str, ZoneRead]) -> datetime:
    """Return the instant of a line."""
    if line.zone is None:
        return datetime.strptime(line.value, f"{WALL}Z").replace(tzinfo=UTC)
    return zones[line.zone].instant(wall_of(line.value))


def wall_of(text: str) -> datetime:
    """Read a wall time, which has no zone of its own."""
    return datetime.strptime(text.removesuffix("Z"), WALL)  # noqa: DTZ007


def read_duration(text: str) -> timedelta:
    """Read a duration."""
    parts = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text)
    assert parts is not None
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def value_of(event: list[Line], name: str, default: str | None = None) -> str:
    """Return the value of a property."""
    found = next((line.value for line in event if line.name == name), default)
    assert found is not None, f"no {name}"
    return found

"""Rendering: from what a feed shows to the calendar it is sent as (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from services.api.feed.clock import UTC_ZONES, moment_line, utc_text, zone_lines
from services.api.feed.line import document, text_line
from services.api.feed.recurrence import Recurrence, recurrence_of
from services.api.feed.view import Feed, FeedDeadline, FeedSeries, FeedSession, Standing
from services.policies.zone import load_zone
from services.wire.moment import write_duration

#: how often a calendar should ask again
REFRESH: Final = "PT1H"
_HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dialogue//Feed 1//EN", "CALSCALE:GREGORIAN")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Component:
    """A component's lines, and the zones and instants that they speak of."""

    lines: tuple[str, ...]
    zone: str
    instants: tuple[datetime, ...]


def render(feed: Feed) -> bytes:
    """
    Return a feed as a calendar: the same feed gives the same bytes.

    Raises:
        CalendarError: what it shows spans more than nine years.
    """
    components = [
        *(part for series in feed.series for part in _series(series)),
        *(_session(session) for session in feed.sessions),
        *(_deadline(deadline) for deadline in feed.deadlines),
    ]
    lines = [
        *_HEAD,
        text_line("NAME", feed.name),
        text_line("X-WR-CALNAME", feed.name),
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *_zones(components),
        *(line for component in components for line in component.lines),
        "END:VCALENDAR",
    ]
    return document(lines)


def _zones(components: Iterable[_Component]) -> Iterable[str]:
    """Give each zone spoken of, for whole years from one before the first instant to one after the last."""
    spoken = [(component.zone, at) for component in components for at in component.instants]
    for zone in sorted({zone for zone, _ in spoken} - UTC_ZONES):
        years = [at.year for name, at in spoken if name == zone]
        yield from zone_lines(zone, _new_year(min(years) - 1), _new_year(max(years) + 2))


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def _series(series: FeedSeries) -> Iterable[_Component]:
    """Give a series and then, each at the instant it was planned for, its sessions that are not as the series says."""
    planned = {session.scheduled_at or session.starts: session for session in series.sessions}
    starts = frozenset({*planned, *(start for start, _ in series.expected)})
    if not starts:
        return
    recurrence = recurrence_of(series.rrule, series.zone, series.local_start, starts)
    length = _usual(series)
    yield _recurring(series, recurrence, length)
    unusual = [span for span in series.expected if span[0] not in planned and _is_unusual(span, length, series.zone)]
    for at in sorted({*planned, *(start for start, _ in unusual)}):
        session = planned.get(at) or _unproposed(series, at, dict(unusual)[at])
        yield _session(session, series=series, scheduled_at=at)


def _usual(series: FeedSeries) -> timedelta:
    """Return how long most sessions take."""
    spans = (*series.expected, *((session.starts, session.ends) for session in series.sessions))
    return Counter(end - start for start, end in spans).most_common(1)[0][0]


def _is_unusual(span: tuple[datetime, datetime], length: timedelta, zone: str) -> bool:
    """Tell whether a session takes another time; or clocks change within it, which calendars reckon in several ways."""
    starts, ends = (at.astimezone(load_zone(zone)).utcoffset() for at in span)
    return span[1] - span[0] != length or starts != ends


def _unproposed(series: FeedSeries, starts: datetime, ends: datetime) -> FeedSession:
    return FeedSession(
        uid=series.uid,
        summary=series.summary,
        starts=starts,
        ends=ends,
        zone=series.zone,
        standing=Standing.TENTATIVE,
        stamped_at=series.stamped_at,
        description=series.description,
    )


def _recurring(series: FeedSeries, recurrence: Recurrence, length: timedelta) -> _Component:
    lines = _event(
        series.uid,
        series.stamped_at,
        text_line("SUMMARY", series.summary),
        moment_line("DTSTART", recurrence.begins, series.zone),
        f"DURATION:{write_duration(length)}",
        *([f"RRULE:{recurrence.rrule}"] if recurrence.rrule else []),
        *(moment_line("EXDATE", at, series.zone) for at in recurrence.left_out),
        *(moment_line("RDATE", at, series.zone) for at in recurrence.added),
        f"STATUS:{Standing.TENTATIVE}",
        *_told("DESCRIPTION", series.description),
    )
    return _Component(lines=lines, zone=series.zone, instants=(recurrence.begins, recurrence.ends + length))


def _session(
    session: FeedSession, *, series: FeedSeries | None = None, scheduled_at: datetime | None = None
) -> _Component:
    named = [moment_line("RECURRENCE-ID", scheduled_at, series.zone)] if series and scheduled_at else []
    lines = _event(
        series.uid if series else session.uid,
        session.stamped_at,
        *named,
        text_line("SUMMARY", session.summary),
        moment_line("DTSTART", session.starts, session.zone),
        moment_line("DTEND", session.ends, session.zone),
        f"STATUS:{session.standing}",
        f"SEQUENCE:{session.sequence}",
        *_told("LOCATION", session.place),
        *_told("DESCRIPTION", session.description),
        *([f"URL:{session.url}"] if session.url else []),
    )
    return _Component(lines=lines, zone=session.zone, instants=(session.starts, session.ends))


def _deadline(deadline: FeedDeadline) -> _Component:
    """Return a deadline as an event without a length that leaves its time free; few calendars show to-dos of a feed."""
    lines = _event(
        deadline.uid,
        deadline.stamped_at,
        text_line("SUMMARY", deadline.summary),
        moment_line("DTSTART", deadline.due_at, deadline.zone),
        "TRANSP:TRANSPARENT",
        "CATEGORIES:DEADLINE",
        *_told("DESCRIPTION", deadline.description),
        *([f"URL:{deadline.url}"] if deadline.url else []),
    )
    return _Component(lines=lines, zone=deadline.zone, instants=(deadline.due_at,))


def _event(uid: str, stamped_at: datetime, *lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{utc_text(stamped_at)}", *lines, "END:VEVENT")


def _told(name: str, text: str) -> list[str]:
    return [text_line(name, text)] if text else []

"""Every kind of rule and zone, read over HTTP by two calendars people use: the same spans, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.api.feed.rendering import render
from services.api.feed.view import Feed, FeedSeries, FeedSession, Standing
from services.domain.procedure import Cadence
from services.policies.cadence import Session, occurrences
from tests.integration.calendars import Seen, seen_by_ical_js, seen_by_khal, served

SINCE = datetime(2029, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=3 * 365)
RULES = (
    ("FREQ=YEARLY;BYMONTH=10;BYDAY=2WE", "Europe/Paris", "09:00", "P2D"),
    ("FREQ=YEARLY;BYMONTH=1,6;BYDAY=-1FR", "Africa/Casablanca", "11:00", "PT3H"),
    ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=29", "America/Santiago", "10:00", "PT3H"),
    ("FREQ=YEARLY;BYYEARDAY=100,-1", "Europe/Dublin", "09:00", "PT3H"),
    ("FREQ=YEARLY;BYMONTH=10;BYDAY=MO,TU;BYSETPOS=2", "Europe/Warsaw", "09:00", "PT3H"),
    ("FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO", "Europe/Vienna", "11:00", "PT3H"),
    ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "Europe/Paris", "09:00", "P1D"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "America/Bogota", "16:30", "PT6H"),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "Asia/Jerusalem", "11:00", "PT3H"),
    ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "Asia/Tashkent", "11:00", "PT3H"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1", "Africa/Cairo", "11:00", "PT3H"),
    ("FREQ=MONTHLY;INTERVAL=5;BYDAY=5WE", "Pacific/Chatham", "09:15", "PT3H"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TH", "Africa/Algiers", "09:00", "PT3H"),
    ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU", "Australia/Lord_Howe", "11:00", "PT3H"),
    ("FREQ=WEEKLY;BYDAY=SA", "America/New_York", "20:00", "PT12H"),
    ("FREQ=DAILY;INTERVAL=17;BYMONTH=1,2,7", "Asia/Tehran", "08:00", "PT3H"),
    ("FREQ=HOURLY;INTERVAL=7;BYMONTH=3,10", "Asia/Kolkata", "00:30", "PT3H"),
    ("FREQ=HOURLY;INTERVAL=5", "UTC", "00:20", "PT15M"),
)
LENGTHS = {"P2D": timedelta(days=2), "P1D": timedelta(days=1), "PT15M": timedelta(minutes=15)}


def sessions_of(rule: str, zone: str, local_start: str, session: str) -> tuple[Session, ...]:
    """Return what a rule gives in the span, every fifth left out and one put in."""
    length = LENGTHS.get(session) or timedelta(hours=int(session[2:-1]))
    cadence = Cadence(rrule=rule, zone=zone, local_start=local_start, session=length)
    held = [each for each in occurrences(cadence, SINCE, 36) if each[0] < UNTIL - timedelta(days=40)]
    added = (held[0][0] + timedelta(days=9, minutes=80), held[0][1] + timedelta(days=9, minutes=80))
    return (*(each for n, each in enumerate(held) if n % 5 != 2), added)


def series_of(rule: tuple[str, str, str, str]) -> FeedSeries:
    """Return the series of a rule, named by it."""
    return FeedSeries(
        uid=f"{rule[0].replace(';', '-')}@test",
        summary=rule[0],
        rrule=rule[0],
        zone=rule[1],
        local_start=rule[2],
        stamped_at=SINCE,
        expected=sessions_of(*rule),
    )


def at_the_change_of_clocks(minutes: int) -> FeedSession:
    """Return a session that begins some minutes from when clocks go back in Paris."""
    starts = datetime(2029, 10, 28, 1, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    return FeedSession(
        uid=f"change{minutes}@test",
        summary=f"Change {minutes}",
        starts=starts,
        ends=starts + timedelta(hours=2),
        zone="Europe/Paris",
        standing=Standing.CONFIRMED,
        stamped_at=SINCE,
    )


ALONE = tuple(at_the_change_of_clocks(minutes) for minutes in (-150, -90, -30, 0, 30, 90))
FEED = Feed(name="Rules", series=tuple(series_of(rule) for rule in RULES), sessions=ALONE)


async def calendar(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request with the feed."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/calendar")]})
    await send({"type": "http.response.body", "body": render(FEED)})


def spans(seen: list[Seen]) -> dict[str, list[Session]]:
    """Return what is seen, by name."""
    names = sorted({each.summary for each in seen})
    return {name: [(each.starts, each.ends) for each in seen if each.summary == name] for name in names}


@pytest.mark.parametrize("by", ["khal", "ical.js"])
async def test_a_calendar_reads_every_rule_in_every_zone_alike(by: str, tmp_path: Path) -> None:
    """Left out, put in, over changes of clocks within a session, and in the hour that comes twice."""
    async with served(calendar) as url:
        window = (SINCE, UNTIL)
        seen = await (seen_by_khal(url, tmp_path, *window) if by == "khal" else seen_by_ical_js(url, *window))

    planned = {series.summary: sorted(series.expected) for series in FEED.series}
    assert spans(seen) == planned | {each.summary: [(each.starts, each.ends)] for each in ALONE}

"""Zones spelt out in a feed say what the zone data says, for every zone of the release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.feed.clock import moment_line, zone_lines
from services.api.feed.line import document
from services.policies.zone import known_zones, load_zone
from tests.unit.feed_reading import ZoneRead, instant_of, lines_of, zones_of

SINCE, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
ZONES = sorted(known_zones())
SECOND = timedelta(seconds=1)


def spelt_out(zone: str, since: datetime = SINCE, until: datetime = UNTIL) -> ZoneRead:
    """Return a zone as a calendar reads it."""
    return zones_of(lines_of(document(zone_lines(zone, since, until))))[zone]


@pytest.mark.parametrize("part", range(8))
def test_every_zone_of_the_release_reads_as_it_is(part: int) -> None:
    """Week by week, and to the second on both sides of every change: gaps, overlaps, suspensions in Ramadan."""
    weeks = [SINCE + timedelta(weeks=n) for n in range((UNTIL - SINCE) // timedelta(weeks=1))]
    for zone in ZONES[part::8]:
        read, here = spelt_out(zone), load_zone(zone)
        edges = [at + step for at in read.onsets[1:] for step in (-SECOND, timedelta(0))]
        for at in (*weeks, *edges):
            assert read.offset(at) == at.astimezone(here).utcoffset(), (zone, at)


def test_a_suspension_in_ramadan_is_spelt_out() -> None:
    """Morocco leaves its offset for a month that moves; no rule of recurrence says that."""
    _, *changes = spelt_out("Africa/Casablanca").onsets
    away, back = changes[0:6:2], changes[1:6:2]

    assert [at.year for at in away] == [2024, 2025, 2026]
    assert all(timedelta(days=25) < until - since < timedelta(days=45) for since, until in zip(away, back, strict=True))


@given(
    zone=st.sampled_from(ZONES),
    at=st.datetimes(SINCE.replace(tzinfo=None), UNTIL.replace(tzinfo=None) - SECOND).map(
        lambda at: at.replace(tzinfo=UTC, microsecond=0)
    ),
)
def test_every_instant_is_read_as_it_was_written(zone: str, at: datetime) -> None:
    """Whatever the zone, an instant that is written is the instant that is read."""
    line = lines_of(document([moment_line("DTSTART", at, zone)]))[0]

    assert instant_of(line, {zone: spelt_out(zone)}) == at


def test_a_wall_time_that_comes_twice_is_written_in_utc() -> None:
    """On 28 October 2029 it is 02:30 in Paris twice; calendars do not agree which is meant."""
    first = datetime(2029, 10, 28, 0, 30, tzinfo=UTC)

    assert moment_line("DTSTART", first, "Europe/Paris") == "DTSTART:20291028T003000Z"
    assert moment_line("DTSTART", first + timedelta(hours=1), "Europe/Paris") == "DTSTART:20291028T013000Z"
    later = moment_line("DTSTART", first + timedelta(hours=2), "Europe/Paris")
    assert later == "DTSTART;TZID=Europe/Paris:20291028T033000"


def test_utc_needs_no_zone() -> None:
    """A series in UTC is written with Z."""
    assert moment_line("DTSTART", SINCE, "UTC") == "DTSTART:20240101T000000Z"

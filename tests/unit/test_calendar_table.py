"""Calendar tables: the offsets of zones as one release of the zone data has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.calendar import CalendarTable, OffsetSince, OutsideTable
from services.policies.calendar import calendar_table
from services.policies.fault import CalendarError
from services.policies.folder import policies_dir
from services.policies.membership import load_membership
from services.policies.zone import TZDATA_RELEASE, load_zone

YEARS = (2016, 2026, 2036, 2046)
ZONES = load_membership(policies_dir()).zones
SECOND = timedelta(seconds=1)


def new_year(year: int) -> datetime:
    """Return the first instant of a year."""
    return datetime(year, 1, 1, tzinfo=UTC)


@cache
def tables() -> tuple[CalendarTable, ...]:
    """Return tables of every zone of the membership from 2016 to 2046."""
    return tuple(calendar_table(ZONES, new_year(since), new_year(until)) for since, until in pairwise(YEARS))


def table_for(at: datetime) -> CalendarTable:
    """Return the table that holds an instant."""
    return next(table for table in tables() if table.since <= at < table.until)


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2016, 1, 1), datetime(2045, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_local_time_is_that_of_the_zone_data(zone: str, at: datetime) -> None:
    """At any instant of thirty years the table shows the wall time that the zone data shows."""
    local = table_for(at).local(at, zone)

    assert local == at
    assert local.replace(tzinfo=None) == at.astimezone(load_zone(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ZONES)
def test_offsets_change_at_the_very_second(zone: str) -> None:
    """One second before each change the old offset holds, from that second on the new one."""
    for table in tables():
        for held in table.zones[zone]:
            for at in (max(held.since - SECOND, table.since), held.since, held.since + SECOND):
                assert table.local(at, zone).utcoffset() == at.astimezone(load_zone(zone)).utcoffset()


def test_a_change_at_midnight_utc_is_found_to_the_second() -> None:
    """Clocks in Jerusalem go forward at 02:00, which is midnight UTC: the boundary of the days that are walked."""
    table = calendar_table(["Asia/Jerusalem"], new_year(2026), new_year(2027))

    assert table.zones["Asia/Jerusalem"][1] == OffsetSince(since=datetime(2026, 3, 27, tzinfo=UTC), seconds=3 * 3600)


@pytest.mark.parametrize("zone", ZONES)
def test_wall_times_around_every_change_have_one_instant(zone: str) -> None:
    """In an overlap it is the first of the two; a gap is shifted past, by the offset before it."""
    for table in tables():
        for held in table.zones[zone][1:]:
            for minutes in range(-150, 151, 15):
                wall = (
                    (held.since + timedelta(minutes=minutes)).astimezone(load_zone(zone)).replace(tzinfo=None, fold=0)
                )
                expected = wall.replace(tzinfo=load_zone(zone)).astimezone(UTC)
                assert table.instant(wall.date(), wall.time(), zone) == expected


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2016, 1, 2), date(2045, 12, 30)),
    st.times().map(lambda wall: wall.replace(microsecond=0)),
)
def test_any_wall_time_has_the_instant_of_the_zone_data(zone: str, on: date, wall: time) -> None:
    """Gaps and overlaps included, the table agrees with the zone data's own reading of a wall time."""
    expected = datetime.combine(on, wall, load_zone(zone)).astimezone(UTC)

    assert table_for(expected).instant(on, wall, zone) == expected


def test_spring_gap_and_autumn_overlap_in_paris() -> None:
    """02:30 on the spring night becomes 03:30 summer time; on the autumn night the first 02:30 is meant."""
    table = table_for(new_year(2026))

    assert table.instant(date(2026, 3, 29), time(2, 30), "Europe/Paris") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert table.instant(date(2026, 10, 25), time(2, 30), "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_tehran_had_summer_time_until_2022() -> None:
    """The history of a zone is in the table: +04:30 in June 2019, +03:30 in June 2025 (domain.md R1-4)."""
    before, after = datetime(2019, 6, 12, tzinfo=UTC), datetime(2025, 6, 12, tzinfo=UTC)

    assert table_for(before).local(before, "Asia/Tehran").utcoffset() == timedelta(hours=4, minutes=30)
    assert table_for(after).local(after, "Asia/Tehran").utcoffset() == timedelta(hours=3, minutes=30)


def test_outside_its_span_a_table_answers_nothing() -> None:
    """A wall time beyond either end, and a zone that was not asked for, are errors instead of guesses."""
    table = calendar_table(["Europe/Paris"], new_year(2026), new_year(2027))

    with pytest.raises(OutsideTable, match="outside the pinned table"):
        table.instant(date(2025, 12, 31), time(12), "Europe/Paris")
    with pytest.raises(OutsideTable, match="outside the pinned table"):
        table.instant(date(2027, 1, 1), time(12), "Europe/Paris")
    with pytest.raises(OutsideTable, match="outside the pinned table"):
        table.local(new_year(2027), "Europe/Paris")
    with pytest.raises(OutsideTable, match="zone Asia/Dubai is not in the pinned table"):
        table.local(new_year(2026), "Asia/Dubai")


def test_a_table_tells_its_release_and_its_digest_tells_its_content() -> None:
    """The same question gives the same digest; another span gives another."""
    table = calendar_table(["Europe/Paris", "Africa/Algiers"], new_year(2026), new_year(2027))

    assert table.tzdata == TZDATA_RELEASE
    assert table.zones["Africa/Algiers"] == (OffsetSince(since=new_year(2026), seconds=3600),)
    assert table.digest == calendar_table(["Africa/Algiers", "Europe/Paris"], new_year(2026), new_year(2027)).digest
    assert table.digest != calendar_table(["Africa/Algiers", "Europe/Paris"], new_year(2026), new_year(2028)).digest


def test_a_table_is_bounded() -> None:
    """Nobody gets a table of more than twelve years, or of none."""
    with pytest.raises(CalendarError, match="at most twelve years"):
        calendar_table(["Europe/Paris"], new_year(2026), new_year(2039))
    with pytest.raises(CalendarError, match="more than nothing"):
        calendar_table(["Europe/Paris"], new_year(2026), new_year(2026))


@pytest.mark.parametrize("zone", ["Europe/Lyon", "../../etc/passwd", "", "/UTC", "europe/paris"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """Only names of the release are zones, spelt as it spells them."""
    with pytest.raises(CalendarError, match="is not a zone of"):
        calendar_table([zone], new_year(2026), new_year(2027))


def test_a_misspelt_zone_is_answered_with_the_nearest() -> None:
    """Whoever mistypes a zone is told which was probably meant."""
    with pytest.raises(CalendarError, match=r"did you mean Europe/Paris\?"):
        load_zone("Europe/Pariss")

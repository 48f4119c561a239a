"""A feed shows exactly the sessions and deadlines it was given, whatever calendar reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.feed.rendering import render
from services.api.feed.view import Feed, FeedDeadline, FeedSeries, FeedSession, Standing
from services.domain.procedure import Cadence
from services.policies.cadence import Session, occurrences
from tests.unit.feed_reading import Happening, happenings, lines_of, zones_of

NOW = datetime(2040, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CADENCES = (
    Cadence(rrule="FREQ=YEARLY;BYMONTH=10;BYDAY=2WE", zone="Europe/Paris", local_start="09:00", session=2 * DAY),
    Cadence(rrule="FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", zone="Europe/Paris", local_start="09:00", session=DAY),
    Cadence(rrule="FREQ=MONTHLY;BYMONTHDAY=-1", zone="America/Bogota", local_start="16:30", session=DAY / 4),
    Cadence(rrule="FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", zone="Africa/Cairo", local_start="10:00", session=DAY / 4),
    Cadence(rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TH", zone="Africa/Algiers", local_start="09:00", session=DAY / 8),
    Cadence(rrule="FREQ=WEEKLY;BYDAY=SA", zone="America/New_York", local_start="20:00", session=DAY / 2),
    Cadence(rrule="FREQ=DAILY;INTERVAL=10", zone="Asia/Tehran", local_start="08:00", session=DAY / 8),
    Cadence(rrule="FREQ=HOURLY;INTERVAL=5", zone="UTC", local_start="00:20", session=DAY / 96),
)
MISREAD = Cadence(rrule="FREQ=YEARLY;BYWEEKNO=10;BYDAY=MO", zone="Europe/Vienna", local_start="09:00", session=DAY)


def series_of(cadence: Cadence, sessions: tuple[Session, ...], *cycles: FeedSession) -> FeedSeries:
    """Return a series as a feed shows it."""
    return FeedSeries(
        uid="series@test",
        summary="Dialogue (planned)",
        rrule=cadence.rrule,
        zone=cadence.zone,
        local_start=cadence.local_start,
        stamped_at=NOW,
        expected=sessions,
        sessions=cycles,
    )


def cycle(span: Session, *, planned: datetime | None = None, standing: Standing = Standing.CONFIRMED) -> FeedSession:
    """Return a cycle's session."""
    return FeedSession(
        uid="cycle@test",
        summary="Dialogue, cycle 9",
        starts=span[0],
        ends=span[1],
        zone="Europe/Paris",
        standing=standing,
        stamped_at=NOW,
        scheduled_at=planned or span[0],
        sequence=2,
    )


def shown(*series: FeedSeries) -> list[Happening]:
    """Return what a calendar shows of series."""
    return happenings(render(Feed(name="Test", series=series)))


def within_years(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    """Return the sessions of four years, more than a feed's window."""
    return tuple(each for each in sessions if each[0] < sessions[0][0] + 4 * 365 * DAY)


def spans(found: list[Happening]) -> list[Session]:
    """Return what is shown, as spans."""
    return [(each.starts, each.ends) for each in found]


def rule_of(*series: FeedSeries) -> str:
    """Return the only rule of a feed."""
    lines = lines_of(render(Feed(name="Test", series=series)))
    return next(line.value for line in lines if line.name == "RRULE")


@pytest.mark.parametrize("cadence", CADENCES, ids=lambda cadence: cadence.rrule)
def test_the_rule_means_the_very_same_instants(cadence: Cadence) -> None:
    """Four years of one rule at most, through summers and winters."""
    sessions = within_years(occurrences(cadence, NOW, 40))

    assert spans(shown(series_of(cadence, sessions))) == list(sessions)
    assert rule_of(series_of(cadence, sessions)).startswith(cadence.rrule)


@given(
    cadence=st.sampled_from((*CADENCES, MISREAD)),
    kept=st.frozensets(st.integers(0, 11), min_size=1),
    added=st.frozensets(st.integers(1, 1400), max_size=3),
    after=st.datetimes(datetime(2024, 1, 1), datetime(2039, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
)
def test_whatever_is_skipped_and_added_is_shown_so(
    cadence: Cadence, kept: frozenset[int], added: frozenset[int], after: datetime
) -> None:
    """Any of a rule's sessions and any others beside them: these are shown, and no other."""
    given_by_rule = within_years(occurrences(cadence, after, 12))
    length = given_by_rule[0][1] - given_by_rule[0][0]
    others = {given_by_rule[0][0].replace(hour=12, minute=34) + days * DAY for days in added}
    sessions = {given_by_rule[n] for n in kept if n < len(given_by_rule)} | {(at, at + length) for at in others}
    if not sessions:
        return

    assert spans(shown(series_of(cadence, tuple(sessions)))) == sorted(sessions)


def test_a_session_in_which_clocks_change_keeps_its_end() -> None:
    """Two days that hold a change of clocks are an hour shorter than the others; no calendar has to know how."""
    cadence = Cadence(rrule="FREQ=WEEKLY;BYDAY=SA", zone="Europe/Paris", local_start="09:00", session=2 * DAY)
    sessions = occurrences(cadence, datetime(2040, 3, 1, tzinfo=UTC), 6)

    assert len({end - start for start, end in sessions}) == 2
    assert spans(shown(series_of(cadence, sessions))) == list(sessions)


def test_cycles_stand_in_place_of_what_was_planned() -> None:
    """Confirmed as planned, moved, cancelled: each is shown once, where it is now, under the series."""
    first, second, third, fourth = occurrences(CADENCES[0], NOW, 4)
    moved = (second[0] + 30 * DAY, second[1] + 30 * DAY)
    series = series_of(
        CADENCES[0],
        (fourth,),
        cycle(first),
        cycle(moved, planned=second[0], standing=Standing.TENTATIVE),
        cycle(third, standing=Standing.CANCELLED),
    )

    found = shown(series)

    assert spans(found) == [first, moved, third, fourth]
    assert [each.status for each in found] == ["CONFIRMED", "TENTATIVE", "CANCELLED", "TENTATIVE"]
    assert [each.sequence for each in found] == [2, 2, 2, 0]
    assert {each.uid for each in found} == {"series@test"}


def test_a_forked_series_ends_and_another_begins() -> None:
    """Each under its own name, the old one until its last session."""
    before = occurrences(CADENCES[1], NOW, 3)
    after = occurrences(CADENCES[5], before[-1][0], 5)
    old = series_of(CADENCES[1], before)
    new = FeedSeries(
        uid="fork@test",
        summary="Dialogue (planned)",
        rrule=CADENCES[5].rrule,
        zone=CADENCES[5].zone,
        local_start=CADENCES[5].local_start,
        stamped_at=NOW,
        expected=after,
    )

    found = shown(old, new)

    assert spans(found) == [*before, *after]
    assert [each.uid for each in found] == ["series@test"] * 3 + ["fork@test"] * 5
    assert rule_of(old) == f"FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;UNTIL={before[-1][0]:%Y%m%dT%H%M%SZ}"


def test_newer_zone_data_never_moves_a_stored_session() -> None:
    """Sessions reckoned when clocks were other than now are shown at their stored instants."""
    sessions = occurrences(CADENCES[1], NOW, 4)
    stored = (*sessions[:2], *((start + DAY / 24, end + DAY / 24) for start, end in sessions[2:]))

    assert spans(shown(series_of(CADENCES[1], stored))) == list(stored)


def test_a_rule_of_which_little_was_held_is_listed() -> None:
    """Where leaving out would take more lines than naming, sessions are named; so a feed stays small."""
    cadence = Cadence(rrule="FREQ=HOURLY", zone="UTC", local_start="00:00", session=DAY / 48)
    sessions = occurrences(cadence, NOW, 400)[::40]
    sent = render(Feed(name="Test", series=(series_of(cadence, sessions),)))

    assert spans(happenings(sent)) == list(sessions)
    assert b"RRULE" not in sent


def test_a_rule_that_calendars_read_in_several_ways_is_listed() -> None:
    """Weeks of a year are not said by rule: ical.js takes them for any week."""
    sessions = occurrences(MISREAD, NOW, 3)
    sent = render(Feed(name="Test", series=(series_of(MISREAD, sessions),)))

    assert spans(happenings(sent)) == list(sessions)
    assert b"RRULE" not in sent


def test_a_deadline_is_an_instant_that_leaves_its_time_free() -> None:
    """Written in the zone it was reckoned in, without a length."""
    due = datetime(2040, 6, 15, 22, 0, tzinfo=UTC)
    deadline = FeedDeadline(
        uid="d@test", summary="Contributions due", due_at=due, zone="America/Bogota", stamped_at=NOW, description="a, b"
    )
    sent = render(Feed(name="Test", deadlines=(deadline,)))

    assert spans(happenings(sent)) == [(due, due)]
    assert b"DTSTART;TZID=America/Bogota:20400615T170000\r\n" in sent
    assert b"TRANSP:TRANSPARENT\r\n" in sent
    assert b"DESCRIPTION:a\\, b\r\n" in sent


def test_every_zone_spoken_of_is_spelt_out_once() -> None:
    """And no other; UTC needs none."""
    start = datetime(2040, 6, 15, 9, 0, tzinfo=UTC)
    lone = cycle((start, start + DAY))
    feed = Feed(name="Test", series=(series_of(CADENCES[7], ((start, start + DAY),)),), sessions=(lone, lone))

    assert zones_of(lines_of(render(feed))).keys() == {"Europe/Paris"}


def test_the_same_feed_gives_the_same_bytes() -> None:
    """Nothing of a feed depends on when or where it is rendered."""
    feed = Feed(name="Test", series=(series_of(CADENCES[0], occurrences(CADENCES[0], NOW, 3)),))

    assert render(feed) == render(feed)
    assert render(feed).startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_an_empty_feed_is_a_calendar_still() -> None:
    """Nothing to show is shown as nothing."""
    assert happenings(render(Feed(name="Test", series=(series_of(CADENCES[0], ()),)))) == []

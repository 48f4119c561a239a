"""Cadences: which sessions a rule gives, and which rules are refused."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.procedure import Cadence
from services.policies.cadence import check_cadence, occurrences
from services.policies.fault import CadenceError
from services.policies.folder import policies_dir
from services.policies.procedure import load_procedure
from services.policies.zone import load_zone

INTERVALS = ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=7", "FREQ=HOURLY;INTERVAL=7")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
DIALOGUE = load_procedure(policies_dir(), "high-level-dialogue@1")
EXERCISE = load_procedure(policies_dir(), "exercise@1")
WORKING_GROUP = load_procedure(policies_dir(), "wg-sc@1")


def cadence(rrule: str, *, zone: str = "Europe/Paris", local_start: str = "09:00") -> Cadence:
    """Return a cadence of one-hour sessions."""
    return Cadence(rrule=rrule, zone=zone, local_start=local_start, session=timedelta(hours=1))


def starts(of: Cadence, count: int, after: datetime = NEW_YEAR) -> list[str]:
    """Return when the next sessions start, in wall time."""
    zone = load_zone(of.zone)
    return [start.astimezone(zone).strftime("%a %Y-%m-%d %H:%M") for start, _ in occurrences(of, after, count)]


def test_the_dialogue_meets_for_two_days_on_the_second_wednesday_of_october() -> None:
    """A session of two days ends on the second, at the hour at which days end."""
    first, second = occurrences(DIALOGUE.cadence, NEW_YEAR, 2, day_ends=DIALOGUE.day_ends)

    assert first == (datetime(2026, 10, 14, 7, tzinfo=UTC), datetime(2026, 10, 15, 15, tzinfo=UTC))
    assert second[0] == datetime(2027, 10, 13, 7, tzinfo=UTC)


def test_the_working_group_meets_as_in_the_scenario_of_a_postponement() -> None:
    """Its sessions of 2027 begin on Tue 9 March and Tue 8 June (domain.md 8.12)."""
    assert starts(WORKING_GROUP.cadence, 2, datetime(2027, 1, 1, tzinfo=UTC)) == [
        "Tue 2027-03-09 09:00",
        "Tue 2027-06-08 09:00",
    ]


def test_wall_time_stays_when_the_offset_changes() -> None:
    """Weekly at 09:00 in Paris is 08:00 UTC in winter and 07:00 UTC in summer."""
    sessions = occurrences(cadence("FREQ=WEEKLY;BYDAY=FR"), datetime(2026, 3, 26, tzinfo=UTC), 2)

    assert [start.hour for start, _ in sessions] == [8, 7]


def test_the_exercise_meets_every_hour_of_every_day() -> None:
    """A demonstration runs on a Saturday night as on a Tuesday."""
    saturday = datetime(2026, 3, 28, 23, 10, tzinfo=UTC)

    assert occurrences(EXERCISE.cadence, saturday, 1) == (
        (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 0, 0, 30, tzinfo=UTC)),
    )
    check_cadence(EXERCISE.cadence, EXERCISE)


def test_a_session_starts_strictly_later() -> None:
    """Asked at the very start of a session, the next one is given."""
    start = occurrences(DIALOGUE.cadence, NEW_YEAR, 1)[0][0]

    assert occurrences(DIALOGUE.cadence, start, 1)[0][0].year == 2027


def test_dates_are_skipped_and_added() -> None:
    """A skipped date is left out, an added one comes in its place in time, and never twice."""
    changed = replace(
        cadence("FREQ=WEEKLY;BYDAY=TU"), skip=(date(2026, 1, 6),), add=(date(2026, 1, 15), date(2026, 1, 13))
    )

    assert starts(changed, 3) == ["Tue 2026-01-13 09:00", "Thu 2026-01-15 09:00", "Tue 2026-01-20 09:00"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYMONTHDAY=-1", ["Sun 2026-05-31 09:00", "Wed 2028-05-31 09:00"]),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", ["Fri 2026-01-30 09:00", "Fri 2026-04-24 09:00"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["Fri 2026-01-30 09:00", "Fri 2026-02-27 09:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["Mon 2026-01-05 09:00", "Mon 2026-01-19 09:00"]),
        ("FREQ=DAILY;INTERVAL=10", ["Thu 2026-01-01 09:00", "Sun 2026-01-11 09:00"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["Tue 2028-02-29 09:00", "Sun 2032-02-29 09:00"]),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", ["Mon 2026-05-11 09:00", "Mon 2027-05-17 09:00"]),
        ("freq=yearly;byyearday=100", ["Fri 2026-04-10 09:00", "Sat 2027-04-10 09:00"]),
    ],
)
def test_rules_mean_what_rfc_5545_says(rule: str, expected: list[str]) -> None:
    """Intervals are counted from January 2016, whenever one asks."""
    assert starts(cadence(rule), 2) == expected


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(INTERVALS),
    st.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_sessions_are_the_same_whenever_one_asks(rule: str, at: datetime) -> None:
    """The second session after an instant is the first after the first."""
    utc = cadence(rule, zone="UTC")
    first, second = occurrences(utc, at, 2)

    assert occurrences(utc, first[0], 1) == (second,)


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("rrule", "every year", "rrule: 'every year' is no rule; begin with FREQ= and one of YEARLY, MONTHLY,"),
        ("rrule", "FREQ=SECONDLY", "rrule: 'FREQ=SECONDLY' is no rule"),
        ("rrule", "FREQ=DAILY;FREQ=DAILY", "give each part once"),
        (
            "rrule",
            "FREQ=DAILY;COUNT=3",
            "rrule: COUNT is not taken with FREQ=DAILY; leave it out; a series",
        ),
        ("rrule", "FREQ=DAILY;BYHOUR=3", "BYHOUR is not taken with FREQ=DAILY; leave it out; local_start says when"),
        ("rrule", "FREQ=WEEKLY;BYDAY=2WE", "BYDAY=2WE is no day of FREQ=WEEKLY; give days like WE"),
        ("rrule", "FREQ=MONTHLY;BYDAY=XX", "BYDAY=XX is no day"),
        ("rrule", "FREQ=YEARLY;BYMONTH=13;BYDAY=WE", "BYMONTH=13 is out of range; give 1 to 12"),
        ("rrule", "FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is out of range"),
        ("rrule", "FREQ=MONTHLY;BYMONTHDAY=", "BYMONTHDAY= is out of range"),
        ("rrule", "FREQ=YEARLY", "rrule: FREQ=YEARLY does not say on which day; add BYYEARDAY or BYMONTH and BYDAY or"),
        ("rrule", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "gives no session in the twelve years after 2026-01-01; name"),
        ("zone", "Europe/Lyon", "zone: 'Europe/Lyon' is not a zone of"),
        ("local_start", "25:00", "local_start: found '25:00'; should be a time of day, like 09:00"),
        ("local_start", "09:00Z", "local_start: found '09:00Z'"),
    ],
)
def test_a_wrong_cadence_is_one_sentence(field: str, wrong: str, sentence: str) -> None:
    """The sentence names the field, what is wrong, and what would be right."""
    change: dict[str, Any] = {field: wrong}

    with pytest.raises(CadenceError) as caught:
        occurrences(replace(cadence("FREQ=DAILY"), **change), NEW_YEAR, 1)

    assert caught.value.field == field
    assert sentence in str(caught.value)


@pytest.mark.parametrize("frequency", ["DAILY", "HOURLY"])
def test_the_search_for_a_rule_that_never_fires_ends_soon(frequency: str) -> None:
    """30 February is not awaited until the end of time."""
    began = time.perf_counter()

    with pytest.raises(CadenceError, match="gives no session"):
        occurrences(cadence(f"FREQ={frequency};BYMONTH=2;BYMONTHDAY=30"), NEW_YEAR, 1)

    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "02:30 does not exist in Europe/Paris on 2026-03-29, when clocks change"),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "02:30 exists twice in Europe/Paris on 2026-10-25, when clocks change"),
    ],
)
def test_an_hour_that_clocks_skip_or_show_twice_is_refused(rule: str, what: str) -> None:
    """Nobody is invited to an hour that does not exist, or to one of two."""
    with pytest.raises(CadenceError) as caught:
        occurrences(cadence(rule, local_start="02:30"), NEW_YEAR, 1)

    assert str(caught.value) == f"local_start: {what}; start at an hour at which clocks never change, such as 09:00"


def test_such_an_hour_of_the_past_does_not_matter() -> None:
    """Only sessions asked for are looked at."""
    daily = cadence("FREQ=DAILY", local_start="02:30")

    assert len(occurrences(daily, datetime(2026, 3, 29, 12, tzinfo=UTC), 100)) == 100


def test_how_many_sessions_and_how_long_is_bounded() -> None:
    """A preview of a million sessions, or of one that lasts a year, is refused."""
    with pytest.raises(CadenceError, match="count: 401 sessions were asked for; ask for 1 to 400"):
        occurrences(DIALOGUE.cadence, NEW_YEAR, 401)
    with pytest.raises(CadenceError, match="session: a session would last 365 days"):
        occurrences(replace(DIALOGUE.cadence, session=timedelta(days=365)), NEW_YEAR, 1)


def test_sessions_have_to_leave_room_for_the_lead_times() -> None:
    """Every three months is too often for a meeting that is convened 120 days before (domain.md 5.1)."""
    quarterly = cadence("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYDAY=2TU")

    with pytest.raises(
        CadenceError, match="rrule: sessions come 84 days apart, but one takes 120 days and 1 hour from its first"
    ):
        check_cadence(quarterly, DIALOGUE)
    check_cadence(quarterly, WORKING_GROUP)


def test_hourly_sessions_need_a_zone_whose_clocks_never_change() -> None:
    """Else one session a year would fall into the gap."""
    with pytest.raises(CadenceError, match=r"zone: clocks change in Europe/Paris, .*; give UTC"):
        check_cadence(replace(EXERCISE.cadence, zone="Europe/Paris"), EXERCISE)

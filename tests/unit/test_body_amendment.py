"""A series amended from an instant on: the old one ends there and another begins (domain.md 5.1)."""

from __future__ import annotations

from services.domain.body.events import NextCycleProposed
from services.domain.body.state import Occurrence
from services.domain.cycle.commands import WithdrawProposal
from tests.unit.body_setting import FOUNDED, founded, note, numbers, series, yearly
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import facts_of, kinds, reason_of
from tests.unit.series_setting import OCTOBER, amendment, met, scheduled, starts


def test_the_old_series_ends_and_a_new_one_begins() -> None:
    """Sessions before the instant come under the old rule, those from then on under the new one."""
    stream = scheduled()

    events = stream.give(amendment(), "2027-02-01 08:00", "INTERPOL")
    before = starts(stream)
    met(stream, 1, "2028-06-14 08:00")

    assert kinds(events) == ["SeriesAmended"]
    assert before == ["2028-06-13"]
    assert starts(stream) == ["2029-10-13"]
    old, new = stream.state.ended[0], stream.state.series[0]
    assert (old.rrule, old.until, old.first_starts) == ("FREQ=YEARLY", utc("2029-01-01"), utc("2028-06-13 07:00"))
    assert (new.rrule, new.since, new.until) == ("FREQ=YEARLY;BYMONTH=10", utc("2029-01-01"), None)
    assert new.id
    assert [e.series for e in stream.events if isinstance(e, NextCycleProposed)] == ["sr-1", new.id]


def test_a_session_that_starts_as_the_new_series_begins_is_the_new_one_s() -> None:
    """The interval is [since, until): domain.md DD-5."""
    stream = scheduled()
    first = yearly(2028, 2029)[0].starts

    stream.give(amendment(first.strftime("%Y-%m-%d %H:%M"), yearly(2028, 2029)), "2027-02-01 08:00", "INTERPOL")

    assert starts(stream) == ["2028-06-13"]
    assert [c.series for c in stream.state.cycles if c.is_next] == [stream.state.series[-1].id]


def test_what_nobody_convened_gives_way_and_the_new_series_proposes_anew() -> None:
    """The proposal is taken back, not shown as skipped, and its number is not used again."""
    stream = scheduled()

    events = stream.give(amendment("2028-01-01 00:00", yearly(2028, 2029, day=OCTOBER)), "2027-02-01 08:00", "INTERPOL")
    stream.give(note(1, "cancelled"), "2027-02-01 08:00")

    assert kinds(events) == ["SeriesAmended", "NextCycleProposed"]
    assert stream.told("cycle/dialogue/1") == [WithdrawProposal()]
    assert numbers(stream) == [(2, "proposed", True)]
    assert starts(stream) == ["2028-10-13"]
    assert stream.state.skipped == ()
    assert "AFRIPOL" in stream.letters("series_amended")[0]


def test_a_convened_cycle_stands_whatever_becomes_of_its_series() -> None:
    """It is live; the new series goes on after it."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    stream.give(amendment("2028-03-01 00:00", yearly(2028, 2029, day=OCTOBER)), "2028-02-01 08:00", "INTERPOL")

    assert [(c.number, c.is_withdrawn) for c in stream.state.cycles] == [(1, False), (2, True), (3, False)]
    assert starts(stream) == ["2028-10-13"]


def test_an_amendment_before_one_already_made_takes_its_place() -> None:
    """A series that was to begin later than the new one never begins."""
    stream = scheduled()
    stream.give(amendment("2030-01-01 00:00", yearly(2030, day=OCTOBER)), "2027-02-01 08:00", "INTERPOL")

    stream.give(amendment("2029-01-01 00:00", yearly(2029, 2030, day="11-13")), "2027-02-02 08:00", "INTERPOL")

    assert [(s.since, s.until) for s in stream.state.series][1:] == [(utc("2029-01-01"), None)]
    met(stream, 1, "2028-06-14 08:00")
    assert starts(stream) == ["2029-11-13"]
    assert len(stream.state.ended) == 1


def test_amendments_one_after_the_other_hold_each_for_its_time() -> None:
    """June until 2029, October in 2029, November from 2030 on."""
    stream = scheduled()
    stream.give(amendment("2029-01-01 00:00", yearly(2029, 2030, day=OCTOBER)), "2027-02-01 08:00", "INTERPOL")
    stream.give(amendment("2030-01-01 00:00", yearly(2030, day="11-13")), "2027-02-02 08:00", "INTERPOL")

    met(stream, 1, "2028-06-14 08:00")
    second = starts(stream)
    met(stream, 2, "2029-10-14 08:00")

    assert second == ["2029-10-13"]
    assert starts(stream) == ["2030-11-13"]
    assert [s.until for s in stream.state.ended] == [utc("2029-01-01"), utc("2030-01-01")]


def test_sessions_of_the_old_series_not_known_yet_still_come() -> None:
    """They are given with the amendment, however far off it is."""
    stream = founded()
    stream.give(series(yearly(2028, 2029)), FOUNDED, "INTERPOL")
    far = amendment("2030-08-01 00:00", yearly(2030, day=OCTOBER), remaining=yearly(2029, 2030))
    stream.give(far, "2027-02-01 08:00", "INTERPOL")

    came = []
    for number in (1, 2, 3):
        came += starts(stream)
        met(stream, number, f"{2027 + number}-06-14 08:00")

    assert came == ["2028-06-13", "2029-06-13", "2030-06-13"]
    assert starts(stream) == ["2030-10-13"]


def test_a_series_is_amended_from_later_than_now_and_with_sessions_to_come() -> None:
    """Each refusal says what to do."""
    stream = scheduled()
    at = "2028-02-01 08:00"

    past = stream.give(amendment("2028-01-01 00:00"), at, "INTERPOL")
    now = stream.give(amendment(at), at, "INTERPOL")
    nothing = stream.give(amendment("2030-12-01 00:00"), at, "INTERPOL")
    nowhere = stream.give(amendment(zone="Europe/Nowhere"), at, "INTERPOL")
    untold = stream.give(amendment(calendar=pinned_table("2028-01-01", "2029-09-01")), at, "INTERPOL")
    overlap = amendment("2028-06-14 00:00", (Occurrence(starts=utc("2028-06-14 07:00"), ends=utc("2028-06-14 15:00")),))

    assert facts_of(past)["field"] == facts_of(now)["field"] == "from"
    assert reason_of(nothing) == "NoOccurrence"
    assert reason_of(nowhere) == "BadArgument"
    assert reason_of(untold) == "CannotReckon"
    assert facts_of(stream.give(overlap, at, "INTERPOL"))["field"] == "from"
    assert reason_of(founded().give(amendment(), at, "INTERPOL")) == "NoSeries"
    assert len(stream.state.series) == 1

"""The standing body: series, the one number sequence, one live cycle of a kind, extraordinary sessions, backlog."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.domain.body import commands as asked
from services.domain.body.decider import DECIDER
from services.domain.body.events import NextCycleProposed, OccurrencesNeeded
from services.domain.body.state import Body
from services.domain.cycle.commands import ClearToConvene, ProposeCycle, ReviewBacklog, WithdrawProposal
from services.domain.cycle.records import CycleKind
from tests.unit.body_setting import FOUNDED, call, founded, note, numbers, scheduled, series, yearly
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import (
    Stream,
    kinds,
    procedure,
    proposed,
    reason_of,
    two_bodies,
)


def test_a_body_is_founded_once_and_waits_for_its_series() -> None:
    """Nothing reaches a body that is not there."""
    stream = founded()
    again = asked.FoundBody(
        code="dialogue", names={}, chair_entity="AIMC", procedure=procedure(), membership=two_bodies()
    )
    nowhere: Stream[Body] = Stream(decider=DECIDER)

    assert reason_of(stream.give(again, FOUNDED)) == "AlreadyFounded"
    assert reason_of(nowhere.give(series(), FOUNDED, "INTERPOL")) == "NotFound"
    assert [(w.what, w.entity) for w in DECIDER.waits(stream.state)] == [("schedule_series", "INTERPOL")]
    assert DECIDER.due(stream.state) is None
    assert DECIDER.deadlines(stream.state) == ()
    assert not DECIDER.is_closed(stream.state)


def test_a_series_proposes_its_first_cycle_at_once() -> None:
    """Number 1, free to be convened, with all the cycle needs; the cycle accepts it."""
    stream = scheduled()

    assert kinds(stream.events[1:]) == ["SeriesScheduled", "NextCycleProposed"]
    ((name, proposal),) = stream.started().items()
    assert name == "cycle/dialogue/1"
    assert isinstance(proposal, ProposeCycle)
    assert proposal.clear
    assert proposal.starts == utc("2028-06-13 07:00")
    assert proposal.procedure == procedure()
    assert proposed(proposal).state.stream == name
    assert stream.state.next_cycle
    assert stream.state.next_cycle.number == 1
    assert DECIDER.waits(stream.state) == ()


def test_occurrences_in_the_past_are_passed_over() -> None:
    """The next one is later than now."""
    stream = founded()

    stream.give(series(yearly(2025, 2026, 2028)), FOUNDED, "INTERPOL")

    assert [c.starts for c in stream.state.cycles] == [utc("2028-06-13 07:00")]


def test_a_series_without_a_future_or_outside_its_table_is_refused() -> None:
    """By name, with the field."""
    stream = founded()
    overlapping = tuple(replace(o, ends=o.starts + timedelta(days=400)) for o in yearly(2028, 2029))
    refused = {
        "NoOccurrence": series(yearly(2025)),
        "BadArgument": series(zone="Europe/Nowhere"),
        "CannotReckon": series(calendar=pinned_table("2028-06-01", "2029-01-01")),
    }

    for reason, command in refused.items():
        assert reason_of(stream.give(command, FOUNDED, "INTERPOL")) == reason
    assert reason_of(stream.give(series(overlapping), FOUNDED, "INTERPOL")) == "BadArgument"
    assert stream.state.series == ()


def test_convening_a_cycle_proposes_the_next_which_is_not_clear_yet() -> None:
    """LC-1: next cycles may stand as proposed; LC-2: only one may be convened."""
    stream = scheduled()

    events = stream.give(note(1, "convened"), "2028-01-10 08:00")

    assert kinds(events) == ["CycleNoted", "NextCycleProposed"]
    assert numbers(stream) == [(1, "convened", True), (2, "proposed", False)]
    assert [c.number for c in stream.state.live_cycles] == [1]
    assert kinds(stream.give(note(1, "convened"), "2028-01-10 08:00")) == ["CycleNoted"]


def test_adoption_clears_the_next_cycle_and_closing_takes_the_backlog() -> None:
    """The open actions go to the next cycle to be convened."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    adopted = stream.give(note(1, "adopted"), "2028-06-22 08:00")
    closed = stream.give(note(1, "closed", "a-1", "a-2"), "2028-10-01 08:00")

    assert kinds(adopted) == ["CycleNoted", "CycleCleared"]
    assert kinds(closed) == ["CycleNoted", "BacklogTaken"]
    assert numbers(stream) == [(2, "proposed", True)]
    assert stream.state.backlog == ("a-1", "a-2")
    assert stream.told("cycle/dialogue/2") == [ClearToConvene(), ReviewBacklog(actions=("a-1", "a-2"))]


def test_a_postponed_cycle_keeps_the_way_to_itself() -> None:
    """It is live all the time (LC-1)."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    stream.give(note(1, "postponed"), "2028-02-10 08:00")

    assert numbers(stream) == [(1, "postponed", True), (2, "proposed", False)]


def test_a_cancelled_number_is_never_used_again() -> None:
    """LC-3: the next proposal takes the next number."""
    stream = scheduled()

    events = stream.give(note(1, "cancelled"), "2028-01-10 08:00")

    assert kinds(events) == ["CycleNoted", "NextCycleProposed"]
    assert numbers(stream) == [(2, "proposed", True)]
    assert stream.state.cycles[0].starts == utc("2029-06-13 07:00")


def test_a_note_of_a_cycle_it_does_not_have_is_refused() -> None:
    """Or of a state there is not."""
    stream = scheduled()

    assert reason_of(stream.give(note(7, "adopted"), FOUNDED)) == "NotFound"
    assert reason_of(stream.give(note(1, "asleep"), FOUNDED)) == "NotFound"


def test_a_second_series_replaces_the_first_and_takes_its_proposal_back() -> None:
    """The new cycle waits until the old proposal is gone, for it might just have been convened."""
    stream = scheduled()
    autumn = series(yearly(2027, 2028, day="10-13"))

    events = stream.give(autumn, "2027-02-01 08:00", "INTERPOL")
    between = numbers(stream)
    coming = stream.state.next_cycle
    stream.give(note(1, "cancelled"), "2027-02-01 08:00")

    assert kinds(events) == ["SeriesEnded", "SeriesScheduled", "NextCycleProposed"]
    assert between == [(1, "proposed", True), (2, "proposed", False)]
    assert coming
    assert coming.number == 2
    assert stream.told("cycle/dialogue/1") == [WithdrawProposal()]
    assert numbers(stream) == [(2, "proposed", True)]
    assert stream.told("cycle/dialogue/2") == [ClearToConvene()]
    assert len(stream.state.series) == 1


def test_a_proposal_convened_before_it_was_taken_back_stands() -> None:
    """The cycle is the authority; the new series goes on after it."""
    stream = scheduled()
    stream.give(series(yearly(2027, 2029, day="10-13")), "2027-02-01 08:00", "INTERPOL")

    stream.give(note(1, "convened"), "2027-02-01 08:00")

    assert numbers(stream) == [(1, "convened", True), (2, "proposed", False)]
    stream.give(note(1, "adopted"), "2028-06-20 08:00")
    assert numbers(stream) == [(1, "adopted", False), (2, "proposed", True)]


def test_the_body_asks_for_more_occurrences_before_they_run_out() -> None:
    """Once; and with more of them it goes on, although the new table begins later."""
    stream = founded()
    events = stream.give(
        series(yearly(2028, 2029), calendar=pinned_table("2027-01-01", "2030-01-01")), FOUNDED, "INTERPOL"
    )
    later = stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(note(1, "adopted"), "2028-07-01 08:00")
    needed = [(w.what, w.entity) for w in DECIDER.waits(stream.state)]

    assert "OccurrencesNeeded" not in kinds(events)
    assert isinstance(later[-1], OccurrencesNeeded)
    assert later[-1].after == utc("2029-06-13 07:00")
    assert needed == [("extend_occurrences", "engine")]
    nothing = stream.give(note(2, "convened"), "2029-01-10 08:00")
    assert kinds(nothing) == ["CycleNoted"]
    more = asked.ExtendOccurrences(
        kind=CycleKind.ORDINARY, calendar=pinned_table("2029-05-01", "2031-01-01"), occurrences=yearly(2029, 2030)
    )
    extended = stream.give(more, "2029-01-11 08:00")
    assert kinds(extended) == ["OccurrencesExtended", "NextCycleProposed", "OccurrencesNeeded"]
    assert numbers(stream)[-1] == (3, "proposed", False)
    assert reason_of(stream.give(more, "2029-01-12 08:00")) == "NoOccurrence"


def test_a_proposal_is_reckoned_with_the_newest_table_that_can() -> None:
    """Occurrences known before keep the table that covers them."""
    stream = founded()
    stream.give(series(yearly(2028, 2029), calendar=pinned_table("2027-01-01", "2030-01-01")), FOUNDED, "INTERPOL")
    new = pinned_table("2029-12-01", "2031-01-01")
    more = asked.ExtendOccurrences(kind=CycleKind.ORDINARY, calendar=new, occurrences=yearly(2030))
    stream.give(more, "2027-02-01 08:00")

    for number in (1, 2):
        stream.give(note(number, "convened"), f"{2027 + number}-01-10 08:00")
        stream.give(note(number, "adopted"), f"{2027 + number}-06-20 08:00")

    tables = [e.calendar.since for e in stream.events if isinstance(e, NextCycleProposed)]
    assert tables == [utc("2027-01-01"), utc("2027-01-01"), utc("2029-12-01")]


def test_occurrences_are_for_a_series_there_is_and_in_order() -> None:
    """Overlapping ones are refused too."""
    more = asked.ExtendOccurrences(kind=CycleKind.ORDINARY, calendar=pinned_table(), occurrences=yearly(2031))
    overlapping = tuple(replace(o, ends=o.starts + timedelta(days=400)) for o in yearly(2031, 2032))

    assert reason_of(founded().give(more, FOUNDED)) == "NoSeries"
    assert reason_of(scheduled().give(replace(more, occurrences=overlapping), FOUNDED)) == "BadArgument"


def test_an_extraordinary_cycle_shares_the_numbers_and_not_the_way() -> None:
    """LC-2, LC-3: live beside an ordinary one; a second extraordinary one waits for the first."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    events = stream.give(call(), "2028-01-11 08:00", "INTERPOL")
    stream.give(call("2028-03-01 09:00"), "2028-01-11 08:00", "INTERPOL")

    assert kinds(events) == ["ExtraordinarySessionCalled", "NextCycleProposed"]
    assert numbers(stream) == [
        (1, "convened", True),
        (2, "proposed", False),
        (3, "proposed", True),
        (4, "proposed", False),
    ]
    assert "AFRIPOL" in stream.letters("extraordinary_session_called")[0]
    stream.give(note(3, "convened"), "2028-01-12 08:00")
    stream.give(note(3, "adopted"), "2028-02-02 08:00")
    assert numbers(stream)[-1] == (4, "proposed", True)
    assert numbers(stream)[1] == (2, "proposed", False)
    assert stream.state.cycle(3)
    view = stream.state.cycle(4)
    assert view
    assert view.ends == utc("2028-03-01 16:00")


def test_an_extraordinary_session_lies_ahead_and_inside_its_table() -> None:
    """Its steps too."""
    stream = scheduled()
    beyond = replace(call("2030-12-31 09:00"), session=timedelta(days=20))

    assert reason_of(stream.give(call("2026-01-01 09:00"), FOUNDED, "INTERPOL")) == "BadArgument"
    assert reason_of(stream.give(replace(call(), session=timedelta(0)), FOUNDED, "INTERPOL")) == "BadArgument"
    outside = replace(call(), calendar=pinned_table("2029-01-01", "2030-01-01"))
    assert reason_of(stream.give(outside, FOUNDED, "INTERPOL")) == "BadArgument"
    stepless = replace(call(), calendar=pinned_table("2028-01-15", "2029-01-01"))
    assert reason_of(stream.give(stepless, FOUNDED, "INTERPOL")) == "CannotReckon"
    assert reason_of(stream.give(beyond, FOUNDED, "INTERPOL")) in {"BadArgument", "CannotReckon"}

"""Series that change: amended from an instant on, skipped once, paused and resumed (domain.md 5.1, LC-1 to LC-3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.body import commands as asked
from services.domain.body.decider import DECIDER
from services.domain.cycle.commands import Convene, WithdrawProposal
from services.domain.cycle.records import CycleKind, MeetingMode
from services.domain.message import CommandRefused
from tests.unit.body_setting import FOUNDED, founded, note, numbers, series, yearly
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import WORDS, kinds, proposal, proposed, reason_of, words
from tests.unit.series_setting import OCTOBER, amendment, moved, pause, scheduled, skip, starts


def test_a_proposed_cycle_is_skipped_for_all_to_see() -> None:
    """The body keeps it, with its reason; the cycle ends and tells everybody; the next one is proposed."""
    stream = scheduled()

    events = stream.give(skip(1), "2027-02-01 08:00", "INTERPOL")
    (withdrawal,) = stream.told("cycle/dialogue/1")
    cycle = proposed(proposal())
    cycle.give(withdrawal, "2027-06-21 08:00")
    stream.give(note(1, "cancelled"), "2027-02-01 08:00")

    assert kinds(events) == ["CycleSkipped", "NextCycleProposed"]
    (kept,) = stream.state.skipped
    assert (kept.number, kept.starts, kept.reason) == (1, utc("2028-06-13 07:00"), words("elections"))
    assert stream.state.series[0].skipped == (kept.starts,)
    assert numbers(stream) == [(2, "proposed", True)]
    assert starts(stream) == ["2029-06-13"]
    assert (cycle.state.state, cycle.state.is_skipped) == ("cancelled", True)
    assert {"AFRIPOL", "UNODC"} <= set(cycle.letters("cycle_skipped")[0])


def test_a_convened_cycle_is_not_skipped() -> None:
    """Postpone or cancel it; one that is not there, or was skipped, is not skipped either."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    refused = stream.give(skip(1), "2028-01-11 08:00", "INTERPOL")
    stream.give(skip(2), "2028-01-11 08:00", "INTERPOL")

    assert reason_of(refused) == "AlreadyConvened"
    assert isinstance(refused[0], CommandRefused)
    assert "postpone it or cancel it" in refused[0].sentence
    assert reason_of(stream.give(skip(2), "2028-01-11 08:00", "INTERPOL")) == "WrongState"
    assert reason_of(stream.give(skip(9), "2028-01-11 08:00", "INTERPOL")) == "NotFound"


def test_a_cycle_convened_before_it_was_skipped_stands() -> None:
    """The cycle is the authority: it is shown as skipped no longer."""
    stream = scheduled()
    stream.give(skip(1), "2028-01-10 08:00", "INTERPOL")

    stream.give(note(1, "convened"), "2028-01-10 08:00")

    assert stream.state.skipped == ()
    assert [(c.number, c.is_withdrawn) for c in stream.state.cycles] == [(1, False), (2, False)]


@pytest.mark.parametrize("how", ["amended", "resumed"])
def test_a_cycle_convened_before_its_proposal_was_taken_back_leaves_no_other_before_it(how: str) -> None:
    """What was proposed in its place meanwhile is skipped because of it, for all to see."""
    stream = scheduled()
    at = "2028-01-10 08:00"
    if how == "amended":
        stream.give(amendment("2028-02-01 00:00", yearly(2028, 2029, 2030, day="03-13")), at, "INTERPOL")
    else:
        stream.give(pause(), at, "INTERPOL")
        stream.give(asked.ResumeSeries(), at, "INTERPOL")

    events = stream.give(note(1, "convened"), at)
    stream.give(note(2, "cancelled"), at)

    assert kinds(events)[:2] == ["CycleNoted", "CycleSkipped"]
    assert [(s.number, s.because_of) for s in stream.state.skipped] == [(2, 1)]
    assert [c.number for c in stream.state.live_cycles] == [1]
    assert starts(stream) == ["2029-03-13" if how == "amended" else "2029-06-13"]


def test_an_extraordinary_proposal_is_skipped_too_and_leaves_the_series_alone() -> None:
    """It came from no series."""
    stream = scheduled()
    call = asked.CallExtraordinarySession(
        starts=utc("2028-02-01 09:00"), session=timedelta(days=1), reason=WORDS, calendar=pinned_table()
    )
    stream.give(call, "2027-09-01 08:00", "INTERPOL")

    events = stream.give(skip(2), "2027-09-02 08:00", "INTERPOL")

    assert kinds(events) == ["CycleSkipped"]
    assert [s.kind for s in stream.state.skipped] == [CycleKind.EXTRAORDINARY]
    assert stream.state.series[0].skipped == ()


def test_a_paused_series_proposes_nothing_until_it_is_resumed() -> None:
    """The proposal is taken back; everybody sees since when and why; it goes on with the next session after now."""
    stream = scheduled()

    paused = stream.give(pause(), "2027-02-01 08:00", "INTERPOL")
    stream.give(note(1, "cancelled"), "2027-02-01 08:00")
    waits = [(w.what, w.since) for w in DECIDER.waits(stream.state)]
    resumed = stream.give(asked.ResumeSeries(), "2028-07-01 08:00", "INTERPOL")

    assert kinds(paused) == ["SeriesPaused"]
    assert stream.told("cycle/dialogue/1") == [WithdrawProposal()]
    assert waits == [("resume_series", utc("2027-02-01 08:00"))]
    assert kinds(resumed) == ["SeriesResumed", "NextCycleProposed"]
    assert starts(stream) == ["2029-06-13"]
    assert numbers(stream) == [(2, "proposed", True)]
    assert stream.state.paused == ()


def test_a_series_resumed_in_time_gives_again_what_was_taken_back() -> None:
    """The session of 2028 is still to come; it has another number."""
    stream = scheduled()
    stream.give(pause(), "2027-02-01 08:00", "INTERPOL")
    stream.give(note(1, "cancelled"), "2027-02-01 08:00")

    stream.give(asked.ResumeSeries(), "2027-03-01 08:00", "INTERPOL")

    assert starts(stream) == ["2028-06-13"]
    assert numbers(stream) == [(2, "proposed", True)]


def test_live_cycles_go_on_while_their_series_rests() -> None:
    """And nothing follows when they close."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(pause(), "2028-02-01 08:00", "INTERPOL")
    stream.give(note(2, "cancelled"), "2028-02-01 08:00")

    adopted = stream.give(note(1, "adopted"), "2028-06-20 08:00")
    stream.give(asked.ResumeSeries(), "2028-07-01 08:00", "INTERPOL")

    assert kinds(adopted) == ["CycleNoted"]
    assert starts(stream) == ["2029-06-13"]


def test_a_proposal_convened_before_the_pause_reached_it_is_not_given_twice() -> None:
    """Not even once it was cancelled."""
    stream = scheduled()
    stream.give(pause(), "2028-01-10 08:00", "INTERPOL")
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(note(1, "cancelled"), "2028-01-12 08:00")

    stream.give(asked.ResumeSeries(), "2028-01-13 08:00", "INTERPOL")

    assert starts(stream) == ["2029-06-13"]


def test_pausing_and_resuming_say_no_where_there_is_nothing_to_do() -> None:
    """By name."""
    stream = scheduled()
    at = "2027-02-01 08:00"

    assert reason_of(stream.give(asked.ResumeSeries(), at, "INTERPOL")) == "NotPaused"
    assert reason_of(stream.give(pause(CycleKind.EXTRAORDINARY), at, "INTERPOL")) == "NoSeries"
    stream.give(pause(), at, "INTERPOL")
    assert reason_of(stream.give(pause(), at, "INTERPOL")) == "AlreadyPaused"


def test_a_series_that_rests_asks_for_more_only_when_it_goes_on() -> None:
    """What it knew may all be past by then."""
    stream = founded()
    stream.give(series(yearly(2028)), FOUNDED, "INTERPOL")
    stream.give(pause(), "2027-02-01 08:00", "INTERPOL")
    resting = [w.what for w in DECIDER.waits(stream.state)]

    events = stream.give(asked.ResumeSeries(), "2029-01-01 08:00", "INTERPOL")

    assert resting == ["resume_series"]
    assert kinds(events) == ["SeriesResumed", "OccurrencesNeeded"]


def test_a_paused_series_can_be_amended_and_replaced_and_rests_on() -> None:
    """Nothing is proposed by either."""
    stream = scheduled()
    stream.give(pause(), "2027-02-01 08:00", "INTERPOL")

    amended = stream.give(amendment(), "2027-02-02 08:00", "INTERPOL")
    replaced = stream.give(series(yearly(2028, 2029), series="sr-2"), "2027-02-03 08:00", "INTERPOL")

    assert kinds(amended) == ["SeriesAmended"]
    assert kinds(replaced) == ["SeriesEnded", "SeriesScheduled"]
    assert starts(stream) == []
    assert [s.until for s in stream.state.ended] == [utc("2027-02-03 08:00")]


def test_a_replaced_series_is_kept_with_its_end() -> None:
    """A calendar feed shows what it was."""
    stream = founded()
    stream.give(series(series="sr-1"), FOUNDED, "INTERPOL")

    stream.give(series(yearly(2028, day=OCTOBER), series="sr-2"), "2027-02-01 08:00", "INTERPOL")

    assert [(s.id, s.until) for s in stream.state.ended] == [("sr-1", utc("2027-02-01 08:00"))]
    assert [s.id for s in stream.state.series] == ["sr-2"]


def test_a_withdrawn_proposal_refuses_to_be_convened() -> None:
    """Whatever became of its series, its stream has ended."""
    cycle = proposed(proposal())
    cycle.give(WithdrawProposal(), "2027-06-21 08:00")

    refused = cycle.give(Convene(mode=MeetingMode.REMOTE, place=WORDS), "2027-06-22 08:00", "INTERPOL")

    assert reason_of(refused) == "WrongState"
    assert cycle.letters("cycle_skipped") == []


def test_a_cycle_postponed_past_the_next_regular_date_skips_that_one() -> None:
    """Proposed already or not, for all to see (PO-4, variant iii)."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    events = stream.give(moved(1, "2029-06-20 07:00"), "2028-02-01 08:00")
    stream.give(note(2, "cancelled"), "2028-02-01 08:00")

    assert kinds(events) == ["CycleNoted", "CycleSkipped", "NextCycleProposed", "OccurrencesNeeded"]
    (kept,) = stream.state.skipped
    assert (kept.number, kept.starts.year, kept.because_of, kept.reason) == (2, 2029, 1, None)
    assert stream.told("cycle/dialogue/2") == [WithdrawProposal(is_skipped=True, because_of=1)]
    assert starts(stream) == ["2030-06-13"]
    view = stream.state.cycle(1)
    assert view
    assert view.starts == utc("2029-06-20 07:00")


def test_a_date_nobody_had_proposed_is_skipped_by_the_body_itself() -> None:
    """It has no number, and everybody is told."""
    stream = scheduled()

    events = stream.give(moved(1, "2029-06-20 07:00", "proposed"), "2028-02-01 08:00")

    assert kinds(events) == ["CycleNoted", "CycleSkipped"]
    assert [(s.number, s.starts.year) for s in stream.state.skipped] == [(None, 2029)]
    assert {"AFRIPOL", "UNODC"} <= set(stream.letters("session_skipped")[0])
    stream.give(note(1, "convened"), "2028-02-02 08:00")
    assert starts(stream) == ["2030-06-13"]


def test_a_cycle_postponed_short_of_the_next_date_skips_nothing() -> None:
    """Nor does one brought forward, nor an extraordinary one."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    for start in ("2029-06-12 07:00", "2028-05-01 07:00"):
        assert kinds(stream.give(moved(1, start), "2028-02-01 08:00")) == ["CycleNoted"]
    assert stream.state.skipped == ()
    assert starts(stream) == ["2029-06-13"]

"""Series that change: amended from an instant on, skipped once, paused and resumed (domain.md 5.1, LC-1 to LC-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.domain.body import commands as asked
from services.domain.body.decider import DECIDER
from services.domain.body.events import NextCycleProposed
from services.domain.body.state import Body, Occurrence
from services.domain.cycle.commands import Convene, WithdrawProposal
from services.domain.cycle.records import CycleKind, MeetingMode
from services.domain.cycle_note import NoteCycle
from services.domain.message import CommandRefused
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import WORDS, Stream, facts_of, kinds, procedure, proposal, proposed, reason_of, words
from tests.unit.test_body import FOUNDED, founded, note, numbers, series, yearly

JUNE = "06-13"
OCTOBER = "10-13"


def scheduled() -> Stream[Body]:
    """Return the stream of a body with a yearly series, its first cycle proposed."""
    stream = founded()
    stream.give(series(series="sr-1"), FOUNDED, "INTERPOL")
    return stream


def amendment(
    since: str = "2029-01-01 00:00", occurrences: tuple[Occurrence, ...] = yearly(2029, 2030, day=OCTOBER), **how: Any
) -> asked.AmendSeries:
    """Return an amendment that moves the sessions to October."""
    given = {
        "since": utc(since),
        "rrule": "FREQ=YEARLY;BYMONTH=10",
        "zone": "Europe/Paris",
        "local_start": "09:00",
        "session": timedelta(days=2),
        "procedure": procedure(),
        "calendar": pinned_table(),
        "occurrences": occurrences,
    }
    return asked.AmendSeries(**{**given, **how})


def pause(kind: CycleKind = CycleKind.ORDINARY) -> asked.PauseSeries:
    """Return a pause for a reason."""
    return asked.PauseSeries(reason=words("pandemic"), kind=kind)


def skip(number: int) -> asked.SkipCycle:
    """Return the skipping of a cycle for a reason."""
    return asked.SkipCycle(number=number, reason=words("elections"))


def starts(stream: Stream[Body]) -> list[str]:
    """Return when the cycles that stand proposed start."""
    return [c.starts.date().isoformat() for c in stream.state.cycles if c.is_next]


def met(stream: Stream[Body], number: int, on: str) -> list[Any]:
    """Let a cycle be convened, adopted and closed, and return what followed from convening it."""
    events = stream.give(note(number, "convened"), on)
    stream.give(note(number, "adopted"), on)
    stream.give(note(number, "closed"), on)
    return events


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


def moved(number: int, starts: str, state: str = "postponed") -> NoteCycle:
    """Return what a cycle tells that has other dates."""
    return NoteCycle(number=number, state=state, starts=utc(starts), ends=utc(starts) + timedelta(hours=8))


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

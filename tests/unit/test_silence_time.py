"""More time, extension, outage and expiry (domain.md 5.2 a, m, n, o, r)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.deaf_time import deaf_spans
from services.domain.message import Event, Interval, TimePassed
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.events import ExpiryMoved
from services.domain.silence.state import ProcedureState
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import kinds, reason_of
from tests.unit.silence_setting import (
    EXPIRY,
    HOUR,
    MONDAY,
    Silence,
    adopted,
    but,
    opened,
    parameters,
    reopened,
    words,
)

NOON = "2026-03-03 12:00"
EXTEND = asked.ExtendSilence(by=timedelta(hours=24))
ASK = asked.AskForTime(by=timedelta(hours=48))
DECLINE = asked.DeclineTime()
SECOND = timedelta(seconds=1)


def gap(since: str, length: timedelta) -> Interval:
    """Return a span in which no command was taken in."""
    return Interval(start=utc(since), end=utc(since) + length)


def extend(silence: Silence, at: str = NOON) -> list[Event]:
    """Extend as the chair."""
    return silence.give(EXTEND, at, "INTERPOL")


def test_rule_m_the_chair_grants_time_by_an_extension_that_counts() -> None:
    """By as much as it likes; the request is answered, and nothing more follows at the expiry."""
    silence = opened()
    silence.give(ASK, NOON, "ASEANAPOL")

    extend(silence)
    silence.pass_to("2026-03-06 08:00")

    assert silence.state.request is not None
    assert (silence.state.request.answered, silence.state.extensions) == ("granted", 1)
    assert silence.state.adopted_at == utc("2026-03-06 08:00")


def test_rule_m_declined_nothing_moves_and_another_member_may_ask() -> None:
    """One request at a time waits for the chair; only its own electorate asks, and only before the expiry."""
    silence = opened()
    silence.give(ASK, NOON, "ASEANAPOL")
    second = silence.give(ASK, NOON, "AIMC")

    declined = silence.give(DECLINE, "2026-03-03 13:00", "INTERPOL")
    nothing = silence.give(DECLINE, "2026-03-03 13:30", "INTERPOL")
    silence.give(ASK, "2026-03-03 14:00", "AIMC")
    silence.give(DECLINE, "2026-03-03 15:00", "INTERPOL")
    silence.pass_to(EXPIRY)

    assert (reason_of(second), kinds(declined), reason_of(nothing)) == (
        "TimeAlreadyAsked",
        ["TimeDeclined"],
        "NoTimeAsked",
    )
    assert silence.state.adopted_at == utc(EXPIRY)
    assert reason_of(silence.give(ASK, EXPIRY, "AIMC")) == "SilenceNotOpen"
    assert reason_of(opened().give(ASK, NOON, "UNODC")) == "NotPermitted"
    assert reason_of(opened().give(asked.AskForTime(by=timedelta(0)), NOON, "AIMC")) == "BadArgument"


def test_rule_m_unanswered_it_extends_once_a_round() -> None:
    """A second request left unanswered does not extend again; a new round may."""
    silence = opened()
    silence.give(ASK, NOON, "ASEANAPOL")
    silence.pass_to(EXPIRY)
    silence.give(ASK, "2026-03-05 12:00", "AIMC")
    silence.pass_to("2026-03-06 08:00")
    again = reopened()
    again.give(ASK, "2026-03-09 12:00", "AIMC")
    again.pass_to("2026-03-10 09:00")

    assert silence.state.adopted_at == utc("2026-03-06 08:00")
    assert silence.state.moved_because == ("more_time",)
    assert again.state.expires_at == utc("2026-03-11 09:00")


def test_rule_m_time_given_by_itself_does_not_use_up_the_extension() -> None:
    """The chair may still extend, once."""
    silence = opened()
    silence.give(ASK, NOON, "ASEANAPOL")
    silence.pass_to(EXPIRY)

    extend(silence, "2026-03-05 12:00")

    assert silence.state.expires_at == utc("2026-03-07 08:00")
    assert reason_of(extend(silence, "2026-03-05 13:00")) == "ExtensionsExhausted"


def test_rule_m_and_rule_f_a_late_delivery_does_not_answer_the_request() -> None:
    """AMERIPOL told late moves the expiry to Friday; the request stands, and gives its day from then."""
    silence = opened(told=but("AMERIPOL"))
    silence.give(ASK, "2026-03-02 12:00", "ASEANAPOL")
    silence.tell("AMERIPOL", at=NOON)

    silence.pass_to("2026-03-06 12:00")

    assert silence.state.expires_at == utc("2026-03-07 12:00")
    assert silence.state.moved_because == ("late_delivery", "more_time")
    assert silence.state.state is ProcedureState.EXTENDED


def test_rule_m_and_rule_o_an_outage_comes_first_and_the_request_stays() -> None:
    """Deaf time is made good; then the request, still unanswered, gives its day; then the text is adopted."""
    silence = opened()
    silence.give(ASK, NOON, "ASEANAPOL")

    silence.expire(deaf=(gap("2026-03-03 10:00", HOUR),))
    silence.expire()
    silence.expire()

    assert silence.state.moved_because == ("outage", "more_time")
    assert silence.state.adopted_at == utc("2026-03-06 09:00")


def test_rule_n_extension_is_notified_counted_and_before_expiry_only() -> None:
    """As many as the procedure allows; later by more than nothing, in whole seconds."""
    silence, late, none = opened(parameters=parameters(extensions=2)), adopted(), opened()
    odd = asked.ExtendSilence(by=timedelta(hours=1, microseconds=1))

    extend(silence)
    silence.give(odd, NOON, "INTERPOL")

    assert silence.state.expires_at == utc("2026-03-06 09:00:01")
    assert silence.state.extensions == 2
    assert len(silence.letters("silence_expiry_moved")) == 2
    assert reason_of(extend(silence)) == "ExtensionsExhausted"
    assert reason_of(extend(late, EXPIRY)) == "SilenceNotOpen"
    for by in (timedelta(0), -HOUR, timedelta.max):
        assert reason_of(none.give(asked.ExtendSilence(by=by), NOON, "INTERPOL")) == "BadArgument"
    assert none.state.expires_at == utc(EXPIRY)


def test_rule_n_no_expiry_is_announced_that_has_passed() -> None:
    """While the clock is held past the expiry, an extension has to reach beyond now."""
    silence = opened(told=but("AMERIPOL"))

    useless = extend(silence, "2026-03-08 12:00")
    useful = silence.give(asked.ExtendSilence(by=timedelta(days=5)), "2026-03-08 12:00", "INTERPOL")

    assert (reason_of(useless), kinds(useful)) == ("BadArgument", ["ExpiryMoved"])
    assert silence.state.expires_at == utc("2026-03-10 08:00")


@pytest.mark.parametrize(
    ("length", "is_outage"), [(timedelta(minutes=5), False), (timedelta(minutes=5, microseconds=1), True)]
)
def test_rule_o_deaf_time_counts_in_all_and_only_beyond_the_tolerance(length: timedelta, is_outage: bool) -> None:
    """Exactly five minutes are borne, in one piece or in several."""
    silence = opened()
    pieces = (gap("2026-03-03 10:00", length / 2), gap("2026-03-04 10:00", length - length / 2))

    came = silence.expire(deaf=pieces)

    assert kinds(came) == (["ExpiryMoved"] if is_outage else ["TextAdoptedBySilence"])


def test_rule_o_expiry_processed_late_adopts_nothing() -> None:
    """The engine was down: four hours from its return; at the tolerance it is not late yet."""
    silence, in_time = opened(), opened()

    silence.expire(processed="2026-03-05 10:30:00.5")
    in_time.expire(processed="2026-03-05 08:05:00")

    assert silence.state.expires_at == utc("2026-03-05 14:30:01")
    assert (silence.state.state, silence.state.moved_because) == (ProcedureState.OPENED, ("outage",))
    assert silence.state.extensions == 0
    assert in_time.state.adopted_at == utc(EXPIRY)


def test_rule_o_nobody_could_speak_and_the_engine_was_down_gives_the_later_of_both() -> None:
    """A day deaf before the expiry outweighs four hours from the return."""
    silence = opened()

    silence.expire(deaf=(gap("2026-03-04 08:00", timedelta(hours=24)),), processed="2026-03-05 09:00")

    assert silence.state.expires_at == utc("2026-03-06 08:00")


def test_rule_o_deaf_time_made_good_is_not_counted_again() -> None:
    """It is counted from the expiry, or from the return after it, hereafter."""
    silence, down = opened(), opened()

    silence.expire(deaf=(gap("2026-03-05 06:50", timedelta(minutes=30)),))
    down.expire(processed="2026-03-05 10:30")

    assert DECIDER.deaf_since(silence.state) == utc(EXPIRY)
    assert DECIDER.deaf_since(down.state) == utc("2026-03-05 10:30")
    silence.expire()
    assert silence.state.adopted_at == utc("2026-03-05 11:20")


def test_rule_o_deaf_time_borne_counts_on_when_the_expiry_moves_otherwise() -> None:
    """Four minutes are borne at the first expiry, but with three more after it they are seven in all."""
    silence = opened()
    silence.give(ASK, NOON, "ASEANAPOL")
    first = gap("2026-03-04 10:00", timedelta(minutes=4))
    silence.expire(deaf=(first,))
    assert DECIDER.deaf_since(silence.state) == utc(MONDAY)

    silence.expire(deaf=(first, gap("2026-03-05 20:00", timedelta(minutes=3))))

    assert silence.state.expires_at == utc("2026-03-06 08:07")
    assert silence.state.state is ProcedureState.EXTENDED


def test_rule_o_the_outage_is_announced_to_all_with_its_reason() -> None:
    """By how much, until when, and how long nobody could be heard."""
    silence = opened()

    silence.expire(deaf=(gap("2026-03-03 10:00", HOUR),))

    (letter,) = silence.notices("silence_expiry_moved")
    (moved,) = (event for event in silence.events if isinstance(event, ExpiryMoved))
    assert {to.entity for to in letter.to} == set(silence.state.addressees)
    assert (letter.facts["because"], letter.facts["expires_at"]) == ("outage", "2026-03-05T09:00:00Z")
    assert (moved.deaf, moved.by) == (HOUR, HOUR)


def test_rule_o_an_objection_in_the_time_made_good_is_in_time() -> None:
    """Silence runs on until the new expiry."""
    silence = opened()
    silence.expire(deaf=(gap("2026-03-03 10:00", HOUR),))

    assert kinds(silence.give(asked.Object(), "2026-03-05 08:59:59", "AIMC")) == ["SilenceBroken"]


def test_rule_r_adoption_is_dated_by_the_expiry_and_told_to_all() -> None:
    """Processed four minutes later it is still adopted at its own instant, over the hash of the last version."""
    silence = opened()

    (outcome,) = silence.expire(processed="2026-03-05 08:04:00")

    assert (outcome.at, silence.state.adopted_at) == (utc(EXPIRY), utc(EXPIRY))
    assert [set(to) for to in silence.letters("silence_adopted")] == [set(silence.state.addressees)]
    assert silence.noted()[-1].state == ProcedureState.ADOPTED
    assert silence.noted()[-1].content == words("whole")
    assert DECIDER.due(silence.state) is None


@pytest.mark.parametrize("label", ["expiry", "service", "stray"])
def test_rule_a_nothing_fires_before_its_instant_nor_twice(label: str) -> None:
    """A stray timer is refused: too early, again, for another label, or after the end."""
    silence, early = adopted(), opened()
    timer = TimePassed(label=label, due_at=utc(EXPIRY), processed_at=utc(EXPIRY))

    assert reason_of(silence.give(timer, EXPIRY)) == "WrongState"
    assert reason_of(early.give(timer, "2026-03-05 07:59:59")) == "WrongState"
    served = opened(told=but("AMERIPOL"))
    served.pass_to(NOON)
    assert reason_of(served.give(timer, EXPIRY)) == "WrongState"


#: whole seconds are enough to tell the spans apart
seconds = st.integers(-20, 80)
heard = st.lists(st.tuples(seconds, seconds).map(sorted), max_size=6)


def at(second: int) -> datetime:
    """Return an instant so many seconds after the opening."""
    return utc(MONDAY) + second * SECOND


def spans(intervals: list[list[int]], grain: int) -> tuple[Interval, ...]:
    """Return the deaf spans of a minute."""
    listened = tuple(Interval(start=at(start), end=at(end)) for start, end in intervals)
    return deaf_spans(heard=listened, since=at(0), until=at(60), grain=grain * SECOND)


@given(heard, st.integers(0, 10))
def test_deaf_spans_are_what_nobody_heard_in_pieces_longer_than_the_grain(
    intervals: list[list[int]], grain: int
) -> None:
    """Second by second: unheard for longer than the grain is deaf, all else is not; ordered, apart, within."""
    unheard = [s for s in range(60) if not any(start <= s < end for start, end in intervals)]
    starts = {s for s in unheard if s - 1 not in unheard or any(start <= s <= end for start, end in intervals)}
    runs: list[list[int]] = []
    for s in unheard:
        if s in starts or not runs:
            runs.append([s, s + 1])
        else:
            runs[-1][1] = s + 1

    expected = [(at(start), at(end)) for start, end in runs if end - start > grain]

    assert [(span.start, span.end) for span in spans(intervals, grain)] == expected


@given(heard, st.tuples(seconds, seconds).map(sorted), st.integers(0, 10))
def test_hearing_more_never_makes_more_deaf_time(intervals: list[list[int]], more: list[int], grain: int) -> None:
    """One interval more, anywhere, shortens the deaf time or leaves it."""
    before, after = spans(intervals, grain), spans([*intervals, more], grain)

    assert sum((s.end - s.start for s in after), timedelta(0)) <= sum((s.end - s.start for s in before), timedelta(0))


@given(heard)
def test_the_order_of_what_was_heard_does_not_matter(intervals: list[list[int]]) -> None:
    """Intervals come from several processes."""
    assert spans(intervals, 3) == spans(intervals[::-1], 3)


def test_nobody_listening_is_deaf_throughout_and_a_tail_within_the_grain_is_not() -> None:
    """The last beat of a listening process is a little before the instant asked about."""
    assert spans([], 3) == (Interval(start=at(0), end=at(60)),)
    assert spans([[0, 58]], 3) == ()
    assert spans([[0, 58], [70, 80]], 3) == ()

"""Every command in every state gives events, and every event and state has a JSON form that reads back equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from services.domain.message import Command, CommandRefused, Event, Interval, TimePassed
from services.domain.notice import AccountForNotice
from services.domain.procedure import Period, PeriodKind
from services.domain.register_change import RenewCalendar
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.state import ProcedureState, SilenceProcedure
from services.wire.message import decode_command, decode_event, event_kind, from_json, snake_case, to_json
from tests.unit.calendar_setting import kept, utc
from tests.unit.silence_setting import (
    EXPIRY,
    MONDAY,
    WORDS,
    Silence,
    adopted,
    broken,
    but,
    changed,
    common_days,
    context,
    correction,
    delivery,
    elapsed,
    opened,
    opening,
    parameters,
    reopened,
    written,
)

NOON = "2026-03-04 12:00"
ABSURD = Period(kind=PeriodKind.ELAPSED, elapsed=timedelta.max)


def after(make: Callable[..., Silence], *steps: tuple[Command, str, str], **other: Any) -> Silence:
    """Return a procedure after some more commands."""
    silence = make(**other)
    for command, at, by in steps:
        silence.give(command, at, by)
    return silence


def nothing() -> Silence:
    """Return a stream before its opening."""
    return Silence()


def extended() -> Silence:
    """Return a silence extended, with a request pending, corrected and commented on."""
    return after(
        opened,
        (asked.AskForTime(by=timedelta(hours=1)), "2026-03-03 12:00", "AIMC"),
        (asked.DeclineTime(), "2026-03-03 12:30", "INTERPOL"),
        (asked.ExtendSilence(by=timedelta(hours=24)), "2026-03-03 13:00", "INTERPOL"),
        (correction(), "2026-03-03 14:00", "INTERPOL"),
        (asked.AskForTime(by=timedelta(hours=1)), "2026-03-03 15:00", "AIMC"),
        (asked.Comment(comment=WORDS), "2026-03-03 15:00", "UNODC"),
        (asked.Dissociate(version=2, paragraph="5b", statement=WORDS), "2026-03-03 15:00", "AMERIPOL"),
    )


def held() -> Silence:
    """Return a silence whose clock an untold member holds, after a bounce."""
    silence = opened(told=but("AMERIPOL"))
    silence.bounce("AMERIPOL", "GCCPOL", at="2026-03-02 12:00")
    silence.give(asked.Acknowledge(), "2026-03-02 13:00", "GCCPOL")
    silence.pass_to("2026-03-03 12:00")
    silence.give(changed("AIMC", "former", "2026-03-03 23:00"), "2026-03-03 12:00")
    return silence


def late() -> Silence:
    """Return a silence adopted, with a late statement."""
    return after(adopted, (asked.Object(reason=WORDS), EXPIRY, "AIMC"))


def set_aside() -> Silence:
    """Return an adoption set aside, after an outage and a service by hand."""
    silence = opened(told=but("AMERIPOL"))
    silence.give(asked.ServeByHand(entity="AMERIPOL", evidence=WORDS), "2026-03-03 12:00", "INTERPOL")
    silence.expire(deaf=(Interval(start=utc("2026-03-04 12:00"), end=utc("2026-03-04 13:00")),))
    silence.expire()
    silence.give(asked.Object(), NOON, "INTERPOL", behalf="AIMC", recorded="2026-03-08 12:00")
    silence.give(asked.Object(), NOON, "INTERPOL", behalf="GCCPOL", recorded="2026-03-08 12:00")
    return silence


def answered() -> Silence:
    """Return a written procedure with an answer, by a member not told before."""
    silence = written(told=but("AMERIPOL"))
    silence.give(asked.GiveAnswer(answer=asked.Answer.AGREE, comment=WORDS), "2026-03-03 12:00", "AMERIPOL")
    return silence


def agreed() -> Silence:
    """Return a written procedure adopted."""
    silence = written()
    for member in but():
        silence.give(asked.GiveAnswer(answer=asked.Answer.AGREE), "2026-03-03 12:00", member)
    return silence


def lapsed() -> Silence:
    """Return a written procedure with answers missing at its end."""
    silence = written()
    silence.pass_to("2026-03-18 22:00")
    return silence


def to_meeting() -> Silence:
    """Return the last round, broken."""
    return after(opened, (asked.Object(), NOON, "AIMC"), round=3)


def asked_to_meeting() -> Silence:
    """Return a silence sent to a meeting by a member."""
    return after(opened, (asked.AskToMeeting(), "2026-03-02 12:00", "EUROPOL"))


def withdrawn() -> Silence:
    """Return a silence withdrawn."""
    return after(opened, (asked.WithdrawSilence(reason=WORDS), NOON, "INTERPOL"))


def closed() -> Silence:
    """Return a closed stream."""
    return after(withdrawn, (asked.CloseProcedure(), NOON, "INTERPOL"))


def once_reopened() -> Silence:
    """Return a second round."""
    return reopened()


def superseded() -> Silence:
    """Return a broken silence whose redraft is before the members."""
    return after(broken, (asked.SupersedeProcedure(by="s-2"), NOON, "INTERPOL"))


STATES: Mapping[str, Callable[[], Silence]] = {
    make.__name__: make
    for make in (
        nothing,
        opened,
        extended,
        held,
        broken,
        once_reopened,
        late,
        set_aside,
        written,
        answered,
        agreed,
        lapsed,
        to_meeting,
        asked_to_meeting,
        withdrawn,
        closed,
        superseded,
    )
}
COMMANDS: tuple[Command, ...] = (
    opening(),
    RenewCalendar(delegation="AMERIPOL", calendar=kept("AMERIPOL", date(2026, 3, 4))),
    asked.Object(),
    asked.Object(reason=WORDS),
    asked.LiftObjection(),
    asked.Comment(comment=WORDS),
    asked.AskForTime(by=timedelta(hours=1)),
    asked.DeclineTime(),
    asked.ExtendSilence(by=timedelta(hours=1)),
    asked.AskToMeeting(),
    asked.SendToMeeting(),
    asked.WithdrawSilence(reason=WORDS),
    asked.ReopenSilence(period=elapsed(24)),
    asked.ReopenSilence(period=common_days(2)),
    asked.ReopenSilence(period=common_days(99999)),
    correction(),
    asked.RefuseCorrection(version=2),
    asked.RefuseCorrection(version=-1),
    asked.Dissociate(version=1, paragraph="5b", statement=WORDS),
    asked.Dissociate(version=2, paragraph="nowhere", statement=WORDS),
    *(asked.GiveAnswer(answer=answer) for answer in asked.Answer),
    asked.ServeByHand(entity="AMERIPOL", evidence=WORDS),
    asked.ServeByHand(entity="NOBODY", evidence=WORDS),
    asked.Acknowledge(),
    asked.SupersedeProcedure(by="s-2"),
    asked.CloseProcedure(),
    AccountForNotice(notice="silence_opened", cause=1, deliveries=()),
    AccountForNotice(notice="silence_opened", cause=1, deliveries=(delivery("AMERIPOL", utc(NOON)),)),
    AccountForNotice(
        notice="silence_opened", cause=1, deliveries=(delivery("NOBODY", utc(NOON)), delivery("AIMC", utc(NOON)))
    ),
    AccountForNotice(notice="letter", cause=-1, deliveries=(delivery("AIMC", utc(NOON), delivered=False),)),
    changed("AMERIPOL", "former", NOON),
    changed("NOBODY", "member", NOON),
    *(
        TimePassed(label=label, due_at=utc(EXPIRY), processed_at=utc(EXPIRY))
        for label in ("expiry", "service", "stray")
    ),
)
#: lengths of time that no JSON form brings, and that overflow where they are added up
ABSURDITIES: tuple[Command, ...] = (
    opening(period=ABSURD, waiver=WORDS),
    asked.ReopenSilence(period=ABSURD),
    *(asked.AskForTime(by=by) for by in (timedelta.max, timedelta.min)),
    *(asked.ExtendSilence(by=by) for by in (timedelta.max, timedelta.min)),
)
INSTANTS = ("2026-03-01 08:00", MONDAY, NOON, EXPIRY, "2026-03-30 08:00")


class Stray(Command):
    """A command of nobody."""


@pytest.fixture(scope="module", params=sorted(STATES))
def silence(request: pytest.FixtureRequest) -> Silence:
    """One procedure in each state there is."""
    return STATES[request.param]()


def test_there_is_a_command_of_every_kind_and_a_procedure_in_every_state() -> None:
    """Nothing is left out of what follows."""
    assert {type(command) for command in COMMANDS} == set(DECIDER.commands)
    states = {made.known.state for make in STATES.values() if (made := make()).known}
    assert states == set(ProcedureState)


def test_every_command_in_every_state_gives_events_that_evolve(silence: Silence) -> None:
    """By anyone, at any instant, in person, on paper or by the engine; a closed stream takes nothing more."""
    for command in (*COMMANDS, *ABSURDITIES):
        for at in INSTANTS:
            for who in (None, "INTERPOL", "AMERIPOL", "UNODC", "ECO"):
                for behalf in (None, "AIMC") if who == "INTERPOL" else (None,):
                    how = context(utc(at), who, behalf, max(utc(at), utc("2026-03-10 08:00")) if behalf else None)
                    answer = DECIDER.decide(silence.known, command, how)
                    assert answer, (command, at, who)
                    check(silence.known, answer)


def check(state: SilenceProcedure | None, answer: tuple[Event, ...]) -> None:
    """Take over an answer and look at what follows."""
    if state is not None and state.is_closed:
        assert [type(event) for event in answer] == [CommandRefused]
    for event in answer:
        assert type(event) in DECIDER.events
        state = DECIDER.evolve(state, event)
        if state is not None:
            DECIDER.effects(state, event)
    if state is not None:
        assert DECIDER.deaf_since(state) is None or state.is_running
        assert DECIDER.due(state) is None or state.is_running
        assert DECIDER.deadlines(state) or not state.electors_at(state.expires_at)
        DECIDER.waits(state)


def test_an_unknown_command_is_refused() -> None:
    """Also one of another noun."""
    (answer,) = opened().give(Stray(), NOON, "INTERPOL")

    assert isinstance(answer, CommandRefused)
    assert answer.reason == "UnknownCommand"


def test_an_event_before_the_opening_changes_nothing() -> None:
    """A refused opening leaves no procedure behind."""
    stream = Silence()

    stream.give(opening(period=ABSURD), MONDAY, "INTERPOL")

    assert stream.known is None


def test_every_event_and_state_reads_back_equal_from_its_json_form(silence: Silence) -> None:
    """After every step of every story."""
    state: SilenceProcedure | None = None
    for event in silence.events:
        assert decode_event(DECIDER, event_kind(event), to_json(event)) == event
        state = DECIDER.evolve(state, event)
        if state is not None:
            assert from_json(SilenceProcedure, to_json(state)) == state
    assert state == silence.known


def test_the_stories_have_every_event_there_is() -> None:
    """So that none goes unread."""
    told: set[type[Event]] = {type(event) for make in STATES.values() for event in make().events}
    moved = after(broken, (asked.LiftObjection(), NOON, "FRONTEX"))
    told |= {type(event) for event in moved.events}
    renewal = RenewCalendar(delegation="AMERIPOL", calendar=kept("AMERIPOL", date(2026, 3, 4)))
    told |= {type(event) for event in opened().give(renewal, NOON)}
    told.add(type(opened().give(Stray(), NOON)[0]))

    assert told == set(DECIDER.events)


def test_every_command_reads_back_equal_from_its_json_form() -> None:
    """As it stands in intake and history."""
    for command in COMMANDS:
        assert decode_command(DECIDER, snake_case(type(command)), to_json(command)) == command


def test_a_more_tolerant_procedure_is_just_parameters() -> None:
    """No rule has a number of its own: everything is in the pinned procedure."""
    lax = parameters(max_rounds=9, extensions=3, delivery_tolerance=timedelta(hours=6))
    relaxed = opened(parameters=lax, told=but("AMERIPOL"))

    relaxed.tell("AMERIPOL", at="2026-03-02 13:59:59")

    assert relaxed.state.expires_at == utc(EXPIRY)

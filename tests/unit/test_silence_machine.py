"""Silence and written procedures under attack: any commands in any order while time, post and register move."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import Command, CommandRefused, Event, Interval, TimePassed
from services.domain.register_change import ChangeMembership
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence.decider import DECIDER
from services.domain.silence.state import RUNNING, STOPPED, ProcedureState, SilenceProcedure
from services.wire.message import from_json, to_json
from tests.unit.calendar_setting import MEMBERS, utc
from tests.unit.silence_setting import (
    HOUR,
    MONDAY,
    WORDS,
    Silence,
    common_days,
    correction,
    delivery,
    elapsed,
    opening,
    parameters,
)

PERIOD = elapsed(72)
OPENED, EXTENDED, ADOPTED = ProcedureState.OPENED, ProcedureState.EXTENDED, ProcedureState.ADOPTED
BROKEN, SET_ASIDE, LAPSED = ProcedureState.BROKEN, ProcedureState.SET_ASIDE, ProcedureState.LAPSED
TO_MEETING, WITHDRAWN = ProcedureState.TO_MEETING, ProcedureState.WITHDRAWN
#: the table of domain.md 5.2, and the end of a written procedure without everybody's answer (z)
MOVES = {
    OPENED: {EXTENDED, ADOPTED, BROKEN, TO_MEETING, WITHDRAWN, LAPSED},
    EXTENDED: {ADOPTED, BROKEN, TO_MEETING, WITHDRAWN, LAPSED},
    BROKEN: {OPENED, TO_MEETING, WITHDRAWN},
    SET_ASIDE: {OPENED, TO_MEETING, WITHDRAWN},
    ADOPTED: {SET_ASIDE},
    LAPSED: {TO_MEETING},
    TO_MEETING: set(),
    WITHDRAWN: set(),
}
members = st.sampled_from(MEMBERS)
entities = st.one_of(members, members, st.sampled_from((*MEMBERS, "UNODC", "SCO", "ECO")))
some_members = st.sets(st.sampled_from((*MEMBERS, "UNODC")), min_size=1, max_size=3)
seldom = st.integers(0, 5)
kinds = st.sampled_from((asked.ProcedureKind.SILENCE, *asked.ProcedureKind))
periods = st.sampled_from((PERIOD, PERIOD, common_days(2)))
rounds = st.sampled_from((1, 1, 1, 2, 3))
untold_members = st.one_of(st.just(set[str]()), some_members)
#: lengths of time that meet the edges of the rules, and any other
edges = st.sampled_from([timedelta(0), timedelta(seconds=1), *(hours * HOUR for hours in (1, 5, 24, 48, 71, 72, 96))])
spans = st.one_of(edges, edges, st.timedeltas(timedelta(0), 200 * HOUR))
acts = st.sampled_from(
    (
        asked.Object(reason=WORDS),
        asked.LiftObjection(),
        asked.Comment(comment=WORDS),
        asked.AskForTime(by=HOUR),
        asked.RefuseCorrection(version=2),
        asked.Dissociate(version=1, paragraph="5b", statement=WORDS),
        asked.GiveAnswer(answer=asked.Answer.AGREE),
        asked.GiveAnswer(answer=asked.Answer.OBJECT),
        asked.Acknowledge(),
    )
)
ends = st.sampled_from(
    (
        asked.AskToMeeting(),
        asked.SendToMeeting(),
        asked.WithdrawSilence(reason=WORDS),
        asked.CloseProcedure(),
    )
)
chairs = st.sampled_from(
    (
        asked.ExtendSilence(by=24 * HOUR),
        asked.DeclineTime(),
        correction(),
        asked.ReopenSilence(period=elapsed(24)),
        asked.ReopenSilence(period=common_days(2)),
        asked.ServeByHand(entity="AMERIPOL", evidence=WORDS),
    )
)


class SilenceMachine(RuleBasedStateMachine):
    """
    Runs one stream beside a plain model of who objected in time.

    After each step the instants that have come are decided, as the workflow does; nothing is due that lies behind.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stream = Silence()
        self.now = utc(MONDAY)
        self.announced = self.now
        self.objected: set[str] = set()
        self.has_opened = False

    @property
    def state(self) -> SilenceProcedure:
        """Return the state of the procedure."""
        return self.stream.state

    @initialize(kind=kinds, period=periods, round_=rounds, untold=untold_members)
    def begin(self, *, kind: asked.ProcedureKind, period: object, round_: int, untold: set[str]) -> None:
        """Open the first procedure."""
        self.open(kind=kind, period=period, round_=round_, untold=untold)

    @precondition(lambda self: not self.state.is_running)
    @rule(kind=kinds, period=periods, round_=rounds, untold=untold_members)
    def open(self, *, kind: asked.ProcedureKind, period: object, round_: int, untold: set[str]) -> None:
        """Open a procedure, and let its letter reach everybody but some; a former one has left its traces."""
        self.look_back()
        self.stream = Silence()
        lenient = parameters(extensions=2)
        command = opening(procedure_kind=kind, period=period, round=round_, parameters=lenient, waiver=WORDS)
        self.give(command, "INTERPOL")
        self.has_opened = True
        self.letters_arrive(set(self.state.addressees) - untold, timedelta(0))

    def give(
        self, command: Command, by: str | None = None, *, at: datetime | None = None, behalf: str | None = None
    ) -> list[Event]:
        """Decide a command, follow it in the model, and then whatever has come due."""
        before, was = self.stream.known, at or self.now
        answer = self.stream.give(command, was, by, behalf=behalf, recorded=self.now)
        self.follow(command, behalf or by or "", was, answer, before)
        self.settle(())
        return answer

    def follow(
        self, command: Command, who: str, at: datetime, answer: list[Event], before: SilenceProcedure | None
    ) -> None:
        """Check what any answer must satisfy, and keep the model."""
        assert answer, command
        if before and is_objection(command, before) and could_object(before, who, at):
            self.objected.add(who)
        for event in answer:
            self.check(event)
        if before and before.is_closed:
            assert [type(event) for event in answer] == [CommandRefused]

    def check(self, event: Event) -> None:
        """Check one event as it comes, and follow it in the model."""
        if isinstance(event, happened.ProcedureOpened | happened.SilenceReopened):
            assert event.round <= self.state.parameters.max_rounds
            assert self.state.awaited == event.electorate
            self.announced, self.objected = event.expires_at, set()
        elif isinstance(event, happened.ObjectionLifted):
            self.objected.discard(event.entity)
        elif isinstance(event, happened.ExpiryMoved):
            assert event.expires_at > self.announced
            assert event.expires_at > self.now
            assert event.by == event.expires_at - self.announced
            self.announced = event.expires_at
        elif isinstance(event, happened.TextAdoptedBySilence | happened.TextAdoptedInWriting):
            assert not self.objected
            assert not self.state.standing
            assert self.now - event.at <= self.state.parameters.deaf_tolerance
            self.check_everybody_had_its_time()

    def check_everybody_had_its_time(self) -> None:
        """See that each elector still there was told, if late the full period before, or has answered in writing."""
        state = self.state
        assert state.adopted_at
        for entity in state.electors_at(state.adopted_at):
            assert entity in state.told
            if state.procedure_kind is asked.ProcedureKind.WRITTEN:
                assert entity in state.answers
            elif state.period == PERIOD and state.told[entity] >= state.prompt_until:
                assert state.adopted_at >= state.told[entity] + PERIOD.elapsed
        if state.procedure_kind is asked.ProcedureKind.SILENCE:
            assert state.adopted_at >= state.expires_at == self.announced

    def settle(self, deaf: tuple[Interval, ...]) -> None:
        """Decide what has come due, each at its own instant, until nothing is."""
        while self.stream.known and (due := DECIDER.due(self.state)) and due.at <= self.now:
            before = self.state
            came = self.stream.give(
                TimePassed(label=due.label, due_at=due.at, processed_at=self.now, deaf=deaf), due.at, recorded=self.now
            )
            self.follow(TimePassed(label=due.label, due_at=due.at, processed_at=self.now), "", due.at, came, before)
            assert not isinstance(came[0], CommandRefused), came
            assert DECIDER.due(self.state) != due
            deaf = ()

    @rule(by=entities, command=acts)
    def somebody_acts(self, by: str, command: Command) -> None:
        """Let anyone do anything."""
        self.give(command, by)

    @rule(command=chairs)
    def the_chair_acts(self, command: Command) -> None:
        """Let the chair do anything that ends nothing."""
        self.give(command, "INTERPOL")

    @rule(command=ends, by=members, now=seldom)
    def it_is_ended(self, command: Command, by: str, now: int) -> None:
        """End it, now and then."""
        if now == 0:
            self.give(command, by)

    @precondition(lambda self: self.state.state in STOPPED)
    @rule()
    def the_authors_lift_and_the_chair_reopens(self) -> None:
        """Go the whole way to another round."""
        for objection in self.state.standing:
            self.give(asked.LiftObjection(), objection.entity)
        self.give(asked.ReopenSilence(period=elapsed(24)), "INTERPOL")

    @precondition(lambda self: self.state.procedure_kind is asked.ProcedureKind.WRITTEN)
    @rule(missing=st.one_of(st.just(set()), some_members))
    def they_agree(self, missing: set[str]) -> None:
        """Let all agree but some."""
        for member in MEMBERS:
            if member not in missing:
                self.give(asked.GiveAnswer(answer=asked.Answer.AGREE_WITH_COMMENT, comment=WORDS), member)

    @rule(of=entities, ago=spans, command=acts)
    def a_paper_is_recorded(self, of: str, ago: timedelta, command: Command) -> None:
        """Record what an entity sent a while ago, on its behalf."""
        self.give(command, "INTERPOL", at=self.now - ago, behalf=of)

    @rule(to=some_members, ago=spans)
    def letters_arrive(self, to: set[str], ago: timedelta) -> None:
        """Report deliveries, some of them a while old."""
        at = max(self.now - ago, self.state.opened_at)
        if to:
            self.give_report(to, at, delivered=True)

    @precondition(lambda self: self.state.awaited)
    @rule()
    def everybody_is_told(self) -> None:
        """Let the letter reach all that wait for it."""
        self.give_report(set(self.state.awaited), self.now, delivered=True)

    @rule(to=some_members, now=seldom)
    def letters_come_back(self, to: set[str], now: int) -> None:
        """Report letters that bounced, or never went, now and then."""
        if now == 0:
            self.give_report(to, self.now, delivered=False)

    def give_report(self, to: set[str], at: datetime, *, delivered: bool) -> None:
        """Report what became of the opening letter."""
        before = self.state
        deliveries = (delivery(entity, at, delivered=delivered) for entity in sorted(to))
        came = self.stream.report(*deliveries, recorded=self.now)
        self.follow(TimePassed(label="", due_at=at, processed_at=at), "", at, came, before)
        self.settle(())

    @rule(entity=entities, status=st.sampled_from(ParticipationStatus), away=spans, how=seldom)
    def a_status_changes(self, *, entity: str, status: ParticipationStatus, away: timedelta, how: int) -> None:
        """Let anyone's status change now and then, from then or from soon on."""
        if how in (0, 1):
            since = self.now - away if how else self.now + away
            self.give(ChangeMembership(entity=entity, status=StatusSince(status=status, since=since)))

    @rule(span=spans, deaf=st.sampled_from([minutes * HOUR / 60 for minutes in (0, 0, 5, 6, 60)]))
    def time_passes(self, span: timedelta, deaf: timedelta) -> None:
        """Let time pass, each instant decided when it comes; nobody is heard just before the first."""
        until = self.now + span
        while (due := DECIDER.due(self.state)) and due.at <= until:
            self.now = due.at
            self.settle((Interval(start=due.at - deaf, end=due.at),) if deaf else ())
            deaf = timedelta(0)
        self.now = until

    @rule()
    def time_passes_to_the_next_instant(self) -> None:
        """Let time pass to the very instant of what is next."""
        if due := DECIDER.due(self.state):
            self.time_passes(due.at - self.now, timedelta(0))

    @rule(span=spans, now=seldom)
    def the_engine_is_down(self, span: timedelta, now: int) -> None:
        """Let time pass unseen, now and then; what fell due is decided on return."""
        if now == 0:
            self.now += span
            self.settle(())

    @rule(label=st.sampled_from(("expiry", "service", "stray")), ago=spans)
    def a_stray_timer_fires(self, label: str, ago: timedelta) -> None:
        """Let a timer fire that was cancelled, comes twice or comes early."""
        at = self.now - ago
        answer = self.give(TimePassed(label=label, due_at=at, processed_at=self.now), at=at)
        assert isinstance(answer[0], CommandRefused)

    @precondition(lambda self: self.state.state is ADOPTED)
    @rule(of=members, before=spans)
    def a_paper_of_before_the_adoption_turns_up(self, of: str, before: timedelta) -> None:
        """Record an objection received before the adoption."""
        assert self.state.adopted_at
        self.give(asked.Object(), "INTERPOL", at=self.state.adopted_at - before, behalf=of)

    @invariant()
    def no_text_stands_adopted_against_an_objection(self) -> None:
        """Adopted implies that nobody of the electorate objected in time, and that no objection stands."""
        if self.has_opened and self.state.state is ADOPTED:
            assert not self.objected
            assert not self.state.standing

    @invariant()
    def nothing_due_is_forgotten(self) -> None:
        """What is due lies ahead; a closed stream waits for nothing, a running one that is told has an end."""
        if not self.has_opened:
            return
        due = DECIDER.due(self.state)
        assert due is None or due.at > self.now
        assert self.state.is_running or due is None
        if self.state.is_running and not self.state.untold:
            assert due is not None
        if DECIDER.is_closed(self.state):
            assert not DECIDER.waits(self.state)
        assert all(deadline.due_at == self.announced for deadline in DECIDER.deadlines(self.state))

    @invariant()
    def the_expiry_announced_is_the_one_that_counts(self) -> None:
        """No state but what was announced to all says when silence ends."""
        if self.has_opened:
            assert self.state.expires_at == self.announced

    def teardown(self) -> None:
        """Look back on the last procedure."""
        self.look_back()

    def look_back(self) -> None:
        """Fold the events anew, and see that each step was allowed and each kind of thing came once a round."""
        state: SilenceProcedure | None = None
        once: list[type[Event]] = []
        for event in self.stream.events:
            before, state = state, DECIDER.evolve(state, event)
            if before and state and before.state is not state.state:
                assert state.state in MOVES[before.state], (before.state, event)
            if isinstance(event, happened.SilenceReopened):
                once = []
            if type(event) in ONCE_A_ROUND or is_more_time(event):
                assert type(event) not in once
                once.append(type(event))
        start: SilenceProcedure | None = None
        assert reduce(DECIDER.evolve, self.stream.events, start) == self.stream.known
        if self.stream.known:
            assert from_json(SilenceProcedure, to_json(self.stream.known)) == self.stream.known


ONCE_A_ROUND = frozenset(
    {
        happened.ServiceOverdue,
        happened.TextAdoptedBySilence,
        happened.TextAdoptedInWriting,
        happened.SilenceBroken,
        happened.AdoptionSetAside,
        happened.SentToMeeting,
        happened.ProcedureLapsed,
        happened.ProcedureWithdrawn,
        happened.ProcedureClosed,
    }
)


def is_more_time(event: Event) -> bool:
    """Tell whether more time was given by itself."""
    return isinstance(event, happened.ExpiryMoved) and event.because == "more_time"


def is_objection(command: Command, state: SilenceProcedure) -> bool:
    """Tell whether a command objects."""
    if isinstance(command, asked.GiveAnswer):
        return command.answer is asked.Answer.OBJECT and state.procedure_kind is asked.ProcedureKind.WRITTEN
    return isinstance(command, asked.Object)


def could_object(state: SilenceProcedure, who: str, at: datetime) -> bool:
    """Tell, from the rules alone, whether an entity's objection counts: an elector's, in time, in this round (a, c)."""
    if state.is_closed or who not in state.electorate or at < state.opened_at:
        return False
    known = state.membership.entity(who)
    assert known is not None
    instants = [state.opened_at, at, *(s.since for s in known.statuses if state.opened_at < s.since <= at)]
    if any(known.status_at(each) is not ParticipationStatus.MEMBER for each in instants):
        return False
    if state.state in RUNNING:
        return not (who in state.answers and state.answers[who].at > at)
    is_silence = state.procedure_kind is asked.ProcedureKind.SILENCE
    return is_silence and state.adopted_at is not None and at < state.adopted_at


TestSilenceMachine = SilenceMachine.TestCase
TestSilenceMachine.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

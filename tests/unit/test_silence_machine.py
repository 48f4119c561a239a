"""The silence procedure attacked: any acts in any order at any instants, time moving only forwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.message import CommandRefused, Event, Interval
from services.domain.procedure import Period, PeriodKind
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.events import ExpiryMoved, ProcedureOpened, SilenceReopened
from services.wire.message import from_json, to_json
from tests.unit.test_silence_story import MEMBERS, OPENED, TEXT, WORDS, Table

PEOPLE = (*MEMBERS, "SCO", "UNODC", "ECO")
ACTS = st.sampled_from(
    [
        asked.Object(),
        asked.LiftObjection(),
        asked.Comment(comment=WORDS),
        asked.AskForTime(by=timedelta(hours=24)),
        asked.AskToMeeting(),
        asked.RefuseCorrection(version=2),
        asked.Dissociate(version=1, paragraph="1", statement=WORDS),
        asked.GiveAnswer(answer=asked.Answer.AGREE),
        asked.Acknowledge(),
        asked.ServeByHand(entity="AMERIPOL", evidence=WORDS),
        asked.DeclineTime(),
        asked.ExtendSilence(by=timedelta(hours=24)),
        asked.SendToMeeting(),
        asked.ReopenSilence(period=Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=24))),
        asked.CorrectEditorially(paragraph="1", content=WORDS, whole=TEXT),
    ]
)


class SilenceMachine(RuleBasedStateMachine):
    """Acts, deliveries and time against one procedure."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table()
        self.now: datetime = OPENED
        self.events: list[Event] = []
        self.adopted = 0
        self.fired: set[datetime] = set()

    @initialize(kind=st.sampled_from(list(asked.ProcedureKind)))
    def opens(self, kind: asked.ProcedureKind) -> None:
        """Open the procedure."""
        self.keep(self.table.open(self.now, procedure_kind=kind))

    @rule(entity=st.sampled_from(PEOPLE), command=ACTS)
    def acts(self, entity: str, command: Any) -> None:
        """Let somebody do something now."""
        self.keep(self.table.act(entity, command, self.now))

    @rule(entity=st.sampled_from(PEOPLE), ago=st.integers(0, 80))
    def objects_on_paper(self, entity: str, ago: int) -> None:
        """Record a paper objection received earlier."""
        at = max(self.now - timedelta(hours=ago), OPENED)
        self.keep(self.table.act(entity, asked.Object(), at, recorded_at=self.now))

    @rule(entities=st.sets(st.sampled_from(PEOPLE[:-1]), min_size=1))
    def is_told(self, entities: set[str]) -> None:
        """Deliver letters now."""
        self.keep(self.table.tell(*sorted(entities), at=self.now))

    @rule(hours=st.integers(1, 40), deaf=st.integers(0, 20))
    def time_passes(self, hours: int, deaf: int) -> None:
        """Let time run; whatever falls due on the way is decided at its own instant."""
        until = self.now + timedelta(hours=hours)
        while (due := DECIDER.due(self.table.state)) is not None and due.at <= until:
            assert (due.at, self.table.state.version) not in self.fired
            gap = (Interval(start=due.at - timedelta(minutes=deaf), end=due.at),) if deaf else ()
            before = DECIDER.due(self.table.state)
            self.keep(self.table.pass_time(*gap))
            assert DECIDER.due(self.table.state) != before
            deaf = 0
        self.now = until

    @precondition(lambda self: not self.table.state.is_running)
    @rule()
    def closes(self) -> None:
        """Close the stream."""
        self.keep(self.table.act("INTERPOL", asked.CloseProcedure(), self.now))

    def keep(self, events: tuple[Event, ...]) -> None:
        """Remember what happened and look at each step."""
        self.events += events
        for event in events:
            if isinstance(event, ExpiryMoved):
                assert event.by >= timedelta(0)

    @invariant()
    def no_adoption_against_an_objection(self) -> None:
        """Nothing stands adopted while an objection made in time stands."""
        state = self.table.state
        if state is not None and state.state == "adopted":
            assert all(o.lifted_at for o in state.objections), state.objections

    @invariant()
    def everybody_was_told(self) -> None:
        """Silence adopts nothing before every member of the electorate was told."""
        state = self.table.state
        if state is not None and state.state == "adopted" and state.procedure_kind is asked.ProcedureKind.SILENCE:
            assert set(state.electorate) <= set(state.told)

    @invariant()
    def nothing_due_is_forgotten(self) -> None:
        """What is due lies ahead."""
        if self.table.state is not None and (due := DECIDER.due(self.table.state)) is not None:
            assert due.at > self.now or self.now == OPENED

    @invariant()
    def folding_gives_the_state(self) -> None:
        """The events alone give the same state, also through their JSON form."""
        state = None
        for event in self.events:
            state = DECIDER.evolve(state, event)
        assert state == self.table.state
        if state is not None:
            assert from_json(DECIDER.state, to_json(state)) == state

    @invariant()
    def a_round_ends_once(self) -> None:
        """A round adopts at most once."""
        adopted = 0
        for event in self.events:
            if isinstance(event, ProcedureOpened | SilenceReopened):
                adopted = 0
            adopted += type(event).__name__.startswith("TextAdopted")
            assert adopted <= 1


TestSilenceMachine = SilenceMachine.TestCase
TestSilenceMachine.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_command_in_every_state_gives_events() -> None:
    """Nothing asked is met with silence, before the opening, after the end, or by a stranger."""
    for closed in (False, True):
        table = Table()
        for command in (asked.Object(), asked.CloseProcedure(), asked.WithdrawSilence(reason=WORDS)):
            assert isinstance(table.act("FRONTEX", command, OPENED)[0], CommandRefused)
        table.open(OPENED)
        if closed:
            table.act("INTERPOL", asked.WithdrawSilence(reason=WORDS), OPENED)
            table.act("INTERPOL", asked.CloseProcedure(), OPENED)
            assert isinstance(table.act("FRONTEX", asked.Object(), OPENED)[0], CommandRefused)

"""The cycle under attack: any command in any state, sensible and senseless, while time runs and procedures answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.cycle import commands as asked
from services.domain.cycle.attendance import quorum_at
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.events import StepFellDue, TextAdopted
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.records import MeetingMode, Presence
from services.domain.cycle.schedule_events import CycleCancelled, CyclePostponed
from services.domain.cycle.state import OVER, Cycle, CycleState
from services.domain.cycle.text import TextState
from services.domain.message import Command, CommandRefused, Event, TimePassed
from tests.unit.calendar_setting import MEMBERS, utc
from tests.unit.cycle_draws import BEFORE, COURSE, DURING, LONG, STEPS, TEXTS, draw_contribution, entities
from tests.unit.cycle_setting import (
    ALL,
    STARTS,
    WORDS,
    Stream,
    communique,
    proposal,
)


class OneCycle(RuleBasedStateMachine):
    """Gives a cycle what people, bodies, procedures and actions may say, and looks at every answer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = utc("2028-06-09 08:00")
        self.cycle: Stream[Cycle] = Stream(decider=DECIDER)

    @initialize(stage=st.sampled_from(["proposed", "convened", "in_session", "in_session", "after", "after"]))
    def begin(self, stage: str) -> None:
        """Propose the cycle, and mostly go some way at once."""
        self.give(proposal(steps=STEPS, clear=stage != "proposed"))
        if stage == "proposed":
            return
        self.give(asked.Convene(mode=MeetingMode.HYBRID, place=WORDS))
        self.give(communique())
        if stage == "convened":
            return
        self.now = utc(STARTS)
        for member in MEMBERS[:6]:
            self.give(asked.RecordPresence(entity=member, presence=Presence.IN_PERSON))
        self.give(asked.OpenSession())
        if stage == "after":
            text = self.cycle.state.texts[0].id
            self.give(asked.AdoptText(text=text, version=1))
            self.give(asked.CloseSession())
            self.give(asked.OpenSilence(text=text, period=LONG))

    @rule(data=st.data())
    def prepare(self, data: st.DataObject) -> None:
        """Do something that belongs before the session."""
        self.give(data.draw(st.sampled_from(BEFORE))(data, self.cycle.state), self.somebody(data))

    @rule(data=st.data())
    def meet(self, data: st.DataObject) -> None:
        """Do something that belongs into the session, or after it."""
        self.give(data.draw(st.sampled_from(DURING))(data, self.cycle.state), self.somebody(data))

    @rule(data=st.data())
    def draft(self, data: st.DataObject) -> None:
        """Do something about texts."""
        self.give(data.draw(st.sampled_from(TEXTS))(data, self.cycle.state), self.somebody(data))

    @rule(data=st.data())
    def draft_more(self, data: st.DataObject) -> None:
        """Do something about texts, as the chair."""
        self.give(data.draw(st.sampled_from(TEXTS))(data, self.cycle.state))

    @rule(data=st.data())
    def record_a_paper(self, data: st.DataObject) -> None:
        """Do something on behalf of an entity."""
        command = data.draw(st.sampled_from((BEFORE[1], BEFORE[2], draw_contribution, *BEFORE, *TEXTS)))(
            data, self.cycle.state
        )
        self.give(command, "INTERPOL", behalf=data.draw(entities))

    @precondition(lambda self: self.cycle.commands > 30)
    @rule(is_withdrawing=st.booleans())
    def end(self, *, is_withdrawing: bool) -> None:
        """Try to end it."""
        self.give(asked.WithdrawProposal() if is_withdrawing else asked.CloseCycle())

    @rule(hours=st.integers(-48, 400), is_converting=st.booleans())
    def reschedule(self, hours: int, *, is_converting: bool) -> None:
        """Move the session, perhaps into the past, or hold it at a distance."""
        starts = self.now + timedelta(hours=hours)
        postponing = asked.Postpone(starts=starts, reason=WORDS)
        self.give(asked.ConvertToVirtual(reason=WORDS) if is_converting else postponing)

    @precondition(lambda self: self.cycle.commands > 30)
    @rule()
    def cancel(self) -> None:
        """Try to cancel the session."""
        self.give(asked.Cancel(reason=WORDS))

    @rule(hours=st.integers(1, 72))
    def wait(self, hours: int) -> None:
        """Let time pass; what is due falls due on the way."""
        until = self.now + timedelta(hours=hours)
        while (due := DECIDER.due(self.cycle.state)) and due.at <= until:
            self.now = due.at
            self.give(TimePassed(label=due.label, due_at=due.at, processed_at=until))
            assert DECIDER.due(self.cycle.state) != due
        self.now = until

    @invariant()
    def every_reader_can_read_it(self) -> None:
        """Waits, deadlines, footnotes, for any state."""
        if self.cycle.known is None:
            return
        cycle = self.cycle.state
        DECIDER.waits(cycle)
        owed = [s for s in cycle.steps if cycle.state is not CycleState.CANCELLED or s.met_at]
        assert len(DECIDER.deadlines(cycle)) == len(owed)
        for text in cycle.texts:
            footnotes_of(cycle, text)
            assert text.current.number == text.version
        assert cycle.version == len(self.cycle.events)

    @invariant()
    def a_text_under_a_procedure_is_not_decided_elsewhere(self) -> None:
        """And one procedure at most runs over it."""
        if self.cycle.known is None:
            return
        for text in self.cycle.state.texts:
            running = [p for p in self.cycle.state.procedures if p.text == text.id and p.is_running]
            assert len(running) <= 1
            governs = [p for p in running if p.procedure == text.procedure]
            assert bool(governs) == (text.state is TextState.IN_PROCEDURE)

    @invariant()
    def nothing_fires_twice(self) -> None:
        """Each label at each instant once."""
        fell = [(e.label, e.due_at) for e in self.cycle.events if isinstance(e, StepFellDue)]
        assert len(fell) == len(set(fell))

    def teardown(self) -> None:
        """Fold everything again."""
        folded = None
        for happened in self.cycle.events:
            folded = DECIDER.evolve(folded, happened)
        assert folded == self.cycle.known
        if self.cycle.known:
            event(f"ended {self.cycle.state.state}")

    def give(self, command: Command, by: str = "INTERPOL", behalf: str | None = None) -> None:
        """Give a command, rules waived where they allow it, and judge the answer."""
        before = self.cycle.known
        events = self.cycle.give(command, self.now, by, behalf=behalf, waiver=WORDS)
        assert events
        if before is None:
            return
        self.judge(before, events)

    def judge(self, before: Cycle, events: list[Event]) -> None:
        """Look at an answer: the course, the quorum, the end."""
        after = self.cycle.state
        steps = [before.state, *self.states_between(before, events)]
        for was, became in pairwise(steps):
            assert was == became or became in COURSE[was]
        if before.state in OVER:
            assert after.state is before.state
            assert replace(after, version=0) == replace(before, version=0)
        for happened in events:
            if isinstance(happened, TextAdopted):
                self.judge_adoption(before, happened)
            if isinstance(happened, CyclePostponed):
                self.judge_postponement(before, happened)
            if isinstance(happened, CycleCancelled):
                assert before.running() is None
        if isinstance(events[0], CommandRefused):
            assert len(events) == 1
            assert replace(after, version=0) == replace(before, version=0)

    def states_between(self, before: Cycle, events: list[Event]) -> list[CycleState]:
        """Return the states an answer went through."""
        states, cycle = [], before
        for happened in events:
            folded = DECIDER.evolve(cycle, happened)
            assert folded
            cycle = folded
            states.append(cycle.state)
        return states

    def judge_adoption(self, before: Cycle, adopted: TextAdopted) -> None:
        """No text is adopted in session without quorum or while a procedure runs, elsewhere without its procedure."""
        if adopted.procedure is None:
            assert before.state is CycleState.IN_SESSION
            assert quorum_at(before, self.now).is_met
            assert before.running(adopted.text) is None
        else:
            view = self.cycle.state.view(adopted.procedure)
            assert view
            assert view.state == "adopted"

    def judge_postponement(self, before: Cycle, postponed: CyclePostponed) -> None:
        """What was done stays, what is open lies ahead or is waived, and nothing that was sent is lost."""
        after = self.cycle.state
        done = {(s.label, s.entity): s.met_at for s in before.steps if s.met_at}
        assert {(s.label, s.entity): s.met_at for s in postponed.steps if s.met_at} == done
        assert all(s.due_at > self.now or s.waiver for s in postponed.steps if not s.met_at)
        assert postponed.starts > self.now
        assert after.course is before.course
        assert (after.number, after.credentials, after.contributions, after.texts) == (
            before.number,
            before.credentials,
            before.contributions,
            before.texts,
        )
        assert after.responses == {}
        assert after.superseded[-1].steps == before.steps

    def somebody(self, data: st.DataObject) -> str:
        """Choose who acts: mostly the coordinator or a member."""
        who: str = data.draw(st.sampled_from(("INTERPOL",) * 6 + (*ALL, "SCO/SCO_RATS_EC", "ECO")))
        return who


TestOneCycle = OneCycle.TestCase
TestOneCycle.settings = settings(
    max_examples=80, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

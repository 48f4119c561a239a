"""The action item under attack: any commands in any order while time runs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import reduce

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.action.commands import (
    AdoptJointly,
    CarryOver,
    ChangeDue,
    CloseRecord,
    Complete,
    Confirm,
    Drop,
    HoldRung,
    Reassign,
    Reopen,
    ReportProgress,
    Supersede,
)
from services.domain.action.decider import DECIDER
from services.domain.action.events import (
    ActionReopened,
    DueChanged,
    FellOverdue,
    ReminderSent,
    RungHeld,
    RungReached,
)
from services.domain.action.moments import MomentKind, moments
from services.domain.action.state import ActionItem
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import Command, Event, TimePassed
from services.domain.procedure import ActionParameters, Period, PeriodKind, Rung
from services.domain.register_change import ChangeMembership
from services.domain.working_days import calendars_of
from tests.unit.action_setting import LADDER, WORDS, Stream, opening, seconds
from tests.unit.calendar_setting import MEMBERS, utc

QUICK = ActionParameters(
    remind=(seconds(-7200), seconds(-60), seconds(-60)),
    ladder=(
        Rung(offset=seconds(0), to="focal_point"),
        Rung(offset=seconds(3600), to="chair"),
        Rung(offset=Period(kind=PeriodKind.CALENDAR_DAYS, days=1), to="heads_of_entity"),
    ),
)
entities = st.sampled_from((*MEMBERS, "UNODC", "ECO"))
spans = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=3)),
    st.timedeltas(timedelta(0), timedelta(days=12)),
)
statuses = st.sampled_from(list(ParticipationStatus))

#: a moment by what it is, and the instant at which it goes
Planned = dict[tuple[MomentKind, int], datetime]


class ActionMachine(RuleBasedStateMachine):
    """
    Runs one stream beside a plain model of its schedule.

    The model holds what is to go and when; what passes while the action is open has gone, what passes otherwise is
    lost. The decider must agree.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stream = Stream()
        self.now = utc("2026-09-01 08:00")
        self.to_go: Planned = {}
        self.gone: list[tuple[MomentKind, int, datetime]] = []

    @initialize(
        owner=st.sampled_from(MEMBERS), parameters=st.sampled_from((LADDER, QUICK)), length=spans, chair=entities
    )
    def open(self, owner: str, parameters: ActionParameters, length: timedelta, chair: str) -> None:
        """Open the action."""
        due = self.now + timedelta(seconds=1) + length
        command = opening(owner=owner, due=due.strftime("%Y-%m-%d %H:%M:%S"), parameters=parameters, chair_entity=chair)
        self.stream.give(command, self.now)
        self.plan()

    @property
    def action(self) -> ActionItem:
        """Return the state."""
        return self.stream.action

    def plan(self) -> None:
        """Take the moments of the present due instant that lie ahead into the model."""
        reckoned = moments(
            due_at=self.action.due_at,
            parameters=self.action.parameters,
            calendar=calendars_of(self.action.membership, (self.action.owner,), self.action.calendar)[0],
            day_ends=self.action.day_ends,
            table=self.action.calendar,
        )
        assert isinstance(reckoned, tuple)
        self.to_go = {(m.kind, m.number): m.at for m in reckoned if m.at > self.now}

    def give(self, command: Command, by: str | None = None) -> list[Event]:
        """Decide a command now, and follow it in the model."""
        answer = self.stream.give(command, self.now, by)
        assert answer
        for event in answer:
            if isinstance(event, DueChanged):
                self.plan()
            elif isinstance(event, RungHeld):
                self.to_go[MomentKind.RUNG, event.rung] = event.until
            elif isinstance(event, ActionReopened):
                self.to_go = {key: at for key, at in self.to_go.items() if at > self.now}
        return answer

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        """Let time pass; the model says what goes meanwhile."""
        until = self.now + span
        for key, at in [item for item in self.to_go.items() if item[1] <= until]:
            if self.action.is_open:
                self.gone.append((*key, at))
                del self.to_go[key]
        self.stream.pass_to(until)
        self.now = until

    @rule()
    def time_passes_to_the_next_instant(self) -> None:
        """Let time pass to the very instant of what is next."""
        due = DECIDER.due(self.action)
        if due is not None:
            self.time_passes(due.at - self.now)

    @rule(before=spans)
    def a_stray_timer_fires(self, before: timedelta) -> None:
        """Let a timer fire that was cancelled or comes twice."""
        self.give(TimePassed(label="stray", due_at=self.now - before, processed_at=self.now))

    @rule(by=entities, completes=st.booleans())
    def somebody_works(self, by: str, completes: bool) -> None:
        """Let anyone report progress or completion."""
        self.give(Complete(evidence=WORDS) if completes else ReportProgress(note=WORDS), by)

    @rule()
    def the_owner_completes(self) -> None:
        """Let the owner complete."""
        self.give(Complete(evidence=WORDS), self.action.owner)

    @rule(by=entities)
    def somebody_confirms(self, by: str) -> None:
        """Let anyone confirm."""
        answer = self.give(Confirm(), by)
        assert by != self.action.owner or type(answer[0]).__name__ == "CommandRefused"

    @rule(command=st.sampled_from((Drop(reason=WORDS), Supersede(by="a-2", reason=WORDS))))
    def it_is_ended(self, command: Command) -> None:
        """End the action without a result."""
        self.give(command, "INTERPOL")

    @rule()
    def it_is_reopened(self) -> None:
        """Take the work up again."""
        self.give(Reopen(reason=WORDS), "INTERPOL")

    @rule(owner=entities)
    def it_is_reassigned(self, owner: str) -> None:
        """Give the action to anyone."""
        ahead = self.action.pending
        self.give(Reassign(owner=owner), "INTERPOL")
        assert self.action.pending == ahead

    @rule(length=spans, back=st.booleans())
    def the_due_instant_changes(self, length: timedelta, back: bool) -> None:
        """Move the due instant, into the past too, or back to what it was."""
        due = self.action.slips[-1].from_due_at if back and self.action.slips else self.now + length
        self.give(ChangeDue(due=due.replace(microsecond=0), reason=WORDS), "INTERPOL")

    @rule(body=st.sampled_from(("wg-sc", "wg-fa", "dialogue")), length=spans, agrees=st.booleans())
    def another_body_adopts_it(self, body: str, length: timedelta, *, agrees: bool) -> None:
        """Let a body adopt it too, with the due instant it has or with another: what stands never moves by that."""
        due, was = (self.action.due_at if agrees else self.now + length), self.action.due_at
        self.give(
            AdoptJointly(
                body=body,
                cycle=2,
                home=f"cycle/{body}/2",
                chair_entity="AIMC",
                due_at=due,
                reconciler="dialogue",
            )
        )
        assert self.action.due_at == was

    @rule(length=spans, stands=st.booleans(), body=st.sampled_from((None, "wg-fa", "dialogue")))
    def a_conflict_is_decided(self, length: timedelta, *, stands: bool, body: str | None) -> None:
        """Decide on the due instant for a body; in a conflict only the one above all can."""
        before = self.action
        due = before.due_at if stands else (self.now + length).replace(microsecond=0)
        self.give(ChangeDue(due=due, reason=WORDS, body=body), "INTERPOL")
        if before.is_conflicting and body != "dialogue":
            assert self.action == before

    @rule(rung=st.integers(0, 6), length=spans)
    def a_rung_is_held(self, rung: int, length: timedelta) -> None:
        """Hold any rung."""
        self.give(HoldRung(rung=rung, until=self.now + length, reason=WORDS), "INTERPOL")

    @rule(entity=entities, status=statuses, since=spans, is_past=st.booleans(), is_owner=st.booleans())
    def a_status_changes(
        self, *, entity: str, status: ParticipationStatus, since: timedelta, is_past: bool, is_owner: bool
    ) -> None:
        """Let anyone's status change, from then or from soon on."""
        who = self.action.owner if is_owner else entity
        at = self.now - since if is_past else self.now + since
        self.give(ChangeMembership(entity=who, status=StatusSince(status=status, since=at)))

    @rule(to=st.sampled_from(("body/wg-sc", "cycle/wg-sc/4")))
    def it_is_carried_over(self, to: str) -> None:
        """Give it another home."""
        self.give(CarryOver(to=to))

    @precondition(lambda self: self.action.is_finished)
    @rule(really=st.integers(0, 4))
    def its_record_closes(self, really: int) -> None:
        """Close the record, now and then."""
        if really == 0:
            self.give(CloseRecord())

    @invariant()
    def nothing_due_is_forgotten(self) -> None:
        """What has come while the action was open has gone, and nothing else has."""
        assert sorted(self.gone) == sorted(self.went())
        if self.stream.state is not None and self.action.is_open:
            assert all(moment.at > self.now for moment in self.action.pending)
            assert {(m.kind, m.number): m.at for m in self.action.pending} == self.to_go
            assert self.action.was_overdue == (self.action.due_at <= self.now)

    @invariant()
    def a_conflict_is_waited_for_by_every_body(self) -> None:
        """By the chairs of all that adopted it, while it is open, and never without a conflict."""
        if self.stream.state is None or not self.action.is_open:
            return
        waiting = [w for w in DECIDER.waits(self.action) if w.what == "reconciliation"]
        assert len(waiting) == (1 + len(self.action.adoptions) if self.action.is_conflicting else 0)
        assert all(a.due_at != self.action.due_at for a in self.action.adoptions if a.is_conflicting)

    @invariant()
    def nothing_goes_twice(self) -> None:
        """No reminder, rung or fall at one instant is there twice."""
        falls = [event.at for event in self.stream.events if isinstance(event, FellOverdue)]
        assert all(n == 1 for n in Counter(self.went()).values())
        assert all(n == 1 for n in Counter(falls).values())

    @invariant()
    def nothing_is_pending_unless_open(self) -> None:
        """A closed action has no timer, and an open one has none in the past."""
        if self.stream.state is None:
            return
        due = DECIDER.due(self.action)
        assert due is None or (self.action.is_open and due.at > self.now)
        assert not (DECIDER.is_closed(self.action) and DECIDER.waits(self.action))

    @invariant()
    def an_owner_that_left_is_noticed(self) -> None:
        """An open action whose owner is no member says so."""
        if self.stream.state is None or not self.action.is_open or self.action.needs_new_owner:
            return
        status = self.action.membership.status_at(self.action.owner, self.now)
        assert status is ParticipationStatus.MEMBER

    @invariant()
    def folding_gives_the_state(self) -> None:
        """The events alone rebuild the state."""
        start: ActionItem | None = None
        assert reduce(DECIDER.evolve, self.stream.events, start) == self.stream.state

    def teardown(self) -> None:
        """See that rungs went to the chair's entity and to members of their instant, and to no observer ever."""
        state: ActionItem | None = None
        for event in self.stream.events:
            if isinstance(event, RungReached) and event.to_role != "chair" and state:
                assert set(event.entities) <= set(state.membership.members_at(event.at))
            state = DECIDER.evolve(state, event)

    def went(self) -> list[tuple[MomentKind, int, datetime]]:
        """Return what the stream says has gone."""
        found = []
        for event in self.stream.events:
            if isinstance(event, ReminderSent):
                found.append((MomentKind.REMINDER, event.number, event.at))
            elif isinstance(event, RungReached):
                found.append((MomentKind.RUNG, event.rung, event.at))
        return found


TestActionMachine = ActionMachine.TestCase
TestActionMachine.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

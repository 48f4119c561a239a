"""A body and its cycles under attack: letters between them late and crossing, yet never two live cycles of a kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.action_note import NoteAction
from services.domain.body import commands as asked
from services.domain.body.decider import DECIDER as BODY
from services.domain.body.events import NextCycleProposed
from services.domain.body.state import Body, Occurrence
from services.domain.cycle import commands as of_cycle
from services.domain.cycle.decider import DECIDER as CYCLE
from services.domain.cycle.records import CycleKind, MeetingMode
from services.domain.cycle.report import TakeReport
from services.domain.cycle.state import BEFORE_SESSION, LIVE, OVER, Cycle, CycleState
from services.domain.message import Command, StartProcess, Tell
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import WORDS, Stream, procedure, two_bodies
from tests.unit.test_reports import REPORT

KINDS = st.sampled_from(list(CycleKind))
START = utc("2027-01-04 08:00")
#: no steps: what falls due in a cycle is attacked elsewhere
BARE = procedure(())


class BodyAndCycles(RuleBasedStateMachine):
    """Runs a body and its cycles on their own deciders; letters keep their order only between the same two."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.body: Stream[Body] = Stream(decider=BODY)
        self.cycles: dict[int, Stream[Cycle]] = {}
        self.letters: dict[tuple[str, str], list[Command]] = defaultdict(list)
        self.reported: set[str] = set()

    @initialize()
    def found(self) -> None:
        """Found the body."""
        self.give_body(
            asked.FoundBody(code="dialogue", names={}, chair_entity="INTERPOL", procedure=BARE, membership=two_bodies())
        )

    @precondition(lambda self: len(self.body.events) < 3 or self.body.commands % 5 == 0)
    @rule(kind=KINDS, first=st.integers(1, 30), every=st.integers(2, 40), count=st.integers(1, 4))
    def schedule(self, kind: CycleKind, first: int, every: int, count: int) -> None:
        """Schedule a series, in place of any other of its kind."""
        self.give_body(
            asked.ScheduleSeries(
                kind=kind,
                rrule="FREQ=DAILY",
                zone="Europe/Paris",
                local_start="09:00",
                session=timedelta(days=1),
                calendar=pinned_table(),
                occurrences=self.sessions(self.now + timedelta(days=first), every, count),
            )
        )

    @precondition(lambda self: self.body.known and any(s.is_running_out for s in self.body.known.series))
    @rule(kind=KINDS, every=st.integers(2, 40), count=st.integers(1, 3))
    def extend(self, kind: CycleKind, every: int, count: int) -> None:
        """Give more occurrences, if they are wanted."""
        series = self.body.state.series_of(kind)
        last = max([self.now, *(o.starts for o in series.occurrences)] if series else [self.now])
        occurrences = self.sessions(last + timedelta(days=every), every, count)
        self.give_body(asked.ExtendOccurrences(kind=kind, calendar=pinned_table(), occurrences=occurrences))

    @precondition(lambda self: self.body.commands % 4 == 0)
    @rule(days=st.integers(1, 60))
    def call(self, days: int) -> None:
        """Call an extraordinary session."""
        starts = self.now + timedelta(days=days)
        session = timedelta(hours=8)
        command = asked.CallExtraordinarySession(starts=starts, session=session, reason=WORDS, calendar=pinned_table())
        self.give_body(command)

    @precondition(lambda self: self.body.known and self.body.commands % 3 == 0)
    @rule(kind=KINDS, ahead=st.integers(1, 60), every=st.integers(2, 40), count=st.integers(1, 3))
    def amend(self, kind: CycleKind, ahead: int, every: int, count: int) -> None:
        """Amend a series from some day on."""
        since = self.now + timedelta(days=ahead)
        self.give_body(
            asked.AmendSeries(
                kind=kind,
                since=since,
                rrule="FREQ=WEEKLY",
                zone="Europe/Paris",
                local_start="09:00",
                session=timedelta(days=1),
                procedure=BARE,
                calendar=pinned_table(),
                occurrences=self.sessions(since + timedelta(days=every), every, count),
            )
        )

    @precondition(lambda self: self.body.known and self.body.state.cycles)
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        """Skip a cycle, mostly one that can be."""
        cycles = self.body.state.cycles
        chosen = data.draw(st.sampled_from([*(c for c in cycles if c.is_next), cycles[0]]))
        self.give_body(asked.SkipCycle(number=chosen.number, reason=WORDS))

    @rule(kind=KINDS, is_pausing=st.booleans())
    def pause_or_resume(self, kind: CycleKind, *, is_pausing: bool) -> None:
        """Pause a series, or let it go on."""
        self.give_body(asked.PauseSeries(kind=kind, reason=WORDS) if is_pausing else asked.ResumeSeries(kind=kind))

    @precondition(lambda self: self.cycles)
    @rule(data=st.data())
    def convene(self, data: st.DataObject) -> None:
        """Convene a cycle, any."""
        self.give_cycle(self.one(data, CycleState.PROPOSED), of_cycle.Convene(mode=MeetingMode.REMOTE, place=WORDS))

    @precondition(lambda self: self.cycles)
    @rule(data=st.data(), days=st.integers(-5, 90))
    def postpone(self, data: st.DataObject, days: int) -> None:
        """Postpone a cycle, perhaps past a regular date, perhaps into the past."""
        number = self.one(data, CycleState.PROPOSED, *BEFORE_SESSION)
        starts = self.now + timedelta(days=days)
        self.give_cycle(number, of_cycle.Postpone(starts=starts, reason=WORDS))

    @precondition(lambda self: self.cycles)
    @rule(data=st.data(), is_cancelling=st.booleans())
    def convert_or_cancel(self, data: st.DataObject, *, is_cancelling: bool) -> None:
        """Hold a session at a distance, or not at all."""
        number = self.one(data, *BEFORE_SESSION)
        command = of_cycle.Cancel(reason=WORDS) if is_cancelling else of_cycle.ConvertToVirtual(reason=WORDS)
        self.give_cycle(number, command)

    @precondition(lambda self: self.cycles)
    @rule(data=st.data(), is_assigning=st.booleans())
    def meet(self, data: st.DataObject, *, is_assigning: bool) -> None:
        """Hold the session of a cycle: nothing is tabled, so it is adopted."""
        number = self.one(data, *BEFORE_SESSION)
        self.now = max(self.now, self.cycles[number].state.starts)
        self.give_cycle(number, of_cycle.OpenSession())
        if is_assigning:
            due = self.now + timedelta(days=1)
            self.give_cycle(number, of_cycle.Assign(owner="AIMC", title=WORDS, due=due))
        self.give_cycle(number, of_cycle.CloseSession())

    @precondition(lambda self: self.cycles)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """Close a cycle."""
        self.give_cycle(self.one(data, CycleState.ADOPTED, CycleState.FOLLOW_UP), of_cycle.CloseCycle())

    @rule(data=st.data(), state=st.sampled_from(["in_progress", "confirmed", "dropped"]))
    def hear_of_an_action(self, data: st.DataObject, state: str) -> None:
        """Hear of an action of the backlog, or of a stranger."""
        action = data.draw(st.sampled_from([*self.body.state.backlog, "a-stranger"]))
        note = NoteAction(action=action, state=state, owner="AIMC", is_overdue=False, needs_new_owner=False)
        self.give_body(note)

    @precondition(lambda self: self.body.known and self.body.commands % 3 == 1)
    @rule()
    def hear_a_report(self) -> None:
        """Hear of what a working group found."""
        report = replace(REPORT, id=f"r-{self.body.commands}")
        self.reported.add(report.id)
        self.give_body(TakeReport(report=report))

    @precondition(lambda self: any(self.letters.values()))
    @rule(data=st.data(), count=st.integers(1, 6))
    def deliver(self, data: st.DataObject, count: int) -> None:
        """Deliver some letters, each time the oldest between two of them."""
        for _ in range(count):
            pairs = sorted(pair for pair, sent in self.letters.items() if sent)
            if pairs:
                self.hand_over(data.draw(st.sampled_from(pairs)))

    @rule(hours=st.integers(1, 24 * 20))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours)

    @invariant()
    def never_two_live_of_a_kind(self) -> None:
        """LC-2, by the cycles' own word."""
        live = [c.state.kind for c in self.cycles.values() if c.state.state in LIVE]
        assert len(live) == len(set(live))

    @invariant()
    def numbers_are_unique_and_increase(self) -> None:
        """LC-3."""
        numbers = [e.number for e in self.body.events if isinstance(e, NextCycleProposed)]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def a_series_has_a_next_cycle_or_asks(self) -> None:
        """At any time, unless it rests."""
        if self.body.known is None:
            return
        for kind in CycleKind:
            series = self.body.state.series_of(kind)
            stands = [c for c in self.body.state.of_kind(kind) if c.is_next and c.is_from_series]
            is_paused = self.body.state.pause_of(kind) is not None
            if is_paused or series is None:
                assert stands == []
            else:
                assert len(stands) == 1 or (not stands and series.is_running_out)

    @invariant()
    def of_a_kind_every_series_but_the_last_has_its_end(self) -> None:
        """And each begins where the one before it ends."""
        if self.body.known is None:
            return
        for kind in CycleKind:
            chain = self.body.state.all_series_of(kind)
            assert [s.until for s in chain] == [*(s.since for s in chain[1:]), *([None] if chain else [])]
            assert all(o.starts >= s.since for s in chain for o in s.occurrences if s.since)
            assert all(o.starts < s.until for s in chain for o in s.occurrences if s.until)

    @invariant()
    def what_is_skipped_is_not_standing(self) -> None:
        """A cycle is shown as skipped or it stands, never both."""
        if self.body.known is None:
            return
        standing = {c.number for c in self.body.state.cycles if not c.is_withdrawn}
        assert not standing & {s.number for s in self.body.state.skipped}

    @invariant()
    def once_all_is_said_somebody_can_be_convened(self) -> None:
        """And the body knows how its cycles stand."""
        if any(self.letters.values()):
            return
        standing = {n: c.state for n, c in self.cycles.items() if c.state.state not in OVER}
        for kind in CycleKind:
            known = {c.number: c for c in self.body.state.of_kind(kind)} if self.body.known else {}
            assert set(known) == {n for n, c in standing.items() if c.kind is kind}
            assert all(known[n].is_live == (standing[n].state in LIVE) for n in known)
            assert all((known[n].starts, known[n].ends) == (standing[n].starts, standing[n].ends) for n in known)
            waiting = [n for n in known if standing[n].state is CycleState.PROPOSED]
            if waiting and not any(c.is_live for c in known.values()):
                assert [standing[n].is_clear for n in waiting].count(True) == 1

    @invariant()
    def no_report_is_lost(self) -> None:
        """Once all is said, each is on the agenda of a meeting that is not called off, or lies with the body."""
        if any(self.letters.values()) or self.body.known is None:
            return
        held = [c.state for c in self.cycles.values() if c.state.state is not CycleState.CANCELLED]
        on_agendas = [item.report for cycle in held for item in cycle.items if item.report]
        lying = {r.report.id for r in self.body.state.reports if r.number is None}
        assert len(on_agendas) == len(set(on_agendas))
        assert not lying & set(on_agendas)
        assert lying | set(on_agendas) == self.reported

    def teardown(self) -> None:
        """Deliver what is on its way, then fold everything again."""
        while any(self.letters.values()):
            self.hand_over(next(pair for pair, sent in self.letters.items() if sent))
        self.never_two_live_of_a_kind()
        self.once_all_is_said_somebody_can_be_convened()
        self.no_report_is_lost()
        folded = None
        for event in self.body.events:
            folded = BODY.evolve(folded, event)
        assert folded == self.body.known

    def give_body(self, command: Command) -> list[object]:
        """Give the body a command and take its letters."""
        events = self.body.give(command, self.now, "INTERPOL")
        assert events
        self.post("body", self.body)
        return list(events)

    def give_cycle(self, number: int, command: Command) -> None:
        """Give a cycle a command, short notice waived, and take its letters."""
        assert self.cycles[number].give(command, self.now, "INTERPOL", waiver=WORDS)
        self.post(f"cycle/dialogue/{number}", self.cycles[number])

    def post(self, sender: str, stream: Stream[Body] | Stream[Cycle]) -> None:
        """Put what a stream has to say on its way."""
        for effect in stream.effects:
            if isinstance(effect, StartProcess | Tell) and effect.stream.startswith(("body", "cycle")):
                self.letters[sender, effect.stream].append(effect.command)
        stream.effects.clear()

    def hand_over(self, pair: tuple[str, str]) -> None:
        """Hand over the oldest letter of a pair."""
        command = self.letters[pair].pop(0)
        if pair[1].startswith("body"):
            self.give_body(command)
            return
        number = int(pair[1].rsplit("/", 1)[1])
        self.cycles.setdefault(number, Stream(decider=CYCLE))
        self.give_cycle(number, command)

    def one(self, data: st.DataObject, *likely: CycleState) -> int:
        """Choose a cycle, mostly one in a likely state."""
        fitting = [n for n, c in self.cycles.items() if c.state.state in likely]
        anyone = sorted(self.cycles)
        return data.draw(st.sampled_from([*fitting, *fitting, *fitting, anyone[0], anyone[-1]]))

    def sessions(self, first: datetime, every: int, count: int) -> tuple[Occurrence, ...]:
        """Return sessions of eight hours, every so many days."""
        starts = (first + timedelta(days=every * nth) for nth in range(count))
        return tuple(Occurrence(starts=start, ends=start + timedelta(hours=8)) for start in starts)


TestBodyAndCycles = BodyAndCycles.TestCase
TestBodyAndCycles.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

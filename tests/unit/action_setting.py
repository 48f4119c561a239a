"""Builders for tests of the action item: one stream under its decider, with time as an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.action.commands import (
    Complete,
    Confirm,
    Drop,
    OpenAction,
    ReportProgress,
    Supersede,
)
from services.domain.action.decider import DECIDER
from services.domain.action.events import FellOverdue, NewOwnerNeeded, ReminderSent, RungReached
from services.domain.action.state import ActionItem, ActionState
from services.domain.message import (
    ENGINE,
    Actor,
    Command,
    CommandRefused,
    Content,
    Context,
    Effect,
    Event,
    Notify,
    OnBehalf,
    Tell,
    TimePassed,
)
from services.domain.procedure import ActionParameters, Period, PeriodKind, Rung
from tests.unit.calendar_setting import membership, pinned_table, utc

WORDS = Content(address="address", commitment="commitment", size=5)
OPENED = "2026-09-01 08:00"
DUE = "2026-09-30 22:00"
DAY_TWO = "2026-09-02 08:00"
DAY_THREE = "2026-09-03 08:00"


def working_days(n: int) -> Period:
    """Return a period of n working days."""
    return Period(kind=PeriodKind.WORKING_DAYS, days=n)


def seconds(n: int) -> Period:
    """Return an elapsed period."""
    return Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(seconds=n))


#: the default ladder (domain.md LD-1)
LADDER = ActionParameters(
    remind=(working_days(-10), working_days(-2)),
    ladder=(
        Rung(offset=working_days(1), to="focal_point"),
        Rung(offset=working_days(3), to="alternate"),
        Rung(offset=working_days(5), to="head_of_delegation"),
        Rung(offset=working_days(10), to="chair"),
        Rung(offset=working_days(20), to="heads_of_entity"),
    ),
)


def opening(
    *,
    owner: str = "AMERIPOL",
    due: str = DUE,
    parameters: ActionParameters = LADDER,
    supporting: tuple[str, ...] = (),
    chair_entity: str = "INTERPOL",
) -> OpenAction:
    """Return the command that opens action ``a-1`` of the third cycle of ``wg-sc``."""
    return OpenAction(
        id="a-1",
        body="wg-sc",
        cycle=3,
        owner=owner,
        title=WORDS,
        due_at=utc(due),
        membership=membership(),
        calendar=pinned_table(),
        parameters=parameters,
        day_ends="17:00",
        chair_entity=chair_entity,
        supporting=supporting,
        text="t-1",
        paragraph="5b",
    )


def context(at: datetime, entity: str | None = None, on_behalf_of: str | None = None) -> Context:
    """Return the context of an act of an entity, or of the engine, at an instant."""
    actor = Actor(person="p-1", entity=entity, role="head_of_delegation", appointment="ap-1") if entity else ENGINE
    on_behalf = OnBehalf(entity=on_behalf_of, received_at=at, evidence=WORDS) if on_behalf_of else None
    return Context(at=at, actor=actor, command_id="c" * 64, recorded_at=at, on_behalf=on_behalf)


@dataclass
class Stream:
    """The stream of one action: what was decided, and what followed."""

    state: ActionItem | None = None
    events: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def action(self) -> ActionItem:
        """Return the state of the opened action."""
        assert self.state is not None
        return self.state

    def give(
        self, command: Command, at: datetime | str, by: str | None = None, behalf: str | None = None
    ) -> list[Event]:
        """Decide a command at an instant and take over its events; ``by`` an entity, else by the engine."""
        instant = utc(at) if isinstance(at, str) else at
        return self._take(DECIDER.decide(self.state, command, context(instant, by, behalf)))

    def pass_to(self, at: datetime | str) -> list[Event]:
        """Let time pass to an instant, deciding everything that comes due on the way."""
        until, came = utc(at) if isinstance(at, str) else at, []
        while (due := DECIDER.due(self.action)) and due.at <= until:
            command = TimePassed(label=due.label, due_at=due.at, processed_at=due.at)
            came += self.give(command, due.at)
        return came

    def notices(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the notices so far: name, and who of whom is told."""
        return [
            (effect.notice, tuple(f"{to.entity}/{to.role}" for to in effect.to))
            for effect in self.effects
            if isinstance(effect, Notify)
        ]

    def told(self) -> list[Tell]:
        """Return what other aggregates were told."""
        return [effect for effect in self.effects if isinstance(effect, Tell)]

    def _take(self, events: Iterable[Event]) -> list[Event]:
        taken = list(events)
        for event in taken:
            self.state = DECIDER.evolve(self.state, event)
            if self.state is not None:
                self.effects += DECIDER.effects(self.state, event)
        self.events += taken
        return taken


def opened(command: OpenAction | None = None, at: str = OPENED) -> Stream:
    """Return the stream of an opened action, its opening's effects put aside."""
    stream = Stream()
    stream.give(command or opening(), at)
    stream.effects.clear()
    return stream


def reason_of(events: list[Event]) -> str:
    """Return the name of the refusal that a command was answered with."""
    assert len(events) == 1
    assert isinstance(events[0], CommandRefused), events
    return events[0].reason


def kinds(events: Iterable[Event]) -> list[str]:
    """Return the names of events."""
    return [type(event).__name__ for event in events]


def went(events: list[Event]) -> list[tuple[str, str]]:
    """Return what went by itself, and when."""
    return [(name, event.at.strftime("%Y-%m-%d %H:%M")) for event in events if (name := name_of(event))]


def name_of(event: Event) -> str:
    """Name what goes by itself; nothing for what people do."""
    if isinstance(event, ReminderSent):
        return f"reminder {event.number}"
    if isinstance(event, RungReached):
        return f"rung {event.rung}"
    return {FellOverdue: "overdue", NewOwnerNeeded: "needs new owner"}.get(type(event), "")


def stand(state: ActionState) -> Stream:
    """Return an action in a state."""
    stream = opened(opening(supporting=("EUROPOL", "UNODC")))
    ways: dict[ActionState, tuple[tuple[Command, str], ...]] = {
        ActionState.NOT_STARTED: (),
        ActionState.IN_PROGRESS: ((ReportProgress(note=WORDS), "AMERIPOL"),),
        ActionState.DONE: ((Complete(evidence=WORDS), "AMERIPOL"),),
        ActionState.CONFIRMED: ((Complete(evidence=WORDS), "AMERIPOL"), (Confirm(), "INTERPOL")),
        ActionState.SUPERSEDED: ((Supersede(by="a-2", reason=WORDS), "INTERPOL"),),
        ActionState.DROPPED: ((Drop(reason=WORDS), "INTERPOL"),),
    }
    for command, by in ways[state]:
        stream.give(command, DAY_TWO, by)
    assert stream.action.state is state
    stream.effects.clear()
    return stream

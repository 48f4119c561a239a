"""What happens to an action item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.action.moments import Moment
from services.domain.calendar import CalendarTable
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Content, Event
from services.domain.procedure import ActionParameters


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionOpened(Event):
    """The action stands, with the moments that lie ahead of it."""

    id: str
    body: str
    cycle: int
    owner: str
    supporting: tuple[str, ...]
    title: Content
    due_at: datetime
    text: str | None
    paragraph: str | None
    membership: Membership
    calendar: CalendarTable
    parameters: ActionParameters
    day_ends: str
    chair_entity: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressReported(Event):
    """An entity told how the work goes."""

    entity: str
    note: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionCompleted(Event):
    """The owner said that the work is done; what was pending is cancelled."""

    entity: str
    evidence: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionConfirmed(Event):
    """Another entity agreed that the work is done."""

    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionReopened(Event):
    """The work goes on; moments whose instant passed meanwhile are gone."""

    entity: str
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionReassigned(Event):
    """The action has another owner."""

    owner: str
    was_owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionDropped(Event):
    """The action ended without a result; what was pending is cancelled."""

    entity: str
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionSuperseded(Event):
    """Another action took its place; what was pending is cancelled."""

    by: str
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class DueChanged(Event):
    """The due instant moved, and ``moments`` take the place of those that were pending, holds included."""

    due_at: datetime
    was_due_at: datetime
    reason: Content
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RungHeld(Event):
    """A rung goes at ``until`` instead, if the action is still open then."""

    rung: int
    until: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderSent(Event):
    """The owner was reminded; ``entities`` is empty if there is no owner to remind."""

    number: int
    entities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RungReached(Event):
    """The action climbed its ladder: ``to_role`` of ``entities`` is told."""

    rung: int
    to_role: str
    entities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FellOverdue(Event):
    """The due instant came and the work was open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOwnerNeeded(Event):
    """The owner's membership ended and the work is open (domain.md scenario 9)."""

    owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedOver(Event):
    """The action has a new home; ``was`` names the one it takes the place of, where there are several."""

    to: str
    was: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class JointlyAdopted(Event):
    """Another body adopted the action with the due instant it has."""

    body: str
    cycle: int
    home: str
    chair_entity: str
    due_at: datetime
    reconciler: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictingAdoption(JointlyAdopted):
    """Another body adopted the action with another due instant: on record, without effect (domain.md scenario 13)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptionsReconciled(Event):
    """Body ``by`` decided which due instant holds for all that adopted the action."""

    by: str
    due_at: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordClosed(Event):
    """Nothing follows in this stream."""

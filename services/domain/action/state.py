"""What an action item is at an instant: a fold of its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.action.moments import Moment, MomentKind
from services.domain.calendar import CalendarTable
from services.domain.field import added
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import Content
from services.domain.procedure import ActionParameters
from services.domain.register_change import WouldMove


class ActionState(StrEnum):
    """Where an action item stands (domain.md 5.1, follow-up matrix)."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"


OPEN_STATES = (ActionState.NOT_STARTED, ActionState.IN_PROGRESS)
FINISHED_STATES = (ActionState.CONFIRMED, ActionState.SUPERSEDED, ActionState.DROPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A note on how the work goes, by the owner or a supporting entity."""

    at: datetime
    entity: str
    note: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """The owner says the work is done, with its evidence."""

    at: datetime
    entity: str
    evidence: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """A change of the due instant, one line of the slip history."""

    at: datetime
    from_due_at: datetime
    to_due_at: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """The coordinator held a rung that leaves the owner's entity, until an instant (domain.md LD-2)."""

    at: datetime
    rung: int
    until: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """
    Another body has adopted the action too, in its cycle; ``home`` is the stream that follows the action there.

    ``due_at`` (UTC) is the due instant it adopted. ``is_conflicting`` while that is another one than stands, and the
    body both report to has not decided.
    """

    body: str
    cycle: int
    home: str
    chair_entity: str
    due_at: datetime
    at: datetime
    is_conflicting: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionItem:
    """
    One action item with the calendar table, parameters and membership it was opened under.

    ``home`` is the stream of the cycle, later of the body, that follows it. ``pending`` are the moments still to come,
    ``fired`` those that went, of earlier due instants too. ``owned_since`` is when the owner, found to be a
    member, was last given the work; ``owner_lost_at`` when it was found to be a member no longer. ``reconciler`` is the
    body that all which adopted the action report to.
    """

    id: str
    body: str
    cycle: int
    home: str
    chair_entity: str
    owner: str
    supporting: tuple[str, ...]
    title: Content
    text: str | None
    paragraph: str | None
    membership: Membership
    calendar: CalendarTable
    parameters: ActionParameters
    day_ends: str
    opened_at: datetime
    due_at: datetime
    pending: tuple[Moment, ...]
    owned_since: datetime
    state: ActionState = ActionState.NOT_STARTED
    was_overdue: bool = False
    fired: tuple[Moment, ...] = ()
    progress: tuple[Progress, ...] = ()
    completion: Completion | None = None
    slips: tuple[Slip, ...] = ()
    holds: tuple[Hold, ...] = ()
    owner_lost_at: datetime | None = None
    carried_to: str | None = None
    superseded_by: str | None = None
    record_closed_at: datetime | None = None
    adoptions: tuple[Adoption, ...] = added(())
    reconciler: str = added("")
    would_move: tuple[WouldMove, ...] = added(())

    @property
    def homes(self) -> tuple[str, ...]:
        """Return the streams that follow the action: its home, and those of bodies that adopted it too."""
        return (self.home, *(adoption.home for adoption in self.adoptions))

    @property
    def joint_bodies(self) -> tuple[str, ...]:
        """Return the other bodies that adopted the action too."""
        return tuple(adoption.body for adoption in self.adoptions)

    @property
    def is_conflicting(self) -> bool:
        """Tell whether a body adopted another due instant, and nobody has reconciled the two."""
        return self.conflicting_since is not None

    @property
    def conflicting_since(self) -> datetime | None:
        """Return since when adopted due instants conflict."""
        return min((adoption.at for adoption in self.adoptions if adoption.is_conflicting), default=None)

    @property
    def is_open(self) -> bool:
        """Tell whether the owner still has to do the work, so that moments go."""
        return self.state in OPEN_STATES

    @property
    def is_finished(self) -> bool:
        """Tell whether nobody has anything left to do."""
        return self.state in FINISHED_STATES

    @property
    def is_overdue(self) -> bool:
        """Tell whether the work is open after its due instant."""
        return self.is_open and self.was_overdue

    @property
    def needs_new_owner(self) -> bool:
        """Tell whether the work is open and its owner's membership has ended."""
        return self.is_open and self.owner_lost_at is not None

    @property
    def reminded(self) -> tuple[datetime, ...]:
        """Return when the owner was reminded of the present due instant."""
        return tuple(m.at for m in self._fired_now if m.kind is MomentKind.REMINDER)

    @property
    def rungs(self) -> tuple[int, ...]:
        """Return the rungs reached for the present due instant, by number."""
        return tuple(m.number for m in self._fired_now if m.kind is MomentKind.RUNG)

    @property
    def owner_ends_at(self) -> datetime | None:
        """Return from when the owner, last found to be a member, is one no longer; ``None`` if no end is known."""
        owner = self.membership.entity(self.owner)
        ends = [
            s.since
            for s in (owner.statuses if owner else ())
            if s.status is not ParticipationStatus.MEMBER and s.since > self.owned_since
        ]
        return min(ends, default=None)

    @property
    def _fired_now(self) -> tuple[Moment, ...]:
        return tuple(m for m in self.fired if m.due_at == self.due_at)


def pending_rung(state: ActionItem, number: int) -> Moment | None:
    """Return a rung that is still to come."""
    return next((m for m in state.pending if m.kind is MomentKind.RUNG and m.number == number), None)

"""Action items and the follow-up matrix, as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionItem:
    """An action item in a list."""

    id: str
    body: str
    cycle: int
    title: str | None
    owner: str
    supporting: tuple[str, ...]
    state: str
    due_at: datetime
    is_overdue: bool
    needs_new_owner: bool
    is_open: bool
    joint_bodies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionLine:
    """An action item as its cycle or body sees it."""

    id: str
    title: str | None
    owner: str
    state: str
    due_at: datetime
    is_overdue: bool
    needs_new_owner: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """Another body's adoption of an action; in conflict while its due instant is another one than stands."""

    body: str
    cycle: int
    due_at: datetime
    at: datetime
    is_conflicting: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A note on how the work goes."""

    at: datetime
    entity: str
    note: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """The owner's word that the work is done, with its evidence."""

    at: datetime
    entity: str
    evidence: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """A change of the due instant."""

    at: datetime
    from_due_at: datetime
    to_due_at: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A reminder before, or a rung after, a due instant: it goes at ``at``, or went then."""

    kind: str
    number: int
    to: str
    due_at: datetime
    planned_at: datetime
    at: datetime
    has_gone: bool
    would_be_at: datetime | None
    would_be_reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A rung held until an instant, with the reason."""

    at: datetime
    rung: int
    until: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """The ladder: rungs that went and will go, and those held."""

    rungs: tuple[Moment, ...]
    holds: tuple[Hold, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Action(ActionItem):
    """An action item as it stands; ``escalation`` is ``None`` for who may not see it."""

    zone: str
    home: str
    chair_entity: str
    text: str | None
    paragraph: str | None
    opened_at: datetime
    progress: tuple[Progress, ...]
    completion: Completion | None
    slips: tuple[Slip, ...]
    reminders: tuple[Moment, ...]
    carried_to: str | None
    superseded_by: str | None
    escalation: Escalation | None
    adoptions: tuple[Adoption, ...] = ()
    is_conflicting: bool = False
    reconciler: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NextReview:
    """The next session of the body."""

    number: int
    starts: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixRow:
    """A row of the follow-up matrix: decision, action, owner, due, state, next review."""

    action: str
    title: str | None
    body: str
    cycle: int
    text: str | None
    text_title: str | None
    paragraph: str | None
    owner: str
    supporting: tuple[str, ...]
    due_at: datetime
    state: str
    is_overdue: bool
    needs_new_owner: bool
    next_review: NextReview | None
    joint_bodies: tuple[str, ...] = ()

"""How action items are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Answer, Instant, Read, Words


class ActionItemRead(Read):
    """An action item in a list."""

    id: str
    body: str
    cycle: int
    title: Words
    owner: str
    supporting: tuple[str, ...]
    state: str = Field(examples=["in_progress"])
    due_at: Instant
    is_overdue: bool
    needs_new_owner: bool
    is_open: bool
    joint_bodies: tuple[str, ...] = Field(description="Other bodies that adopted it too.")


class AdoptionRead(Read):
    """Another body's adoption of the action; in conflict while its due instant is another one than stands."""

    body: str
    cycle: int
    due_at: Instant
    at: Instant
    is_conflicting: bool


class ProgressRead(Read):
    """A note on how the work goes."""

    at: Instant
    entity: str
    note: Words


class CompletionRead(Read):
    """The owner's word that the work is done, with its evidence."""

    at: Instant
    entity: str
    evidence: Words


class SlipRead(Read):
    """A change of the due instant."""

    at: Instant
    from_due_at: Instant
    to_due_at: Instant
    reason: Words


class MomentRead(Read):
    """A reminder before, or a rung after, a due instant: it goes at `at`, or went then."""

    kind: str
    number: int
    to: str
    due_at: Instant
    planned_at: Instant
    at: Instant
    has_gone: bool
    would_be_at: Instant | None = Field(description="Where the calendars as known now would put it, if elsewhere.")
    would_be_reason: str


class HoldRead(Read):
    """A rung held until an instant, with the reason."""

    at: Instant
    rung: int
    until: Instant
    reason: Words


class EscalationRead(Read):
    """The ladder: rungs that went and will go, and those held. Not for observers (domain.md LD-3)."""

    rungs: tuple[MomentRead, ...]
    holds: tuple[HoldRead, ...]


class ActionRead(ActionItemRead, Answer):
    """An action item as it stands; `escalation` is `null` for who may not see it."""

    home: str
    chair_entity: str
    text: str | None
    paragraph: str | None
    opened_at: Instant
    progress: tuple[ProgressRead, ...]
    completion: CompletionRead | None
    slips: tuple[SlipRead, ...]
    reminders: tuple[MomentRead, ...]
    carried_to: str | None
    superseded_by: str | None
    adoptions: tuple[AdoptionRead, ...]
    is_conflicting: bool = Field(description="Two due instants were adopted, and `reconciler` has not decided.")
    reconciler: str = Field(description="The body that decides between them; empty for an action of one body.")
    escalation: EscalationRead | None


class NextReviewRead(Read):
    """The next session of the body."""

    number: int
    starts: Instant


class MatrixRowRead(Read):
    """A row of the follow-up matrix: decision, action, owner, due, state, next review."""

    action: str = Field(validation_alias="id")
    title: Words
    body: str
    cycle: int
    text: str | None
    text_title: Words
    paragraph: str | None
    owner: str
    supporting: tuple[str, ...]
    due_at: Instant
    state: str
    is_overdue: bool
    needs_new_owner: bool
    joint_bodies: tuple[str, ...]
    next_review: NextReviewRead | None

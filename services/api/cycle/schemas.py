"""How meeting cycles are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from services.api.showing import Answer, Instant, Read, Words
from services.domain.procedure import Procedure


def _referenced(value: object) -> object:
    return value.reference if isinstance(value, Procedure) else value


Reference = Annotated[str, BeforeValidator(_referenced), Field(examples=["high-level-dialogue@1"])]


class CycleItemRead(Read):
    """A cycle in a list."""

    body: str
    number: int
    kind: str = Field(examples=["ordinary"])
    state: str = Field(examples=["convened"])
    starts: Instant
    ends: Instant


class ConveningRead(Read):
    """The convening notice; `waiver` is the reason for short notice, where notice was short."""

    at: Instant
    mode: str
    place: Words
    invited: tuple[str, ...]
    guests: tuple[str, ...]
    waiver: Words


class StepRead(Read):
    """A dated duty of the procedure for one debtor."""

    label: str = Field(examples=["contributions"])
    entity: str
    due_at: Instant
    kind: str
    reckoned_in: str = Field(validation_alias="zone", description="The zone in which the day ends.")
    reason: str
    is_short_notice: bool
    has_fallen: bool
    met_at: Instant | None
    waiver: Words = Field(description="Why short notice was given nevertheless.")


class ScheduleRead(Read):
    """Dates and plan of a session as they were until it was postponed, with the answers given to them."""

    starts: Instant
    ends: Instant
    replaced_at: Instant
    reason: Words
    steps: tuple[StepRead, ...]
    responses: tuple[ResponseRead, ...]


class ResponseRead(Read):
    """An entity's answer to the convening notice; `null` while it is awaited. `entry` is what a correction names."""

    entity: str
    answer: str | None
    at: Instant | None
    entry: int | None


class CredentialRead(Read):
    """A person an entity sends."""

    person: Words
    role: str
    delegation: str | None


class CredentialsRead(Read):
    """The persons an entity sends."""

    entity: str
    persons: tuple[CredentialRead, ...]


class AgendaItemRead(Read):
    """An agenda item; `position` counts the items the viewer sees, `null` for one not on the agenda."""

    id: str
    position: int | None
    title: Words
    purpose: str
    audience: str
    entity: str
    minutes: int | None
    lead: str | None
    outcome: Words
    papers: tuple[str, ...]
    source: str = Field(description="The cycle that reported it, as `wg-sc/3`; empty for an item of the meeting's own.")


class ReportedRead(Read):
    """An outcome that the meeting reported to another body."""

    report: str
    to: str
    title: Words
    purpose: str
    at: Instant


class PaperRead(Read):
    """A meeting paper, of an item or of the meeting."""

    id: str
    item: str | None
    title: Words
    text: Words = Field(validation_alias="content")
    audience: str
    entity: str
    at: Instant


class ContributionRead(Read):
    """What an entity contributed, on an item or in general."""

    id: str
    entity: str
    delegation: str | None
    item: str | None
    kind: str
    text: Words = Field(validation_alias="content")
    audience: str
    at: Instant


class PresenceMarkRead(Read):
    """A recorded presence of an entity, or of one of its delegations; `entry` is what a correction names."""

    delegation: str | None
    presence: str
    entry: int


class PresenceRead(Read):
    """How an entity takes part: the best of its delegations, for it holds one seat."""

    entity: str
    presence: str | None
    marks: tuple[PresenceMarkRead, ...]


class QuorumRead(Read):
    """How many members are present, how many are required, and of how many."""

    present: int
    required: int
    members: int
    is_met: bool


class PresencesRead(Answer):
    """Who is present, and whether that makes a quorum."""

    entities: tuple[PresenceRead, ...]
    quorum: QuorumRead


class TextItemRead(Read):
    """A text in a list."""

    id: str
    title: Words
    kind: str
    entity: str
    audience: str
    state: str
    version: int
    procedure: str | None
    is_ad_referendum: bool
    adopted_at: Instant | None


class ProcedureViewRead(Read):
    """A procedure as its cycle or body last heard of it."""

    procedure: str
    procedure_kind: str
    text: str | None
    version: int
    state: str
    round: int
    begun_at: Instant


class ActionLineRead(Read):
    """An action item as its cycle or body sees it."""

    id: str
    title: Words
    owner: str
    state: str
    due_at: Instant
    is_overdue: bool
    needs_new_owner: bool


class EntryRead(Read):
    """A recorded fact that can be contested or corrected, by its version in the stream."""

    version: int
    kind: str
    entity: str
    delegation: str | None
    is_on_behalf: bool
    corrected_by: int | None
    contested_at: Instant | None


class CycleRead(CycleItemRead, Answer):
    """A cycle, as far as the viewer may see it."""

    venue_zone: str
    chair_entity: str
    procedure: Reference
    procedure_digest: str
    proposed_at: Instant
    convening: ConveningRead | None
    steps: tuple[StepRead, ...]
    responses: tuple[ResponseRead, ...]
    agenda: tuple[AgendaItemRead, ...]
    is_agenda_adopted: bool
    quorum: QuorumRead
    session_opened_at: Instant | None
    session_closed_at: Instant | None
    texts: tuple[TextItemRead, ...]
    procedures: tuple[ProcedureViewRead, ...]
    actions: tuple[ActionLineRead, ...]
    backlog: tuple[str, ...] = Field(description="Open actions of earlier cycles.")
    entries: tuple[EntryRead, ...]
    adopted_at: Instant | None
    closed_at: Instant | None
    is_skipped: bool
    reports: tuple[ReportedRead, ...] = Field(description="What the meeting reported to the body above it.")
    superseded: tuple[ScheduleRead, ...] = Field(description="The schedules the cycle had before, oldest first.")
    ended_for: Words

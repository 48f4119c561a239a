"""Meeting cycles, as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.client.action import ActionLine
from services.client.procedure import ProcedureView
from services.client.text import TextItem


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleItem:
    """A cycle in a list."""

    body: str
    number: int
    kind: str
    state: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Convening:
    """The convening notice; ``waiver`` is the reason for short notice, where notice was short."""

    at: datetime
    mode: str
    place: str | None
    invited: tuple[str, ...]
    guests: tuple[str, ...]
    waiver: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A dated duty of the procedure for one debtor; its day ends in the zone ``reckoned_in``."""

    label: str
    entity: str
    due_at: datetime
    kind: str
    reckoned_in: str
    reason: str
    is_short_notice: bool
    has_fallen: bool
    met_at: datetime | None
    waiver: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An entity's answer to the convening notice; ``None`` while it is awaited."""

    entity: str
    answer: str | None
    at: datetime | None
    entry: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Dates and plan of a session as they were until it was postponed, with the answers given to them."""

    starts: datetime
    ends: datetime
    replaced_at: datetime
    reason: str | None
    steps: tuple[Step, ...]
    responses: tuple[Response, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """A person an entity sends."""

    person: str | None
    role: str
    delegation: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """The persons an entity sends."""

    entity: str
    persons: tuple[Credential, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaItem:
    """An agenda item; ``position`` counts the items the caller sees, ``None`` for one not on the agenda."""

    id: str
    position: int | None
    title: str | None
    purpose: str
    audience: str
    entity: str
    minutes: int | None
    lead: str | None
    outcome: str | None
    papers: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """An outcome that the meeting reported to another body."""

    report: str
    to: str
    title: str | None
    purpose: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A meeting paper, of an item or of the meeting."""

    id: str
    item: str | None
    title: str | None
    text: str | None
    audience: str
    entity: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """What an entity contributed, on an item or in general."""

    id: str
    entity: str
    delegation: str | None
    item: str | None
    kind: str
    text: str | None
    audience: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PresenceMark:
    """A recorded presence of an entity, or of one of its delegations."""

    delegation: str | None
    presence: str
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Presence:
    """How an entity takes part: the best of its delegations, for it holds one seat."""

    entity: str
    presence: str | None
    marks: tuple[PresenceMark, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quorum:
    """How many members are present, how many are required, and of how many."""

    present: int
    required: int
    members: int
    is_met: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Presences:
    """Who is present, and whether that makes a quorum."""

    zone: str
    entities: tuple[Presence, ...]
    quorum: Quorum


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A recorded fact that can be contested or corrected, by its version in the stream."""

    version: int
    kind: str
    entity: str
    delegation: str | None
    is_on_behalf: bool
    corrected_by: int | None
    contested_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle(CycleItem):
    """A cycle, as far as the caller may see it; ``backlog`` are open actions of earlier cycles."""

    zone: str
    venue_zone: str
    chair_entity: str
    procedure: str
    procedure_digest: str
    proposed_at: datetime
    convening: Convening | None
    steps: tuple[Step, ...]
    responses: tuple[Response, ...]
    agenda: tuple[AgendaItem, ...]
    is_agenda_adopted: bool
    quorum: Quorum
    session_opened_at: datetime | None
    session_closed_at: datetime | None
    texts: tuple[TextItem, ...]
    procedures: tuple[ProcedureView, ...]
    actions: tuple[ActionLine, ...]
    backlog: tuple[str, ...]
    entries: tuple[Entry, ...]
    adopted_at: datetime | None
    closed_at: datetime | None
    is_skipped: bool = False
    superseded: tuple[Schedule, ...] = ()
    reports: tuple[Reported, ...] = ()
    ended_for: str | None = None

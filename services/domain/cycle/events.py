"""What happens in a meeting cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.domain.audience import Audience
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import (
    Annotation,
    ContributionKind,
    Credential,
    CycleKind,
    EntryKind,
    InvitationAnswer,
    MeetingMode,
    Presence,
    Purpose,
    StepDue,
)
from services.domain.cycle.text import Footnote, TextKind
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Content, Event, OnBehalf
from services.domain.procedure import Procedure
from services.domain.procedure_change import AdoptedProcedure


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityAct(Event):
    """An act of ``entity``; ``on_behalf`` holds the paper when the coordinator recorded it (OB-1)."""

    entity: str
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleProposed(Event):
    """The body proposed the cycle; the deadlines of its steps are reckoned once, here."""

    body: str
    number: int
    cycle_kind: CycleKind
    starts: datetime
    ends: datetime
    zone: str
    chair_entity: str
    procedure: Procedure
    calendar: CalendarTable
    membership: Membership
    clear: bool
    backlog: tuple[str, ...]
    steps: tuple[StepDue, ...]
    adopted: tuple[AdoptedProcedure, ...] = added(())


@dataclass(frozen=True, kw_only=True, slots=True)
class ConveningCleared(Event):
    """No other cycle of this kind is live: this one may be convened (LC-2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposalWithdrawn(Event):
    """The proposal was taken back, or skipped; its number is never used again (LC-3)."""

    is_skipped: bool = added(False)
    reason: Content | None = added(None)
    because_of: int | None = added(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class BacklogReviewed(Event):
    """The open actions of earlier cycles, all of them, are before this cycle."""

    actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureGoverned(Event):
    """A version adopted since the proposal governs the cycle; ``steps`` is the whole plan under it."""

    procedure: Procedure
    steps: tuple[StepDue, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleConvened(Event):
    """The convening notice goes out; ``waiver`` is the reason when notice is short."""

    mode: MeetingMode
    place: Content
    invited: tuple[str, ...]
    guests: tuple[str, ...]
    waiver: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseGiven(EntityAct):
    """An entity answered the convening notice."""

    answer: InvitationAnswer


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialsRegistered(EntityAct):
    """An entity named the persons it sends."""

    persons: tuple[Credential, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemProposed(Event):
    """An entity proposed an agenda item."""

    item: str
    entity: str
    title: Content
    purpose: Purpose
    audience: Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaPublished(Event):
    """The provisional agenda went out."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaAnnotated(Event):
    """The annotated agenda went out."""

    items: tuple[Annotation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaAdopted(Event):
    """The meeting adopted its agenda, with quorum."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperAdded(Event):
    """A paper was circulated to its audience."""

    paper: str
    entity: str
    item: str | None
    title: Content
    content: Content
    audience: Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class ContributionFiled(EntityAct):
    """An entity contributed; a contribution is never presence."""

    contribution: str
    delegation: str | None
    item: str | None
    kind: ContributionKind
    content: Content
    audience: Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class SinglePositionWarning(Event):
    """An entity with several delegations spoke again on the same item; it holds one seat and one position (R1-2)."""

    entity: str
    item: str
    contributions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PresenceRecorded(Event):
    """How an entity, or one of its several delegations, takes part in the session."""

    entity: str
    delegation: str | None
    presence: Presence


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionOpened(Event):
    """The session began."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuorumMet(Event):
    """Enough members are present to decide."""

    present: int
    required: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QuorumLost(Event):
    """Too few members are present: decisions stop, discussion may go on."""

    present: int
    required: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionClosed(Event):
    """The session ended."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextTabled(Event):
    """A text was tabled, as version 1."""

    text: str
    entity: str
    title: Content
    kind: TextKind
    paragraphs: Mapping[str, Content]
    content: Content
    audience: Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class TextAmended(Event):
    """A paragraph was amended; dissociations from it (``lapsed``) ended, for they were bound to its wording."""

    text: str
    entity: str
    version: int
    base_version: int
    paragraph: str
    content: Content
    whole: Content
    lapsed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EditorialCorrectionMade(Event):
    """A slip was corrected: a new version, the same decision."""

    text: str
    version: int
    base_version: int
    paragraph: str
    content: Content
    whole: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class EditorialCorrectionRefused(Event):
    """A member refused a correction; the version before it is again the one before the members."""

    text: str
    entity: str
    version: int
    restored: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TextAdopted(Event):
    """
    A text was adopted: in session, or at the end of ``procedure``.

    With members of the electorate ``absent`` it is ``ad_referendum``. ``footnotes`` are bound to this version.
    """

    text: str
    version: int
    content: Content
    ad_referendum: bool
    absent: tuple[str, ...]
    footnotes: tuple[Footnote, ...]
    procedure: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissociated(Event):
    """A member dissociated from a paragraph, signed and bound to the version."""

    entity: str
    text: str
    version: int
    paragraph: str
    statement: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class TextWithdrawn(Event):
    """A text was taken off the table."""

    text: str
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFellDue(Event):
    """A step's instant came; ``missing`` names the debtors that have not met it."""

    label: str
    due_at: datetime
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDueChanged(Event):
    """The stored deadline of a step was moved for one debtor, by command (DD-7)."""

    label: str
    entity: str
    was_due_at: datetime
    due_at: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleAdopted(Event):
    """The session is over and no text is pending: the cycle is no longer live (LC-1)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpBegun(Event):
    """Action items are out: the cycle follows up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionAssigned(Event):
    """An action item was assigned; its own stream starts from here."""

    action: str
    owner: str
    supporting: tuple[str, ...]
    title: Content
    due_at: datetime
    text: str | None
    paragraph: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleClosed(Event):
    """The cycle is closed; ``carried_over`` are the actions that go to the body's backlog, ``finished`` the others."""

    carried_over: tuple[str, ...]
    finished: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryCorrected(Event):
    """A later entry corrects event ``corrects`` of this stream; nothing is edited (OB-3)."""

    corrects: int
    kind: EntryKind
    entity: str
    delegation: str | None
    data: Mapping[str, str]
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryContested(Event):
    """An entity contests what event ``contests`` recorded on its behalf; it stands until corrected."""

    contests: int
    kind: EntryKind
    entity: str
    reason: Content

"""What can be asked of a meeting cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.domain.action_note import NoteAction
from services.domain.audience import Audience
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import (
    Annotation,
    ContributionKind,
    Credential,
    CycleKind,
    InvitationAnswer,
    LiveSession,
    MeetingMode,
    Presence,
    Purpose,
    StandingAction,
)
from services.domain.cycle.report import TakeItem
from services.domain.cycle.text import TextKind
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Command, Content, TimePassed
from services.domain.notice import AccountForNotice
from services.domain.procedure import Period, Procedure
from services.domain.procedure_change import AdoptedProcedure, TakeProcedure
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership, RenewCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeCycle(Command):
    """The body proposes a cycle; ``clear`` says that no other cycle of the kind is live (LC-2)."""

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
    backlog: tuple[str, ...] = ()
    adopted: tuple[AdoptedProcedure, ...] = added(())


@dataclass(frozen=True, kw_only=True, slots=True)
class ClearToConvene(Command):
    """The body tells that no other cycle of this kind is live any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawProposal(Command):
    """
    The body takes back a proposal that nobody convened: its series ended, rests, or another replaced it.

    ``is_skipped`` says that the session is skipped, which is told to everybody, with the ``reason`` or because of the
    cycle that was postponed past it.
    """

    is_skipped: bool = added(False)
    reason: Content | None = added(None)
    because_of: int | None = added(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewBacklog(Command):
    """The body gives the open actions of earlier cycles, all of them, to the next cycle to be convened."""

    actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Convene(Command):
    """Send the convening notice to members and observers, and to the guests named."""

    mode: MeetingMode
    place: Content
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Respond(Command):
    """Answer the convening notice; the last answer counts."""

    answer: InvitationAnswer


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterCredentials(Command):
    """Name the persons an entity sends; persons of the same delegations named before give way."""

    persons: tuple[Credential, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeItem(Command):
    """Propose an agenda item."""

    title: Content
    purpose: Purpose
    audience: Audience = Audience.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishAgenda(Command):
    """Send out the provisional agenda: the items proposed so far, in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnotateAgenda(Command):
    """Send out the annotated agenda."""

    items: tuple[Annotation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptAgenda(Command):
    """Adopt the agenda in session: these items, in this order."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AddPaper(Command):
    """Circulate a paper, of an item or of the meeting."""

    title: Content
    content: Content
    item: str | None = None
    audience: Audience = Audience.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribute(Command):
    """Hand in a written contribution, or put a statement on record; the contributor may restrict it to members."""

    kind: ContributionKind
    content: Content
    item: str | None = None
    audience: Audience = Audience.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPresence(Command):
    """Record how an entity takes part; without ``delegation`` the entity as a whole."""

    entity: str
    presence: Presence
    delegation: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSession(Command):
    """Open the session, on its first day or later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseSession(Command):
    """Close the session; texts it left open, or adopted ad referendum, stay pending."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableText(Command):
    """Table a text in numbered paragraphs; ``content`` is the whole canonical text."""

    title: Content
    kind: TextKind
    paragraphs: Mapping[str, Content]
    content: Content
    audience: Audience = Audience.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Amend(Command):
    """Make a new version with one paragraph changed; ``base_version`` is the one that was read."""

    text: str
    base_version: int
    paragraph: str
    content: Content
    whole: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectEditorially(Command):
    """Correct a slip in a paragraph, outside any procedure; any member may refuse it."""

    text: str
    paragraph: str
    content: Content
    whole: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class RefuseCorrection(Command):
    """Refuse an editorial correction, as a member; ``version`` is the corrected one."""

    text: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptText(Command):
    """Adopt a text in session, by consensus of those present."""

    text: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissociate(Command):
    """Dissociate, as a member, from a paragraph without blocking the text."""

    text: str
    version: int
    paragraph: str
    statement: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawText(Command):
    """Take an unadopted text off the table."""

    text: str
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSilence(Command):
    """Put a text to silence; without ``period`` the procedure's own."""

    text: str
    period: Period | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenWrittenProcedure(Command):
    """Put a text to a written procedure; without ``period`` the procedure's own."""

    text: str
    period: Period | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Assign(Command):
    """
    Assign an action item to an owner entity; ``due`` is an instant (UTC).

    ``joint`` names an action of another body that this one adopts too; ``standing`` is how that one stands.
    """

    owner: str
    title: Content
    due: datetime
    supporting: tuple[str, ...] = ()
    text: str | None = None
    paragraph: str | None = None
    joint: str | None = added(None)
    standing: StandingAction | None = added(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeDue(Command):
    """Move the stored deadline (UTC) of a step for one debtor; no change of calendar does it by itself (DD-7)."""

    step: str
    entity: str
    due: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportTo(Command):
    """
    Report an outcome of the session to the body above; it becomes an item on the agenda of its next session.

    ``body`` is that body, if said; ``reports_to`` is the one that the charter names.
    """

    title: Content
    body: str | None = None
    content: Content | None = None
    purpose: Purpose = Purpose.INFORMATION
    audience: Audience = Audience.ALL
    reports_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Postpone(Command):
    """
    Postpone the session to an instant (UTC), for a reason.

    It lasts as long as before. ``others`` are the sessions of the body's other live cycles.
    """

    starts: datetime
    reason: Content
    others: tuple[LiveSession, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ConvertToVirtual(Command):
    """Hold the session at a distance, on the dates it has; ``place`` is where to connect."""

    reason: Content
    place: Content | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancel(Command):
    """Cancel the session before it is held, for a reason."""

    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseCycle(Command):
    """Close the cycle: open actions go to the body's backlog."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correct(Command):
    """Correct a recorded response or presence: ``event`` is its version, ``data`` the field with its right value."""

    event: int
    data: Mapping[str, str]
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Contest(Command):
    """Contest what was recorded on one's behalf; it stands until a later entry corrects it (OB-3)."""

    event: int
    reason: Content


#: what only the engine and other aggregates say
INTERNAL: tuple[type[Command], ...] = (
    ProposeCycle,
    ClearToConvene,
    WithdrawProposal,
    ReviewBacklog,
    TakeItem,
    NoteProcedure,
    NoteAction,
    ChangeMembership,
    RenewCalendar,
    TakeProcedure,
    AccountForNotice,
    TimePassed,
)

COMMANDS: tuple[type[Command], ...] = (
    *INTERNAL,
    Convene,
    Respond,
    RegisterCredentials,
    ProposeItem,
    PublishAgenda,
    AnnotateAgenda,
    AdoptAgenda,
    AddPaper,
    Contribute,
    RecordPresence,
    OpenSession,
    CloseSession,
    TableText,
    Amend,
    CorrectEditorially,
    RefuseCorrection,
    AdoptText,
    Dissociate,
    WithdrawText,
    OpenSilence,
    OpenWrittenProcedure,
    Assign,
    ChangeDue,
    ReportTo,
    Postpone,
    ConvertToVirtual,
    Cancel,
    CloseCycle,
    Correct,
    Contest,
)

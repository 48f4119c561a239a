"""What a meeting cycle is, and the plain questions its rules ask of it (domain.md 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.domain.action_view import ActionView
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import (
    Contribution,
    Convening,
    Credential,
    CycleKind,
    Entry,
    Item,
    Paper,
    PresenceMark,
    Reported,
    Response,
    Schedule,
    StepDue,
    StepSlip,
)
from services.domain.cycle.text import Text
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Content
from services.domain.procedure import Procedure
from services.domain.procedure_change import AdoptedProcedure
from services.domain.procedure_opening import ProcedureHome, ProcedureView
from services.domain.register_change import WouldMove


class CycleState(StrEnum):
    """States of a cycle in order, side states last (domain.md 5.1)."""

    PROPOSED = "proposed"
    CONVENED = "convened"
    AGENDA_PROVISIONAL = "agenda_provisional"
    AGENDA_ANNOTATED = "agenda_annotated"
    DOCUMENTS_OUT = "documents_out"
    IN_SESSION = "in_session"
    TEXT_PENDING = "text_pending"
    ADOPTED = "adopted"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    CONVERTED_TO_VIRTUAL = "converted_to_virtual"


#: convened, and the session still to come
BEFORE_SESSION = frozenset(
    {
        CycleState.CONVENED,
        CycleState.AGENDA_PROVISIONAL,
        CycleState.AGENDA_ANNOTATED,
        CycleState.DOCUMENTS_OUT,
        CycleState.POSTPONED,
        CycleState.CONVERTED_TO_VIRTUAL,
    }
)
#: the course of the cycle goes on below these as it stood
SIDE_STATES = frozenset({CycleState.POSTPONED, CycleState.CONVERTED_TO_VIRTUAL})
UNTIL_SESSION_ENDS = BEFORE_SESSION | {CycleState.IN_SESSION}
#: a body has one of a kind in these states (domain.md LC-1, LC-2)
LIVE = UNTIL_SESSION_ENDS | {CycleState.TEXT_PENDING}
AFTER_SESSION = frozenset({CycleState.TEXT_PENDING, CycleState.ADOPTED, CycleState.FOLLOW_UP})
#: convened and not closed
UNDER_WAY = UNTIL_SESSION_ENDS | AFTER_SESSION
CLOSABLE = frozenset({CycleState.ADOPTED, CycleState.FOLLOW_UP})
OVER = frozenset({CycleState.CLOSED, CycleState.CANCELLED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """
    One meeting cycle.

    ``version`` counts the events of this stream. ``starts`` and ``ends`` bound the session (UTC); ``zone`` is the
    venue's. ``is_clear`` says that no other cycle of its kind is live (LC-2). ``backlog`` lists open actions of earlier
    cycles. ``agenda`` is the order in force. Participants are in ``convening`` and, as they change, ``membership``.
    ``ended_for`` is the reason for which a cycle was skipped or cancelled.
    ``would_move`` lists the deadlines that calendars as known now would put elsewhere, ``slips`` those moved (DD-7).
    ``ended_for`` is the reason for which a cycle was skipped or cancelled. ``stood`` is how far the course had come
    when the cycle was postponed or converted; ``superseded`` are the schedules it had, oldest first. ``adopted`` are
    versions of its procedure of which the one in force when it is convened governs it.
    """

    version: int
    body: str
    number: int
    kind: CycleKind
    state: CycleState
    starts: datetime
    ends: datetime
    zone: str
    chair_entity: str
    procedure: Procedure
    calendar: CalendarTable
    membership: Membership
    proposed_at: datetime
    is_clear: bool
    steps: tuple[StepDue, ...]
    backlog: tuple[str, ...] = ()
    convening: Convening | None = None
    responses: Mapping[str, Response] = field(default_factory=dict)
    credentials: Mapping[str, tuple[Credential, ...]] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    agenda: tuple[str, ...] = ()
    is_agenda_adopted: bool = False
    papers: tuple[Paper, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    presences: tuple[PresenceMark, ...] = ()
    session_opened_at: datetime | None = None
    session_closed_at: datetime | None = None
    has_quorum: bool = False
    texts: tuple[Text, ...] = ()
    procedures: tuple[ProcedureView, ...] = ()
    actions: tuple[ActionView, ...] = ()
    entries: tuple[Entry, ...] = ()
    adopted_at: datetime | None = None
    closed_at: datetime | None = None
    is_skipped: bool = added(False)
    ended_for: Content | None = added(None)
    slips: tuple[StepSlip, ...] = added(())
    would_move: tuple[WouldMove, ...] = added(())
    stood: CycleState | None = added(None)
    superseded: tuple[Schedule, ...] = added(())
    reports: tuple[Reported, ...] = added(())
    adopted: tuple[AdoptedProcedure, ...] = added(())

    @property
    def stream(self) -> str:
        """Return the name of the cycle's own stream."""
        return f"cycle/{self.body}/{self.number}"

    @property
    def body_stream(self) -> str:
        """Return the name of the body's stream."""
        return f"body/{self.body}"

    @property
    def is_over(self) -> bool:
        """Tell whether the cycle is closed or cancelled."""
        return self.state in OVER

    @property
    def course(self) -> CycleState:
        """Return how far the cycle has come; being postponed or held at a distance takes nothing of it back."""
        return self.stood if self.state in SIDE_STATES and self.stood else self.state

    @property
    def postponed_at(self) -> datetime | None:
        """Return when the session was last postponed."""
        return self.superseded[-1].replaced_at if self.superseded else None

    @property
    def has_annotated_agenda(self) -> bool:
        """Tell whether the procedure asks for an annotated agenda; a working group's does not (domain.md 5.1)."""
        return any(step.label == "annotated_agenda" for step in self.procedure.steps)

    @property
    def open_actions(self) -> tuple[str, ...]:
        """Return the actions still to be done or confirmed."""
        return tuple(a.action for a in self.actions if a.is_open)

    @property
    def procedure_home(self) -> ProcedureHome:
        """Return what a procedure opened for this cycle takes over."""
        return ProcedureHome(
            stream=self.stream,
            body=self.body,
            cycle=self.number,
            chair_entity=self.chair_entity,
            membership=self.membership,
            calendar=self.calendar,
            procedure=self.procedure,
        )

    def item(self, item: str) -> Item | None:
        """Return an agenda item by id."""
        return next((i for i in self.items if i.id == item), None)

    def text(self, text: str) -> Text | None:
        """Return a text by id."""
        return next((t for t in self.texts if t.id == text), None)

    def entry(self, version: int) -> Entry | None:
        """Return a correctable fact by its version."""
        return next((e for e in self.entries if e.version == version), None)

    def view(self, procedure: str | None) -> ProcedureView | None:
        """Return a procedure of this cycle by id."""
        return next((p for p in self.procedures if p.procedure == procedure), None)

    def running(self, text: str | None = None) -> ProcedureView | None:
        """Return a procedure that runs, over a text or over any."""
        return next((p for p in self.procedures if p.is_running and text in (None, p.text)), None)

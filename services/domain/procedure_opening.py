"""How a cycle or a body opens a silence or written procedure, and how it sees the procedures it opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.domain.audience import Audience
from services.domain.calendar import CalendarTable
from services.domain.membership import Membership
from services.domain.message import Content, Context, Event, Refusal
from services.domain.procedure import Period, Procedure
from services.domain.procedure_note import ProcedureNoted
from services.domain.silence.commands import OpenProcedure, ProcedureKind
from services.domain.silence.opening import check_opening
from services.domain.silence.state import RUNNING, STOPPED


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureBegun(Event):
    """The home begins a procedure over one version of a text; the procedure's own stream starts from here."""

    procedure: str
    procedure_kind: ProcedureKind
    text: str | None
    version: int
    subject: Content
    content: Content
    period: Period | None
    round: int = 1
    supersedes: str | None = None
    dissociated: tuple[tuple[str, str], ...] = ()
    waiver: Content | None = None
    audience: Audience = Audience.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureView:
    """A procedure as last noted by its home; ``round`` counts openings, reopenings and redrafts (domain.md 5.2 u)."""

    procedure: str
    procedure_kind: ProcedureKind
    text: str | None
    version: int
    state: str
    round: int
    begun_at: datetime

    @property
    def is_running(self) -> bool:
        """Tell whether members may still break, or have still to answer."""
        return self.state in RUNNING

    @property
    def is_stopped(self) -> bool:
        """Tell whether it was broken or set aside: the text may be redrafted, or reopened there."""
        return self.state in STOPPED


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureHome:
    """What a procedure takes over from the cycle or body it is opened for."""

    stream: str
    body: str
    cycle: int | None
    chair_entity: str
    membership: Membership
    calendar: CalendarTable
    procedure: Procedure


def opening_of(begun: ProcedureBegun, home: ProcedureHome) -> OpenProcedure:
    """Return the first command of the procedure that a home has begun."""
    return OpenProcedure(
        id=begun.procedure,
        procedure_kind=begun.procedure_kind,
        home=home.stream,
        body=home.body,
        cycle=home.cycle,
        chair_entity=home.chair_entity,
        subject=begun.subject,
        text=begun.text,
        version=begun.version,
        content=begun.content,
        period=begun.period,
        round=begun.round,
        supersedes=begun.supersedes,
        membership=home.membership,
        calendar=home.calendar,
        parameters=home.procedure.silence,
        written=home.procedure.written,
        day_ends=home.procedure.day_ends,
        dissociated=begun.dissociated,
        waiver=begun.waiver,
        policy_digest=home.procedure.digest,
        audience=begun.audience,
    )


def check_beginning(*, begun: ProcedureBegun, home: ProcedureHome, context: Context) -> Refusal | None:
    """Say why the procedure itself would refuse to open, so that the refusal reaches who asked for it."""
    return check_opening(opening_of(begun, home), context)


def view_begun(begun: ProcedureBegun) -> ProcedureView:
    """Return the view of a procedure just begun."""
    return ProcedureView(
        procedure=begun.procedure,
        procedure_kind=begun.procedure_kind,
        text=begun.text,
        version=begun.version,
        state="opened",
        round=begun.round,
        begun_at=begun.at,
    )


def view_noted(view: ProcedureView, noted: ProcedureNoted) -> ProcedureView:
    """Return the view after a note; running again after it was stopped is another round (domain.md 5.2 s, u)."""
    has_reopened = view.is_stopped and noted.state in RUNNING
    return replace(view, state=noted.state, version=noted.version, round=view.round + has_reopened)

"""What can be asked of a standing body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.action_note import NoteAction
from services.domain.body.state import Occurrence
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import CycleKind
from services.domain.cycle.report import TakeReport
from services.domain.cycle_note import NoteCycle
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Command, Content, TimePassed
from services.domain.notice import AccountForNotice
from services.domain.procedure import Period, Procedure
from services.domain.procedure_change import TakeProcedure
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership, RenewCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundBody(Command):
    """The register founds a body."""

    code: str
    names: Mapping[str, str]
    chair_entity: str
    procedure: Procedure
    membership: Membership
    report_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSeries(Command):
    """
    Schedule a recurring series, in place of any other of its kind; it proposes its first cycle at once.

    ``procedure`` ``None`` means the body's own. ``occurrences`` (in order, UTC) are what the rule gives, and
    ``calendar`` covers them and their steps. ``series`` is the id it is known by from now on.
    """

    rrule: str
    zone: str
    local_start: str
    session: timedelta
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]
    kind: CycleKind = CycleKind.ORDINARY
    procedure: Procedure | None = None
    series: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class AmendSeries(Command):
    """
    Amend a series from an instant on: the old one ends before ``since``, a new one begins there.

    ``occurrences`` (in order, UTC) are what the new rule gives from ``since`` on, ``remaining`` what the old one still
    gives before it; ``calendar`` covers both, and their steps. What was not said is the old series' own.
    """

    since: datetime
    rrule: str
    zone: str
    local_start: str
    session: timedelta
    procedure: Procedure
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]
    remaining: tuple[Occurrence, ...] = ()
    kind: CycleKind = CycleKind.ORDINARY


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipCycle(Command):
    """Skip a proposed cycle that nobody convened, visibly; its number is never used again."""

    number: int
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseSeries(Command):
    """Propose nothing new until the series is resumed; live cycles go on."""

    reason: Content
    kind: CycleKind = CycleKind.ORDINARY


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeSeries(Command):
    """Resume a paused series with its next session after now."""

    kind: CycleKind = CycleKind.ORDINARY


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtendOccurrences(Command):
    """The engine gives more occurrences of a series, with a table that covers them."""

    kind: CycleKind
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CallExtraordinarySession(Command):
    """Propose an extraordinary cycle outside any series; ``starts`` is UTC."""

    starts: datetime
    session: timedelta
    reason: Content
    calendar: CalendarTable
    procedure: Procedure | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSilence(Command):
    """Put a text that belongs to no cycle to silence."""

    subject: Content
    content: Content
    calendar: CalendarTable
    period: Period | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenWrittenProcedure(Command):
    """Put a text that belongs to no cycle to a written procedure."""

    subject: Content
    content: Content
    calendar: CalendarTable
    period: Period | None = None


#: what only the engine and other aggregates say
INTERNAL: tuple[type[Command], ...] = (
    FoundBody,
    ExtendOccurrences,
    NoteCycle,
    NoteAction,
    NoteProcedure,
    TakeReport,
    ChangeMembership,
    RenewCalendar,
    TakeProcedure,
    AccountForNotice,
    TimePassed,
)

COMMANDS: tuple[type[Command], ...] = (
    *INTERNAL,
    ScheduleSeries,
    AmendSeries,
    SkipCycle,
    PauseSeries,
    ResumeSeries,
    CallExtraordinarySession,
    OpenSilence,
    OpenWrittenProcedure,
)

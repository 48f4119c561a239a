"""What can be asked of a standing body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.action_note import NoteAction
from services.domain.body.state import Occurrence
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import CycleKind
from services.domain.cycle_note import NoteCycle
from services.domain.membership import Membership
from services.domain.message import Command, Content, TimePassed
from services.domain.notice import AccountForNotice
from services.domain.procedure import Period, Procedure
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership


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
    ``calendar`` covers them and their steps.
    """

    rrule: str
    zone: str
    local_start: str
    session: timedelta
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]
    kind: CycleKind = CycleKind.ORDINARY
    procedure: Procedure | None = None


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
    ChangeMembership,
    AccountForNotice,
    TimePassed,
)

COMMANDS: tuple[type[Command], ...] = (
    *INTERNAL,
    ScheduleSeries,
    CallExtraordinarySession,
    OpenSilence,
    OpenWrittenProcedure,
)

"""What happens in a standing body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.action_note import ActionNoted
from services.domain.body.state import Occurrence
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import CycleKind
from services.domain.cycle.report import ReportPlaced, ReportTaken
from services.domain.cycle_note import CycleNoted
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import CommandRefused, Content, Event
from services.domain.notice import NoticeDelivered, NoticeFailed
from services.domain.procedure import Procedure
from services.domain.procedure_change import ProcedureTaken
from services.domain.procedure_note import ProcedureNoted
from services.domain.procedure_opening import ProcedureBegun
from services.domain.register_change import CalendarRenewed, MembershipChanged


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyFounded(Event):
    """The body exists."""

    code: str
    names: Mapping[str, str]
    chair_entity: str
    procedure: Procedure
    membership: Membership
    report_to: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesScheduled(Event):
    """A series stands; ``series`` is its id, empty for those scheduled before series had one."""

    cycle_kind: CycleKind
    rrule: str
    zone: str
    local_start: str
    session: timedelta
    procedure: Procedure
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]
    series: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesEnded(Event):
    """A series was replaced; its cycles that nobody convened (``withdrawn``) are taken back."""

    cycle_kind: CycleKind
    withdrawn: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesAmended(Event):
    """
    The series that stood ends before ``since``, and series ``series`` begins there.

    ``remaining`` are sessions of the old one before ``since`` that were not known yet; the cycles ``withdrawn``, at
    ``since`` or later and convened by nobody, are taken back.
    """

    cycle_kind: CycleKind
    series: str
    since: datetime
    rrule: str
    zone: str
    local_start: str
    session: timedelta
    procedure: Procedure
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]
    remaining: tuple[Occurrence, ...]
    withdrawn: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleSkipped(Event):
    """
    A regular session will not be held: a proposed cycle's, or one nobody proposed yet (``number`` is ``None``).

    ``reason`` is what was said; ``because_of`` is the number of the cycle that was postponed past it (domain.md PO-4).
    """

    cycle_kind: CycleKind
    number: int | None
    starts: datetime
    ends: datetime
    series: str
    reason: Content | None
    because_of: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesPaused(Event):
    """Nothing new is proposed; the cycles ``withdrawn``, convened by nobody, are taken back."""

    cycle_kind: CycleKind
    reason: Content
    withdrawn: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesResumed(Event):
    """The series goes on."""

    cycle_kind: CycleKind


@dataclass(frozen=True, kw_only=True, slots=True)
class OccurrencesExtended(Event):
    """More occurrences of the series are known."""

    cycle_kind: CycleKind
    calendar: CalendarTable
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OccurrencesNeeded(Event):
    """Too few occurrences later than ``after`` are known, or no table covers them."""

    cycle_kind: CycleKind
    after: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NextCycleProposed(Event):
    """A cycle stands as proposed, under the next number of the sequence (LC-1, LC-3), with the table it pins."""

    number: int
    cycle_kind: CycleKind
    starts: datetime
    ends: datetime
    zone: str
    procedure: Procedure
    calendar: CalendarTable
    clear: bool
    backlog: tuple[str, ...]
    is_from_series: bool
    series: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraordinarySessionCalled(Event):
    """An extraordinary session was called, for a reason."""

    starts: datetime
    ends: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleCleared(Event):
    """No other cycle of its kind is live or may be convened: this one may (LC-2)."""

    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BacklogTaken(Event):
    """A closed cycle left these actions open; the body follows them until they are finished."""

    number: int
    actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterBegun(ProcedureBegun):
    """A procedure over a text of no cycle was begun, with the table it pins."""

    calendar: CalendarTable


EVENTS: tuple[type[Event], ...] = (
    CommandRefused,
    BodyFounded,
    SeriesScheduled,
    SeriesEnded,
    SeriesAmended,
    CycleSkipped,
    SeriesPaused,
    SeriesResumed,
    OccurrencesExtended,
    OccurrencesNeeded,
    NextCycleProposed,
    ExtraordinarySessionCalled,
    CycleCleared,
    CycleNoted,
    BacklogTaken,
    ActionNoted,
    MatterBegun,
    ProcedureNoted,
    ReportTaken,
    ReportPlaced,
    MembershipChanged,
    CalendarRenewed,
    ProcedureTaken,
    NoticeDelivered,
    NoticeFailed,
)

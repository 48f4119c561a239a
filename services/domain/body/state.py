"""What a standing body is, and the plain questions its rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.domain.action_view import ActionView
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import CycleKind
from services.domain.cycle.report import Report
from services.domain.cycle.state import LIVE, CycleState
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Content
from services.domain.procedure import Procedure
from services.domain.procedure_change import AdoptedProcedure, governing
from services.domain.procedure_opening import ProcedureView


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """A session the series asks for, in UTC."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """
    A recurring series of cycles of one kind: an RFC 5545 rule with zone and wall time, and what it gives, as known.

    ``occurrences`` are those not yet proposed, ``calendars`` the tables that cover them, newest first. ``last_starts``
    is the start of the last one proposed, before that the scheduling; ``known_at`` is when occurrences were last given;
    ``is_running_out`` says that more are needed. The series holds in [``since``, ``until``), both UTC; ``until`` is
    ``None`` while nobody has amended it. ``skipped`` are starts of sessions that were skipped. ``id`` is empty for a
    series scheduled before series had one.
    """

    kind: CycleKind
    rrule: str
    zone: str
    local_start: str
    session: timedelta
    procedure: Procedure
    calendars: tuple[CalendarTable, ...]
    occurrences: tuple[Occurrence, ...]
    last_starts: datetime
    known_at: datetime
    is_running_out: bool = False
    id: str = added("")
    since: datetime | None = added(None)
    until: datetime | None = added(None)
    first_starts: datetime | None = added(None)
    skipped: tuple[datetime, ...] = added(())

    def holds(self, at: datetime) -> bool:
        """Tell whether a session that starts at an instant is of this series by its time."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def after(self, floor: datetime) -> tuple[Occurrence, ...]:
        """Return the occurrences that start later than an instant."""
        return tuple(o for o in self.occurrences if o.starts > floor)


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedSeries:
    """A series that has come to its end, as it stood; ``until`` is the instant from which it no longer holds."""

    id: str
    kind: CycleKind
    rrule: str
    zone: str
    local_start: str
    session: timedelta
    first_starts: datetime | None
    until: datetime
    skipped: tuple[datetime, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SkippedCycle:
    """A regular session that is not held; ``number`` is ``None`` for one nobody had proposed (domain.md PO-4)."""

    number: int | None
    kind: CycleKind
    starts: datetime
    ends: datetime
    at: datetime
    series: str = ""
    reason: Content | None = None
    because_of: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """The series of a kind rests, since when and why."""

    kind: CycleKind
    since: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedReport:
    """
    A report that no session has had yet; ``number`` is the cycle on whose agenda it stands, if any.

    ``returned_by`` are cycles that gave it back.
    """

    report: Report
    number: int | None = None
    returned_by: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleView:
    """
    A cycle that is neither closed nor cancelled, as last noted.

    ``is_clear`` says that it is the one of its kind that may be convened, or was (LC-2). ``is_withdrawn`` says that the
    body has taken its proposal back and waits for the cycle's word. ``series`` is the one that gave it.
    """

    number: int
    kind: CycleKind
    starts: datetime
    ends: datetime
    is_from_series: bool
    is_clear: bool
    state: CycleState = CycleState.PROPOSED
    is_withdrawn: bool = False
    series: str = added("")

    @property
    def is_next(self) -> bool:
        """Tell whether the cycle stands as proposed."""
        return self.state is CycleState.PROPOSED and not self.is_withdrawn

    @property
    def is_live(self) -> bool:
        """Tell whether the cycle is live (LC-1)."""
        return self.state in LIVE


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """
    One standing body.

    ``procedure`` is its own, which cycles take where their series brings none. ``backlog`` lists open actions of closed
    cycles, ``actions`` what is known of them. ``series`` are in the order of their time: of a kind every one but the
    last has its end. ``ended`` and ``skipped`` keep what is past, ``reports`` what no session has had yet. ``adopted``
    are later versions of its procedure, with the instants at which they take effect.
    """

    code: str
    names: Mapping[str, str]
    chair_entity: str
    procedure: Procedure
    membership: Membership
    report_to: str | None
    founded_at: datetime
    last_number: int = 0
    series: tuple[Series, ...] = ()
    cycles: tuple[CycleView, ...] = ()
    backlog: tuple[str, ...] = ()
    actions: tuple[ActionView, ...] = ()
    procedures: tuple[ProcedureView, ...] = ()
    ended: tuple[EndedSeries, ...] = added(())
    skipped: tuple[SkippedCycle, ...] = added(())
    paused: tuple[Pause, ...] = added(())
    reports: tuple[PlacedReport, ...] = added(())
    adopted: tuple[AdoptedProcedure, ...] = added(())

    @property
    def stream(self) -> str:
        """Return the name of the body's stream."""
        return f"body/{self.code}"

    @property
    def next_cycle(self) -> CycleView | None:
        """Return the next cycle to be convened: of those proposed the one that starts first."""
        proposed = (cycle for cycle in self.cycles if cycle.is_next)
        return min(proposed, key=lambda cycle: cycle.starts, default=None)

    @property
    def live_cycles(self) -> tuple[CycleView, ...]:
        """Return the live cycles, at most one of each kind."""
        return tuple(cycle for cycle in self.cycles if cycle.is_live)

    def governed_by(self, procedure: Procedure, at: datetime) -> Procedure:
        """Return the version of a procedure that governs what begins at an instant."""
        return governing(procedure, self.adopted, at)

    def report(self, report: str) -> PlacedReport | None:
        """Return a report that no session has had yet, by id."""
        return next((r for r in self.reports if r.report.id == report), None)

    def cycle_stream(self, number: int) -> str:
        """Return the name of a cycle's stream."""
        return f"cycle/{self.code}/{number}"

    def cycle(self, number: int) -> CycleView | None:
        """Return a cycle by number."""
        return next((c for c in self.cycles if c.number == number), None)

    def of_kind(self, kind: CycleKind) -> tuple[CycleView, ...]:
        """Return the cycles of a kind, in the order of their numbers."""
        return tuple(c for c in self.cycles if c.kind is kind)

    def all_series_of(self, kind: CycleKind) -> tuple[Series, ...]:
        """Return the series of a kind, in the order of their time."""
        return tuple(s for s in self.series if s.kind is kind)

    def series_of(self, kind: CycleKind) -> Series | None:
        """Return the series of a kind that goes on: the last one, which has no end."""
        return next((s for s in self.series if s.kind is kind and s.until is None), None)

    def pause_of(self, kind: CycleKind) -> Pause | None:
        """Return the pause of a kind's series, if it is paused."""
        return next((p for p in self.paused if p.kind is kind), None)

    def with_series(self, series: Series) -> Body:
        """Return the body with a series in place of any other of its kind."""
        return replace(self, series=(*(s for s in self.series if s.kind is not series.kind), series))

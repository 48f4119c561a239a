"""Standing bodies, as the API tells them: their cycles, their series, their matters of no cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.client.action import ActionLine
from services.client.cycle import CycleItem
from services.client.procedure import ProcedureView


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyItem:
    """A body in a list, with its live cycles and the next to be convened."""

    code: str
    names: Mapping[str, str]
    chair_entity: str
    procedure: str
    report_to: str | None
    live_cycles: tuple[CycleItem, ...]
    next_cycle: CycleItem | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """A session a series asks for, not yet proposed."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """A recurring series of cycles of one kind, its wall times in ``series_zone``, and the sessions it gives next."""

    kind: str
    rrule: str
    series_zone: str
    local_start: str
    session: str
    procedure: str
    occurrences: tuple[Occurrence, ...]
    id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    first_starts: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedSeries:
    """A series that has come to its end."""

    id: str
    kind: str
    rrule: str
    series_zone: str
    local_start: str
    session: str
    first_starts: datetime | None
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A regular session that is not held; ``because_of`` is the cycle that was postponed past it."""

    number: int | None
    kind: str
    series: str
    starts: datetime
    ends: datetime
    at: datetime
    reason: str | None
    because_of: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """The series of a kind rests."""

    kind: str
    since: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingReport:
    """A report of a working group that no session has had yet; ``number`` is the cycle on whose agenda it stands."""

    source: str
    title: str | None
    purpose: str
    number: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """A version of the body's procedure that was adopted; cycles convened from ``in_force`` on are under it."""

    procedure: str
    in_force: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Body(BodyItem):
    """A body as it stands; ``backlog`` are open actions of closed cycles."""

    zone: str
    tasks: Mapping[str, str]
    founded_at: datetime
    last_number: int
    series: tuple[Series, ...]
    ended_series: tuple[EndedSeries, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    paused: tuple[Pause, ...] = ()
    reports: tuple[WaitingReport, ...] = ()
    procedures: tuple[ProcedureView, ...]
    backlog: tuple[ActionLine, ...]
    adopted: tuple[Adopted, ...] = ()

"""How standing bodies are told."""

from __future__ import annotations

from pydantic import Field

from services.api.cycle.schemas import ActionLineRead, CycleItemRead, ProcedureViewRead, Reference
from services.api.showing import Answer, Duration, Instant, Read


class BodyItemRead(Read):
    """A body in a list."""

    code: str
    names: dict[str, str]
    chair_entity: str
    procedure: Reference
    report_to: str | None
    live_cycles: tuple[CycleItemRead, ...]
    next_cycle: CycleItemRead | None


class SeriesRead(Read):
    """A recurring series of cycles of one kind, and the sessions it gives next."""

    kind: str
    rrule: str
    series_zone: str = Field(validation_alias="zone", description="The zone of the rule's wall times.")
    local_start: str
    session: Duration
    procedure: Reference
    occurrences: tuple[OccurrenceRead, ...]


class OccurrenceRead(Read):
    """A session the series asks for, not yet proposed."""

    starts: Instant
    ends: Instant


class BodyRead(BodyItemRead, Answer):
    """A body as it stands."""

    tasks: dict[str, str]
    founded_at: Instant
    last_number: int
    series: tuple[SeriesRead, ...]
    procedures: tuple[ProcedureViewRead, ...] = Field(description="Procedures over matters of no cycle.")
    backlog: tuple[ActionLineRead, ...] = Field(description="Open actions of closed cycles.")


class LocalSessionRead(Read):
    """A session as the clocks of one entity show it."""

    zone: str
    starts: str = Field(examples=["2027-10-13T09:00:00+02:00"])
    ends: str


class SessionRead(Read):
    """A session that a series would give, in UTC and in the local time of every entity."""

    starts: Instant
    ends: Instant
    local: dict[str, LocalSessionRead]


class PreviewRead(Answer):
    """What a series would give; nothing is scheduled by looking."""

    procedure: Reference
    rrule: str
    series_zone: str
    local_start: str
    session: Duration
    sessions: tuple[SessionRead, ...]

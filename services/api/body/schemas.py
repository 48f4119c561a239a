"""How standing bodies are told."""

from __future__ import annotations

from pydantic import Field

from services.api.cycle.schemas import ActionLineRead, CycleItemRead, ProcedureViewRead, Reference
from services.api.showing import Answer, Duration, Instant, Read, Words


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
    id: str = Field(description="Empty for a series scheduled before series had an id.")
    since: Instant | None
    until: Instant | None = Field(description="From then on the next series of its kind holds.")
    first_starts: Instant | None
    skipped: tuple[Instant, ...]


class OccurrenceRead(Read):
    """A session the series asks for, not yet proposed."""

    starts: Instant
    ends: Instant


class EndedSeriesRead(Read):
    """A series that has come to its end."""

    id: str
    kind: str
    rrule: str
    series_zone: str = Field(validation_alias="zone", description="The zone of the rule's wall times.")
    local_start: str
    session: Duration
    first_starts: Instant | None
    until: Instant
    skipped: tuple[Instant, ...]


class SkippedRead(Read):
    """A regular session that is not held; `because_of` is the cycle that was postponed past it."""

    number: int | None
    kind: str
    starts: Instant
    ends: Instant
    at: Instant
    reason: Words
    because_of: int | None


class PauseRead(Read):
    """The series of a kind rests."""

    kind: str
    since: Instant
    reason: Words


class BodyRead(BodyItemRead, Answer):
    """A body as it stands."""

    tasks: dict[str, str]
    founded_at: Instant
    last_number: int
    series: tuple[SeriesRead, ...]
    ended_series: tuple[EndedSeriesRead, ...] = Field(validation_alias="ended")
    skipped: tuple[SkippedRead, ...]
    paused: tuple[PauseRead, ...]
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

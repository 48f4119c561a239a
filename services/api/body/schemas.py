"""How standing bodies are told."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.api.clash.schemas import SittingRead
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


class SkippedRead(Read):
    """A regular session that is not held; `because_of` is the cycle that was postponed past it."""

    number: int | None
    kind: str
    series: str = Field(description="The id of the series it is of; empty if of none, or of one without an id.")
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


class WaitingReportRead(Read):
    """A report of a working group that no session has had yet; `number` is the cycle on whose agenda it stands."""

    source: str
    title: Words
    purpose: str
    number: int | None


class AdoptedRead(Read):
    """A version of the body's procedure that was adopted; cycles convened from `in_force` on are under it."""

    procedure: Reference
    in_force: Instant


class BodyRead(BodyItemRead, Answer):
    """A body as it stands."""

    tasks: dict[str, str]
    adopted: tuple[AdoptedRead, ...]
    founded_at: Instant
    last_number: int
    series: tuple[SeriesRead, ...]
    ended_series: tuple[EndedSeriesRead, ...] = Field(validation_alias="ended")
    skipped: tuple[SkippedRead, ...]
    paused: tuple[PauseRead, ...]
    reports: tuple[WaitingReportRead, ...]
    procedures: tuple[ProcedureViewRead, ...] = Field(description="Procedures over matters of no cycle.")
    backlog: tuple[ActionLineRead, ...] = Field(description="Open actions of closed cycles.")


class SessionFreeDayRead(Read):
    """A session day that a delegation does not work, and why."""

    delegation: str
    on: date
    why: str = Field(examples=["weekend"])


class LocalSessionRead(Read):
    """A session as the clocks of one entity show it."""

    zone: str
    starts: str = Field(examples=["2027-10-13T09:00:00+02:00"])
    ends: str
    is_night: bool = Field(description="Whether any of its hours lie outside 07:00 to 22:00 there.")
    free_days: tuple[SessionFreeDayRead, ...] = Field(description="Session days that are weekends or holidays there.")


class StepAheadRead(Read):
    """What a debtor would owe, and until when."""

    label: str
    entity: str
    due_at: Instant
    reckoned_in: str = Field(validation_alias="zone", description="The zone in which the day ends.")
    due_there: str = Field(description="The same instant on the debtor's clocks.")
    reason: str
    is_short_notice: bool


class SeatTwiceRead(Read):
    """A person who sits for an entity in both bodies; `person` is `null` if its people are not yours to see."""

    entity: str
    role: str
    person: Words


class MeetingRead(Read):
    """A session of another body that shares days with this one, and who would be booked twice."""

    session: SittingRead
    days: tuple[date, ...]
    overlaps: bool
    persons: tuple[SeatTwiceRead, ...] = Field(description="As far as they are yours to see.")


class SessionRead(Read):
    """A session that a series would give: on every clock, with every deadline, and with what clashes."""

    starts: Instant
    ends: Instant
    local: dict[str, LocalSessionRead]
    steps: tuple[StepAheadRead, ...]
    cannot_reckon: str = Field(description="Why its deadlines cannot be reckoned; empty if they can.")
    meets: tuple[MeetingRead, ...]


class PreviewRead(Answer):
    """What a series would give; nothing is scheduled by looking."""

    procedure: Reference
    rrule: str
    series_zone: str
    local_start: str
    session: Duration
    is_paused: bool = Field(description="Whether the series rests, so that nothing of this is proposed for now.")
    sessions: tuple[SessionRead, ...]

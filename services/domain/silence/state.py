"""What a silence or written procedure is, and the questions its rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.calendar import CalendarTable
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import Content
from services.domain.procedure import Period, SilenceParameters, WrittenParameters
from services.domain.silence.commands import Answer, ProcedureKind


class ProcedureState(StrEnum):
    """States of domain.md 5.2; ``lapsed`` is a written procedure that ended without everybody's answer (z)."""

    OPENED = "opened"
    EXTENDED = "extended"
    ADOPTED = "adopted"
    BROKEN = "broken"
    SET_ASIDE = "set_aside"
    TO_MEETING = "to_meeting"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


RUNNING = frozenset({ProcedureState.OPENED, ProcedureState.EXTENDED})
STOPPED = frozenset({ProcedureState.BROKEN, ProcedureState.SET_ASIDE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """An objection by an entity; ``is_further`` when silence was broken already (k)."""

    entity: str
    at: datetime
    reason: Content | None
    is_further: bool
    lifted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A comment or late statement, kept beside the decision."""

    entity: str
    at: datetime
    text: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissociation:
    """An entity that does not block and is recorded as dissociated from a paragraph (q)."""

    entity: str
    at: datetime
    version: int
    paragraph: str
    statement: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeRequest:
    """A request for more time (m); ``answered`` is how the chair answered, ``None`` while it has not."""

    entity: str
    at: datetime
    by: timedelta
    answered: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerGiven:
    """An entity's answer in a written procedure."""

    answer: Answer
    at: datetime
    comment: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceProcedure:
    """
    One procedure over one text.

    ``expires_at`` is the expiry last announced. ``told`` maps entities to when they were told (h).
    ``deaf_since`` is where deaf time is counted from (o). ``version`` counts this stream's events.
    """

    id: str
    procedure_kind: ProcedureKind
    home: str
    body: str
    cycle: int | None
    chair_entity: str
    subject: Content
    text: str | None
    text_version: int
    content: Content
    period: Period
    parameters: SilenceParameters
    written: WrittenParameters
    day_ends: str
    membership: Membership
    calendar: CalendarTable
    state: ProcedureState
    electorate: tuple[str, ...]
    observers: tuple[str, ...]
    opened_at: datetime
    expires_at: datetime
    deaf_since: datetime
    round: int
    supersedes: str | None
    version: int = 1
    letter: int = 1
    told: Mapping[str, datetime] = field(default_factory=dict)
    served_by_hand: tuple[str, ...] = ()
    service_noted: bool = False
    objections: tuple[Objection, ...] = ()
    late_statements: tuple[Statement, ...] = ()
    comments: tuple[Statement, ...] = ()
    dissociations: tuple[Dissociation, ...] = ()
    request: TimeRequest | None = None
    more_time_given: bool = False
    extensions: int = 0
    moved_because: tuple[str, ...] = ()
    corrections: tuple[int, ...] = ()
    answers: Mapping[str, AnswerGiven] = field(default_factory=dict)
    waiver: Content | None = None
    policy_digest: str = ""
    broken_at: datetime | None = None
    broken_by: str | None = None
    adopted_at: datetime | None = None
    ended_at: datetime | None = None
    is_closed: bool = False

    @property
    def is_running(self) -> bool:
        """Tell whether the procedure is ``opened`` or ``extended``."""
        return self.state in RUNNING

    @property
    def addressees(self) -> tuple[str, ...]:
        """Return everybody the letters go to: the electorate and the observers fixed at the opening (c)."""
        return self.electorate + self.observers

    def is_elector(self, entity: str, at: datetime) -> bool:
        """Tell whether an entity is of the electorate at an instant: in it at the opening, and still a member (c)."""
        return entity in self.electorate and self.membership.status_at(entity, at) is ParticipationStatus.MEMBER

    def electors_at(self, at: datetime) -> tuple[str, ...]:
        """Return the electorate less those whose membership has ended by an instant."""
        return tuple(entity for entity in self.electorate if self.is_elector(entity, at))

    def left_at(self, entity: str) -> datetime | None:
        """Return when an elector's membership ends after the opening, as known; ``None`` if it stays."""
        known = self.membership.entity(entity)
        if known is None:
            return self.opened_at
        endings = (
            s.since for s in known.statuses if s.since > self.opened_at and s.status != ParticipationStatus.MEMBER
        )
        return min(endings, default=None)

    @property
    def untold(self) -> tuple[str, ...]:
        """Return the electors that have not been told and will not leave: they hold the clock (g)."""
        return tuple(e for e in self.electorate if e not in self.told and self.left_at(e) is None)

    @property
    def falls_due_at(self) -> datetime | None:
        """Return when the expiry counts; ``None`` while an untold member holds the clock (g)."""
        if self.untold:
            return None
        leavings = [left for e in self.electorate if e not in self.told and (left := self.left_at(e))]
        return max([self.expires_at, *leavings])

    def is_open_at(self, at: datetime) -> bool:
        """Tell whether an act at an instant is in time: running, before the expiry or with the clock held (a, g)."""
        if not self.is_running or at < self.opened_at:
            return False
        due = self.falls_due_at
        return due is None or at < due

    @property
    def standing(self) -> tuple[Objection, ...]:
        """Return the objections that have not been lifted."""
        return tuple(o for o in self.objections if o.lifted_at is None)

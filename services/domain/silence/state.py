"""What a silence or written procedure is, and the questions its rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.audience import Audience
from services.domain.calendar import CalendarTable
from services.domain.deadline import whole_second
from services.domain.field import added
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import Content, Interval
from services.domain.procedure import Period, SilenceParameters, WrittenParameters
from services.domain.procedure_note import CorrectedParagraph
from services.domain.register_change import WouldMove
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
#: who may say something at the table; a guest or a former member may not (j, R1-7)
AT_THE_TABLE = frozenset({ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER})
#: the letter by which an addressee is told (b, h)
LETTER = "silence_opened"


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """
    An objection by an entity; ``is_further`` when silence was broken already (k).

    ``refused_correction`` is the version of the corrigendum whose refusal it is (p).
    """

    entity: str
    at: datetime
    reason: Content | None
    is_further: bool
    lifted_at: datetime | None = None
    refused_correction: int | None = None


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

    ``expires_at`` is the expiry last announced. ``told`` maps entities to when they were told (h); those in
    ``told_by_post`` only by a letter that may still come back. ``deaf_since`` is where deaf time is counted from (o).
    ``held_until`` is when it became known that nobody untold holds the clock any more (c, g). ``earlier`` are the
    spans of earlier rounds in which objections counted. ``version`` counts this stream's events.
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
    told_by_post: tuple[str, ...] = ()
    held_until: datetime | None = None
    earlier: tuple[Interval, ...] = ()
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
    audience: Audience = Audience.ALL
    broken_at: datetime | None = None
    broken_by: str | None = None
    adopted_at: datetime | None = None
    set_aside_at: datetime | None = None
    ended_at: datetime | None = None
    is_closed: bool = False
    expiry_reason: str = added("")
    corrected: tuple[CorrectedParagraph, ...] = added(())
    superseded_by: str | None = added(None)
    would_move: tuple[WouldMove, ...] = added(())

    @property
    def is_running(self) -> bool:
        """Tell whether the procedure is ``opened`` or ``extended``."""
        return self.state in RUNNING

    @property
    def addressees(self) -> tuple[str, ...]:
        """Return everybody the letters go to: the electorate and the observers fixed at the opening (c)."""
        return self.electorate + self.observers

    def audience_at(self, at: datetime) -> tuple[str, ...]:
        """Return the addressees still at the table at an instant: who has left gets no more letters."""
        return tuple(e for e in self.addressees if self.membership.status_at(e, at) in AT_THE_TABLE)

    def is_elector(self, entity: str, at: datetime) -> bool:
        """Tell whether an entity is of the electorate at an instant: in it at the opening, and not left since (c)."""
        left = self.left_at(entity)
        return entity in self.electorate and (left is None or at < left)

    def electors_at(self, at: datetime) -> tuple[str, ...]:
        """Return the electorate less those whose membership has ended by an instant."""
        return tuple(entity for entity in self.electorate if self.is_elector(entity, at))

    def left_at(self, entity: str) -> datetime | None:
        """Return when an elector's membership ends, as known, though it may begin anew later; ``None`` if it stays."""
        known = self.membership.entity(entity)
        if known is None or known.status_at(self.opened_at) is not ParticipationStatus.MEMBER:
            return self.opened_at
        endings = (
            s.since for s in known.statuses if s.since > self.opened_at and s.status is not ParticipationStatus.MEMBER
        )
        return min(endings, default=None)

    @property
    def awaited(self) -> tuple[str, ...]:
        """Return the electorate not told, those included that are known to leave."""
        return tuple(e for e in self.electorate if e not in self.told)

    @property
    def untold(self) -> tuple[str, ...]:
        """Return the electors that have not been told and will not leave: they hold the clock (g)."""
        return tuple(e for e in self.awaited if self.left_at(e) is None)

    @property
    def prompt_until(self) -> datetime:
        """Return the instant from which a delivery is late (e, f)."""
        return whole_second(self.opened_at + self.parameters.delivery_tolerance)

    @property
    def service_from(self) -> datetime:
        """Return the instant from which another channel may be used (g)."""
        return whole_second(self.opened_at + self.parameters.service_after)

    @property
    def meeting_until(self) -> datetime:
        """Return the instant from which a request for a meeting is too late (i)."""
        return whole_second(self.opened_at + self.parameters.to_meeting_within)

    @property
    def falls_due_at(self) -> datetime | None:
        """Return when the expiry counts; ``None`` while an untold member holds the clock (g)."""
        if self.untold:
            return None
        leavings = [left for e in self.awaited if (left := self.left_at(e))]
        held = [self.held_until] if self.held_until else []
        return whole_second(max([self.expires_at, *leavings, *held]))

    def is_open_at(self, at: datetime) -> bool:
        """Tell whether an act at an instant is in time: running, before the expiry or with the clock held (a, g)."""
        if not self.is_running or at < self.opened_at:
            return False
        due = self.falls_due_at
        return due is None or at < due

    def has_begun_by(self, at: datetime) -> bool:
        """Tell whether an objection at an instant is to this text under silence: in this round or an earlier one."""
        return at >= self.opened_at or any(span.start <= at < span.end for span in self.earlier)

    @property
    def objections_until(self) -> datetime:
        """Return until when an objection counts once the procedure no longer runs (k, u, w)."""
        stopped_at = self.broken_at or self.adopted_at
        until = max(self.expires_at, stopped_at) if stopped_at else self.ended_at or self.expires_at
        return min(until, self.ended_at) if self.ended_at and self.state is ProcedureState.WITHDRAWN else until

    @property
    def standing(self) -> tuple[Objection, ...]:
        """Return the objections that have not been lifted."""
        return tuple(o for o in self.objections if o.lifted_at is None)

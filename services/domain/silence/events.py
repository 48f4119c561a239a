"""What happens in a silence or written procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.audience import Audience
from services.domain.calendar import CalendarTable
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Content, Event, OnBehalf
from services.domain.procedure import Period, SilenceParameters, WrittenParameters
from services.domain.silence.commands import Answer, ProcedureKind


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityAct(Event):
    """An act of ``entity``; ``on_behalf`` holds the paper when the coordinator recorded it (OB-1)."""

    entity: str
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureOpened(Event):
    """The opening letter: text, hash, electorate, expiry (b); ``waiver`` when it is shorter than (d) asks."""

    id: str
    procedure_kind: ProcedureKind
    home: str
    body: str
    cycle: int | None
    chair_entity: str
    subject: Content
    text: str | None
    version: int
    content: Content
    period: Period
    round: int
    supersedes: str | None
    electorate: tuple[str, ...]
    observers: tuple[str, ...]
    expires_at: datetime
    membership: Membership
    calendar: CalendarTable
    parameters: SilenceParameters
    written: WrittenParameters
    day_ends: str
    dissociated: tuple[tuple[str, str], ...]
    waiver: Content | None
    policy_digest: str = ""
    audience: Audience = Audience.ALL
    expiry_reason: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceReopened(Event):
    """The same text opened for another round (s)."""

    round: int
    period: Period
    electorate: tuple[str, ...]
    observers: tuple[str, ...]
    expires_at: datetime
    expiry_reason: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpiryMoved(Event):
    """
    The expiry was announced anew, for ``because``: late_delivery (f), outage (o), extension (n) or more_time (m).

    ``deaf`` is the deaf time made good and ``deaf_since`` where it is counted from hereafter.
    """

    because: str
    expires_at: datetime
    by: timedelta
    deaf: timedelta
    deaf_since: datetime
    expiry_reason: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceBroken(EntityAct):
    """The first objection, or the refusal of a corrigendum, broke silence (k, p)."""

    reason: Content | None
    refused_correction: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FurtherObjectionKept(EntityAct):
    """Another objection came before the expiry last announced (k)."""

    reason: Content | None
    refused_correction: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LateStatementKept(EntityAct):
    """An objection came after the adoption; it changes nothing (l)."""

    reason: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentFiled(EntityAct):
    """A comment, or an observer's objection filed as one (j)."""

    comment: Content | None
    was_objection: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionLifted(EntityAct):
    """An author lifted its objection (s)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeAsked(EntityAct):
    """A member asked for more time (m)."""

    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeDeclined(Event):
    """The chair declined the request for more time (m)."""

    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SentToMeeting(EntityAct):
    """The text goes to a meeting: a member asked (i), the chair decided, or the rounds are used up (u)."""

    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureWithdrawn(Event):
    """The chair withdrew the procedure (w)."""

    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class TextCorrected(Event):
    """A corrigendum: a new version sent to all, the clock unchanged (p)."""

    version: int
    paragraph: str
    content: Content
    whole: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class DissociationRecorded(EntityAct):
    """An entity is recorded as dissociated from a paragraph (q)."""

    version: int
    paragraph: str
    statement: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerRecorded(EntityAct):
    """An entity answered the written procedure (z)."""

    answer: Answer
    comment: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextAdoptedBySilence(Event):
    """Adopted at the expiry, unbroken, every member told, no deaf time (r); ``silent`` names who kept silence."""

    version: int
    content: Content
    silent: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextAdoptedInWriting(Event):
    """Every member of the electorate agreed (z)."""

    version: int
    content: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureLapsed(Event):
    """A written procedure ended with answers missing, and a missing answer is not consent (z)."""

    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptionSetAside(EntityAct):
    """
    An objection received before the expiry was recorded after the adoption (v); both facts are kept.

    ``at`` is when it was received, ``recorded_at`` when it was recorded, and so when the adoption was set aside.
    """

    reason: Content | None
    recorded_at: datetime
    refused_correction: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedByHand(EntityAct):
    """An entity was served by another channel, with evidence (g)."""

    evidence: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRead(EntityAct):
    """An addressed person read the letter through the API, or answered it (h)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceOverdue(Event):
    """Members are still untold and the chair may now serve them by another channel (g)."""

    entities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureClosed(Event):
    """The home has closed; the stream ends here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureSuperseded(Event):
    """A redraft of the text is before the members in procedure ``by`` (t)."""

    by: str

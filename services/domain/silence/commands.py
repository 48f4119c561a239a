"""What can be asked of a silence or written procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.domain.audience import Audience
from services.domain.calendar import CalendarTable
from services.domain.membership import Membership
from services.domain.message import Command, Content
from services.domain.procedure import Period, SilenceParameters, WrittenParameters


class ProcedureKind(StrEnum):
    """Silence adopts by nobody objecting; a written procedure by everybody agreeing (domain.md 5.2)."""

    SILENCE = "silence"
    WRITTEN = "written"


class Answer(StrEnum):
    """An explicit answer in a written procedure (domain.md 5.2)."""

    AGREE = "agree"
    AGREE_WITH_COMMENT = "agree_with_comment"
    OBJECT = "object"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenProcedure(Command):
    """
    Open a procedure over one version of one text; given by the cycle or body it belongs to, its home.

    ``period`` ``None`` means the procedure's own. ``supersedes`` names the broken procedure a redraft follows.
    ``waiver`` is the chair's reason for a period shorter than (d) asks; ``policy_digest`` names the pinned procedure.
    A text for members alone goes to no observer, whatever (c) says of addressees (PS-33).
    """

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
    period: Period | None
    round: int
    supersedes: str | None
    membership: Membership
    calendar: CalendarTable
    parameters: SilenceParameters
    written: WrittenParameters
    day_ends: str
    dissociated: tuple[tuple[str, str], ...] = ()
    waiver: Content | None = None
    policy_digest: str = ""
    audience: Audience = Audience.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Object(Command):
    """Object to the text; an amendment is an objection (j), and in a written procedure an objection an answer (z)."""

    reason: Content | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LiftObjection(Command):
    """Lift one's own objection (s)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment(Command):
    """Say something that neither breaks nor holds anything."""

    comment: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class AskForTime(Command):
    """Ask for more time (m)."""

    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclineTime(Command):
    """Decline the request for more time (m)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtendSilence(Command):
    """Move the expiry later; answers a request for more time if there is one (m, n)."""

    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class AskToMeeting(Command):
    """Ask, as a member and early enough, that the text go to a meeting (i)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SendToMeeting(Command):
    """Send a broken or set-aside text to a meeting, as the chair (u)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawSilence(Command):
    """Withdraw the procedure (w)."""

    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ReopenSilence(Command):
    """Reopen the same text once all objections are lifted (s)."""

    period: Period


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectEditorially(Command):
    """Send a corrigendum: a new version, the clock unchanged (p)."""

    paragraph: str
    content: Content
    whole: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class RefuseCorrection(Command):
    """Refuse a corrigendum, which breaks silence (p)."""

    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissociate(Command):
    """Dissociate from a paragraph without blocking (q)."""

    version: int
    paragraph: str
    statement: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveAnswer(Command):
    """Answer a written procedure (z)."""

    answer: Answer
    comment: Content | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServeByHand(Command):
    """Record that an untold entity was served by another channel, with evidence (g)."""

    entity: str
    evidence: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledge(Command):
    """An addressed person has read the letter through the API (h)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SupersedeProcedure(Command):
    """The home has begun procedure ``by`` over a redraft: the text as it stood here is not before the members again."""

    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseProcedure(Command):
    """The home has closed; nothing more is appended (architecture.md 5)."""

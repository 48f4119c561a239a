"""What a cycle keeps of who was asked, who answered, who came and what was put on the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.audience import Audience
from services.domain.field import added
from services.domain.message import Content
from services.domain.procedure import Rounding


class CycleKind(StrEnum):
    """Both kinds share one number sequence of their body; one of each may be live at a time (domain.md LC-2, LC-3)."""

    ORDINARY = "ordinary"
    EXTRAORDINARY = "extraordinary"


class MeetingMode(StrEnum):
    """How the session is held."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    HYBRID = "hybrid"


class InvitationAnswer(StrEnum):
    """An entity's answer to the convening notice; accepting is not attending (domain.md 5.1)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class Presence(StrEnum):
    """How an entity took part in the session (domain.md R1-3), best first."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    ABSENT_WITH_WRITTEN_CONTRIBUTION = "absent_with_written_contribution"
    ABSENT = "absent"
    DECLINED = "declined"


class Purpose(StrEnum):
    """What an agenda item is for."""

    INFORMATION = "information"
    DISCUSSION = "discussion"
    DECISION = "decision"


class ContributionKind(StrEnum):
    """A written contribution, or a statement made on an item."""

    WRITTEN_CONTRIBUTION = "written_contribution"
    STATEMENT = "statement"


@dataclass(frozen=True, kw_only=True, slots=True)
class Convening:
    """The convening notice; ``waiver`` is the reason for short notice, where notice was short."""

    at: datetime
    mode: MeetingMode
    place: Content | None
    invited: tuple[str, ...]
    guests: tuple[str, ...]
    waiver: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An entity's answer; ``entry`` is the version of the event it stands by."""

    answer: InvitationAnswer
    at: datetime
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """A person an entity sends, in which role and for which of its delegations; the name is vault content."""

    person: Content
    role: str
    delegation: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Annotation:
    """What the annotated agenda adds to an item; what is left out stays as it was. ``minutes`` is the time given."""

    item: str
    purpose: Purpose | None = None
    audience: Audience | None = None
    minutes: int | None = None
    lead: str | None = None
    outcome: Content | None = None
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """
    An agenda item; ``lead`` is the entity that introduces it.

    ``report`` is the id of the report it stands for, ``source`` the cycle that reported, as ``wg-sc/3``; else both are
    empty.
    """

    id: str
    title: Content
    purpose: Purpose
    audience: Audience
    entity: str
    minutes: int | None = None
    lead: str | None = None
    outcome: Content | None = None
    papers: tuple[str, ...] = ()
    report: str = added("")
    source: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """What the meeting reported to body ``to``."""

    report: str
    to: str
    title: Content
    purpose: Purpose
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A meeting paper, of an item or of the meeting."""

    id: str
    item: str | None
    title: Content
    content: Content
    audience: Audience
    entity: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """What an entity contributed, on an item or in general."""

    id: str
    entity: str
    delegation: str | None
    item: str | None
    kind: ContributionKind
    content: Content
    audience: Audience
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PresenceMark:
    """A recorded presence of an entity, or of one of its several delegations; ``entry`` as in ``Response``."""

    entity: str
    delegation: str | None
    presence: Presence
    entry: int


class EntryKind(StrEnum):
    """The facts that can be corrected or contested later."""

    RESPONSE = "response"
    PRESENCE = "presence"
    CREDENTIALS = "credentials"
    CONTRIBUTION = "contribution"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A recorded fact by its version in the stream, and what became of it (domain.md OB-1, OB-3)."""

    version: int
    kind: EntryKind
    entity: str
    delegation: str | None = None
    is_on_behalf: bool = False
    corrected_by: int | None = None
    contested_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StepSlip:
    """A change of a step's deadline for one debtor: one line of the slip history."""

    at: datetime
    label: str
    entity: str
    from_due_at: datetime
    to_due_at: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDue:
    """
    A step of the procedure for one debtor, reckoned once.

    ``is_short_notice`` when its instant had passed as the cycle was proposed or postponed, ``waiver`` then the reason
    for which it was postponed nevertheless; ``has_fallen`` once it has fired.
    """

    label: str
    entity: str
    due_at: datetime
    kind: str
    zone: str
    rounding: Rounding
    reason: str
    is_short_notice: bool
    has_fallen: bool
    met_at: datetime | None = None
    waiver: Content | None = added(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """
    Dates and plan of a session as they were until ``replaced_at``, with the answers given to them.

    All instants are UTC; ``reason`` is why they were replaced (domain.md PO-1, PO-3).
    """

    starts: datetime
    ends: datetime
    steps: tuple[StepDue, ...]
    responses: Mapping[str, Response]
    replaced_at: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingAction:
    """
    How an action of another body stands when this one is to adopt it too.

    ``bodies`` have adopted it; ``reconciler`` is the body that all of them and this one report to, or one of them.
    """

    owner: str
    is_finished: bool
    bodies: tuple[str, ...]
    reconciler: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSession:
    """The session of a live cycle of the body, by its number: [``starts``, ``ends``), UTC."""

    number: int
    starts: datetime
    ends: datetime

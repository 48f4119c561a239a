"""Silence and written procedures, as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.client.text import Dissociation


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureItem:
    """A procedure in a list; ``text`` is the text of a cycle it is over, ``None`` for a matter of no cycle."""

    id: str
    body: str
    cycle: int | None
    kind: str
    state: str
    subject: str | None
    text: str | None
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureView:
    """A procedure as its cycle or body last heard of it."""

    procedure: str
    procedure_kind: str
    text: str | None
    version: int
    state: str
    round: int
    begun_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """Whether and when an addressee was told; while one of the electorate is not, nothing expires."""

    entity: str
    is_elector: bool
    told_at: datetime | None
    is_served_by_hand: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """An objection; the reason is for those the letter went to."""

    entity: str
    at: datetime
    reason: str | None
    is_further: bool
    lifted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A comment or late statement, kept beside the decision."""

    entity: str
    at: datetime
    text: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeRequest:
    """A request for more time (an ISO 8601 duration); ``answered`` is ``None`` while the chair has not answered."""

    entity: str
    at: datetime
    by: str
    answered: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerGiven:
    """An answer in a written procedure."""

    entity: str
    answer: str
    at: datetime
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Awaited:
    """Who is waited for, for what, since when, until when."""

    what: str
    entity: str
    role: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure(ProcedureItem):
    """A procedure as it stands; ``wording`` is the whole text before the members, ``digest`` its SHA-256."""

    zone: str
    home: str
    chair_entity: str
    round: int
    supersedes: str | None
    version: int
    wording: str | None
    digest: str | None
    waiver: str | None
    electorate: tuple[str, ...]
    told: tuple[Telling, ...]
    waiting_for: tuple[Awaited, ...]
    objections: tuple[Objection, ...]
    late_statements: tuple[Statement, ...]
    comments: tuple[Statement, ...]
    dissociations: tuple[Dissociation, ...]
    answers: tuple[AnswerGiven, ...]
    time_request: TimeRequest | None
    extensions: int
    moved_because: tuple[str, ...]
    corrections: tuple[int, ...]
    broken_at: datetime | None
    broken_by: str | None
    adopted_at: datetime | None
    ended_at: datetime | None

"""How silence and written procedures are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Answer, Duration, Instant, Read, Words
from services.api.text.schemas import DissociationRead, Hash


class ProcedureItemRead(Read):
    """A procedure in a list."""

    id: str
    body: str
    cycle: int | None
    kind: str = Field(examples=["silence"])
    state: str = Field(examples=["opened"])
    subject: Words
    text: str | None = Field(description="The text of a cycle it is over; `null` for a matter of no cycle.")
    opened_at: Instant
    expires_at: Instant


class TellingRead(Read):
    """Whether and when an addressee was told; while one of the electorate is not, nothing expires."""

    entity: str
    is_elector: bool
    told_at: Instant | None
    is_served_by_hand: bool


class ObjectionRead(Read):
    """An objection; the reason is for those the letter went to."""

    entity: str
    at: Instant
    reason: Words
    is_further: bool
    lifted_at: Instant | None


class StatementRead(Read):
    """A comment or late statement, kept beside the decision."""

    entity: str
    at: Instant
    text: Words


class TimeRequestRead(Read):
    """A request for more time; `answered` is `null` while the chair has not answered."""

    entity: str
    at: Instant
    by: Duration
    answered: str | None


class AnswerGivenRead(Read):
    """An answer in a written procedure."""

    entity: str
    answer: str
    at: Instant
    comment: Words


class AwaitedRead(Read):
    """Who is waited for, for what, since when, until when."""

    what: str
    entity: str
    role: str
    since: Instant
    until: Instant | None


class ProcedureRead(ProcedureItemRead, Answer):
    """A procedure as it stands."""

    home: str
    chair_entity: str
    round: int
    supersedes: str | None
    version: int = Field(description="The version of the text before the members.")
    wording: Words = Field(description="The whole text before the members.")
    digest: Hash
    waiver: Words
    electorate: tuple[str, ...]
    told: tuple[TellingRead, ...]
    waiting_for: tuple[AwaitedRead, ...]
    objections: tuple[ObjectionRead, ...]
    late_statements: tuple[StatementRead, ...]
    comments: tuple[StatementRead, ...]
    dissociations: tuple[DissociationRead, ...]
    answers: tuple[AnswerGivenRead, ...]
    time_request: TimeRequestRead | None
    extensions: int
    moved_because: tuple[str, ...] = Field(description="Why the expiry was announced anew, each time.")
    corrections: tuple[int, ...]
    broken_at: Instant | None
    broken_by: str | None
    adopted_at: Instant | None
    ended_at: Instant | None

"""How clashes are told; a clash refuses nothing."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.api.showing import Answer, Instant, Read


class SittingRead(Read):
    """A session: of a cycle, or (without `number`) one that a series will ask for."""

    body: str
    number: int | None
    starts: Instant | None = Field(description="`null` if the cycle is not yours to see.")
    ends: Instant | None


class SessionClashRead(Read):
    """Two sessions that share days, of different bodies, kinds, or overlapping; the days are the convenor's."""

    sessions: tuple[SittingRead, SittingRead]
    days: tuple[date, ...]
    overlaps: bool = Field(description="Whether both sit at one instant.")


class PersonClashRead(Read):
    """A person whom an entity sends to two sessions that share days; the days are the entity's."""

    person: str
    entity: str
    sessions: tuple[SittingRead, SittingRead]
    days: tuple[date, ...]
    overlaps: bool


class ClashesRead(Answer):
    """The clashes of a span of time, as far as they are yours to see."""

    since: Instant
    until: Instant
    persons: tuple[PersonClashRead, ...]
    sessions: tuple[SessionClashRead, ...]

"""How deadlines are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Instant, Read
from services.api.wait.schemas import CallRead


class DeadlineRead(Read):
    """A stored instant that an entity has to meet, with the zone its day ends in; `met_at` is when it was met."""

    label: str = Field(examples=["contributions"])
    entity: str
    body: str = Field(description="Empty for the register.")
    stream: str = Field(examples=["cycle/dialogue/9"])
    due_at: Instant
    kind: str
    reckoned_in: str
    reason: str = Field(description="Why it lies there: days passed over, and where they are free.")
    met_at: Instant | None
    met_by: tuple[CallRead, ...] = Field(description="Calls that meet it; those of a silence are possible until then.")
    would_be_at: Instant | None = Field(description="Where the calendars as known now would put it, if elsewhere.")
    would_be_reason: str

"""Deadlines, as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.client.wait import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A stored instant that an entity has to meet, with the zone its day ends in; ``met_at`` is when it was met."""

    label: str
    entity: str
    body: str
    stream: str
    due_at: datetime
    kind: str
    reckoned_in: str
    reason: str
    met_at: datetime | None
    met_by: tuple[Call, ...]
    would_be_at: datetime | None = None
    would_be_reason: str = ""

"""What list queries give: frozen rows, with texts as references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.message import Content


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleRow:
    """A cycle in a list; ``guests`` are those its convening notice named."""

    stream: str
    body: str
    number: int
    kind: str
    state: str
    starts: datetime
    ends: datetime
    guests: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRow:
    """Where a text lives, and the last procedure over it."""

    id: str
    stream: str
    state: str
    version: int
    procedure: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextHead:
    """Whose a text is, for whom, and what it is called."""

    id: str
    stream: str
    body: str
    owner: str
    audience: str
    title: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureRow:
    """A silence or written procedure in a list."""

    id: str
    home: str
    body: str
    cycle: int | None
    kind: str
    state: str
    text: str | None
    opened_at: datetime
    expires_at: datetime
    subject: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionRow:
    """An action item in a list: a row of the follow-up matrix."""

    id: str
    body: str
    cycle: int
    home: str
    owner: str
    supporting: tuple[str, ...]
    chair_entity: str
    convenor: str
    title: Content
    text: str | None
    paragraph: str | None
    state: str
    due_at: datetime
    is_overdue: bool
    needs_new_owner: bool
    is_open: bool
    joint_bodies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineRow:
    """A deadline of an entity; ``reckoned_in`` is the zone its day ends in."""

    stream: str
    body: str
    label: str
    entity: str
    ordinal: int
    due_at: datetime
    kind: str
    reckoned_in: str
    reason: str
    met_at: datetime | None
    would_be_at: datetime | None
    would_be_reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitRow:
    """An open wait: who is waited for, for what, since when and until when."""

    stream: str
    body: str
    what: str
    entity: str
    ordinal: int
    role: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeRow:
    """A notice to an entity, and what became of it."""

    stream: str
    body: str
    cause: int
    notice: str
    entity: str
    role: str
    state: str
    channel: str | None
    reason: str | None
    queued_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandRow:
    """A command somebody sent; ``position`` is the highest of its events, once they have one."""

    command_id: str
    stream: str
    kind: str
    person: str
    status: str
    received_at: datetime
    decided_at: datetime | None
    outcome: Mapping[str, Any] | None
    body_digest: str
    position: int | None

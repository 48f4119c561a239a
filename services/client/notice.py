"""Notices, as the API tells them: queued, delivered and failed, each a type of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notice to the holder of a role of an entity; as such it is queued and on its way."""

    notice: str
    entity: str
    role: str
    body: str
    stream: str
    queued_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredNotice(Notice):
    """A notice that reached its addressee."""

    channel: str | None
    told_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedNotice(Notice):
    """A notice that did not reach its addressee yet; it is tried again, alone."""

    channel: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Notices:
    """A page of notices, the latest first, by what became of them."""

    zone: str
    queued: tuple[Notice, ...]
    delivered: tuple[DeliveredNotice, ...]
    failed: tuple[FailedNotice, ...]
    next: str | None

"""What a feed shows: series, sessions and deadlines as plain values, whoever may see them decided before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How far a session can be counted on, as RFC 5545 says it."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedSession:
    """
    One session, [starts, ends) in UTC, shown in ``zone``.

    ``scheduled_at`` is when its series first planned it to start; ``stamped_at`` when it last changed. ``sequence``
    counts the changes that matter to who attends, and never falls.
    """

    uid: str
    summary: str
    starts: datetime
    ends: datetime
    zone: str
    standing: Standing
    stamped_at: datetime
    scheduled_at: datetime | None = None
    sequence: int = 0
    description: str = ""
    place: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedSeries:
    """
    A series: its rule in the wall time of a zone, and all of its sessions that are shown.

    ``expected`` are the spans nobody proposed yet, ``sessions`` the cycles, each with its ``scheduled_at``. What the
    rule gives beside these is not held.
    """

    uid: str
    summary: str
    rrule: str
    zone: str
    local_start: str
    stamped_at: datetime
    description: str = ""
    expected: tuple[tuple[datetime, datetime], ...] = ()
    sessions: tuple[FeedSession, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedDeadline:
    """A stored instant (UTC) by which something is due, shown in the zone it was reckoned in."""

    uid: str
    summary: str
    due_at: datetime
    zone: str
    stamped_at: datetime
    description: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """Everything one feed shows; ``sessions`` are those of no series."""

    name: str
    series: tuple[FeedSeries, ...] = ()
    sessions: tuple[FeedSession, ...] = ()
    deadlines: tuple[FeedDeadline, ...] = ()

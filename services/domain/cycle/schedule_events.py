"""What happens to the dates of a meeting cycle: postponed, held at a distance, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.cycle.records import MeetingMode, StepDue
from services.domain.message import Content, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CyclePostponed(Event):
    """
    The session has other dates (UTC); ``steps`` is the whole plan from now on, those met as they were met.

    ``waiver`` is the reason for which steps whose new date is past are let go (domain.md PO-2).
    """

    starts: datetime
    ends: datetime
    was_starts: datetime
    was_ends: datetime
    reason: Content
    steps: tuple[StepDue, ...]
    waiver: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleConverted(Event):
    """The session is held at a distance; ``place`` is where to connect, nothing if that is told later."""

    reason: Content
    place: Content | None
    was_mode: MeetingMode


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleCancelled(Event):
    """The session will not be held; the cycle's number is never used again (LC-3)."""

    reason: Content


SCHEDULE_EVENTS: tuple[type[Event], ...] = (CyclePostponed, CycleConverted, CycleCancelled)

"""What a meeting cycle tells the standing body it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.field import added
from services.domain.message import Command, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteCycle(Command):
    """
    A cycle tells its body how it stands: when convened, postponed, converted, adopted, cancelled and closed.

    ``starts`` and ``ends`` (UTC) are said when its session has other dates,
    ``reports`` are those that stood on its agenda, said when it is over.
    """

    number: int
    state: str
    open_actions: tuple[str, ...] = ()
    starts: datetime | None = added(None)
    ends: datetime | None = added(None)
    reports: tuple[str, ...] = added(())


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleNoted(Event):
    """The body knows how the cycle stands; the cycle's own stream is the authority."""

    number: int
    state: str
    open_actions: tuple[str, ...] = ()
    starts: datetime | None = added(None)
    ends: datetime | None = added(None)
    reports: tuple[str, ...] = added(())

"""What a command would do if it were sent now, and the letters that would go, as the API tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.client.result import HappenedEvent, Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """One addressee of a mailing, and the letter as it would be read there; ``held_by`` is ``None`` if nobody is."""

    entity: str
    role: str
    held_by: str | None
    persons: tuple[str, ...] | None
    reader_zone: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RungHold:
    """What holds a rung: it goes at ``until`` instead of its own instant."""

    until: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """A letter that would go at an instant, to each of its addressees; ``because`` is what falls due by itself."""

    notice: str
    at: datetime
    stream: str
    because: str | None
    hold: RungHold | None
    to: tuple[Reader, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailings:
    """What will go by itself if nobody acts, the first first; ``is_more`` says that there would be more after these."""

    zone: str
    items: tuple[Mailing, ...]
    is_more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandPreview:
    """
    What a command would do; nothing has been done.

    ``result`` is ``decided``, ``refused``, or ``done`` for one that was sent before under its key. ``letters`` would go
    at once, ``coming`` by themselves afterwards if nobody acts; unless ``is_whole`` there is more than is told.
    """

    zone: str
    kind: str
    stream: str
    result: str
    at: datetime
    events: tuple[HappenedEvent, ...]
    refusal: Refusal | None
    letters: tuple[Mailing, ...]
    coming: tuple[Mailing, ...]
    is_whole: bool

"""Why a standing body says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.cycle.records import CycleKind
from services.domain.message import Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyFounded(Refusal):
    """Body {code} was founded already."""

    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoOccurrence(Refusal):
    """The rule {rrule} gives no session later than {after}; check its end, or the dates it names."""

    rrule: str
    after: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoSeries(Refusal):
    """{code} has no series of {kind} cycles."""

    code: str
    kind: CycleKind


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyConvened(Refusal):
    """Cycle {number} of {code} was convened and is {state}; postpone it or cancel it instead."""

    code: str
    number: int
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyPaused(Refusal):
    """The series of {kind} cycles of {code} has been paused since {since}; resume it when it should go on."""

    code: str
    kind: CycleKind
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NotPaused(Refusal):
    """The series of {kind} cycles of {code} is not paused."""

    code: str
    kind: CycleKind

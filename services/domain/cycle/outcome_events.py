"""What becomes of a meeting's outcome beyond the meeting: reports to the body above it."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.cycle.report import ItemReturned, ItemTaken, Report
from services.domain.message import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeReported(Event):
    """An outcome of the session was reported to body ``to``."""

    to: str
    report: Report


OUTCOME_EVENTS: tuple[type[Event], ...] = (OutcomeReported, ItemTaken, ItemReturned)

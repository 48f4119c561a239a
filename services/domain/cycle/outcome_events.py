"""What becomes of a meeting's outcome beyond the meeting: reports to the body above it, joint actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.cycle.report import ItemReturned, ItemTaken, Report
from services.domain.message import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeReported(Event):
    """An outcome of the session was reported to body ``to``."""

    to: str
    report: Report


@dataclass(frozen=True, kw_only=True, slots=True)
class JointActionAdopted(Event):
    """This body adopted an action of another body too, due at ``due_at``; that action's stream says what it means."""

    action: str
    owner: str
    due_at: datetime
    text: str | None
    paragraph: str | None
    reconciler: str


OUTCOME_EVENTS: tuple[type[Event], ...] = (OutcomeReported, ItemTaken, ItemReturned, JointActionAdopted)

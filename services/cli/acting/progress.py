"""How far a scenario has come: what became of each step, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.client.preview import CommandPreview
from services.rehearsal.scenario import Step


class StepState(StrEnum):
    """What became of a step."""

    DONE = "done"
    DONE_BEFORE = "done_before"
    NEXT = "next"
    LATER = "later"
    NOT_OURS = "not_ours"
    REHEARSAL_ONLY = "rehearsal_only"
    WOULD_BE_SENT = "would_be_sent"
    REFUSED = "refused"
    BLOCKED = "blocked"


#: Where a run ends: nothing after such a step is done.
ENDING = frozenset({StepState.NEXT, StepState.REFUSED, StepState.BLOCKED})


@dataclass(kw_only=True, slots=True)
class StepProgress:
    """
    One step: its number from 1, when it is to be done (UTC; ``None``: not known yet), and what became of it.

    ``made`` is the id of what it made, ``why`` says what keeps it, ``path`` and ``sent`` what is or would be sent.
    """

    number: int
    step: Step
    state: StepState = StepState.LATER
    at: datetime | None = None
    done_at: datetime | None = None
    command_id: str | None = None
    made: str | None = None
    why: str = ""
    path: str = ""
    sent: dict[str, Any] = field(default_factory=dict)
    preview: CommandPreview | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """All steps of a scenario, in order."""

    steps: Sequence[StepProgress]

    @property
    def last(self) -> StepProgress | None:
        """Return the step at which a run ended: the next one, or one that could not be done."""
        return next((each for each in self.steps if each.state in ENDING), None)

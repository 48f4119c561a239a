"""What a body waits for; it has no instant of its own and never ends."""

from __future__ import annotations

from services.domain.body.state import Body
from services.domain.cycle.records import CycleKind
from services.domain.message import Deadline, Due, Wait


def due(_body: Body) -> Due | None:
    """Return nothing: a body keeps its cycles by what they tell it, never by the clock."""
    return None


def waits(body: Body) -> tuple[Wait, ...]:
    """Return the open waits, named by the command that ends them: a series to schedule, to resume, to extend."""
    running_out = tuple(
        Wait(what="extend_occurrences", entity="engine", role="engine", since=series.known_at)
        for series in body.series
        if series.is_running_out
    )
    convenor = body.membership.convenor
    paused = tuple(
        Wait(what="resume_series", entity=convenor, role="coordinator", since=pause.since) for pause in body.paused
    )
    if body.series_of(CycleKind.ORDINARY):
        return (*running_out, *paused)
    return (
        *running_out,
        *paused,
        Wait(what="schedule_series", entity=convenor, role="coordinator", since=body.founded_at),
    )


def deadlines(_body: Body) -> tuple[Deadline, ...]:
    """Return nothing: deadlines are the cycles' own."""
    return ()


def is_closed(_body: Body) -> bool:
    """Tell that the stream goes on: a standing body ends only by a decision of the Dialogue (domain.md 5.3)."""
    return False

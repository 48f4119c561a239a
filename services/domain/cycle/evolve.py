"""Folds the events of a cycle into its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.cycle.events import CycleProposed
from services.domain.cycle.evolve_course import COURSE
from services.domain.cycle.evolve_meeting import MEETING
from services.domain.cycle.evolve_outcome import OUTCOME
from services.domain.cycle.evolve_texts import TEXTS
from services.domain.cycle.state import Cycle, CycleState
from services.domain.message import Event

FOLDS: Mapping[type[Event], Callable[[Cycle, Any], Cycle]] = {**COURSE, **MEETING, **TEXTS, **OUTCOME}


def evolve(cycle: Cycle | None, event: Event) -> Cycle | None:
    """Return the state after an event; the stream begins with ``CycleProposed``."""
    if isinstance(event, CycleProposed):
        return _proposed(event)
    return None if cycle is None else _evolve(cycle, event)


def evolve_all(cycle: Cycle, events: Iterable[Event]) -> Cycle:
    """Return the state after several events of a cycle that exists."""
    for event in events:
        cycle = _evolve(cycle, event)
    return cycle


def _evolve(cycle: Cycle, event: Event) -> Cycle:
    fold = FOLDS.get(type(event))
    after = fold(cycle, event) if fold else cycle
    return replace(after, version=cycle.version + 1)


def _proposed(event: CycleProposed) -> Cycle:
    return Cycle(
        version=1,
        body=event.body,
        number=event.number,
        kind=event.cycle_kind,
        state=CycleState.PROPOSED,
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        chair_entity=event.chair_entity,
        procedure=event.procedure,
        calendar=event.calendar,
        membership=event.membership,
        proposed_at=event.at,
        is_clear=event.clear,
        steps=event.steps,
        backlog=event.backlog,
        adopted=event.adopted,
    )

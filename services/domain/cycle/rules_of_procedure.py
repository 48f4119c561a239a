"""Which version of its procedure governs a cycle: the one in force when it is convened (domain.md 5.1)."""

from __future__ import annotations

from dataclasses import replace

from services.domain.cycle.admission import wrong_state
from services.domain.cycle.events import ProcedureGoverned
from services.domain.cycle.postponement import new_plan
from services.domain.cycle.state import Cycle, CycleState
from services.domain.message import Context, Event, Refusal, refuse
from services.domain.procedure_change import ProcedureTaken, TakeProcedure, governing, take


def take_procedure(cycle: Cycle, command: TakeProcedure, context: Context) -> tuple[Event, ...]:
    """Take over a version that may govern the cycle, as long as nobody has convened it."""
    if refusal := wrong_state(cycle, CycleState.PROPOSED):
        return refuse(command, refusal, context)
    return take(command, context)


def governed(cycle: Cycle, context: Context) -> ProcedureGoverned | Refusal | None:
    """Return that another version governs the cycle from its convening on, with the steps still open reckoned anew."""
    procedure = governing(cycle.procedure, cycle.adopted, context.at)
    if procedure is cycle.procedure:
        return None
    steps = new_plan(replace(cycle, procedure=procedure), cycle.starts, cycle.ends, context)
    if isinstance(steps, Refusal):
        return steps
    return ProcedureGoverned(at=context.at, actor=context.actor, procedure=procedure, steps=steps)


def taken(cycle: Cycle, event: ProcedureTaken) -> Cycle:
    """Return the cycle that knows of a version."""
    return replace(cycle, adopted=(*cycle.adopted, event.adopted))


def under(cycle: Cycle, event: ProcedureGoverned) -> Cycle:
    """Return the cycle under the version that governs it."""
    return replace(cycle, procedure=event.procedure, steps=event.steps, would_move=())

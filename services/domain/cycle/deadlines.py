"""What may move the stored deadlines of a cycle: never a calendar by itself, only a command with notice (DD-7)."""

from __future__ import annotations

from dataclasses import replace

from services.domain.calendar import CalendarTable
from services.domain.cycle.admission import wrong_state
from services.domain.cycle.commands import ChangeDue
from services.domain.cycle.events import StepDueChanged
from services.domain.cycle.records import StepDue, StepSlip
from services.domain.cycle.state import UNDER_WAY, Cycle, CycleState
from services.domain.cycle.steps import ABSOLUTE, as_proposed, is_to_come, plan_steps
from services.domain.deadline import whole_second
from services.domain.message import BadArgument, Context, Effect, Event, NotFound, Refusal, Tell, plain, refuse
from services.domain.register_change import CalendarRenewed, RenewCalendar, WouldMove, renewal


def renew_calendar(cycle: Cycle, command: RenewCalendar, context: Context) -> tuple[Event, ...]:
    """Reckon with another calendar from now on, and list the stored deadlines it would move."""
    table = cycle.calendar.with_calendar(command.delegation, command.calendar)
    return renewal(command, context, would_move=_would_move(cycle, table, context))


def change_due(cycle: Cycle, command: ChangeDue, context: Context) -> tuple[Event, ...]:
    """Move one stored deadline of a step, with a reason; its debtor is told, and the slip is kept."""
    step = next((s for s in cycle.steps if (s.label, s.entity) == (command.step, command.entity)), None)
    if step is None:
        which = f"{command.step} of {command.entity}"
        return refuse(command, NotFound(what="step", which=which), context)
    refusal = wrong_state(cycle, CycleState.PROPOSED, UNDER_WAY) or _not_movable(cycle, step, command, context)
    if refusal:
        return refuse(command, refusal, context)
    return (
        StepDueChanged(
            at=context.at,
            actor=context.actor,
            label=step.label,
            entity=step.entity,
            was_due_at=step.due_at,
            due_at=whole_second(command.due),
            reason=command.reason,
        ),
    )


def renewed(cycle: Cycle, event: CalendarRenewed) -> Cycle:
    """Return the cycle that reckons with the calendar, its deadlines as they stand."""
    table = cycle.calendar.with_calendar(event.delegation, event.calendar)
    return replace(cycle, calendar=table, would_move=event.would_move)


def due_changed(cycle: Cycle, event: StepDueChanged) -> Cycle:
    """Return the cycle with the deadline at its new instant, to fall due there."""

    def moved(step: StepDue) -> StepDue:
        if (step.label, step.entity) != (event.label, event.entity):
            return step
        return replace(step, due_at=event.due_at, kind=ABSOLUTE, reason="", has_fallen=False, is_short_notice=False)

    slip = StepSlip(
        at=event.at,
        label=event.label,
        entity=event.entity,
        from_due_at=event.was_due_at,
        to_due_at=event.due_at,
        reason=event.reason,
    )
    return replace(
        cycle,
        steps=tuple(moved(step) for step in cycle.steps),
        slips=(*cycle.slips, slip),
        would_move=tuple(w for w in cycle.would_move if (w.label, w.entity) != (event.label, event.entity)),
    )


def tell_renewed(cycle: Cycle, event: CalendarRenewed) -> tuple[Effect, ...]:
    """Tell the procedures that run and the actions of the cycle."""
    told = RenewCalendar(delegation=event.delegation, calendar=event.calendar)
    streams = (
        *(f"silence/{view.procedure}" for view in cycle.procedures if view.is_running),
        *(f"action/{view.action}" for view in cycle.actions if view.is_open),
    )
    return tuple(Tell(stream=stream, command=told) for stream in streams)


def _would_move(cycle: Cycle, table: CalendarTable, context: Context) -> tuple[WouldMove, ...]:
    planned = plan_steps(as_proposed(cycle, table, starts=cycle.starts, ends=cycle.ends), context.at)
    if isinstance(planned, Refusal):
        return cycle.would_move
    again = {(step.label, step.entity): step for step in planned}
    open_steps = (s for s in cycle.steps if is_to_come(s) and s.kind != ABSOLUTE)
    pairs = ((step, again.get((step.label, step.entity))) for step in open_steps)
    return tuple(
        WouldMove(
            label=step.label,
            entity=step.entity,
            due_at=step.due_at,
            would_be_at=new.due_at,
            reason=new.reason,
        )
        for step, new in pairs
        if new is not None and new.due_at != step.due_at
    )


def _not_movable(cycle: Cycle, step: StepDue, command: ChangeDue, context: Context) -> Refusal | None:
    if step.met_at is not None:
        return BadArgument(
            field="step", rule=f"{step.label} of {step.entity} was met at {plain(step.met_at)}", remedy="leave it"
        )
    if not context.at < command.due < cycle.calendar.until:
        return BadArgument(
            field="due",
            rule="a deadline lies ahead, and within the calendar table",
            remedy=f"give an instant after {plain(context.at)} and before {plain(cycle.calendar.until)}",
        )
    if whole_second(command.due) == step.due_at:
        return BadArgument(field="due", rule="it is due then already", remedy="give another instant")
    return None

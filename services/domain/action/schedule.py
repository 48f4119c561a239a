"""What time does to an action item, and what people do to its schedule: due changes, holds, moments that go."""

from __future__ import annotations

from services.domain.action.audience import audience_of
from services.domain.action.commands import ChangeDue, HoldRung
from services.domain.action.conduct import needs_state
from services.domain.action.events import DueChanged, FellOverdue, NewOwnerNeeded, ReminderSent, RungHeld, RungReached
from services.domain.action.joint import not_its_to_decide, reconciled
from services.domain.action.moments import OUTER_ROLES, Moment, MomentKind
from services.domain.action.opening import plan_due
from services.domain.action.outlook import DUE_LABEL, Coming, coming
from services.domain.action.refusals import NothingDue, RungNotHoldable, RungNotPending
from services.domain.action.state import OPEN_STATES, ActionItem, pending_rung
from services.domain.deadline import whole_second
from services.domain.message import (
    Actor,
    BadArgument,
    Context,
    Event,
    NotFound,
    Refusal,
    TimePassed,
    plain,
    refuse,
)


def change_due(state: ActionItem, command: ChangeDue, context: Context) -> tuple[Event, ...]:
    """
    Move the due instant of the open action and reckon its moments anew, on the calendar of its present owner.

    The same instant again is taken while a changed calendar would move reminders or rungs: they move with it (DD-7).
    Holds end with the rungs they held. What has gone once never goes again, even if this was received just before.
    """
    settled = reconciled(state, command, context)
    is_as_it_was = whole_second(command.due) == state.due_at
    if settled and is_as_it_was and state.is_open and not not_its_to_decide(state, command):
        return settled
    planned = _plan_change(state, command, context)
    if isinstance(planned, Refusal):
        return refuse(command, planned, context)
    return (
        *settled,
        DueChanged(
            at=context.at,
            actor=context.actor,
            due_at=whole_second(command.due),
            was_due_at=state.due_at,
            reason=command.reason,
            moments=tuple(m for m in planned if not any(m.is_same_as(gone) for gone in state.fired)),
        ),
    )


def hold_rung(state: ActionItem, command: HoldRung, context: Context) -> tuple[Event, ...]:
    """Hold a pending rung that leaves the owner's entity; it goes at ``until`` if still open (domain.md LD-2)."""
    refusal = _hold_refusal(state, command, context)
    if refusal is not None:
        return refuse(command, refusal, context)
    return (
        RungHeld(
            at=context.at,
            actor=context.actor,
            rung=command.rung,
            until=whole_second(command.until),
            reason=command.reason,
        ),
    )


def time_passed(state: ActionItem, command: TimePassed, context: Context) -> tuple[Event, ...]:
    """Let everything go whose instant has come, in order, each dated by its own instant."""
    came = tuple(_event(state, next_up, context.actor) for next_up in coming(state) if next_up.at <= command.due_at)
    return came or refuse(command, NothingDue(label=command.label), context)


def _event(state: ActionItem, next_up: Coming, actor: Actor) -> Event:
    moment = next_up.moment
    if moment is None:
        if next_up.label == DUE_LABEL:
            return FellOverdue(at=next_up.at, actor=actor)
        return NewOwnerNeeded(at=next_up.at, actor=actor, owner=state.owner)
    entities = audience_of(state, moment)
    if moment.kind is MomentKind.REMINDER:
        return ReminderSent(at=moment.at, actor=actor, number=moment.number, entities=entities)
    return RungReached(at=moment.at, actor=actor, rung=moment.number, to_role=moment.to, entities=entities)


def _plan_change(state: ActionItem, command: ChangeDue, context: Context) -> tuple[Moment, ...] | Refusal:
    if not state.is_open:
        return needs_state(state, *OPEN_STATES)
    if refusal := not_its_to_decide(state, command):
        return refusal
    planned = plan_due(terms=state, due_at=command.due, at=context.at)
    is_same = whole_second(command.due) == state.due_at and not state.would_move
    if not isinstance(planned, Refusal) and is_same:
        return BadArgument(field="due", rule="it is due at that instant already", remedy="give another instant")
    return planned


def _hold_refusal(state: ActionItem, command: HoldRung, context: Context) -> Refusal | None:
    if not state.is_open:
        return needs_state(state, *OPEN_STATES)
    if not 1 <= command.rung <= len(state.parameters.ladder):
        return NotFound(what="rung", which=str(command.rung))
    to = state.parameters.ladder[command.rung - 1].to
    if to not in OUTER_ROLES:
        return RungNotHoldable(rung=command.rung, to=to)
    moment = pending_rung(state, command.rung)
    if moment is None:
        reached = command.rung in state.rungs
        why = "it was reached" if reached else "its instant passed while the action was not open"
        return RungNotPending(rung=command.rung, why=why)
    earliest = max(context.at, moment.planned_at)
    if not earliest < command.until < state.calendar.until:
        return BadArgument(
            field="until",
            rule="a rung is held until later than now and than its own instant, and while the calendar table lasts",
            remedy=f"give an instant after {plain(earliest)} and before {plain(state.calendar.until)}",
        )
    return None

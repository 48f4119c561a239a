"""Decides on joint actions: adopted by several bodies, with one due instant or, on record, with two (scenario 13)."""

from __future__ import annotations

from services.domain.action.commands import AdoptJointly, ChangeDue
from services.domain.action.events import AdoptionsReconciled, ConflictingAdoption, JointlyAdopted
from services.domain.action.refusals import AdoptedAlready, ReconciliationNeeded
from services.domain.action.state import ActionItem
from services.domain.deadline import whole_second
from services.domain.message import BadArgument, Context, Event, Refusal, refuse


def adopt_jointly(state: ActionItem, command: AdoptJointly, context: Context) -> tuple[Event, ...]:
    """Record that another body adopts the action; the first due instant adopted stands."""
    if command.body in (state.body, *state.joint_bodies):
        return refuse(command, AdoptedAlready(body=command.body, action=state.id), context)
    due_at = whole_second(command.due_at)
    kind = JointlyAdopted if due_at == state.due_at else ConflictingAdoption
    return (
        kind(
            at=context.at,
            actor=context.actor,
            body=command.body,
            cycle=command.cycle,
            home=command.home,
            chair_entity=command.chair_entity,
            due_at=due_at,
            reconciler=command.reconciler,
        ),
    )


def not_its_to_decide(state: ActionItem, command: ChangeDue) -> Refusal | None:
    """Refuse a change of the due instant by another body than may decide it."""
    if state.is_conflicting and command.body != state.reconciler:
        bodies = (state.body, *state.joint_bodies)
        return ReconciliationNeeded(action=state.id, bodies=bodies, reconciler=state.reconciler)
    if command.body is None or command.body in (state.body, state.reconciler):
        return None
    return BadArgument(field="body", rule=f"{command.body} does not decide on this action", remedy="leave it out")


def reconciled(state: ActionItem, command: ChangeDue, context: Context) -> tuple[Event, ...]:
    """Return that a conflict is settled by this change, if there is one."""
    if not state.is_conflicting:
        return ()
    return (
        AdoptionsReconciled(
            at=context.at,
            actor=context.actor,
            by=state.reconciler,
            due_at=whole_second(command.due),
            reason=command.reason,
        ),
    )

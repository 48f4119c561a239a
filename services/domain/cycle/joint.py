"""Decides on adopting an action of another body: one action, followed by both (domain.md scenario 13)."""

from __future__ import annotations

from services.domain.action.commands import AdoptJointly
from services.domain.action.refusals import AdoptedAlready
from services.domain.cycle.commands import Assign
from services.domain.cycle.outcome_events import JointActionAdopted
from services.domain.cycle.records import StandingAction
from services.domain.cycle.refusals import NoReconciler
from services.domain.cycle.state import Cycle
from services.domain.message import BadArgument, Context, Event, NotFound, Refusal, WrongState, plain, refuse


def adopt_joint(cycle: Cycle, command: Assign, context: Context) -> tuple[Event, ...]:
    """Adopt another body's action; whether the due instants agree is decided where the action is."""
    refusal = _cannot_adopt(cycle, command, command.standing, context)
    joint, standing = command.joint or "", command.standing
    if refusal or standing is None or standing.reconciler is None:
        return refuse(command, refusal or NotFound(what="action", which=joint), context)
    return (
        JointActionAdopted(
            at=context.at,
            actor=context.actor,
            action=joint,
            owner=standing.owner,
            due_at=command.due,
            text=command.text,
            paragraph=command.paragraph,
            reconciler=standing.reconciler,
        ),
    )


def adoption_of(cycle: Cycle, event: JointActionAdopted) -> AdoptJointly:
    """Return what the action is told."""
    return AdoptJointly(
        body=cycle.body,
        cycle=cycle.number,
        home=cycle.stream,
        chair_entity=cycle.chair_entity,
        due_at=event.due_at,
        reconciler=event.reconciler,
    )


def _cannot_adopt(cycle: Cycle, command: Assign, standing: StandingAction | None, context: Context) -> Refusal | None:
    joint = command.joint or ""
    if standing is None:
        return NotFound(what="action", which=joint)
    if standing.is_finished:
        return WrongState(noun="action", state="finished", needed="open")
    return _adopted_already(cycle, joint, standing) or _other_terms(cycle, command, standing, context)


def _adopted_already(cycle: Cycle, joint: str, standing: StandingAction) -> Refusal | None:
    if cycle.body in standing.bodies or joint in {view.action for view in cycle.actions}:
        return AdoptedAlready(body=cycle.body, action=joint)
    return None


def _other_terms(cycle: Cycle, command: Assign, standing: StandingAction, context: Context) -> Refusal | None:
    if standing.reconciler is None:
        return NoReconciler(body=cycle.body, others=standing.bodies)
    if command.owner != standing.owner:
        remedy = f"name {standing.owner}, or let the action be reassigned"
        return BadArgument(field="owner", rule=f"the action belongs to {standing.owner}", remedy=remedy)
    if command.due <= context.at:
        remedy = f"give an instant after {plain(context.at)}"
        return BadArgument(field="due", rule="an action is due later than it is decided", remedy=remedy)
    return None

"""Decides on what a meeting leaves behind: pending texts, action items, the close (domain.md 5.1)."""

from __future__ import annotations

from services.domain.action.commands import OpenAction
from services.domain.action.opening import check_opening
from services.domain.action_note import ActionNoted, NoteAction
from services.domain.cycle.admission import no_such_text, seen_text, unknown_paragraph, wrong_state
from services.domain.cycle.commands import Assign, CloseCycle
from services.domain.cycle.events import ActionAssigned, CycleAdopted, CycleClosed, FollowUpBegun
from services.domain.cycle.evolve import evolve_all
from services.domain.cycle.joint import adopt_joint
from services.domain.cycle.refusals import ProcedureRunning
from services.domain.cycle.state import AFTER_SESSION, CLOSABLE, Cycle, CycleState
from services.domain.cycle.text import SETTLED
from services.domain.message import Context, Event, NotFound, Refusal, made_id, refuse

ASSIGNABLE = AFTER_SESSION | {CycleState.IN_SESSION}


def assign(cycle: Cycle, command: Assign, context: Context) -> tuple[Event, ...]:
    """Assign an action item, from the session on; or adopt one of another body."""
    if command.joint is not None:
        refusal = wrong_state(cycle, ASSIGNABLE) or _unknown_source(cycle, command, context)
        return refuse(command, refusal, context) if refusal else adopt_joint(cycle, command, context)
    assigned = ActionAssigned(
        at=context.at,
        actor=context.actor,
        action=made_id("a", context),
        owner=command.owner,
        supporting=command.supporting,
        title=command.title,
        due_at=command.due,
        text=command.text,
        paragraph=command.paragraph,
    )
    if refusal := (
        wrong_state(cycle, ASSIGNABLE)
        or _unknown_source(cycle, command, context)
        or check_opening(opening_of(cycle, assigned), context.at)
    ):
        return refuse(command, refusal, context)
    return (assigned,)


def opening_of(cycle: Cycle, assigned: ActionAssigned) -> OpenAction:
    """Return the first command of an action item that this cycle has assigned."""
    return OpenAction(
        id=assigned.action,
        body=cycle.body,
        cycle=cycle.number,
        owner=assigned.owner,
        title=assigned.title,
        due_at=assigned.due_at,
        membership=cycle.membership,
        calendar=cycle.calendar,
        parameters=cycle.procedure.actions,
        day_ends=cycle.procedure.day_ends,
        chair_entity=cycle.chair_entity,
        supporting=assigned.supporting,
        text=assigned.text,
        paragraph=assigned.paragraph,
    )


def note_action(cycle: Cycle, command: NoteAction, context: Context) -> tuple[Event, ...]:
    """Take over how an action stands."""
    if command.action not in {view.action for view in cycle.actions}:
        return refuse(command, NotFound(what="action", which=command.action), context)
    return (
        ActionNoted(
            at=context.at,
            actor=context.actor,
            action=command.action,
            state=command.state,
            owner=command.owner,
            is_overdue=command.is_overdue,
            needs_new_owner=command.needs_new_owner,
        ),
    )


def close_cycle(cycle: Cycle, command: CloseCycle, context: Context) -> tuple[Event, ...]:
    """Close the cycle, unless a procedure still runs; open actions are carried over."""
    if refusal := wrong_state(cycle, CLOSABLE) or _running(cycle):
        return refuse(command, refusal, context)
    carried = cycle.open_actions
    return (
        CycleClosed(
            at=context.at,
            actor=context.actor,
            carried_over=carried,
            finished=tuple(view.action for view in cycle.actions if view.action not in carried),
        ),
    )


def settled(cycle: Cycle, events: tuple[Event, ...], context: Context) -> tuple[Event, ...]:
    """Return the events and what they bring about: no text is pending any more, actions are out."""
    after = evolve_all(cycle, events)
    more: tuple[Event, ...] = ()
    if after.state is CycleState.TEXT_PENDING and all(text.state in SETTLED for text in after.texts):
        more = (CycleAdopted(at=context.at, actor=context.actor),)
        after = evolve_all(after, more)
    if after.state is CycleState.ADOPTED and after.actions:
        more = (*more, FollowUpBegun(at=context.at, actor=context.actor))
    return (*events, *more)


def _unknown_source(cycle: Cycle, command: Assign, context: Context) -> Refusal | None:
    if command.text is None:
        return NotFound(what="paragraph", which=command.paragraph) if command.paragraph else None
    text = seen_text(cycle, command.text, context)
    return unknown_paragraph(text, command.paragraph) if text else no_such_text(command.text)


def _running(cycle: Cycle) -> Refusal | None:
    running = cycle.running()
    return ProcedureRunning(procedure=running.procedure) if running else None

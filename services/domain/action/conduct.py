"""What owner, chair and home do with an action item, its schedule apart."""

from __future__ import annotations

from services.domain.action.commands import (
    CarryOver,
    CloseRecord,
    Complete,
    Confirm,
    Drop,
    Reassign,
    Reopen,
    ReportProgress,
    Supersede,
)
from services.domain.action.events import (
    ActionCompleted,
    ActionConfirmed,
    ActionDropped,
    ActionReassigned,
    ActionReopened,
    ActionSuperseded,
    CarriedOver,
    FellOverdue,
    NewOwnerNeeded,
    ProgressReported,
    RecordClosed,
)
from services.domain.action.opening import owner_refusal
from services.domain.action.refusals import OwnConfirmation
from services.domain.action.state import OPEN_STATES, ActionItem, ActionState
from services.domain.membership import ParticipationStatus
from services.domain.message import BadArgument, Context, Event, NotPermitted, Refusal, WrongState, refuse
from services.domain.register_change import ChangeMembership, MembershipChanged


def report_progress(state: ActionItem, command: ReportProgress, context: Context) -> tuple[Event, ...]:
    """Take a note of the owner or of a supporting entity."""
    if context.entity not in (state.owner, *state.supporting):
        return refuse(command, _not_the_owner(context, "report progress on"), context)
    if not state.is_open:
        return refuse(command, needs_state(state, *OPEN_STATES), context)
    return (ProgressReported(at=context.at, actor=context.actor, entity=context.entity, note=command.note),)


def complete(state: ActionItem, command: Complete, context: Context) -> tuple[Event, ...]:
    """Take the owner's word, with its evidence; the chair confirms it."""
    if context.entity != state.owner:
        return refuse(command, _not_the_owner(context, "complete"), context)
    if not state.is_open:
        return refuse(command, needs_state(state, *OPEN_STATES), context)
    return (ActionCompleted(at=context.at, actor=context.actor, entity=context.entity, evidence=command.evidence),)


def confirm(state: ActionItem, command: Confirm, context: Context) -> tuple[Event, ...]:
    """Let another entity than the owner confirm the work; who may do so for the chair, access has decided."""
    if state.state is not ActionState.DONE:
        return refuse(command, needs_state(state, ActionState.DONE), context)
    if context.entity == state.owner:
        return refuse(command, OwnConfirmation(owner=state.owner), context)
    return (ActionConfirmed(at=context.at, actor=context.actor, entity=context.entity),)


def reopen(state: ActionItem, command: Reopen, context: Context) -> tuple[Event, ...]:
    """Take the work up again, overdue at once if its due instant passed meanwhile; a superseded one stays so."""
    if state.state not in (ActionState.DONE, ActionState.CONFIRMED, ActionState.DROPPED):
        needed = needs_state(state, ActionState.DONE, ActionState.CONFIRMED, ActionState.DROPPED)
        return refuse(command, needed, context)
    events: list[Event] = [
        ActionReopened(at=context.at, actor=context.actor, entity=context.entity, reason=command.reason)
    ]
    if state.due_at <= context.at and not state.was_overdue:
        events.append(FellOverdue(at=context.at, actor=context.actor))
    if state.owner_lost_at is None and not _owner_is_member(state, context):
        events.append(NewOwnerNeeded(at=context.at, actor=context.actor, owner=state.owner))
    return tuple(events)


def reassign(state: ActionItem, command: Reassign, context: Context) -> tuple[Event, ...]:
    """Give the open action to another member, or again to one that left and came back."""
    if not state.is_open:
        return refuse(command, needs_state(state, *OPEN_STATES), context)
    refusal = owner_refusal(command.owner, state.membership, context.at)
    if refusal is None and command.owner == state.owner and not state.needs_new_owner:
        refusal = BadArgument(field="owner", rule=f"{state.owner} owns it already", remedy="name another member")
    if refusal is not None:
        return refuse(command, refusal, context)
    return (ActionReassigned(at=context.at, actor=context.actor, owner=command.owner, was_owner=state.owner),)


def drop(state: ActionItem, command: Drop, context: Context) -> tuple[Event, ...]:
    """End the open action without a result."""
    if not state.is_open:
        return refuse(command, needs_state(state, *OPEN_STATES), context)
    return (ActionDropped(at=context.at, actor=context.actor, entity=context.entity, reason=command.reason),)


def supersede(state: ActionItem, command: Supersede, context: Context) -> tuple[Event, ...]:
    """End the open action in favour of another one."""
    if not state.is_open:
        return refuse(command, needs_state(state, *OPEN_STATES), context)
    if command.by == state.id:
        own = BadArgument(field="by", rule="an action does not supersede itself", remedy="name the other action")
        return refuse(command, own, context)
    return (ActionSuperseded(at=context.at, actor=context.actor, by=command.by, reason=command.reason),)


def change_membership(state: ActionItem, command: ChangeMembership, context: Context) -> tuple[Event, ...]:
    """Take over a status; if by it the owner is a member no longer, the open action needs a new one from now on."""
    changed = MembershipChanged(at=context.at, actor=context.actor, entity=command.entity, status=command.status)
    status = state.membership.changed(command.entity, command.status).status_at(state.owner, context.at)
    if not state.is_open or state.needs_new_owner or status is ParticipationStatus.MEMBER:
        return (changed,)
    return (changed, NewOwnerNeeded(at=context.at, actor=context.actor, owner=state.owner))


def carry_over(state: ActionItem, command: CarryOver, context: Context) -> tuple[Event, ...]:
    """
    Change the home stream.

    A finished action can be carried too: it may have been confirmed while its cycle was closing.
    """
    adopted_in = command.home if command.home in state.homes[1:] else ""
    if command.to in state.homes and not adopted_in:
        same = BadArgument(field="to", rule=f"{command.to} is its home already", remedy="name another stream")
        return refuse(command, same, context)
    return (CarriedOver(at=context.at, actor=context.actor, to=command.to, was=adopted_in),)


def close_record(state: ActionItem, command: CloseRecord, context: Context) -> tuple[Event, ...]:
    """Close the record of a finished action."""
    if not state.is_finished:
        needed = needs_state(state, ActionState.CONFIRMED, ActionState.SUPERSEDED, ActionState.DROPPED)
        return refuse(command, needed, context)
    return (RecordClosed(at=context.at, actor=context.actor),)


def needs_state(state: ActionItem, *needed: ActionState) -> WrongState:
    """Say which states a command needs, and which one the action is in."""
    return WrongState(noun="action", state=state.state.value, needed=" or ".join(needed))


def _owner_is_member(state: ActionItem, context: Context) -> bool:
    return state.membership.status_at(state.owner, context.at) is ParticipationStatus.MEMBER


def _not_the_owner(context: Context, what: str) -> Refusal:
    return NotPermitted(who=context.entity, what=f"{what} this action", why="it is not its owner")

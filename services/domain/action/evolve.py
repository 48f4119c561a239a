"""What each event makes of an action item; it never fails on an event that a decision gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.action.calendars import renewed
from services.domain.action.events import (
    ActionCompleted,
    ActionConfirmed,
    ActionDropped,
    ActionOpened,
    ActionReassigned,
    ActionReopened,
    ActionSuperseded,
    AdoptionsReconciled,
    CarriedOver,
    ConflictingAdoption,
    DueChanged,
    FellOverdue,
    JointlyAdopted,
    NewOwnerNeeded,
    ProgressReported,
    RecordClosed,
    ReminderSent,
    RungHeld,
    RungReached,
)
from services.domain.action.moments import Moment, MomentKind, in_order
from services.domain.action.state import (
    ActionItem,
    ActionState,
    Adoption,
    Completion,
    Hold,
    Progress,
    Slip,
)
from services.domain.message import Event
from services.domain.register_change import CalendarRenewed, MembershipChanged


def evolve(state: ActionItem | None, event: Event) -> ActionItem | None:
    """Return the state after an event; events that only tell (refusals, notices) leave it as it was."""
    if isinstance(event, ActionOpened):
        return _opened(event)
    change = CHANGES.get(type(event))
    if state is None or change is None:
        return state
    return change(state, event)


def _opened(event: ActionOpened) -> ActionItem:
    return ActionItem(
        id=event.id,
        body=event.body,
        cycle=event.cycle,
        home=f"cycle/{event.body}/{event.cycle}",
        chair_entity=event.chair_entity,
        owner=event.owner,
        supporting=event.supporting,
        title=event.title,
        text=event.text,
        paragraph=event.paragraph,
        membership=event.membership,
        calendar=event.calendar,
        parameters=event.parameters,
        day_ends=event.day_ends,
        opened_at=event.at,
        due_at=event.due_at,
        pending=event.moments,
        owned_since=event.at,
    )


def _progress_reported(state: ActionItem, event: ProgressReported) -> ActionItem:
    note = Progress(at=event.at, entity=event.entity, note=event.note)
    return replace(state, state=ActionState.IN_PROGRESS, progress=(*state.progress, note))


def _completed(state: ActionItem, event: ActionCompleted) -> ActionItem:
    done = Completion(at=event.at, entity=event.entity, evidence=event.evidence)
    return replace(state, state=ActionState.DONE, completion=done)


def _confirmed(state: ActionItem, _event: ActionConfirmed) -> ActionItem:
    return replace(state, state=ActionState.CONFIRMED)


def _reopened(state: ActionItem, event: ActionReopened) -> ActionItem:
    return replace(
        state,
        state=ActionState.IN_PROGRESS,
        completion=None,
        pending=tuple(m for m in state.pending if m.at > event.at),
        owned_since=event.at,
    )


def _reassigned(state: ActionItem, event: ActionReassigned) -> ActionItem:
    return replace(
        state,
        owner=event.owner,
        supporting=tuple(entity for entity in state.supporting if entity != event.owner),
        owned_since=event.at,
        owner_lost_at=None,
    )


def _dropped(state: ActionItem, _event: ActionDropped) -> ActionItem:
    return replace(state, state=ActionState.DROPPED)


def _superseded(state: ActionItem, event: ActionSuperseded) -> ActionItem:
    return replace(state, state=ActionState.SUPERSEDED, superseded_by=event.by)


def _due_changed(state: ActionItem, event: DueChanged) -> ActionItem:
    slip = Slip(at=event.at, from_due_at=event.was_due_at, to_due_at=event.due_at, reason=event.reason)
    return replace(
        state, due_at=event.due_at, pending=event.moments, was_overdue=False, slips=(*state.slips, slip), would_move=()
    )


def _rung_held(state: ActionItem, event: RungHeld) -> ActionItem:
    hold = Hold(at=event.at, rung=event.rung, until=event.until, reason=event.reason)
    pending = in_order(replace(m, at=event.until) if _is(m, MomentKind.RUNG, event.rung) else m for m in state.pending)
    return replace(state, pending=pending, holds=(*state.holds, hold))


def _reminder_sent(state: ActionItem, event: ReminderSent) -> ActionItem:
    return _fired(state, MomentKind.REMINDER, event.number)


def _rung_reached(state: ActionItem, event: RungReached) -> ActionItem:
    return _fired(state, MomentKind.RUNG, event.rung)


def _fired(state: ActionItem, kind: MomentKind, number: int) -> ActionItem:
    gone = tuple(m for m in state.pending if _is(m, kind, number))
    labels = {m.label for m in gone}
    return replace(
        state,
        pending=tuple(m for m in state.pending if not _is(m, kind, number)),
        fired=(*state.fired, *gone),
        would_move=tuple(w for w in state.would_move if w.label not in labels),
    )


def _is(moment: Moment, kind: MomentKind, number: int) -> bool:
    return moment.kind is kind and moment.number == number


def _fell_overdue(state: ActionItem, _event: FellOverdue) -> ActionItem:
    return replace(state, was_overdue=True)


def _new_owner_needed(state: ActionItem, event: NewOwnerNeeded) -> ActionItem:
    return replace(state, owner_lost_at=event.at)


def _membership_changed(state: ActionItem, event: MembershipChanged) -> ActionItem:
    return replace(state, membership=state.membership.changed(event.entity, event.status))


def _carried_over(state: ActionItem, event: CarriedOver) -> ActionItem:
    if not event.was:
        return replace(state, home=event.to, carried_to=event.to)
    adoptions = tuple(replace(a, home=event.to) if a.home == event.was else a for a in state.adoptions)
    return replace(state, adoptions=adoptions)


def _adopted(state: ActionItem, event: JointlyAdopted) -> ActionItem:
    adoption = Adoption(
        body=event.body,
        cycle=event.cycle,
        home=event.home,
        chair_entity=event.chair_entity,
        due_at=event.due_at,
        at=event.at,
        is_conflicting=isinstance(event, ConflictingAdoption),
    )
    return replace(state, adoptions=(*state.adoptions, adoption), reconciler=event.reconciler)


def _reconciled(state: ActionItem, _event: AdoptionsReconciled) -> ActionItem:
    return replace(state, adoptions=tuple(replace(a, is_conflicting=False) for a in state.adoptions))


def _record_closed(state: ActionItem, event: RecordClosed) -> ActionItem:
    return replace(state, record_closed_at=event.at)


CHANGES: Mapping[type[Event], Callable[[ActionItem, Any], ActionItem]] = {
    ProgressReported: _progress_reported,
    ActionCompleted: _completed,
    ActionConfirmed: _confirmed,
    ActionReopened: _reopened,
    ActionReassigned: _reassigned,
    ActionDropped: _dropped,
    ActionSuperseded: _superseded,
    DueChanged: _due_changed,
    RungHeld: _rung_held,
    ReminderSent: _reminder_sent,
    RungReached: _rung_reached,
    FellOverdue: _fell_overdue,
    NewOwnerNeeded: _new_owner_needed,
    MembershipChanged: _membership_changed,
    CalendarRenewed: renewed,
    JointlyAdopted: _adopted,
    ConflictingAdoption: _adopted,
    AdoptionsReconciled: _reconciled,
    CarriedOver: _carried_over,
    RecordClosed: _record_closed,
}

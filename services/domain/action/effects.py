"""What follows from the events of an action item: its home is told, people are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.action.audience import chair, chairs, confirmers, rung_addressees, workers
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
    ReminderSent,
    RungReached,
)
from services.domain.action.state import ActionItem
from services.domain.action_note import NoteAction
from services.domain.message import Addressee, Effect, Event, Notify, Tell, plain
from services.domain.register_change import CalendarRenewed, said_of


def effects(state: ActionItem, event: Event) -> tuple[Effect, ...]:
    """Return what follows from an event, given the state after it."""
    letter = LETTERS.get(type(event))
    told = _tell_home(state) if type(event) in TELLING else ()
    return (*told, *(letter(state, event) if letter else ()))


def _tell_home(state: ActionItem) -> tuple[Effect, ...]:
    note = NoteAction(
        action=state.id,
        state=state.state.value,
        owner=state.owner,
        is_overdue=state.is_overdue,
        needs_new_owner=state.needs_new_owner,
    )
    return tuple(Tell(stream=home, command=note) for home in state.homes)


def _notify(state: ActionItem, notice: str, to: tuple[Addressee, ...], **facts: Any) -> tuple[Effect, ...]:
    if not to:
        return ()
    known = {
        "action": state.id,
        "body": state.body,
        "cycle": state.cycle,
        "title": state.title,
        "owner": state.owner,
        "due_at": plain(state.due_at),
    }
    return (Notify(notice=notice, to=to, facts={**known, **{name: plain(fact) for name, fact in facts.items()}}),)


def _opened(state: ActionItem, event: ActionOpened) -> tuple[Effect, ...]:
    to = workers(state, event.at, state.owner, *state.supporting)
    return _notify(
        state, "action_assigned", to, supporting=state.supporting, text=state.text, paragraph=state.paragraph
    )


def _completed(state: ActionItem, event: ActionCompleted) -> tuple[Effect, ...]:
    return _notify(state, "action_completed", confirmers(state, event.at), evidence=event.evidence)


def _confirmed(state: ActionItem, event: ActionConfirmed) -> tuple[Effect, ...]:
    return _notify(state, "action_confirmed", workers(state, event.at, state.owner), confirmed_by=event.entity)


def _reopened(state: ActionItem, event: ActionReopened) -> tuple[Effect, ...]:
    return _notify(state, "action_reopened", workers(state, event.at, state.owner), reason=event.reason)


def _reassigned(state: ActionItem, event: ActionReassigned) -> tuple[Effect, ...]:
    both = dict.fromkeys((event.owner, event.was_owner))
    return _notify(state, "action_reassigned", workers(state, event.at, *both), was_owner=event.was_owner)


def _dropped(state: ActionItem, event: ActionDropped) -> tuple[Effect, ...]:
    return _notify(state, "action_dropped", workers(state, event.at, state.owner), reason=event.reason)


def _superseded(state: ActionItem, event: ActionSuperseded) -> tuple[Effect, ...]:
    to = workers(state, event.at, state.owner)
    return _notify(state, "action_superseded", to, superseded_by=event.by, reason=event.reason)


def _due_changed(state: ActionItem, event: DueChanged) -> tuple[Effect, ...]:
    to = workers(state, event.at, state.owner)
    return _notify(state, "action_due_changed", to, was_due_at=event.was_due_at, reason=event.reason)


def _renewed(state: ActionItem, event: CalendarRenewed) -> tuple[Effect, ...]:
    if not event.would_move:
        return ()
    lines = tuple(said_of(moved) for moved in event.would_move)
    return _notify(state, "deadlines_would_move", (chair(state),), delegation=event.delegation, would_move=lines)


def _adopted(state: ActionItem, event: JointlyAdopted) -> tuple[Effect, ...]:
    return _notify(state, "action_adopted_jointly", workers(state, event.at, state.owner), adopted_by=event.body)


def _conflicting(state: ActionItem, event: ConflictingAdoption) -> tuple[Effect, ...]:
    return _notify(
        state,
        "action_conflicting",
        chairs(state),
        adopted_by=event.body,
        adopted_due_at=event.due_at,
        decided_by=event.reconciler,
    )


def _reconciled(state: ActionItem, event: AdoptionsReconciled) -> tuple[Effect, ...]:
    facts = {"decided": event.due_at, "decided_by": event.by, "reason": event.reason}
    return _notify(state, "action_reconciled", chairs(state), **facts)


def _reminder_sent(state: ActionItem, event: ReminderSent) -> tuple[Effect, ...]:
    return _notify(state, "action_reminder", workers(state, event.at, *event.entities), number=event.number)


def _rung_reached(state: ActionItem, event: RungReached) -> tuple[Effect, ...]:
    to = rung_addressees(state, event.to_role, event.entities)
    return _notify(state, "action_escalated", to, rung=event.rung, to_role=event.to_role)


def _new_owner_needed(state: ActionItem, _event: NewOwnerNeeded) -> tuple[Effect, ...]:
    return _notify(state, "action_needs_new_owner", (chair(state),))


LETTERS: Mapping[type[Event], Callable[[ActionItem, Any], tuple[Effect, ...]]] = {
    ActionOpened: _opened,
    ActionCompleted: _completed,
    ActionConfirmed: _confirmed,
    ActionReopened: _reopened,
    ActionReassigned: _reassigned,
    ActionDropped: _dropped,
    ActionSuperseded: _superseded,
    DueChanged: _due_changed,
    CalendarRenewed: _renewed,
    JointlyAdopted: _adopted,
    ConflictingAdoption: _conflicting,
    AdoptionsReconciled: _reconciled,
    ReminderSent: _reminder_sent,
    RungReached: _rung_reached,
    NewOwnerNeeded: _new_owner_needed,
}

TELLING: frozenset[type[Event]] = frozenset(
    {
        ActionOpened,
        ProgressReported,
        ActionCompleted,
        ActionConfirmed,
        ActionReopened,
        ActionReassigned,
        ActionDropped,
        ActionSuperseded,
        DueChanged,
        FellOverdue,
        NewOwnerNeeded,
        CarriedOver,
        JointlyAdopted,
        ConflictingAdoption,
    }
)

"""What lies ahead of an action item: what goes next, who is waited for, what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.action.audience import WORKING_ROLE, chairs, confirmers
from services.domain.action.moments import Moment, MomentKind
from services.domain.action.state import ActionItem, ActionState
from services.domain.message import Deadline, Due, Wait

DUE_LABEL = "action due"
OWNER_LABEL = "owner's membership ends"


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """Something that will happen by itself at an instant: a moment, or else the due instant or the owner's end."""

    at: datetime
    label: str
    moment: Moment | None = None


def coming(state: ActionItem) -> tuple[Coming, ...]:
    """Return what will happen by itself, in order; nothing unless the action is open."""
    if not state.is_open or state.record_closed_at is not None:
        return ()
    ahead = [Coming(at=m.at, label=m.label, moment=m) for m in state.pending]
    if not state.was_overdue:
        ahead.append(Coming(at=state.due_at, label=DUE_LABEL))
    if state.owner_lost_at is None and (ends_at := state.owner_ends_at) is not None:
        ahead.append(Coming(at=ends_at, label=OWNER_LABEL))
    return tuple(sorted(ahead, key=_order))


def due(state: ActionItem) -> Due | None:
    """Return the next instant at which the action decides by itself."""
    ahead = coming(state)
    return Due(at=ahead[0].at, label=ahead[0].label) if ahead else None


def waits(state: ActionItem) -> tuple[Wait, ...]:
    """Return who is waited for: the owner, the chair to find one, or whoever may confirm."""
    if state.state is ActionState.DONE and state.completion is not None:
        return tuple(
            Wait(what="confirmation", entity=to.entity, role=to.role, since=state.completion.at)
            for to in confirmers(state, state.completion.at)
        )
    if not state.is_open:
        return ()
    if state.owner_lost_at is not None:
        lost = Wait(what="new_owner", entity=state.chair_entity, role="chair", since=state.owner_lost_at)
        return (lost, *_reconciliation(state))
    return (
        *_reconciliation(state),
        Wait(what="completion", entity=state.owner, role=WORKING_ROLE, since=state.owned_since, until=state.due_at),
    )


def _reconciliation(state: ActionItem) -> tuple[Wait, ...]:
    """Return the task of all chairs to let a conflict of adopted due instants be decided (domain.md scenario 13)."""
    since = state.conflicting_since
    if since is None:
        return ()
    return tuple(Wait(what="reconciliation", entity=to.entity, role="chair", since=since) for to in chairs(state))


def deadlines(state: ActionItem) -> tuple[Deadline, ...]:
    """Return the due instant as what the owner owes; nobody owes a dropped or superseded action."""
    if state.state in (ActionState.DROPPED, ActionState.SUPERSEDED):
        return ()
    owner = state.membership.entity(state.owner)
    return (
        Deadline(
            label="action",
            entity=state.owner,
            due_at=state.due_at,
            kind="absolute",
            zone=owner.zone if owner else state.membership.convenor_zone,
            met_at=state.completion.at if state.completion else None,
        ),
    )


def is_closed(state: ActionItem) -> bool:
    """Tell whether the record is closed."""
    return state.record_closed_at is not None


def _order(ahead: Coming) -> tuple[datetime, int, int]:
    """Order what comes: of one instant reminders, the due instant, the rungs, the owner's end."""
    if ahead.moment is None:
        return (ahead.at, 1 if ahead.label == DUE_LABEL else 3, 0)
    return (ahead.at, 0 if ahead.moment.kind is MomentKind.REMINDER else 2, ahead.moment.number)

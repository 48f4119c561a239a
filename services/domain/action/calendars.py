"""What a changed calendar means for an action: reminders and ladder stand, those it would move are listed (DD-7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.action.opening import plan_due
from services.domain.action.refusals import CalendarKeptAlready
from services.domain.action.state import ActionItem
from services.domain.message import Context, Event, Refusal, refuse
from services.domain.register_change import CalendarRenewed, RenewCalendar, WouldMove, renewal


def renew_calendar(state: ActionItem, command: RenewCalendar, context: Context) -> tuple[Event, ...]:
    """Reckon with another calendar from now on, and list the reminders and rungs still to come that it would move."""
    if state.calendar.calendars.get(command.delegation) == command.calendar:
        # every body that follows a joint action passes the same word on
        return refuse(command, CalendarKeptAlready(delegation=command.delegation), context)
    again = replace(state, calendar=state.calendar.with_calendar(command.delegation, command.calendar))
    return renewal(command, context, would_move=_would_move(state, again) if state.is_open else ())


def renewed(state: ActionItem, event: CalendarRenewed) -> ActionItem:
    """Return the action that reckons with the calendar, its moments as they stand."""
    table = state.calendar.with_calendar(event.delegation, event.calendar)
    return replace(state, calendar=table, would_move=event.would_move)


def _would_move(state: ActionItem, again: ActionItem) -> tuple[WouldMove, ...]:
    planned = plan_due(terms=again, due_at=state.due_at, at=_before(state))
    if isinstance(planned, Refusal):
        return state.would_move
    new = {(moment.kind, moment.number): moment for moment in planned}
    pairs = ((moment, new.get((moment.kind, moment.number))) for moment in state.pending)
    return tuple(
        WouldMove(
            label=moment.label,
            entity=state.owner,
            due_at=moment.planned_at,
            would_be_at=other.planned_at,
            reason=other.reason,
        )
        for moment, other in pairs
        if other is not None and other.planned_at != moment.planned_at
    )


def _before(state: ActionItem) -> datetime:
    return min(state.opened_at, state.due_at)

"""What a changed calendar means for a procedure: its expiry stands; if it would move, it is listed (DD-7)."""

from __future__ import annotations

from dataclasses import replace

from services.domain.calendar import CalendarTable
from services.domain.message import Context, Event
from services.domain.procedure import PeriodKind
from services.domain.register_change import CalendarRenewed, RenewCalendar, WouldMove, renewal
from services.domain.silence.opening import CANNOT_RECKON, reckon_expiry
from services.domain.silence.state import SilenceProcedure

EXPIRY = "expiry"


def renew_calendar(state: SilenceProcedure, command: RenewCalendar, context: Context) -> tuple[Event, ...]:
    """Reckon with another calendar from now on; an expiry counted in working days is listed if it would move."""
    table = state.calendar.with_calendar(command.delegation, command.calendar)
    return renewal(command, context, would_move=_would_move(state, table))


def renewed(state: SilenceProcedure, event: CalendarRenewed) -> SilenceProcedure:
    """Return the procedure that reckons with the calendar, its expiry as announced."""
    table = state.calendar.with_calendar(event.delegation, event.calendar)
    return replace(state, calendar=table, would_move=event.would_move)


def _would_move(state: SilenceProcedure, table: CalendarTable) -> tuple[WouldMove, ...]:
    """Compare the expiry as it was first announced; one that was moved since is nobody's reckoning any more."""
    if not state.is_running or state.moved_because or state.period.kind is not PeriodKind.COMMON_WORKING_DAYS:
        return ()
    try:
        expiry = reckon_expiry(
            anchor=state.opened_at,
            period=state.period,
            membership=state.membership,
            electorate=state.electorate,
            calendar=replace(state, calendar=table),
        )
    except CANNOT_RECKON:
        return ()
    if expiry.at == state.expires_at:
        return ()
    return (
        WouldMove(
            label=EXPIRY,
            entity=state.chair_entity,
            due_at=state.expires_at,
            would_be_at=expiry.at,
            reason=expiry.reason,
        ),
    )

"""What a changed calendar means for a body: its next cycles are reckoned with it, those that stand are told (DD-7)."""

from __future__ import annotations

from dataclasses import replace

from services.domain.body.state import Body, Series
from services.domain.message import Context, Effect, Event, Tell
from services.domain.register_change import CalendarRenewed, RenewCalendar, renewal


def renew_calendar(_body: Body, command: RenewCalendar, context: Context) -> tuple[Event, ...]:
    """Take over a calendar; a body has no deadlines of its own that it would move."""
    return renewal(command, context)


def renewed(body: Body, event: CalendarRenewed) -> Body:
    """Return the body whose series reckon with the calendar."""

    def with_it(series: Series) -> Series:
        tables = (table.with_calendar(event.delegation, event.calendar) for table in series.calendars)
        return replace(series, calendars=tuple(tables))

    return replace(body, series=tuple(with_it(series) for series in body.series))


def tell_renewed(body: Body, event: CalendarRenewed) -> tuple[Effect, ...]:
    """Tell the cycles, procedures and actions of the body."""
    told = RenewCalendar(delegation=event.delegation, calendar=event.calendar)
    streams = (
        *(body.cycle_stream(cycle.number) for cycle in body.cycles),
        *(f"silence/{view.procedure}" for view in body.procedures if view.is_running),
        *(f"action/{action}" for action in body.backlog),
    )
    return tuple(Tell(stream=stream, command=told) for stream in streams)

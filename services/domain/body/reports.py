"""Decides on what working groups report: kept, and put on the agenda of the next session still to come."""

from __future__ import annotations

from services.domain.body.evolve import evolve_all
from services.domain.body.state import Body, CycleView, PlacedReport
from services.domain.cycle.report import ReportPlaced, ReportTaken, TakeReport
from services.domain.cycle.state import BEFORE_SESSION, CycleState
from services.domain.message import CommandRefused, Context, Event, WrongState, refuse


def take_report(body: Body, command: TakeReport, context: Context) -> tuple[Event, ...]:
    """Keep a report, or one that a cycle gives back, until a session has had it."""
    known = body.report(command.report.id)
    if known is not None and (command.returned_by is None or command.returned_by != known.number):
        return refuse(command, WrongState(noun="report", state="taken already", needed="new"), context)
    return (ReportTaken(at=context.at, actor=context.actor, report=command.report, returned_by=command.returned_by),)


def with_placing(body: Body, events: tuple[Event, ...], context: Context) -> tuple[Event, ...]:
    """Return the events, and where the reports that lie with the body then go."""
    if isinstance(events[0], CommandRefused):
        return events
    after = evolve_all(body, events)
    placed = tuple(
        ReportPlaced(at=context.at, actor=context.actor, report=waiting.report.id, number=cycle.number)
        for waiting in after.reports
        if waiting.number is None and (cycle := _next_for(after, waiting, context)) is not None
    )
    return (*events, *placed)


def _next_for(body: Body, waiting: PlacedReport, context: Context) -> CycleView | None:
    coming = (
        cycle
        for cycle in body.cycles
        if cycle.state in ({CycleState.PROPOSED} | BEFORE_SESSION)
        and not cycle.is_withdrawn
        and cycle.starts > context.at
        and cycle.number not in waiting.returned_by
    )
    return min(coming, key=lambda cycle: cycle.starts, default=None)

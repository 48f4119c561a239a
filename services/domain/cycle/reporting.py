"""Decides on reports: what a session reports upwards, and what is reported to one (domain.md 2, reporting line)."""

from __future__ import annotations

from services.domain.cycle.admission import wrong_state
from services.domain.cycle.commands import ReportTo
from services.domain.cycle.outcome_events import OutcomeReported
from services.domain.cycle.records import Purpose
from services.domain.cycle.refusals import ReportsElsewhere, ReportsToNobody
from services.domain.cycle.report import ItemReturned, ItemTaken, Report, TakeItem
from services.domain.cycle.state import AFTER_SESSION, UNTIL_SESSION_ENDS, Cycle, CycleState
from services.domain.message import BadArgument, Context, Event, Refusal, WrongState, made_id, refuse

REPORTABLE = frozenset({Purpose.INFORMATION, Purpose.DECISION})


def report_to(cycle: Cycle, command: ReportTo, context: Context) -> tuple[Event, ...]:
    """Report an outcome of the session to the body that this one reports to by its charter."""
    refusal = wrong_state(cycle, AFTER_SESSION) or _wrong_report(cycle, command)
    if refusal or command.reports_to is None:
        return refuse(command, refusal or ReportsToNobody(body=cycle.body), context)
    report = Report(
        id=made_id("r", context),
        body=cycle.body,
        cycle=cycle.number,
        entity=cycle.chair_entity,
        title=command.title,
        content=command.content,
        purpose=command.purpose,
        audience=command.audience,
    )
    return (OutcomeReported(at=context.at, actor=context.actor, to=command.reports_to, report=report),)


def take_item(cycle: Cycle, command: TakeItem, context: Context) -> tuple[Event, ...]:
    """Put a report on the agenda; one that comes when the session is over goes back to the body."""
    if any(item.report == command.report.id for item in cycle.items):
        return refuse(command, WrongState(noun="report", state="on the agenda", needed="new"), context)
    if wrong_state(cycle, CycleState.PROPOSED, UNTIL_SESSION_ENDS):
        return (ItemReturned(at=context.at, actor=context.actor, report=command.report),)
    return (
        ItemTaken(
            at=context.at,
            actor=context.actor,
            report=command.report,
            item=made_id("i", context),
            paper=made_id("d", context) if command.report.content else None,
        ),
    )


def _wrong_report(cycle: Cycle, command: ReportTo) -> Refusal | None:
    if command.reports_to is None:
        return ReportsToNobody(body=cycle.body)
    if command.body is not None and command.body != command.reports_to:
        return ReportsElsewhere(body=cycle.body, given=command.body, to=command.reports_to)
    if command.purpose not in REPORTABLE:
        return BadArgument(
            field="purpose",
            rule="a report is for information or for decision",
            remedy=f"choose one of {', '.join(sorted(REPORTABLE))}",
        )
    return None

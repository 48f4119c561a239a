"""Folds the events of a body into its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.action_note import ActionNoted
from services.domain.action_view import view_noted as action_view
from services.domain.body.calendars import renewed
from services.domain.body.events import (
    BacklogTaken,
    BodyFounded,
    CycleCleared,
    MatterBegun,
    NextCycleProposed,
)
from services.domain.body.evolve_series import SERIES, proposed_from, stands_after_all
from services.domain.body.state import Body, CycleView, PlacedReport
from services.domain.cycle.report import ReportPlaced, ReportTaken
from services.domain.cycle.state import AFTER_SESSION, LIVE, OVER, CycleState
from services.domain.cycle_note import CycleNoted
from services.domain.message import Event
from services.domain.procedure_change import ProcedureTaken
from services.domain.procedure_note import ProcedureNoted
from services.domain.procedure_opening import view_begun, view_noted
from services.domain.register_change import CalendarRenewed, MembershipChanged


def evolve(body: Body | None, event: Event) -> Body | None:
    """Return the state after an event; the stream begins with ``BodyFounded``."""
    if isinstance(event, BodyFounded):
        return Body(
            code=event.code,
            names=dict(event.names),
            chair_entity=event.chair_entity,
            procedure=event.procedure,
            membership=event.membership,
            report_to=event.report_to,
            founded_at=event.at,
        )
    return None if body is None else evolve_all(body, (event,))


def evolve_all(body: Body, events: Iterable[Event]) -> Body:
    """Return the state after several events of a body that exists."""
    for event in events:
        fold = FOLDS.get(type(event))
        body = fold(body, event) if fold else body
    return body


def _proposed(body: Body, event: NextCycleProposed) -> Body:
    view = CycleView(
        number=event.number,
        kind=event.cycle_kind,
        starts=event.starts,
        ends=event.ends,
        is_from_series=event.is_from_series,
        is_clear=event.clear,
        series=event.series,
    )
    after = replace(body, last_number=event.number, cycles=(*body.cycles, view))
    return proposed_from(after, event) if event.is_from_series else after


def _cleared(body: Body, event: CycleCleared) -> Body:
    return replace(
        body, cycles=tuple(replace(c, is_clear=True) if c.number == event.number else c for c in body.cycles)
    )


def _noted(body: Body, event: CycleNoted) -> Body:
    state = CycleState(event.state)
    body = _with_reports(body, event, state)
    if state in OVER:
        return replace(body, cycles=tuple(c for c in body.cycles if c.number != event.number))

    def note(cycle: CycleView) -> CycleView:
        # The one that is live keeps the way to itself; a proposal taken back too late stands after all.
        stands = state is not CycleState.PROPOSED
        return replace(
            cycle,
            state=state,
            is_clear=cycle.is_clear and (state in LIVE or not stands),
            is_withdrawn=cycle.is_withdrawn and not stands,
            starts=event.starts or cycle.starts,
            ends=event.ends or cycle.ends,
        )

    after = replace(body, cycles=tuple(note(c) if c.number == event.number else c for c in body.cycles))
    withdrawn = body.cycle(event.number)
    return stands_after_all(after, withdrawn) if withdrawn and withdrawn.is_withdrawn and state in LIVE else after


def _with_reports(body: Body, event: CycleNoted, state: CycleState) -> Body:
    """Return the body after a cycle's word: what a session had is done with, what one never had waits again."""
    if state not in AFTER_SESSION | OVER:
        return body
    had = () if state is CycleState.CANCELLED else event.reports
    waiting = tuple(r for r in body.reports if r.report.id not in had)
    return replace(body, reports=tuple(replace(r, number=None) if r.number == event.number else r for r in waiting))


def _report_taken(body: Body, event: ReportTaken) -> Body:
    known = body.report(event.report.id) or PlacedReport(report=event.report)
    back = () if event.returned_by is None else (event.returned_by,)
    waiting = replace(known, number=None, returned_by=(*known.returned_by, *back))
    others = tuple(r for r in body.reports if r.report.id != event.report.id)
    return replace(body, reports=(*others, waiting))


def _report_placed(body: Body, event: ReportPlaced) -> Body:
    placed = tuple(replace(r, number=event.number) if r.report.id == event.report else r for r in body.reports)
    return replace(body, reports=placed)


def _backlog(body: Body, event: BacklogTaken) -> Body:
    # An action finished while its cycle was closing may have said so before the cycle did.
    finished = {view.action for view in body.actions if not view.is_open and view.action in event.actions}
    new = tuple(a for a in event.actions if a not in body.backlog and a not in finished)
    actions = tuple(view for view in body.actions if view.action not in finished)
    return replace(body, backlog=(*body.backlog, *new), actions=actions)


def _action(body: Body, event: ActionNoted) -> Body:
    view = action_view(event)
    others = tuple(a for a in body.actions if a.action != view.action)
    is_in_backlog = view.action in body.backlog
    if view.is_open:
        backlog = body.backlog if is_in_backlog else (*body.backlog, view.action)
        return replace(body, actions=(*others, view), backlog=backlog)
    if is_in_backlog:
        return replace(body, actions=others, backlog=tuple(a for a in body.backlog if a != view.action))
    return replace(body, actions=(*others, view))


def _procedure_begun(body: Body, event: MatterBegun) -> Body:
    return replace(body, procedures=(*body.procedures, view_begun(event)))


def _procedure_noted(body: Body, event: ProcedureNoted) -> Body:
    views = tuple(view_noted(p, event) if p.procedure == event.procedure else p for p in body.procedures)
    return replace(body, procedures=views)


def _membership(body: Body, event: MembershipChanged) -> Body:
    return replace(body, membership=body.membership.changed(event.entity, event.status))


def _procedure_taken(body: Body, event: ProcedureTaken) -> Body:
    return replace(body, adopted=(*body.adopted, event.adopted))


FOLDS: Mapping[type[Event], Callable[[Body, Any], Body]] = {
    **SERIES,
    NextCycleProposed: _proposed,
    CycleCleared: _cleared,
    CycleNoted: _noted,
    BacklogTaken: _backlog,
    ActionNoted: _action,
    MatterBegun: _procedure_begun,
    ProcedureNoted: _procedure_noted,
    ReportTaken: _report_taken,
    ReportPlaced: _report_placed,
    MembershipChanged: _membership,
    CalendarRenewed: renewed,
    ProcedureTaken: _procedure_taken,
}

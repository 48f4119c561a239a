"""Folds the course of a cycle: convened, in session, adopted, followed up, closed; its steps, actions and backlog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.action_note import ActionNoted
from services.domain.action_view import ActionView, view_noted
from services.domain.cycle.deadlines import due_changed, renewed
from services.domain.cycle.events import (
    ActionAssigned,
    BacklogReviewed,
    ConveningCleared,
    CycleAdopted,
    CycleClosed,
    CycleConvened,
    FollowUpBegun,
    ProcedureGoverned,
    ProposalWithdrawn,
    QuorumLost,
    QuorumMet,
    SessionClosed,
    SessionOpened,
    StepDueChanged,
    StepFellDue,
)
from services.domain.cycle.records import Convening, MeetingMode, Schedule, StepDue
from services.domain.cycle.rules_of_procedure import taken, under
from services.domain.cycle.schedule_events import CycleCancelled, CycleConverted, CyclePostponed
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.steps import CONVENING, met
from services.domain.message import Event
from services.domain.procedure_change import ProcedureTaken
from services.domain.register_change import CalendarRenewed, MembershipChanged


def _cleared(cycle: Cycle, _event: ConveningCleared) -> Cycle:
    return replace(cycle, is_clear=True)


def _withdrawn(cycle: Cycle, event: ProposalWithdrawn) -> Cycle:
    return replace(
        cycle,
        state=CycleState.CANCELLED,
        closed_at=event.at,
        is_skipped=event.is_skipped,
        ended_for=event.reason,
    )


def _backlog(cycle: Cycle, event: BacklogReviewed) -> Cycle:
    return replace(cycle, backlog=event.actions)


def _convened(cycle: Cycle, event: CycleConvened) -> Cycle:
    convening = Convening(
        at=event.at,
        mode=event.mode,
        place=event.place,
        invited=event.invited,
        guests=event.guests,
        waiver=event.waiver,
    )
    return met(replace(cycle, state=CycleState.CONVENED, convening=convening), CONVENING, event.at)


def _postponed(cycle: Cycle, event: CyclePostponed) -> Cycle:
    before = Schedule(
        starts=event.was_starts,
        ends=event.was_ends,
        steps=cycle.steps,
        responses=cycle.responses,
        replaced_at=event.at,
        reason=event.reason,
    )
    # What nobody convened is proposed for other dates, and not live by that (LC-1).
    is_proposed = cycle.state is CycleState.PROPOSED
    return replace(
        cycle,
        state=cycle.state if is_proposed else CycleState.POSTPONED,
        stood=None if is_proposed else cycle.course,
        starts=event.starts,
        ends=event.ends,
        steps=event.steps,
        responses={},
        would_move=(),
        superseded=(*cycle.superseded, before),
    )


def _converted(cycle: Cycle, event: CycleConverted) -> Cycle:
    convening = replace(cycle.convening, mode=MeetingMode.REMOTE, place=event.place) if cycle.convening else None
    return replace(cycle, state=CycleState.CONVERTED_TO_VIRTUAL, stood=cycle.course, convening=convening)


def _cancelled(cycle: Cycle, event: CycleCancelled) -> Cycle:
    return replace(cycle, state=CycleState.CANCELLED, stood=None, closed_at=event.at, ended_for=event.reason)


def _opened(cycle: Cycle, event: SessionOpened) -> Cycle:
    return replace(cycle, state=CycleState.IN_SESSION, stood=None, session_opened_at=event.at)


def _quorum_met(cycle: Cycle, _event: QuorumMet) -> Cycle:
    return replace(cycle, has_quorum=True)


def _quorum_lost(cycle: Cycle, _event: QuorumLost) -> Cycle:
    return replace(cycle, has_quorum=False)


def _session_closed(cycle: Cycle, event: SessionClosed) -> Cycle:
    return replace(cycle, state=CycleState.TEXT_PENDING, session_closed_at=event.at)


def _adopted(cycle: Cycle, event: CycleAdopted) -> Cycle:
    return replace(cycle, state=CycleState.ADOPTED, adopted_at=event.at)


def _follow_up(cycle: Cycle, _event: FollowUpBegun) -> Cycle:
    return replace(cycle, state=CycleState.FOLLOW_UP)


def _closed(cycle: Cycle, event: CycleClosed) -> Cycle:
    return replace(cycle, state=CycleState.CLOSED, closed_at=event.at)


def _fell_due(cycle: Cycle, event: StepFellDue) -> Cycle:
    def fell(step: StepDue) -> StepDue:
        falls = (step.label, step.due_at) == (event.label, event.due_at)
        return replace(step, has_fallen=True) if falls else step

    return replace(cycle, steps=tuple(fell(step) for step in cycle.steps))


def _assigned(cycle: Cycle, event: ActionAssigned) -> Cycle:
    return replace(cycle, actions=(*cycle.actions, ActionView(action=event.action, owner=event.owner)))


def _action_noted(cycle: Cycle, event: ActionNoted) -> Cycle:
    noted = view_noted(event)
    views = (replace(noted, is_joint=a.is_joint) if a.action == event.action else a for a in cycle.actions)
    return replace(cycle, actions=tuple(views))


def _membership(cycle: Cycle, event: MembershipChanged) -> Cycle:
    return replace(cycle, membership=cycle.membership.changed(event.entity, event.status))


COURSE: Mapping[type[Event], Callable[[Cycle, Any], Cycle]] = {
    ConveningCleared: _cleared,
    ProposalWithdrawn: _withdrawn,
    BacklogReviewed: _backlog,
    CycleConvened: _convened,
    CyclePostponed: _postponed,
    CycleConverted: _converted,
    CycleCancelled: _cancelled,
    SessionOpened: _opened,
    QuorumMet: _quorum_met,
    QuorumLost: _quorum_lost,
    SessionClosed: _session_closed,
    CycleAdopted: _adopted,
    FollowUpBegun: _follow_up,
    CycleClosed: _closed,
    StepFellDue: _fell_due,
    ActionAssigned: _assigned,
    ActionNoted: _action_noted,
    MembershipChanged: _membership,
    CalendarRenewed: renewed,
    ProcedureTaken: taken,
    ProcedureGoverned: under,
    StepDueChanged: due_changed,
}

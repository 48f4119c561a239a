"""What follows from the events of a cycle: processes start, body, procedures and actions are told, letters go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.action.commands import CarryOver, CloseRecord
from services.domain.cycle.deadlines import tell_renewed
from services.domain.cycle.events import ActionAssigned, CycleAdopted, CycleClosed, CycleConvened, ProposalWithdrawn
from services.domain.cycle.follow_up import opening_of as opening_of_action
from services.domain.cycle.joint import adoption_of
from services.domain.cycle.letters import LETTERS, letter_on_behalf
from services.domain.cycle.outcome_events import JointActionAdopted, OutcomeReported
from services.domain.cycle.report import ItemReturned, TakeReport
from services.domain.cycle.schedule_events import CycleCancelled, CycleConverted, CyclePostponed
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle_note import NoteCycle
from services.domain.message import Effect, Event, StartProcess, Tell
from services.domain.procedure_opening import ProcedureBegun, opening_of
from services.domain.register_change import CalendarRenewed, ChangeMembership, MembershipChanged
from services.domain.silence.commands import CloseProcedure, SupersedeProcedure


def effects(cycle: Cycle, event: Event) -> tuple[Effect, ...]:
    """Return what follows from an event, given the state after it."""
    consequence = CONSEQUENCES.get(type(event))
    letter = LETTERS.get(type(event))
    return (
        *(consequence(cycle, event) if consequence else ()),
        *(letter(cycle, event) if letter else ()),
        *letter_on_behalf(cycle, event),
    )


def _had(cycle: Cycle, state: CycleState) -> tuple[str, ...]:
    """Return the reports that a session which is over has had."""
    if state not in (CycleState.ADOPTED, CycleState.CLOSED):
        return ()
    return tuple(item.report for item in cycle.items if item.report)


def _stands(state: CycleState) -> Callable[[Cycle, Event], tuple[Effect, ...]]:
    def note(cycle: Cycle, _event: Event) -> tuple[Effect, ...]:
        return (
            Tell(
                stream=cycle.body_stream,
                command=NoteCycle(number=cycle.number, state=state, reports=_had(cycle, state)),
            ),
        )

    return note


def _adopted_jointly(cycle: Cycle, event: JointActionAdopted) -> tuple[Effect, ...]:
    return (Tell(stream=f"action/{event.action}", command=adoption_of(cycle, event)),)


def _reported(_cycle: Cycle, event: OutcomeReported) -> tuple[Effect, ...]:
    return (Tell(stream=f"body/{event.to}", command=TakeReport(report=event.report)),)


def _returned(cycle: Cycle, event: ItemReturned) -> tuple[Effect, ...]:
    return (Tell(stream=cycle.body_stream, command=TakeReport(report=event.report, returned_by=cycle.number)),)


def _moved(cycle: Cycle, event: CyclePostponed) -> tuple[Effect, ...]:
    note = NoteCycle(number=cycle.number, state=cycle.state, starts=event.starts, ends=event.ends)
    return (Tell(stream=cycle.body_stream, command=note),)


def _cancelled(cycle: Cycle, _event: CycleCancelled) -> tuple[Effect, ...]:
    note = NoteCycle(number=cycle.number, state=CycleState.CANCELLED)
    return (
        *(Tell(stream=f"silence/{view.procedure}", command=CloseProcedure()) for view in cycle.procedures),
        Tell(stream=cycle.body_stream, command=note),
    )


def _closed(cycle: Cycle, event: CycleClosed) -> tuple[Effect, ...]:
    home = cycle.body_stream
    note = NoteCycle(
        number=cycle.number,
        state=CycleState.CLOSED,
        open_actions=event.carried_over,
        reports=_had(cycle, CycleState.CLOSED),
    )
    joint = {view.action for view in cycle.actions if view.is_joint}

    def carried(action: str) -> CarryOver:
        return CarryOver(to=home, home=cycle.stream) if action in joint else CarryOver(to=home)

    return (
        *(Tell(stream=f"action/{action}", command=carried(action)) for action in event.carried_over),
        # The record of a joint action is for the body that assigned it to close.
        *(Tell(stream=f"action/{a}", command=CloseRecord()) for a in event.finished if a not in joint),
        *(Tell(stream=f"silence/{view.procedure}", command=CloseProcedure()) for view in cycle.procedures),
        Tell(stream=home, command=note),
    )


def _begun(cycle: Cycle, event: ProcedureBegun) -> tuple[Effect, ...]:
    start = StartProcess(stream=f"silence/{event.procedure}", command=opening_of(event, cycle.procedure_home))
    if event.supersedes is None:
        return (start,)
    return (start, Tell(stream=f"silence/{event.supersedes}", command=SupersedeProcedure(by=event.procedure)))


def _assigned(cycle: Cycle, event: ActionAssigned) -> tuple[Effect, ...]:
    return (StartProcess(stream=f"action/{event.action}", command=opening_of_action(cycle, event)),)


def _membership(cycle: Cycle, event: MembershipChanged) -> tuple[Effect, ...]:
    told = ChangeMembership(entity=event.entity, status=event.status)
    streams = (
        *(f"silence/{view.procedure}" for view in cycle.procedures),
        *(f"action/{view.action}" for view in cycle.actions if not view.is_joint),
    )
    return tuple(Tell(stream=stream, command=told) for stream in streams)


CONSEQUENCES: Mapping[type[Event], Callable[[Cycle, Any], tuple[Effect, ...]]] = {
    CycleConvened: _stands(CycleState.CONVENED),
    CycleAdopted: _stands(CycleState.ADOPTED),
    ProposalWithdrawn: _stands(CycleState.CANCELLED),
    JointActionAdopted: _adopted_jointly,
    OutcomeReported: _reported,
    ItemReturned: _returned,
    CyclePostponed: _moved,
    CycleConverted: _stands(CycleState.CONVERTED_TO_VIRTUAL),
    CycleCancelled: _cancelled,
    CycleClosed: _closed,
    ProcedureBegun: _begun,
    ActionAssigned: _assigned,
    MembershipChanged: _membership,
    CalendarRenewed: tell_renewed,
}

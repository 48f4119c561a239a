"""What follows from the events of a body: cycles and procedures start, and those that stand are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.action_note import ActionNoted
from services.domain.body.events import (
    BacklogTaken,
    CycleCleared,
    ExtraordinarySessionCalled,
    MatterBegun,
    NextCycleProposed,
    SeriesEnded,
)
from services.domain.body.matters import home_of
from services.domain.body.proposal import proposal_of
from services.domain.body.state import Body
from services.domain.cycle.commands import ClearToConvene, ReviewBacklog, WithdrawProposal
from services.domain.membership import ParticipationStatus
from services.domain.message import Addressee, Effect, Event, Notify, StartProcess, Tell, plain
from services.domain.procedure_opening import opening_of
from services.domain.register_change import ChangeMembership, MembershipChanged


def effects(body: Body, event: Event) -> tuple[Effect, ...]:
    """Return what follows from an event, given the state after it."""
    consequence = CONSEQUENCES.get(type(event))
    return consequence(body, event) if consequence else ()


def _proposed(body: Body, event: NextCycleProposed) -> tuple[Effect, ...]:
    return (StartProcess(stream=body.cycle_stream(event.number), command=proposal_of(body, event)),)


def _ended(body: Body, event: SeriesEnded) -> tuple[Effect, ...]:
    return tuple(Tell(stream=body.cycle_stream(n), command=WithdrawProposal()) for n in event.withdrawn)


def _cleared(body: Body, event: CycleCleared) -> tuple[Effect, ...]:
    return (Tell(stream=body.cycle_stream(event.number), command=ClearToConvene()),)


def _called(body: Body, event: ExtraordinarySessionCalled) -> tuple[Effect, ...]:
    members = body.membership.with_status_at(event.at, ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER)
    facts = {"body": body.code, "starts": plain(event.starts), "ends": plain(event.ends), "reason": event.reason}
    to = tuple(Addressee(entity=code, body=body.code) for code in members)
    return (Notify(notice="extraordinary_session_called", to=to, facts=facts),)


def _backlog(body: Body, _event: BacklogTaken) -> tuple[Effect, ...]:
    return _review(body)


def _action(body: Body, event: ActionNoted) -> tuple[Effect, ...]:
    is_open = event.action in body.backlog
    return () if is_open else _review(body)


def _review(body: Body) -> tuple[Effect, ...]:
    coming = body.next_cycle
    if coming is None:
        return ()
    return (Tell(stream=body.cycle_stream(coming.number), command=ReviewBacklog(actions=body.backlog)),)


def _begun(body: Body, event: MatterBegun) -> tuple[Effect, ...]:
    opening = opening_of(event, home_of(body, event.calendar))
    return (StartProcess(stream=f"silence/{event.procedure}", command=opening),)


def _membership(body: Body, event: MembershipChanged) -> tuple[Effect, ...]:
    told = ChangeMembership(entity=event.entity, status=event.status)
    streams = (
        *(body.cycle_stream(cycle.number) for cycle in body.cycles),
        *(f"silence/{view.procedure}" for view in body.procedures),
        *(f"action/{action}" for action in body.backlog),
    )
    return tuple(Tell(stream=stream, command=told) for stream in streams)


CONSEQUENCES: Mapping[type[Event], Callable[[Body, Any], tuple[Effect, ...]]] = {
    NextCycleProposed: _proposed,
    SeriesEnded: _ended,
    CycleCleared: _cleared,
    ExtraordinarySessionCalled: _called,
    BacklogTaken: _backlog,
    ActionNoted: _action,
    MatterBegun: _begun,
    MembershipChanged: _membership,
}

"""What follows from the events of a body: cycles and procedures start, and those that stand are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.action_note import ActionNoted
from services.domain.body.calendars import tell_renewed
from services.domain.body.events import (
    BacklogTaken,
    CycleCleared,
    CycleSkipped,
    ExtraordinarySessionCalled,
    MatterBegun,
    NextCycleProposed,
    SeriesAmended,
    SeriesEnded,
    SeriesPaused,
    SeriesResumed,
)
from services.domain.body.matters import home_of
from services.domain.body.proposal import proposal_of
from services.domain.body.state import Body
from services.domain.cycle.commands import ClearToConvene, ReviewBacklog, WithdrawProposal
from services.domain.cycle.report import ReportPlaced, ReportTaken, TakeItem
from services.domain.membership import ParticipationStatus
from services.domain.message import Addressee, Effect, Event, Notify, StartProcess, Tell, plain
from services.domain.procedure_change import ProcedureTaken, TakeProcedure
from services.domain.procedure_opening import opening_of
from services.domain.register_change import CalendarRenewed, ChangeMembership, MembershipChanged


def effects(body: Body, event: Event) -> tuple[Effect, ...]:
    """Return what follows from an event, given the state after it."""
    consequence = CONSEQUENCES.get(type(event))
    return consequence(body, event) if consequence else ()


def _proposed(body: Body, event: NextCycleProposed) -> tuple[Effect, ...]:
    return (StartProcess(stream=body.cycle_stream(event.number), command=proposal_of(body, event)),)


def _ended(body: Body, event: SeriesEnded | SeriesAmended | SeriesPaused) -> tuple[Effect, ...]:
    return tuple(Tell(stream=body.cycle_stream(n), command=WithdrawProposal()) for n in event.withdrawn)


def _skipped(body: Body, event: CycleSkipped) -> tuple[Effect, ...]:
    if event.number is not None:
        withdraw = WithdrawProposal(is_skipped=True, reason=event.reason, because_of=event.because_of)
        return (Tell(stream=body.cycle_stream(event.number), command=withdraw),)
    facts = {"starts": plain(event.starts), "ends": plain(event.ends), "because_of": event.because_of}
    return (_to_the_table(body, event, "session_skipped", facts),)


def _cleared(body: Body, event: CycleCleared) -> tuple[Effect, ...]:
    return (Tell(stream=body.cycle_stream(event.number), command=ClearToConvene()),)


def _called(body: Body, event: ExtraordinarySessionCalled) -> tuple[Effect, ...]:
    facts = {"starts": plain(event.starts), "ends": plain(event.ends), "reason": event.reason}
    return (_to_the_table(body, event, "extraordinary_session_called", facts),)


def _paused(body: Body, event: SeriesPaused) -> tuple[Effect, ...]:
    facts = {"kind": plain(event.cycle_kind), "reason": event.reason}
    return (*_ended(body, event), _to_the_table(body, event, "series_paused", facts))


def _resumed(body: Body, event: SeriesResumed) -> tuple[Effect, ...]:
    return (_to_the_table(body, event, "series_resumed", {"kind": plain(event.cycle_kind)}),)


def _amended(body: Body, event: SeriesAmended) -> tuple[Effect, ...]:
    facts = {
        "kind": plain(event.cycle_kind),
        "since": plain(event.since),
        "first_session": plain(event.occurrences[0].starts),
        "rrule": event.rrule,
        "zone": event.zone,
        "local_start": event.local_start,
    }
    return (*_ended(body, event), _to_the_table(body, event, "series_amended", facts))


def _to_the_table(body: Body, event: Event, notice: str, facts: Mapping[str, Any]) -> Notify:
    """Write to all members and observers."""
    members = body.membership.with_status_at(event.at, ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER)
    to = tuple(Addressee(entity=code, body=body.code) for code in members)
    return Notify(notice=notice, to=to, facts={"body": body.code, **facts})


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


def _report_taken(body: Body, event: ReportTaken) -> tuple[Effect, ...]:
    if event.returned_by is not None:
        return ()
    facts = {"body": body.code, "source": event.report.source, "title": event.report.title}
    chair = Addressee(entity=body.chair_entity, role="chair", body=body.code)
    return (Notify(notice="report_received", to=(chair,), facts=facts),)


def _report_placed(body: Body, event: ReportPlaced) -> tuple[Effect, ...]:
    placed = body.report(event.report)
    if placed is None:
        return ()
    return (Tell(stream=body.cycle_stream(event.number), command=TakeItem(report=placed.report)),)


def _begun(body: Body, event: MatterBegun) -> tuple[Effect, ...]:
    opening = opening_of(event, home_of(body, event.calendar, event.at))
    return (StartProcess(stream=f"silence/{event.procedure}", command=opening),)


def _membership(body: Body, event: MembershipChanged) -> tuple[Effect, ...]:
    told = ChangeMembership(entity=event.entity, status=event.status)
    streams = (
        *(body.cycle_stream(cycle.number) for cycle in body.cycles),
        *(f"silence/{view.procedure}" for view in body.procedures),
        *(f"action/{action}" for action in body.backlog),
    )
    return tuple(Tell(stream=stream, command=told) for stream in streams)


def _procedure_taken(body: Body, event: ProcedureTaken) -> tuple[Effect, ...]:
    """Tell the cycles that nobody has convened; what is convened keeps the version in force then (domain.md 5.1)."""
    told = TakeProcedure(adopted=event.adopted)
    return tuple(Tell(stream=body.cycle_stream(c.number), command=told) for c in body.cycles if c.is_next)


CONSEQUENCES: Mapping[type[Event], Callable[[Body, Any], tuple[Effect, ...]]] = {
    NextCycleProposed: _proposed,
    SeriesEnded: _ended,
    SeriesAmended: _amended,
    SeriesPaused: _paused,
    SeriesResumed: _resumed,
    CycleSkipped: _skipped,
    CycleCleared: _cleared,
    ExtraordinarySessionCalled: _called,
    BacklogTaken: _backlog,
    ReportTaken: _report_taken,
    ReportPlaced: _report_placed,
    ActionNoted: _action,
    MatterBegun: _begun,
    MembershipChanged: _membership,
    CalendarRenewed: tell_renewed,
    ProcedureTaken: _procedure_taken,
}

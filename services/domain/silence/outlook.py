"""What a silence or written procedure waits for: its next instant, its open waits, its deadlines."""

from __future__ import annotations

from datetime import datetime

from services.domain.message import Deadline, Due, Wait
from services.domain.silence.commands import ProcedureKind
from services.domain.silence.state import STOPPED, SilenceProcedure

EXPIRY = "expiry"
SERVICE = "service"


def due(state: SilenceProcedure) -> Due | None:
    """Return the next instant to decide at: service, or the expiry unless an untold member holds the clock (g)."""
    if not state.is_running:
        return None
    service = Due(at=state.service_from, label=SERVICE) if _comes_to_service(state) else None
    expiry = Due(at=at, label=EXPIRY) if (at := state.falls_due_at) else None
    return min((each for each in (service, expiry) if each), key=lambda each: each.at, default=None)


def _comes_to_service(state: SilenceProcedure) -> bool:
    return not state.service_noted and any(state.is_elector(entity, state.service_from) for entity in state.awaited)


def waits(state: SilenceProcedure) -> tuple[Wait, ...]:
    """Return every open wait: deliveries that hold the clock, answers, the chair's next act."""
    found: list[Wait] = []
    if state.is_running:
        found += [_delivery(state, entity) for entity in state.awaited]
        found += _answers(state)
        if state.request and state.request.answered is None:
            found.append(_chair(state, "more_time", state.request.at, state.expires_at))
    elif state.state in STOPPED and not state.is_closed and not state.superseded_by:
        since = state.broken_at or state.set_aside_at or state.expires_at
        found.append(_chair(state, "reopen_redraft_or_meeting", since, None))
    return tuple(found)


def _delivery(state: SilenceProcedure, entity: str) -> Wait:
    left = state.left_at(entity)
    return Wait(what="delivery", entity=entity, role="head_of_delegation", since=state.opened_at, until=left)


def _answers(state: SilenceProcedure) -> list[Wait]:
    what = "silence" if state.procedure_kind is ProcedureKind.SILENCE else "answer"
    return [
        Wait(what=what, entity=entity, role="head_of_delegation", since=state.told[entity], until=state.expires_at)
        for entity in state.electors_at(state.expires_at)
        if entity in state.told and entity not in state.answers
    ]


def _chair(state: SilenceProcedure, what: str, since: datetime, until: datetime | None) -> Wait:
    return Wait(what=what, entity=state.chair_entity, role="chair", since=since, until=until)


def deadlines(state: SilenceProcedure) -> tuple[Deadline, ...]:
    """Return the expiry as a deadline of everybody in the electorate by then."""
    return tuple(
        Deadline(
            label="silence_expiry" if state.procedure_kind is ProcedureKind.SILENCE else "written_procedure",
            entity=entity,
            due_at=state.expires_at,
            kind=state.period.kind,
            zone=state.membership.convenor_zone,
            reason="; ".join(part for part in (*state.moved_because[-1:], state.expiry_reason) if part),
            met_at=state.ended_at or state.broken_at,
            would_be_at=state.would_move[0].would_be_at if state.would_move else None,
            would_be_reason=state.would_move[0].reason if state.would_move else "",
        )
        for entity in state.electors_at(state.expires_at)
    )


def is_closed(state: SilenceProcedure) -> bool:
    """Tell whether the stream has ended."""
    return state.is_closed


def deaf_since(state: SilenceProcedure) -> datetime | None:
    """Return since when deaf time counts (o)."""
    return state.deaf_since if state.is_running else None

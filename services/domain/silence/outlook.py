"""What a silence or written procedure waits for: its next instant, its open waits, its deadlines."""

from __future__ import annotations

from datetime import datetime

from services.domain.message import Deadline, Due, Wait
from services.domain.silence.commands import ProcedureKind
from services.domain.silence.decide_time import EXPIRY, SERVICE
from services.domain.silence.state import STOPPED, SilenceProcedure


def due(state: SilenceProcedure) -> Due | None:
    """Return the next instant to decide at: the expiry, unless an untold member holds the clock (g)."""
    if not state.is_running:
        return None
    if (at := state.falls_due_at) is not None:
        return Due(at=at, label=EXPIRY)
    return None if state.service_noted else Due(at=state.opened_at + state.parameters.service_after, label=SERVICE)


def waits(state: SilenceProcedure) -> tuple[Wait, ...]:
    """Return every open wait: deliveries that hold the clock, answers, the chair's next act."""
    found: list[Wait] = []
    if state.is_running:
        found += [
            Wait(what="delivery", entity=entity, role="head_of_delegation", since=state.opened_at)
            for entity in state.untold
        ]
        found += _answers(state)
        if state.request and state.request.answered is None:
            found.append(_chair(state, "more_time", state.request.at, state.expires_at))
    elif state.state in STOPPED and not state.is_closed:
        found.append(_chair(state, "reopen_redraft_or_meeting", state.broken_at or state.expires_at, None))
    return tuple(found)


def _answers(state: SilenceProcedure) -> list[Wait]:
    what = "silence" if state.procedure_kind is ProcedureKind.SILENCE else "answer"
    return [
        Wait(what=what, entity=entity, role="head_of_delegation", since=state.told[entity], until=state.expires_at)
        for entity in state.electorate
        if entity in state.told and entity not in state.answers
    ]


def _chair(state: SilenceProcedure, what: str, since: datetime, until: datetime | None) -> Wait:
    return Wait(what=what, entity=state.chair_entity, role="chair", since=since, until=until)


def deadlines(state: SilenceProcedure) -> tuple[Deadline, ...]:
    """Return the expiry as a deadline of everybody in the electorate."""
    return tuple(
        Deadline(
            label="silence_expiry" if state.procedure_kind is ProcedureKind.SILENCE else "written_procedure",
            entity=entity,
            due_at=state.expires_at,
            kind=state.period.kind,
            zone=state.membership.convenor_zone,
            reason=state.moved_because[-1] if state.moved_because else "",
            met_at=state.ended_at or state.broken_at,
        )
        for entity in state.electorate
    )


def is_closed(state: SilenceProcedure) -> bool:
    """Tell whether the stream has ended."""
    return state.is_closed


def deaf_since(state: SilenceProcedure) -> datetime | None:
    """Return since when deaf time counts (o)."""
    return state.deaf_since if state.is_running else None

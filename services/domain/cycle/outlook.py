"""What a cycle waits for: its next instant, its open waits, its deadlines."""

from __future__ import annotations

from datetime import datetime

from services.domain.cycle.attendance import at_the_table
from services.domain.cycle.records import EntryKind, InvitationAnswer, StepDue
from services.domain.cycle.state import BEFORE_SESSION, CLOSABLE, UNTIL_SESSION_ENDS, Cycle, CycleState
from services.domain.cycle.steps import (
    ANNOTATED_AGENDA,
    CONVENING,
    CREDENTIALS,
    PROVISIONAL_AGENDA,
    is_to_come,
    pending,
    step_of,
)
from services.domain.cycle.text import TextState
from services.domain.message import Deadline, Due, Wait

HEAD = "head_of_delegation"


def due(cycle: Cycle) -> Due | None:
    """Return the next step to fall due."""
    steps = () if cycle.is_over else pending(cycle)
    return Due(at=steps[0].due_at, label=steps[0].label) if steps else None


def waits(cycle: Cycle) -> tuple[Wait, ...]:
    """Return every open wait, named by the command that ends it: of entities, of the chair, of the coordinator."""
    if cycle.is_over:
        return ()
    return (*_answers(cycle), *_credentials(cycle), *_chair(cycle), *_texts(cycle), *_coordinator(cycle))


def deadlines(cycle: Cycle) -> tuple[Deadline, ...]:
    """
    Return the steps as deadlines of their debtors; of a session that is not held nobody owes what is left.

    What is met or has fallen due is where it was: no calendar would put it elsewhere any more.
    """
    elsewhere = {(moved.label, moved.entity): moved for moved in cycle.would_move}
    return tuple(
        Deadline(
            label=step.label,
            entity=step.entity,
            due_at=step.due_at,
            kind=step.kind,
            zone=step.zone,
            reason=step.reason,
            met_at=step.met_at,
            would_be_at=moved.would_be_at if moved else None,
            would_be_reason=moved.reason if moved else "",
        )
        for step in cycle.steps
        for moved in (elsewhere.get((step.label, step.entity)) if is_to_come(step) else None,)
        if cycle.state is not CycleState.CANCELLED or step.met_at is not None
    )


def is_closed(cycle: Cycle) -> bool:
    """Tell whether the stream has ended."""
    return cycle.is_over


def _answers(cycle: Cycle) -> tuple[Wait, ...]:
    if cycle.convening is None or cycle.state not in BEFORE_SESSION:
        return ()
    since = cycle.postponed_at or cycle.convening.at
    return tuple(
        Wait(what="respond", entity=entity, role=HEAD, since=since, until=cycle.starts)
        for entity in at_the_table(cycle, since)
        if entity not in cycle.responses
    )


def _credentials(cycle: Cycle) -> tuple[Wait, ...]:
    if cycle.convening is None or cycle.state not in UNTIL_SESSION_ENDS:
        return ()
    since = cycle.convening.at
    return tuple(
        Wait(what="register_credentials", entity=step.entity, role=HEAD, since=since, until=step.due_at)
        for step in cycle.steps
        if step.label == CREDENTIALS and step.met_at is None and not _has_declined(cycle, step.entity)
    )


def _chair(cycle: Cycle) -> tuple[Wait, ...]:
    awaited = {
        CycleState.CONVENED: ("publish_agenda", step_of(cycle, PROVISIONAL_AGENDA)),
        CycleState.AGENDA_PROVISIONAL: ("annotate_agenda", step_of(cycle, ANNOTATED_AGENDA)),
    }
    what, step = awaited.get(cycle.course, ("", None))
    if step is None or cycle.convening is None:
        return ()
    return (_by_chair(cycle, what, cycle.convening.at, step),)


def _texts(cycle: Cycle) -> tuple[Wait, ...]:
    found = []
    for text in cycle.texts:
        if text.state is TextState.AD_REFERENDUM and text.adopted_at:
            found.append(_by_chair(cycle, "open_silence", text.adopted_at, about=text.id))
        elif text.state is TextState.TABLED and cycle.session_closed_at:
            found.append(_by_chair(cycle, "settle_text", cycle.session_closed_at, about=text.id))
    return tuple(found)


def _coordinator(cycle: Cycle) -> tuple[Wait, ...]:
    found = []
    if cycle.state is CycleState.PROPOSED and cycle.is_clear:
        step = step_of(cycle, CONVENING)
        found.append(_by_coordinator(cycle, "convene", cycle.proposed_at, step.due_at if step else cycle.starts))
    if cycle.state in CLOSABLE and cycle.adopted_at and not cycle.open_actions and not cycle.running():
        found.append(_by_coordinator(cycle, "close_cycle", cycle.adopted_at))
    standing = {response.entry for response in cycle.responses.values()}
    found += [
        _by_coordinator(cycle, "correct", entry.contested_at)
        for entry in cycle.entries
        if entry.contested_at and entry.kind is EntryKind.RESPONSE and entry.version in standing
    ]
    return tuple(found)


def _has_declined(cycle: Cycle, entity: str) -> bool:
    response = cycle.responses.get(entity)
    return response is not None and response.answer is InvitationAnswer.DECLINED


def _by_chair(cycle: Cycle, what: str, since: datetime, step: StepDue | None = None, *, about: str = "") -> Wait:
    until = step.due_at if step else None
    return Wait(what=what, entity=cycle.chair_entity, role="chair", since=since, until=until, about=about)


def _by_coordinator(cycle: Cycle, what: str, since: datetime, until: datetime | None = None) -> Wait:
    return Wait(what=what, entity=cycle.membership.convenor, role="coordinator", since=since, until=until)

"""Decides on corrections and contests: nothing is edited, a later entry names the one it corrects (OB-1, OB-3)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.domain.cycle.admission import wrong_state
from services.domain.cycle.attendance import has_written
from services.domain.cycle.commands import Contest, Correct
from services.domain.cycle.events import EntryContested, EntryCorrected
from services.domain.cycle.records import Entry, EntryKind, InvitationAnswer, Presence
from services.domain.cycle.refusals import AlreadyCorrected
from services.domain.cycle.session import with_quorum
from services.domain.cycle.state import UNDER_WAY, Cycle
from services.domain.message import BadArgument, Context, Event, NotFound, NotPermitted, Refusal, refuse

#: what of a fact can be corrected, and with which values
CORRECTABLE: Mapping[EntryKind, tuple[str, type[StrEnum]]] = {
    EntryKind.RESPONSE: ("answer", InvitationAnswer),
    EntryKind.PRESENCE: ("presence", Presence),
}


def correct(cycle: Cycle, command: Correct, context: Context) -> tuple[Event, ...]:
    """Correct a response or a presence; in session the presence may make or lose a quorum."""
    entry = cycle.entry(command.event)
    if entry is None:
        return refuse(command, NotFound(what="event", which=str(command.event)), context)
    if refusal := wrong_state(cycle, UNDER_WAY) or _not_correctable(entry) or _wrong_data(cycle, entry, command):
        return refuse(command, refusal, context)
    corrected = EntryCorrected(
        at=context.at,
        actor=context.actor,
        corrects=entry.version,
        kind=entry.kind,
        entity=entry.entity,
        delegation=entry.delegation,
        data=dict(command.data),
        reason=command.reason,
    )
    return with_quorum(cycle, (corrected,), context)


def contest(cycle: Cycle, command: Contest, context: Context) -> tuple[Event, ...]:
    """Contest what was recorded on one's own behalf."""
    entry = cycle.entry(command.event)
    if entry is None:
        return refuse(command, NotFound(what="event", which=str(command.event)), context)
    if refusal := wrong_state(cycle, UNDER_WAY) or _not_contestable(entry, context):
        return refuse(command, refusal, context)
    return (
        EntryContested(
            at=context.at,
            actor=context.actor,
            contests=entry.version,
            kind=entry.kind,
            entity=entry.entity,
            reason=command.reason,
        ),
    )


def _not_correctable(entry: Entry) -> Refusal | None:
    if entry.kind not in CORRECTABLE:
        return BadArgument(
            field="event",
            rule=f"{entry.kind} is not corrected this way",
            remedy="register or file it again; the later one counts",
        )
    if entry.corrected_by is not None:
        return AlreadyCorrected(event=entry.version, corrected_by=entry.corrected_by)
    return None


def _wrong_data(cycle: Cycle, entry: Entry, command: Correct) -> Refusal | None:
    field, values = CORRECTABLE[entry.kind]
    if set(command.data) != {field} or command.data[field] not in set(values):
        return BadArgument(
            field="data", rule=f"a {entry.kind} has the field {field}", remedy=f"use one of {', '.join(values)}"
        )
    if command.data[field] == Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION and not has_written(cycle, entry.entity):
        return BadArgument(
            field="data", rule=f"{entry.entity} has filed no written contribution", remedy="correct it to absent"
        )
    return None


def _not_contestable(entry: Entry, context: Context) -> Refusal | None:
    if entry.entity == context.entity and entry.is_on_behalf and entry.contested_at is None:
        return None
    why = (
        "only what was recorded on its behalf, and only once" if entry.entity == context.entity else "it is not its own"
    )
    return NotPermitted(who=context.entity, what=f"contest event {entry.version}", why=why)

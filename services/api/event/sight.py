"""
Which events a caller sees: those of what it may read, decided by the same questions as reading it.

Every kind there is has its line here; one without a line would be shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from services.access.request import Resource, ResourceKind
from services.api.cycle.sight import procedure_of
from services.api.entity.router import REGISTER
from services.api.reading import Viewer
from services.commands.resource import action_of, cycle_of, item_of, people_of_entity, text_of
from services.domain.cycle.state import Cycle
from services.domain.register.state import Register
from services.storage.ledger import LedgerEntry


class Sight(Enum):
    """What has to be readable for an event to be seen."""

    #: the thing itself: body, cycle, procedure or action, or the register's table
    THING = auto()
    #: the agenda item, paper or contribution it concerns
    ITEM = auto()
    #: the text it concerns
    TEXT = auto()
    #: the people of the entity it concerns
    PEOPLE = auto()
    #: the ladder of the action
    LADDER = auto()
    #: the notices to the entity it tells of
    NOTICE = auto()
    #: only who sent the command
    OWN = auto()
    #: nobody: it repeats what another stream's event says, or is the engine's own bookkeeping
    NOBODY = auto()


_THING, _ITEM, _TEXT, _NOBODY = Sight.THING, Sight.ITEM, Sight.TEXT, Sight.NOBODY
ANYWHERE: Mapping[str, Sight] = {
    "command_refused": Sight.OWN,
    "notice_delivered": Sight.NOTICE,
    "notice_failed": Sight.NOTICE,
    "membership_changed": _NOBODY,
    "calendar_renewed": _NOBODY,
    "procedure_taken": _NOBODY,
}
OF_REGISTER: Mapping[str, Sight] = {
    **dict.fromkeys(("register_founded", "status_changed", "calendar_changed", "policy_adopted"), _THING),
    **dict.fromkeys(
        (
            "person_enrolled",
            "person_appointed",
            "appointment_ended",
            "key_issued",
            "key_revoked",
            "key_expiry_neared",
            "person_erased",
        ),
        Sight.PEOPLE,
    ),
}
OF_BODY: Mapping[str, Sight] = {
    **dict.fromkeys(
        (
            "body_founded",
            "series_scheduled",
            "series_amended",
            "series_ended",
            "series_paused",
            "series_resumed",
            "cycle_skipped",
        ),
        _THING,
    ),
    **dict.fromkeys(
        (
            "occurrences_extended",
            "occurrences_needed",
            "next_cycle_proposed",
            "extraordinary_session_called",
            "cycle_cleared",
            "cycle_noted",
            "backlog_taken",
            "action_noted",
            "matter_begun",
            "procedure_noted",
            "report_taken",
            "report_placed",
        ),
        _NOBODY,
    ),
}
OF_CYCLE: Mapping[str, Sight] = {
    **dict.fromkeys(
        (
            "cycle_proposed",
            "proposal_withdrawn",
            "cycle_convened",
            "response_given",
            "credentials_registered",
            "agenda_published",
            "agenda_annotated",
            "agenda_adopted",
            "presence_recorded",
            "session_opened",
            "quorum_met",
            "quorum_lost",
            "session_closed",
            "step_fell_due",
            "step_due_changed",
            "cycle_adopted",
            "follow_up_begun",
            "cycle_closed",
            "entry_corrected",
            "entry_contested",
            "cycle_postponed",
            "cycle_converted",
            "cycle_cancelled",
            "outcome_reported",
            "procedure_governed",
        ),
        _THING,
    ),
    **dict.fromkeys(("item_proposed", "item_taken", "paper_added", "contribution_filed"), _ITEM),
    **dict.fromkeys(
        (
            "text_tabled",
            "text_amended",
            "editorial_correction_made",
            "editorial_correction_refused",
            "text_adopted",
            "dissociated",
            "text_withdrawn",
            "procedure_begun",
        ),
        _TEXT,
    ),
    **dict.fromkeys(
        (
            "convening_cleared",
            "backlog_reviewed",
            "single_position_warning",
            "procedure_noted",
            "action_assigned",
            "action_noted",
            "item_returned",
            "joint_action_adopted",
        ),
        _NOBODY,
    ),
}
OF_SILENCE: Mapping[str, Sight] = dict.fromkeys(
    (
        "procedure_opened",
        "silence_reopened",
        "expiry_moved",
        "silence_broken",
        "adoption_set_aside",
        "further_objection_kept",
        "late_statement_kept",
        "comment_filed",
        "objection_lifted",
        "time_asked",
        "time_declined",
        "sent_to_meeting",
        "procedure_withdrawn",
        "procedure_lapsed",
        "text_adopted_by_silence",
        "text_adopted_in_writing",
        "text_corrected",
        "dissociation_recorded",
        "answer_recorded",
        "served_by_hand",
        "letter_read",
        "service_overdue",
        "procedure_superseded",
        "procedure_closed",
    ),
    _THING,
)
OF_ACTION: Mapping[str, Sight] = {
    **dict.fromkeys(
        (
            "action_opened",
            "progress_reported",
            "action_completed",
            "action_confirmed",
            "action_reopened",
            "action_reassigned",
            "action_dropped",
            "action_superseded",
            "due_changed",
            "reminder_sent",
            "fell_overdue",
            "new_owner_needed",
            "jointly_adopted",
            "conflicting_adoption",
            "adoptions_reconciled",
            "carried_over",
            "record_closed",
        ),
        _THING,
    ),
    **dict.fromkeys(("rung_held", "rung_reached"), Sight.LADDER),
}
SIGHTS: Mapping[str, Mapping[str, Sight]] = {
    "register": {**ANYWHERE, **OF_REGISTER},
    "body": {**ANYWHERE, **OF_BODY},
    "cycle": {**ANYWHERE, **OF_CYCLE},
    "silence": {**ANYWHERE, **OF_SILENCE},
    "action": {**ANYWHERE, **OF_ACTION},
}


def noun_of(stream: str) -> str:
    """Return the noun of a stream."""
    return stream.partition("/")[0]


def body_of(stream: str, state: Any) -> str:
    """Return the body a stream belongs to; empty for the register."""
    noun, _, rest = stream.partition("/")
    if noun in {"body", "cycle"}:
        return rest.partition("/")[0]
    return "" if noun == "register" else str(state.body)


async def sees(viewer: Viewer, entry: LedgerEntry, state: Any) -> bool:
    """Tell whether the viewer sees an event of a stream in its present state."""
    sight = SIGHTS[noun_of(entry.stream)].get(entry.kind, Sight.NOBODY)
    if sight is Sight.NOBODY:
        return False
    if sight is Sight.OWN:
        return bool(entry.actor["person"] == viewer.caller.actor.person)
    if sight is Sight.NOTICE:
        body = body_of(entry.stream, state)
        told = str(entry.data["entity"])
        return viewer.may("read_notices", Resource(kind=ResourceKind.NOTICE, id=body, body=body, owner=told))
    seen: bool = await _READ[noun_of(entry.stream)](viewer, entry, state, sight)
    return seen


async def _register(viewer: Viewer, entry: LedgerEntry, state: Register, sight: Sight) -> bool:
    if sight is Sight.THING:
        return viewer.may("read_register", REGISTER)
    entity = _entity_of(state, entry.data)
    return entity is not None and viewer.may("read_people", people_of_entity(entity))


def _entity_of(register: Register, data: Mapping[str, Any]) -> str | None:
    """Return the entity whose people an event of the register concerns; ``None`` if that cannot be told any more."""
    if "seat" in data or "entity" in data:
        return str(data.get("seat", data.get("entity")))
    key = register.keys.get(str(data.get("key")))
    held = register.appointments.get(str(data.get("appointment", key.appointment if key else "")))
    if held is not None:
        return held.seat
    person = register.persons.get(str(data.get("person")))
    return person.entity if person else None


async def _body(viewer: Viewer, entry: LedgerEntry, _state: Any, _sight: Sight) -> bool:
    code = entry.stream.partition("/")[2]
    return viewer.may("read_body", Resource(kind=ResourceKind.BODY, id=entry.stream, body=code))


async def _cycle(viewer: Viewer, entry: LedgerEntry, cycle: Cycle, sight: Sight) -> bool:
    if not viewer.may("read_cycle", cycle_of(cycle)):
        return False
    if sight is Sight.TEXT:
        text = str(entry.data["text"])
        return cycle.text(text) is not None and viewer.may("read_text", text_of(cycle, text))
    if sight is Sight.ITEM:
        return _sees_item(viewer, cycle, entry.data)
    return True


def _sees_item(viewer: Viewer, cycle: Cycle, data: Mapping[str, Any]) -> bool:
    """Tell whether a paper, a contribution or an item is seen, and the item that it belongs to."""
    found = cycle.item(str(data["item"])) if data.get("item") else None
    if found is not None:
        item = item_of(cycle, found.id, found.entity, found.audience, lead=found.lead)
        if not viewer.may("read_item", item):
            return False
    own = str(data.get("paper") or data.get("contribution") or "")
    if not own or "audience" not in data:
        return found is not None
    return viewer.may("read_item", item_of(cycle, own, str(data["entity"]), str(data["audience"])))


async def _silence(viewer: Viewer, entry: LedgerEntry, state: Any, _sight: Sight) -> bool:
    if state.text is not None:
        home: Cycle = await viewer.load(state.home, "procedure", state.id)
        if not viewer.may("read_text", text_of(home, state.text)):
            return False
    return viewer.may("read_procedure", procedure_of(state.body, entry.stream.partition("/")[2]))


async def _action(viewer: Viewer, _entry: LedgerEntry, state: Any, sight: Sight) -> bool:
    resource = action_of(state)
    if not viewer.may("read_action", resource):
        return False
    return sight is not Sight.LADDER or bool(viewer.may("read_escalation", resource))


_READ: Mapping[str, Any] = {
    "register": _register,
    "body": _body,
    "cycle": _cycle,
    "silence": _silence,
    "action": _action,
}

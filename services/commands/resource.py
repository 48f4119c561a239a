"""What a command acts upon, as the access policy sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.access.request import Resource, ResourceKind
from services.domain.action.state import ActionItem
from services.domain.catalogue import decider_of
from services.domain.cycle.state import Cycle
from services.domain.register.state import Appointment, Register

#: Commands of a cycle that act upon one of its texts.
UPON_TEXT = frozenset(
    {"amend", "adopt_text", "withdraw_text", "correct_editorially", "refuse_correction", "dissociate"}
)
#: While a text is in a procedure, these are said there (domain.md 5.2 p, q).
SAID_IN_PROCEDURE = frozenset({"correct_editorially", "refuse_correction", "dissociate"})


#: Commands upon the calendar feed of an appointment.
UPON_FEED = frozenset({"issue_feed_key", "revoke_feed_key"})


def resource_of(stream: str, kind: str, arguments: Mapping[str, Any], state: Any) -> Resource:
    """Return the resource of a command on a stream in a state."""
    noun = decider_of(stream).noun
    if noun == "register":
        return _register_of(state, kind, arguments)
    if noun == "body":
        return Resource(kind=ResourceKind.BODY, id=stream, body=stream.split("/")[1])
    if noun == "cycle":
        return text_of(state, str(arguments.get("text", ""))) if kind in UPON_TEXT else cycle_of(state)
    if noun == "action":
        return _decided_by(action_of(state), kind, arguments)
    return Resource(kind=ResourceKind.PROCEDURE, id=stream, body=state.body)


def _register_of(state: Any, kind: str, arguments: Mapping[str, Any]) -> Resource:
    """Return the register as what a command concerns of it; a calendar feed is of the body its appointment is for."""
    held = _appointment(state, arguments)
    reach = held.body if held and kind in UPON_FEED else arguments.get("body")
    return Resource(
        kind=ResourceKind.REGISTER,
        id="register",
        body=str(reach or ""),
        owner=_owner(state, arguments),
        appointment=held.appointment if held else "",
    )


def cycle_of(cycle: Cycle) -> Resource:
    """Return a cycle as a resource."""
    return Resource(kind=ResourceKind.CYCLE, id=cycle.stream, body=cycle.body, named=guests_of(cycle))


def guests_of(cycle: Cycle) -> frozenset[str]:
    """Return the guests a cycle's convening notice named."""
    return frozenset(cycle.convening.guests) if cycle.convening else frozenset()


def item_of(cycle: Cycle, id_: str, owner: str, audience: str, *, lead: str | None = None) -> Resource:
    """Return an item, paper or contribution of a cycle as a resource; it names its owner, and who introduces it."""
    named = frozenset({owner, lead} if lead else {owner})
    return Resource(kind=ResourceKind.ITEM, id=id_, body=cycle.body, owner=owner, audience=audience, named=named)


def text_of(cycle: Cycle, id_: str) -> Resource:
    """Return a text of a cycle as a resource; one that is not there is nobody's and for all."""
    text = cycle.text(id_)
    return Resource(
        kind=ResourceKind.TEXT,
        id=id_,
        body=cycle.body,
        owner=text.entity if text else "",
        audience=text.audience if text else "all",
    )


def action_of(action: ActionItem) -> Resource:
    """Return an action item as a resource."""
    return Resource(
        kind=ResourceKind.ACTION_ITEM,
        id=action.id,
        body=action.body,
        owner=action.owner,
        supporting=frozenset(action.supporting),
        chair_entity=action.chair_entity,
        convenor=action.membership.convenor,
    )


def _decided_by(action: Resource, kind: str, arguments: Mapping[str, Any]) -> Resource:
    """Return an action as what another body decides on, where that is said: who acts has to act for that body."""
    body = arguments.get("body")
    return replace(action, body=str(body)) if kind == "change_due" and body is not None else action


def people_of_entity(entity: str) -> Resource:
    """Return the people of an entity as a resource."""
    return Resource(kind=ResourceKind.REGISTER, id="register", owner=entity)


def _owner(state: Any, arguments: Mapping[str, Any]) -> str:
    """Return the entity whose people or status a register command concerns."""
    if not isinstance(state, Register):
        return ""
    if "appointment" in arguments or "key" in arguments:
        appointment = _appointment(state, arguments)
        return appointment.seat if appointment else ""
    if "seat" not in arguments and "person" in arguments:
        person = state.persons.get(str(arguments["person"]))
        return person.entity if person else ""
    if "delegation" in arguments and "calendar" in arguments:
        return _sender(state, str(arguments["delegation"]))
    return str(arguments.get("seat") or arguments.get("entity") or "")


def _appointment(state: Any, arguments: Mapping[str, Any]) -> Appointment | None:
    """Return the appointment that a register command names, by itself or by its key."""
    if not isinstance(state, Register):
        return None
    key = state.keys.get(str(arguments.get("key")))
    return state.appointments.get(key.appointment if key else str(arguments.get("appointment")))


def _sender(register: Register, delegation: str) -> str:
    """Return the entity that sends a delegation."""
    sent = ((entity.code, {d.code for d in entity.delegations}) for entity in register.membership.entities)
    return next((code for code, delegations in sent if delegation in delegations), "")

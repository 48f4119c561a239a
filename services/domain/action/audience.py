"""Who is told of an action item, computed when it fires (domain.md LD-1, LD-3)."""

from __future__ import annotations

from datetime import datetime

from services.domain.action.moments import INNER_ROLES, Moment
from services.domain.action.state import ActionItem
from services.domain.membership import ParticipationStatus
from services.domain.message import Addressee

#: the role that does the work in an entity
WORKING_ROLE = "focal_point"


def audience_of(state: ActionItem, moment: Moment) -> tuple[str, ...]:
    """
    Return the entities that a moment goes to at its instant; nobody once the owner's membership has ended.

    Observers are never among them, whatever the ladder (domain.md LD-3); the entity of a chair is, by its office. Of a
    joint action every body that adopted it has its chair told.
    """
    if moment.to == "chair":
        return tuple(dict.fromkeys(chair.entity for chair in chairs(state)))
    members = state.membership.members_at(moment.at)
    if moment.to in INNER_ROLES:
        return tuple(member for member in members if member == state.owner)
    return members


def rung_addressees(state: ActionItem, to_role: str, entities: tuple[str, ...]) -> tuple[Addressee, ...]:
    """Return the persons' seats that a rung goes to."""
    if to_role == "heads_of_entity":
        return tuple(Addressee(entity=entity, role="head_of_entity") for entity in entities)
    if to_role == "chair":
        return tuple(chair for chair in chairs(state) if chair.entity in entities)
    return tuple(Addressee(entity=entity, role=to_role, body=state.body) for entity in entities)


def workers(state: ActionItem, at: datetime, *entities: str) -> tuple[Addressee, ...]:
    """Return who does the work in those entities that take part at an instant; a former member is not told."""
    taking_part = state.membership.with_status_at(
        at, ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER, ParticipationStatus.GUEST
    )
    return tuple(
        Addressee(entity=entity, role=WORKING_ROLE, body=state.body) for entity in entities if entity in taking_part
    )


def chair(state: ActionItem) -> Addressee:
    """Return the chair of the body."""
    return Addressee(entity=state.chair_entity, role="chair", body=state.body)


def chairs(state: ActionItem) -> tuple[Addressee, ...]:
    """Return the chairs of all bodies that adopted the action."""
    others = (Addressee(entity=a.chair_entity, role="chair", body=a.body) for a in state.adoptions)
    return (chair(state), *others)


def confirmers(state: ActionItem, at: datetime) -> tuple[Addressee, ...]:
    """
    Return who may confirm the work: the chair; if the chair's entity owns the action, the convenor's coordinator.

    If the convenor owns it and has the chair, the heads of delegation of the other members are asked: nobody confirms
    its own work.
    """
    if state.chair_entity != state.owner:
        return (chair(state),)
    convenor = state.membership.convenor
    if convenor != state.owner:
        return (Addressee(entity=convenor, role="coordinator", body=state.body),)
    return tuple(
        Addressee(entity=member, body=state.body) for member in state.membership.members_at(at) if member != state.owner
    )

"""What is asked of the access policy: who, upon what; plain values that become Cedar entities."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.domain.membership import ParticipationStatus
from services.domain.message import Actor

#: an appointment for all bodies
ALL_BODIES = "*"
#: the status of an entity before its first one, and of auditors, who have no seat
NO_STATUS = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """
    A person under one appointment, as of the instant of the request, with the scopes of the key in use.

    ``body`` is the one body the appointment is for, or ``*``; ``status`` that of the entity, or ``none``.
    """

    person: str
    entity: str
    role: str
    status: str
    body: str
    scopes: frozenset[str]
    appointment: str

    def document(self, roles: Container[str]) -> dict[str, Any]:
        """Return the Cedar entity, in its role and so in that role's groups; a role not among ``roles`` is none."""
        return {
            "uid": {"type": "Person", "id": self.person},
            "attrs": {
                "person": self.person,
                "entity": self.entity,
                "status": self.status,
                "body": self.body,
                "scopes": sorted(self.scopes),
                "appointment": self.appointment,
            },
            "parents": [{"type": "Role", "id": self.role}] if self.role in roles else [],
        }


def principal_of(*, actor: Actor, status: ParticipationStatus | None, scopes: frozenset[str]) -> Principal:
    """Return the principal that an actor is with a key of these scopes, its entity having that status now."""
    return Principal(
        person=actor.person,
        entity=actor.entity,
        role=actor.role,
        status=status or NO_STATUS,
        body=actor.body or ALL_BODIES,
        scopes=scopes,
        appointment=actor.appointment,
    )


class ResourceKind(StrEnum):
    """What can be acted upon or read, as ``schema.cedarschema`` names it."""

    REGISTER = "Register"
    BODY = "Body"
    CYCLE = "Cycle"
    ITEM = "Item"
    TEXT = "Text"
    PROCEDURE = "Procedure"
    ACTION_ITEM = "ActionItem"
    NOTICE = "Notice"
    COMMAND_RECORD = "CommandRecord"
    ACCOUNT = "Account"


ATTRIBUTES: Mapping[ResourceKind, tuple[str, ...]] = {
    ResourceKind.REGISTER: ("body", "owner", "appointment"),
    ResourceKind.BODY: ("body", "owner"),
    ResourceKind.CYCLE: ("body", "named"),
    ResourceKind.ITEM: ("body", "owner", "audience", "named"),
    ResourceKind.TEXT: ("body", "owner", "audience", "named"),
    ResourceKind.PROCEDURE: ("body",),
    ResourceKind.ACTION_ITEM: ("body", "owner", "supporting", "chair_entity", "convenor"),
    ResourceKind.NOTICE: ("body", "owner"),
    ResourceKind.COMMAND_RECORD: ("owner",),
    ResourceKind.ACCOUNT: ("owner",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """
    Something acted upon or read; attributes that its kind does not have stay at their defaults.

    ``owner`` is the entity it belongs to or concerns (whose people, deadlines, waits, notices, item, action), or the
    person of a command record or account. ``named`` lists entities it names: guests invited to a cycle, for instance.
    ``appointment`` is the one whose key a register command issues or revokes.
    """

    kind: ResourceKind
    id: str
    body: str = ""
    owner: str = ""
    audience: str = "all"
    named: frozenset[str] = frozenset()
    supporting: frozenset[str] = frozenset()
    chair_entity: str = ""
    convenor: str = ""
    appointment: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """Return the Cedar entity with the attributes of its kind."""
        held = {name: getattr(self, name) for name in ATTRIBUTES[self.kind]}
        attrs = {name: sorted(v) if isinstance(v, frozenset) else v for name, v in held.items()}
        return {"uid": {"type": self.kind.value, "id": self.id}, "attrs": attrs, "parents": []}


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRequest:
    """One question: may this person do or read this?"""

    principal: Principal
    action: str
    resource: Resource

    @property
    def document(self) -> dict[str, Any]:
        """Return the Cedar request."""
        return {
            "principal": {"type": "Person", "id": self.principal.person},
            "action": {"type": "Action", "id": self.action},
            "resource": {"type": self.resource.kind.value, "id": self.resource.id},
        }

"""Changes of the register that every live aggregate takes over: told by the register, recorded in each stream."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.membership import StatusSince
from services.domain.message import Command, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeMembership(Command):
    """The register tells that ``entity`` has a status from an instant on (domain.md R1-1)."""

    entity: str
    status: StatusSince


@dataclass(frozen=True, kw_only=True, slots=True)
class MembershipChanged(Event):
    """This stream knows the entity's status from now on; what was fixed before, electorates above all, stands."""

    entity: str
    status: StatusSince

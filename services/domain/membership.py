"""Membership: entities, their delegations, dated statuses and seats (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.domain.working_calendar import WorkingWeek


class ParticipationStatus(StrEnum):
    """What an entity is in the Dialogue at an instant (domain.md R1-1)."""

    MEMBER = "member"
    OBSERVER = "observer"
    GUEST = "guest"
    FORMER = "former"


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """Where a group of facts comes from, and how sure it is: ``stated``, ``public``, ``knowledge``, ``assumption``."""

    source: str = ""
    confidence: str = "assumption"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusSince:
    """A status that holds from ``since`` (UTC) until the next one."""

    status: ParticipationStatus
    since: datetime
    source: str = ""
    confidence: str = "assumption"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegation:
    """
    One delegation of an entity, with its place; most entities have one, of the entity's own code (R1-2).

    ``weeks`` are those of editions that had no calendars yet; a calendar of the pinned table goes before them.
    ``bases`` tells where ``names``, ``seat`` and ``head`` come from.
    """

    code: str
    names: Mapping[str, str]
    seat: str
    zone: str
    weeks: tuple[WorkingWeek, ...] = ()
    head_title: str = ""
    bases: Mapping[str, Basis] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """
    A participant that holds one seat and takes one position, however many delegations it sends (R1-2).

    ``bases`` tells where ``names`` and ``head`` come from.
    """

    code: str
    names: Mapping[str, str]
    head_title: str
    statuses: tuple[StatusSince, ...]
    delegations: tuple[Delegation, ...]
    bases: Mapping[str, Basis] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """Return the IANA zone of the first delegation, in which the entity is written to."""
        return self.delegations[0].zone

    @property
    def zones(self) -> tuple[str, ...]:
        """Return the IANA zones of all its delegations, the first delegation's first."""
        return tuple(dict.fromkeys(delegation.zone for delegation in self.delegations))

    def status_at(self, at: datetime) -> ParticipationStatus | None:
        """Return the status at an instant; ``None`` before the first one."""
        holding = [s.status for s in self.statuses if s.since <= at]
        return holding[-1] if holding else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """Everybody at the table, as known; ``digest`` names the edition this came from."""

    digest: str
    convenor: str
    convenor_zone: str
    entities: tuple[Entity, ...]

    @property
    def zones(self) -> tuple[str, ...]:
        """Return every IANA zone of the register, sorted: the convenor's and each delegation's."""
        return tuple(sorted({self.convenor_zone, *(d.zone for e in self.entities for d in e.delegations)}))

    def entity(self, code: str) -> Entity | None:
        """Return an entity by code."""
        return next((e for e in self.entities if e.code == code), None)

    def status_at(self, code: str, at: datetime) -> ParticipationStatus | None:
        """Return the status of an entity at an instant; ``None`` if it has none."""
        entity = self.entity(code)
        return entity.status_at(at) if entity else None

    def with_status_at(self, at: datetime, *statuses: ParticipationStatus) -> tuple[str, ...]:
        """Return the codes that hold one of the statuses at an instant, in the order of the register."""
        return tuple(e.code for e in self.entities if e.status_at(at) in statuses)

    def members_at(self, at: datetime) -> tuple[str, ...]:
        """Return the members at an instant."""
        return self.with_status_at(at, ParticipationStatus.MEMBER)

    def changed(self, code: str, status: StatusSince) -> Membership:
        """Return this membership with one more dated status; later statuses of that entity give way to it."""
        return replace(
            self,
            entities=tuple(
                replace(e, statuses=(*(s for s in e.statuses if s.since < status.since), status))
                if e.code == code
                else e
                for e in self.entities
            ),
        )


def quorum_of(members: int) -> int:
    """Return how many members make a quorum: floor(members / 2) + 1 (domain.md 5.1)."""
    return members // 2 + 1

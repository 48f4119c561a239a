"""How entities are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Answer, Instant, Read


class BasisRead(Read):
    """Where facts come from, and how sure they are: `stated`, `public`, `knowledge` or `assumption`."""

    source: str
    confidence: str


class StatusRead(BasisRead):
    """A status that holds from `since` until the next one."""

    status: str = Field(examples=["member"])
    since: Instant


class WorkingWeekRead(BasisRead):
    """Working days by ISO weekday (1 is Monday) with their local closing hours; it holds until the next one."""

    since: Instant
    closes: dict[int, str] = Field(examples=[{1: "17:00"}])
    half_days: tuple[int, ...]


class DelegationRead(Read):
    """One delegation of an entity, with its place."""

    code: str
    names: dict[str, str]
    seat: str
    seat_zone: str = Field(validation_alias="zone", description="The IANA zone of the seat.")
    head_title: str
    weeks: tuple[WorkingWeekRead, ...]
    bases: dict[str, BasisRead]


class EntityItemRead(Read):
    """An entity: one seat, one position, however many delegations it sends."""

    code: str
    names: dict[str, str]
    head_title: str
    seat_zone: str = Field(description="The IANA zone in which the entity is written to.")
    status: str | None = Field(description="The status it holds now.")
    statuses: tuple[StatusRead, ...]
    delegations: tuple[DelegationRead, ...]
    bases: dict[str, BasisRead]


class EntityRead(EntityItemRead, Answer):
    """An entity."""

"""What happens in the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.domain.charter import BodyCharter
from services.domain.field import added, added_empty
from services.domain.membership import Membership, StatusSince
from services.domain.message import Content, Event
from services.domain.procedure import Procedure
from services.domain.register.state import PolicyInForce, Role, Scope
from services.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterFounded(Event):
    """The register and its bodies were founded."""

    membership: Membership
    charters: tuple[BodyCharter, ...]
    procedures: tuple[Procedure, ...]
    policies: tuple[PolicyInForce, ...]
    calendars: Mapping[str, WorkingCalendar] = added_empty(dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusChanged(Event):
    """An entity has a status from an instant on; later statuses it had been given give way."""

    entity: str
    status: StatusSince


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarChanged(Event):
    """A delegation keeps this calendar, which before ``since`` is the one it kept until then."""

    delegation: str
    since: date
    calendar: WorkingCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonEnrolled(Event):
    """A person was entered; name and address are vault references."""

    person: str
    entity: str
    name: Content
    address: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonAppointed(Event):
    """A person was appointed."""

    appointment: str
    person: str
    seat: str
    delegation: str | None
    body: str | None
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AppointmentEnded(Event):
    """An appointment ends at ``until``."""

    appointment: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyIssued(Event):
    """A key was issued; only the digest of its secret was ever known here."""

    key: str
    appointment: str
    secret_digest: str
    label: Content | None
    scopes: tuple[Scope, ...]
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRevoked(Event):
    """A key was revoked; it is never valid again."""

    key: str
    reason: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyExpiryNeared(Event):
    """A key expires soon; its entity is told, once."""

    key: str
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyAdopted(Event):
    """
    A version of a policy takes effect at ``policy.since``; ``content`` is a procedure's.

    ``bodies`` take it over; an adoption of before they were told names none.
    """

    policy: PolicyInForce
    content: Procedure | None
    bodies: tuple[str, ...] = added(())


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonErased(Event):
    """A person's name and address were erased: the keys of ``contents`` in the vault are to be destroyed."""

    person: str
    contents: tuple[Content, ...]

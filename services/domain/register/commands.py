"""What can be asked of the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.domain.charter import BodyCharter
from services.domain.field import added, added_empty
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import Command, Content
from services.domain.procedure import Procedure
from services.domain.register.state import PolicyInForce
from services.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRegister(Command):
    """Found the register from the first edition of the policy files, and with it every standing body."""

    membership: Membership
    charters: tuple[BodyCharter, ...]
    procedures: tuple[Procedure, ...]
    policies: tuple[PolicyInForce, ...]
    calendars: Mapping[str, WorkingCalendar] = added_empty(dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bootstrap(Command):
    """Enrol, appoint and equip the convenor's first coordinator or head; once, before any key was issued."""

    name: Content
    address: Content
    entity: str
    role: str
    secret_digest: str
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeStatus(Command):
    """Give an entity a status from an instant on (domain.md R1-1)."""

    entity: str
    status: ParticipationStatus
    on: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeCalendar(Command):
    """
    Give a delegation another working calendar from a local date on; it moves no stored deadline (domain.md DD-7).

    ``starts_at`` is 00:00 of ``since`` in the delegation's zone, in UTC.
    """

    delegation: str
    calendar: WorkingCalendar
    since: date
    starts_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolPerson(Command):
    """Enter a person of an entity, by name and mail address; an empty entity is for auditors."""

    name: Content
    address: Content
    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Appoint(Command):
    """Appoint a person to a seat, or a delegation of it, in a role, for one body or all; auditors have no seat."""

    person: str
    seat: str
    delegation: str | None
    body: str | None
    role: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EndAppointment(Command):
    """End an appointment at an instant; its keys end with it."""

    appointment: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueKey(Command):
    """Issue a key to the holder of an appointment, by the SHA-256 of a secret that is never sent here."""

    appointment: str
    secret_digest: str
    label: Content | None
    scopes: tuple[str, ...]
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueFeedKey(Command):
    """
    Issue a key that opens the holder's calendar feed and nothing else, by the SHA-256 of a secret as for any key.

    Everybody may for the appointment they act under; for others, whoever issues their keys.
    """

    appointment: str
    secret_digest: str
    label: Content | None
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RevokeKey(Command):
    """Revoke a key at once and for good."""

    key: str
    reason: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RevokeFeedKey(Command):
    """Revoke a key that opens a calendar feed, at once and for good."""

    key: str
    reason: Content | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptPolicy(Command):
    """
    Record that a version of a policy takes effect; a procedure's comes with its content (domain.md PS-18).

    ``bodies`` are those whose own procedure it is.
    """

    kind: str
    name: str
    version: int
    digest: str
    in_force: datetime
    content: Procedure | None
    bodies: tuple[str, ...] = added(())


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasePerson(Command):
    """Erase a person's name and mail address; the opaque id stays in the record (domain.md PS-20)."""

    person: str

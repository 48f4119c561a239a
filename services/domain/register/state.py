"""What the register holds: the table, the bodies, persons, appointments, keys and policies in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.charter import BodyCharter
from services.domain.field import added_empty
from services.domain.membership import Membership
from services.domain.message import Content
from services.domain.procedure import Procedure
from services.domain.working_calendar import WorkingCalendar


class Role(StrEnum):
    """What somebody may be appointed to (domain.md 7; auditors: PS-27)."""

    HEAD_OF_ENTITY = "head_of_entity"
    HEAD_OF_DELEGATION = "head_of_delegation"
    ALTERNATE = "alternate"
    FOCAL_POINT = "focal_point"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    AUDITOR = "auditor"


#: roles that appoint, and issue keys to, the people of their own entity
GOVERNING = frozenset({Role.HEAD_OF_ENTITY, Role.FOCAL_POINT})
#: roles that lead a body; only seats of the convenor, or of the entity that chairs the body, carry them
LEADING = frozenset({Role.COORDINATOR, Role.CHAIR})


class Scope(StrEnum):
    """What a key may be used for: reading, acting for the entity, acts upon the register; or the feed alone."""

    READ = "read"
    ACT = "act"
    ADMINISTER = "administer"
    FEED = "feed"


#: the scopes of keys that are sent with requests; a feed's stands in an address, and so stands alone
WORKING = (Scope.READ, Scope.ACT, Scope.ADMINISTER)


class PolicyKind(StrEnum):
    """What kinds of policy the register keeps the versions of (architecture.md 6)."""

    PROCEDURE = "procedure"
    ACCESS = "access"
    MEMBERSHIP = "membership"
    CALENDAR = "calendar"


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyInForce:
    """A version of a policy and the instant it takes effect; versions never change (domain.md PS-18)."""

    kind: PolicyKind
    name: str
    version: int
    digest: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody an entity has enrolled; name and mail address lie in the vault. No entity: enrolled as an auditor."""

    person: str
    entity: str
    name: Content
    address: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """
    A person on a seat, or on one delegation of it, for one body or all (``None``), from ``since`` to ``until`` (UTC).

    An auditor's ``seat`` is empty; its body is its scope (domain.md PS-27).
    """

    appointment: str
    person: str
    seat: str
    delegation: str | None
    body: str | None
    role: Role
    since: datetime
    until: datetime | None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the appointment holds at an instant; its span is [since, until) (domain.md DD-5)."""
        return self.since <= at and not self.is_over_at(at)

    def is_over_at(self, at: datetime) -> bool:
        """Tell whether the appointment has ended by an instant."""
        return self.until is not None and self.until <= at

    def overlaps(self, since: datetime, until: datetime | None) -> bool:
        """Tell whether the appointment holds at any instant of [since, until)."""
        return not self.is_over_at(since) and (until is None or self.since < until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """
    An API key by the SHA-256 of its secret; valid in [issued_at, expires) unless revoked.

    ``is_reminded`` is set once its holder's entity was told that it expires, or from the start when it lives too
    briefly for that.
    """

    key: str
    appointment: str
    secret_digest: str
    label: Content | None
    scopes: tuple[Scope, ...]
    issued_at: datetime
    expires: datetime
    is_reminded: bool
    revoked_at: datetime | None = None

    @property
    def opens_feed(self) -> bool:
        """Tell whether the key opens the calendar feed, and so nothing else."""
        return Scope.FEED in self.scopes


@dataclass(frozen=True, kw_only=True, slots=True)
class Register:
    """The register as folded from its events; persons, appointments and keys by opaque ids, calendars by delegation."""

    membership: Membership
    charters: tuple[BodyCharter, ...]
    procedures: tuple[Procedure, ...]
    policies: tuple[PolicyInForce, ...]
    persons: Mapping[str, Person]
    erased: tuple[str, ...]
    appointments: Mapping[str, Appointment]
    keys: Mapping[str, Key]
    calendars: Mapping[str, WorkingCalendar] = added_empty(dict)

    def charter(self, body: str) -> BodyCharter | None:
        """Return the charter of a body."""
        return next((c for c in self.charters if c.code == body), None)

"""Why the register says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.message import Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyFounded(Refusal):
    """The register has been founded; change it by command, not by founding it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotFounded(Refusal):
    """The register has not been founded yet; the policy files are its first edition."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BootstrapClosed(Refusal):
    """A key has been issued already ({issued} in all); further ones come from an entity's head or focal point."""

    issued: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusUnchanged(Refusal):
    """{entity} is {status} from that instant on already."""

    entity: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyAppointed(Refusal):
    """{person} holds that role on that seat in the same span already, by appointment {appointment}."""

    person: str
    appointment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatHeld(Refusal):
    """{seat} has one head at a time; appointment {appointment} has to end before this one begins."""

    seat: str
    appointment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatAndAudit(Refusal):
    """Nobody holds a seat and audits at once; {person} has appointment {appointment} in the same span."""

    person: str
    appointment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StillAppointed(Refusal):
    """{person} is appointed still ({appointments}); end these appointments first."""

    person: str
    appointments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretAlreadyUsed(Refusal):
    """Another key has the same secret; make a new one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyAlreadyRevoked(Refusal):
    """Key {key} was revoked at {revoked_at}; that stands."""

    key: str
    revoked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionTaken(Refusal):
    """{kind} {name} is at version {latest}, and versions never change; give this one a higher number."""

    kind: str
    name: str
    latest: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingDue(Refusal):
    """Nothing is due here at {at}."""

    at: datetime

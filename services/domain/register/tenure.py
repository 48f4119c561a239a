"""Who holds what at an instant, and whether a key is good: questions asked of the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.domain.message import Addressee
from services.domain.procedure import Procedure
from services.domain.register.state import GOVERNING, Appointment, Key, PolicyKind, Register, Role


def key_valid_at(state: Register, key: str, at: datetime) -> bool:
    """Tell whether a key may be used at an instant: issued, not expired, not revoked, its appointment holding."""
    held = state.keys.get(key)
    if held is None or not held.issued_at <= at < held.expires:
        return False
    if held.revoked_at is not None and held.revoked_at <= at:
        return False
    return state.appointments[held.appointment].holds_at(at)


def appointments_of(state: Register, person: str, at: datetime) -> tuple[Appointment, ...]:
    """Return the appointments a person holds at an instant."""
    return tuple(a for a in state.appointments.values() if a.person == person and a.holds_at(at))


def holders(state: Register, *, seat: str, role: Role, at: datetime, body: str | None = None) -> tuple[str, ...]:
    """Return the persons that hold a role on a seat at an instant, for ``body`` if one is given."""
    return tuple(
        a.person
        for a in state.appointments.values()
        if a.seat == seat and a.role is role and a.holds_at(at) and (body is None or a.body in {None, body})
    )


def is_seated(state: Register, entity: str, at: datetime) -> bool:
    """Tell whether an entity has a head or focal point at an instant, or one appointed for later."""
    return any(not a.is_over_at(at) for a in governing_appointments(state, entity))


def is_equipped(state: Register, entity: str, at: datetime) -> bool:
    """Tell whether a head or focal point of an entity holds a valid key at an instant; a feed's equips nobody."""
    governing = {a.appointment for a in governing_appointments(state, entity)}
    working = (k for k in state.keys.values() if k.appointment in governing and not k.opens_feed)
    return any(key_valid_at(state, k.key, at) for k in working)


def governing_appointments(state: Register, entity: str) -> Iterator[Appointment]:
    """Give the appointments of an entity's heads and focal points, whenever they hold."""
    return (a for a in state.appointments.values() if a.seat == entity and a.role in GOVERNING)


def contacts(state: Register, entity: str, at: datetime) -> tuple[Addressee, ...]:
    """Return whom to tell about an entity's people: its head and focal point, failing both the coordinator."""
    told = [Role.HEAD_OF_ENTITY, Role.FOCAL_POINT] if entity else []
    held = [role for role in told if holders(state, seat=entity, role=role, at=at)]
    if held:
        return tuple(Addressee(entity=entity, role=role) for role in held)
    return (Addressee(entity=state.membership.convenor, role=Role.COORDINATOR),)


def unreminded_keys(state: Register) -> Iterator[Key]:
    """Give the keys in use whose expiry nobody has been told of yet."""
    return (k for k in state.keys.values() if not k.is_reminded and k.revoked_at is None)


def procedure_in_force(state: Register, reference: str, at: datetime) -> Procedure | None:
    """
    Return a procedure by name, as in force at an instant, or by ``name@version``; ``None`` if there is none.

    A version is in force from its adoption's date until that of the next (domain.md PS-18).
    """
    dated = {(p.name, p.version): p.since for p in state.policies if p.kind is PolicyKind.PROCEDURE}
    fit = (p for p in state.procedures if reference in {p.name, p.reference})
    return latest(p for p in fit if dated.get((p.name, p.version), at) <= at)


def latest(procedures: Iterable[Procedure]) -> Procedure | None:
    """Return the procedure of the highest version."""
    return max(procedures, key=lambda p: p.version, default=None)

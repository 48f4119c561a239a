"""How far an appointment may reach: seat, delegation, body, role and span have to fit together (domain.md R1-2)."""

from __future__ import annotations

from services.domain.message import BadArgument
from services.domain.register.commands import Appoint
from services.domain.register.state import LEADING, Person, Register, Role


def wrong_appointment(state: Register, command: Appoint, person: Person) -> BadArgument | None:
    """Find the first thing that does not fit."""
    return (
        wrong_role(command)
        or wrong_span(command)
        or wrong_body(state, command)
        or (wrong_audit(command) if command.role == Role.AUDITOR else wrong_seat(state, command, person))
        or wrong_lead(state, command)
    )


def wrong_role(command: Appoint) -> BadArgument | None:
    """Refuse a role outside the closed list."""
    if command.role in set(Role):
        return None
    return BadArgument(field="role", rule=f"there is no role {command.role}", remedy=f"choose among {', '.join(Role)}")


def wrong_span(command: Appoint) -> BadArgument | None:
    """Refuse an appointment that ends before it begins, or as it begins."""
    if command.until is None or command.until > command.since:
        return None
    return BadArgument(field="until", rule="an appointment ends after it begins", remedy="give a later end, or none")


def wrong_body(state: Register, command: Appoint) -> BadArgument | None:
    """Refuse a body that was never founded."""
    if command.body is None or state.charter(command.body):
        return None
    return BadArgument(
        field="body",
        rule=f"there is no body {command.body}",
        remedy=f"choose among {', '.join(c.code for c in state.charters)}, or leave it out for all",
    )


def wrong_audit(command: Appoint) -> BadArgument | None:
    """Refuse an auditor a seat (domain.md PS-27)."""
    if not command.seat and command.delegation is None:
        return None
    return BadArgument(field="seat", rule="an auditor holds no seat", remedy="leave seat and delegation empty")


def wrong_seat(state: Register, command: Appoint, person: Person) -> BadArgument | None:
    """Refuse a seat there is not, one of another entity than the person's, and a delegation of another seat."""
    entity = state.membership.entity(command.seat)
    if entity is None:
        return BadArgument(
            field="seat",
            rule=f"{command.seat or 'an empty seat'} is not in the register",
            remedy="name an entity that is; only auditors have none",
        )
    if person.entity != command.seat:
        return BadArgument(
            field="seat",
            rule="nobody takes the seat of another entity than the one that enrolled them",
            remedy=f"have {command.seat} enrol the person",
        )
    if command.delegation is None or command.delegation in {d.code for d in entity.delegations}:
        return None
    return BadArgument(
        field="delegation",
        rule=f"{command.delegation} is no delegation of {command.seat}",
        remedy=f"choose among {', '.join(d.code for d in entity.delegations)}, or leave it out for the whole seat",
    )


def wrong_lead(state: Register, command: Appoint) -> BadArgument | None:
    """
    Refuse a chair whose entity does not chair the body, and a coordinator of neither convenor nor chair entity.

    Without a body the appointment is for all of them, so the entity has to lead them all.
    """
    if command.role not in LEADING:
        return None
    if command.role == Role.COORDINATOR and command.seat == state.membership.convenor:
        return None
    led = [c.code for c in state.charters if c.chair_entity == command.seat]
    wanted = [command.body] if command.body else [c.code for c in state.charters]
    if led and set(wanted) <= set(led):
        return None
    return BadArgument(
        field="body",
        rule=f"{command.seat} may have a {command.role} only for a body it chairs",
        remedy=f"choose among {', '.join(led)}" if led else "choose another role",
    )

"""Who may change what in the register: an entity's own head or focal point, and for a first seat the coordinator."""

from __future__ import annotations

from services.domain.message import Actor, Command, Context, NotPermitted, command_kind
from services.domain.register.state import GOVERNING, LEADING, Appointment, Register, Role
from services.domain.register.tenure import is_equipped, is_seated


def holder(state: Register, context: Context) -> Appointment | None:
    """Return the actor's own appointment as the register knows it, if it holds at the act's instant."""
    held = state.appointments.get(context.actor.appointment)
    if held is None or held.person != context.actor.person or not held.holds_at(context.at):
        return None
    return held


def not_coordinator(state: Register, command: Command, context: Context) -> NotPermitted | None:
    """Refuse unless the convenor's coordinator acts; its appointment has to be for all bodies."""
    held = holder(state, context)
    if held and is_coordinator(state, held) and held.body is None:
        return None
    return not_permitted(context.actor, command, "only the coordinator of the convenor does")


def not_governing(
    state: Register, command: Command, context: Context, *, entity: str, body: str | None = None
) -> NotPermitted | None:
    """
    Refuse unless the actor may order the affairs of an entity's people, within ``body`` if one is given.

    Its own head and focal point may; the convenor's coordinator while nobody is appointed either; for auditors, who
    have no entity, the coordinator alone.
    """
    held = holder(state, context)
    if held is None or held.body not in {None, body}:
        return not_permitted(context.actor, command, "the actor's appointment does not reach that far")
    if entity and held.seat == entity and held.role in GOVERNING:
        return None
    if not is_coordinator(state, held):
        return not_permitted(context.actor, command, "only an entity's own head or focal point does")
    if entity and is_seated(state, entity, context.at):
        return not_permitted(context.actor, command, f"{entity} has a head or focal point of its own")
    return None


def not_appointing(state: Register, command: Command, context: Context, wanted: Appointment) -> NotPermitted | None:
    """Refuse unless the actor may make or end such an appointment; leading roles come from their own entity's top."""
    if wanted.role in LEADING:
        return not_leading(state, command, context, wanted)
    return not_governing(state, command, context, entity=wanted.seat, body=wanted.body)


def not_equipping(state: Register, command: Command, context: Context, held: Appointment) -> NotPermitted | None:
    """
    Refuse unless the actor may issue or revoke keys of an appointment.

    As for appointing; but the coordinator may equip an entity as long as no head or focal point of it holds a valid
    key, so that the first key, or one after all were lost, can be had.
    """
    acting = holder(state, context)
    first = acting and is_coordinator(state, acting) and acting.body in {None, held.body}
    if first and held.role not in LEADING and not is_equipped(state, held.seat, context.at):
        return None
    return not_appointing(state, command, context, held)


def not_subscribing(state: Register, command: Command, context: Context, held: Appointment) -> NotPermitted | None:
    """Refuse unless the actor may issue or revoke keys of an appointment, or acts under that very one."""
    own = holder(state, context)
    if own and own.appointment == held.appointment:
        return None
    return not_equipping(state, command, context, held)


def not_leading(state: Register, command: Command, context: Context, wanted: Appointment) -> NotPermitted | None:
    """Refuse unless the head or coordinator of the very entity acts: nobody else gives a chair or coordinator."""
    held = holder(state, context)
    tops = {Role.HEAD_OF_ENTITY, Role.COORDINATOR}
    if held and held.seat == wanted.seat and held.role in tops and held.body in {None, wanted.body}:
        return None
    return not_permitted(context.actor, command, f"only the head or coordinator of {wanted.seat} does")


def is_coordinator(state: Register, held: Appointment) -> bool:
    """Tell whether an appointment is the convenor's coordinator's."""
    return held.role is Role.COORDINATOR and held.seat == state.membership.convenor


def not_permitted(actor: Actor, command: Command, why: str) -> NotPermitted:
    """Say who may not do what, and why."""
    who = f"{actor.role} of {actor.entity}" if actor.entity else actor.role
    return NotPermitted(who=who, what=command_kind(type(command)), why=why)

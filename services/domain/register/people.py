"""Decisions on people: enrolling, appointing, ending appointments, erasing names."""

from __future__ import annotations

from dataclasses import fields

from services.domain.membership import ParticipationStatus
from services.domain.message import BadArgument, Context, Event, NotFound, Refusal, made_id, refuse
from services.domain.register.authority import not_appointing, not_governing
from services.domain.register.commands import Appoint, EndAppointment, EnrolPerson, ErasePerson
from services.domain.register.events import AppointmentEnded, PersonAppointed, PersonEnrolled, PersonErased
from services.domain.register.reach import wrong_appointment
from services.domain.register.refusals import AlreadyAppointed, SeatAndAudit, SeatHeld, StillAppointed
from services.domain.register.state import Appointment, Register, Role


def enrol_person(state: Register, command: EnrolPerson, context: Context) -> tuple[Event, ...]:
    """Enter a person of an entity; without an entity, one who is to audit."""
    wrong = wrong_entity(state, command, context) or not_governing(state, command, context, entity=command.entity)
    if wrong:
        return refuse(command, wrong, context)
    return (
        PersonEnrolled(
            at=context.at,
            actor=context.actor,
            person=made_id("p", context),
            entity=command.entity,
            name=command.name,
            address=command.address,
        ),
    )


def wrong_entity(state: Register, command: EnrolPerson, context: Context) -> Refusal | None:
    """Refuse an entity that is not in the register, or has left the table."""
    if not command.entity:
        return None
    if state.membership.entity(command.entity) is None:
        return BadArgument(
            field="entity", rule=f"{command.entity} is not in the register", remedy="name an entity that is"
        )
    if state.membership.status_at(command.entity, context.at) is ParticipationStatus.FORMER:
        return BadArgument(
            field="entity", rule=f"{command.entity} has left the table", remedy="change its status first"
        )
    return None


def appoint(state: Register, command: Appoint, context: Context) -> tuple[Event, ...]:
    """Appoint a person to one seat, or to audit without one."""
    person = state.persons.get(command.person)
    if person is None:
        return refuse(command, NotFound(what="person", which=command.person), context)
    misfit = wrong_appointment(state, command, person)
    if misfit:
        return refuse(command, misfit, context)
    wanted = Appointment(
        appointment=made_id("ap", context),
        person=command.person,
        seat=command.seat,
        delegation=command.delegation,
        body=command.body,
        role=Role(command.role),
        since=command.since,
        until=command.until,
    )
    wrong = not_appointing(state, command, context, wanted) or clashing(state, wanted)
    if wrong:
        return refuse(command, wrong, context)
    made = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    return (PersonAppointed(at=context.at, actor=context.actor, **made),)


def clashing(state: Register, wanted: Appointment) -> Refusal | None:
    """Refuse a double of an appointment, a second head, and a seat beside an audit (domain.md R1-2, PS-28)."""
    standing = [a for a in state.appointments.values() if a.overlaps(wanted.since, wanted.until)]
    own = [a for a in standing if a.person == wanted.person]
    for held in own:
        if covers(held, wanted):
            return AlreadyAppointed(person=wanted.person, appointment=held.appointment)
        if (held.role is Role.AUDITOR) is not (wanted.role is Role.AUDITOR):
            return SeatAndAudit(person=wanted.person, appointment=held.appointment)
    if wanted.role is not Role.HEAD_OF_ENTITY:
        return None
    heads = (a for a in standing if a.seat == wanted.seat and a.role is Role.HEAD_OF_ENTITY)
    head = next(heads, None)
    return SeatHeld(seat=wanted.seat, appointment=head.appointment) if head else None


def covers(held: Appointment, wanted: Appointment) -> bool:
    """Tell whether one appointment gives all that another would."""
    return (
        (held.seat, held.role) == (wanted.seat, wanted.role)
        and held.delegation in {None, wanted.delegation}
        and held.body in {None, wanted.body}
    )


def end_appointment(state: Register, command: EndAppointment, context: Context) -> tuple[Event, ...]:
    """End an appointment, now or later; what was done under it stands."""
    held = state.appointments.get(command.appointment)
    if held is None:
        return refuse(command, NotFound(what="appointment", which=command.appointment), context)
    wrong = wrong_end(held, command, context) or not_appointing(state, command, context, held)
    if wrong:
        return refuse(command, wrong, context)
    return (AppointmentEnded(at=context.at, actor=context.actor, appointment=held.appointment, until=command.until),)


def wrong_end(held: Appointment, command: EndAppointment, context: Context) -> Refusal | None:
    """Refuse an end in the past, before the beginning, or no earlier than the one there is."""
    if command.until < max(context.at, held.since):
        return BadArgument(
            field="until",
            rule="an appointment ends neither before it begins nor in the past",
            remedy="give the instant of this act or a later one",
        )
    if held.is_over_at(command.until):
        return BadArgument(field="until", rule="it ends by then already", remedy="give an earlier instant")
    return None


def erase_person(state: Register, command: ErasePerson, context: Context) -> tuple[Event, ...]:
    """Erase the name and address of a person who holds no appointment any more; the opaque id stays."""
    person = state.persons.get(command.person)
    if person is None:
        return refuse(command, NotFound(what="person", which=command.person), context)
    open_ones = tuple(
        a.appointment for a in state.appointments.values() if a.person == person.person and not a.is_over_at(context.at)
    )
    wrong = not_governing(state, command, context, entity=person.entity) or (
        StillAppointed(person=person.person, appointments=open_ones) if open_ones else None
    )
    if wrong:
        return refuse(command, wrong, context)
    return (
        PersonErased(
            at=context.at,
            actor=context.actor,
            person=person.person,
            contents=(person.name, person.address),
        ),
    )

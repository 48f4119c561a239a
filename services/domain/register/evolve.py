"""How the register's state follows from its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from services.domain.message import Event
from services.domain.register.events import (
    AppointmentEnded,
    CalendarChanged,
    KeyExpiryNeared,
    KeyIssued,
    KeyRevoked,
    PersonAppointed,
    PersonEnrolled,
    PersonErased,
    PolicyAdopted,
    RegisterFounded,
    StatusChanged,
)
from services.domain.register.founding import empty_register
from services.domain.register.keys import REMINDER
from services.domain.register.state import Appointment, Key, Person, Register

T = TypeVar("T")


def evolve(state: Register | None, event: Event) -> Register | None:
    """Return the state after an event; refusals and notices leave it as it is."""
    if isinstance(event, RegisterFounded):
        return empty_register(event)
    change = CHANGES.get(type(event))
    return change(state, event) if state and change else state


def status_changed(state: Register, event: StatusChanged) -> Register:
    """Date the new status."""
    return replace(state, membership=state.membership.changed(event.entity, event.status))


def calendar_changed(state: Register, event: CalendarChanged) -> Register:
    """Keep the calendar."""
    return replace(state, calendars=put(state.calendars, event.delegation, event.calendar))


def person_enrolled(state: Register, event: PersonEnrolled) -> Register:
    """Enter the person."""
    person = Person(person=event.person, entity=event.entity, name=event.name, address=event.address)
    return replace(state, persons=put(state.persons, event.person, person))


def person_erased(state: Register, event: PersonErased) -> Register:
    """Drop the person's references; the opaque id is kept as erased."""
    left = {person: held for person, held in state.persons.items() if person != event.person}
    return replace(state, persons=left, erased=(*state.erased, event.person))


def person_appointed(state: Register, event: PersonAppointed) -> Register:
    """Enter the appointment."""
    made = Appointment(
        appointment=event.appointment,
        person=event.person,
        seat=event.seat,
        delegation=event.delegation,
        body=event.body,
        role=event.role,
        since=event.since,
        until=event.until,
    )
    return replace(state, appointments=put(state.appointments, event.appointment, made))


def appointment_ended(state: Register, event: AppointmentEnded) -> Register:
    """Date the end of the appointment."""
    ended = replace(state.appointments[event.appointment], until=event.until)
    return replace(state, appointments=put(state.appointments, event.appointment, ended))


def key_issued(state: Register, event: KeyIssued) -> Register:
    """Enter the key."""
    key = Key(
        key=event.key,
        appointment=event.appointment,
        secret_digest=event.secret_digest,
        label=event.label,
        scopes=event.scopes,
        issued_at=event.at,
        expires=event.expires,
        is_reminded=event.expires - REMINDER <= event.at,
    )
    return replace(state, keys=put(state.keys, event.key, key))


def key_revoked(state: Register, event: KeyRevoked) -> Register:
    """Date the revocation."""
    return replace(state, keys=put(state.keys, event.key, replace(state.keys[event.key], revoked_at=event.at)))


def key_expiry_neared(state: Register, event: KeyExpiryNeared) -> Register:
    """Note that the entity was told."""
    return replace(state, keys=put(state.keys, event.key, replace(state.keys[event.key], is_reminded=True)))


def policy_adopted(state: Register, event: PolicyAdopted) -> Register:
    """Enter the version, and a procedure's content."""
    procedures = (*state.procedures, event.content) if event.content else state.procedures
    return replace(state, policies=(*state.policies, event.policy), procedures=procedures)


def put(mapping: Mapping[str, T], key: str, value: T) -> Mapping[str, T]:
    """Return a mapping with one more or another value."""
    return {**mapping, key: value}


CHANGES: Mapping[type[Event], Callable[[Register, Any], Register]] = {
    AppointmentEnded: appointment_ended,
    CalendarChanged: calendar_changed,
    KeyExpiryNeared: key_expiry_neared,
    KeyIssued: key_issued,
    KeyRevoked: key_revoked,
    PersonAppointed: person_appointed,
    PersonEnrolled: person_enrolled,
    PersonErased: person_erased,
    PolicyAdopted: policy_adopted,
    StatusChanged: status_changed,
}

"""What follows from the register's events: bodies are founded, streams told of statuses, people of what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.domain.body.commands import FoundBody
from services.domain.membership import ParticipationStatus
from services.domain.message import Addressee, Effect, Event, Notify, StartProcess, Tell, plain
from services.domain.procedure_change import AdoptedProcedure, TakeProcedure
from services.domain.register.events import (
    AppointmentEnded,
    CalendarChanged,
    KeyExpiryNeared,
    KeyIssued,
    KeyRevoked,
    PersonAppointed,
    PolicyAdopted,
    RegisterFounded,
    StatusChanged,
)
from services.domain.register.state import Appointment, Register, Role
from services.domain.register.tenure import contacts, procedure_in_force
from services.domain.register_change import ChangeMembership, RenewCalendar


def effects(state: Register, event: Event) -> tuple[Effect, ...]:
    """Return what follows from an event, the state being the one after it."""
    follow = FOLLOWS.get(type(event))
    return follow(state, event) if follow else ()


def founded(state: Register, event: RegisterFounded) -> tuple[Effect, ...]:
    """Found every body of the first edition, with the table as it is and the procedure its charter names."""
    return tuple(
        StartProcess(
            stream=f"body/{charter.code}",
            command=FoundBody(
                code=charter.code,
                names=charter.names,
                chair_entity=charter.chair_entity,
                procedure=procedure,
                membership=state.membership,
                report_to=charter.report_to,
            ),
        )
        for charter in event.charters
        if (procedure := procedure_in_force(state, charter.procedure, event.at))
    )


def status_changed(state: Register, event: StatusChanged) -> tuple[Effect, ...]:
    """Tell every body, which tells what lives under it, and everybody at the table."""
    told = ChangeMembership(entity=event.entity, status=event.status)
    facts = {"entity": event.entity, "status": event.status.status, "since": event.status.since}
    return (
        *(Tell(stream=f"body/{charter.code}", command=told) for charter in state.charters),
        notify("status_changed", everybody(state, event.at, event.entity), facts),
    )


def calendar_changed(state: Register, event: CalendarChanged) -> tuple[Effect, ...]:
    """Tell every body, which tells what lives under it, and those who answer for the entity and for the calendar."""
    told = RenewCalendar(delegation=event.delegation, calendar=event.calendar)
    owner = next(e.code for e in state.membership.entities if any(d.code == event.delegation for d in e.delegations))
    coordinator = Addressee(entity=state.membership.convenor, role=Role.COORDINATOR)
    to = dict.fromkeys((coordinator, *contacts(state, owner, event.at)))
    facts = {"delegation": event.delegation, "since": event.since.isoformat(), "calendar": event.calendar.reference}
    return (
        *(Tell(stream=f"body/{charter.code}", command=told) for charter in state.charters),
        notify("calendar_changed", tuple(to), facts),
    )


def appointed(state: Register, event: PersonAppointed) -> tuple[Effect, ...]:
    """Tell those who answer for the entity's people."""
    facts = {
        "appointment": event.appointment,
        "person": event.person,
        "seat": event.seat,
        "body": event.body,
        "role": event.role,
        "since": event.since,
        "until": event.until,
    }
    return (notify("appointed", contacts(state, event.seat, event.at), facts),)


def appointment_ended(state: Register, event: AppointmentEnded) -> tuple[Effect, ...]:
    """Tell those who answer for the entity's people."""
    held = state.appointments[event.appointment]
    facts = {"appointment": held.appointment, "person": held.person, "role": held.role, "until": event.until}
    return (notify("appointment_ended", contacts(state, held.seat, event.at), facts),)


def key_issued(state: Register, event: KeyIssued) -> tuple[Effect, ...]:
    """Tell those who answer for the holder; neither secret nor digest."""
    facts = {"scopes": event.scopes, "expires": event.expires}
    return told_of_key(state, event, "key_issued", facts)


def key_revoked(state: Register, event: KeyRevoked) -> tuple[Effect, ...]:
    """Tell those who answer for the holder."""
    return told_of_key(state, event, "key_revoked", {"revoked_at": event.at})


def key_expiry_neared(state: Register, event: KeyExpiryNeared) -> tuple[Effect, ...]:
    """Tell those who answer for the holder, unless the appointment is over and the key useless anyway."""
    if holder_of(state, event).is_over_at(event.at):
        return ()
    return told_of_key(state, event, "key_expiring", {"expires": event.expires})


def told_of_key(
    state: Register, event: KeyIssued | KeyRevoked | KeyExpiryNeared, notice: str, facts: Mapping[str, Any]
) -> tuple[Effect, ...]:
    """Tell of a key those who answer for its holder."""
    held = holder_of(state, event)
    named = {"key": event.key, "appointment": held.appointment, "person": held.person, **facts}
    return (notify(notice, contacts(state, held.seat, event.at), named),)


def holder_of(state: Register, event: KeyIssued | KeyRevoked | KeyExpiryNeared) -> Appointment:
    """Return the appointment a key belongs to."""
    return state.appointments[state.keys[event.key].appointment]


def policy_adopted(state: Register, event: PolicyAdopted) -> tuple[Effect, ...]:
    """Tell bodies and everybody at the table; what runs already keeps the version it pinned (domain.md PS-18)."""
    policy = event.policy
    facts = {"kind": policy.kind, "name": policy.name, "version": policy.version, "in_force": policy.since}
    return (*taken_over(event), notify("policy_adopted", everybody(state, event.at), facts))


def taken_over(event: PolicyAdopted) -> tuple[Effect, ...]:
    """Tell the bodies whose own procedure was adopted in another version."""
    if event.content is None:
        return ()
    told = TakeProcedure(adopted=AdoptedProcedure(procedure=event.content, in_force=event.policy.since))
    return tuple(Tell(stream=f"body/{code}", command=told) for code in event.bodies)


def everybody(state: Register, at: datetime, *also: str) -> tuple[Addressee, ...]:
    """Return every entity at the table at an instant, and those named besides, in the order of the register."""
    left = {None, ParticipationStatus.FORMER}
    return tuple(
        Addressee(entity=e.code) for e in state.membership.entities if e.code in also or e.status_at(at) not in left
    )


def notify(notice: str, to: tuple[Addressee, ...], facts: Mapping[str, Any]) -> Notify:
    """Make a notice of plain facts."""
    return Notify(notice=notice, to=to, facts={name: plain(fact) for name, fact in facts.items()})


FOLLOWS: Mapping[type[Event], Callable[[Register, Any], tuple[Effect, ...]]] = {
    AppointmentEnded: appointment_ended,
    CalendarChanged: calendar_changed,
    KeyExpiryNeared: key_expiry_neared,
    KeyIssued: key_issued,
    KeyRevoked: key_revoked,
    PersonAppointed: appointed,
    PolicyAdopted: policy_adopted,
    RegisterFounded: founded,
    StatusChanged: status_changed,
}

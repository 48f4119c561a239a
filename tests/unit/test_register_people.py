"""Enrolling, appointing, ending appointments, erasing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.message import ENGINE, CommandRefused
from services.domain.register.commands import Appoint, EndAppointment, EnrolPerson, ErasePerson
from services.domain.register.events import AppointmentEnded, PersonAppointed, PersonErased
from services.domain.register.state import Role
from services.domain.register.tenure import appointments_of, holders, key_valid_at
from tests.unit.register_setting import (
    FOUNDED,
    MAIL,
    NAME,
    actor_of,
    appointing,
    field_of,
    only,
    refusal,
    staffed,
    told,
)

DAY = timedelta(days=1)


def test_the_coordinator_gives_a_first_seat_and_no_second() -> None:
    """As long as an entity has neither head nor focal point the coordinator may appoint; then its own do."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    own = stream.enrol("FRONTEX", head)

    enrol = EnrolPerson(name=NAME, address=MAIL, entity="FRONTEX")
    assert refusal(stream.give(enrol, coordinator)) == "NotPermitted"
    assert refusal(stream.give(appointing(own, "FRONTEX", "alternate"), coordinator)) == "NotPermitted"
    assert isinstance(stream.give(appointing(own, "FRONTEX", "alternate"), head)[0], PersonAppointed)


def test_a_first_seat_may_be_given_again_once_it_is_vacant() -> None:
    """An entity whose head and focal point have gone has nobody of its own again."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    stream.give(EndAppointment(appointment=head.appointment, until=FOUNDED + DAY), head)
    stream.pass_to(FOUNDED + DAY)

    assert stream.seat("FRONTEX", "focal_point", coordinator).role == Role.FOCAL_POINT


def test_nobody_appoints_for_another_entity() -> None:
    """A head of one entity enrols and appoints nobody of another."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    stranger = stream.enrol("AIMC", coordinator)

    assert refusal(stream.give(appointing(stranger, "AIMC", "focal_point"), head)) == "NotPermitted"
    assert refusal(stream.give(EnrolPerson(name=NAME, address=MAIL, entity="AIMC"), head)) == "NotPermitted"
    assert field_of(stream.give(appointing(stranger, "FRONTEX", "alternate"), head)) == "seat"


@pytest.mark.parametrize("role", ["head_of_delegation", "alternate"])
def test_other_roles_appoint_nobody(role: str) -> None:
    """Only head and focal point see to their people."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    other = stream.seat("FRONTEX", role, head)

    assert refusal(stream.give(EnrolPerson(name=NAME, address=MAIL, entity="FRONTEX"), other)) == "NotPermitted"


def test_an_appointment_that_is_over_appoints_nobody() -> None:
    """The register goes by its own record, whatever the actor claims."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    enrol = EnrolPerson(name=NAME, address=MAIL, entity="FRONTEX")
    assert refusal(stream.give(enrol, replace(head, person="p-other"))) == "NotPermitted"
    stream.give(EndAppointment(appointment=head.appointment, until=FOUNDED), head)

    assert refusal(stream.give(enrol, head)) == "NotPermitted"
    assert refusal(stream.give(enrol, ENGINE)) == "NotPermitted"


def test_a_focal_point_of_one_body_appoints_within_it() -> None:
    """An appointment for one body reaches no further."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    focal = stream.seat("FRONTEX", "focal_point", head, body="wg-fa")
    person = stream.enrol("FRONTEX", head)

    assert refusal(stream.give(appointing(person, "FRONTEX", "alternate"), focal)) == "NotPermitted"
    assert refusal(stream.give(appointing(person, "FRONTEX", "alternate", body="dialogue"), focal)) == "NotPermitted"
    within = appointing(person, "FRONTEX", "alternate", body="wg-fa")
    assert isinstance(stream.give(within, focal)[0], PersonAppointed)


def test_coordinators_and_chairs_come_from_the_top_of_their_own_entity() -> None:
    """Head or coordinator of the very entity; a focal point does not, nor the convenor's coordinator elsewhere."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    focal = stream.seat("FRONTEX", "focal_point", head)
    person = stream.enrol("FRONTEX", head)
    chair = appointing(person, "FRONTEX", "chair", body="wg-fa")

    assert refusal(stream.give(chair, focal)) == "NotPermitted"
    assert refusal(stream.give(chair, coordinator)) == "NotPermitted"
    assert isinstance(stream.give(chair, head)[0], PersonAppointed)
    colleague = stream.enrol("INTERPOL", coordinator)
    assert isinstance(
        stream.give(appointing(colleague, "INTERPOL", "chair", body="dialogue"), coordinator)[0], PersonAppointed
    )


def test_leading_roles_are_for_bodies_their_entity_leads() -> None:
    """The convenor has coordinators for all bodies; a chair entity chair and coordinator of its own body."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    person = stream.enrol("FRONTEX", head)
    colleague = stream.enrol("INTERPOL", coordinator)

    assert field_of(stream.give(appointing(person, "FRONTEX", "chair", body="dialogue"), head)) == "body"
    assert field_of(stream.give(appointing(person, "FRONTEX", "coordinator"), head)) == "body"
    assert field_of(stream.give(appointing(colleague, "INTERPOL", "chair", body="wg-fa"), coordinator)) == "body"
    assert isinstance(stream.give(appointing(person, "FRONTEX", "coordinator", body="wg-fa"), head)[0], PersonAppointed)
    stranger = stream.enrol("AIMC", coordinator)
    assert field_of(stream.give(appointing(stranger, "AIMC", "chair", body="wg-fa"), coordinator)) == "body"


def test_every_misfit_names_its_field() -> None:
    """Seat, delegation, body, role and span have to be known and fit."""
    stream, coordinator = staffed()
    person = stream.enrol("SCO", coordinator)
    good = replace(appointing(person, "SCO", "head_of_delegation", body="wg-fa"), delegation="SCO_RATS_EC")
    complaints = {
        "seat": (replace(good, seat="NOBODY"), replace(good, seat=""), replace(good, seat="AIMC", delegation=None)),
        "delegation": (replace(good, delegation="AIMC"),),
        "body": (replace(good, body="wg-xx"),),
        "role": (replace(good, role="king"), replace(good, role="")),
        "until": (replace(good, until=FOUNDED), replace(good, until=FOUNDED - DAY)),
    }

    for name, commands in complaints.items():
        for command in commands:
            assert field_of(stream.give(command, coordinator)) == name
    assert refusal(stream.give(replace(good, person="p-none"), coordinator)) == "NotFound"
    assert isinstance(stream.give(good, coordinator)[0], PersonAppointed)


def test_a_refusal_says_field_rule_and_remedy() -> None:
    """The sentence can be put right by its reader."""
    stream, coordinator = staffed()
    person = stream.enrol("SCO", coordinator)
    command = replace(appointing(person, "SCO", "alternate"), delegation="AIMC")

    refused = only(stream.give(command, coordinator), CommandRefused)

    assert refused.sentence == (
        "delegation: AIMC is no delegation of SCO; choose among SCO_SECRETARIAT, SCO_RATS_EC, or leave it out for the "
        "whole seat."
    )


def test_the_same_appointment_twice_is_refused_while_they_overlap() -> None:
    """Half-open spans that touch do not overlap; a narrower one is covered by the wider."""
    stream, coordinator = staffed()
    person = stream.enrol("AIMC", coordinator)
    first = appointing(person, "AIMC", "alternate", since=FOUNDED, until=FOUNDED + 5 * DAY)
    stream.give(first, coordinator)

    assert refusal(stream.give(first, coordinator)) == "AlreadyAppointed"
    assert refusal(stream.give(replace(first, body="dialogue"), coordinator)) == "AlreadyAppointed"
    assert refusal(stream.give(replace(first, since=FOUNDED - DAY, until=None), coordinator)) == "AlreadyAppointed"
    assert isinstance(stream.give(replace(first, since=FOUNDED + 5 * DAY, until=None), coordinator)[0], PersonAppointed)


def test_a_seat_has_one_head_at_a_time() -> None:
    """The successor begins when the predecessor ends."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    heir = stream.enrol("FRONTEX", head)
    succession = appointing(heir, "FRONTEX", "head_of_entity", since=FOUNDED + DAY)

    assert refusal(stream.give(succession, head)) == "SeatHeld"
    stream.give(EndAppointment(appointment=head.appointment, until=FOUNDED + DAY), head)
    stream.give(succession, head)

    register = stream.register
    assert holders(register, seat="FRONTEX", role=Role.HEAD_OF_ENTITY, at=FOUNDED) == (head.person,)
    assert holders(register, seat="FRONTEX", role=Role.HEAD_OF_ENTITY, at=FOUNDED + DAY, body="wg-fa") == (heir,)


def test_auditors_hold_no_seat() -> None:
    """They are appointed by the coordinator, without seat, and never while they hold one (PS-27, PS-28)."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    auditor = stream.enrol("", coordinator)

    assert field_of(stream.give(appointing(auditor, "FRONTEX", "auditor"), coordinator)) == "seat"
    assert field_of(stream.give(appointing(auditor, "", "alternate"), coordinator)) == "seat"
    assert refusal(stream.give(appointing(auditor, "", "auditor"), head)) == "NotPermitted"
    assert refusal(stream.give(EnrolPerson(name=NAME, address=MAIL, entity=""), head)) == "NotPermitted"
    assert isinstance(stream.give(appointing(auditor, "", "auditor", body="wg-fa"), coordinator)[0], PersonAppointed)
    assert told(stream, "appointed") == [("INTERPOL", "coordinator")]
    assert refusal(stream.give(appointing(head.person, "", "auditor"), coordinator)) == "SeatAndAudit"


def test_who_audits_takes_no_seat_meanwhile() -> None:
    """The other way round, for as long as the audit lasts."""
    stream, coordinator = staffed()
    person = stream.enrol("AIMC", coordinator)
    stream.give(appointing(person, "", "auditor", until=FOUNDED + DAY), coordinator)
    seat = appointing(person, "AIMC", "alternate")

    assert refusal(stream.give(seat, coordinator)) == "SeatAndAudit"
    assert isinstance(stream.give(replace(seat, since=FOUNDED + DAY), coordinator)[0], PersonAppointed)


def test_enrolment_needs_an_entity_at_the_table() -> None:
    """Unknown entities and those that left enrol nobody."""
    stream, coordinator = staffed()

    for code in ("NOBODY", "OLD"):
        assert field_of(stream.give(EnrolPerson(name=NAME, address=MAIL, entity=code), coordinator)) == "entity"


def test_an_appointment_ends_once_and_its_keys_with_it() -> None:
    """The end is told; no end lies in the past, before the beginning, or after the one there is."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    key = stream.equip(head, coordinator)
    ending = EndAppointment(appointment=head.appointment, until=FOUNDED + DAY)

    assert refusal(stream.give(replace(ending, appointment="ap-none"), head)) == "NotFound"
    assert field_of(stream.give(replace(ending, until=FOUNDED - DAY), head)) == "until"
    assert isinstance(stream.give(ending, head)[0], AppointmentEnded)
    assert told(stream, "appointment_ended") == [("FRONTEX", "head_of_entity")]
    assert field_of(stream.give(replace(ending, until=FOUNDED + 2 * DAY), head)) == "until"
    assert key_valid_at(stream.register, key, FOUNDED + DAY - timedelta(microseconds=1))
    assert not key_valid_at(stream.register, key, FOUNDED + DAY)
    assert appointments_of(stream.register, head.person, FOUNDED + DAY) == ()


def test_an_appointment_is_ended_by_who_could_make_it() -> None:
    """Not by another entity, nor by the convenor's coordinator once the entity has its own."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    other = stream.seat("AIMC", "focal_point", coordinator)
    ending = EndAppointment(appointment=head.appointment, until=FOUNDED + DAY)

    assert refusal(stream.give(ending, other)) == "NotPermitted"
    assert refusal(stream.give(ending, coordinator)) == "NotPermitted"


def test_an_appointment_for_later_can_be_called_off() -> None:
    """It ends as it begins, and so never holds."""
    stream, coordinator = staffed()
    person = stream.enrol("AIMC", coordinator)
    later: Appoint = appointing(person, "AIMC", "alternate", since=FOUNDED + 5 * DAY)
    made = actor_of(only(stream.give(later, coordinator), PersonAppointed))
    ending = EndAppointment(appointment=made.appointment, until=FOUNDED + 4 * DAY)

    assert field_of(stream.give(ending, coordinator)) == "until"
    stream.give(replace(ending, until=FOUNDED + 5 * DAY), coordinator)

    assert not appointments_of(stream.register, person, FOUNDED + 6 * DAY)


def test_a_name_is_erased_once_its_bearer_holds_nothing() -> None:
    """The event names what the vault has to destroy; the state keeps the opaque id alone."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    leaver = stream.seat("FRONTEX", "alternate", head)
    erase = ErasePerson(person=leaver.person)

    assert refusal(stream.give(erase, head)) == "StillAppointed"
    stream.give(EndAppointment(appointment=leaver.appointment, until=FOUNDED), head)
    assert refusal(stream.give(erase, coordinator)) == "NotPermitted"
    event = only(stream.give(erase, head), PersonErased)

    assert event.contents == (NAME, MAIL)
    assert leaver.person not in stream.register.persons
    assert stream.register.erased == (leaver.person,)
    assert refusal(stream.give(erase, head)) == "NotFound"
    assert refusal(stream.give(appointing(leaver.person, "FRONTEX", "alternate"), head)) == "NotFound"


def test_an_appointment_is_told_to_head_and_focal_point() -> None:
    """Those who answer for an entity's people learn of each appointment."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    stream.seat("FRONTEX", "focal_point", head)

    assert told(stream, "appointed") == [("FRONTEX", "head_of_entity"), ("FRONTEX", "focal_point")]

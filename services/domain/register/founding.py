"""Decisions on the register as a whole: founding, the first key, statuses, policies."""

from __future__ import annotations

from dataclasses import fields

from services.domain.membership import Entity, StatusSince
from services.domain.message import BadArgument, Context, Event, Refusal, made_id, refuse
from services.domain.procedure import Procedure
from services.domain.register.authority import not_coordinator
from services.domain.register.commands import AdoptPolicy, Bootstrap, ChangeStatus, FoundRegister
from services.domain.register.events import (
    KeyIssued,
    PersonAppointed,
    PersonEnrolled,
    PolicyAdopted,
    RegisterFounded,
    StatusChanged,
)
from services.domain.register.keys import wrong_secret, wrong_span
from services.domain.register.refusals import BootstrapClosed, StatusUnchanged, VersionTaken
from services.domain.register.state import WORKING, PolicyInForce, PolicyKind, Register, Role
from services.domain.register.tenure import procedure_in_force


def found(command: FoundRegister, context: Context) -> tuple[Event, ...]:
    """Found the register, if the files agree with one another."""
    founded = RegisterFounded(
        at=context.at, actor=context.actor, **{f.name: getattr(command, f.name) for f in fields(command)}
    )
    wrong = wrong_edition(empty_register(founded), context)
    return refuse(command, wrong, context) if wrong else (founded,)


def empty_register(event: RegisterFounded) -> Register:
    """Return the register as founded: a table and bodies, and nobody yet."""
    return Register(
        membership=event.membership,
        charters=event.charters,
        procedures=event.procedures,
        policies=event.policies,
        persons={},
        erased=(),
        appointments={},
        keys={},
        calendars=event.calendars,
    )


def wrong_edition(state: Register, context: Context) -> Refusal | None:
    """Find what the first edition names and does not have."""
    codes = [c.code for c in state.charters]
    if state.membership.entity(state.membership.convenor) is None:
        return BadArgument(
            field="membership.convenor",
            rule=f"{state.membership.convenor} is not an entity of the membership",
            remedy="name one that is",
        )
    if len(set(codes)) < len(codes):
        return BadArgument(field="charters", rule="every body has a code of its own", remedy="rename the double one")
    for charter in state.charters:
        field = f"charters.{charter.code}"
        if state.membership.entity(charter.chair_entity) is None:
            return BadArgument(
                field=f"{field}.chair_entity",
                rule=f"{charter.chair_entity} is not an entity of the membership",
                remedy="name one that is",
            )
        if procedure_in_force(state, charter.procedure, context.at) is None:
            return BadArgument(
                field=f"{field}.procedure",
                rule=f"no procedure {charter.procedure} is in force",
                remedy="name one that is, or date it earlier",
            )
        if charter.report_to is not None and charter.report_to not in codes:
            return BadArgument(
                field=f"{field}.report_to", rule=f"there is no body {charter.report_to}", remedy="name one that is"
            )
    return None


def bootstrap(state: Register, command: Bootstrap, context: Context) -> tuple[Event, ...]:
    """Enrol, appoint and equip the convenor's first coordinator or head, once."""
    wrong = (
        BootstrapClosed(issued=len(state.keys))
        if state.keys
        else wrong_first_seat(state, command)
        or wrong_secret(state, command.secret_digest)
        or wrong_span(command.expires, context)
    )
    if wrong:
        return refuse(command, wrong, context)
    person, appointment = made_id("p", context), made_id("ap", context)
    return (
        PersonEnrolled(
            at=context.at,
            actor=context.actor,
            person=person,
            entity=command.entity,
            name=command.name,
            address=command.address,
        ),
        PersonAppointed(
            at=context.at,
            actor=context.actor,
            appointment=appointment,
            person=person,
            seat=command.entity,
            delegation=None,
            body=None,
            role=Role(command.role),
            since=context.at,
            until=None,
        ),
        KeyIssued(
            at=context.at,
            actor=context.actor,
            key=made_id("k", context),
            appointment=appointment,
            secret_digest=command.secret_digest,
            label=None,
            scopes=WORKING,
            expires=command.expires,
        ),
    )


def wrong_first_seat(state: Register, command: Bootstrap) -> Refusal | None:
    """Refuse a first seat from which nobody could appoint the rest: only the convenor's coordinators can."""
    if command.entity != state.membership.convenor:
        return BadArgument(
            field="entity", rule="the first key is the convenor's", remedy=f"name {state.membership.convenor}"
        )
    if command.role not in {Role.COORDINATOR, Role.HEAD_OF_ENTITY}:
        return BadArgument(
            field="role", rule=f"the first seat is not a {command.role}", remedy="name coordinator or head_of_entity"
        )
    return None


def change_status(state: Register, command: ChangeStatus, context: Context) -> tuple[Event, ...]:
    """Give an entity a status from an instant on, not before the act: the past stands (domain.md R1-1)."""
    entity = state.membership.entity(command.entity)
    wrong = wrong_status(entity, command, context) or not_coordinator(state, command, context)
    if wrong:
        return refuse(command, wrong, context)
    status = StatusSince(status=command.status, since=command.on)
    return (StatusChanged(at=context.at, actor=context.actor, entity=command.entity, status=status),)


def wrong_status(entity: Entity | None, command: ChangeStatus, context: Context) -> Refusal | None:
    """Find what is wrong with a change of status."""
    if entity is None:
        return BadArgument(
            field="entity", rule=f"{command.entity} is not in the register", remedy="name an entity that is"
        )
    if command.on < context.at:
        return BadArgument(
            field="on",
            rule="a status takes effect at or after the act that gives it",
            remedy="give a later date; what is past is corrected, not changed",
        )
    given_later = any(s.since > command.on for s in entity.statuses)
    if entity.status_at(command.on) is command.status and not given_later:
        return StatusUnchanged(entity=command.entity, status=command.status)
    return None


def adopt_policy(state: Register, command: AdoptPolicy, context: Context) -> tuple[Event, ...]:
    """Record that a new version of a policy takes effect; what was decided keeps the version it used (PS-18)."""
    wrong = (
        wrong_policy(command, context)
        or version_taken(state, command)
        or wrong_content(command, command.content)
        or not_coordinator(state, command, context)
    )
    if wrong:
        return refuse(command, wrong, context)
    policy = PolicyInForce(
        kind=PolicyKind(command.kind),
        name=command.name,
        version=command.version,
        digest=command.digest,
        since=command.in_force,
    )
    adopted = PolicyAdopted(
        at=context.at, actor=context.actor, policy=policy, content=command.content, bodies=command.bodies
    )
    return (adopted,)


def wrong_policy(command: AdoptPolicy, context: Context) -> Refusal | None:
    """Find what is wrong with the kind or the date of a policy."""
    if command.kind not in set(PolicyKind):
        return BadArgument(
            field="kind", rule=f"there is no kind of policy {command.kind}", remedy=f"use {', '.join(PolicyKind)}"
        )
    if command.in_force < context.at:
        return BadArgument(
            field="in_force",
            rule="a policy takes effect at or after the act that adopts it",
            remedy="give a later instant",
        )
    return None


def version_taken(state: Register, command: AdoptPolicy) -> Refusal | None:
    """Refuse a version that is not above every one the register has of that policy."""
    versions = [p.version for p in state.policies if (p.kind, p.name) == (command.kind, command.name)]
    if command.version <= max(versions, default=0):
        return VersionTaken(kind=command.kind, name=command.name, latest=max(versions, default=0))
    return None


def wrong_content(command: AdoptPolicy, content: Procedure | None) -> Refusal | None:
    """Refuse a procedure without its content, or content that is not that policy's."""
    if command.kind != PolicyKind.PROCEDURE:
        if content is None:
            return None
        return BadArgument(field="content", rule="only a procedure comes with its content", remedy="leave it out")
    named = (command.name, command.version, command.digest)
    if content is None or (content.name, content.version, content.digest) != named:
        return BadArgument(
            field="content",
            rule="a procedure comes with the content its name, version and digest stand for",
            remedy="send that content",
        )
    return None

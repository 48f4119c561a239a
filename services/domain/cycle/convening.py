"""Decides on convening: the proposal, the notice, the answers, the credentials (domain.md 5.1)."""

from __future__ import annotations

from dataclasses import fields

from services.domain.cycle.admission import not_at_the_table, session_is_over, wrong_state
from services.domain.cycle.commands import (
    ClearToConvene,
    Convene,
    ProposeCycle,
    RegisterCredentials,
    Respond,
    ReviewBacklog,
    WithdrawProposal,
)
from services.domain.cycle.events import (
    BacklogReviewed,
    ConveningCleared,
    CredentialsRegistered,
    CycleConvened,
    CycleProposed,
    ProposalWithdrawn,
    ResponseGiven,
)
from services.domain.cycle.records import Credential
from services.domain.cycle.refusals import AnotherCycleLive, ShortNotice
from services.domain.cycle.rules_of_procedure import governed, under
from services.domain.cycle.state import BEFORE_SESSION, UNDER_WAY, Cycle, CycleState
from services.domain.cycle.steps import CONVENING, plan_steps, step_of
from services.domain.membership import ParticipationStatus
from services.domain.message import BadArgument, Content, Context, Event, Refusal, WrongState, plain, refuse


def propose_cycle(command: ProposeCycle, context: Context) -> tuple[Event, ...]:
    """Begin the cycle, with the deadlines of its steps."""
    steps = plan_steps(command, context.at)
    if isinstance(steps, Refusal):
        return refuse(command, steps, context)
    given = {f.name: getattr(command, f.name) for f in fields(command)}
    return (CycleProposed(at=context.at, actor=context.actor, steps=steps, **given),)


def clear_to_convene(cycle: Cycle, command: ClearToConvene, context: Context) -> tuple[Event, ...]:
    """Take over that the way is clear."""
    if refusal := wrong_state(cycle, CycleState.PROPOSED):
        return refuse(command, refusal, context)
    return (ConveningCleared(at=context.at, actor=context.actor),)


def withdraw_proposal(cycle: Cycle, command: WithdrawProposal, context: Context) -> tuple[Event, ...]:
    """Take back a proposal nobody convened."""
    if refusal := wrong_state(cycle, CycleState.PROPOSED):
        return refuse(command, refusal, context)
    return (
        ProposalWithdrawn(
            at=context.at,
            actor=context.actor,
            is_skipped=command.is_skipped,
            reason=command.reason,
            because_of=command.because_of,
        ),
    )


def review_backlog(cycle: Cycle, command: ReviewBacklog, context: Context) -> tuple[Event, ...]:
    """Take over the open actions of earlier cycles, all of them."""
    if refusal := wrong_state(cycle, CycleState.PROPOSED, UNDER_WAY):
        return refuse(command, refusal, context)
    return (BacklogReviewed(at=context.at, actor=context.actor, actions=command.actions),)


def convene(cycle: Cycle, command: Convene, context: Context) -> tuple[Event, ...]:
    """
    Send the convening notice, in time or with a waiver, while no other cycle of the kind is live (LC-2).

    The version of the procedure that is in force now governs the cycle.
    """
    change = governed(cycle, context)
    if isinstance(change, Refusal):
        return refuse(command, change, context)
    cycle = under(cycle, change) if change else cycle
    short = _short_notice(cycle, context)
    waiver = context.waiver or _waived_before(cycle)
    if refusal := (
        wrong_state(cycle, CycleState.PROPOSED)
        or _not_clear(cycle)
        or _no_guest(cycle, command, context)
        or (None if waiver else short)
    ):
        return refuse(command, refusal, context)
    invited = cycle.membership.with_status_at(context.at, ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER)
    return (
        *((change,) if change else ()),
        CycleConvened(
            at=context.at,
            actor=context.actor,
            mode=command.mode,
            place=command.place,
            invited=(*invited, *command.guests),
            guests=command.guests,
            waiver=waiver if short else None,
        ),
    )


def respond(cycle: Cycle, command: Respond, context: Context) -> tuple[Event, ...]:
    """Record an entity's answer; the last one counts."""
    if refusal := (
        _not_yet_asked(cycle)
        or _session_began(cycle, context)
        or _postponed_since(cycle, context)
        or not_at_the_table(cycle, context, "answer")
    ):
        return refuse(command, refusal, context)
    return (
        ResponseGiven(
            at=context.at,
            actor=context.actor,
            entity=context.entity,
            on_behalf=context.on_behalf,
            answer=command.answer,
        ),
    )


def register_credentials(cycle: Cycle, command: RegisterCredentials, context: Context) -> tuple[Event, ...]:
    """Record the persons an entity sends, each for one of its delegations."""
    refusal = session_is_over(cycle, context) or not_at_the_table(cycle, context, "register credentials")
    persons = tuple(_for_delegation(cycle, person, context) for person in command.persons)
    if refusal := refusal or _wrong_persons(cycle, persons, context):
        return refuse(command, refusal, context)
    return (
        CredentialsRegistered(
            at=context.at,
            actor=context.actor,
            entity=context.entity,
            on_behalf=context.on_behalf,
            persons=persons,
        ),
    )


def _short_notice(cycle: Cycle, context: Context) -> Refusal | None:
    step = step_of(cycle, CONVENING)
    if step is None or context.at < step.due_at:
        return None
    return ShortNotice(label=CONVENING, due_at=step.due_at, at=context.at)


def _waived_before(cycle: Cycle) -> Content | None:
    """Return the reason for which short notice was waived when the session was postponed."""
    step = step_of(cycle, CONVENING)
    return step.waiver if step else None


def _not_clear(cycle: Cycle) -> Refusal | None:
    return None if cycle.is_clear else AnotherCycleLive(body=cycle.body, kind=cycle.kind)


def _no_guest(cycle: Cycle, command: Convene, context: Context) -> Refusal | None:
    for entity in command.guests:
        status = cycle.membership.status_at(entity, context.at)
        if status is not ParticipationStatus.GUEST or command.guests.count(entity) > 1:
            return BadArgument(
                field="guests",
                rule=f"{entity} is not a guest of the Dialogue, or is named twice",
                remedy="name guests once; members and observers are invited anyway",
            )
    return None


def _not_yet_asked(cycle: Cycle) -> Refusal | None:
    return None if cycle.convening else WrongState(noun="cycle", state=cycle.state, needed="convened")


def _session_began(cycle: Cycle, context: Context) -> Refusal | None:
    # An answer on paper received before the session counts although it is recorded during it (OB-1).
    began = cycle.session_opened_at
    return wrong_state(cycle, BEFORE_SESSION) if began is None or context.at >= began else None


def _postponed_since(cycle: Cycle, context: Context) -> Refusal | None:
    postponed_at = cycle.postponed_at
    if postponed_at is None or context.at >= postponed_at:
        return None
    return BadArgument(
        field="received_at",
        rule=f"the session was postponed at {plain(postponed_at)}, and answers given before are to the dates it had",
        remedy="ask the entity again, for the dates it has now",
    )


def _for_delegation(cycle: Cycle, person: Credential, context: Context) -> Credential:
    known = cycle.membership.entity(context.entity)
    own = known.delegations[0].code if known and len(known.delegations) == 1 else None
    acting = None if context.on_behalf else context.actor.delegation
    return Credential(person=person.person, role=person.role, delegation=person.delegation or acting or own)


def _wrong_persons(cycle: Cycle, persons: tuple[Credential, ...], context: Context) -> Refusal | None:
    known = cycle.membership.entity(context.entity)
    codes = {d.code for d in known.delegations} if known else set()
    if not persons:
        return BadArgument(field="persons", rule="credentials name somebody", remedy="name at least one person")
    if any(person.delegation not in codes for person in persons):
        return BadArgument(
            field="persons.delegation",
            rule=f"each person comes for one delegation of {context.entity}",
            remedy=f"use {', '.join(sorted(codes))}",
        )
    return None

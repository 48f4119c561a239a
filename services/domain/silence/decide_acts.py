"""Decides on what members and observers do: object, lift, comment, ask, dissociate, answer (domain.md 5.2)."""

from __future__ import annotations

from datetime import timedelta

from services.domain.message import BadArgument, Command, Content, Context, Event, NotPermitted, WrongState, refuse
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence.refusals import (
    AlreadyObjected,
    NoObjectionToLift,
    NoSuchCorrection,
    SilenceNotOpen,
    StaleVersion,
    TimeAlreadyAsked,
    TooLateForMeeting,
)
from services.domain.silence.state import STOPPED, ProcedureState, SilenceProcedure


def object_to(state: SilenceProcedure, command: asked.Object, context: Context) -> tuple[Event, ...]:
    """Break silence, keep a further objection or a late statement, or file an observer's as a comment (j to l, v)."""
    who = context.entity
    if context.at < state.opened_at:
        return refuse(command, _not_yet_open(state), context)
    if who in state.observers and who not in state.electorate:
        return _filed(state, command, command.reason, context)
    if not state.is_elector(who, context.at):
        return refuse(command, _not_elector(who, "object"), context)
    if any(o.entity == who for o in state.standing):
        return refuse(command, AlreadyObjected(entity=who), context)
    if state.is_running:
        return _break(state, command, command.reason, context)
    return _object_afterwards(state, command, context)


def _object_afterwards(state: SilenceProcedure, command: asked.Object, context: Context) -> tuple[Event, ...]:
    who = context.entity
    at, actor = context.at, context.actor
    if state.state is ProcedureState.ADOPTED and state.adopted_at is not None:
        if at >= state.adopted_at:
            return (happened.LateStatementKept(at=at, actor=actor, entity=who, reason=command.reason),)
        aside = happened.AdoptionSetAside(at=at, actor=actor, entity=who, reason=command.reason)
        return (aside, *_last_round(state, context))
    if state.state in STOPPED | {ProcedureState.TO_MEETING} and state.standing and at < state.expires_at:
        return (happened.FurtherObjectionKept(at=at, actor=actor, entity=who, reason=command.reason),)
    return refuse(command, _not_open(state), context)


def _break(
    state: SilenceProcedure,
    command: Command,
    reason: Content | None,
    context: Context,
    refused_correction: int | None = None,
) -> tuple[Event, ...]:
    if not state.is_open_at(context.at):
        return refuse(command, _not_open(state), context)
    broken = happened.SilenceBroken(
        at=context.at,
        actor=context.actor,
        entity=context.entity,
        reason=reason,
        refused_correction=refused_correction,
    )
    return (broken, *_last_round(state, context))


def _last_round(state: SilenceProcedure, context: Context) -> tuple[Event, ...]:
    if state.round < state.parameters.max_rounds:
        return ()
    return (
        happened.SentToMeeting(at=context.at, actor=context.actor, because="rounds_exhausted", entity=context.entity),
    )


def lift_objection(state: SilenceProcedure, command: asked.LiftObjection, context: Context) -> tuple[Event, ...]:
    """Lift one's own objection (s)."""
    if state.state not in STOPPED:
        return refuse(command, WrongState(noun="procedure", state=state.state, needed="broken or set_aside"), context)
    if all(o.entity != context.entity for o in state.standing):
        return refuse(command, NoObjectionToLift(entity=context.entity), context)
    return (happened.ObjectionLifted(at=context.at, actor=context.actor, entity=context.entity),)


def comment(state: SilenceProcedure, command: asked.Comment, context: Context) -> tuple[Event, ...]:
    """File a comment of anybody the letter went to."""
    if context.entity not in state.addressees:
        return refuse(command, _not_elector(context.entity, "comment"), context)
    return (
        happened.CommentFiled(
            at=context.at, actor=context.actor, entity=context.entity, comment=command.comment, was_objection=False
        ),
    )


def ask_for_time(state: SilenceProcedure, command: asked.AskForTime, context: Context) -> tuple[Event, ...]:
    """Ask for more time, once a round (m)."""
    if refusal := _member_in_time(state, context, "ask for more time"):
        return refuse(command, refusal, context)
    if state.request is not None:
        return refuse(command, TimeAlreadyAsked(entity=state.request.entity), context)
    if command.by <= timedelta(0):
        return refuse(command, _no_time(), context)
    return (happened.TimeAsked(at=context.at, actor=context.actor, entity=context.entity, by=command.by),)


def ask_to_meeting(state: SilenceProcedure, command: asked.AskToMeeting, context: Context) -> tuple[Event, ...]:
    """Send the text to a meeting at a member's request, if early enough (i)."""
    if refusal := _member_in_time(state, context, "ask for a meeting"):
        return refuse(command, refusal, context)
    until = state.opened_at + state.parameters.to_meeting_within
    if context.at >= until:
        return refuse(command, TooLateForMeeting(until=until), context)
    return (happened.SentToMeeting(at=context.at, actor=context.actor, because="requested", entity=context.entity),)


def refuse_correction(state: SilenceProcedure, command: asked.RefuseCorrection, context: Context) -> tuple[Event, ...]:
    """Break silence by refusing a corrigendum (p)."""
    if command.version not in state.corrections:
        return refuse(command, NoSuchCorrection(version=command.version), context)
    if refusal := _member_in_time(state, context, "refuse a correction"):
        return refuse(command, refusal, context)
    return _break(state, command, None, context, refused_correction=command.version)


def dissociate(state: SilenceProcedure, command: asked.Dissociate, context: Context) -> tuple[Event, ...]:
    """Record a dissociation; it breaks nothing (q)."""
    if refusal := _member_in_time(state, context, "dissociate"):
        return refuse(command, refusal, context)
    if command.version != state.text_version:
        return refuse(command, StaleVersion(given=command.version, current=state.text_version), context)
    return (
        happened.DissociationRecorded(
            at=context.at,
            actor=context.actor,
            entity=context.entity,
            version=command.version,
            paragraph=command.paragraph,
            statement=command.statement,
        ),
    )


def answer(state: SilenceProcedure, command: asked.GiveAnswer, context: Context) -> tuple[Event, ...]:
    """Record an answer; the last that was missing, if all agree, adopts the text (z)."""
    if state.procedure_kind is not asked.ProcedureKind.WRITTEN:
        return refuse(command, WrongState(noun="procedure", state="silence", needed="a written procedure"), context)
    if refusal := _member_in_time(state, context, "answer"):
        return refuse(command, refusal, context)
    at, actor, who = context.at, context.actor, context.entity
    recorded = happened.AnswerRecorded(at=at, actor=actor, entity=who, answer=command.answer, comment=command.comment)
    if command.answer is asked.Answer.OBJECT:
        return (recorded, *_break(state, command, command.comment, context))
    if set(state.electors_at(at)) <= {who, *state.answers}:
        adopted = happened.TextAdoptedInWriting(at=at, actor=actor, version=state.text_version, content=state.content)
        return (recorded, adopted)
    return (recorded,)


def _filed(
    state: SilenceProcedure, command: asked.Object, reason: Content | None, context: Context
) -> tuple[Event, ...]:
    if state.state is ProcedureState.WITHDRAWN:
        return refuse(command, _not_open(state), context)
    return (
        happened.CommentFiled(
            at=context.at, actor=context.actor, entity=context.entity, comment=reason, was_objection=True
        ),
    )


def _member_in_time(
    state: SilenceProcedure, context: Context, what: str
) -> NotPermitted | SilenceNotOpen | BadArgument | None:
    if not state.is_elector(context.entity, context.at):
        return _not_elector(context.entity, what)
    return None if state.is_open_at(context.at) else _not_open(state)


def _not_elector(entity: str, what: str) -> NotPermitted:
    return NotPermitted(who=entity, what=what, why="it is not in the electorate of this procedure")


def _not_open(state: SilenceProcedure) -> SilenceNotOpen:
    return SilenceNotOpen(state=state.state, expires_at=state.expires_at)


def _not_yet_open(state: SilenceProcedure) -> BadArgument:
    return BadArgument(
        field="received_at",
        rule=f"the procedure was opened at {state.opened_at.isoformat()}, later than the act",
        remedy="give the instant at which the paper was received",
    )


def _no_time() -> BadArgument:
    return BadArgument(field="by", rule="a duration above zero is needed", remedy="give one like PT24H")

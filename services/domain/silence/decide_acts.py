"""Decides on what members and observers say: object, lift, comment, ask, dissociate (domain.md 5.2)."""

from __future__ import annotations

from datetime import timedelta

from services.domain.message import (
    BadArgument,
    Command,
    Content,
    Context,
    Event,
    Refusal,
    WrongState,
    refuse,
)
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence.answer import give_answer
from services.domain.silence.refusals import (
    AlreadyObjected,
    NoObjectionToLift,
    NoSuchCorrection,
    StaleVersion,
    TimeAlreadyAsked,
    TooLateForMeeting,
)
from services.domain.silence.standing import last_round, member_in_time, not_elector, not_open, not_yet_open
from services.domain.silence.state import AT_THE_TABLE, STOPPED, ProcedureState, SilenceProcedure


def object_to(state: SilenceProcedure, command: asked.Object, context: Context) -> tuple[Event, ...]:
    """Break silence, keep a further objection or a late statement, or file an observer's as a comment (j to l, v)."""
    if context.entity in state.observers:
        return _file(state, command, command.reason, context)
    if state.procedure_kind is asked.ProcedureKind.WRITTEN:
        return give_answer(state, command, asked.Answer.OBJECT, command.reason, context)
    return _object(state, command, command.reason, context)


def refuse_correction(state: SilenceProcedure, command: asked.RefuseCorrection, context: Context) -> tuple[Event, ...]:
    """Object by refusing a corrigendum, possible until the expiry (p)."""
    if command.version not in state.corrections:
        return refuse(command, NoSuchCorrection(version=command.version), context)
    if state.adopted_at is not None and context.at >= state.adopted_at:
        return refuse(command, not_open(state), context)
    return _object(state, command, None, context, refused_correction=command.version)


def _object(
    state: SilenceProcedure,
    command: Command,
    reason: Content | None,
    context: Context,
    refused_correction: int | None = None,
) -> tuple[Event, ...]:
    if refusal := _inadmissible(state, context):
        return refuse(command, refusal, context)
    at, actor, who, paper = context.at, context.actor, context.entity, context.on_behalf
    if state.is_open_at(max(at, state.opened_at)):
        broken = happened.SilenceBroken(
            at=at, actor=actor, entity=who, on_behalf=paper, reason=reason, refused_correction=refused_correction
        )
        return (broken, *last_round(state, context, at))
    if state.state is ProcedureState.ADOPTED and state.adopted_at is not None:
        if at >= state.adopted_at:
            return (happened.LateStatementKept(at=at, actor=actor, entity=who, on_behalf=paper, reason=reason),)
        aside = happened.AdoptionSetAside(
            at=at,
            actor=actor,
            entity=who,
            on_behalf=paper,
            reason=reason,
            recorded_at=context.recorded_at,
            refused_correction=refused_correction,
        )
        return (aside, *last_round(state, context, context.recorded_at))
    if not state.is_running and at < state.objections_until:
        return (
            happened.FurtherObjectionKept(
                at=at, actor=actor, entity=who, on_behalf=paper, reason=reason, refused_correction=refused_correction
            ),
        )
    return refuse(command, not_open(state), context)


def _inadmissible(state: SilenceProcedure, context: Context) -> Refusal | None:
    """Say why an entity's objection is none, whenever it comes."""
    if not state.has_begun_by(context.at):
        return not_yet_open(state)
    if not state.is_elector(context.entity, context.at):
        return not_elector(context.entity, "object")
    if any(o.entity == context.entity for o in state.standing):
        return AlreadyObjected(entity=context.entity)
    return None


def lift_objection(state: SilenceProcedure, command: asked.LiftObjection, context: Context) -> tuple[Event, ...]:
    """Lift one's own objection (s)."""
    if state.state not in STOPPED:
        return refuse(command, WrongState(noun="procedure", state=state.state, needed="broken or set_aside"), context)
    if not any(o.entity == context.entity and o.at <= context.at for o in state.standing):
        return refuse(command, NoObjectionToLift(entity=context.entity), context)
    return (
        happened.ObjectionLifted(
            at=context.at, actor=context.actor, entity=context.entity, on_behalf=context.on_behalf
        ),
    )


def comment(state: SilenceProcedure, command: asked.Comment, context: Context) -> tuple[Event, ...]:
    """File a comment of anybody the letter went to."""
    return _file(state, command, command.comment, context)


def _file(
    state: SilenceProcedure, command: asked.Object | asked.Comment, words: Content | None, context: Context
) -> tuple[Event, ...]:
    """File what an addressee still at the table says, at any time but after a withdrawal (j, w)."""
    who, at = context.entity, context.at
    if who not in state.addressees or state.membership.status_at(who, at) not in AT_THE_TABLE:
        return refuse(command, not_elector(who, "comment"), context)
    if not state.has_begun_by(at):
        return refuse(command, not_yet_open(state), context)
    if state.state is ProcedureState.WITHDRAWN and at >= state.objections_until:
        return refuse(command, not_open(state), context)
    return (
        happened.CommentFiled(
            at=at,
            actor=context.actor,
            entity=who,
            on_behalf=context.on_behalf,
            comment=words,
            was_objection=isinstance(command, asked.Object),
        ),
    )


def ask_for_time(state: SilenceProcedure, command: asked.AskForTime, context: Context) -> tuple[Event, ...]:
    """Ask for more time; one request at a time waits for the chair (m)."""
    if refusal := member_in_time(state, context, "ask for more time"):
        return refuse(command, refusal, context)
    if state.request is not None and state.request.answered is None:
        return refuse(command, TimeAlreadyAsked(entity=state.request.entity), context)
    if command.by <= timedelta(0):
        wrong = BadArgument(field="by", rule="a duration above zero is needed", remedy="give one like PT24H")
        return refuse(command, wrong, context)
    return (
        happened.TimeAsked(
            at=context.at, actor=context.actor, entity=context.entity, on_behalf=context.on_behalf, by=command.by
        ),
    )


def ask_to_meeting(state: SilenceProcedure, command: asked.AskToMeeting, context: Context) -> tuple[Event, ...]:
    """Send the text to a meeting at a member's request, if early enough (i)."""
    if refusal := member_in_time(state, context, "ask for a meeting"):
        return refuse(command, refusal, context)
    if context.at >= state.meeting_until:
        return refuse(command, TooLateForMeeting(until=state.meeting_until), context)
    return (
        happened.SentToMeeting(
            at=context.at,
            actor=context.actor,
            entity=context.entity,
            on_behalf=context.on_behalf,
            because="requested",
        ),
    )


def dissociate(state: SilenceProcedure, command: asked.Dissociate, context: Context) -> tuple[Event, ...]:
    """Record a dissociation; it breaks nothing (q)."""
    if refusal := member_in_time(state, context, "dissociate"):
        return refuse(command, refusal, context)
    if command.version != state.text_version:
        return refuse(command, StaleVersion(given=command.version, current=state.text_version), context)
    return (
        happened.DissociationRecorded(
            at=context.at,
            actor=context.actor,
            entity=context.entity,
            on_behalf=context.on_behalf,
            version=command.version,
            paragraph=command.paragraph,
            statement=command.statement,
        ),
    )

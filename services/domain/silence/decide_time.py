"""Decides on what time and post bring: deliveries, service by hand, outage, expiry (domain.md 5.2 e to h, m, o, r)."""

from __future__ import annotations

from datetime import timedelta

from services.domain.deadline import whole_second
from services.domain.message import BadArgument, Context, Event, NotPermitted, TimePassed, WrongState, refuse
from services.domain.notice import AccountForNotice, NoticeDelivered, account_for_notice
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence.evolve import evolve_all
from services.domain.silence.late import told_late
from services.domain.silence.outlook import SERVICE, due
from services.domain.silence.refusals import AlreadyTold, ServiceTooEarly
from services.domain.silence.standing import not_yet_open
from services.domain.silence.state import LETTER, SilenceProcedure


def account_for_letter(state: SilenceProcedure, command: AccountForNotice, context: Context) -> tuple[Event, ...]:
    """Record who was told; an opening letter that arrives late moves the expiry for all (e, f, h)."""
    events: tuple[Event, ...] = ()
    for event in account_for_notice(command, context):
        after = evolve_all(state, events)
        events += (event,)
        if isinstance(event, NoticeDelivered) and event.notice == LETTER and event.cause == state.letter:
            events += told_late(after, event.entity, event.at, context)
    if not events:
        wrong = BadArgument(field="deliveries", rule="a report speaks of somebody", remedy="leave an empty one out")
        return refuse(command, wrong, context)
    return events


def acknowledge(state: SilenceProcedure, command: asked.Acknowledge, context: Context) -> tuple[Event, ...]:
    """Take reading through the API for delivery (h)."""
    who, at = context.entity, context.at
    if who not in state.addressees:
        why = "the letter was not addressed to it"
        return refuse(command, NotPermitted(who=who, what="acknowledge", why=why), context)
    if at < state.opened_at:
        return refuse(command, not_yet_open(state), context)
    if who in state.told and who not in state.told_by_post:
        return refuse(command, AlreadyTold(entity=who), context)
    read = happened.LetterRead(at=at, actor=context.actor, entity=who, on_behalf=context.on_behalf)
    return (read, *told_late(state, who, at, context))


def serve_by_hand(state: SilenceProcedure, command: asked.ServeByHand, context: Context) -> tuple[Event, ...]:
    """Record service by another channel, allowed some time after the opening (g)."""
    if not state.is_running:
        return refuse(command, WrongState(noun="procedure", state=state.state, needed="opened or extended"), context)
    if command.entity not in state.addressees:
        why = "the letter was not addressed to it"
        return refuse(command, NotPermitted(who=command.entity, what="be served", why=why), context)
    if command.entity in state.told:
        return refuse(command, AlreadyTold(entity=command.entity), context)
    if context.at < state.service_from:
        return refuse(command, ServiceTooEarly(since=state.service_from), context)
    served = happened.ServedByHand(
        at=context.at,
        actor=context.actor,
        entity=command.entity,
        on_behalf=context.on_behalf,
        evidence=command.evidence,
    )
    return (served, *told_late(state, command.entity, context.at, context))


def time_passed(state: SilenceProcedure, command: TimePassed, context: Context) -> tuple[Event, ...]:
    """Decide what a due instant brings; every act received before it has been decided already (a)."""
    next_ = due(state)
    if next_ is None or next_.label != command.label or context.at < next_.at:
        wrong = WrongState(noun="procedure", state=state.state, needed=f"due for {command.label}")
        return refuse(command, wrong, context)
    if next_.label == SERVICE:
        untold = tuple(entity for entity in state.awaited if state.is_elector(entity, context.at))
        return (happened.ServiceOverdue(at=context.at, actor=context.actor, entities=untold),)
    return _outage(state, command, context) or _more_time(state, context) or _expire(state, context)


def _outage(state: SilenceProcedure, command: TimePassed, context: Context) -> tuple[Event, ...]:
    """Adopt nothing while nobody could speak, or when the expiry is processed late: the deaf time is made good (o)."""
    tolerance = state.parameters.deaf_tolerance
    deaf = sum((gap.end - gap.start for gap in command.deaf), timedelta(0))
    is_late = command.processed_at - command.due_at > tolerance
    if deaf <= tolerance and not is_late:
        return ()
    returned = max((gap.end for gap in command.deaf), default=command.due_at)
    if is_late:
        returned = max(returned, command.processed_at)
    expires_at = whole_second(max(command.due_at + deaf, returned + state.parameters.deaf_floor))
    return (
        happened.ExpiryMoved(
            at=context.at,
            actor=context.actor,
            because="outage",
            expires_at=expires_at,
            by=expires_at - state.expires_at,
            deaf=deaf,
            deaf_since=max(command.due_at, returned),
        ),
    )


def _more_time(state: SilenceProcedure, context: Context) -> tuple[Event, ...]:
    """Grant what the chair left unanswered: once a round, not counted as an extension (m)."""
    if state.request is None or state.request.answered is not None or state.more_time_given:
        return ()
    expires_at = whole_second(context.at + state.parameters.more_time)
    return (
        happened.ExpiryMoved(
            at=context.at,
            actor=context.actor,
            because="more_time",
            expires_at=expires_at,
            by=expires_at - state.expires_at,
            deaf=timedelta(0),
            deaf_since=state.deaf_since,
        ),
    )


def _expire(state: SilenceProcedure, context: Context) -> tuple[Event, ...]:
    electors = state.electors_at(context.at)
    if not electors:
        # everybody left: nobody kept silence, so nothing is adopted
        return (happened.ProcedureLapsed(at=context.at, actor=context.actor, missing=state.electorate),)
    if state.procedure_kind is asked.ProcedureKind.WRITTEN:
        missing = tuple(entity for entity in electors if entity not in state.answers)
        if missing:
            return (happened.ProcedureLapsed(at=context.at, actor=context.actor, missing=missing),)
        return (
            happened.TextAdoptedInWriting(
                at=context.at, actor=context.actor, version=state.text_version, content=state.content
            ),
        )
    return (
        happened.TextAdoptedBySilence(
            at=context.at, actor=context.actor, version=state.text_version, content=state.content, silent=electors
        ),
    )

"""Decides on what the chair does: open, extend, correct, reopen, send to a meeting, withdraw (domain.md 5.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.deadline import Reckoned, whole_second
from services.domain.message import BadArgument, Context, Event, Refusal, WrongState, refuse
from services.domain.procedure import Period
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence.opening import (
    CANNOT_RECKON,
    check_opening,
    expiry_of,
    no_digest,
    not_reckonable,
    observers_at,
    period_of,
    reckon_expiry,
    unfit,
)
from services.domain.silence.refusals import (
    CorrectionStopped,
    EmptyElectorate,
    ExtensionsExhausted,
    NotFinal,
    NoTimeAsked,
    ObjectionsStand,
    PeriodTooShort,
    RedraftBegun,
    RoundsExhausted,
    SilenceNotOpen,
)
from services.domain.silence.state import RUNNING, STOPPED, ProcedureState, SilenceProcedure


def open_procedure(state: SilenceProcedure | None, command: asked.OpenProcedure, context: Context) -> tuple[Event, ...]:
    """Open the procedure over its electorate and fix the expiry (b to d)."""
    if state is not None:
        return refuse(command, WrongState(noun="procedure", state=state.state, needed="new"), context)
    if refusal := check_opening(command, context):
        return refuse(command, refusal, context)
    expiry = expiry_of(command, context.at)
    return (
        happened.ProcedureOpened(
            at=context.at,
            actor=context.actor,
            id=command.id,
            procedure_kind=command.procedure_kind,
            home=command.home,
            body=command.body,
            cycle=command.cycle,
            chair_entity=command.chair_entity,
            subject=command.subject,
            text=command.text,
            version=command.version,
            content=command.content,
            period=period_of(command),
            round=command.round,
            supersedes=command.supersedes,
            electorate=command.membership.members_at(context.at),
            observers=observers_at(command.membership, context.at, command.audience),
            expires_at=expiry.at,
            membership=command.membership,
            calendar=command.calendar,
            parameters=command.parameters,
            written=command.written,
            day_ends=command.day_ends,
            dissociated=command.dissociated,
            waiver=command.waiver,
            policy_digest=command.policy_digest,
            audience=command.audience,
            expiry_reason=expiry.reason,
        ),
    )


def extend(state: SilenceProcedure, command: asked.ExtendSilence, context: Context) -> tuple[Event, ...]:
    """Move the expiry later; at most so many times (n); granting a request for more time is one of them (m)."""
    if not state.is_open_at(context.at):
        return refuse(command, SilenceNotOpen(state=state.state, expires_at=state.expires_at), context)
    if state.extensions >= state.parameters.extensions:
        return refuse(command, ExtensionsExhausted(count=state.extensions), context)
    expires_at = _later(state, command.by)
    if expires_at is None or expires_at <= max(state.expires_at, context.at):
        rule = "the new expiry would not be later than the one announced and than now, or lie beyond all calendars"
        wrong = BadArgument(field="by", rule=rule, remedy="give a duration like PT24H")
        return refuse(command, wrong, context)
    return (
        happened.ExpiryMoved(
            at=context.at,
            actor=context.actor,
            because="extension",
            expires_at=expires_at,
            by=expires_at - state.expires_at,
            deaf=timedelta(0),
            deaf_since=state.deaf_since,
        ),
    )


def _later(state: SilenceProcedure, by: timedelta) -> datetime | None:
    try:
        return whole_second(state.expires_at + by)
    except OverflowError:
        return None


def decline_time(state: SilenceProcedure, command: asked.DeclineTime, context: Context) -> tuple[Event, ...]:
    """Decline the request for more time (m)."""
    if not state.is_open_at(context.at):
        return refuse(command, SilenceNotOpen(state=state.state, expires_at=state.expires_at), context)
    if state.request is None or state.request.answered is not None:
        return refuse(command, NoTimeAsked(), context)
    return (happened.TimeDeclined(at=context.at, actor=context.actor, entity=state.request.entity),)


def correct_editorially(
    state: SilenceProcedure, command: asked.CorrectEditorially, context: Context
) -> tuple[Event, ...]:
    """Send a corrigendum, not within the last stretch before the expiry (p)."""
    if not state.is_open_at(context.at):
        return refuse(command, SilenceNotOpen(state=state.state, expires_at=state.expires_at), context)
    until = state.expires_at - state.parameters.correction_stop
    if context.at >= until:
        return refuse(command, CorrectionStopped(stop=state.parameters.correction_stop, until=until), context)
    if command.whole.digest is None:
        return refuse(command, no_digest("whole"), context)
    return (
        happened.TextCorrected(
            at=context.at,
            actor=context.actor,
            version=state.text_version + 1,
            paragraph=command.paragraph,
            content=command.content,
            whole=command.whole,
        ),
    )


def reopen(state: SilenceProcedure, command: asked.ReopenSilence, context: Context) -> tuple[Event, ...]:
    """Open the same text for another round: new letter, electorate, deliveries and expiry (s)."""
    if refusal := _not_reopenable(state):
        return refuse(command, refusal, context)
    electorate = state.membership.members_at(context.at)
    if not electorate:
        return refuse(command, EmptyElectorate(), context)
    expiry = _reopened_until(state, command.period, electorate, context.at)
    if isinstance(expiry, Refusal):
        return refuse(command, expiry, context)
    return (
        happened.SilenceReopened(
            at=context.at,
            actor=context.actor,
            round=state.round + 1,
            period=command.period,
            electorate=electorate,
            observers=observers_at(state.membership, context.at, state.audience),
            expires_at=expiry.at,
            expiry_reason=expiry.reason,
        ),
    )


def _not_reopenable(state: SilenceProcedure) -> Refusal | None:
    if state.state not in STOPPED:
        return WrongState(noun="procedure", state=state.state, needed="broken or set_aside")
    if state.superseded_by:
        return RedraftBegun(by=state.superseded_by)
    if state.standing:
        return ObjectionsStand(entities=tuple(o.entity for o in state.standing))
    if state.round >= state.parameters.max_rounds:
        return RoundsExhausted(round=state.round + 1, max_rounds=state.parameters.max_rounds)
    return None


def supersede(state: SilenceProcedure, command: asked.SupersedeProcedure, context: Context) -> tuple[Event, ...]:
    """Take note that a redraft is before the members: this text is not reopened (t)."""
    if state.superseded_by:
        return refuse(command, RedraftBegun(by=state.superseded_by), context)
    return (happened.ProcedureSuperseded(at=context.at, actor=context.actor, by=command.by),)


def _reopened_until(
    state: SilenceProcedure, period: Period, electorate: tuple[str, ...], at: datetime
) -> Reckoned | Refusal:
    if refusal := unfit(period):
        return refusal
    try:
        expiry = reckon_expiry(
            anchor=at, period=period, membership=state.membership, electorate=electorate, calendar=state
        )
    except CANNOT_RECKON as error:
        return not_reckonable(error)
    least = state.parameters.reopen_minimum
    return PeriodTooShort(given=expiry.at - at, least=least) if expiry.at - at < least else expiry


def send_to_meeting(state: SilenceProcedure, command: asked.SendToMeeting, context: Context) -> tuple[Event, ...]:
    """Send a broken, set-aside or lapsed text to a meeting."""
    if state.state not in STOPPED | {ProcedureState.LAPSED}:
        return refuse(command, WrongState(noun="procedure", state=state.state, needed="broken or set_aside"), context)
    return (happened.SentToMeeting(at=context.at, actor=context.actor, because="chair", entity=context.entity),)


def withdraw(state: SilenceProcedure, command: asked.WithdrawSilence, context: Context) -> tuple[Event, ...]:
    """Withdraw from any state that is not final (w)."""
    if state.state not in RUNNING | STOPPED:
        return refuse(command, WrongState(noun="procedure", state=state.state, needed="not final"), context)
    return (happened.ProcedureWithdrawn(at=context.at, actor=context.actor, reason=command.reason),)


def close_procedure(state: SilenceProcedure, command: asked.CloseProcedure, context: Context) -> tuple[Event, ...]:
    """End the stream; a running procedure cannot be closed."""
    if state.is_running:
        return refuse(command, NotFinal(state=state.state), context)
    return (happened.ProcedureClosed(at=context.at, actor=context.actor),)

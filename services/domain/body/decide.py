"""Decides on every command in every state of a standing body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from services.domain.action_note import NoteAction
from services.domain.body import commands as asked
from services.domain.body.amendment import amend_series, pause_series, resume_series, skip_cycle
from services.domain.body.calendars import renew_calendar
from services.domain.body.cycles import call_extraordinary_session, note_cycle
from services.domain.body.edited import changed
from services.domain.body.events import BodyFounded
from services.domain.body.matters import (
    change_membership,
    note_action,
    note_procedure,
    open_silence,
    open_written_procedure,
)
from services.domain.body.refusals import AlreadyFounded
from services.domain.body.reports import take_report, with_placing
from services.domain.body.series import extend_occurrences, schedule_series
from services.domain.body.state import Body
from services.domain.cycle.refusals import NothingDue
from services.domain.cycle.report import TakeReport
from services.domain.cycle_note import NoteCycle
from services.domain.message import (
    Command,
    Context,
    Event,
    NotFound,
    NotPermitted,
    TimePassed,
    UnknownCommand,
    refuse,
)
from services.domain.notice import AccountForNotice, account_for_notice
from services.domain.procedure_change import TakeProcedure, take
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership, RenewCalendar

Rule = Callable[[Body, Any, Context], tuple[Event, ...]]


def decide(body: Body | None, command: Command, context: Context) -> tuple[Event, ...]:
    """Answer any command in any state with at least one event."""
    if isinstance(command, asked.FoundBody):
        return found(body, command, context)
    rule = RULES.get(type(command))
    if rule is None:
        return refuse(command, UnknownCommand(noun="a body"), context)
    if body is None:
        return refuse(command, NotFound(what="body", which=""), context)
    if context.on_behalf:
        why = "nothing of a body is recorded on behalf of an entity"
        refusal = NotPermitted(who=context.actor.entity, what="act on behalf of another entity", why=why)
        return refuse(command, refusal, context)
    if refused := changed(body, command, context):
        return refuse(command, refused, context)
    return with_placing(body, rule(body, command, context), context)


def found(body: Body | None, command: asked.FoundBody, context: Context) -> tuple[Event, ...]:
    """Found the body, once."""
    if body is not None:
        return refuse(command, AlreadyFounded(code=body.code), context)
    given = {f.name: getattr(command, f.name) for f in fields(command)}
    return (BodyFounded(at=context.at, actor=context.actor, **given),)


def take_procedure(_body: Body, command: TakeProcedure, context: Context) -> tuple[Event, ...]:
    """Take over a version of the body's procedure."""
    return take(command, context)


def account(_body: Body, command: AccountForNotice, context: Context) -> tuple[Event, ...]:
    """Record what became of a letter."""
    if not command.deliveries:
        return refuse(command, NotFound(what="delivery of", which=command.notice), context)
    return account_for_notice(command, context)


def time_passed(_body: Body, command: TimePassed, context: Context) -> tuple[Event, ...]:
    """Answer that nothing falls due: a body keeps its cycles by what they tell it, never by the clock."""
    return refuse(command, NothingDue(label=command.label, due_at=command.due_at), context)


RULES: Mapping[type[Command], Rule] = {
    asked.ScheduleSeries: schedule_series,
    asked.AmendSeries: amend_series,
    asked.SkipCycle: skip_cycle,
    asked.PauseSeries: pause_series,
    asked.ResumeSeries: resume_series,
    asked.ExtendOccurrences: extend_occurrences,
    asked.CallExtraordinarySession: call_extraordinary_session,
    asked.OpenSilence: open_silence,
    asked.OpenWrittenProcedure: open_written_procedure,
    NoteCycle: note_cycle,
    NoteAction: note_action,
    NoteProcedure: note_procedure,
    TakeReport: take_report,
    ChangeMembership: change_membership,
    RenewCalendar: renew_calendar,
    TakeProcedure: take_procedure,
    AccountForNotice: account,
    TimePassed: time_passed,
}

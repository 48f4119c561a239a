"""Decides on every command in every state of a silence or written procedure (domain.md 5.2, letters in brackets)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.edition import changed_since
from services.domain.message import Command, Context, Event, NotFound, TimePassed, UnknownCommand, WrongState, refuse
from services.domain.notice import AccountForNotice
from services.domain.register_change import ChangeMembership, MembershipChanged, RenewCalendar
from services.domain.silence import commands as asked
from services.domain.silence.answer import answer
from services.domain.silence.calendars import renew_calendar
from services.domain.silence.decide_acts import (
    ask_for_time,
    ask_to_meeting,
    comment,
    dissociate,
    lift_objection,
    object_to,
    refuse_correction,
)
from services.domain.silence.decide_chair import (
    close_procedure,
    correct_editorially,
    decline_time,
    extend,
    open_procedure,
    reopen,
    send_to_meeting,
    supersede,
    withdraw,
)
from services.domain.silence.decide_time import account_for_letter, acknowledge, serve_by_hand, time_passed
from services.domain.silence.state import SilenceProcedure

Rule = Callable[[SilenceProcedure, Any, Context], tuple[Event, ...]]


def decide(state: SilenceProcedure | None, command: Command, context: Context) -> tuple[Event, ...]:
    """Give the events that follow from a command; a refusal is one."""
    if isinstance(command, asked.OpenProcedure):
        return open_procedure(state, command, context)
    if state is None or state.is_closed:
        return refuse(command, NotFound(what="open procedure", which=state.id if state else ""), context)
    rule = RULES.get(type(command))
    if rule is None:
        return refuse(command, UnknownCommand(noun="silence"), context)
    if (needed := ONLY_OF.get(type(command), state.procedure_kind)) is not state.procedure_kind:
        wrong = WrongState(noun="kind of procedure", state=state.procedure_kind, needed=needed)
        return refuse(command, wrong, context)
    if isinstance(command, asked.CorrectEditorially | asked.RefuseCorrection) and (
        refused := changed_since("text", str(state.text_version), context)
    ):
        return refuse(command, refused, context)
    return rule(state, command, context)


def change_membership(_state: SilenceProcedure, command: ChangeMembership, context: Context) -> tuple[Event, ...]:
    """Take over a dated status; the electorate fixed at the opening stands, less those who leave (c)."""
    return (MembershipChanged(at=context.at, actor=context.actor, entity=command.entity, status=command.status),)


#: acts that one kind of procedure has and the other has not (z)
ONLY_OF: Mapping[type[Command], asked.ProcedureKind] = {
    asked.GiveAnswer: asked.ProcedureKind.WRITTEN,
    **dict.fromkeys(
        (
            asked.LiftObjection,
            asked.AskForTime,
            asked.DeclineTime,
            asked.ExtendSilence,
            asked.AskToMeeting,
            asked.ReopenSilence,
            asked.CorrectEditorially,
            asked.RefuseCorrection,
        ),
        asked.ProcedureKind.SILENCE,
    ),
}
RULES: Mapping[type[Command], Rule] = {
    asked.Object: object_to,
    asked.LiftObjection: lift_objection,
    asked.Comment: comment,
    asked.AskForTime: ask_for_time,
    asked.DeclineTime: decline_time,
    asked.ExtendSilence: extend,
    asked.AskToMeeting: ask_to_meeting,
    asked.SendToMeeting: send_to_meeting,
    asked.WithdrawSilence: withdraw,
    asked.ReopenSilence: reopen,
    asked.CorrectEditorially: correct_editorially,
    asked.RefuseCorrection: refuse_correction,
    asked.Dissociate: dissociate,
    asked.GiveAnswer: answer,
    asked.ServeByHand: serve_by_hand,
    asked.Acknowledge: acknowledge,
    asked.SupersedeProcedure: supersede,
    asked.CloseProcedure: close_procedure,
    AccountForNotice: account_for_letter,
    ChangeMembership: change_membership,
    RenewCalendar: renew_calendar,
    TimePassed: time_passed,
}

"""Decides on every command in every state of a meeting cycle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.action_note import NoteAction
from services.domain.cycle import commands as asked
from services.domain.cycle.adoption import adopt_text, dissociate
from services.domain.cycle.agenda import add_paper, adopt_agenda, annotate_agenda, propose_item, publish_agenda
from services.domain.cycle.contributions import contribute
from services.domain.cycle.convening import (
    clear_to_convene,
    convene,
    propose_cycle,
    register_credentials,
    respond,
    review_backlog,
    withdraw_proposal,
)
from services.domain.cycle.corrections import contest, correct
from services.domain.cycle.deadlines import change_due, renew_calendar
from services.domain.cycle.edited import changed
from services.domain.cycle.follow_up import assign, close_cycle, note_action, settled
from services.domain.cycle.postponement import cancel, convert_to_virtual, postpone
from services.domain.cycle.procedures import note_procedure, open_silence, open_written_procedure
from services.domain.cycle.refusals import AlreadyProposed
from services.domain.cycle.report import TakeItem
from services.domain.cycle.reporting import report_to, take_item
from services.domain.cycle.rules_of_procedure import take_procedure
from services.domain.cycle.session import change_membership, close_session, open_session, record_presence
from services.domain.cycle.state import OVER, Cycle, CycleState
from services.domain.cycle.steps import time_passed
from services.domain.cycle.texts import amend, correct_editorially, refuse_correction, table_text, withdraw_text
from services.domain.message import (
    Command,
    Context,
    Event,
    NotFound,
    NotPermitted,
    Refusal,
    TimePassed,
    UnknownCommand,
    WrongState,
    refuse,
)
from services.domain.notice import AccountForNotice, account_for_notice
from services.domain.procedure_change import TakeProcedure
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership, RenewCalendar

Rule = Callable[[Cycle, Any, Context], tuple[Event, ...]]


def decide(cycle: Cycle | None, command: Command, context: Context) -> tuple[Event, ...]:
    """Answer any command in any state with at least one event."""
    if isinstance(command, asked.ProposeCycle):
        return _propose(cycle, command, context)
    rule = RULES.get(type(command))
    if rule is None:
        return refuse(command, UnknownCommand(noun="a cycle"), context)
    if cycle is None:
        return refuse(command, NotFound(what="cycle", which=""), context)
    if refusal := _out_of_place(cycle, command, context) or changed(cycle, command, context):
        return refuse(command, refusal, context)
    return settled(cycle, rule(cycle, command, context), context)


def account(_cycle: Cycle, command: AccountForNotice, context: Context) -> tuple[Event, ...]:
    """Record what became of a letter."""
    if not command.deliveries:
        return refuse(command, NotFound(what="delivery of", which=command.notice), context)
    return account_for_notice(command, context)


def _propose(cycle: Cycle | None, command: asked.ProposeCycle, context: Context) -> tuple[Event, ...]:
    if cycle is not None:
        return refuse(command, AlreadyProposed(body=cycle.body, number=cycle.number), context)
    return propose_cycle(command, context)


def _out_of_place(cycle: Cycle, command: Command, context: Context) -> Refusal | None:
    if cycle.state in OVER and not isinstance(command, AccountForNotice):
        needed = ", ".join(state for state in CycleState if state not in OVER)
        return WrongState(noun="cycle", state=cycle.state, needed=needed)
    if context.on_behalf and type(command) not in ON_BEHALF:
        why = "only responses, credentials and contributions are recorded on behalf of an entity here"
        return NotPermitted(who=context.actor.entity, what="act on behalf of another entity", why=why)
    return None


#: what the coordinator may record from paper in a cycle; objections and deliveries are the silence's (domain.md OB-1)
ON_BEHALF: frozenset[type[Command]] = frozenset({asked.Respond, asked.RegisterCredentials, asked.Contribute})

RULES: Mapping[type[Command], Rule] = {
    asked.ClearToConvene: clear_to_convene,
    asked.WithdrawProposal: withdraw_proposal,
    asked.ReviewBacklog: review_backlog,
    asked.Convene: convene,
    asked.Respond: respond,
    asked.RegisterCredentials: register_credentials,
    asked.ProposeItem: propose_item,
    asked.PublishAgenda: publish_agenda,
    asked.AnnotateAgenda: annotate_agenda,
    asked.AdoptAgenda: adopt_agenda,
    asked.AddPaper: add_paper,
    asked.Contribute: contribute,
    asked.RecordPresence: record_presence,
    asked.OpenSession: open_session,
    asked.CloseSession: close_session,
    asked.TableText: table_text,
    asked.Amend: amend,
    asked.CorrectEditorially: correct_editorially,
    asked.RefuseCorrection: refuse_correction,
    asked.AdoptText: adopt_text,
    asked.Dissociate: dissociate,
    asked.WithdrawText: withdraw_text,
    asked.OpenSilence: open_silence,
    asked.OpenWrittenProcedure: open_written_procedure,
    asked.Assign: assign,
    asked.ChangeDue: change_due,
    asked.ReportTo: report_to,
    TakeItem: take_item,
    asked.Postpone: postpone,
    asked.ConvertToVirtual: convert_to_virtual,
    asked.Cancel: cancel,
    asked.CloseCycle: close_cycle,
    asked.Correct: correct,
    asked.Contest: contest,
    NoteProcedure: note_procedure,
    NoteAction: note_action,
    ChangeMembership: change_membership,
    RenewCalendar: renew_calendar,
    TakeProcedure: take_procedure,
    AccountForNotice: account,
    TimePassed: time_passed,
}

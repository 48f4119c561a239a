"""Decides on matters without a cycle: texts put to silence, carried-over actions, changes of membership."""

from __future__ import annotations

from datetime import datetime

from services.domain.action_note import ActionNoted, NoteAction
from services.domain.body.commands import OpenSilence, OpenWrittenProcedure
from services.domain.body.events import MatterBegun
from services.domain.body.state import Body
from services.domain.calendar import CalendarTable
from services.domain.message import Context, Event, NotFound, made_id, refuse
from services.domain.procedure_note import NoteProcedure, ProcedureNoted
from services.domain.procedure_opening import ProcedureHome, check_beginning
from services.domain.register_change import ChangeMembership, MembershipChanged
from services.domain.silence.commands import ProcedureKind


def open_silence(body: Body, command: OpenSilence, context: Context) -> tuple[Event, ...]:
    """Put a text of no cycle to silence."""
    return _open(body, command, ProcedureKind.SILENCE, context)


def open_written_procedure(body: Body, command: OpenWrittenProcedure, context: Context) -> tuple[Event, ...]:
    """Put a text of no cycle to a written procedure."""
    return _open(body, command, ProcedureKind.WRITTEN, context)


def home_of(body: Body, calendar: CalendarTable, at: datetime) -> ProcedureHome:
    """Return what a procedure opened for this body at an instant takes over."""
    return ProcedureHome(
        stream=body.stream,
        body=body.code,
        cycle=None,
        chair_entity=body.chair_entity,
        membership=body.membership,
        calendar=calendar,
        procedure=body.governed_by(body.procedure, at),
    )


def note_procedure(body: Body, command: NoteProcedure, context: Context) -> tuple[Event, ...]:
    """Take over how a procedure stands."""
    if command.procedure not in {view.procedure for view in body.procedures}:
        return refuse(command, NotFound(what="procedure", which=command.procedure), context)
    return (
        ProcedureNoted(
            at=context.at,
            actor=context.actor,
            procedure=command.procedure,
            text=command.text,
            version=command.version,
            content=command.content,
            state=command.state,
            dissociated=command.dissociated,
        ),
    )


def note_action(_body: Body, command: NoteAction, context: Context) -> tuple[Event, ...]:
    """Take over how an action stands; one that is finished leaves the backlog."""
    return (
        ActionNoted(
            at=context.at,
            actor=context.actor,
            action=command.action,
            state=command.state,
            owner=command.owner,
            is_overdue=command.is_overdue,
            needs_new_owner=command.needs_new_owner,
        ),
    )


def change_membership(_body: Body, command: ChangeMembership, context: Context) -> tuple[Event, ...]:
    """Take over a dated status."""
    return (MembershipChanged(at=context.at, actor=context.actor, entity=command.entity, status=command.status),)


def _open(
    body: Body, command: OpenSilence | OpenWrittenProcedure, kind: ProcedureKind, context: Context
) -> tuple[Event, ...]:
    begun = MatterBegun(
        at=context.at,
        actor=context.actor,
        procedure=made_id("s", context),
        procedure_kind=kind,
        text=None,
        version=1,
        subject=command.subject,
        content=command.content,
        period=command.period,
        waiver=context.waiver,
        calendar=command.calendar,
    )
    if refusal := check_beginning(begun=begun, home=home_of(body, command.calendar, context.at), context=context):
        return refuse(command, refusal, context)
    return (begun,)

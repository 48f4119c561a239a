"""Decides on putting texts to silence or a written procedure, and on what these answer (domain.md 5.2)."""

from __future__ import annotations

from services.domain.cycle.admission import no_such_text, seen_text, text_not, under_silence, wrong_state
from services.domain.cycle.commands import OpenSilence, OpenWrittenProcedure
from services.domain.cycle.events import TextAdopted
from services.domain.cycle.evolve import evolve_all
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.refusals import RedraftNeeded
from services.domain.cycle.state import UNDER_WAY, Cycle
from services.domain.cycle.text import Text, TextState
from services.domain.message import Context, Event, NotFound, Refusal, made_id, refuse
from services.domain.procedure_note import NoteProcedure, ProcedureNoted
from services.domain.procedure_opening import ProcedureBegun, ProcedureView, check_beginning
from services.domain.silence.commands import ProcedureKind
from services.domain.silence.state import ProcedureState

OPENABLE = frozenset({TextState.TABLED, TextState.AD_REFERENDUM})


def open_silence(cycle: Cycle, command: OpenSilence, context: Context) -> tuple[Event, ...]:
    """Put a text to silence over the whole electorate."""
    return _open(cycle, command, ProcedureKind.SILENCE, context)


def open_written_procedure(cycle: Cycle, command: OpenWrittenProcedure, context: Context) -> tuple[Event, ...]:
    """Put a text to a written procedure."""
    return _open(cycle, command, ProcedureKind.WRITTEN, context)


def note_procedure(cycle: Cycle, command: NoteProcedure, context: Context) -> tuple[Event, ...]:
    """Take over how a procedure stands; its adoption adopts the text, with the footnotes that stand then."""
    if cycle.view(command.procedure) is None:
        return refuse(command, NotFound(what="procedure", which=command.procedure), context)
    noted = ProcedureNoted(
        at=context.at,
        actor=context.actor,
        procedure=command.procedure,
        text=command.text,
        version=command.version,
        content=command.content,
        state=command.state,
        dissociated=command.dissociated,
        corrected=command.corrected,
    )
    return (noted, *_adopted(evolve_all(cycle, (noted,)), noted))


def _open(
    cycle: Cycle, command: OpenSilence | OpenWrittenProcedure, kind: ProcedureKind, context: Context
) -> tuple[Event, ...]:
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    last = cycle.view(text.procedure)
    begun = _begun(text, command, last, context, kind)
    if refusal := (
        wrong_state(cycle, UNDER_WAY)
        or under_silence(cycle, text)
        or text_not(text, OPENABLE)
        or _not_redrafted(text, last)
        or check_beginning(begun=begun, home=cycle.procedure_home, context=context)
    ):
        return refuse(command, refusal, context)
    return (begun,)


def _begun(
    text: Text,
    command: OpenSilence | OpenWrittenProcedure,
    last: ProcedureView | None,
    context: Context,
    kind: ProcedureKind,
) -> ProcedureBegun:
    follows = last if last and last.is_stopped else None
    return ProcedureBegun(
        at=context.at,
        actor=context.actor,
        procedure=made_id("s", context),
        procedure_kind=kind,
        text=text.id,
        version=text.version,
        subject=text.title,
        content=text.current.content,
        period=command.period,
        round=follows.round + 1 if follows else 1,
        supersedes=follows.procedure if follows else None,
        dissociated=text.dissociated,
        audience=text.audience,
        waiver=context.waiver,
    )


def _not_redrafted(text: Text, last: ProcedureView | None) -> Refusal | None:
    if last is None or not last.is_stopped or last.version != text.version:
        return None
    return RedraftNeeded(text=text.id, version=text.version, procedure=last.procedure)


def _adopted(cycle: Cycle, noted: ProcedureNoted) -> tuple[Event, ...]:
    text = cycle.text(noted.text) if noted.text else None
    if text is None or text.procedure != noted.procedure or noted.state != ProcedureState.ADOPTED:
        return ()
    if text.state is TextState.ADOPTED:
        return ()
    return (
        TextAdopted(
            at=noted.at,
            actor=noted.actor,
            text=text.id,
            version=text.version,
            content=text.current.content,
            ad_referendum=False,
            absent=(),
            footnotes=footnotes_of(cycle, text),
            procedure=noted.procedure,
        ),
    )

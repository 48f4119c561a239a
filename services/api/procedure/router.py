"""Routes of silence and written procedures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.api.command_route import COMMANDS, CommandRoute, command_router
from services.api.dependencies import AskedPage, BodyQuery, IdPath, Reader
from services.api.desk import ReadingDesk
from services.api.procedure.schemas import ProcedureItemRead, ProcedureRead
from services.api.procedure.sight import (
    acknowledge,
    look_at_procedure,
    open_procedure,
    owes_acknowledgement,
    sees_reasons,
    visible_procedures,
)
from services.api.read_route import reads
from services.api.reading import Viewer
from services.api.showing import Page, parts_of
from services.api.sorting import ProcedureSort, order_of
from services.domain.message import Command
from services.domain.silence import commands as asked
from services.domain.silence.commands import ProcedureKind
from services.domain.silence.outlook import waits
from services.domain.silence.state import ProcedureState, SilenceProcedure
from services.storage import queries

router = APIRouter(tags=["procedure"])
KindQuery = Annotated[ProcedureKind | None, Query(description="Only procedures of this kind.")]
States = Annotated[list[ProcedureState] | None, Query(description="Only procedures in one of these states.")]


async def read_letter(id: IdPath, desk: ReadingDesk) -> None:  # noqa: A002 - the name in the address
    """Acknowledge the letter for an addressed person of an entity not yet told, before the procedure is read."""
    async with desk.viewer() as viewer:
        procedure = await open_procedure(viewer, id)
        is_owed = await owes_acknowledgement(viewer, procedure)
    if is_owed:
        await acknowledge(desk, procedure)


@router.get("/procedures", **reads("read_procedure", "read_text"))
async def list_procedures(
    reader: Reader,
    page: AskedPage,
    body: BodyQuery = None,
    state: States = None,
    kind: KindQuery = None,
    sort: ProcedureSort = "-opened_at",
) -> Page[ProcedureItemRead]:
    """List silence and written procedures, the latest first."""
    found = await page.page(
        lambda after, limit: queries.procedures(
            reader.connection,
            body=body,
            states=state or (),
            kind=kind,
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=lambda row: (getattr(row, order_of(sort).field), row.id),
        keep=lambda rows: visible_procedures(reader, rows),
    )
    return await reader.show(Page[ProcedureItemRead], found)


@router.get(
    "/procedures/{id}",
    dependencies=[Depends(read_letter)],
    **reads("read_procedure", "read_text", **{COMMANDS: ["silence/acknowledge"]}),
)
async def read_procedure(id: IdPath, reader: Reader) -> ProcedureRead:  # noqa: A002 - the name in the address
    """Read a procedure; for a person the letter is addressed to this is proof that its entity has been told."""
    procedure = await open_procedure(reader, id)
    return await reader.show(ProcedureRead, procedure_told(reader, procedure))


def procedure_told(viewer: Viewer, procedure: SilenceProcedure) -> dict[str, Any]:
    """Return a procedure as it is told: what entities said only to those it went to."""
    is_open = sees_reasons(viewer, procedure)
    return parts_of(
        procedure,
        kind=procedure.procedure_kind,
        version=procedure.text_version,
        wording=procedure.content,
        digest=procedure.content.digest,
        told=[telling(procedure, entity) for entity in procedure.addressees],
        waiting_for=waits(procedure),
        objections=[parts_of(o, reason=o.reason if is_open else None) for o in procedure.objections],
        late_statements=[parts_of(s, text=s.text if is_open else None) for s in procedure.late_statements],
        comments=[parts_of(s, text=s.text if is_open else None) for s in procedure.comments],
        answers=[parts_of(a, entity=e, comment=a.comment if is_open else None) for e, a in procedure.answers.items()],
        time_request=procedure.request,
    )


def telling(procedure: SilenceProcedure, entity: str) -> dict[str, Any]:
    """Return whether and when an addressee was told."""
    return {
        "entity": entity,
        "is_elector": entity in procedure.electorate,
        "told_at": procedure.told.get(entity),
        "is_served_by_hand": entity in procedure.served_by_hand,
    }


#: What follows the procedure in the address, by command.
PLACES: dict[str, type[Command]] = {
    "objections": asked.Object,
    "objection-lifting": asked.LiftObjection,
    "comments": asked.Comment,
    "time-requests": asked.AskForTime,
    "time-declination": asked.DeclineTime,
    "extensions": asked.ExtendSilence,
    "meeting-requests": asked.AskToMeeting,
    "meeting-referral": asked.SendToMeeting,
    "withdrawal": asked.WithdrawSilence,
    "reopening": asked.ReopenSilence,
    "service-by-hand": asked.ServeByHand,
    "answers": asked.GiveAnswer,
}

router.include_router(
    command_router(
        "procedure",
        [
            CommandRoute(
                command=command, path=f"/procedures/{{id}}/{place}", stream="silence/{id}", look=look_at_procedure
            )
            for place, command in PLACES.items()
        ],
    )
)

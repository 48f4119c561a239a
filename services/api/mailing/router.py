"""Routes of mailings that will go by themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.action.telling import open_action
from services.api.cycle.sight import open_cycle, procedure_of
from services.api.dependencies import BodyPath, IdPath, NumberPath, Reader
from services.api.preview.schemas import MailingsRead
from services.api.preview.telling import READ_LADDER, READ_MAILINGS, mailings_told
from services.api.procedure.sight import open_procedure
from services.api.read_route import reads
from services.commands.resource import action_of, cycle_of

router = APIRouter(tags=["mailing"])
Most = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
USUAL = 30


@router.get("/cycles/{body}/{number}/mailings", **reads("read_cycle", READ_MAILINGS, READ_LADDER, "read_people"))
async def list_cycle_mailings(body: BodyPath, number: NumberPath, reader: Reader, most: Most = USUAL) -> MailingsRead:
    """List what will go by itself from a cycle, its running procedures and its open actions, if nobody acts."""
    cycle = await open_cycle(reader, body, number)
    reader.require(READ_MAILINGS, cycle_of(cycle))
    streams = (
        cycle.stream,
        *(f"silence/{view.procedure}" for view in cycle.procedures if view.is_running),
        *(f"action/{action}" for action in cycle.open_actions),
    )
    return await reader.show(MailingsRead, await mailings_told(reader, streams, body=body, most=most))


@router.get("/procedures/{id}/mailings", **reads("read_procedure", "read_text", READ_MAILINGS, "read_people"))
async def list_procedure_mailings(id: IdPath, reader: Reader, most: Most = USUAL) -> MailingsRead:  # noqa: A002 - the name in the address
    """List what will go by itself from a procedure, if nobody acts; looking proves no delivery."""
    procedure = await open_procedure(reader, id)
    reader.require(READ_MAILINGS, procedure_of(procedure.body, id))
    told = await mailings_told(reader, (f"silence/{id}",), body=procedure.body, most=most)
    return await reader.show(MailingsRead, told)


@router.get("/actions/{id}/mailings", **reads("read_action", READ_LADDER, READ_MAILINGS, "read_people"))
async def list_action_mailings(id: IdPath, reader: Reader, most: Most = USUAL) -> MailingsRead:  # noqa: A002 - the name in the address
    """List the reminders and rungs of an action that will go by themselves, held ones at the end of their hold."""
    action = await open_action(reader, id)
    reader.require(READ_LADDER, action_of(action))
    told = await mailings_told(reader, (f"action/{id}",), body=action.body, most=most)
    return await reader.show(MailingsRead, told)

"""Routes that read one's own commands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.access.request import Resource, ResourceKind
from services.api.command.schemas import CommandRecordRead, links_of, receipt_of, told_events
from services.api.dependencies import AskedPage, CommandPath, Reader
from services.api.paging import everything
from services.api.read_route import reads
from services.api.refused import not_found
from services.api.showing import Page, parts_of
from services.api.sorting import CommandSort, order_of
from services.storage import queries
from services.storage.intake import IntakeStatus
from services.storage.rows import CommandRow

router = APIRouter(tags=["command"])
StatusQuery = Annotated[IntakeStatus | None, Query(description="Only commands of which this became.")]
KindQuery = Annotated[
    str | None, Query(pattern=r"^[a-z_]{1,60}$", description="Only commands of this kind.", examples=["object"])
]


@router.get("/commands", **reads("read_command"))
async def list_commands(
    reader: Reader,
    page: AskedPage,
    status: StatusQuery = None,
    kind: KindQuery = None,
    sort: CommandSort = "-received_at",
) -> Page[CommandRecordRead]:
    """List what one has sent oneself, the latest first, with what became of it."""
    person = reader.caller.actor.person
    reader.require("read_command", record_of(person, "own"))
    found = await page.page(
        lambda after, limit: queries.commands(
            reader.connection,
            person=person,
            filters={"status": status, "kind": kind},
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=lambda row: (getattr(row, order_of(sort).field), row.command_id),
        keep=everything,
    )
    return await reader.show(Page[CommandRecordRead], {**found, "items": [told(row) for row in found["items"]]})


@router.get("/commands/{command_id}", **reads("read_command"))
async def read_command(command_id: CommandPath, reader: Reader) -> CommandRecordRead:
    """Read what became of a command one has sent."""
    row = await queries.command(reader.connection, command_id)
    if row is None or not reader.may("read_command", record_of(row.person, command_id)):
        raise not_found("command", command_id)
    return await reader.show(CommandRecordRead, told(row))


def record_of(person: str, id_: str) -> Resource:
    """Return a command's record as a resource."""
    return Resource(kind=ResourceKind.COMMAND_RECORD, id=id_, owner=person)


def told(row: CommandRow) -> dict[str, Any]:
    """Return a command as it is told."""
    outcome = row.outcome or {}
    events = tuple(outcome.get("events", ()))
    links = links_of(row.command_id, row.stream, events)
    receipt = receipt_of(
        digest=row.body_digest, at=row.received_at, stream=row.stream, events=events, position=row.position
    )
    told = {"events": told_events(events), "links": links, "refusal": outcome.get("refusal"), "receipt": receipt}
    return parts_of(row, **told)

"""Routes of entities."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.access.request import Resource, ResourceKind
from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, EntityPath, Reader
from services.api.entity.schemas import EntityItemRead, EntityRead
from services.api.read_route import reads
from services.api.reading import Viewer
from services.api.refused import not_found
from services.api.showing import Page, parts_of
from services.api.sorting import CodeSort, order_of
from services.domain.membership import Delegation, Entity, ParticipationStatus
from services.domain.register import commands as asked
from services.domain.working_calendar import WorkingWeek

REGISTER = Resource(kind=ResourceKind.REGISTER, id="register")

router = APIRouter(tags=["entity"])
StatusQuery = Annotated[ParticipationStatus | None, Query(description="Only entities of this status now.")]


@router.get("/entities", **reads("read_register"))
async def list_entities(
    reader: Reader, page: AskedPage, sort: CodeSort = "code", status: StatusQuery = None
) -> Page[EntityItemRead]:
    """List who is at the table, was, or will be."""
    reader.require("read_register", REGISTER)
    listed = (e for e in reader.register.membership.entities if status in {None, e.status_at(reader.at)})
    found = page.among(listed, lambda entity: entity.code, order_of(sort))
    return await reader.show(Page[EntityItemRead], {**found, "items": [told(reader, e) for e in found["items"]]})


@router.get("/entities/{code}", **reads("read_register"))
async def read_entity(code: EntityPath, reader: Reader) -> EntityRead:
    """Read an entity: its names, its seat, its statuses, its delegations and their working weeks."""
    reader.require("read_register", REGISTER)
    entity = reader.register.membership.entity(code)
    if entity is None:
        raise not_found("entity", code)
    return await reader.show(EntityRead, told(reader, entity))


def told(viewer: Viewer, entity: Entity) -> dict[str, Any]:
    """Return an entity as it is told at the instant of the request."""
    delegations = [parts_of(each, weeks=_weeks(viewer, each)) for each in entity.delegations]
    return parts_of(entity, seat_zone=entity.zone, status=entity.status_at(viewer.at), delegations=delegations)


def _weeks(viewer: Viewer, delegation: Delegation) -> tuple[WorkingWeek, ...]:
    kept = viewer.register.calendars.get(delegation.code)
    return kept.weeks if kept else delegation.weeks


router.include_router(
    command_router(
        "entity",
        [
            CommandRoute(
                command=asked.ChangeStatus,
                path="/entities/{code}/statuses",
                stream="register",
                placed={"entity": "code"},
            )
        ],
    )
)

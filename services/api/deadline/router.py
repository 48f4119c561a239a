"""The route of deadlines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.access.request import ResourceKind
from services.api.deadline.schemas import DeadlineRead
from services.api.dependencies import AskedPage, BodyQuery, EntityQuery, EverybodyQuery, Reader
from services.api.paging import everything
from services.api.read_route import reads
from services.api.showing import Page, parts_of
from services.api.sorting import DeadlineSort, order_of
from services.api.wait.ending import calls_meeting
from services.storage import queries

router = APIRouter(tags=["deadline"])
MoveQuery = Annotated[bool | None, Query(description="Only deadlines that changed calendars would move, or not.")]
LabelQuery = Annotated[
    str | None,
    Query(pattern=r"^[a-z_]{1,60}$", description="Only those of this label.", examples=["contributions"]),
]
MetQuery = Annotated[bool | None, Query(description="Only deadlines that were, or were not, met.")]


@router.get("/deadlines", **reads("read_deadlines"))
async def list_deadlines(  # noqa: PLR0913, PLR0917 - a filter each
    reader: Reader,
    page: AskedPage,
    entity: EntityQuery = None,
    body: BodyQuery = None,
    met: MetQuery = None,
    everybody: EverybodyQuery = False,
    would_move: MoveQuery = None,
    label: LabelQuery = None,
    sort: DeadlineSort = "due_at",
) -> Page[DeadlineRead]:
    """List the deadlines of an entity, one's own unless another or everybody is asked for; the first due first."""
    whose = None if everybody else reader.entity or None
    seen = reader.reach("read_deadlines", ResourceKind.BODY, entity=entity or whose, body=body)
    found = await page.page(
        lambda after, limit: queries.deadlines(
            reader.connection,
            seen=seen,
            is_met=met,
            would_move=would_move,
            label=label,
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=lambda row: (getattr(row, order_of(sort).field), row.stream, row.label, row.entity, row.ordinal),
        keep=everything,
    )
    items = [parts_of(row, met_by=calls_meeting(row)) for row in found["items"]]
    return await reader.show(Page[DeadlineRead], {**found, "items": items})

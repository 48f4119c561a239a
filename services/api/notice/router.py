"""The route of notices."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from services.access.request import ResourceKind
from services.api.dependencies import AskedPage, BodyQuery, EntityQuery, EverybodyQuery, Reader
from services.api.notice.schemas import NoticesRead
from services.api.paging import everything
from services.api.read_route import reads
from services.api.sorting import NoticeSort, order_of
from services.storage import queries

router = APIRouter(tags=["notice"])
STATES = ("queued", "delivered", "failed")
NoticeQuery = Annotated[
    str | None, Query(pattern=r"^[a-z_]{1,60}$", description="Only notices of this kind.", examples=["cycle_convened"])
]
StateQuery = Annotated[
    list[Literal["queued", "delivered", "failed"]] | None, Query(description="Only notices in one of these states.")
]


@router.get("/notices", **reads("read_notices"))
async def list_notices(  # noqa: PLR0913, PLR0917 - a filter each
    reader: Reader,
    page: AskedPage,
    entity: EntityQuery = None,
    body: BodyQuery = None,
    state: StateQuery = None,
    everybody: EverybodyQuery = False,
    notice: NoticeQuery = None,
    sort: NoticeSort = "-queued_at",
) -> NoticesRead:
    """List the notices to an entity, one's own unless another or everybody is asked for."""
    whose = None if everybody else reader.entity or None
    seen = reader.reach("read_notices", ResourceKind.NOTICE, entity=entity or whose, body=body)
    found = await page.page(
        lambda after, limit: queries.notices(
            reader.connection,
            seen=seen,
            states=state or (),
            notice=notice,
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=lambda row: (getattr(row, order_of(sort).field), row.stream, row.cause, row.notice, row.entity, row.role),
        keep=everything,
    )
    apart = {name: [row for row in found["items"] if row.state == name] for name in STATES}
    return await reader.show(NoticesRead, {**apart, "next": found["next"]})

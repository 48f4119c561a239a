"""The route of open waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.access.request import ResourceKind
from services.api.dependencies import AskedPage, BodyQuery, EntityQuery, Reader
from services.api.paging import everything
from services.api.read_route import reads
from services.api.showing import Page, parts_of
from services.api.sorting import WaitSort, order_of
from services.api.wait.about import key_of, texts_awaited
from services.api.wait.ending import UNKNOWN_TEXT, calls_ending
from services.api.wait.schemas import WaitRead
from services.storage import queries

router = APIRouter(tags=["wait"])
WhatQuery = Annotated[
    str | None, Query(pattern=r"^[a-z_]{1,60}$", description="Only waits for this.", examples=["respond"])
]


@router.get("/waiting", **reads("read_waiting"))
async def list_waits(
    reader: Reader,
    page: AskedPage,
    entity: EntityQuery = None,
    body: BodyQuery = None,
    what: WhatQuery = None,
    sort: WaitSort = "since",
) -> Page[WaitRead]:
    """List every open wait that one may see, the oldest first: an entity its own, chair and coordinator all."""
    seen = reader.reach("read_waiting", ResourceKind.BODY, entity=entity, body=body)
    found = await page.page(
        lambda after, limit: queries.waits(
            reader.connection, seen=seen, what=what, order=order_of(sort), after=after, limit=limit
        ),
        key=lambda row: (getattr(row, order_of(sort).field), row.stream, row.what, row.entity, row.ordinal),
        keep=everything,
    )
    texts = await texts_awaited(reader.connection, found["items"])
    items = [
        parts_of(row, ended_by=calls_ending(row, text=texts.get(key_of(row), UNKNOWN_TEXT))) for row in found["items"]
    ]
    return await reader.show(Page[WaitRead], {**found, "items": items})

"""Routes of standing bodies."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.api.arguments import DurationText, ReferenceText, Word
from services.api.body.preview import preview_told
from services.api.body.schemas import BodyItemRead, BodyRead, PreviewRead
from services.api.body.telling import body_of, body_told, item_told, open_body
from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, BodyPath, Reader
from services.api.editing import SERIES, etag_of
from services.api.read_route import reads
from services.api.showing import Page
from services.api.sorting import CodeSort, order_of
from services.domain.body import commands as asked
from services.domain.body.edited import edition_of_series
from services.domain.message import Command
from services.storage import snapshot
from services.wire.message import Malformed

router = APIRouter(tags=["body"])


class PreviewAsked(BaseModel):
    """
    The arguments of a series, as they would be scheduled; what is left out is the procedure's own.

    With `from` they amend the series that stands, and what is left out stays as it is.

    With none at all, what stands is previewed: a series, its amendment from its day on, without what was skipped.
    """

    model_config = ConfigDict(extra="forbid")

    rrule: Word | None = None
    zone: Word | None = None
    local_start: Word | None = None
    session: DurationText | None = None
    procedure: ReferenceText | None = None
    since: Word | None = Field(
        default=None, alias="from", description="Amend the series that stands from this instant or date on."
    )
    count: int = Field(default=12, ge=1, le=24)


@router.get("/bodies", **reads("read_body", "read_cycle"))
async def list_bodies(reader: Reader, page: AskedPage, sort: CodeSort = "code") -> Page[BodyItemRead]:
    """List the standing bodies, with their live cycles and the next."""
    kept = await snapshot.of_noun(reader.connection, "body")
    seen = reader.visible((each.state for each in kept), "read_body", lambda body: body_of(body.code))
    found = page.among(seen, lambda body: body.code, order_of(sort))
    items = [await item_told(reader, body) for body in found["items"]]
    return await reader.show(Page[BodyItemRead], {**found, "items": items})


@router.get("/bodies/{body}", **reads("read_body", "read_cycle", "read_item", "read_procedure", "read_action"))
async def read_body(body: BodyPath, reader: Reader, response: Response) -> BodyRead:
    """Read a body: its cycles, its series, its matters of no cycle, its backlog."""
    state = await open_body(reader, body)
    response.headers["ETag"] = await etag_of(reader.connection, state.stream, SERIES, edition_of_series(state))
    return await reader.show(BodyRead, await body_told(reader, state))


@router.get("/bodies/{body}/series/preview", **reads("read_body", "read_cycle", "read_clashes", "read_people"))
async def preview_series(
    body: BodyPath, reader: Reader, request: Request, asked_for: Annotated[PreviewAsked, Query()]
) -> PreviewRead:
    """Reckon what a series would give, before anybody schedules it: sessions on every clock, deadlines, clashes."""
    state = await open_body(reader, body)
    given = asked_for.model_dump(exclude={"count"}, exclude_none=True)
    policies = request.app.state.engine.policies
    try:
        told = await preview_told(reader, state, given, policies=policies, count=asked_for.count)
    except Malformed as error:
        spelt = {name: field.alias or name for name, field in PreviewAsked.model_fields.items()}
        faults = tuple(replace(fault, field=spelt.get(fault.field, fault.field)) for fault in error.faults)
        raise Malformed(error.name, faults) from error
    return await reader.show(PreviewRead, told)


#: What follows the body in the address, by command.
PLACES: dict[str, type[Command]] = {
    "series": asked.ScheduleSeries,
    "series/amendment": asked.AmendSeries,
    "series/pause": asked.PauseSeries,
    "series/resumption": asked.ResumeSeries,
    "extraordinary-sessions": asked.CallExtraordinarySession,
    "silence-procedures": asked.OpenSilence,
    "written-procedures": asked.OpenWrittenProcedure,
}
SKIP = CommandRoute(
    command=asked.SkipCycle,
    path="/bodies/{body}/cycles/{number}/skip",
    stream="body/{body}",
    placed={"number": "number"},
    edits=SERIES,
)
EDITING = frozenset({asked.ScheduleSeries, asked.AmendSeries, asked.PauseSeries, asked.ResumeSeries})
#: What puts a series in the place of one that may be somebody else's.
REPLACING = frozenset({asked.ScheduleSeries, asked.AmendSeries})

router.include_router(
    command_router(
        "body",
        [
            *(
                CommandRoute(
                    command=command,
                    path=f"/bodies/{{body}}/{place}",
                    stream="body/{body}",
                    edits=SERIES if command in EDITING else None,
                    needs_match=command in REPLACING,
                )
                for place, command in PLACES.items()
            ),
            SKIP,
        ],
    )
)

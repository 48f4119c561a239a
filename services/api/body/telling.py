"""From a body's state to what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.access.request import Resource, ResourceKind
from services.api.cycle.sight import actions_of, cycle_row_of, procedure_of
from services.api.reading import Viewer
from services.api.showing import parts_of
from services.domain.body.state import Body, PlacedReport, Series
from services.domain.cycle.state import LIVE, CycleState
from services.storage import queries
from services.storage.rows import CycleRow

#: Sessions of a series told ahead.
AHEAD = 8
MOST_OPEN = 100


def body_of(code: str) -> Resource:
    """Return a body as a resource."""
    return Resource(kind=ResourceKind.BODY, id=f"body/{code}", body=code)


async def open_body(viewer: Viewer, code: str) -> Body:
    """
    Return a body the viewer may read.

    Raises:
        Refused: there is none, or it may not.
    """
    body: Body = await viewer.load(f"body/{code}", "body", code)
    viewer.require("read_body", body_of(code))
    return body


async def item_told(viewer: Viewer, body: Body) -> dict[str, Any]:
    """Return a body as a list tells it: with the cycles the viewer sees."""
    rows = await queries.cycles(
        viewer.connection, body=body.code, states=frozenset({*LIVE, CycleState.PROPOSED}), limit=MOST_OPEN
    )
    seen = viewer.visible(rows, "read_cycle", cycle_row_of)
    return parts_of(
        body,
        procedure=body.governed_by(body.procedure, viewer.at),
        live_cycles=[row for row in seen if row.state in LIVE],
        next_cycle=next_of(body, seen),
    )


def next_of(body: Body, seen: Sequence[CycleRow]) -> CycleRow | None:
    """Return the next cycle to be convened, if the viewer sees it."""
    coming = body.next_cycle
    return next((row for row in seen if coming and row.number == coming.number), None)


async def body_told(viewer: Viewer, body: Body) -> dict[str, Any]:
    """Return a body as it stands."""
    charter = viewer.register.charter(body.code)
    open_actions = await actions_of(viewer, {"body": body.code, "is_open": True}) if body.backlog else ()
    return await item_told(viewer, body) | {
        "tasks": charter.tasks if charter else {},
        "series": [series_told(series, viewer) for series in body.series],
        "reports": reports_told(body, viewer),
        "procedures": viewer.visible(body.procedures, "read_procedure", lambda p: procedure_of(body.code, p.procedure)),
        "backlog": [action for action in open_actions if action.id in body.backlog],
    }


def reports_told(body: Body, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the reports that wait for a session, those the viewer may see."""

    def item_of(waiting: PlacedReport) -> Resource:
        report = waiting.report
        return Resource(
            kind=ResourceKind.ITEM, id=report.id, body=body.code, owner=report.entity, audience=report.audience
        )

    seen = viewer.visible(body.reports, "read_item", item_of)
    return [
        {"source": r.report.source, "title": r.report.title, "purpose": r.report.purpose, "number": r.number}
        for r in seen
    ]


def series_told(series: Series, viewer: Viewer) -> dict[str, Any]:
    """Return a series with the sessions it gives next."""
    return parts_of(series, occurrences=series.after(viewer.at)[:AHEAD])

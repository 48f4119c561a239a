"""Routes of action items and the follow-up matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.action.schemas import ActionItemRead, ActionRead, MatrixRowRead
from services.api.action.telling import action_told, look_at_action, matrix_told, open_action
from services.api.command_route import CommandRoute, command_router
from services.api.cycle.sight import action_row_of
from services.api.dependencies import AskedPage, BodyQuery, CycleQuery, EntityQuery, IdPath, Reader
from services.api.editing import ACTION, etag_of
from services.api.read_route import reads
from services.api.showing import Page
from services.api.sorting import ActionSort, order_of
from services.domain.action import commands as asked
from services.domain.action.edited import edition_of_action
from services.domain.action.state import ActionState
from services.domain.message import Command
from services.storage import queries
from services.storage.order import Order
from services.storage.rows import ActionRow

router = APIRouter(tags=["action"])
StateQuery = Annotated[ActionState | None, Query(description="Only actions in this state.")]
OverdueQuery = Annotated[bool | None, Query(description="Only actions that are, or are not, overdue.")]


@router.get("/actions", **reads("read_action"))
async def list_actions(  # noqa: PLR0913, PLR0917 - a filter each
    reader: Reader,
    page: AskedPage,
    body: BodyQuery = None,
    cycle: CycleQuery = None,
    owner: EntityQuery = None,
    state: StateQuery = None,
    overdue: OverdueQuery = None,
    sort: ActionSort = "due_at",
) -> Page[ActionItemRead]:
    """List action items, the first due first."""
    filters = {"body": body, "cycle": cycle, "owner": owner, "state": state, "is_overdue": overdue}
    found = await page.page(
        lambda after, limit: queries.actions(
            reader.connection,
            filters=filters,
            concerning=reader.own_only("read_action"),
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=placing(order_of(sort)),
        keep=reader.sieve("read_action", action_row_of),
    )
    return await reader.show(Page[ActionItemRead], found)


@router.get("/actions/{id}", **reads("read_action", "read_escalation", "read_text"))
async def read_action(
    id: IdPath,  # noqa: A002 - the name in the address
    reader: Reader,
    response: Response,
) -> ActionRead:
    """Read an action item: progress, slips, reminders and, for who may see it, the ladder."""
    action = await open_action(reader, id)
    response.headers["ETag"] = await etag_of(reader.connection, f"action/{id}", ACTION, edition_of_action(action))
    return await reader.show(ActionRead, await action_told(reader, action))


@router.get("/follow-up-matrix", **reads("read_action", "read_text", "read_cycle"))
async def read_matrix(
    reader: Reader,
    page: AskedPage,
    body: BodyQuery = None,
    cycle: CycleQuery = None,
    sort: ActionSort = "due_at",
) -> Page[MatrixRowRead]:
    """Read the follow-up matrix: decision, action, owner, due, state, next review."""
    found = await page.page(
        lambda after, limit: queries.actions(
            reader.connection,
            filters={"body": body, "cycle": cycle},
            concerning=reader.own_only("read_action"),
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=placing(order_of(sort)),
        keep=reader.sieve("read_action", action_row_of),
    )
    return await reader.show(Page[MatrixRowRead], {**found, "items": await matrix_told(reader, found["items"])})


def placing(order: Order) -> Callable[[ActionRow], tuple[object, ...]]:
    """Return what tells where an action stands in a list of an order."""
    return lambda row: (getattr(row, order.field), row.id)


#: What follows the action in the address, by command.
PLACES: dict[str, type[Command]] = {
    "progress": asked.ReportProgress,
    "completion": asked.Complete,
    "confirmation": asked.Confirm,
    "reopening": asked.Reopen,
    "reassignment": asked.Reassign,
    "drop": asked.Drop,
    "due-date": asked.ChangeDue,
    "holds": asked.HoldRung,
}

EDITING = frozenset({asked.ChangeDue, asked.Reassign, asked.Complete, asked.Confirm, asked.Reopen, asked.Drop})
#: What puts something in the place of what may be somebody else's.
REPLACING = frozenset({asked.ChangeDue, asked.Reassign})

router.include_router(
    command_router(
        "action",
        [
            CommandRoute(
                command=command,
                path=f"/actions/{{id}}/{place}",
                stream="action/{id}",
                look=look_at_action,
                edits=ACTION if command in EDITING else None,
                needs_match=command in REPLACING,
            )
            for place, command in PLACES.items()
        ],
    )
)

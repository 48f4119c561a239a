"""From action items to what is told of them: decisions behind them, escalation, the matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.api.cycle.sight import cycle_row_of, text_head_of
from services.api.reading import Viewer
from services.api.refused import not_found
from services.api.showing import parts_of
from services.commands.resource import action_of
from services.domain.action.moments import Moment, MomentKind
from services.domain.action.state import ActionItem
from services.domain.cycle.state import LIVE, CycleState
from services.domain.register_change import WouldMove
from services.storage import queries
from services.storage.rows import ActionRow, CycleRow, TextHead

#: A cycle that a body can still review its actions in.
AHEAD = frozenset({*LIVE, CycleState.PROPOSED})
MOST_AHEAD = 50


async def open_action(viewer: Viewer, id_: str) -> ActionItem:
    """
    Return an action item the viewer may read.

    Raises:
        Refused: there is none, or it is not for the viewer: to it that is the same.
    """
    action: ActionItem = await viewer.load(f"action/{id_}", "action", id_)
    if not viewer.may("read_action", action_of(action)):
        raise not_found("action", id_)
    return action


async def look_at_action(viewer: Viewer, places: Mapping[str, Any]) -> object:
    """
    Make sure that the viewer sees an action item.

    Raises:
        Refused: it does not.
    """
    return await open_action(viewer, places["id"])


async def action_told(viewer: Viewer, action: ActionItem) -> dict[str, Any]:
    """Return an action item as it is told."""
    moments = [moment_told(m, has_gone=True) for m in action.fired]
    elsewhere = {moved.label: moved for moved in action.would_move}
    moments += [moment_told(m, has_gone=False, moved=elsewhere.get(m.label)) for m in action.pending]
    reminders = [m for m in moments if m["kind"] == MomentKind.REMINDER]
    rungs = [m for m in moments if m["kind"] == MomentKind.RUNG]
    heads = await heads_seen(viewer, [f"cycle/{action.body}/{action.cycle}"])
    sees_decision = action.text in heads
    return parts_of(
        action,
        is_overdue=action.is_overdue,
        needs_new_owner=action.needs_new_owner,
        is_open=action.is_open,
        joint_bodies=action.joint_bodies,
        is_conflicting=action.is_conflicting,
        text=action.text if sees_decision else None,
        paragraph=action.paragraph if sees_decision else None,
        reminders=reminders,
        escalation={"rungs": rungs, "holds": action.holds}
        if viewer.may("read_escalation", action_of(action))
        else None,
    )


def moment_told(moment: Moment, *, has_gone: bool, moved: WouldMove | None = None) -> dict[str, Any]:
    """Return a moment, whether it has gone, and where the calendars as known now would put it (domain.md DD-7)."""
    return parts_of(
        moment,
        has_gone=has_gone,
        would_be_at=moved.would_be_at if moved else None,
        would_be_reason=moved.reason if moved else "",
    )


async def matrix_told(viewer: Viewer, rows: Iterable[ActionRow]) -> list[dict[str, Any]]:
    """Return rows of the follow-up matrix: the decision only as far as the viewer sees its text."""
    listed = list(rows)
    heads = await heads_seen(viewer, [f"cycle/{row.body}/{row.cycle}" for row in listed])
    reviews = {body: await next_review(viewer, body) for body in {row.body for row in listed}}
    return [row_told(row, heads, reviews.get(row.body)) for row in listed]


def row_told(row: ActionRow, heads: Mapping[str, TextHead], review: CycleRow | None) -> dict[str, Any]:
    """Return one row of the matrix."""
    head = heads.get(row.text or "")
    return parts_of(
        row,
        text=row.text if head else None,
        text_title=head.title if head else None,
        paragraph=row.paragraph if head else None,
        next_review=review,
    )


async def heads_seen(viewer: Viewer, streams: Iterable[str]) -> dict[str, TextHead]:
    """Return the texts of cycles that the viewer sees, by id."""
    heads = await queries.text_heads(viewer.connection, streams)
    return {head.id: head for head in viewer.visible(heads.values(), "read_text", text_head_of)}


async def next_review(viewer: Viewer, body: str) -> CycleRow | None:
    """Return the next session of a body that the viewer knows of."""
    rows = await queries.cycles(viewer.connection, body=body, states=AHEAD, limit=MOST_AHEAD)
    ahead = [row for row in viewer.visible(rows, "read_cycle", cycle_row_of) if row.ends > viewer.at]
    return min(ahead, key=lambda row: row.starts, default=None)

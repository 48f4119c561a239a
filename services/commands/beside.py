"""Which other streams' states a command is completed from, beside that of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.action.state import ActionItem
from services.domain.body.state import Body
from services.domain.cycle.records import LiveSession, StandingAction
from services.domain.cycle.state import LIVE, Cycle
from services.storage import queries, snapshot

#: Under which name the sessions of a body's other live cycles stand beside the states.
OTHERS = "others"
MOST_LIVE = 50


async def beside(connection: AsyncConnection, kind: str, arguments: Mapping[str, Any], state: Any) -> Mapping[str, Any]:
    """
    Return the states, by the names of their streams; a stream that is not there is left out.

    Sessions are read where each cycle itself writes them, for word of them may still be on its way to the body.
    """
    if not isinstance(state, Cycle):
        return {}
    if kind == "assign" and arguments.get("joint") is not None:
        return await _joint(connection, str(arguments["joint"]), state)
    if kind == "postpone":
        return {OTHERS: await _live_sessions(connection, state)}
    return await _load(connection, state.body_stream) if kind == "report_to" else {}


def standing_action(action: str, cycle: Cycle, states: Mapping[str, Any]) -> StandingAction | None:
    """Return how an action of another body stands for a cycle that would adopt it too; ``None`` if there is none."""
    found = states.get(f"action/{action}")
    if not isinstance(found, ActionItem):
        return None
    own, other = states.get(cycle.body_stream), states.get(f"body/{found.body}")
    return StandingAction(
        owner=found.owner,
        is_finished=found.is_finished or found.record_closed_at is not None,
        bodies=(found.body, *found.joint_bodies),
        reconciler=found.reconciler or _above(own, other),
    )


def _above(own: Body | None, other: Body | None) -> str | None:
    """Return the body that two bodies report to, or that one of which the other reports to."""
    if own is None or other is None:
        return None
    common = {own.code, own.report_to} & {other.code, other.report_to} - {None}
    return min((code for code in common if code), default=None)


async def _live_sessions(connection: AsyncConnection, cycle: Cycle) -> tuple[LiveSession, ...]:
    rows = await queries.cycles(connection, body=cycle.body, states=LIVE, limit=MOST_LIVE)
    return tuple(
        LiveSession(number=row.number, starts=row.starts, ends=row.ends) for row in rows if row.number != cycle.number
    )


async def _joint(connection: AsyncConnection, action: str, cycle: Cycle) -> dict[str, Any]:
    found = await _load(connection, f"action/{action}", cycle.body_stream)
    item = found.get(f"action/{action}")
    return {**found, **(await _load(connection, f"body/{item.body}"))} if item is not None else found


async def _load(connection: AsyncConnection, *streams: str) -> dict[str, Any]:
    kept = {stream: await snapshot.load(connection, stream) for stream in streams}
    return {stream: each.state for stream, each in kept.items() if each is not None and each.state is not None}

"""Which other streams' states a command is completed from, beside that of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.cycle.state import Cycle
from services.storage import snapshot

#: Commands of a cycle for which its body's state says something.
OF_THE_BODY = frozenset({"postpone", "report_to"})


async def beside(
    connection: AsyncConnection, kind: str, _arguments: Mapping[str, Any], state: Any
) -> Mapping[str, Any]:
    """Return the states, by the names of their streams; a stream that is not there is left out."""
    if not isinstance(state, Cycle) or kind not in OF_THE_BODY:
        return {}
    return await _load(connection, state.body_stream)


async def _load(connection: AsyncConnection, *streams: str) -> dict[str, Any]:
    kept = {stream: await snapshot.load(connection, stream) for stream in streams}
    return {stream: each.state for stream, each in kept.items() if each is not None and each.state is not None}

"""Opens silences for tests of the process, and looks at where they stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.world import World, fact

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def open_silence(world: World, **more: Any) -> str:
    """Open a silence over a text of no cycle, wait until everybody is told, and return its stream."""
    arguments = {"subject": "Communiqué", "text": "1. We agree.", "period": "PT72H", **more}
    opened = await world.act("INTERPOL/chair", "body/dialogue", "open_silence", **arguments)
    stream = f"silence/{fact(opened, 'procedure')}"
    await world.until(lambda: told_all(world, stream))
    return stream


async def told_all(world: World, stream: str) -> bool:
    """Tell whether every elector has been told."""
    state = await world.state(stream)
    return state is not None and not state.untold


async def standing(world: World, stream: str, wanted: str, *, within: float = 30) -> Any:
    """Wait until a procedure stands as wanted and return its state."""

    async def stands() -> Any:
        state = await world.state(stream)
        return state if state.state == wanted else None

    return await world.until(stands, within=within)

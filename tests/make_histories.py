"""
Writes the golden histories: of every workflow, from a cycle and from a year between sessions, told under skipped time.

Run as ``python -m tests.make_histories VERSION`` once for each release; histories that have landed are never rewritten.
"""

from __future__ import annotations

import asyncio
import lzma
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from services.runtime.home import Home
from services.runtime.stack import Stack
from services.workflows.catalogue import SEARCH_ATTRIBUTES
from tests.cycle_story import BODY, CYCLE, tell
from tests.desk_story import GROUP, tell_year
from tests.world import World, fresh_settings, make_template, settle, skipping_world

HISTORIES = Path(__file__).parent / "histories"


async def main(version: str) -> None:
    """Tell the stories and write their histories."""
    folder = HISTORIES / version
    if any(folder.glob("*.xz")):
        raise SystemExit(f"{folder.name} has been written; histories that have landed are never rewritten")
    with tempfile.TemporaryDirectory() as home:
        async with Stack(
            Home.at(Path(home)), search_attributes={k.name: "Keyword" for k in SEARCH_ATTRIBUTES}
        ) as stack:
            await make_template(stack)
            await write_story(stack, folder, tell_cycle)
            await write_story(stack, folder, tell_desk)


async def write_story(stack: Stack, folder: Path, story: Callable[[World], Awaitable[Mapping[str, str]]]) -> None:
    """Tell one story in a world of its own, and write the histories of the streams it names."""
    async with (
        fresh_settings(stack) as (settings, environ),
        skipping_world(stack, settings, environ) as world,
    ):
        await settle(world)
        streams = await story(world)
        folder.mkdir(parents=True, exist_ok=True)
        for name, stream in streams.items():
            await write(world, stream, folder / f"{name}.json.xz")


async def tell_cycle(world: World) -> Mapping[str, str]:
    """Tell the cycle, and name its streams."""
    story = await tell(world)
    return {"register": "register", "body": BODY, "cycle": CYCLE, **story.streams}


async def tell_desk(world: World) -> Mapping[str, str]:
    """Tell the year, and name its streams."""
    year = await tell_year(world)
    bodies = {"group": GROUP, "other-group": "body/wg-fa", "above": "body/dialogue", "reported": "cycle/dialogue/1"}
    return {"register-desk": "register", **bodies, **year.streams}


async def write(world: World, stream: str, path: Path) -> None:
    """Write one workflow's history."""
    history = await world.engine.client.get_workflow_handle(stream).fetch_history()
    path.write_bytes(lzma.compress(history.to_json().encode(), preset=9))
    print(f"{path.name}: {len(history.events)} events, {path.stat().st_size} bytes")  # noqa: T201 - a program's report


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)

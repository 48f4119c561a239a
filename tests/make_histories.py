"""
Writes the golden histories: one of every workflow, from the story of a cycle told under skipped time.

Run as ``python -m tests.make_histories VERSION`` once for each release; histories that have landed are never rewritten.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import tempfile
from pathlib import Path

from services.runtime.home import Home
from services.runtime.stack import Stack
from services.workflows.catalogue import SEARCH_ATTRIBUTES
from tests.cycle_story import BODY, CYCLE, tell
from tests.world import World, fresh_settings, make_template, settle, skipping_world

HISTORIES = Path(__file__).parent / "histories"


async def main(version: str) -> None:
    """Tell the story and write its histories."""
    folder = HISTORIES / version
    if folder.exists():
        raise SystemExit(f"{folder.name} has been written; histories that have landed are never rewritten")
    with tempfile.TemporaryDirectory() as home:
        async with Stack(
            Home.at(Path(home)), search_attributes={k.name: "Keyword" for k in SEARCH_ATTRIBUTES}
        ) as stack:
            await make_template(stack)
            async with (
                fresh_settings(stack) as (settings, environ),
                skipping_world(stack, settings, environ) as world,
            ):
                await settle(world)
                story = await tell(world)
                streams = {"register": "register", "body": BODY, "cycle": CYCLE, **story.streams}
                folder.mkdir(parents=True)
                for name, stream in streams.items():
                    await write(world, stream, folder / f"{name}.json.gz")


async def write(world: World, stream: str, path: Path) -> None:
    """Write one workflow's history."""
    history = await world.engine.client.get_workflow_handle(stream).fetch_history()
    path.write_bytes(gzip.compress(history.to_json().encode(), mtime=0))
    print(f"{path.name}: {len(history.events)} events, {path.stat().st_size} bytes")  # noqa: T201 - a program's report


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)

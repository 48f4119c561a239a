"""Says, every beat, that this process takes commands in; what is not said is deaf time (domain.md 5.2 o)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from services.storage.listening import BEAT, heard_from
from services.storage.unit_of_work import Database, DatabaseAway

log = logging.getLogger(__name__)


@asynccontextmanager
async def listening(
    database: Database, process: str, *, takes: Callable[[], bool] = lambda: True
) -> AsyncIterator[None]:
    """Say so from before the first request until after the last, while it ``takes`` commands in."""
    if takes():
        await say_so(database, process)
    beats = asyncio.create_task(beat(database, process, takes=takes))
    try:
        yield
    finally:
        beats.cancel()
        with suppress(asyncio.CancelledError):
            await beats


async def beat(database: Database, process: str, *, takes: Callable[[], bool] = lambda: True) -> None:
    """Say so every beat, until cancelled."""
    while True:
        await asyncio.sleep(BEAT.total_seconds())
        if takes():
            await say_so(database, process)


async def say_so(database: Database, process: str) -> None:
    """Say so once; a database that does not answer takes no commands in either, so that silence is right."""
    try:
        async with database.work() as connection:
            await heard_from(connection, process)
    except DatabaseAway as error:
        log.warning("this process cannot be heard: %s", error)

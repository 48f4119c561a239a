"""Lets the server know that an activity is still at work, so that a worker that died is found out soon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

BEAT_EVERY = 3.0


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Tell the server every now and then that the block is still under way."""
    beats = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beats.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT_EVERY)

"""Ctrl-C and SIGTERM: they end the work at hand, and its cleaning up is not interrupted in turn."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def until_interrupted(work: Coroutine[Any, Any, None]) -> bool:
    """
    Do the work; tell whether SIGINT or SIGTERM ended it.

    Whatever the work raises by itself is raised; a second signal while it cleans up changes nothing.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work)
    is_interrupted = False

    def interrupt() -> None:
        nonlocal is_interrupted
        if not is_interrupted:
            is_interrupted = True
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, interrupt)
    with suppress(asyncio.CancelledError):
        await task
    return is_interrupted

"""Keeps one timer a workflow, to the next instant there is something to do at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

Wake = tuple[datetime, str]


class Timekeeper:
    """Sleeps until the next instant that ``next_wake`` names with its label, and starts anew when it names another."""

    def __init__(self, next_wake: Callable[[], Wake | None]) -> None:
        self._next_wake = next_wake

    async def keep(self) -> None:
        """Keep time until cancelled; whoever waits for an instant looks at the clock when the timer wakes them."""
        while True:
            wake = self._next_wake()
            if wake is None or workflow.now() >= wake[0]:
                await workflow.wait_condition(self._differs_from(wake))
                continue
            at, what = wake
            sleep = asyncio.create_task(workflow.sleep(at - workflow.now(), summary=f"{what} {at:%Y-%m-%d %H:%M:%SZ}"))
            changed = asyncio.create_task(workflow.wait_condition(self._differs_from(wake)))
            await workflow.wait([sleep, changed], return_when=asyncio.FIRST_COMPLETED)
            for task in (sleep, changed):
                task.cancel()

    def _differs_from(self, wake: Wake | None) -> Callable[[], bool]:
        def differs() -> bool:
            now = self._next_wake()
            return (now and now[0]) != (wake and wake[0])

        return differs

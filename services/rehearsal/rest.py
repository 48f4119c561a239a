"""Knows when every aggregate has come to rest, and when the first of them wakes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from services.rehearsal.clock import SteppingClock
from services.rehearsal.pulses import Pulses
from services.workflows.messages import Pulse

#: How long an aggregate may be busy, in real time, before the server's time is moved on for what waits to try again.
PATIENCE: Final = 0.6
NUDGE: Final = timedelta(seconds=1)
LONGEST_NUDGE: Final = timedelta(seconds=16)
#: A bound in real time on any one wait.
LONGEST: Final = 90.0


class NoRest(Exception):
    """An aggregate did not come to rest."""


class Rest:
    """Looks after every aggregate that did something, that was spoken to, or whose instant has come."""

    def __init__(self, pulses: Pulses, clock: SteppingClock) -> None:
        self.pulses, self.clock = pulses, clock

    @property
    def first_wake(self) -> datetime | None:
        """Return the next instant at which an aggregate has something to do by itself."""
        return self.pulses.first_wake

    def expect(self, at: datetime) -> None:
        """Look after those that wake at an instant that has come."""
        self.pulses.wake(at)

    async def settle(self) -> None:
        """
        Wait until nothing is under way anywhere.

        Raises:
            NoRest: something still is, so long after.
        """
        if await self._are_at_rest():
            return
        try:
            async with asyncio.timeout(LONGEST), self.urging():
                while not await self._are_at_rest():
                    await self.pulses.changed.wait()
        except TimeoutError as error:
            raise NoRest(", ".join(sorted(self.pulses.restless))) from error

    @asynccontextmanager
    async def urging(self) -> AsyncIterator[None]:
        """Let the server's time alone run ahead, further and further, as long as what is done in the block hangs."""
        urging = asyncio.create_task(self._urge())
        try:
            yield
        finally:
            urging.cancel()
            await asyncio.gather(urging, return_exceptions=True)

    async def _urge(self) -> None:
        by = NUDGE
        while True:
            await asyncio.sleep(PATIENCE)
            await self.clock.nudge(by)
            by = min(by * 2, LONGEST_NUDGE)

    async def _are_at_rest(self) -> bool:
        """Let go of those at rest, and tell whether all are."""
        self.pulses.changed.clear()
        for stream in sorted(self.pulses.restless):
            pulse = self.pulses.of(stream)
            if not pulse.is_busy and not self._is_due(pulse):
                self.pulses.restless.discard(stream)
            elif pulse.wakes_at is not None and pulse.wakes_at > self.clock.at:
                # it may have woken already, for the server's clock runs on meanwhile
                await self.clock.catch_up(pulse.wakes_at)
        return not self.pulses.restless

    def _is_due(self, pulse: Pulse) -> bool:
        return pulse.wakes_at is not None and pulse.wakes_at <= self.clock.at

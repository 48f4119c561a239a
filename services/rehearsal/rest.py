"""Knows when every aggregate has come to rest, and when the first of them wakes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode

from services.rehearsal.clock import SteppingClock
from services.workflows.messages import PULSE, Pulse

LOOK_EVERY: Final = 0.005
#: How long an aggregate may be busy, in real time, before the server's time is moved on for what waits to try again.
PATIENCE: Final = 0.6
NUDGE: Final = timedelta(seconds=1)
LONGEST_NUDGE: Final = timedelta(seconds=16)
#: A bound in real time on any one wait.
LONGEST: Final = 90.0


class NoRest(Exception):
    """An aggregate did not come to rest."""


class Touched(Interceptor):
    """Notes every aggregate that a client says something to."""

    def __init__(self) -> None:
        self.streams: set[str] = set()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's own name
        """Stand between the client and the server."""
        return _Noting(next, self.streams)


class _Noting(OutboundInterceptor):
    def __init__(self, next_: OutboundInterceptor, streams: set[str]) -> None:
        super().__init__(next_)
        self._streams = streams

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - the SDK's own
        self._streams.add(input.id)
        return await super().start_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:  # noqa: A002 - the SDK's own name
        self._streams.add(input.id)
        await super().signal_workflow(input)

    async def start_workflow_update(
        self,
        input: StartWorkflowUpdateInput,  # noqa: A002 - the SDK's own name
    ) -> WorkflowUpdateHandle[Any]:
        self._streams.add(input.id)
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002 - the SDK's own name
    ) -> WorkflowUpdateHandle[Any]:
        self._streams.add(input.start_workflow_input.id)
        return await super().start_update_with_start_workflow(input)


class Rest:
    """Asks aggregates for their pulse: those that were spoken to, and those whose instant has come."""

    def __init__(self, client: Client, touched: Touched, clock: SteppingClock) -> None:
        self._client, self._touched, self.clock = client, touched, clock
        self._wakes: dict[str, datetime] = {}

    @property
    def first_wake(self) -> datetime | None:
        """Return the next instant at which an aggregate has something to do by itself."""
        return min(self._wakes.values(), default=None)

    def expect(self, at: datetime) -> None:
        """Look after those that wake at an instant that has come."""
        self._touched.streams.update(stream for stream, wakes_at in self._wakes.items() if wakes_at <= at)

    async def settle(self) -> None:
        """
        Wait until nothing is under way anywhere.

        Raises:
            NoRest: something still is, so long after.
        """
        if not self._touched.streams:
            return
        try:
            async with asyncio.timeout(LONGEST), self.urging():
                while self._touched.streams:
                    if not await self._look(sorted(self._touched.streams)):
                        await asyncio.sleep(LOOK_EVERY)
        except TimeoutError as error:
            raise NoRest(", ".join(sorted(self._touched.streams))) from error

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

    async def _look(self, streams: Iterable[str]) -> bool:
        """Ask once; let go of those at rest, and tell whether there was any."""
        found = await asyncio.gather(*(self._ask(stream) for stream in streams))
        is_any = False
        for stream, pulse in found:
            self._wakes.pop(stream, None)
            if pulse is not None and (pulse.is_busy or self._is_due(pulse)):
                await self._catch_up(pulse)
                continue
            self._touched.streams.discard(stream)
            is_any = True
            if pulse is not None and pulse.wakes_at is not None:
                self._wakes[stream] = pulse.wakes_at
        return is_any

    async def _catch_up(self, pulse: Pulse) -> None:
        """Come to the instant at which an aggregate has woken already, since the server's clock ran on meanwhile."""
        if pulse.wakes_at is not None and pulse.wakes_at > self.clock.at:
            await self.clock.catch_up(pulse.wakes_at)

    def _is_due(self, pulse: Pulse) -> bool:
        return pulse.wakes_at is not None and pulse.wakes_at <= self.clock.at

    async def _ask(self, stream: str) -> tuple[str, Pulse | None]:
        """Return an aggregate's pulse; none if there is no such aggregate."""
        try:
            return stream, await self._client.get_workflow_handle(stream).query(PULSE, result_type=Pulse)
        except (RPCError, WorkflowQueryFailedError) as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return stream, None
            raise

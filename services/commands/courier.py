"""Carries commands to their aggregates: few at a time each, the rest in a bounded queue, always under the same id."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from services.workflows.messages import UPDATE, Envelope, Outcome
from services.workflows.process import STREAM_CLOSED

#: A workflow takes ten updates at once; two places are left for the relay. Whom Temporal turns away because several
#: processes hold more than ten, the client sends again after a second.
AT_ONCE = 8
QUEUED = 200
ANSWER_WITHIN = timedelta(seconds=8)
ATTEMPTS = 4


class EngineAway(Exception):
    """The engine did not answer in time; the command is taken in and will be delivered."""


class StreamGone(Exception):
    """The aggregate has closed, or there is none of this name."""


class Courier:
    """Delivers envelopes to aggregates and brings their outcomes back."""

    def __init__(self, client: Client, *, answer_within: timedelta = ANSWER_WITHIN, queued: int = QUEUED) -> None:
        self._client = client
        self._queued = queued
        self._answer_within = answer_within
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def deliver(self, stream: str, envelope: Envelope) -> Outcome:
        """
        Deliver one envelope and wait for its outcome.

        Raises:
            EngineAway: no answer in time, or too many wait for this aggregate already.
            StreamGone: nobody listens under this name any more.
        """
        try:
            async with asyncio.timeout(self._answer_within.total_seconds()), self._place(stream):
                return await self._deliver(stream, envelope)
        except TimeoutError as error:
            raise EngineAway(stream) from error

    async def _deliver(self, stream: str, envelope: Envelope) -> Outcome:
        for attempt in range(ATTEMPTS):
            try:
                return await self._ask(stream, envelope)
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                # the outcome is unknown: ask again under the same id
                pass
            except RPCError as error:
                if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
                    raise EngineAway(stream) from error
            except RuntimeError as error:
                # what a client that has never been connected, and cannot be, raises
                raise EngineAway(stream) from error
            # jitter only spreads retries; nothing is decided by it
            await asyncio.sleep(random.uniform(0.02, 0.1) * 2**attempt)  # noqa: S311
        raise EngineAway(stream)

    async def _ask(self, stream: str, envelope: Envelope) -> Outcome:
        try:
            outcome: Outcome = await self._client.get_workflow_handle(stream).execute_update(
                UPDATE,
                envelope,
                id=envelope.command_id,
                result_type=Outcome,
                rpc_timeout=self._answer_within,
            )
            return outcome  # noqa: TRY300 - what the try guards is the call
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type != STREAM_CLOSED:
                raise
            raise StreamGone(stream) from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise StreamGone(stream) from error
            raise

    @asynccontextmanager
    async def _place(self, stream: str) -> AsyncIterator[None]:
        if self._waiting[stream] >= self._queued:
            raise EngineAway(stream)
        self._waiting[stream] += 1
        try:
            async with self._places[stream]:
                yield
        finally:
            self._waiting[stream] -= 1
            if not self._waiting[stream]:
                self._waiting.pop(stream, None)
                self._places.pop(stream, None)

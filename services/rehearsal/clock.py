"""The skipping server's clock, for everything that asks the time in a rehearsal."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.testing import WorkflowEnvironment


class SkippingClock:
    """Tells the instant of a time-skipping Temporal test server, in UTC."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._environment = environment

    async def instant(self) -> datetime:
        """Return the server's present instant."""
        return (await self._environment.get_current_time()).astimezone(UTC)

    async def now(self, connection: AsyncConnection, stream: str) -> datetime:  # noqa: ARG002 - as the intake asks
        """Return the instant of an act on a stream."""
        return await self.instant()
